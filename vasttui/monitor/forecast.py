"""When it ends and what it costs, from the run's own step times.

Wall time a step is taken over recent advances with evals and saves included, so what they cost is in the
forecast. The 80 % range treats blocks of advances as repeated measurements: the spread of their means,
for the steps still to come and for the estimate itself (normal quantile 1.2816).
"""

from collections.abc import Sequence
from math import sqrt

from vasttui.monitor.check import Forecast
from vasttui.monitor.history import History
from vasttui.monitor.pace import Pace
from vasttui.plan import Budget

WINDOW = 512
BLOCKS = 8
MIN_BLOCKS = 3
Z80 = 1.2816
LEAST_SPREAD = 0.02
UNSURE_SPREAD = 0.25


def forecast(history: History, budget: Budget, now: float, advances: int = WINDOW) -> Forecast:
    """ETA with range, cost so far, burn and projection; unknown where the run does not tell.

    `advances`: how many of the newest show how it goes on.
    """
    eta_s, spread = _eta(history, now, advances)
    price = history.run.price_usd_h
    until = history.exit.ts if history.exit is not None else now
    elapsed_s = max(0.0, until - history.run.started_at)
    spent = price * elapsed_s / 3600 if price is not None else None
    projected = None
    if price is not None and eta_s is not None:
        projected = price * (elapsed_s + eta_s) / 3600
    return Forecast(
        eta_s=eta_s,
        eta_low_s=max(0.0, eta_s * (1 - spread)) if eta_s is not None else None,
        eta_high_s=eta_s * (1 + spread) if eta_s is not None else None,
        spent_usd=spent,
        burn_usd_h=price,
        projected_usd=projected,
        budget_usd=budget.max_usd,
    )


def _eta(history: History, now: float, advances: int) -> tuple[float | None, float]:
    if history.exit is not None:
        return 0.0, 0.0
    if history.step is None or history.total_steps is None:
        return None, 0.0
    left = max(0, history.total_steps - history.step)
    seconds, spread = _measured(history.pace, left, advances)
    if seconds is None:
        seconds, spread = history.claimed_s_per_step, UNSURE_SPREAD
    if seconds is None:
        return None, 0.0
    silent_s = now - (history.pace.last_ts or now)
    gone_s = min(max(0.0, silent_s), history.pace.typical_gap_s() or 0.0)
    return max(0.0, left * seconds - gone_s), spread


def _measured(pace: Pace, left: int, advances: int) -> tuple[float | None, float]:
    """`wall_s_per_step` of the pace, worked out once for each new step."""
    key = (len(pace), pace.last_step, left, advances)
    if pace.measured is None or pace.measured[0] != key:
        pace.measured = key, wall_s_per_step(pace.blocks(min(WINDOW, advances), BLOCKS), left)
    return pace.measured[1]


def wall_s_per_step(blocks: Sequence[tuple[float, float]], left: int) -> tuple[float | None, float]:
    """Seconds a step with everything in it, and the relative half-width of the 80 % range.

    `blocks`: (steps, seconds) of stretches of the run, oldest first. `left`: steps to come.
    """
    counts, lengths = [n for n, _ in blocks], [seconds for _, seconds in blocks]
    steps = sum(counts)
    if not steps:
        return None, 0.0
    mean = sum(lengths) / steps
    if len(blocks) < MIN_BLOCKS:
        return mean, UNSURE_SPREAD
    means = [seconds / n for n, seconds in blocks if n]
    blocks_left = max(1.0, left / (steps / len(blocks)))
    noise = _deviation(means) / mean * sqrt(1 / blocks_left + 1 / len(blocks))
    return mean, max(LEAST_SPREAD, Z80 * noise)


def _deviation(values: Sequence[float]) -> float:
    """Sample standard deviation; `statistics.stdev` is exact, and thirty times slower."""
    middle = sum(values) / len(values)
    return sqrt(sum([(value - middle) ** 2 for value in values]) / (len(values) - 1))
