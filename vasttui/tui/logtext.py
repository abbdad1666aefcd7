"""Log bytes as harmless lines, and the few of them worth showing beside an alert."""

import re

from textual.content import Content

from vasttui.logs.clean import clean_line
from vasttui.monitor.check import Alert
from vasttui.watch.session import Session

_BLOCK = 256 * 1024
_TAIL = 64 * 1024
_SCAN_LIMIT = 8 * 1024 * 1024
_BEFORE, _AFTER = 6, 3
_HEADLINE = re.compile(r"\b(?:\w*(?:Error|Exception|Interrupt)\b|out of memory|NaN\b|[Kk]illed)")


def plain_lines(data: bytes) -> list[str]:
    """Lines as a terminal would have left them, without anything it would obey."""
    return [clean_line(line) for line in data.split(b"\n")]


async def lines_around(session: Session, alert: Alert) -> tuple[list[str], int | None]:
    """The lines to show for an alert and the index of its headline among them (None: not found)."""
    length, tail = await session.read_log(-_TAIL, _TAIL)
    if alert.log_line is not None and length <= _SCAN_LIMIT:
        found = await _lines_at(session, alert.log_line, length)
        if found[0]:
            return found
    lines = plain_lines(tail)
    while lines and not lines[-1]:
        lines.pop()
    where = next((i for i in range(len(lines) - 1, -1, -1) if _HEADLINE.search(lines[i])), None)
    if alert.log_line is None or where is None:
        return lines[-(_BEFORE + _AFTER) :], None
    first = max(0, where - _BEFORE)
    return lines[first : where + _AFTER + 1], where - first


async def _lines_at(session: Session, line: int, length: int) -> tuple[list[str], int | None]:
    """Lines around line `line` (from 1), counted from the log's start in blocks."""
    seen = 0
    offset = 0
    wanted = bytearray()
    first = max(1, line - _BEFORE)
    while offset < length:
        _, block = await session.read_log(offset, _BLOCK)
        if not block:
            break
        offset += len(block)
        newlines = block.count(b"\n")
        if wanted or seen + newlines + 1 >= first:
            if not wanted:
                skip = first - 1 - seen
                block = block.split(b"\n", skip)[skip] if skip > 0 else block
            wanted += block
            if wanted.count(b"\n") > line - first + _AFTER or len(wanted) > 4 * _BLOCK:
                break
        seen += newlines
    lines = plain_lines(bytes(wanted).rstrip(b"\n"))[: line - first + _AFTER + 1]
    return lines, line - first if line - first < len(lines) else None


def excerpt_content(lines: list[str], headline: int | None, width: int) -> Content:
    """Bounded lines behind a rule; the headline is marked by a pointer, not by colour alone."""
    rows: list[Content] = []
    for i, line in enumerate(lines):
        mark, style = ("▶ ", "bold $text-error") if i == headline else ("│ ", "$text-muted")
        rows.append(
            Content.assemble(
                ("  " + mark, style), (line[: max(8, width - 4)], style if i == headline else "")
            )
        )
    if not rows:
        rows.append(Content.styled("  │ the log is empty", "$text-muted"))
    return Content("\n").join(rows)
