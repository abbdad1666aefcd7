"""Files that tell what the text does not: the `file` of a plan's `[log]`, as bytes.

JSON lines and CSV are tails: a `LogReader` reads them as it reads any log. `trainer_state.json` is one
document that is rewritten at each checkpoint, so it is read whole. TensorBoard's event files and wandb's
run files are rows that are appended (`tensorboard.py`, `wandb.py`). All end in one `Tracker`, like lines.
"""

import csv
import itertools
import json
from collections.abc import Callable, Iterator
from typing import Any, Protocol, cast

import msgspec

from vasttui.logs.events import LogEvent
from vasttui.logs.prefix import stamp_seconds
from vasttui.logs.protobuf import moment
from vasttui.logs.reader import LogReader
from vasttui.logs.scalars import Row, RowFile, RowReader
from vasttui.logs.tensorboard import EventFile
from vasttui.logs.tracker import Tracker
from vasttui.logs.wandb import RunFile

SUPPORTED = (
    "JSON lines (.jsonl .ndjson .json), CSV (.csv .tsv), trainer_state.json,"
    " TensorBoard events.out.tfevents.*, wandb run-*.wandb"
)
_TAILS = (".jsonl", ".ndjson", ".json", ".csv", ".tsv", ".log", ".txt")
_TIMES = ("timestamp", "ts", "time", "_timestamp", "wall_time", "datetime", "date", "created_at")
_UNIX_OF_FIXED_DAY = 719163 * 86400  # `stamp_seconds` counts from the first day of the calendar


class Source(Protocol):
    """A file that tells of the run. `whole_file`: feed all of it each time, not only what was appended.

    `format` is what `parse` calls it; `tracker` what it has told so far.
    """

    @property
    def whole_file(self) -> bool: ...

    @property
    def format(self) -> str: ...

    @property
    def tracker(self) -> Tracker: ...

    def feed(self, data: bytes, ts: float | None = None) -> list[LogEvent]:
        """Take bytes of the file, written by `ts`; tell what is new.

        Raises:
            ValueError: the bytes are no such file; one clear line.
        """
        ...

    def finish(self, ts: float | None = None) -> list[LogEvent]:
        """The file has come to its end. Raises ValueError, one line: it is no such file after all."""
        ...


class Tail:
    """JSON lines or CSV, fed as they are appended."""

    whole_file = False

    def __init__(self) -> None:
        self.reader = LogReader()

    @property
    def format(self) -> str:
        """The recognisers that read it."""
        return self.reader.format

    @property
    def tracker(self) -> Tracker:
        """What it has told."""
        return self.reader.tracker

    def feed(self, data: bytes, ts: float | None = None) -> list[LogEvent]:
        """Read on."""
        return self.reader.feed(data, ts)

    def finish(self, ts: float | None = None) -> list[LogEvent]:
        """Read the last line, should it have no end."""
        return self.reader.finish(ts)


class Rows:
    """TensorBoard's or wandb's file, fed as it grows."""

    whole_file = False

    def __init__(self, file: RowFile) -> None:
        self._file = file
        self._reader = RowReader(axes=isinstance(file, EventFile))

    @property
    def format(self) -> str:
        """Whose file it is."""
        return self._file.name

    @property
    def tracker(self) -> Tracker:
        """What it has told."""
        return self._reader.tracker

    def feed(self, data: bytes, ts: float | None = None) -> list[LogEvent]:
        """Read on; a row's own time stands where it has one."""
        return self._reader.read(self._file.feed(data), ts)

    def finish(self, ts: float | None = None) -> list[LogEvent]:  # noqa: ARG002 - the protocol's
        """Nothing is held back."""
        return []


class TrainerState:
    """`trainer_state.json`, fed whole each time it was rewritten; a half-written one is not read yet."""

    whole_file = True
    format = "trainer_state.json"

    def __init__(self) -> None:
        self._told = 0
        self._torn = False
        self._last: dict[str, Any] = {}
        self._reader = RowReader()

    @property
    def tracker(self) -> Tracker:
        """What it has told."""
        return self._reader.tracker

    def feed(self, data: bytes, ts: float | None = None) -> list[LogEvent]:
        """Read the whole file again; tell what was not told before.

        Raises:
            ValueError: the bytes are no such document; one clear line.
        """
        self._torn = not data.rstrip().endswith(b"}")
        if self._torn:
            return []
        state = _trainer_state(data)
        history = [cast("dict[str, Any]", entry) for entry in state["log_history"] if isinstance(entry, dict)]
        if len(history) < self._told or (self._told and history[self._told - 1] != self._last):
            self._told = 0  # another run's
        fresh, self._told = history[self._told :], len(history)
        self._last = history[-1] if history else {}
        total, step = _count(state.get("max_steps")), _count(state.get("global_step"))
        rows = [Row(_count(e.get("step")), None, _figures(e, total), n) for n, e in enumerate(fresh)]
        if step is not None and (not rows or rows[-1].step != step):
            rows.append(Row(step, None, {"max_steps": float(total or 0), "step": float(step)}, 0))
        return list(itertools.chain.from_iterable(self._reader.read([row], ts) for row in rows))

    def finish(self, ts: float | None = None) -> list[LogEvent]:  # noqa: ARG002 - the protocol's
        """Nothing is held back; a document that was never whole is none."""
        if self._torn:
            raise ValueError("trainer_state.json is half written")
        return []


_BY_NAME: tuple[tuple[Callable[[str], bool], Callable[[], Source]], ...] = (
    (lambda name: name == "trainer_state.json", TrainerState),
    (lambda name: ".tfevents." in name, lambda: Rows(EventFile())),
    (lambda name: name.endswith(".wandb"), lambda: Rows(RunFile())),
    (lambda name: name.endswith(_TAILS), Tail),
)


def source_for(path: str) -> Source:
    """Choose the reader of a file by its name.

    Raises:
        ValueError: a kind of file that is not read; one line that says which are.
    """
    name = path.replace("\\", "/").rpartition("/")[2].lower()
    for fits, make in _BY_NAME:
        if fits(name):
            return make()
    raise ValueError(f"[log] file: cannot read {name or path!r}; it can be {SUPPORTED}")


def is_binary_or_document(path: str) -> bool:
    """Whether a file of this name is no text that is read line by line."""
    name = path.replace("\\", "/").rpartition("/")[2].lower()
    return name == "trainer_state.json" or ".tfevents." in name or name.endswith(".wandb")


def moments(path: str, data: bytes) -> Iterator[tuple[float | None, int]]:
    """When the file itself says that its bytes were written: (unix s, or None; byte after them), in order."""
    name = path.lower()
    if ".tfevents." in name or name.endswith(".wandb"):
        file = EventFile() if ".tfevents." in name else RunFile()
        for row in file.feed(data):
            yield row.ts, row.end
    elif not name.endswith("trainer_state.json"):
        yield from _line_times(data)


def _line_times(data: bytes) -> Iterator[tuple[float | None, int]]:
    end, column, first = 0, -1, True
    for line in data.splitlines(keepends=True):
        end += len(line)
        text = line.decode("utf-8", "replace").strip()
        if first and not text.startswith("{"):
            names = [cell.strip().lower() for cell in _cells(text)]
            column = next((i for i, name in enumerate(names) if name in _TIMES), -1)
        first = False
        yield _line_time(text, column), end


def _line_time(text: str, column: int) -> float | None:
    told: object = None
    if text.startswith("{"):
        try:
            found: object = json.loads(text)
        except (ValueError, RecursionError):
            return None
        record = cast("dict[str, object]", found) if isinstance(found, dict) else {}
        told = next((record[name] for name in _TIMES if name in record), None)
    elif column >= 0:
        cells = _cells(text)
        told = cells[column] if column < len(cells) else None
    if isinstance(told, str):
        try:
            return moment(float(told))
        except ValueError:
            stamp = stamp_seconds(told.encode())
            return moment(stamp - _UNIX_OF_FIXED_DAY) if stamp is not None else None
    return moment(float(told)) if isinstance(told, int | float) else None


def _cells(text: str) -> list[str]:
    try:
        return next(csv.reader([text]))
    except (csv.Error, StopIteration):
        return []


def _trainer_state(data: bytes) -> dict[str, Any]:
    try:
        state: object = msgspec.json.decode(data)
    except (msgspec.DecodeError, UnicodeDecodeError):
        try:
            state = json.loads(data)  # Hugging Face writes NaN, which is no JSON
        except (ValueError, RecursionError) as error:
            raise ValueError(f"trainer_state.json is no JSON (half written?): {error}") from None
    fields = cast("dict[str, Any]", state) if isinstance(state, dict) else {}
    history: object = fields.get("log_history")
    if not isinstance(history, list):
        raise ValueError(  # noqa: TRY004 - it is the file that is wrong
            "trainer_state.json has no log_history: is it another file?"
        )
    return fields


def _figures(entry: dict[str, Any], total: int | None) -> dict[str, float]:
    figures = {
        k: float(v) for k, v in entry.items() if isinstance(v, int | float) and not isinstance(v, bool)
    }
    if "train_runtime" in figures:
        return {}  # the closing means over the whole run
    return figures | ({"total_steps": float(total)} if total else {})


def _count(value: object) -> int | None:
    return value if isinstance(value, int) and not isinstance(value, bool) else None
