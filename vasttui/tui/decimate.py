"""A series of any length as one (low, high) pair a column, with gaps where nothing is known."""

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass
from math import isfinite
from statistics import median

Column = tuple[float, float] | None


@dataclass(frozen=True, slots=True)
class Columns:
    """`values[i]` covers an equal share of `start`…`end` (unix s): lowest and highest, None is unknown."""

    start: float
    end: float
    values: tuple[Column, ...]

    def index(self, ts: float) -> int | None:
        """The column that holds `ts`, None outside."""
        span = self.end - self.start
        if not self.values or span <= 0 or not self.start <= ts <= self.end:
            return None
        return min(len(self.values) - 1, int((ts - self.start) / span * len(self.values)))


def spacing(ts: Sequence[float], probes: int = 64) -> float:
    """The usual time between points (s), from at most `probes` places along the series; 0 if unknown."""
    if len(ts) < 2:
        return 0.0
    stride = max(1, (len(ts) - 1) // probes)
    return median(ts[i + 1] - ts[i] for i in range(0, len(ts) - 1, stride))


def decimate(
    ts: Sequence[float],
    values: Sequence[float],
    start: float,
    end: float,
    count: int,
    *,
    gap_s: float | None = None,
) -> Columns:
    """Lowest and highest value in each of `count` columns of `start`…`end`.

    A column without points is interpolated where its neighbours are at most `gap_s` apart (default: six
    usual spacings), so a sparse series stays a line; else it is a gap, as is one with only nan.
    """
    if count <= 0 or end <= start:
        return Columns(start, end, ())
    if gap_s is None:
        gap_s = 6 * spacing(ts)
    step = (end - start) / count
    edges = [bisect_left(ts, start + i * step) for i in range(count)]
    edges.append(bisect_left(ts, end) if not ts or ts[-1] > end else len(ts))
    columns: list[Column] = []
    broken: list[bool] = []  # the column holds only nan: a gap that was seen
    for i in range(count):
        part = values[edges[i] : edges[i + 1]]
        columns.append(_extent(part))
        broken.append(len(part) > 0 and columns[-1] is None)
    _bridge(columns, broken, edges, ts, gap_s)
    return Columns(start, end, tuple(columns))


def _extent(part: Sequence[float]) -> Column:
    if not part:
        return None
    if not isfinite(sum(part)):
        part = [value for value in part if isfinite(value)]
        if not part:
            return None
    return min(part), max(part)


def _bridge(
    columns: list[Column], broken: list[bool], edges: list[int], ts: Sequence[float], gap_s: float
) -> None:
    last: int | None = None
    for i, column in enumerate(columns):
        if column is None:
            continue
        if last is not None and i - last > 1 and not any(broken[last + 1 : i]):
            apart = ts[edges[i]] - ts[edges[last + 1] - 1]
            if apart <= gap_s:
                _interpolate(columns, last, i)
        last = i


def _interpolate(columns: list[Column], left: int, right: int) -> None:
    before, after = columns[left], columns[right]
    assert before is not None
    assert after is not None
    a, b = before[0] / 2 + before[1] / 2, after[0] / 2 + after[1] / 2
    for i in range(left + 1, right):
        value = a + (b - a) * (i - left) / (right - left)
        columns[i] = (value, value)


def ceiling(columns: Columns, *, at_least: float = 0.0, share: float = 0.98) -> float:
    """The top of a zero-based axis: above `share` of the columns, so that one spike does not flatten all."""
    highs = sorted(column[1] for column in columns.values if column is not None)
    top = highs[min(len(highs) - 1, int(len(highs) * share))] if highs else 0.0
    return max(top, at_least, 1e-12) * 1.15
