"""Only the lines of a log that fit a pattern: found in blocks, so that its size does not matter."""

import asyncio
import re
from collections.abc import Callable
from dataclasses import dataclass

from vasttui.logs.clean import clean_line
from vasttui.tui.logjump import COUNTED, find_line_number
from vasttui.tui.logwindow import BLOCK, MAX_LINES, SEARCH_BLOCK, Line, LogWindow, Progress, Read, whole_lines

HELP = "loss nan|inf -eval: all words, either, not"
WANTED = 300
_SLICE = 256 * 1024  # of a block, between two looks at the keyboard

Span = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Pattern:
    """Of each group in `some` one word must stand in a line, of `none` no word may. All in lower case."""

    text: str
    some: tuple[tuple[bytes, ...], ...]
    none: tuple[bytes, ...]

    def fits(self, low: bytes) -> bool:
        """`low`: a line in lower case."""
        return all(any(word in low for word in group) for group in self.some) and not any(
            word in low for word in self.none
        )


def parse_pattern(text: str) -> Pattern | None:
    """`loss nan|inf -eval`: loss, and nan or inf, and not eval. None: no word at all."""
    some: list[tuple[bytes, ...]] = []
    none: list[bytes] = []
    for part in text.lower().split():
        if part.startswith("-") and len(part) > 1:
            none.append(part[1:].encode())
        elif words := tuple(word.encode() for word in part.split("|") if word):
            some.append(words)
    return Pattern(text.strip(), tuple(some), tuple(none)) if some or none else None


def spans(low: bytes, pattern: Pattern) -> list[Span]:
    """Where the lines of `low` (lower case) that fit begin and end, without their newline."""
    found: list[Span] = []
    if pattern.some:
        rarest = max(pattern.some, key=lambda group: min(map(len, group)))
        seed = re.compile(b"|".join(map(re.escape, rarest)))  # plain words: nothing that could run away
    else:
        seed = re.compile(rb"(?m)^")
    at = 0
    while at < len(low) and (hit := seed.search(low, at)):
        begin = low.rfind(b"\n", 0, hit.start()) + 1
        end = low.find(b"\n", hit.start())
        end = len(low) if end < 0 else end
        if pattern.fits(low[begin:end]):
            found.append((begin, end))
        at = end + 1
    return found


class FilteredLog(LogWindow):
    """Fitting lines in a row: all of those between the bytes `start` and `end`.

    `told` learns how far a long way through the log has come. What was found stays when that is given up.
    """

    def __init__(self, read: Read, pattern: Pattern, told: Callable[[Progress], None]) -> None:
        super().__init__(read)
        self.pattern = pattern
        self._told = told
        self._numbers: tuple[int, int] | None = None
        """Of the lines that begin at `start` and at `end`, where they are known."""
        self._counted = (0, 1)

    async def tail(self) -> None:
        """The last lines that fit."""
        self.length, data = await self._read(-BLOCK, BLOCK)
        await self._begin(self.length - len(data) + data.rfind(b"\n") + 1)
        await self._back()
        await self._on()

    async def at(self, offset: int) -> None:
        """The lines that fit, around byte `offset`."""
        begin = max(0, offset - BLOCK)
        self.length, data = await self._read(begin, offset - begin)
        await self._begin(begin + data.rfind(b"\n") + 1)
        await self._on()
        await self._back()

    async def before(self) -> int:
        """More above; returns how many lines came."""
        had = len(self.lines)
        await self._back()
        return len(self.lines) - had

    async def after(self) -> tuple[int, int]:
        """More below; returns (lines that came, lines let go above)."""
        had = len(self.lines)
        while self.lines and self.lines[-1].offset >= self.end:
            self.lines.pop()  # it was not finished
        await self._on()
        came, dropped = len(self.lines) - had, max(0, len(self.lines) - MAX_LINES)
        if dropped:
            del self.lines[:dropped]
            self.start = self.lines[0].offset
            number = self.lines[0].number
            self._numbers = (number, self._numbers[1]) if number and self._numbers else None
        return came, dropped

    async def _begin(self, line_start: int) -> None:
        self.lines = []
        self.start = self.end = line_start
        self._numbers = None
        if self.length <= COUNTED or line_start == 0:
            number = await find_line_number(self._read, line_start, self._counted)
            self._counted, self._numbers = (line_start, number), (number, number)

    async def _on(self) -> None:
        wanted, ended = WANTED, False
        while wanted > 0 and not ended:
            self.length, data = await self._read(self.end, SEARCH_BLOCK)
            ended = self.end + len(data) >= self.length
            _, data = whole_lines(0, data, at_end=ended)
            found = await self._spans(data)
            number = self._numbers[1] if self._numbers else None
            self.lines += _lines(data, self.end, found[:wanted], number)
            used = found[wanted - 1][1] + 1 if len(found) >= wanted else data.rfind(b"\n") + 1
            ended, wanted = ended or not data, wanted - len(found)
            if self._numbers:
                self._numbers = (self._numbers[0], self._numbers[1] + data.count(b"\n", 0, used))
            self.end += min(used, len(data)) if used or ended else len(data)
            self._told(Progress(self.end, self.length))

    async def _back(self) -> None:
        wanted = WANTED
        while wanted > 0 and self.start > 0:
            begin = max(0, self.start - SEARCH_BLOCK)
            self.length, block = await self._read(begin, self.start - begin)
            first_whole, data = whole_lines(begin, block, at_end=True)
            if data:
                begin = first_whole
            else:
                data = block  # a line longer than a block: its parts count as lines
            found = await self._spans(data)
            first = None if self._numbers is None else self._numbers[0] - data.count(b"\n")
            self.lines[:0] = _lines(data, begin, found[-wanted:], first)
            skipped = found[-wanted][0] if len(found) >= wanted else 0
            if self._numbers and first is not None:
                self._numbers = (first + data.count(b"\n", 0, skipped), self._numbers[1])
            self.start, wanted = (begin + skipped if data else 0), wanted - len(found)
            self._told(Progress(self.length - self.start, self.length))

    async def _spans(self, data: bytes) -> list[Span]:
        """In slices of whole lines, so that the loop is free between them."""
        found: list[Span] = []
        at = 0
        while at < len(data):
            end = data.find(b"\n", min(len(data), at + _SLICE)) + 1 or len(data)
            found += [(at + a, at + b) for a, b in spans(data[at:end].lower(), self.pattern)]
            at = end
            await asyncio.sleep(0)
        return found


def _lines(data: bytes, offset: int, found: list[Span], number: int | None) -> list[Line]:
    """The lines at these places of `data`, which begins at byte `offset` with line `number`."""
    lines: list[Line] = []
    at = 0
    for begin, end in found:
        if number is not None:
            number += data.count(b"\n", at, begin)
            at = begin
        lines.append(Line(offset + begin, clean_line(data[begin:end]), number))
    return lines
