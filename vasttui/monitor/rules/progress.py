"""Rules about getting on: stall and slow.

Silence is measured against the run's own: five to six times the slowest recent step is what detectors in
the field allow (Unicron 3x the mean, nvrx 5x the maximum, PortOS 6x the slowest). For logs that speak
seldom that grows too long, so it is capped at twice the gap and half a minute. A pause that came at a step
before is expected at its multiples; a card that works as usual, its power alive, buys more.

Slowness is a change that lasts: see `monitor/drift.py`.
"""

import math
from collections.abc import Sequence
from itertools import pairwise

from vasttui.monitor.pace import Advance, typical_s_per_step, weighted_median
from vasttui.monitor.rules.symptom import Symptom, View
from vasttui.monitor.words import duration, rate

SHORTEST_SILENCE_S = 20.0
LONGEST_FLOOR_S = 45.0
FLOOR_SHARE = 0.15
NO_STEP_YET_S = 1200.0
FEW_ADVANCES_S = 600.0
EXPLAINED_S = {"eval": 1800.0, "checkpoint": 1200.0, "compile": 1800.0, "download": 1800.0, "prepare": 1800.0}
TALKING_FACTOR = 3.0
BUSY_AS_USUAL_S = 900.0
BUSY_AS_USUAL_FACTOR = 5.0
OVER_SLOWEST_S = 30.0
PAUSE_AGAIN_FACTOR = 1.5
EVIDENCE_S = 60.0
SETTLES_S = 10.0
SLOW_BAR_S = 20.0
SLOW_BAR_GAPS = 0.5
SHORTEST_BAR_S = 6.0
SLOW_FOR_S = 60.0
SLOW_ADVANCES = 3
NEWEST_S = 15.0
SAFE_LIMIT = 1.05
STILL_SLOW_SHARE = 0.3
SPIN_UTIL_PCT = 90.0
FROZEN_POWER_SHARE = 0.7
FROZEN_SHARE = 0.25
FROZEN_MOVES = 0.9
FROZEN_EVIDENCE_S = 240.0
FLICKER_W = 2.0
FEW_SMALL = 4
IDLE_PCT = 10.0
WORKS_PCT = 40.0
STANDING_S = 90.0
STANDING_GAPS = 3.0
IDLE_OVER_SLOWEST = 1.3


def silence_budget_s(view: View) -> float:
    """Seconds without a sign of progress that this run may take now."""
    h = view.history
    if h.pace.last_ts is None:
        return max(NO_STEP_YET_S, EXPLAINED_S.get(h.activity, 0.0))
    slowest, budget = h.pace.slowest_gap_s(), _usual_budget_s(view)
    if h.activity != "train":
        budget = max(budget, 3 * h.longest_eval_s, EXPLAINED_S.get(h.activity, 0.0))
    elif h.total_steps is not None and h.pace.last_step >= h.total_steps - 1:
        budget = max(budget, EXPLAINED_S["checkpoint"])
    elif _busy_as_usual(view):
        alive_s = BUSY_AS_USUAL_S * view.scale if _flickers(view) else 0.0
        budget = max(BUSY_AS_USUAL_FACTOR * budget, alive_s)
    elif h.last_byte_ts is not None and h.last_byte_ts > h.pace.last_ts + budget / 2:
        budget *= TALKING_FACTOR
    elif slowest is not None:
        budget = min(budget, _standing_budget_s(view, slowest))
    return budget


def _usual_budget_s(view: View) -> float:
    """By what the run's own steps and pauses were like."""
    pace = view.history.pace
    slowest = pace.slowest_gap_s()
    if slowest is None:
        return max(SHORTEST_SILENCE_S, FEW_ADVANCES_S * view.scale)
    by_steps = max(_floor_s(view), min(view.plan.alerts.stall * slowest, 2 * slowest + OVER_SLOWEST_S))
    return max(by_steps, PAUSE_AGAIN_FACTOR * pace.expected_pause_s())


def _standing_budget_s(view: View, slowest_s: float) -> float:
    """Less silence is needed where the card shows that nothing is done; infinite where it does not."""
    h = view.history
    usual_s = max(STANDING_S, STANDING_GAPS * (h.pace.typical_gap_s() or 0.0))
    if _frozen(view):
        return usual_s
    if _idle(view):
        paused_s = PAUSE_AGAIN_FACTOR * h.pace.expected_pause_s()
        return max(usual_s, IDLE_OVER_SLOWEST * slowest_s, paused_s)
    return math.inf


def _idle(view: View) -> bool:
    """The card has done nothing all through the silence, and it works otherwise."""
    h = view.history
    if h.baseline is None or (h.baseline.util_pct or 0.0) < WORKS_PCT:
        return False
    util = h.series.mean("gpu", h.last_sign_ts + SETTLES_S)
    return util is not None and util < IDLE_PCT


def least_budget_s(view: View) -> float:
    """No silence shorter than this is ever a suspicion, whatever happens meanwhile."""
    h = view.history
    if h.pace.last_ts is None:
        return NO_STEP_YET_S
    if h.activity != "train":
        return EXPLAINED_S.get(h.activity, 0.0)
    slowest = h.pace.slowest_gap_s()
    if slowest is None:
        return SHORTEST_SILENCE_S
    usual_s = max(STANDING_S, STANDING_GAPS * (h.pace.typical_gap_s() or 0.0))
    return max(_floor_s(view), min(min(view.plan.alerts.stall, 2.0) * slowest, usual_s))


def awake_budget_s(view: View) -> float:
    """No silence shorter than this is a suspicion while the card neither idles nor stands still."""
    known = view.history.pace.last_ts is not None and view.history.activity == "train"
    return max(least_budget_s(view), _usual_budget_s(view) if known else 0.0)


def asleep(view: View, utils: Sequence[float], powers: Sequence[float]) -> bool:
    """Whether the card may idle or stand still in a silence with these figures, all of them so far."""
    base = view.history.baseline
    usual_w = (base.power_flicker_w or 0.0) if base is not None else 0.0
    small = 0
    for before, after in pairwise(powers if usual_w >= FLICKER_W else ()):
        small = small + 1 if abs(after - before) < FROZEN_SHARE * usual_w else 0
        if small >= FEW_SMALL:
            return True
    return min(utils, default=100.0) < IDLE_PCT


def _floor_s(view: View) -> float:
    if view.forecast.eta_s is None:
        return LONGEST_FLOOR_S
    expected_s = view.now - view.history.run.started_at + view.forecast.eta_s
    return min(LONGEST_FLOOR_S, max(SHORTEST_SILENCE_S, FLOOR_SHARE * expected_s))


def _busy_as_usual(view: View) -> bool:
    """Utilisation *and* power as in the baseline, and alive: it works, it only says nothing."""
    h = view.history
    if h.baseline is None or not h.baseline.util_pct or not h.baseline.power_w:
        return False
    since = max(view.now - EVIDENCE_S, h.last_sign_ts + min(h.baseline.gap_s, SETTLES_S))
    util, power = h.series.mean("gpu", since), h.series.mean("power", since)
    return (
        util is not None
        and power is not None
        and util >= 0.5 * h.baseline.util_pct >= 15
        and power >= 0.5 * h.baseline.power_w
        and not _frozen(view)
    )


def _flickers(view: View) -> bool:
    """Its power flickers while it works, so that a frozen one can be told."""
    base = view.history.baseline
    return base is not None and base.power_flicker_w is not None and base.power_flicker_w >= FLICKER_W


def _frozen(view: View) -> bool:
    """The power has stood still all through the silence, as it never did while it worked."""
    h = view.history
    since = max(view.now - FROZEN_EVIDENCE_S, h.last_sign_ts + min(SETTLES_S, h.pace.typical_gap_s() or 0.0))
    usual_w = h.baseline.power_flicker_w if h.baseline is not None else None
    flicker_w = h.series.flicker("power", since, FROZEN_MOVES)
    return (
        usual_w is not None
        and flicker_w is not None
        and usual_w >= FLICKER_W
        and flicker_w < FROZEN_SHARE * usual_w
    )


def stall_deadline(view: View) -> float | None:
    """When silence, if it lasts, may become a suspicion."""
    if not view.running:
        return None
    since = view.history.last_sign_ts
    least_s = least_budget_s(view)
    return since + (least_s if view.now < since + least_s else silence_budget_s(view))


def stall(view: View) -> Symptom | None:
    """The step does not move, and nothing known explains it."""
    h = view.history
    silent_s = view.now - h.last_sign_ts
    if not view.running or silent_s < least_budget_s(view) or silent_s < silence_budget_s(view):
        return None
    gap = h.pace.typical_gap_s()
    if h.pace.last_ts is None:
        text = f"no output for {duration(silent_s)}, and no step yet"
    else:
        usual = f", it usually moves every {duration(gap)}" if gap else ""
        text = f"step {h.pace.last_step} for {duration(silent_s)}{usual}"
    found, advice = _hang_form(view)
    return Symptom(text + found, advice, since=h.last_sign_ts)


def _hang_form(view: View) -> tuple[str, str]:
    h = view.history
    since = max(view.now - EVIDENCE_S, h.last_sign_ts)
    util, power = h.series.mean("gpu", since), h.series.mean("power", since)
    if util is None:
        return "", "look at the log (l) and at the process; py-spy dump shows where it stands"
    seen = f"; GPU {util:.0f}%" + (f", {power:.0f} W" if power is not None else "")
    usual_w = h.baseline.power_w if h.baseline is not None else None
    if util >= SPIN_UTIL_PCT and power is not None and usual_w:
        low = power < FROZEN_POWER_SHARE * usual_w
        if low or _frozen(view):
            how = f"of its usual {usual_w:.0f} W" if low else "and not flickering as it did"
            return (
                f"{seen} {how}: a spin-hang",
                "a collective or kernel waits for ever; kill and relaunch from the last checkpoint",
            )
    if util < IDLE_PCT:
        return f"{seen}: waiting for data or I/O", "look at the data loader, the disk and the network"
    return seen, "look at the log (l); py-spy dump shows where it stands"


def slow_bar_s(view: View) -> float:
    """What the sum of excess seconds must reach: twenty seconds, less for short runs, more for rare lines."""
    gap = view.history.baseline.gap_s if view.history.baseline is not None else 0.0
    return max(SHORTEST_BAR_S, SLOW_BAR_S * view.patience, SLOW_BAR_GAPS * gap)


def _newest_s_per_step(advances: Sequence[Advance]) -> float | None:
    """Of the newest advances, at least three and a quarter of a minute."""
    count, lasted_s = 0, 0.0
    for advance in reversed(advances):
        count, lasted_s = count + 1, lasted_s + advance.gap_s
        if count >= SLOW_ADVANCES and lasted_s >= NEWEST_S:
            break
    return weighted_median(advances[len(advances) - count :])


def slow(view: View) -> Symptom | None:
    """Training steps take longer than the baseline allows, and have since a moment that can be named."""
    h, drift = view.history, view.history.drift
    if not view.running or h.baseline is None or h.pace.last_ts is None or view.plan.alerts.slow <= 0:
        return None
    drift.cap()
    if drift.score < drift.bar_s * (STILL_SLOW_SHARE if "slow" in view.open else 1.0):
        return None
    advances = h.pace.count - drift.first
    if h.pace.last_ts - drift.since < SLOW_FOR_S * view.patience:
        return None
    later = [a for a in h.pace.recent(min(advances, 64)) if a.training]
    middle, now_s = weighted_median(later), typical_s_per_step(later)
    if len(later) < SLOW_ADVANCES or middle is None or now_s is None:
        return None
    if h.baseline.seconds_per_step >= view.plan.alerts.slow * min(middle, now_s):
        return None
    if (_newest_s_per_step(later) or 0.0) * SAFE_LIMIT * view.plan.alerts.slow <= h.baseline.seconds_per_step:
        return None  # it was slow, and is no more
    share = h.baseline.seconds_per_step / now_s
    usual = rate(1 / h.baseline.seconds_per_step)
    return Symptom(
        f"{rate(1 / now_s)} is {share:.0%} of the baseline {usual}",
        "compare GPU power and temperature with before (throttling), then the data loader and neighbours",
        since=drift.since,
    )
