"""A line of any log as named numbers: what each number is called is what stands before it.

Everything works on bytes, and on spans, so that a line of a known shape can later be read by
slicing alone (see `shapes.py`).
"""

import re
from dataclasses import dataclass

from vasttui.logs.roles import EPOCH_UNITS, MINUTE_UNITS, PER_STEP_UNITS, SPEED_UNITS, STEP_UNITS, TIME_UNITS

_DURATION = (
    rb"(?:\d+ ?days?,? ?)?\d+:\d\d(?::\d\d)?(?:\.\d+)?(?![\d:])"
    rb"|\d+ ?days?(?:,? ?\d+h)?(?: ?\d+m)?(?: ?\d+s)?\b|\d+h ?\d+m(?: ?\d+(?:\.\d+)?s)?|\d+m ?\d+(?:\.\d+)?s"
    rb"|\d+ minutes and \d+(?:\.\d+)? seconds"
)
_NUMBER = (
    rb"[-+]?(?:\d{1,3}(?:,\d{3})+(?![\d])|\d+)(?:\.\d+)?(?:[eE][-+]?\d+)?(?!\.?\d|x[0-9a-fA-F])"
    rb"|[-+]?(?:\.\d+)(?:[eE][-+]?\d+)?"
    rb"|[-+]?(?:[nN][aA][nN]|[iI][nN][fF](?:inity)?)(?![A-Za-z0-9_])"
)
TOKEN = re.compile(
    rb"(?<![A-Za-z0-9_.@$-])(?:(?P<duration>" + _DURATION + rb")|(?P<number>" + _NUMBER + rb"))"
)
_UNIT = re.compile(
    rb" ?([A-Za-z%\xc2-\xf4][A-Za-z0-9_/%\x80-\xf4]*(?: ?/ ?(?:s|sec|it|iter|step|epoch|batch)\b)?)"
)
_SPACED_UNITS = (
    frozenset(TIME_UNITS)
    | frozenset(PER_STEP_UNITS)
    | SPEED_UNITS
    | frozenset(MINUTE_UNITS)
    | EPOCH_UNITS
    | STEP_UNITS
    | {"%"}
)
_JOINT = re.compile(
    rb"\s*(?:/|\\|\b(?:of|out of|von|de|sur|di)\b|" + "из|共|/ ?共".encode() + rb")\s*",
)
_KEY_UNIT = re.compile(rb"\s*\(([^()]*)\)$")
_CUT = re.compile(rb"[,|;\t\])}]|  |: |\. | - |=> |\xe2\x80\xa2")
_OPTION = re.compile(rb"(?:^|[ \[])--\w")
_TRAIL = b" \t:=\"'([{<~>*#"
_LEAD = b" \t-\"'([{/.:*#>="

DIGITS = bytes.maketrans(b"123456789", b"000000000")


@dataclass(slots=True)
class Named:
    """One number of a line: its name as written and as looked up, where it stands, what follows.

    `key` is lower case with `_` for what is not a letter, digit, `/`, `@` or `'`; empty: unnamed.
    `fraction`: this number is the b of `a/b`, and its name is a's.
    """

    key: str
    label: str
    start: int
    end: int
    value: float
    text: bytes
    unit: str
    duration: bool = False
    fraction: bool = False
    opener: bytes = b""

    @property
    def whole(self) -> bool:
        """A count: digits only (thousands may be parted by commas)."""
        return self.text.replace(b",", b"").isdigit()


_NORMAL = re.compile(r"[^\w/@']+")
_CAMEL = re.compile(r"(?<=[a-z])(?=[A-Z][a-z])")


def normal(label: str) -> str:
    """`Lm Loss ` → `lm_loss`, `globalStep` → `global_step`; the Turkish dotless i as i."""
    return _NORMAL.sub("_", _CAMEL.sub("_", label).lower().replace("\u0131", "i")).strip("_/'")


def tokens(line: bytes, limit: int = 64) -> list[Named]:
    """Name the first `limit` numbers of a line (already free of control sequences and time stamps)."""
    found: list[Named] = []
    previous_end = 0
    for match in TOKEN.finditer(line):
        gap = line[previous_end : match.start()]
        found.append(_name(line, match, gap, found[-1] if found else None))
        previous_end = match.end()
        if len(found) == limit:
            break
    return found


def _name(line: bytes, match: re.Match[bytes], gap: bytes, before: Named | None) -> Named:
    text = match[0]
    unit = _UNIT.match(line, match.end())
    after = unit[1].decode("utf-8", "replace").strip() if unit else ""
    if unit and unit[0].startswith(b" ") and not _is_unit(line, after, unit.end()):
        after = ""
    is_duration = match.lastgroup == "duration"
    value = seconds(text) if is_duration else number(text)
    if before is not None and not is_duration and not before.duration and _is_joint(gap, before):
        return Named(before.key, before.label, *match.span(), value, text, after, fraction=True)
    if before is not None:
        gap = _without_unit(gap, before)
    label, key_unit = key_of(gap)
    opener = gap.rstrip()[-1:]
    return Named(
        normal(label), label, *match.span(), value, text, after or key_unit, is_duration, False, opener
    )


def _is_unit(line: bytes, word: str, end: int) -> bool:
    """Whether a word one blank after a number is its unit. `1.20 M      20.0 ms`: the M of a column, too."""
    if word in _SCALE:
        return line[end : end + 3] == b"   "
    return word in _SPACED_UNITS and not _names_next(line, end)


def _names_next(line: bytes, end: int) -> bool:
    """Whether what looks like a unit is the name of the next number: `3 step 12`, `3 s: 1`."""
    return re.match(rb"\s*[:=]|\s+[-+.\d]", line[end : end + 12]) is not None


def _is_joint(gap: bytes, before: Named) -> bool:
    joint = _JOINT.fullmatch(gap)
    return joint is not None and not before.fraction


def _without_unit(gap: bytes, before: Named) -> bytes:
    """Do not take `ms` of `520 ms time 3` for a part of the next name."""
    unit = before.unit.encode()
    stripped = gap.lstrip(b" ")
    if unit and stripped.startswith(unit) and not stripped[len(unit) :].lstrip().startswith((b":", b"=")):
        return stripped[len(unit) :]
    return gap


def key_of(gap: bytes) -> tuple[str, str]:
    """The name at the end of the text before a number, and the unit that stands in it."""
    text = gap[-160:].rstrip(_TRAIL)
    unit = ""
    in_parentheses = _KEY_UNIT.search(text)
    if in_parentheses:
        unit = in_parentheses[1].decode("utf-8", "replace")
        text = text[: in_parentheses.start()].rstrip(_TRAIL)
    text = _CUT.split(text)[-1]
    if _OPTION.search(text):
        return "", unit  # an option of a command line
    return text.strip(_LEAD).decode("utf-8", "replace"), unit


def number(text: bytes) -> float:
    """A number as logs write it; thousands may be parted by commas."""
    return float(text.replace(b",", b""))


_SCALE = {"k": 1e3, "K": 1e3, "M": 1e6, "G": 1e9, "T": 1e12}


def scaled(text: bytes) -> float:
    """`1.28k` → 1280."""
    suffix = text[-1:].decode("ascii", "replace")
    factor = _SCALE.get(suffix)
    return number(text[:-1]) * factor if factor else number(text)


_PART = re.compile(rb"(\d+(?:\.\d+)?) ?(d|h|m|s)")
_SECONDS = {b"d": 86400.0, b"h": 3600.0, b"m": 60.0, b"s": 1.0}


def seconds(text: bytes) -> float:
    """Turn a duration as logs write it into seconds: `01:03`, `80:11:40`, `1 day, 4:05:10`, `0m47s`."""
    if b":" not in text:
        return sum(float(n) * _SECONDS[unit] for n, unit in _PART.findall(text))
    days, _, clock = text.rpartition(b"day")
    total = 0.0
    for part in clock.lstrip(b"s, ").split(b":"):
        total = total * 60 + float(part)
    return total + (float(days) * 86400 if days.strip() else 0.0)
