"""Readings → judgement. Pure: time comes in as an argument."""
