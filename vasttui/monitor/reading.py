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


def gauges(rows: tuple[Sample, ...]) -> dict[str, float]:
    """One figure a series from the rows of one moment: mean utilisation, fullest card, summed power."""
    if len(rows) == 1:
        one = rows[0]
        known = {
            "gpu": one.util_pct,
            "vram": one.mem_used_mib,
            "power": one.power_w,
            "temp": one.temp_c,
            "ram": one.ram_used_mib,
            "disk": one.disk_free_mib,
        }
        return {name: value for name, value in known.items() if value is not None}
    figures: dict[str, float] = {}

    def put(name: str, values: list[float], fold: str) -> None:
        if values:
            figures[name] = {"mean": sum(values) / len(values), "max": max(values), "sum": sum(values)}[fold]

    put("gpu", [r.util_pct for r in rows if r.util_pct is not None], "mean")
    put("vram", [r.mem_used_mib for r in rows if r.mem_used_mib is not None], "max")
    put("power", [r.power_w for r in rows if r.power_w is not None], "sum")
    put("temp", [r.temp_c for r in rows if r.temp_c is not None], "max")
    put("ram", [r.ram_used_mib for r in rows if r.ram_used_mib is not None], "max")
    put("disk", [r.disk_free_mib for r in rows if r.disk_free_mib is not None], "max")
    return figures
