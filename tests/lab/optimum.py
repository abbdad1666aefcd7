"""The best a policy can do that only polls: when to look, knowing when failures come.

Keller (1974): with failure density f, a look costing c and delay costing v a minute, the best density of
looks is n(t) = sqrt(v f(t) / (2 c)). Exact here by dynamic programming over a grid: cost-to-go from the
last look; the next look finds every failure since. The schedule knows the distribution it is judged on, and
every failure shows itself fully at the first look after it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from tests.lab.tape import Floats

_SECONDS = (64, 128, 256, 512, 1024)
# Share of jobs that have ended by then, percent; published traces, see the notes in docs/detection.md.
PUBLISHED: Mapping[str, tuple[Sequence[float], Sequence[float]]] = {
    "Seren (all)": (_SECONDS, (37, 49, 66, 79, 88)),
    "Kalos (all)": (_SECONDS, (38, 50, 69, 79, 86)),
    "Seren pre-training": (_SECONDS, (27, 35, 47, 62, 73)),
    "Kalos pre-training": (_SECONDS, (10, 14, 26, 44, 57)),
    "Seren SFT": (_SECONDS, (28, 37, 58, 79, 89)),
    "Alibaba PAI": (_SECONDS, (21, 29, 40, 51, 61)),
    "Helios": (_SECONDS, (25, 38, 57, 68, 75)),
    "Philly": (
        (60, 180, 300, 420, 600, 900, 1800, 3600),
        (9.7, 27.6, 31.9, 34.9, 39.4, 45.3, 59.0, 76.3),
    ),
}
HORIZON_MIN = 720.0


@dataclass(frozen=True, slots=True)
class Schedule:
    """Times of looks (minutes), and what they cost on average: dollars, looks made, minutes late."""

    minutes: tuple[float, ...]
    usd: float
    looks: float
    late_min: float


def grid(points: int = 360, horizon: float = HORIZON_MIN) -> Floats:
    """Minutes from launch: fine at first, then coarse."""
    return np.concatenate([[0.0], np.geomspace(0.25, horizon, points)])


def published_cdf(name: str, at: Floats, failing: float) -> Floats:
    """Share of runs that failed by then; beyond the last published time the rest comes log-linearly."""
    seconds, percent = PUBLISHED[name]
    x = np.log(np.array([20.0, *seconds, HORIZON_MIN * 60]))
    y = np.array([0.0, *percent, 100.0]) / 100
    return failing * np.interp(np.log(np.maximum(at * 60, 1e-9)), x, y, left=0.0)


def empirical_cdf(minutes: Sequence[float], weights: Sequence[float], at: Floats) -> Floats:
    """Share (of all weight) that failed by then; `inf` never fails."""
    order = np.argsort(minutes)
    times, cumulative = np.asarray(minutes)[order], np.cumsum(np.asarray(weights)[order])
    index = np.searchsorted(times, at, side="right")
    return np.where(index > 0, cumulative[np.maximum(index - 1, 0)], 0.0) / float(np.sum(weights))


def best(at: Floats, cdf: Floats, look_usd: float, usd_h: float, running: Floats | None = None) -> Schedule:
    """The cheapest schedule. `running`: share of runs still going at each time, failures aside (1: all)."""
    n = len(at)
    alive = (1 - cdf) if running is None else running
    mass = np.diff(cdf, prepend=0.0)
    value = usd_h / 60
    first, second = np.cumsum(mass), np.cumsum(mass * at)
    togo, after = np.zeros(n), np.zeros(n, dtype=np.int64)
    for i in range(n - 2, -1, -1):
        j = np.arange(i + 1, n)
        late = at[j] * (first[j] - first[i]) - (second[j] - second[i])
        total = value * late + look_usd * (alive[i] if i else 1.0) + togo[j]
        k = int(np.argmin(total))
        togo[i], after[i] = total[k], j[k]
    looks: list[float] = []
    i, made, late = 0, 0.0, 0.0
    while i < n - 1:
        j = int(after[i])
        made += float(alive[i]) if i else 1.0
        late += float(at[j] * (first[j] - first[i]) - (second[j] - second[i]))
        looks.append(float(at[j]))
        i = j
    return Schedule(tuple(looks), float(togo[0]), made, late / max(1e-9, float(cdf[-1])))


def keller_mean_delay(at: Floats, cdf: Floats, looks: int) -> float:
    """Mean minutes late of `looks` looks placed by Keller's density: (integral of sqrt f)^2 / (2 N)."""
    f = np.diff(cdf) / np.diff(at) / max(1e-9, float(cdf[-1]))
    return float((np.sqrt(f) * np.diff(at)).sum() ** 2 / (2 * looks))
