"""A long quiet stretch judged at once.

A run told as columns (times, steps, losses, gauges) can be taken in by the thousand where nothing in it can
matter to any rule: no silence near the budget, no sum of slowness near its bar, no gauge near its limit.
What is not clearly calm goes through `Monitor.feed` one by one, so both ways raise the same alerts.
"""

import math
import sys
from array import array
from bisect import bisect_left
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate
from operator import sub

from vasttui.logs.events import Progress
from vasttui.monitor.baseline import FASTER, MEASURED_AGAIN
from vasttui.monitor.check import Check
from vasttui.monitor.drift import LONGEST_COUNTED_GAPS, MOST_AT_ONCE, SLOWEST_COUNTED
from vasttui.monitor.drive import drive, pass_time
from vasttui.monitor.history import CLEAR_WRITE_MIB, History
from vasttui.monitor.monitor import Monitor
from vasttui.monitor.pace import PAUSE_OVER_S, SHORTEST_GAP_S, gaps_of
from vasttui.monitor.reading import Reading, Sample
from vasttui.monitor.rules.machine import GROWTH_FROM, GROWTH_WINDOW_S, SUSTAINED_S, window_s
from vasttui.monitor.rules.progress import least_budget_s
from vasttui.monitor.rules.symptom import View

AT_ONCE_S = 1800.0
SAFE_PAUSE_FACTOR = 2.5
SAFE_SHARE = 0.9
SAFE_PCT = 2.0
SAFE_BUDGET = 0.98
SAFE_GROWTH = 0.01
FEW_FAST = 7.0
FAST_LEAK = 0.2
FEW = 4
LONGEST_STRIDE = 8


@dataclass(frozen=True, slots=True)
class Columns:
    """A run as columns, each in time order. `gauges`: series name → values, one a sample."""

    line_ts: "array[float]"
    line_step: "array[float]"
    line_loss: "array[float]"
    total_steps: int | None
    sample_ts: "array[float]"
    gauges: Mapping[str, "array[float]"]
    vram_total_mib: float | None = None
    ram_total_mib: float | None = None

    def line(self, i: int) -> Reading:
        """One progress line as the channel would push it."""
        ts = self.line_ts[i]
        event = Progress(ts, int(self.line_step[i]), self.total_steps, loss=self.line_loss[i])
        return Reading(ts, events=(event,), alive=True)

    def sample(self, j: int) -> Reading:
        """One sample as the channel would push it."""
        row = self.row(j)
        return Reading(row.ts, samples=(row,), alive=True)

    def row(self, j: int) -> Sample:
        """One sample."""

        def at(name: str) -> float | None:
            return self.gauges[name][j] if name in self.gauges else None

        return Sample(
            self.sample_ts[j],
            0 if "gpu" in self.gauges else None,
            util_pct=at("gpu"),
            mem_used_mib=at("vram"),
            mem_total_mib=self.vram_total_mib,
            power_w=at("power"),
            ram_used_mib=at("ram"),
            ram_total_mib=self.ram_total_mib,
            disk_free_mib=at("disk"),
        )


def drive_columns(
    monitor: Monitor, columns: Columns, others: Sequence[Reading], until: float | None = None
) -> Iterator[Check]:
    """Judge columns and, between them, `others` (evals, errors, lost links, the exit), as if live."""
    i = j = 0
    stride = 1
    for other in (*others, None):
        end = other.ts if other is not None else sys.float_info.max
        while min(_at(columns.line_ts, i), _at(columns.sample_ts, j)) <= end and not _over(monitor):
            i, j, taken = skim(monitor, columns, i, j, end)
            stride = 1 if taken else min(LONGEST_STRIDE, 2 * stride)
            for _ in range(stride):
                line_ts, sample_ts = _at(columns.line_ts, i), _at(columns.sample_ts, j)
                if min(line_ts, sample_ts) > end:
                    break
                reading = columns.line(i) if line_ts <= sample_ts else columns.sample(j)
                i, j = (i + 1, j) if line_ts <= sample_ts else (i, j + 1)
                yield from drive(monitor, [reading])
        if other is not None:
            yield from drive(monitor, [other])
    if until is not None:
        yield from pass_time(monitor, until)


def _over(monitor: Monitor) -> bool:
    return monitor.history.exit is not None


def _at(column: "array[float]", i: int) -> float:
    return column[i] if i < len(column) else math.inf


def skim(monitor: Monitor, columns: Columns, i: int, j: int, end: float) -> tuple[int, int, bool]:
    """Take lines from `i` and samples from `j` on, up to `end` or the next look, as far as all is calm.

    Returns where it stopped, and whether it took anything.
    """
    h = monitor.history
    end = min(end, monitor.next_look_ts, h.now + AT_ONCE_S)
    i2, j2 = bisect_left(columns.line_ts, end, i), bisect_left(columns.sample_ts, end, j)
    if i2 + j2 - i - j < FEW or not _calm(monitor):
        return i, j, False
    pausing = h.baseline is None or h.activity != "train" or h.interrupted
    if pausing:
        i2, j2 = i, min(j2, bisect_left(columns.sample_ts, _at(columns.line_ts, i), j))
        if j2 - j < FEW:
            return i, j, False
    h.note_drift(columns.line_ts[i] if i2 > i else h.now)
    view = monitor.up_to_date()
    if not monitor.alerts.quiet or monitor.next_look_ts <= h.now:
        return i, j, False
    if not pausing and (h.drift.score >= SAFE_SHARE * h.drift.bar_s or not _affordable(view)):
        return i, j, False
    i2, score, since, first = _calm_lines(view, columns, i, i2)
    j2 = _calm_samples(view, columns, j, j2)
    silent_from = columns.line_ts[i2 - 1] if i2 > i else h.last_sign_ts
    quiet_until = silent_from + SAFE_SHARE * least_budget_s(view)
    cut = min(_at(columns.line_ts, i2), _at(columns.sample_ts, j2), quiet_until)
    i3, j3 = bisect_left(columns.line_ts, cut, i, i2), bisect_left(columns.sample_ts, cut, j, j2)
    if i3 != i2:
        i3, score, since, first = _calm_lines(view, columns, i, i3)
    if i3 + j3 - i - j < FEW:
        return i, j, False
    if i3 > i:
        h.drift.score, h.drift.since, h.drift.first = score, since, first
        h.take_lines(columns.line_ts[i:i3], columns.line_step[i:i3], columns.line_loss[i:i3])
    if j3 > j:
        ts = columns.sample_ts[j:j3]
        h.take_gauges(ts, {n: c[j:j3] for n, c in columns.gauges.items()}, columns.row(j3 - 1))
    monitor.replan()
    return i3, j3, True


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


def _affordable(view: View) -> bool:
    """Even the dear end of the forecast stays inside the budget."""
    budget, f = view.plan.budget, view.forecast
    if budget.max_usd is None and budget.max_hours is None:
        return True
    if f.eta_high_s is None:
        return False
    hours = (view.now - view.history.run.started_at + f.eta_high_s) / 3600
    price = view.history.run.price_usd_h
    dear = budget.max_usd is not None and price is not None and hours * price > SAFE_BUDGET * budget.max_usd
    return not dear and not (budget.max_hours is not None and hours > SAFE_BUDGET * budget.max_hours)


def _calm_lines(view: View, columns: Columns, i: int, i2: int) -> tuple[int, float, float, int]:
    """How far the lines are calm, and the sum of slowness there: (index, score, since, first)."""
    h, drift = view.history, view.history.drift
    score, since, first = drift.score, drift.since, drift.first
    base = h.baseline
    i2 = min(i2, i + _until_measured(h))
    if i2 <= i or base is None or h.pace.last_ts is None:
        return i, score, since, first
    ts = columns.line_ts[i:i2]
    gaps = gaps_of(ts, h.pace.last_ts)
    steps = gaps_of(columns.line_step[i:i2], h.pace.last_step)
    last = (h.total_steps or 0) - 1
    losses = columns.line_loss[i:i2]
    if not math.isfinite(sum(losses)):
        i2 = i + next((n for n, loss in enumerate(losses) if not math.isfinite(loss)), 0)
    if i2 <= i or columns.line_step[i2 - 1] >= last:
        return i, score, since, first
    usual = min(h.pace.gaps[-16:], default=0.0)
    longest = min(SAFE_SHARE * least_budget_s(view), max(PAUSE_OVER_S, SAFE_PAUSE_FACTOR * usual))
    bar, most = SAFE_SHARE * drift.bar_s, MOST_AT_ONCE * drift.bar_s
    reference, most_s = drift.reference, LONGEST_COUNTED_GAPS * base.gap_s
    usual_s, fast_s, fast = base.seconds_per_step, base.seconds_per_step / FASTER, 0.0
    count = h.pace.count
    for n, (gap, done) in enumerate(zip(gaps[: i2 - i], steps, strict=False)):
        if not SHORTEST_GAP_S <= gap < longest or done < 1:
            return i + n, score, since, first
        slowness = gap / (done * usual_s)
        fast = fast + 1.0 if gap < fast_s * done else fast - FAST_LEAK if fast > FAST_LEAK else 0.0
        if score <= 0.0:
            if slowness <= reference:
                continue
            since, first = ts[n] - gap, count + n
        if slowness > SLOWEST_COUNTED:
            slowness = SLOWEST_COUNTED
        excess = (slowness - reference) * (min(most_s, gap))
        nxt = score + (min(most, excess))
        if nxt >= bar or fast > FEW_FAST:
            return i + n, score, since, first
        score = max(0.0, nxt)
    return i2, score, since, first


def _until_measured(h: History) -> int:
    """Advances until the baseline is measured again."""
    count = h.pace.count
    return next((at - count - 1 for at in MEASURED_AGAIN if at > count), 1 << 30)


def _calm_samples(view: View, columns: Columns, j: int, j2: int) -> int:
    """How far the samples are calm."""
    ts = columns.sample_ts[j:j2]
    if len(ts) < 2:
        return j
    usual_s = (ts[-1] - ts[0]) / (len(ts) - 1)
    if max(gaps_of(ts, ts[0])) > 2 * usual_s:
        return j
    j2 = _calm_disk(view, columns, j, j2)
    utils = columns.gauges.get("gpu")
    if utils is not None and view.training:
        j2 = j + _busy(view, utils[j:j2], usual_s)
    capacities = {"vram": columns.vram_total_mib, "ram": columns.ram_total_mib}
    for name, total in capacities.items():
        values = columns.gauges.get(name)
        if values is not None and total and not _roomy(view, name, values[j:j2], total):
            return j
    return j2


def _calm_disk(view: View, columns: Columns, j: int, j2: int) -> int:
    free, known = columns.gauges.get("disk"), view.history.series.get("disk")
    if free is None or known is None:
        return j if free is not None else j2
    if j2 <= j:
        return j2
    values, before = free[j:j2], known.values[-1]
    least, most = min(values), max(values)
    if least < view.plan.alerts.disk * 1024:
        return j
    if max(most, before) - min(least, before) <= CLEAR_WRITE_MIB:
        return j2
    changes = gaps_of(free[j:j2], known.values[-1])
    if max(changes, default=0.0) <= CLEAR_WRITE_MIB and min(changes, default=0.0) >= -CLEAR_WRITE_MIB:
        return j2
    return j + next(n for n, change in enumerate(changes) if abs(change) > CLEAR_WRITE_MIB)


def _busy(view: View, utils: "array[float]", usual_s: float) -> int:
    """How many samples pass before a window of them has a mean near the limit."""
    limit = view.plan.alerts.gpu_idle * 100 + SAFE_PCT
    if min(utils, default=100.0) >= limit:
        return len(utils)
    known = view.history.series.get("gpu")
    n = max(FEW, int(0.6 * window_s(view, SUSTAINED_S, view.patience) / max(usual_s, 1e-3)))
    before = known.values[-n:] if known is not None else array("d")
    n = min(n, len(before))
    if n < FEW:
        return 0
    sums = list(accumulate(before + utils, initial=0.0))
    means = map(sub, sums[n:], sums)
    return next((k for k, total in enumerate(means) if total < limit * n), len(utils))


def _roomy(view: View, name: str, values: "array[float]", total: float) -> bool:
    """Neither full nor about to be."""
    if not values:
        return True
    top = max(values)
    if top >= view.plan.alerts.memory * total:
        return False
    if top < GROWTH_FROM * total:
        return True
    known = view.history.series.get(name)
    if known is None:
        return False
    before = min(known.since(view.now - GROWTH_WINDOW_S).values, default=top)
    return top - min(before, *values) < SAFE_GROWTH * total
