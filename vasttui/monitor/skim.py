"""A long quiet stretch judged at once.

A run told as columns (times, steps, losses, gauges) can be taken in by the thousand where nothing in it can
matter to any rule (see `calm`). What is not clearly calm goes through `Monitor.feed` one by one, so both
ways raise the same alerts.
"""

import math
import sys
from array import array
from bisect import bisect_left
from collections.abc import Iterator, Sequence

from vasttui.monitor.calm import (
    FEW,
    SAFE_SHARE,
    affordable,
    calm_lines,
    calm_samples,
    roomy,
    silence_s,
)
from vasttui.monitor.check import Check
from vasttui.monitor.columns import Columns
from vasttui.monitor.drive import pass_time, take
from vasttui.monitor.monitor import Monitor
from vasttui.monitor.reading import Reading
from vasttui.monitor.rules.progress import least_budget_s
from vasttui.monitor.rules.symptom import View

AT_ONCE_S = 1800.0
LONGEST_STRIDE = 8


def drive_columns(
    monitor: Monitor, columns: Columns, others: Sequence[Reading], until: float | None = None
) -> Iterator[Check]:
    """Judge columns and, between them, `others` (evals, errors, lost links, the exit), as if live."""
    i = j = 0
    stride = 1
    line_ts, sample_ts = (array("d", [*ts, math.inf]) for ts in (columns.line_ts, columns.sample_ts))
    for other in (*others, None):
        end = other.ts if other is not None else sys.float_info.max
        while min(line_ts[i], sample_ts[j]) <= end and not _over(monitor):
            i, j, taken = skim(monitor, columns, i, j, end)
            stride = 1 if taken else min(LONGEST_STRIDE, 2 * stride)
            for _ in range(stride):
                told = line_ts[i] <= sample_ts[j]
                if (line_ts[i] if told else sample_ts[j]) > end:
                    break
                yield from take(monitor, columns.line(i) if told else columns.sample(j))
                i, j = (i + 1, j) if told else (i, j + 1)
        if other is not None:
            yield from take(monitor, other)
    if until is not None:
        yield from pass_time(monitor, until)


def _over(monitor: Monitor) -> bool:
    return monitor.history.exit is not None


def skim(monitor: Monitor, columns: Columns, i: int, j: int, end: float) -> tuple[int, int, bool]:
    """Take lines from `i` and samples from `j` on, up to `end` or the next look, as far as all is calm.

    Returns where it stopped, and whether it took anything.
    """
    h = monitor.history
    i2, j2, steps = _at_most(monitor, columns, i, j, end)
    if i2 + j2 - i - j < FEW or not _calm(monitor):
        return i, j, False
    h.note_drift(columns.line_ts[i] if i2 > i else h.now)
    view = monitor.up_to_date()
    if not monitor.alerts.quiet or monitor.next_look_ts <= h.now:
        return i, j, False
    if steps and h.drift.score >= SAFE_SHARE * h.drift.bar_s:
        return i, j, False
    sure = roomy(view, columns, j, j2) and (not steps or affordable(view))
    if not sure:  # then no farther than until the rules would be asked again
        i2, j2 = _before(columns, monitor.examine_ts, i, j, i2, j2)
    i2, j2 = _take(view, columns, i, j, i2, j2)
    if i2 + j2 == i + j:
        return i, j, False
    if sure:
        monitor.replan()
    else:
        monitor.up_to_date()
    return i2, j2, True


def _at_most(monitor: Monitor, columns: Columns, i: int, j: int, end: float) -> tuple[int, int, bool]:
    """How far one stretch may reach, and whether it holds lines: in a pause it ends with the next one."""
    h = monitor.history
    end = min(end, monitor.next_look_ts, h.now + AT_ONCE_S)
    i2, j2 = _before(columns, end, i, j, len(columns.line_ts), len(columns.sample_ts))
    if h.baseline is not None and h.activity == "train" and not h.interrupted:
        return i2, j2, True
    return i, bisect_left(columns.sample_ts, _at(columns.line_ts, i), j, j2), False


def _take(view: View, columns: Columns, i: int, j: int, i2: int, j2: int) -> tuple[int, int]:
    """Take what is calm of a stretch, unless that is too little; returns where it stopped."""
    h = view.history
    lines = calm_lines(view, columns, i, i2)
    i2, j2 = lines.end, calm_samples(view, columns, j, j2)
    if i2 > i:
        quiet_until = columns.line_ts[i2 - 1] + SAFE_SHARE * least_budget_s(view)
    else:
        quiet_until = h.last_sign_ts + SAFE_SHARE * silence_s(view, columns, j, j2)
    cut = min(_at(columns.line_ts, i2), _at(columns.sample_ts, j2), quiet_until)
    i3, j3 = _before(columns, cut, i, j, i2, j2)
    if i3 != i2:
        lines = calm_lines(view, columns, i, i3)
        i3 = lines.end
    if i3 + j3 - i - j < FEW:
        return i, j
    if i3 > i:
        h.drift.score, h.drift.since, h.drift.first = lines.score, lines.since, lines.first
        ts, steps, losses = (
            column[i:i3] for column in (columns.line_ts, columns.line_step, columns.line_loss)
        )
        h.take_lines(ts, steps, losses, lines.whole)
    if j3 > j:
        ts = columns.sample_ts[j:j3]
        h.take_gauges(ts, {n: c[j:j3] for n, c in columns.gauges.items()}, columns.row(j3 - 1))
    return i3, j3


def _before(columns: Columns, ts: float, i: int, j: int, i2: int, j2: int) -> tuple[int, int]:
    """How far lines and samples lie before `ts`."""
    return bisect_left(columns.line_ts, ts, i, i2), bisect_left(columns.sample_ts, ts, j, j2)


def _at(column: "array[float]", i: int) -> float:
    return column[i] if i < len(column) else math.inf


def _calm(monitor: Monitor) -> bool:
    """Nothing is wrong, suspected or unusual."""
    h = monitor.history
    return (
        monitor.alerts.quiet
        and h.exit is None
        and h.lost_since is None
        and not h.nan_count
        and not h.errors
        and h.settle_ts is None
        and (h.pace.last_step < h.total_steps - 1 if h.total_steps is not None else h.pace.last_ts is None)
    )
