"""What stands before the message: ranks, time stamps, levels, places in the source.

Each is overwritten with spaces of the same length, so that its digits are not read as steps and
spans stay true. The time stamp is kept: it tells the rate when nothing else does.
"""

import re
from dataclasses import dataclass
from datetime import date

from vasttui.logs import signs
from vasttui.logs.clean import blank_controls

_RANK = re.compile(
    rb"^\s*(?:[\w./-]+/\d+ )?\[(?:rank|default|RANK|Rank)[ :]?(\d+)\]:? ?"  # torch, torchrun --tee
    rb"|^\[\d+,(\d+)\]<std(?:out|err)>:"  # mpirun --tag-output
    rb"|^\s{0,3}(\d+): (?=.*(?:\b[Ss]tep|\b[Ii]ter|\b[Ee]poch|\d\d:\d\d:\d\d|INFO|Traceback|  File|%\|))"
    rb"|^\((?:\w+)(?: rank=(\d+))?,? pid=\d+(?:, ip=[\d.]+)?\) "  # Ray
    rb"|^(?:stdout|stderr): |^[\w.-]{1,40}\s{1,4}\| (?=\[?\d{4}-)"
)
_INNER_RANK = re.compile(rb"\[(?:RANK|Rank|rank)[ :](\d+)\]|\b(?:PID|pid)[:= ]\d+|\bRank (\d+)\b")
_CLOCK = rb"(\d\d):(\d\d):(\d\d)(?:[.,](\d{1,9}))?"
STAMP = re.compile(
    rb"\[?(?:"
    rb"(?P<y>\d{4})[-/.](?P<m>\d\d)[-/.](?P<d>\d\d)[T _-]{1,2}" + _CLOCK + rb"(?:Z|[+-]\d\d:?\d\d| ?UTC)?"
    rb"|(?<!\d)(?P<y4>2\d)-(?P<m5>[01]\d)-(?P<d5>[0-3]\d) " + _CLOCK +
    rb"|(?P<m2>\d\d)/(?P<d2>\d\d)(?:/(?P<y2>\d{4}|\d\d))?,? " + _CLOCK +
    rb"|(?P<m3>Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec) +(?P<d3>\d\d?) " + _CLOCK +
    rb"|(?<![A-Za-z0-9])[IWEFD](?P<m4>\d\d)(?P<d4>\d\d) " + _CLOCK + rb"(?: +\d+ [^\]]{1,80}\])?"
    rb")\]?"
)  # fmt: skip
_BARE_CLOCK = re.compile(rb"^\s*(?:\[" + _CLOCK + rb"\]|" + _CLOCK + rb"(?= ))")
_SOURCE = re.compile(
    rb"[\w./<>\\-]+\.(?:py|cc|cpp|cu|c|h|rs|go|jl):\d+(?::\w+)?(?:\])?"
    rb"|[\w.<>]*[A-Za-z_>][\w.<>]*:[\w.<>]+:\d+(?= -)|\(\w+:\d+\)(?= )|\(line \d+\)"
)
_LEVEL = re.compile(
    rb"\b(?:DEBUG|INFO|WARNING|WARN|ERROR|CRITICAL|SUCCESS|NOTICE|TRACE|info|debug)\b(?=[\s:\]|-])"
)
_MONTHS = (b"Jan", b"Feb", b"Mar", b"Apr", b"May", b"Jun", b"Jul", b"Aug", b"Sep", b"Oct", b"Nov", b"Dec")


@dataclass(slots=True)
class Line:
    """One line or bar frame. `text` is `raw` with what is no message blanked, at the same offsets."""

    raw: bytes
    text: bytes
    number: int
    rank: int | None = None
    stamp: float | None = None
    stamp_span: tuple[int, int] | None = None
    level: bytes = b""
    body_start: int = 0
    rank_span: tuple[int, int] | None = None
    low: bytes = b""

    @property
    def body(self) -> bytes:
        """The line without its ranks and time stamp, its own indentation kept."""
        return self.raw[self.body_start :]


def dress(raw: bytes, number: int) -> Line:
    """Blank everything before the message."""
    text = blank_controls(raw) if _HAS_CONTROL.search(raw) else raw
    if len(text) > _LONG:
        text = _blank(text, _NO_NUMBER)
    line = Line(raw, text, number, low=text.lower())
    if _MAY_BE_RANKED.match(text) or b"pid" in line.low or b"rank" in line.low:
        _take_rank(line)
    if _TIME.search(text, 0, 200):
        _take_stamp(line)
    elif unix := _UNIX.match(text):
        line.stamp_span, line.stamp = unix.span(1), float(unix[1])
        line.text = _hide(line.text, *unix.span(1))
    _plain_signs(line)
    if _DATE.search(text):
        line.text = _blank(line.text, _DATE)
    if _MAY_BE_SOURCE.search(text):
        line.text = _blank(line.text, _SOURCE)
    level = _LEVEL.search(line.text, 0, 120)
    if level:
        line.level = level[0]
        line.text = _hide(line.text, *level.span())
    return line


_UNIX = re.compile(rb"\s*\[?(1[5-9]\d{8}(?:\.\d{1,9})?)\]?(?=[\s:,])")
_MAY_BE_RANKED = re.compile(rb"\s*[\[(\d]|std|[\w.-]+/\d+ |[\w.-]{1,40}\s{1,4}\|")
_MAY_BE_SOURCE = re.compile(rb":\d|\(line \d")
_REST_OF_BRACKET = re.compile(rb"\[\d+\](?= )|[\w .:@,/-]{1,80}?\b(?:INFO|DEBUG|WARNING)\s*\]")
_DATE = re.compile(rb"(?<![\d/])\d\d/\d\d/(?:\d{4}|\d\d)(?![\d/])|(?<![\d/.-])\d{4}([-/.])\d\d\1\d\d(?!\d)")
_LONG = 512
_NO_NUMBER = re.compile(rb"[\d.,]{64,}")  # as hostile text has it; patterns must not try each digit of it
_HAS_CONTROL = re.compile(rb"[\x00-\x08\x0b-\x1f\x7f]")


def has_any(text: bytes, words: tuple[bytes, ...]) -> bool:
    """Whether one of the words is in the text; a loop, since it runs for each line."""
    for word in words:  # noqa: SIM110
        if word in text:
            return True
    return False


def _hide(text: bytes, start: int, end: int) -> bytes:
    return text[:start] + b" " * (end - start) + text[end:]


def _blank(text: bytes, pattern: re.Pattern[bytes]) -> bytes:
    return pattern.sub(lambda match: b" " * len(match[0]), text)


def _plain_signs(line: Line) -> None:
    line.text = signs.plain(line.text)
    if signs.has_decimal_commas(line.text):
        line.raw = line.text = signs.with_decimal_points(line.text)
        line.low = line.text.lower()


def _take_rank(line: Line) -> None:
    match = _RANK.match(line.text)
    if match:
        rank = next((group for group in match.groups() if group is not None), None)
        line.rank = int(rank) if rank is not None else None
        line.text = _hide(line.text, *match.span())
        line.body_start = match.end()
        line.rank_span = match.span()
    inner = _INNER_RANK.search(line.text, 0, 160)
    if inner:
        rank = inner[1] or inner[2]
        if rank is not None and line.rank is None:
            line.rank = int(rank)
            line.rank_span = inner.span()
        line.text = _blank(line.text, _INNER_RANK)


def _take_stamp(line: Line) -> None:
    match = STAMP.search(line.text, 0, 200) or _BARE_CLOCK.match(line.text)
    if match is None:
        return
    line.stamp_span = match.span()
    line.stamp = stamp_seconds(match[0])
    if match[0][:1] == b"[" and (rest := _REST_OF_BRACKET.match(line.text, match.end())):
        line.text = _hide(line.text, match.end(), rest.end())
    if not line.text[line.body_start : match.start()].strip():
        line.body_start = match.end() + (line.text[match.end() : match.end() + 1] == b" ")
    line.text = _hide(line.text, *match.span())


def stamp_seconds(text: bytes) -> float | None:
    """A time stamp in seconds from some fixed day; None if it names no real day or hour."""
    match = STAMP.match(text)
    if match is None and (unix := _UNIX.match(text + b" ")):
        return float(unix[1])
    if match is None:
        bare = _BARE_CLOCK.match(text + b" ")
        return _clock(bare) if bare else None
    year, month, day = _date(match)
    try:
        days = date(year, month, day).toordinal()
    except ValueError:
        return None
    return days * 86400 + _clock(match)


def _date(match: re.Match[bytes]) -> tuple[int, int, int]:
    """Year (2024 where the stamp has none: a leap year, so that 29 February stands), month, day."""
    if match["m"]:
        return int(match["y"]), int(match["m"]), int(match["d"])
    if match["m5"]:
        return 2000 + int(match["y4"]), int(match["m5"]), int(match["d5"])
    if match["m2"]:
        year = int(match["y2"] or 2024)
        month, day = int(match["m2"]), int(match["d2"])
        return (year if year > 99 else 2000 + year), *((day, month) if month > 12 else (month, day))
    if match["m3"]:
        return 2024, _MONTHS.index(match["m3"]) + 1, int(match["d3"])
    return 2024, int(match["m4"]), int(match["d4"])


def _clock(match: re.Match[bytes]) -> float:
    found = _TIME.search(match[0])
    if found is None:
        return 0.0
    hours, minutes, secs, fraction = found.groups()
    return int(hours) * 3600 + int(minutes) * 60 + int(secs) + (float(b"0." + fraction) if fraction else 0.0)


_TIME = re.compile(_CLOCK)
