"""Round places on a scale: of values, and of time."""

from math import ceil, floor, log10

_STEPS = (0.5, 1, 2, 5, 10)
_MINUTE_S, _HOUR_S, _DAY_S = 60, 3600, 86400
_TIME_STEPS_S = (
    *(1, 2, 5, 10, 15, 30),
    *(minutes * _MINUTE_S for minutes in (1, 2, 5, 10, 15, 30)),
    *(hours * _HOUR_S for hours in (1, 2, 3, 6, 12)),
    *(days * _DAY_S for days in (1, 2, 7)),
)


def ticks(low: float, high: float, most: int) -> list[float]:
    """Round values within a scale, at most `most`: steps of 1, 2 or 5 times a power of ten."""
    if not high > low or most < 1:
        return []
    rough = (high - low) / most
    power = 10.0 ** floor(log10(rough))
    larger = next(i for i, times in enumerate(_STEPS) if times >= 1 and power * times >= rough * 0.999)
    found: list[float] = []
    for times in (_STEPS[larger], _STEPS[larger - 1]):  # one value alone is no scale
        step = power * times
        found = [i * step for i in range(ceil(low / step - 1e-9), floor(high / step + 1e-9) + 1)]
        if len(found) > 1:
            break
    return found


def time_step(span_s: float, most: float) -> int:
    """Seconds between round times, so that at most `most` of them lie in `span_s`; a week at the longest."""
    return next((step for step in _TIME_STEPS_S if span_s / step <= most), _TIME_STEPS_S[-1])
