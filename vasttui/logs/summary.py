"""The answer of `vasttui parse --json`."""

from collections.abc import Iterable
from math import isfinite
from typing import Protocol

from msgspec import Struct

from vasttui.logs.events import ErrorMarker, EvalPoint, LogEvent
from vasttui.logs.reader import LogReader
from vasttui.logs.tracker import Tracker, whole


class EvalSummary(Struct, frozen=True):
    """One evaluation."""

    step: int | None
    metrics: dict[str, float]


class ErrorSummary(Struct, frozen=True):
    """One error; `line` counts newline-separated lines from 1."""

    kind: str
    line: int
    text: str
    fatal: bool


class ParseSummary(Struct, frozen=True):
    """What vasttui understands of a log. None: the log does not tell (or the loss is no number)."""

    format: str
    first_step: int | None
    step: int | None
    total_steps: int | None
    epoch: float | None
    seconds_per_step: float | None
    loss: float | None
    evals: tuple[EvalSummary, ...]
    errors: tuple[ErrorSummary, ...]


class Told(Protocol):
    """A log, or a file of metrics, that was read."""

    @property
    def format(self) -> str: ...

    @property
    def tracker(self) -> Tracker: ...


def summarise(reader: Told, events: Iterable[LogEvent]) -> ParseSummary:
    """Sum up a reader that was fed a log to its end, and the events it gave."""
    tracker = reader.tracker
    step = tracker.step
    total = tracker.total
    if total is None and tracker.soft_total is not None and step is not None and step <= tracker.soft_total:
        total = tracker.soft_total
    epochs, per_epoch = tracker.counters.epochs.soft_count, tracker.per_epoch
    if total is None and epochs and per_epoch and step is not None and step <= epochs * per_epoch:
        total = epochs * per_epoch
    found = list(events)
    seconds = tracker.rates.seconds_per_step(total)[0] if step is not None else None
    return ParseSummary(
        reader.format,
        _int(tracker.first_step),
        _int(step),
        _int(total),
        tracker.epoch,
        seconds,
        tracker.loss if tracker.loss is not None and isfinite(tracker.loss) else None,
        tuple(EvalSummary(e.step, e.metrics) for e in found if isinstance(e, EvalPoint)),
        tuple(ErrorSummary(e.kind, e.line, e.text, e.fatal) for e in found if isinstance(e, ErrorMarker)),
    )


def _int(value: float | None) -> int | None:
    return whole(value) if value is not None else None


def read_whole(data: bytes, reader: LogReader | None = None) -> ParseSummary:
    """Parse a log that is complete and in memory."""
    reader = reader or LogReader()
    events = reader.feed(data)
    return summarise(reader, [*events, *reader.finish()])
