"""What healthy looks like for this run, measured on its own first steps."""

from collections.abc import Sequence
from dataclasses import dataclass

from vasttui.monitor.pace import MIN_ADVANCES, Advance, Pace, typical_s_per_step, weighted_median

SLOW_LOG_S = 420.0
MANY_ADVANCES = 20
FASTER = 1.25
MEASURED_AGAIN = (40, 80, 160, 256)
MEASURED_ON = 256
SAME = 0.15


@dataclass(frozen=True, slots=True)
class Baseline:
    """What healthy looks like: a median, not a peak, so that ordinary jitter stays above 70 % of it.

    `power_flicker_w`: how much the power flickers while it works; a card that hangs draws a frozen power.
    """

    seconds_per_step: float
    gap_s: float
    util_pct: float | None = None
    power_w: float | None = None
    mem_used_mib: float | None = None
    power_flicker_w: float | None = None


def enough_to_measure(pace: Pace, probe_steps: int) -> bool:
    """The probe is over: its steps are done, or a log that speaks seldom has spoken long enough."""
    if len(pace) < MIN_ADVANCES:
        return False
    if len(pace) >= MANY_ADVANCES:
        return True
    return sum(pace.steps) >= probe_steps or sum(pace.gaps) >= SLOW_LOG_S


def probe_pace(advances: Sequence[Advance]) -> float | None:
    """Typical seconds a step without the warm-up: the first quarter (at least one advance) is left out."""
    training = [a for a in advances if a.training] or list(advances)
    warm = training[max(1, len(training) // 4) :]
    return typical_s_per_step(warm or training)


def outgrown(baseline: Baseline, pace: Pace) -> bool:
    """The run has long been clearly faster than its baseline: that one was measured during warm-up."""
    late = [a for a in pace.recent(MANY_ADVANCES * 2) if a.training][-MANY_ADVANCES:]
    if len(late) < MANY_ADVANCES:
        return False
    now = weighted_median(late)
    return now is not None and now * FASTER < baseline.seconds_per_step


def refined(baseline: Baseline, seconds: float) -> bool:
    """More steps of the same pace, or of a faster one: a clear slowdown is no better baseline."""
    return seconds <= (1 + SAME) * baseline.seconds_per_step
