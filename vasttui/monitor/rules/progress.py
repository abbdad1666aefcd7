"""Rules about getting on: stall and slow.

Silence is measured against the run's own: five to six times the slowest recent step is what detectors in
the field allow (Unicron 3x the mean, nvrx 5x the maximum, PortOS 6x the slowest). For logs that speak
seldom that grows too long, so it is capped at twice the gap and a minute.
"""

from vasttui.monitor.pace import current_s_per_step
from vasttui.monitor.rules.symptom import Symptom, View
from vasttui.monitor.words import duration, rate

SHORTEST_SILENCE_S = 20.0
LONGEST_FLOOR_S = 45.0
FLOOR_SHARE = 0.15
NO_STEP_YET_S = 1200.0
FEW_ADVANCES_S = 600.0
EXPLAINED_S = {"eval": 900.0, "checkpoint": 900.0, "compile": 1800.0, "download": 1800.0, "prepare": 1800.0}
TALKING_FACTOR = 3.0
BUSY_AS_USUAL_FACTOR = 5.0
EVIDENCE_S = 60.0
SLOW_WINDOW_S = 30.0
SLOW_WINDOW_GAPS = 6.0
SPIN_UTIL_PCT = 90.0
FROZEN_POWER_SHARE = 0.7


def silence_budget_s(view: View) -> float:
    """Seconds without a sign of progress that this run may take now."""
    h = view.history
    if h.pace.last_ts is None:
        return max(NO_STEP_YET_S, EXPLAINED_S.get(h.activity, 0.0))
    slowest = h.pace.slowest_gap_s()
    if slowest is None:
        budget = max(SHORTEST_SILENCE_S, FEW_ADVANCES_S * view.scale)
    else:
        factor = view.plan.alerts.stall
        budget = max(_floor_s(view), min(factor * slowest, 2 * slowest + 60.0))
    if h.activity != "train":
        budget = max(budget, 3 * h.longest_eval_s, EXPLAINED_S.get(h.activity, 0.0))
    elif h.total_steps is not None and h.pace.last_step >= h.total_steps - 1:
        budget = max(budget, EXPLAINED_S["checkpoint"])
    elif _busy_as_usual(view):
        budget *= BUSY_AS_USUAL_FACTOR
    elif h.last_byte_ts is not None and h.last_byte_ts > h.pace.last_ts + budget / 2:
        budget *= TALKING_FACTOR
    return budget


def _floor_s(view: View) -> float:
    if view.forecast.eta_s is None:
        return LONGEST_FLOOR_S
    expected_s = view.now - view.history.run.started_at + view.forecast.eta_s
    return min(LONGEST_FLOOR_S, max(SHORTEST_SILENCE_S, FLOOR_SHARE * expected_s))


def _busy_as_usual(view: View) -> bool:
    """Utilisation *and* power as in the baseline: it works, it only says nothing."""
    h = view.history
    if h.baseline is None or not h.baseline.util_pct or not h.baseline.power_w:
        return False
    since = max(view.now - EVIDENCE_S, h.last_sign_ts + h.baseline.gap_s)
    util, power = h.mean("gpu", since), h.mean("power", since)
    return (
        util is not None
        and power is not None
        and util >= 0.8 * h.baseline.util_pct >= 20
        and power >= 0.8 * h.baseline.power_w
    )


def stall_deadline(view: View) -> float | None:
    """When silence, if it lasts, becomes a suspicion."""
    if not view.running:
        return None
    return view.history.last_sign_ts + silence_budget_s(view)


def stall(view: View) -> Symptom | None:
    """The step does not move, and nothing known explains it."""
    h = view.history
    silent_s = view.now - h.last_sign_ts
    if not view.running or silent_s < silence_budget_s(view):
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
    util, power = h.mean("gpu", view.now - EVIDENCE_S), h.mean("power", view.now - EVIDENCE_S)
    if util is None:
        return "", "look at the log (l) and at the process; py-spy dump shows where it stands"
    seen = f"; GPU {util:.0f}%" + (f", {power:.0f} W" if power is not None else "")
    usual_w = h.baseline.power_w if h.baseline is not None else None
    if util >= SPIN_UTIL_PCT and power is not None and usual_w and power < FROZEN_POWER_SHARE * usual_w:
        return (
            f"{seen} of its usual {usual_w:.0f} W: a spin-hang",
            "a collective or kernel waits for ever; kill and relaunch from the last checkpoint",
        )
    if util < 10:
        return f"{seen}: waiting for data or I/O", "look at the data loader, the disk and the network"
    return seen, "look at the log (l); py-spy dump shows where it stands"


def slow(view: View) -> Symptom | None:
    """Training steps take longer than the baseline allows."""
    h = view.history
    if not view.training or h.baseline is None or h.pace.last_ts is None:
        return None
    window_s = max(SLOW_WINDOW_S * view.scale, SLOW_WINDOW_GAPS * h.baseline.gap_s, 10.0)
    now_s = current_s_per_step(h.pace, view.now, window_s)
    limit = view.plan.alerts.slow
    if now_s is None or limit <= 0 or h.baseline.seconds_per_step >= limit * now_s:
        return None
    share = h.baseline.seconds_per_step / now_s
    since = h.pace.last_ts
    for advance in reversed(h.pace.advances):
        if advance.training and advance.s_per_step * limit <= h.baseline.seconds_per_step:
            break
        since = advance.ts - advance.gap_s
    usual = rate(1 / h.baseline.seconds_per_step)
    return Symptom(
        f"{rate(1 / now_s)} is {share:.0%} of the baseline {usual}",
        "compare GPU power and temperature with before (throttling), then the data loader and neighbours",
        since=since,
    )
