"""The record a run leaves behind: a folder, read with tolerance for all that can be missing or broken.

`Record.open(path)` reads what is small (run.toml, run.idx, exit.json); `readings()` streams the rest as the
live channel would have brought it. Only `run.toml` and `run.log` must be there.
"""

import math
import tomllib
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from heapq import merge
from pathlib import Path
from typing import Any, cast

import msgspec
import tomli_w

from vasttui.hosts.protocol import HostError
from vasttui.hosts.run_index import (
    DAY_S,
    LONGEST_RUN_S,
    RUN_IDX,
    RUN_LOG,
    SPREAD,
    IndexPoint,
    parse_index,
    spread,
)
from vasttui.hosts.samples import read_samples
from vasttui.monitor.reading import Chunk, Exit, Position, Reading

RUN_TOML = "run.toml"
SAMPLES_CSV = "samples.csv"
EXIT_JSON = "exit.json"

_OWN_FILES = frozenset((RUN_TOML, RUN_LOG, RUN_IDX, SAMPLES_CSV, EXIT_JSON))

BLOCK_BYTES = 1 << 20
LATEST_S = 1e11
_MAX_SMALL_FILE_BYTES = 64 << 20


class RecordError(HostError):
    """A folder that is no record, or one whose run.toml cannot be used."""


class RunInfo(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """`run.toml`. `started_at` is unix seconds; unknown keys are ignored; `plan` is an excerpt as it was."""

    name: str = ""
    command: str = ""
    started_at: float = 0.0
    total_steps: int | None = None
    gpu: str = ""
    gpu_count: int | None = None
    price_usd_h: float | None = None
    milestones: tuple[int, ...] = ()
    plan: dict[str, Any] = {}

    def to_toml(self) -> str:
        """The text of a run.toml; what is unknown is left out."""
        return tomli_w.dumps(msgspec.to_builtins(self))


@dataclass(frozen=True, slots=True)
class Record:
    """A record on this machine's disk. `notes` say what of it could not be used, one line each."""

    path: Path
    info: RunInfo
    points: tuple[IndexPoint, ...]
    exit: Exit | None
    log_bytes: int
    notes: tuple[str, ...] = ()

    @classmethod
    def open(cls, path: Path | str) -> "Record":
        """Read the folder's small files.

        Raises:
            RecordError: no such folder, no run.log, or a run.toml that cannot be used.
        """
        folder = Path(path)
        info = read_run_info(folder)
        try:
            log_bytes = (folder / RUN_LOG).stat().st_size
        except OSError as error:
            raise RecordError(
                f"{folder / RUN_LOG}: {error.strerror}", "a record needs at least run.toml and run.log"
            ) from None
        idx, idx_notes = _read_small(folder / RUN_IDX)
        points, point_notes = parse_index(idx, log_bytes)
        info, info_notes = _plausible_start(info, points)
        points = tuple(point for point in points if point.ts <= info.started_at + LONGEST_RUN_S)
        exit_text, exit_notes = _read_small(folder / EXIT_JSON)
        ended, end_notes = parse_exit(exit_text)
        if ended is not None and not -DAY_S <= ended.ts - info.started_at <= LONGEST_RUN_S:
            ended = replace(ended, ts=points[-1].ts if points else info.started_at)
        spread_notes: tuple[str, ...] = ()
        if not points and log_bytes:
            points = spread(log_bytes, info.started_at, _last_known(folder, ended))
            spread_notes = (SPREAD,) if points else ()
        notes = (*info_notes, *idx_notes, *point_notes, *spread_notes, *exit_notes, *end_notes)
        return cls(folder, info, points, ended, log_bytes, notes)

    def readings(self, start: Position = Position(), heartbeat_s: float | None = None) -> Iterator[Reading]:
        """The whole record since `start`, in time order, as the live channel would have brought it.

        Log bytes are split where run.idx says when they came, and into blocks of 1 MiB at most; bytes that no
        index line covers come at the end of the run; where no line is usable, all are spread over it. Samples
        of one time come in one reading. The exit, if known, follows the log. Time never goes back, even if a
        host's clock did. With `heartbeat_s` a gap is filled with empty readings at that interval, as a quiet
        live channel does.
        """
        position = start
        last_ts, is_over = -math.inf, False
        notes = self.notes
        parts = (
            self._log_readings(start),
            self._sample_readings(start),
            self._file_readings(start),
            self._exit_readings(),
        )
        for reading in merge(*parts, key=_ts):
            ts = max(last_ts, reading.ts)
            for beat_ts in _beats(last_ts, ts, heartbeat_s):
                yield Reading(ts=beat_ts, alive=not is_over, position=position)
            is_over = is_over or reading.exit is not None
            position = Position(
                max(position.log, reading.position.log),
                max(position.samples, reading.position.samples),
                reading.position.file or position.file,
                reading.position.file_name or position.file_name,
            )
            yield msgspec.structs.replace(
                reading, ts=ts, alive=not is_over, position=position, notes=notes + reading.notes
            )
            last_ts, notes = ts, ()
        if notes:
            yield Reading(ts=max(last_ts, self.info.started_at), position=position, notes=notes)

    @property
    def end_ts(self) -> float:
        """When the last thing known of happened: the exit, else the last log bytes or sample (unix s)."""
        if self.exit is not None:
            return max(self.exit.ts, self._end_ts())
        last = deque(read_samples(self.path / SAMPLES_CSV), maxlen=1)
        return max([self._end_ts(), *(batch.ts for batch in last)])

    def read_log(self, offset: int, size: int) -> tuple[int, bytes]:
        """`size` log bytes from `offset` (negative: from the end). Returns (log's length, bytes)."""
        with (self.path / RUN_LOG).open("rb") as log:
            length = log.seek(0, 2)
            log.seek(max(0, length + offset) if offset < 0 else min(offset, length))
            return length, log.read(size)

    def _log_readings(self, start: Position) -> Iterator[Reading]:
        offset = start.log
        with (self.path / RUN_LOG).open("rb") as log:
            log.seek(offset)
            for point in (*self.points, IndexPoint(self._end_ts(), self.log_bytes)):
                while offset < point.offset:
                    data = log.read(min(BLOCK_BYTES, point.offset - offset))
                    if not data:
                        return
                    chunk = Chunk(point.ts, offset, data)
                    offset += len(data)
                    yield Reading(ts=point.ts, chunks=(chunk,), alive=True, position=Position(log=offset))

    def _exit_readings(self) -> Iterator[Reading]:
        """After the last log bytes, whatever the clocks say; samples may come later."""
        if self.exit is not None:
            last = self.points[-1].ts if self.points else self.exit.ts
            yield Reading(max(last, self.exit.ts), exit=self.exit, alive=False)

    def _sample_readings(self, start: Position) -> Iterator[Reading]:
        for batch in read_samples(self.path / SAMPLES_CSV, start.samples):
            position = Position(samples=batch.offset)
            ts = max(batch.ts, self.info.started_at)
            if ts > self.info.started_at + LONGEST_RUN_S:
                continue
            yield Reading(ts, samples=batch.rows, alive=True, position=position, notes=batch.notes)

    def _file_readings(self, start: Position) -> Iterator[Reading]:
        """A copy of the plan's `[log] file` in the record, as the times in it say when it was written."""
        path = self._copied_file()
        if path is None:
            return
        from vasttui.hosts.beside import pieces  # noqa: PLC0415  few records hold such a file

        begin, end = self.info.started_at, self._end_ts()
        for chunk, note in pieces(path, begin, end, start.file):
            position = Position(file=chunk.offset + len(chunk.data), file_name=path.name)
            yield Reading(
                chunk.ts, alive=True, position=position, files=(chunk,), notes=(note,) if note else ()
            )

    def _copied_file(self) -> Path | None:
        """The newest file in the record that the plan's `[log] file` names by its last part."""
        table = self.info.plan.get("log")
        wanted: object = cast("dict[str, Any]", table).get("file") if isinstance(table, dict) else None
        last = wanted.rstrip("/").rpartition("/")[2] if isinstance(wanted, str) else ""
        if not last or last in ("**", ".."):
            return None
        found = [path for path in self.path.glob(last) if path.is_file() and path.name not in _OWN_FILES]
        return max(found, key=lambda path: path.stat().st_mtime, default=None)

    def _end_ts(self) -> float:
        """When the bytes that run.idx does not cover are taken to have come."""
        if self.exit is not None:
            return self.exit.ts
        if self.points:
            return self.points[-1].ts
        return self.info.started_at  # the file's own time is that of its last copy


def _last_known(folder: Path, ended: Exit | None) -> float:
    """Until when the run is known to have lasted, without run.idx (unix s; 0.0: not known)."""
    if ended is not None:
        return ended.ts
    last = deque(read_samples(folder / SAMPLES_CSV), maxlen=1)
    return last[0].ts if last else 0.0


def _plausible_start(info: RunInfo, points: Sequence[IndexPoint]) -> tuple[RunInfo, tuple[str, ...]]:
    """A start that lies nowhere near the log's own times is replaced by the first of them."""
    if not points or -DAY_S <= points[0].ts - info.started_at <= LONGEST_RUN_S:
        return info, ()
    first = points[0].ts
    note = f"{RUN_TOML}: started_at {info.started_at:g} is far from the log's times; {first:.0f} is taken"
    return msgspec.structs.replace(info, started_at=first), (note,) if info.started_at else ()


def read_run_info(folder: Path) -> RunInfo:
    """`run.toml` of `folder`; a missing name becomes the folder's.

    Raises:
        RecordError: missing, unreadable, no TOML, or a key of the wrong type (the line names it).
    """
    path = folder / RUN_TOML
    try:
        info = msgspec.convert(tomllib.loads(path.read_text("utf-8")), RunInfo)
    except FileNotFoundError:
        raise RecordError(f"{path}: no such file", "is this the folder of a recorded run?") from None
    except OSError as error:
        raise RecordError(f"{path}: {error.strerror}") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, msgspec.ValidationError) as error:
        raise RecordError(
            f"{path}: {error}", "correct that key; a run.toml holds name, command and started_at"
        ) from None
    if not 0 <= info.started_at < LATEST_S:
        raise RecordError(f"{path}: started_at: {info.started_at} is no time", "give unix seconds")
    return info if info.name else msgspec.structs.replace(info, name=folder.resolve().name)


def parse_exit(data: bytes) -> tuple[Exit | None, tuple[str, ...]]:
    """`exit.json` → the exit (`ts` 0.0 where the file tells none), or None and a note if it is broken."""
    if not data.strip():
        return None, ((f"{EXIT_JSON}: empty",) if data else ())
    try:
        found = msgspec.json.decode(data, type=_ExitFile)
    except msgspec.DecodeError as error:
        return None, (f"{EXIT_JSON}: {error}",)
    if found.code is None and found.signal is None and found.ts is None:
        return None, (f"{EXIT_JSON}: neither code nor signal",)
    return Exit(ts=found.ts or 0.0, code=found.code, signal=found.signal), ()


class _ExitFile(msgspec.Struct, frozen=True):
    ts: float | None = None
    code: int | None = None
    signal: int | None = None


def _read_small(path: Path) -> tuple[bytes, tuple[str, ...]]:
    try:
        with path.open("rb") as file:
            return file.read(_MAX_SMALL_FILE_BYTES), ()
    except FileNotFoundError:
        return b"", ()
    except OSError as error:
        return b"", (f"{path.name}: {error.strerror}",)


def _ts(reading: Reading) -> float:
    return reading.ts


def _beats(last_ts: float, next_ts: float, interval_s: float | None) -> Iterable[float]:
    if interval_s is None or not math.isfinite(last_ts):
        return ()
    count = math.ceil((next_ts - last_ts) / interval_s) - 1
    return (last_ts + interval_s * (index + 1) for index in range(max(0, count)))
