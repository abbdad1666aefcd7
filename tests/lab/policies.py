"""Every policy by name, and the lab's run over all tapes."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from multiprocessing import get_context
from time import monotonic, process_time

import numpy as np

from tests.lab.draw import runs
from tests.lab.outcome import Outcome
from tests.lab.polling import at_minutes, every, oracle, poll, silence, steps_then
from tests.lab.tape import Tape, Truth
from tests.lab.watching import watch

OURS = "vasttui"
ATTENDED = "vasttui, every look read"
ADAPTIVE = "vasttui, adaptive"

POLICIES: Mapping[str, Callable[[Tape], Outcome]] = {
    "poll 1 min": partial(poll, schedule=every(1)),
    "poll 5 min": partial(poll, schedule=every(5)),
    "poll 10 min": partial(poll, schedule=every(10)),
    "poll 30 min": partial(poll, schedule=every(30)),
    "10-20-30-60 min": partial(poll, schedule=steps_then((10, 20, 30), 60)),
    "1-3-7-15-25-35, then 30 min": partial(poll, schedule=at_minutes((1, 3, 7, 15, 25, 35), 30)),
    "10 min of silence": silence,
    OURS: partial(watch, attended=False),
    ATTENDED: watch,
    ADAPTIVE: partial(watch, mode="adaptive"),
    "oracle": oracle,
}
BEFORE = tuple(name for name in POLICIES if name.startswith(("poll", "10", "1-")))


@dataclass(frozen=True, slots=True)
class Row:
    """One tape, judged: what is true of it and what each policy made of it.

    `gap_s`: the longest pause between its last 64 lines before the fault, its own normal.
    """

    seed: int
    truth: Truth
    hours: float
    healthy_hours: float
    end: float
    outcomes: dict[str, Outcome]
    judged_s: float
    gap_s: float


def judge_tape(tape: Tape) -> Row:
    """All policies on one tape. The adaptive cadence finds what the fixed one finds: only looks differ."""
    outcomes = {name: policy(tape) for name, policy in POLICIES.items() if name != OURS}
    began = process_time()
    outcomes[OURS] = POLICIES[OURS](tape)
    judged_s = process_time() - began
    return Row(
        tape.seed,
        tape.truth,
        tape.hours,
        tape.healthy_hours,
        tape.end,
        outcomes,
        judged_s,
        _normal_gap_s(tape),
    )


def _normal_gap_s(tape: Tape) -> float:
    ts = tape.line_ts[tape.line_ts <= tape.truth.failed][-65:]
    return float(np.max(np.diff(ts))) if len(ts) > 1 else 0.0


def _share(job: tuple[int, int]) -> list[Row]:
    first, count = job
    return [judge_tape(tape) for tape in runs(first, count)]


def judge_runs(first_seed: int, count: int, cores: int = 2, limit_s: float = 3600.0) -> list[Row]:
    """All policies on `count` runs, or on those begun in time. The same rows on any number of cores."""
    size = 50
    jobs = [(first_seed + at, min(size, count - at)) for at in range(0, count, size)]
    until = monotonic() + limit_s
    if cores == 1:
        return [row for job in jobs if monotonic() < until for row in _share(job)]
    with get_context("spawn").Pool(cores) as pool:
        found: list[Row] = []
        for rows in pool.imap(_share, jobs):
            found += rows
            if monotonic() > until:
                pool.terminate()
                break
        return found
