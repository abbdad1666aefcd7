"""Raw facts of one look at a host. All times are unix seconds on the host's clock.

What is made by the million is a msgspec Struct: as frozen, and made eight times as fast.
"""

from dataclasses import dataclass

import msgspec

from vasttui.logs.events import LogEvent


@dataclass(frozen=True, slots=True)
class Chunk:
    """Log bytes that were written by `ts`. `offset` is where `data` begins in the log."""

    ts: float
    offset: int
    data: bytes


@dataclass(frozen=True, slots=True)
class FileChunk:
    """Bytes of the plan's `[log] file`, written by `ts`; `name` is its path. Offset 0: it begins (again)."""

    ts: float
    name: str
    offset: int
    data: bytes


class Sample(msgspec.Struct, frozen=True, gc=False):
    """One row of `samples.csv`: one GPU (or none: `gpu` is None) at one time. None is unknown."""

    ts: float
    gpu: int | None = None
    util_pct: float | None = None
    mem_used_mib: float | None = None
    mem_total_mib: float | None = None
    temp_c: float | None = None
    power_w: float | None = None
    ram_used_mib: float | None = None
    ram_total_mib: float | None = None
    disk_free_mib: float | None = None


@dataclass(frozen=True, slots=True)
class Exit:
    """How the command ended: an exit `code`, or the `signal` that killed it; neither: it vanished."""

    ts: float
    code: int | None = None
    signal: int | None = None


@dataclass(frozen=True, slots=True)
class Position:
    """How far a reader has come: bytes of the log, of samples.csv and of the `[log] file` already taken."""

    log: int = 0
    samples: int = 0
    file: int = 0
    file_name: str = ""


class Reading(msgspec.Struct, frozen=True):
    """What one look, or one push of the live channel, brought since the one before.

    `position` is where the next reading continues. `reachable` False: the host did not answer, and
    nothing else here is news. `alive` None: unknown (a log without a pid). `notes` say what could not
    be used, one line each. `events` are facts of a log that someone else has read.
    """

    ts: float
    chunks: tuple[Chunk, ...] = ()
    samples: tuple[Sample, ...] = ()
    exit: Exit | None = None
    reachable: bool = True
    alive: bool | None = None
    position: Position = Position()
    notes: tuple[str, ...] = ()
    events: tuple[LogEvent, ...] = ()
    files: tuple[FileChunk, ...] = ()
