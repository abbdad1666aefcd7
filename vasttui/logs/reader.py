"""The log reader: bytes as they come in, events out.

Speed comes from shapes: two lines that differ in digits only have the same shape, and what the first
of them took a full look to understand, the next gives by slicing. A shape that said nothing is not
looked at again.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import groupby

from vasttui.logs import phases
from vasttui.logs.errors import ErrorScanner
from vasttui.logs.events import ActivityKind, LogEvent, Progress
from vasttui.logs.explain import Explanation, explain
from vasttui.logs.learn import Learner
from vasttui.logs.prefix import Line, dress
from vasttui.logs.prose import Prose
from vasttui.logs.recognisers import bars, keyvalue, pattern, records
from vasttui.logs.recognisers.multiline import Multiline
from vasttui.logs.recognisers.tables import Tables
from vasttui.logs.shapes import BORING, Boring, Phase, Plan, Shapes, plan_for
from vasttui.logs.sighting import Sighting
from vasttui.logs.tokens import DIGITS
from vasttui.logs.tracker import Tracker
from vasttui.logs.units import shapes_of, split_units
from vasttui.plan.schema import LogSource

MAX_LINE_BYTES = 64 * 1024
MAX_PLAIN_BYTES = 4 * 1024  # of a line that is no record
BLOCK_BYTES = 1024 * 1024
_YOUNG = 2000  # units; until so many were seen, only a large block is thinned
_THIN_FROM = 600  # lines and frames of one block; fewer are all read
_ALL_OF_LAST = 200  # these give the rate, so that it does not depend on how the log is cut
_LAST_OF_FEW = 8
_LEAP = 4  # shorter runs are read one by one
_SAMPLES_UNREAD = 5


@dataclass(slots=True)
class _Held:
    """A unit that is told unless the next one goes on from it."""

    plan: Plan
    unit: bytes
    number: int
    count: float


class LogReader:
    """Reads one log, in pieces of any size. `hint` carries the user's pattern, if the plan has one.

    Raises:
        ValueError: the hint's pattern is no usable regex; one clear line.
    """

    def __init__(self, hint: LogSource | None = None) -> None:
        self._pattern = pattern.compile_pattern(hint.pattern) if hint is not None and hint.pattern else None
        self._tracker = Tracker()
        self._errors = ErrorScanner()
        self._tables = Tables()
        self._multiline = Multiline()
        self._learner = Learner()
        self._shapes = Shapes()
        self._prose = Prose()
        self._tail = b""
        self._skipping = False
        self._held: _Held | None = None
        self._figures: list[bytes] = []
        self._units_seen = 0
        self._framed = False
        self._ts: float | None = None
        self._events: list[LogEvent] = []
        self._lines = 0
        self._unread = 0
        self._unread_samples: list[tuple[int, bytes]] = []
        self._cut_lines = 0
        self.early_stopped = False
        self.last_checkpoint: str | None = None

    @property
    def lines(self) -> int:
        """Newline-separated lines seen so far."""
        return self._lines

    @property
    def format(self) -> str:
        """The recognisers that told the most, joined by `+`; `unknown` if none did."""
        return self.explain.format

    @property
    def tracker(self) -> Tracker:
        """What has been told so far."""
        return self._tracker

    @property
    def explain(self) -> Explanation:
        """Which recogniser and line stand behind each number, what was not read, how sure it is."""
        return explain(
            self._tracker,
            self._errors,
            self._lines,
            self._unread,
            tuple(self._unread_samples),
            self._cut_lines,
        )

    def feed(self, data: bytes, ts: float | None = None) -> list[LogEvent]:
        """Read on. `ts`: when these bytes were written; an empty `data` only lets time pass."""
        self._ts = ts
        for start in range(0, len(data), BLOCK_BYTES):
            self._block(data[start : start + BLOCK_BYTES])
        self._events += self._errors.settle(ts)
        return self._hand_out()

    def finish(self, ts: float | None = None) -> list[LogEvent]:
        """Read the last, unterminated line, and judge what was still in doubt: the log has ended."""
        self._ts = ts if ts is not None else self._ts
        tail, self._tail = self._tail, b""
        if tail and not self._skipping:
            self._one(tail)
        self._events += self._errors.settle(self._ts, final=True, fell_short=self._tracker.fell_short)
        return self._hand_out()

    def training_moved(self, ts: float) -> None:
        """Training went on, as another source tells: what this log called an error did not end it."""
        self._errors.moved(ts)

    def _hand_out(self) -> list[LogEvent]:
        events, self._events = self._events, []
        return events

    def _block(self, data: bytes) -> None:
        if self._skipping:
            ends = [end for end in (data.find(b"\n"), data.find(b"\r")) if end >= 0]
            if not ends:
                return
            data, self._skipping = data[min(ends) :], False
        text = self._tail + data
        end = max(text.rfind(b"\n"), text.rfind(b"\r")) + 1
        if end:
            self._framed = text[end - 1 : end] == b"\r"
            self._units(text[:end])
        tail = text[end:]
        if len(tail) > MAX_LINE_BYTES:
            self._look(tail[:MAX_LINE_BYTES])
            self._cut_lines += 1
            tail, self._skipping = b"", True
        self._tail = tail
        if self._framed and tail[-1:] == b"]" and bars.TQDM.search(tail):
            self._one(tail)  # the newest frame has no end yet, but it is whole

    def _units(self, text: bytes) -> None:
        """Read whole lines and frames. Of many, runs of one counter give only their last but near the end."""
        units, numbers = split_units(text, self._lines)
        near_end = len(units) - self._kept_whole(len(units))
        get, errors, end = self._shapes.get, self._errors, 0
        for key, run in groupby(shapes_of(text)):
            start, end = end, end + len(list(run))
            known = None if errors.busy else get(key)
            if known is not BORING and (known is not None or not self._is_prose(key)):
                self._run(key, units, numbers, range(start, end), near_end)
        self._let_go()
        self._lines = numbers[-1] + text.endswith(b"\n")

    def _is_prose(self, shape: bytes) -> bool:
        quiet = not (self._errors.busy or self._multiline.waits) and self._pattern is None
        return quiet and len(self._unread_samples) == _SAMPLES_UNREAD and self._prose.tells_nothing(shape)

    def _kept_whole(self, count: int) -> int:
        """How many units at the end of a block are read one by one: all, if the log is young or slow."""
        self._units_seen += count
        if self._units_seen <= _YOUNG:
            return count if count <= _THIN_FROM else _ALL_OF_LAST
        return count if count <= _ALL_OF_LAST else min(_ALL_OF_LAST, max(_LAST_OF_FEW, count // 96))

    def _run(self, key: bytes, units: list[bytes], numbers: Sequence[int], run: range, near_end: int) -> None:
        """Units of one shape, one after another; of a counter that runs on evenly, the last tells all."""
        at, may_leap = run.start, True
        while at < run.stop:
            plan = None if self._errors.busy else self._shapes.get(key)
            if plan is BORING:
                return
            stop = min(run.stop, near_end)
            if may_leap and isinstance(plan, Plan) and not plan.keep and stop - at >= _LEAP:
                may_leap = plan.runs_on(units[at:stop])
                if may_leap:
                    self._hold(plan, units[at], units[stop - 1], numbers[stop - 1])
                    at = stop
                    continue
            self._unit(key, plan, units[at], numbers[at], near=at >= near_end)
            at += 1

    def _unit(
        self, key: bytes, plan: Plan | Phase | Boring | None, unit: bytes, number: int, near: bool
    ) -> None:
        if isinstance(plan, Plan) and not plan.fits(unit):
            plan = self._shapes.plan(key, unit)
        if isinstance(plan, Plan) and not near and not plan.keep:
            self._hold(plan, unit, unit, number)
            return
        self._let_go()
        self._lines = number
        self._read_as(plan, unit)

    def _hold(self, plan: Plan, first: bytes, last: bytes, number: int) -> None:
        """Keep a run's last unit back: the next run may go on from it."""
        if self._tracker.ignores(plan.template.rank):
            return
        held = self._held
        if held is not None and (held.plan.source != plan.source or plan.count(first) < held.count):
            self._let_go()
        figures = plan.figures(first) if plan.metric_spans else self._figures
        if figures != self._figures:
            self._let_go()
            self._figures = figures
            self._planned(plan, first, number)
        self._held = _Held(plan, last, number, plan.count(last))

    def _let_go(self) -> None:
        held, self._held = self._held, None
        if held is not None:
            self._planned(held.plan, held.unit, held.number)

    def _one(self, raw: bytes) -> None:
        """One line or one frame of a bar."""
        self._read_as(None if self._errors.busy else self._shapes.plan(raw.translate(DIGITS), raw), raw)

    def _read_as(self, plan: Plan | Phase | Boring | None, raw: bytes) -> None:
        """Read a line as its shape says."""
        if isinstance(plan, Plan):
            self._planned(plan, raw, self._lines)
        elif isinstance(plan, Phase):
            self._enter(plan.kind, raw)
        elif plan is None:
            self._look(raw)

    def _planned(self, plan: Plan, raw: bytes, number: int) -> None:
        try:
            sighting = plan.read(raw, number + 1)
        except ValueError:
            self._look(raw)
            return
        self._observe(sighting)

    def _look(self, raw: bytes) -> None:
        """Look fully at a line nobody has seen the like of."""
        raw = raw[: MAX_LINE_BYTES if b"{" in raw[:512] else MAX_PLAIN_BYTES]
        if not raw.strip():
            if self._errors.busy:
                self._errors.scan(Line(raw, raw, self._lines + 1), self._ts)
            elif len(raw) <= Shapes.MAX_BYTES:
                self._shapes.put(raw, BORING)
            return
        line = dress(raw, self._lines + 1)
        pieces = list(bars.split_frames(line.text)) if b"]" in raw and b"|" in raw else [(0, len(raw))]
        if len(pieces) == 1 or not line.text[pieces[1][0] :].strip():
            self._piece(line, cacheable=len(raw) <= Shapes.MAX_BYTES)
            return
        for start, end in pieces:
            piece = dress(raw[start:end], self._lines + 1) if start else _cut(line, end)
            self._piece(piece, cacheable=False)

    def _piece(self, line: Line, cacheable: bool) -> None:
        busy = self._errors.busy
        if self._errors.scan(line, self._ts):
            return
        said = self._phases(line)
        sighting = self._recognise(line)
        if sighting is not None:
            if sighting.stamp is None and line.stamp is not None:
                sighting.stamp = line.stamp
            self._observe(sighting)
        hopeless = False
        if sighting is None or not (sighting.counts or sighting.metrics or sighting.mode != "train"):
            learned, hopeless = self._learner.read(line)
            if learned is not None:
                learned.stamp = line.stamp
                self._observe(learned)
            elif sighting is None and not said:
                self._note_unread(line)
        if cacheable and not busy and not self._tables.box:
            if said is None:
                self._remember(line, sighting, hopeless)
            elif said != "train" and sighting is None and not line.low.count(b"early"):
                self._shapes.put(line.raw.translate(DIGITS), Phase(said))

    def _remember(self, line: Line, sighting: Sighting | None, hopeless: bool) -> None:
        key = line.raw.translate(DIGITS)
        if sighting is None:
            if hopeless and not self._tables.touched and not self._multiline.touched:
                self._shapes.put(key, BORING)
        elif hopeless or sighting.counts or sighting.metrics:
            plan = plan_for(line, sighting)
            if plan is not None:
                self._shapes.put(key, plan, line.raw)

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
            self._shapes.clear()
        return found

    def _phases(self, line: Line) -> ActivityKind | None:
        """What the words of a line say of checkpoints, early stopping (`train`) and other phases."""
        if not phases.maybe(line.low):
            return None
        early = phases.says_early_stop(line)
        self.early_stopped |= early
        kind = phases.phase_of(line)
        if kind is not None:
            self._enter(kind, line.text)
        return kind if kind is not None or not early else "train"

    def _enter(self, kind: ActivityKind, text: bytes) -> None:
        """The run does something else now. Each checkpoint is told, even one right after another."""
        if kind == "checkpoint":
            self.last_checkpoint = phases.checkpoint_name(text) or self.last_checkpoint
            self._tracker.activity = None
        self._events += self._tracker.now(kind, self._ts)

    def _observe(self, sighting: Sighting) -> None:
        moves = self._tracker.moves
        events = self._tracker.observe(sighting, self._ts)
        self._events += events
        if self._tracker.moves != moves and any(isinstance(event, Progress) for event in events):
            self._errors.moved(self._ts)

    def _note_unread(self, line: Line) -> None:
        self._unread += 1
        if len(self._unread_samples) < _SAMPLES_UNREAD and any(c in line.raw for c in b"0123456789"):
            self._unread_samples.append((line.number, line.raw[:200]))


def _cut(line: Line, end: int) -> Line:
    return replace(line, raw=line.raw[:end], text=line.text[:end], low=line.low[:end])
