"""Unknown layouts: the number that grows with the lines is the counter. A guess, and called one."""

import re
from dataclasses import dataclass, field
from itertools import pairwise

from vasttui.logs.prefix import Line
from vasttui.logs.recognisers.keyvalue import NO_PROGRESS
from vasttui.logs.roles import EPOCH_UNITS, STEP_UNITS
from vasttui.logs.sighting import LEARNED, Sighting
from vasttui.logs.tokens import Named, number, tokens

MAX_SHAPES = 256
_NEEDED = 5
_GIVE_UP = 8
_DIGITS = re.compile(rb"[-+]?[\d.,]*\d(?:[eE][-+]?\d+)?")


_BLANKS = re.compile(rb"\s+")
_WORDS = re.compile(rb"[A-Za-z]{2,}")
_OTHER_COUNTS = re.compile(
    r"temp|power|util|watt|cpu|gpu|token|sample|mem|byte|time|sec|size|seen|word|elapsed|total|image|example|pid|seed|id$|line|^t$"
)
_COUNTED = frozenset(("", *STEP_UNITS, *EPOCH_UNITS))  # a percentage, a size or a temperature is no count


@dataclass(slots=True)
class _Shape:
    seen: int = 0
    last: list[float] = field(default_factory=list[float])
    gap: list[float] = field(default_factory=list[float])
    grows: list[bool] = field(default_factory=list[bool])
    even: list[bool] = field(default_factory=list[bool])
    first: float | None = None


class Learner:
    """Watches lines of the same words, and how their numbers move."""

    def __init__(self) -> None:
        self._shapes: dict[bytes, _Shape] = {}

    def read(self, line: Line) -> tuple[Sighting | None, bool]:
        """A guessed sighting, and whether this kind of line is not worth another look."""
        if NO_PROGRESS.search(line.text) or line.raw[:1] == b"{" or len(_WORDS.findall(line.text)) > 12:
            return None, True  # prose: its numbers may grow, but not as steps do
        named = tokens(line.text, 16)
        totals = {a.start: b for a, b in pairwise(named) if b.fraction}
        found = [t for t in named if not t.duration and not t.fraction]
        if len(found) < 2 or not any(not t.whole for t in found):
            return None, True
        if len(_WORDS.findall(line.text)) > len(found) + 3:
            return None, True  # prose: its numbers may grow, but not as steps do
        words = _BLANKS.sub(b" ", _DIGITS.sub(b"#", line.text))[:200]
        shape = self._shapes.get(words)
        if shape is None:
            if len(self._shapes) >= MAX_SHAPES:
                return None, True
            shape = self._shapes[words] = _Shape()
        self._watch(shape, found)
        column = self._counter(shape, found)
        if column is None:
            return None, shape.seen >= _GIVE_UP and not any(shape.grows)
        return self._sighting(line, found[column], totals.get(found[column].start), column), False

    @staticmethod
    def _watch(shape: _Shape, found: list[Named]) -> None:
        values = [t.value for t in found]
        shape.seen += 1
        if len(values) != len(shape.last):
            shape.grows = [t.whole for t in found]
            shape.even = [True] * len(values)
            shape.gap = [0.0] * len(values)
            shape.seen = 1
        else:
            for index, (now, before) in enumerate(zip(values, shape.last, strict=True)):
                gap = now - before
                shape.grows[index] &= gap > 0
                shape.even[index] &= shape.gap[index] in (0.0, gap)
                shape.gap[index] = gap
        shape.last = values

    @staticmethod
    def _counter(shape: _Shape, found: list[Named]) -> int | None:
        if shape.seen < _NEEDED:
            return None
        growing = [
            i
            for i, grows in enumerate(shape.grows)
            if grows and found[i].unit in _COUNTED and not _OTHER_COUNTS.search(found[i].key)
        ]
        steady = [i for i in growing if shape.even[i]]
        falling = any(not t.whole and t.opener != b"/" and not shape.grows[i] for i, t in enumerate(found))
        return steady[0] if steady and falling else None

    @staticmethod
    def _sighting(line: Line, token: Named, total: Named | None, column: int) -> Sighting:
        sighting = Sighting(
            "learned counter", f"number {column + 1} of its lines", LEARNED, line=line.number, rank=line.rank
        )
        sighting.put("step", token.value, token.start, token.end, number)
        if total is not None and total.whole and total.value >= token.value:
            sighting.put("total", total.value, total.start, total.end, number)
        return sighting
