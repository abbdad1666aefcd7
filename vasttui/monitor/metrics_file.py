"""The plan's `[log] file` as its bytes come: what it tells stands above what the text tells of the same."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from vasttui.logs.events import EvalPoint, LogEvent, Progress
from vasttui.monitor.reading import FileChunk

if TYPE_CHECKING:
    from vasttui.logs.sources import Source


@dataclass(slots=True)
class MetricsFile:
    """Reads one file after another. `trouble`: one line, why it is not read; the run is not touched.

    `tells_steps`, `tells_evals`: from now on the text's own are not to be taken.
    """

    name: str = ""
    trouble: str = ""
    tells_steps: bool = False
    tells_evals: bool = False
    _source: "Source | None" = None

    def take(self, chunk: FileChunk) -> list[LogEvent]:
        """Events that these bytes tell."""
        if chunk.name != self.name:
            self._begin(chunk.name)
        elif chunk.offset == 0 and not (self._source is not None and self._source.whole_file):
            self._begin(chunk.name)  # it was cut, or written anew
        return self._read(lambda source: source.feed(chunk.data, chunk.ts))

    def finish(self, ts: float) -> list[LogEvent]:
        """The run has ended: what was held back."""
        return self._read(lambda source: source.finish(ts))

    def _read(self, read: "Callable[[Source], list[LogEvent]]") -> list[LogEvent]:
        if self._source is None:
            return []
        try:
            return self._note(read(self._source))
        except ValueError as error:
            self._source = None
            self.trouble = f"[log] file {self.name}: {error}; the log's text is read instead"
            return []

    def _begin(self, name: str) -> None:
        from vasttui.logs.sources import source_for  # noqa: PLC0415  few plans name a file

        self.name, self.trouble, self._source = name, "", None
        try:
            self._source = source_for(name)
        except ValueError as error:
            self.trouble = str(error)

    def _note(self, events: list[LogEvent]) -> list[LogEvent]:
        for event in events:
            self.tells_steps |= isinstance(event, Progress) and event.step is not None
            self.tells_evals |= isinstance(event, EvalPoint)
        return events
