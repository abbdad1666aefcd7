"""Attend a training run on a rented GPU."""

__version__ = "0.1.0"
