"""A simulated run, as columns: what its log and its machine would have told, and what is true of it."""

from array import array
from collections.abc import Iterator
from dataclasses import dataclass, field
from heapq import merge
from typing import Any

import numpy as np
from numpy.typing import NDArray

from vasttui.logs.events import LogEvent, Progress
from vasttui.monitor.check import Rule
from vasttui.monitor.columns import Columns
from vasttui.monitor.reading import Exit, Reading

Floats = NDArray[Any]
Ints = NDArray[Any]

START = 1_800_000_000.0
SAMPLE_S = 5.0


@dataclass(frozen=True, slots=True)
class Truth:
    """What is true of a run. Times are unix seconds.

    `begins`: from here on an alert of `rules` is right. `failed`: from here on money burns, delays count
    from it. Where a fault can be seen coming (a leak, a filling disk) `begins` lies well before `failed`.
    """

    kind: str = "healthy"
    severity: str = "none"
    look_alike: str = ""
    begins: float = float("inf")
    failed: float = float("inf")
    rules: frozenset[Rule] = frozenset()

    @property
    def faulty(self) -> bool:
        """Something is wrong with this run, sooner or later."""
        return self.kind != "healthy"


@dataclass(frozen=True, slots=True)
class Machine:
    """What the recorder sampled, one value every `SAMPLE_S`; MiB, percent, watts."""

    ts: Floats
    util: Floats | None
    power: Floats | None
    vram: Floats | None
    vram_total: float
    ram: Floats
    ram_total: float
    disk: Floats


@dataclass(frozen=True, slots=True)
class Pauses:
    """Stretches without training: evals and saves. `marked`: the log says so when they begin."""

    begin: Floats
    end: Floats
    marked: NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Tape:
    """One run. Progress lines are columns (`line_*`), everything else the log told is in `events`.

    `blind`: the spans in which the host did not answer. `end`: nothing is known after it.
    """

    seed: int
    truth: Truth
    total_steps: int
    line_ts: Floats
    line_step: Ints
    line_loss: Floats
    events: tuple[tuple[float, LogEvent], ...]
    machine: Machine
    pauses: Pauses
    exit: Exit | None
    end: float
    hours_planned: float
    price_usd_h: float = 2.0
    budget_usd: float | None = None
    blind: tuple[tuple[float, float], ...] = ()
    bytes_a_line: int = 90
    weight: float = 1.0
    evals: tuple[tuple[float, float], ...] = field(default=())

    @property
    def hours(self) -> float:
        """How long it ran, or was known to."""
        return (self.end - START) / 3600

    @property
    def healthy_hours(self) -> float:
        """Hours before anything was wrong with it."""
        return (min(self.end, self.truth.begins) - START) / 3600

    def sees(self, ts: float) -> bool:
        """Whether the host answers at `ts`."""
        return not any(begin <= ts < end for begin, end in self.blind)


def columns(tape: Tape) -> tuple[Columns, list[Reading]]:
    """Lines and samples as columns, and the rest of what the live channel would push, in time order."""
    m = tape.machine
    lines = _seen(tape, tape.line_ts)
    rows = _seen(tape, m.ts)
    gauges = {"gpu": m.util, "vram": m.vram, "power": m.power, "ram": m.ram, "disk": m.disk}
    told = Columns(
        line_ts=_doubles(tape.line_ts[lines]),
        line_step=_doubles(tape.line_step[lines]),
        line_loss=_doubles(tape.line_loss[lines]),
        total_steps=tape.total_steps,
        sample_ts=_doubles(m.ts[rows]),
        gauges={name: _doubles(values[rows]) for name, values in gauges.items() if values is not None},
        vram_total_mib=m.vram_total if m.util is not None else None,
        ram_total_mib=m.ram_total,
    )
    others = [Reading(ts, events=(event,), alive=True) for ts, event in tape.events if tape.sees(ts)]
    for begin, back in tape.blind:
        others.append(Reading(begin, reachable=False))
        if back < tape.end:
            others.append(_caught_up(tape, begin, back))
    if tape.exit is not None and tape.sees(tape.exit.ts):
        others.append(Reading(tape.exit.ts, exit=tape.exit, alive=False))
    return told, sorted(others, key=lambda reading: reading.ts)


def _seen(tape: Tape, ts: Floats) -> "NDArray[np.bool_]":
    seen = ts <= tape.end
    for begin, back in tape.blind:
        seen &= (ts < begin) | (ts >= back)
    return seen


def _doubles(values: Floats) -> "array[float]":
    return array("d", np.ascontiguousarray(values, dtype=np.float64).tobytes())


def _caught_up(tape: Tape, begin: float, back: float) -> Reading:
    """The link is back: what was written meanwhile comes at once, with the times it was written at."""
    hidden = (tape.line_ts >= begin) & (tape.line_ts < back)
    rows = zip(tape.line_ts[hidden], tape.line_step[hidden], tape.line_loss[hidden], strict=True)
    lines = [Progress(float(t), int(s), tape.total_steps, loss=float(x)) for t, s, x in rows]
    events = [*lines, *(event for ts, event in tape.events if begin <= ts < back)]
    return Reading(back, events=tuple(sorted(events, key=lambda event: event.ts or 0.0)), alive=True)


def readings(tape: Tape) -> Iterator[Reading]:
    """The tape as the live channel would push it: each line, each sample, each loss of the host."""
    told, others = columns(tape)
    lines = map(told.line, range(len(told.line_ts)))
    samples = map(told.sample, range(len(told.sample_ts)))
    return merge(lines, samples, others, key=lambda reading: reading.ts)
