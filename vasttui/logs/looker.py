"""A full look at one line of an unknown shape: what it says, and what its shape says from now on."""

from dataclasses import replace

from vasttui.logs import phases
from vasttui.logs.clean import is_no_text
from vasttui.logs.errors import ErrorScanner
from vasttui.logs.events import ActivityKind, LogEvent, Progress
from vasttui.logs.explain import SAMPLES_UNREAD, Unread
from vasttui.logs.learn import Learner
from vasttui.logs.prefix import Line, dress
from vasttui.logs.recognisers import bars, keyvalue, pattern, records
from vasttui.logs.recognisers.multiline import Multiline
from vasttui.logs.recognisers.tables import Tables
from vasttui.logs.shapes import BORING, Phase, Shapes, plan_for
from vasttui.logs.sighting import Sighting
from vasttui.logs.tokens import DIGITS
from vasttui.logs.tracker import Tracker
from vasttui.plan.schema import LogSource

MAX_LINE_BYTES = 64 * 1024
_BLANK = b" \t\r\n\v\f\0"  # a file system may leave a hole of NULs where a machine died
MAX_PLAIN_BYTES = 4 * 1024  # of a line that is no record


class Looker:
    """Asks the recognisers what a line says, tells the tracker, and remembers the line's shape.

    `events` gathers what comes of it; `ts` is when the bytes at hand were written.

    Raises:
        ValueError: the hint's pattern is no usable regex; one clear line.
    """

    def __init__(self, hint: LogSource | None = None) -> None:
        self._pattern = pattern.compile_pattern(hint.pattern) if hint is not None and hint.pattern else None
        self.tracker = Tracker()
        self.errors = ErrorScanner()
        self.shapes = Shapes()
        self._tables = Tables()
        self._multiline = Multiline()
        self._learner = Learner()
        self.ts: float | None = None
        self.events: list[LogEvent] = []
        self.unread = Unread()
        self.early_stopped = False
        self.last_checkpoint: str | None = None

    @property
    def quiet(self) -> bool:
        """Whether a line of mere words can be passed over: nothing waits for it."""
        return self._pattern is None and not (
            self.errors.busy or self._multiline.waits or len(self.unread.samples) < SAMPLES_UNREAD
        )

    def look(self, raw: bytes, number: int) -> None:
        """Look at line `number`, or at one frame of it."""
        raw = raw[: MAX_LINE_BYTES if b"{" in raw[:512] else MAX_PLAIN_BYTES]
        if not raw.strip(_BLANK):
            if self.errors.busy:
                self.errors.scan(Line(raw, raw, number), self.ts)
            elif len(raw) <= Shapes.MAX_BYTES:
                self.shapes.put(raw, BORING)
            return
        if not self.errors.busy and is_no_text(raw):
            self.unread.note_no_text(number, raw)
            return
        line = dress(raw, number)
        if not self.errors.busy and not line.text.strip():
            self.unread.note(number, raw)  # nothing but digits, or a prefix without a message
            return
        pieces = list(bars.split_frames(line.text)) if b"]" in raw and b"|" in raw else [(0, len(raw))]
        if len(pieces) == 1 or not line.text[pieces[1][0] :].strip():
            self._piece(line, cacheable=len(raw) <= Shapes.MAX_BYTES)
            return
        for start, end in pieces:
            piece = dress(raw[start:end], number) if start else _cut(line, end)
            self._piece(piece, cacheable=False)

    def _piece(self, line: Line, cacheable: bool) -> None:
        busy = self.errors.busy
        if self.errors.scan(line, self.ts):
            return
        said = self._phases(line)
        sighting = self._recognise(line)
        if sighting is not None:
            if sighting.stamp is None and line.stamp is not None:
                sighting.stamp = line.stamp
            self.observe(sighting)
        hopeless = False
        if sighting is None or not (sighting.counts or sighting.metrics or sighting.mode != "train"):
            learned, hopeless = self._learner.read(line)
            if learned is not None:
                learned.stamp = line.stamp
                self.observe(learned)
            elif sighting is None and not said:
                self.unread.note(line.number, line.raw)
        if cacheable and not busy and not self._tables.box:
            if said is None:
                self._remember(line, sighting, hopeless)
            elif said != "train" and sighting is None and not line.low.count(b"early"):
                self.shapes.put(line.raw.translate(DIGITS), Phase(said))

    def _remember(self, line: Line, sighting: Sighting | None, hopeless: bool) -> None:
        key = line.raw.translate(DIGITS)
        if sighting is None:
            if hopeless and not self._tables.touched and not self._multiline.touched:
                self.shapes.put(key, BORING)
        elif hopeless or sighting.counts or sighting.metrics:
            plan = plan_for(line, sighting)
            if plan is not None:
                self.shapes.put(key, plan, line.raw)

    def _recognise(self, line: Line) -> Sighting | None:
        if self._pattern is not None:
            found = pattern.read(self._pattern, line)
            if found is not None:
                return found
        self._tables.touched = False
        several = self._multiline.read(line)
        if several is not None:
            return several
        bar = bars.read(line)
        if bar is not None:
            self._multiline.note_bar(bar)
            return bar
        return (
            records.read(line) or self._table(line) or (None if self._tables.touched else keyvalue.read(line))
        )

    def _table(self, line: Line) -> Sighting | None:
        before = len(self._tables.columns), self._tables.separator
        found = self._tables.read(line)
        if (len(self._tables.columns), self._tables.separator) != before:
            self.shapes.clear()
        return found

    def _phases(self, line: Line) -> ActivityKind | None:
        """What the words of a line say of checkpoints, early stopping (`train`) and other phases."""
        if not phases.maybe(line.low):
            return None
        early = phases.says_early_stop(line)
        self.early_stopped |= early
        kind = phases.phase_of(line)
        if kind is not None:
            self.enter(kind, line.text)
        return kind if kind is not None or not early else "train"

    def enter(self, kind: ActivityKind, text: bytes) -> None:
        """The run does something else now. Each checkpoint is told, even one right after another."""
        if kind == "checkpoint":
            self.last_checkpoint = phases.checkpoint_name(text) or self.last_checkpoint
            self.tracker.activity = None
        self.events += self.tracker.now(kind, self.ts)

    def observe(self, sighting: Sighting) -> None:
        moves = self.tracker.moves
        events = self.tracker.observe(sighting, self.ts)
        self.events += events
        if self.tracker.moves != moves and any(isinstance(event, Progress) for event in events):
            self.errors.moved(self.ts)


def _cut(line: Line, end: int) -> Line:
    return replace(line, raw=line.raw[:end], text=line.text[:end], low=line.low[:end])
