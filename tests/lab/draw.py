"""A set of runs: half of them ill, of every kind; the healthy ones half plain, half look-alikes."""

from collections.abc import Iterator

import numpy as np

from tests.lab.faults import FAULTS
from tests.lab.lookalikes import LOOK_ALIKES
from tests.lab.profile import draw
from tests.lab.sketch import finish, healthy
from tests.lab.tape import START, Tape, Truth

BORDERLINE = 0.4
WITH_BUDGET = 0.4
TRAINING_SEEDS = range(10_000)
HELD_OUT_SEED = 4_000_000


def make(seed: int, kind: str = "", look_alike: str = "", borderline: bool | None = None) -> Tape:
    """One run. Without a kind it is healthy."""
    rng = np.random.default_rng(seed)
    p = draw(rng)
    sketch = healthy(seed, p, rng)
    if kind:
        FAULTS[kind].draw(sketch, bool(rng.random() < BORDERLINE) if borderline is None else borderline)
    elif look_alike:
        LOOK_ALIKES[look_alike](sketch)
        sketch.truth = Truth(look_alike=look_alike)
    if not p.budget_usd and rng.random() < WITH_BUDGET:
        p.budget_usd = 2.0 * (float(sketch.ts[-1]) - START) / 3600 * float(rng.uniform(1.2, 2.0))
        if kind in ("slow", "gpu_idle"):
            p.budget_usd = None  # one fault a run
    return finish(sketch)


def runs(first_seed: int, count: int) -> Iterator[Tape]:
    """`count` runs from `first_seed` on: faults of each kind in turn, plain runs, look-alikes in turn."""
    for seed in range(first_seed, first_seed + count):
        yield make(seed, *part(seed))


def part(seed: int) -> tuple[str, str]:
    """(kind, look-alike) that the run of a seed plays."""
    kinds, alikes = list(FAULTS), list(LOOK_ALIKES)
    if seed % 2 == 0:
        return kinds[seed // 2 % len(kinds)], ""
    return "", "" if seed % 4 == 1 else alikes[seed // 4 % len(alikes)]
