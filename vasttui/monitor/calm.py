"""How far a stretch of a run is clearly calm: nothing in it can matter to any rule.

No silence near the budget, no sum of slowness near its bar, no gauge near its limit. Every limit here keeps
a margin to the rule's own, so that what is not clearly calm is judged reading by reading.
"""

import math
from array import array
from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from itertools import accumulate, islice
from operator import sub
from typing import NamedTuple

from vasttui.monitor.baseline import FASTER, MEASURED_AGAIN
from vasttui.monitor.columns import Columns
from vasttui.monitor.drift import LONGEST_COUNTED_GAPS, MOST_AT_ONCE, SLOWEST_COUNTED
from vasttui.monitor.history import CLEAR_WRITE_MIB, History
from vasttui.monitor.pace import PAUSE_OVER_S, SHORTEST_GAP_S, Advances, gaps_of
from vasttui.monitor.rules.machine import (
    FILL_WINDOW_S,
    GROWTH_FROM,
    GROWTH_WINDOW_S,
    LEAST_FALL_MIB,
    SUSTAINED_S,
    window_s,
)
from vasttui.monitor.rules.progress import asleep, awake_budget_s, least_budget_s
from vasttui.monitor.rules.symptom import View

SAFE_PAUSE_FACTOR = 2.5
SAFE_SHARE = 0.9
SAFE_PCT = 2.0
SAFE_BUDGET = 0.98
SAFE_GROWTH = 0.01
FEW_FAST = 7.0
FAST_LEAK = 0.2
FEW = 4
_NONE = Advances(array("d"), array("d"), array("d"))


def affordable(view: View) -> bool:
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


class CalmLines(NamedTuple):
    """Lines up to `end` are calm: the advances they complete, and the sum of slowness as `Drift` keeps it."""

    end: int
    whole: Advances
    score: float
    since: float
    first: int


def calm_lines(view: View, columns: Columns, i: int, i2: int) -> CalmLines:
    """How far the lines from `i` to `i2` are calm."""
    h, drift, base = view.history, view.history.drift, view.history.baseline
    score, since, first = drift.score, drift.since, drift.first
    losses = columns.line_loss[i:i2]
    if not math.isfinite(sum(losses)):
        i2 = i + next(n for n, loss in enumerate([*losses, math.nan]) if not math.isfinite(loss))
    i2 = bisect_left(columns.line_step, (h.total_steps or 0) - 1, i, i2)
    if i2 <= i or base is None or h.pace.last_ts is None:
        return CalmLines(i, _NONE, score, since, first)
    whole, ends = _advances(h, columns, i, i2)
    usual = min(h.pace.gaps[-16:], default=0.0)
    longest = min(SAFE_SHARE * least_budget_s(view), max(PAUSE_OVER_S, SAFE_PAUSE_FACTOR * usual))
    bar, most = SAFE_SHARE * drift.bar_s, MOST_AT_ONCE * drift.bar_s
    reference, most_s = drift.reference, LONGEST_COUNTED_GAPS * base.gap_s
    usual_s, fast_s, fast = base.seconds_per_step, base.seconds_per_step / FASTER, 0.0
    before, calm = h.pace.count, 0
    for gap, done in islice(zip(whole.gaps, whole.steps, strict=True), _until_measured(h)):
        if not SHORTEST_GAP_S <= gap < longest or done < 1:
            break
        slowness = gap / (done * usual_s)
        fast = fast + 1.0 if gap < fast_s * done else fast - FAST_LEAK if fast > FAST_LEAK else 0.0
        if score > 0.0 or slowness > reference:
            if score <= 0.0:
                since, first = whole.ts[calm] - gap, before + calm
            excess = (min(slowness, SLOWEST_COUNTED) - reference) * min(most_s, gap)
            if score + min(most, excess) >= bar or fast > FEW_FAST:
                break
            score = max(0.0, score + min(most, excess))
        calm += 1
    end = ends[calm - 1] if calm else i
    return CalmLines(end, Advances(*(column[:calm] for column in whole)), score, since, first)


def _advances(h: History, columns: Columns, i: int, i2: int) -> tuple[Advances, Sequence[int]]:
    """The advances that some lines complete, and where each ends: after which line."""
    ts, gaps, steps = columns.line_ts[i:i2], columns.line_gap[i:i2], columns.line_steps[i:i2]
    gaps[0], steps[0] = ts[0] - (h.pace.last_ts or ts[0]), columns.line_step[i] - h.pace.last_step
    gap, done = h.pace.unfinished
    if not gap and min(gaps) >= SHORTEST_GAP_S:
        return Advances(ts, gaps, steps), range(i + 1, i2 + 1)
    whole, ends = Advances(array("d"), array("d"), array("d")), array("q")
    for n, (more_s, more) in enumerate(zip(gaps, steps, strict=True)):
        if more_s <= 0 or more < 1:
            break
        gap, done = gap + more_s, done + more
        if gap >= SHORTEST_GAP_S:
            whole.ts.append(ts[n])
            whole.gaps.append(gap)
            whole.steps.append(done)
            ends.append(i + n + 1)
            gap = done = 0.0
    return whole, ends


def silence_s(view: View, columns: Columns, j: int, j2: int) -> float:
    """Seconds of silence that are no suspicion, whatever samples but these come meanwhile."""

    def seen(name: str) -> "array[float]":
        known = view.history.series.get(name)
        before = known.since(view.history.last_sign_ts).values if known is not None else array("d")
        return array("d", before) + columns.gauges.get(name, array("d"))[j:j2]

    return least_budget_s(view) if asleep(view, seen("gpu"), seen("power")) else awake_budget_s(view)


def _until_measured(h: History) -> int:
    """Advances until the baseline is measured again."""
    n = bisect_right(MEASURED_AGAIN, h.pace.count)
    return MEASURED_AGAIN[n] - h.pace.count - 1 if n < len(MEASURED_AGAIN) else 1 << 30


def calm_samples(view: View, columns: Columns, j: int, j2: int) -> int:
    """How far the samples are calm."""
    late = columns.late_samples
    n = bisect_right(late, j)
    j2 = min(j2, late[n]) if n < len(late) else j2
    if j2 - j < 2:
        return j
    j2 = _calm_disk(view, columns, j, j2)
    utils = columns.gauges.get("gpu")
    if utils is not None and view.training:
        j2 = j + _busy(view, utils[j:j2], columns.sample_s)
    for name, total in columns.capacities():
        if max(columns.gauges[name][j:j2], default=0.0) >= view.plan.alerts.memory * total:
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


def roomy(view: View, columns: Columns, j: int, j2: int) -> bool:
    """Memory is not clearly growing, the disk not filling."""
    return not _fills(view, columns.gauges.get("disk", array("d"))[j:j2]) and not any(
        _grows(view, name, columns.gauges[name][j:j2], total) for name, total in columns.capacities()
    )


def _fills(view: View, free: "array[float]") -> bool:
    h = view.history
    known = h.series.get("disk")
    if known is None or not free or h.writes or h.freed_mib > 0:
        return False
    before = known.since(view.now - FILL_WINDOW_S).values
    return max(before, default=free[0]) - min(free) >= LEAST_FALL_MIB


def _grows(view: View, name: str, values: "array[float]", total: float) -> bool:
    top = max(values, default=0.0)
    if top < GROWTH_FROM * total:
        return False
    known = view.history.series.get(name)
    if known is None:
        return True
    before = min(known.since(view.now - GROWTH_WINDOW_S).values, default=top)
    return top - min(before, *values) >= SAFE_GROWTH * total
