"""Bytes → progress, evals, error markers. Pure: no clock, no files.

`reader.LogReader` reads, `summary.summarise` tells what was read.
"""
