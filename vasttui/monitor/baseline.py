"""What healthy looks like for this run, measured on its own first steps."""

from collections.abc import Sequence
from dataclasses import dataclass

from vasttui.monitor.pace import MIN_ADVANCES, Advance, weighted_median

SLOW_LOG_S = 420.0
MANY_ADVANCES = 20
FASTER = 1.25


@dataclass(frozen=True, slots=True)
class Baseline:
    """What healthy looks like: a median, not a peak, so that ordinary jitter stays above 70 % of it."""

    seconds_per_step: float
    gap_s: float
    util_pct: float | None = None
    power_w: float | None = None
    mem_used_mib: float | None = None


def enough_to_measure(advances: Sequence[Advance], probe_steps: int) -> bool:
    """The probe is over: its steps are done, or a log that speaks seldom has spoken long enough."""
    if len(advances) < MIN_ADVANCES:
        return False
    steps = sum(a.steps for a in advances)
    lasted_s = sum(a.gap_s for a in advances)
    return steps >= probe_steps or len(advances) >= MANY_ADVANCES or lasted_s >= SLOW_LOG_S


def probe_pace(advances: Sequence[Advance]) -> float | None:
    """Median seconds a step without the warm-up: the first quarter (at least one advance) is left out."""
    training = [a for a in advances if a.training] or list(advances)
    warm = training[max(1, len(training) // 4) :]
    return weighted_median(warm or training)


def outgrown(baseline: Baseline, advances: Sequence[Advance]) -> bool:
    """The run has long been clearly faster than its baseline: that one was measured during warm-up."""
    late = [a for a in advances if a.training][-MANY_ADVANCES:]
    if len(late) < MANY_ADVANCES:
        return False
    now = weighted_median(late)
    return now is not None and now * FASTER < baseline.seconds_per_step
