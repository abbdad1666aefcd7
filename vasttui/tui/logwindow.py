"""A window of lines onto a log of any size: bounded reads, bounded memory, search in blocks."""

from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass

from vasttui.logs.clean import clean_line

Read = Callable[[int, int], Awaitable[tuple[int, bytes]]]
BLOCK = 64 * 1024
SEARCH_BLOCK = 1024 * 1024
MAX_LINES = 6000


@dataclass(frozen=True, slots=True)
class Line:
    """One line and the byte it begins at; its number from 1, where that is known."""

    offset: int
    text: str
    number: int | None = None


def split_lines(data: bytes, offset: int) -> list[Line]:
    """The lines of `data`, which begins at `offset` and at a line's start."""
    lines: list[Line] = []
    at = offset
    parts = data.split(b"\n")
    for i, part in enumerate(parts):
        if part or i < len(parts) - 1:
            lines.append(Line(at, clean_line(part)))
        at += len(part) + 1
    return lines


class LogWindow:
    """Some lines in a row. `start`…`end` are the bytes they cover; `length` is the whole log's."""

    def __init__(self, read: Read) -> None:
        self._read = read
        self.lines: list[Line] = []
        self.start: int = 0
        self.end: int = 0
        self.length: int = 0

    async def tail(self) -> None:
        """The log's end."""
        self.length, data = await self._read(-BLOCK, BLOCK)
        self._take(max(0, self.length - len(data)), data)

    async def at(self, offset: int) -> None:
        """The lines around byte `offset`."""
        begin = max(0, offset - BLOCK // 2)
        self.length, data = await self._read(begin, BLOCK)
        self._take(begin, data)

    def _take(self, begin: int, data: bytes) -> None:
        begin, data = whole_lines(begin, data, at_end=begin + len(data) >= self.length)
        self.lines = split_lines(data, begin)
        self.start, self.end = begin, begin + len(data)

    async def before(self) -> int:
        """More above; returns how many lines came."""
        if self.start <= 0:
            return 0
        begin = max(0, self.start - BLOCK)
        self.length, data = await self._read(begin, self.start - begin)
        begin, data = whole_lines(begin, data, at_end=True)
        lines = split_lines(data, begin)
        self.start = begin
        self.lines = lines + self.lines
        if len(self.lines) > MAX_LINES:
            self.end = self.lines[MAX_LINES].offset
            del self.lines[MAX_LINES:]
        return len(lines)

    async def after(self) -> tuple[int, int]:
        """More below; returns (lines that came, lines let go above). An unfinished line is read again."""
        if self.lines and not self._ends_whole:
            self.end = self.lines.pop().offset
        had = len(self.lines)
        self.length, data = await self._read(self.end, BLOCK)
        _, data = whole_lines(0, data, at_end=self.end + len(data) >= self.length)
        self.lines += split_lines(data, self.end)
        self._ends_whole = data.endswith(b"\n") or not data
        self.end += len(data)
        came = len(self.lines) - had
        dropped = max(0, len(self.lines) - MAX_LINES)
        if dropped:
            del self.lines[:dropped]
            self.start = self.lines[0].offset
        return came, dropped

    _ends_whole = False

    def index(self, offset: int) -> int:
        """The line that holds byte `offset`."""
        for i in range(len(self.lines) - 1, -1, -1):
            if self.lines[i].offset <= offset:
                return i
        return 0


def whole_lines(begin: int, data: bytes, *, at_end: bool) -> tuple[int, bytes]:
    """Cut what is not a whole line off both ends; a block without any newline stays as it is."""
    if begin > 0 and (cut := data.find(b"\n") + 1):
        begin, data = begin + cut, data[cut:]
    if not at_end and (cut := data.rfind(b"\n") + 1):
        data = data[:cut]
    return begin, data


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a search has come; `found`: the byte of the match."""

    at: int
    length: int
    found: int | None = None


async def search(read: Read, needle: str, start: int, *, forward: bool = True) -> AsyncIterator[Progress]:
    """Look for `needle` (any case) from byte `start`, a block a step; ends at a match or at the log's end."""
    wanted = needle.encode().lower()
    overlap = max(0, len(wanted) - 1)
    at = start
    while wanted:
        begin = at if forward else max(0, at - SEARCH_BLOCK)
        length, data = await read(begin, SEARCH_BLOCK + overlap if forward else at - begin + overlap)
        low = data.lower()
        where = low.find(wanted) if forward else low.rfind(wanted)
        found = begin + where if where >= 0 else None
        done = (begin + SEARCH_BLOCK >= length or not data) if forward else begin <= 0
        at = begin + SEARCH_BLOCK if forward else begin
        yield Progress(min(at, length), length, found)
        if found is not None or done:
            return
