"""Rows of named figures, from whatever file, as events: the same judgement that log lines get."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import groupby
from math import isfinite
from typing import Protocol

from vasttui.logs import roles
from vasttui.logs.events import LogEvent
from vasttui.logs.prefix import Line
from vasttui.logs.recognisers.records import sighting_of
from vasttui.logs.sighting import GLOBAL, Sighting
from vasttui.logs.tokens import normal
from vasttui.logs.tracker import Tracker

_NO_LINE = Line(b"", b"", 0)


@dataclass(frozen=True, slots=True)
class Row:
    """Figures of one step, written at `ts` (unix s). `end`: the file's byte after it.

    `weak_step`: the step counts calls of the logger; a counter among the figures is better.
    """

    step: int | None
    ts: float | None
    figures: dict[str, float]
    end: int
    weak_step: bool = False


class RowFile(Protocol):
    """A file that grows by rows."""

    name: str

    def feed(self, data: bytes) -> Iterator[Row]:
        """The rows that these bytes complete. Raises ValueError, one line: no such file."""
        ...


class RowReader:
    """Follows the rows of one file. Where `axes` may be mixed in it, the one with the loss counts the run."""

    def __init__(self, axes: bool = False) -> None:
        self.tracker = Tracker()
        self._axes = axes
        self._lead = ""
        self._rows = 0

    def read(self, rows: Iterable[Row], ts: float | None) -> list[LogEvent]:
        """Tell what the rows say; a row's own time stands, if it is not after `ts`."""
        found: list[LogEvent] = []
        for _, group in groupby(rows, key=lambda row: row.step):
            same = list(group)
            figures = {name: value for row in same for name, value in row.figures.items()}
            when = same[-1].ts
            late = when is None or (ts is not None and when > ts)
            found += self._row(same[0], figures, ts if late else when)
        return found

    def _row(self, row: Row, figures: dict[str, float], ts: float | None) -> list[LogEvent]:
        self._rows += 1
        sighting = sighting_of(figures, _NO_LINE, "records") or Sighting("records")
        sighting.line, sighting.weak, sighting.stamp = self._rows, False, ts
        sighting.metrics = {name: value for name, value in sighting.metrics.items() if isfinite(value)}
        if sighting.step is None or not row.weak_step:
            sighting.step = float(row.step) if row.step is not None else None
        sighting.trust, sighting.source = GLOBAL, "step"
        if self._axes and sighting.mode == "train" and not self._leads(figures, sighting.loss is not None):
            sighting.step = None
        return self.tracker.observe(sighting, ts)

    def _leads(self, figures: dict[str, float], has_loss: bool) -> bool:
        """Whether this row is of the axis that counts the run: that of the loss, once one was seen."""
        if has_loss:
            lead = next(name for name in figures if roles.role_of(normal(name)) == "loss")
            if roles.role_of(normal(self._lead)) != "loss":
                self._lead = lead
                self.tracker.step = None  # what counted until now may have been another axis
        elif not self._lead:
            self._lead = next(iter(figures))
        return has_loss or self._lead in figures
