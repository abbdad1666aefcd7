"""Log bytes as harmless lines, and the few of them worth showing beside an alert."""

import re

from textual.content import Content

from vasttui.logs.clean import clean_line
from vasttui.monitor.check import Alert
from vasttui.tui.logjump import COUNTED, find_alert, headline
from vasttui.watch.session import Session

_TAIL = 64 * 1024
_BEFORE, _AFTER = 6, 3
_HEADLINE = re.compile(r"\b(?:\w*(?:Error|Exception|Interrupt)\b|out of memory|NaN\b|[Kk]illed)")


def plain_lines(data: bytes) -> list[str]:
    """Lines as a terminal would have left them, without anything it would obey."""
    return [clean_line(line) for line in data.split(b"\n")]


async def lines_around(session: Session, alert: Alert) -> tuple[list[str], int | None]:
    """The lines to show for an alert and the index of its headline among them (None: not found)."""
    if alert.log_line is not None:
        offset = await find_alert(session.read_log, session.snapshot(), alert)
        if offset is not None and (found := await _lines_at(session, alert, offset))[0]:
            return found
    _, tail = await session.read_log(-_TAIL, _TAIL)
    lines = plain_lines(tail)
    while lines and not lines[-1]:
        lines.pop()
    where = next((i for i in range(len(lines) - 1, -1, -1) if _HEADLINE.search(lines[i])), None)
    if alert.log_line is None or where is None:
        return lines[-(_BEFORE + _AFTER) :], None
    first = max(0, where - _BEFORE)
    return lines[first : where + _AFTER + 1], where - first


async def _lines_at(session: Session, alert: Alert, offset: int) -> tuple[list[str], int | None]:
    """Lines around a byte; none where a log too large to be counted does not have the headline there."""
    begin = max(0, offset - _TAIL // 2)
    length, data = await session.read_log(begin, _TAIL)
    start = data.rfind(b"\n", 0, offset - begin) + 1
    if length > COUNTED and headline(alert) not in data[start : start + _TAIL // 8].split(b"\n", 1)[0]:
        return [], None
    before = plain_lines(data[:start])[:-1][-_BEFORE:]
    after = plain_lines(data[start:].rstrip(b"\n"))[: _AFTER + 1]
    return before + after, len(before)


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
