"""Bytes → progress, evals, error markers. Pure: no clock, no files."""
