"""Bytes → progress, evals, error markers. Pure: no clock, no files."""

from vasttui.logs.reader import LogReader
from vasttui.logs.summary import ParseSummary, summarise

__all__ = ["LogReader", "ParseSummary", "summarise"]
