"""The log reader: bytes as they come in, events out.

Speed comes from shapes: two lines that differ in digits only have the same shape, and what the first
of them took a full look to understand (`looker.py`), the next gives by slicing. A shape that said nothing
is not looked at again, and a long run of lines that only count on is known by its last.
"""

import re
from dataclasses import dataclass

from vasttui.logs.events import LogEvent
from vasttui.logs.explain import Explanation, explain
from vasttui.logs.looker import MAX_LINE_BYTES, Looker
from vasttui.logs.prose import Prose
from vasttui.logs.recognisers import bars
from vasttui.logs.shapes import BORING, Boring, Phase, Plan
from vasttui.logs.tokens import DIGITS
from vasttui.logs.tracker import Tracker
from vasttui.logs.units import Block
from vasttui.plan.schema import LogSource

BLOCK_BYTES = 1024 * 1024
_YOUNG = 2000  # units; until so many were seen, only a large block is thinned
_THIN_FROM = 600  # lines and frames of one block; fewer are all read
_ALL_OF_LAST = 200  # these give the rate, so that it does not depend on how the log is cut
_LAST_OF_FEW = 8
_FRAME_END = 9  # so many bytes tell that a frame is whole
_CR = ord("\r")
_BLANK_OR_CUT = re.compile(rb"[\r\n]|\s$|^.{0,8}$")
_LEAP = 4  # shorter runs are read one by one


@dataclass(slots=True)
class _Held:
    """A unit that is told unless the next one goes on from it; `number` counts the lines before it."""

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
        self._looker = Looker(hint)
        self._errors = self._looker.errors
        self._shapes = self._looker.shapes
        self._prose = Prose()
        self._tail = b""
        self._skipping = False
        self._held: _Held | None = None
        self._figures: list[bytes] = []
        self._units_seen = 0
        self._framed = False
        self._frame_end = b""
        self._lines = 0
        self._cut_lines = 0

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
        return self._looker.tracker

    @property
    def early_stopped(self) -> bool:
        """Whether the log said that training was stopped early, on purpose."""
        return self._looker.early_stopped

    @property
    def last_checkpoint(self) -> str | None:
        """The path or step of the last checkpoint that the log told of."""
        return self._looker.last_checkpoint

    @property
    def explain(self) -> Explanation:
        """Which recogniser and line stand behind each number, what was not read, how sure it is."""
        return explain(self.tracker, self._errors, self._lines, self._looker.unread, self._cut_lines)

    def feed(self, data: bytes, ts: float | None = None) -> list[LogEvent]:
        """Read on. `ts`: when these bytes were written; an empty `data` only lets time pass."""
        self._looker.ts = ts
        for start in range(0, len(data), BLOCK_BYTES):
            self._block(data[start : start + BLOCK_BYTES])
        return self._hand_out(*self._errors.settle(ts))

    def finish(self, ts: float | None = None) -> list[LogEvent]:
        """Read the last, unterminated line, and judge what was still in doubt: the log has ended."""
        self._looker.ts = ts = ts if ts is not None else self._looker.ts
        tail, self._tail = self._tail, b""
        if tail and not self._skipping:
            self._one(tail)
        return self._hand_out(*self._errors.settle(ts, final=True, fell_short=self.tracker.fell_short))

    def training_moved(self, ts: float) -> None:
        """Training went on, as another source tells: what this log called an error did not end it."""
        self._errors.moved(ts)

    def _hand_out(self, *settled: LogEvent) -> list[LogEvent]:
        events, self._looker.events = [*self._looker.events, *settled], []
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
            self._framed = text[end - 1] == _CR
            self._frame_end = text[max(0, end - _FRAME_END - 1) : end - 1]
            self._units(text[:end])
        tail = text[end:]
        if len(tail) > MAX_LINE_BYTES:
            self._looker.look(tail[:MAX_LINE_BYTES], self._lines + 1)
            self._cut_lines += 1
            tail, self._skipping = b"", True
        self._tail = tail
        if self._is_whole_frame(tail):
            self._one(tail)  # the newest frame of a bar has no end yet

    def _is_whole_frame(self, tail: bytes) -> bool:
        """Whether what follows the last carriage return ends as the frame before it did, not in a number."""
        before = self._frame_end
        if not self._framed or not tail or tail[-1:].isdigit():
            return False
        if tail[-1:] == b"]":
            return bars.TQDM.search(tail) is not None
        alike = tail[-_FRAME_END:].translate(DIGITS) == before.translate(DIGITS)
        return alike and bars.layouts.MAYBE.search(tail) is not None and not _BLANK_OR_CUT.search(before)

    def _units(self, text: bytes) -> None:
        """Read whole lines and frames. Of many, runs of one counter give only their last but near the end."""
        block = Block(text, self._lines)
        near_from = block.start_of_last(self._kept_whole(block.count()))
        get, dull = self._shapes.get, self._prose.tells_nothing
        busy, quiet = self._errors.busy, self._looker.quiet
        for shape, at, stop in block.runs():
            known = None if busy else get(shape)
            if known is BORING or (known is None and quiet and dull(shape)):
                continue
            self._run(shape, block, at, stop, near_from)
            busy, quiet = self._errors.busy, self._looker.quiet
        self._let_go()
        self._lines = block.lines_before(len(text))

    def _kept_whole(self, count: int) -> int:
        """How many units at the end of a block are read one by one: all, if the log is young or slow."""
        self._units_seen += count
        if self._units_seen <= _YOUNG:
            return count if count <= _THIN_FROM else _ALL_OF_LAST
        return count if count <= _ALL_OF_LAST else min(_ALL_OF_LAST, max(_LAST_OF_FEW, count // 128))

    def _run(self, shape: bytes, block: Block, at: int, stop: int, near_from: int) -> None:
        """Units of one shape, one after another; of a counter that runs on evenly, the last tells all."""
        width, text, far, may_leap = len(shape) + 1, block.text, min(stop, near_from), True
        while at < stop:
            plan = None if self._errors.busy else self._shapes.get(shape)
            if plan is BORING:
                return
            if may_leap and isinstance(plan, Plan) and not plan.keep and far - at >= _LEAP * width:
                may_leap = plan.runs_on(text, at, far, width)
                if may_leap:
                    last = far - width
                    self._hold(
                        plan, text[at : at + width - 1], text[last : far - 1], block.lines_before(last)
                    )
                    at = far
                    continue
            self._unit(shape, plan, text[at : at + width - 1], block.lines_before(at), near=at >= near_from)
            at += width

    def _unit(
        self, shape: bytes, plan: Plan | Phase | Boring | None, unit: bytes, number: int, near: bool
    ) -> None:
        if isinstance(plan, Plan) and not plan.fits(unit):
            plan = self._shapes.plan(shape, unit)
        if isinstance(plan, Plan) and not near and not plan.keep:
            self._hold(plan, unit, unit, number)
            return
        self._let_go()
        self._lines = number
        self._read_as(plan, unit)

    def _hold(self, plan: Plan, first: bytes, last: bytes, number: int) -> None:
        """Keep a run's last unit back: the next run may go on from it."""
        if self.tracker.ignores(plan.template.rank):
            return
        held = self._held
        if held is not None and plan.count(first) < held.count and held.plan.source == plan.source:
            self._let_go()
            self._planned(plan, first, number)  # where it began anew
        elif held is not None and held.plan.source != plan.source:
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
            self._looker.enter(plan.kind, raw)
        elif plan is None:
            self._looker.look(raw, self._lines + 1)

    def _planned(self, plan: Plan, raw: bytes, number: int) -> None:
        try:
            sighting = plan.read(raw, number + 1)
        except ValueError:
            self._looker.look(raw, self._lines + 1)
            return
        self._looker.observe(sighting)
