"""Files that tell what the text does not: the `file` of a plan's `[log]`, as bytes.

JSON lines and CSV are tails: a `LogReader` reads them as it reads any log. `trainer_state.json` is one
document that is rewritten at each checkpoint, so it is read whole. TensorBoard's event files are records
that are appended (`tensorboard.py`).
"""

from dataclasses import replace
from typing import Any, Protocol, cast

import msgspec

from vasttui.logs.events import EvalPoint, LogEvent, Progress
from vasttui.logs.prefix import Line
from vasttui.logs.reader import LogReader
from vasttui.logs.recognisers.records import sighting_of
from vasttui.logs.tensorboard import EventFile
from vasttui.logs.tracker import whole

SUPPORTED = (
    "JSON lines (.jsonl .ndjson .json), CSV (.csv .tsv), trainer_state.json,"
    " TensorBoard events.out.tfevents.*"
)
_TAILS = (".jsonl", ".ndjson", ".json", ".csv", ".tsv", ".log", ".txt")


class Source(Protocol):
    """A file that tells of the run. `whole_file`: feed all of it each time, not only what was appended."""

    @property
    def whole_file(self) -> bool: ...

    def feed(self, data: bytes, ts: float | None = None) -> list[LogEvent]:
        """Take bytes of the file, written at `ts`; tell what is new.

        Raises:
            ValueError: the bytes are no such file; one clear line.
        """
        ...


class Tail:
    """JSON lines or CSV, fed as they are appended."""

    whole_file = False

    def __init__(self) -> None:
        self.reader = LogReader()

    def feed(self, data: bytes, ts: float | None = None) -> list[LogEvent]:
        """Read on."""
        return self.reader.feed(data, ts)


class TrainerState:
    """`trainer_state.json`, fed whole each time it was rewritten; a half-written one is not read yet."""

    whole_file = True

    def __init__(self) -> None:
        self._told: list[LogEvent] = []

    def feed(self, data: bytes, ts: float | None = None) -> list[LogEvent]:
        """Read the whole file again; tell what was not told before.

        Raises:
            ValueError: the bytes are no such document; one clear line.
        """
        if not data.rstrip().endswith(b"}"):
            return []
        now = trainer_state(data)
        fresh = [event for event in now if event not in self._told]
        self._told = now
        return [replace(event, ts=ts) for event in fresh]


def source_for(path: str) -> Source:
    """Choose the reader of a file by its name.

    Raises:
        ValueError: a kind of file that is not read; one line that says which are.
    """
    name = path.replace("\\", "/").rpartition("/")[2].lower()
    if name == "trainer_state.json":
        return TrainerState()
    if ".tfevents." in name:
        return EventFile()
    if name.endswith(_TAILS):
        return Tail()
    raise ValueError(f"[log] file: cannot read {name or path!r}; it can be {SUPPORTED}")


def trainer_state(data: bytes, ts: float | None = None) -> list[LogEvent]:
    """Read a Hugging Face `trainer_state.json`: a progress or an evaluation for each entry of its history.

    Raises:
        ValueError: the bytes are no such document (perhaps half written); one clear line.
    """
    try:
        state: object = msgspec.json.decode(data)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise ValueError(f"trainer_state.json is no JSON (half written?): {error}") from None
    fields = cast("dict[str, Any]", state) if isinstance(state, dict) else {}
    history, total = fields.get("log_history"), _count(fields.get("max_steps"))
    if history is None or not isinstance(history, list):
        raise ValueError("trainer_state.json has no log_history: is it another file?")
    found: list[LogEvent] = []
    for number, entry in enumerate(cast("list[Any]", history), 1):
        if isinstance(entry, dict):
            found += _entry(
                cast("dict[str, Any]", entry), number, total if isinstance(total, int) else None, ts
            )
    step = _count(fields.get("global_step"))
    if step is not None:
        found.append(Progress(ts, step, total))
    return found


def _count(value: object) -> int | None:
    return value if isinstance(value, int) and not isinstance(value, bool) else None


def _entry(entry: dict[str, Any], number: int, total: int | None, ts: float | None) -> list[LogEvent]:
    sighting = sighting_of(entry, Line(b"", b"", number))
    if sighting is None:
        return []
    step = whole(sighting.step) if sighting.step is not None else None
    if sighting.metrics:
        return [EvalPoint(ts, step, sighting.metrics)]
    return [Progress(ts, step, total, sighting.epoch, sighting.loss)]
