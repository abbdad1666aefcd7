"""A simulated run, as columns: what its log and its machine would have told, and what is true of it."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from heapq import merge

import numpy as np
from numpy.typing import NDArray

from vasttui.logs.events import LogEvent, Progress
from vasttui.monitor.check import Rule
from vasttui.monitor.reading import Exit, Reading, Sample

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

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


def readings(tape: Tape, until: float | None = None) -> Iterator[Reading]:
    """The tape as the live channel would push it: each line, each sample, each loss of the host."""
    end = tape.end if until is None else min(until, tape.end)
    flow = merge(_lines(tape), _events(tape), _samples(tape), key=lambda reading: reading.ts)
    cuts = iter([*tape.blind, (float("inf"), float("inf"))])
    begin, back = next(cuts)
    held: list[Reading] = []
    for reading in flow:
        if reading.ts > end:
            break
        while reading.ts >= back:
            yield from _after_silence(held, back)
            held, (begin, back) = [], next(cuts)
        if reading.ts >= begin:
            if not held:
                yield Reading(begin, reachable=False)
            held.append(reading)
            continue
        yield reading
    if held and end >= back:
        yield from _after_silence(held, back)
    if tape.exit is not None and tape.exit.ts <= end and tape.sees(tape.exit.ts):
        yield Reading(tape.exit.ts, exit=tape.exit, alive=False)


def _after_silence(held: list[Reading], ts: float) -> Iterator[Reading]:
    """The link is back: what was written meanwhile comes at once, with the times it was written at."""
    yield Reading(
        ts,
        events=tuple(event for reading in held for event in reading.events),
        samples=tuple(sample for reading in held for sample in reading.samples),
        alive=True,
    )


def _lines(tape: Tape) -> Iterator[Reading]:
    total = tape.total_steps
    rows = zip(tape.line_ts.tolist(), tape.line_step.tolist(), tape.line_loss.tolist(), strict=True)
    for ts, step, loss in rows:
        yield Reading(ts, events=(Progress(ts, step, total_steps=total, loss=loss),), alive=True)


def _events(tape: Tape) -> Iterator[Reading]:
    for ts, event in tape.events:
        yield Reading(ts, events=(event,), alive=True)


def _samples(tape: Tape) -> Iterator[Reading]:
    m = tape.machine
    gpu = None if m.util is None else 0
    blank = [None] * len(m.ts)
    columns = [blank if c is None else c.tolist() for c in (m.util, m.vram, m.power)]
    for ts, util, vram, power, ram, disk in zip(
        m.ts.tolist(), *columns, m.ram.tolist(), m.disk.tolist(), strict=True
    ):
        sample = Sample(
            ts,
            gpu,
            util_pct=util,
            mem_used_mib=vram,
            mem_total_mib=None if gpu is None else m.vram_total,
            power_w=power,
            ram_used_mib=ram,
            ram_total_mib=m.ram_total,
            disk_free_mib=disk,
        )
        yield Reading(ts, samples=(sample,), alive=True)
