"""Numbers and foreign text as the screen writes them: tabular, with units, one line."""

import re
from datetime import datetime
from math import floor, isfinite, log10

from vasttui.monitor.words import PER_STEP_BELOW

UNKNOWN = "-"

_ESCAPES = re.compile(
    r"\x1b(?:\[[0-?]*[ -/]*[@-~]|\][^\x07\x1b]*(?:\x07|\x1b\\)?|[PX^_][^\x1b]*(?:\x1b\\)?|.?)"
)
# C0, DEL, C1, bidirectional overrides and isolates, zero-width characters, line separators, BOM.
_UNSAFE = re.compile(r"[\x00-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]+")


def one_line(text: str, limit: int = 400) -> str:
    """Foreign text as one harmless line of at most `limit` characters."""
    cut = text[: limit * 4]
    flat = _UNSAFE.sub(" ", _ESCAPES.sub("", cut)).strip()
    return flat if len(flat) <= limit else flat[: limit - 1] + "…"


def money(usd: float | None) -> str:
    """`$0.42`, `$12.30`, `$1,204`."""
    if usd is None or not isfinite(usd):
        return UNKNOWN
    return f"${usd:.2f}" if abs(usd) < 1000 else f"${usd:,.0f}"


def duration(seconds: float | None) -> str:
    """`42s`, `12m04s`, `1h31m`, `3d04h`."""
    if seconds is None or not isfinite(seconds):
        return UNKNOWN
    whole = max(0, round(seconds))
    if whole < 60:
        return f"{whole}s"
    if whole < 3600:
        return f"{whole // 60}m{whole % 60:02d}s"
    if whole < 86400:
        return f"{whole // 3600}h{whole % 3600 // 60:02d}m"
    return f"{whole // 86400}d{whole % 86400 // 3600:02d}h"


def about(seconds: float | None) -> str:
    """A duration that need not tick: whole minutes past one minute (`24m`, `1h31m`)."""
    if seconds is None or not isfinite(seconds):
        return UNKNOWN
    whole = max(0, round(seconds))
    if 60 <= whole < 3600:
        return f"{whole // 60}m"
    return duration(whole)


def rate(steps_per_s: float | None) -> str:
    """`3.42/s`, and `12.5s/it` for steps slower than a second."""
    if steps_per_s is None or not isfinite(steps_per_s) or steps_per_s < 0:
        return UNKNOWN
    if steps_per_s == 0:
        return "0/s"
    if steps_per_s < PER_STEP_BELOW:
        return f"{significant(1 / steps_per_s)}s/it"
    return f"{significant(steps_per_s)}/s"


def significant(value: float, digits: int = 3) -> str:
    """Three figures without an exponent where that is short: `3.42`, `71.2`, `1204`, `0.0103`, `1.2e-05`."""
    if not isfinite(value):
        return str(value)
    size = abs(value)
    if size >= 1e6 or (0 < size < 1e-3):
        return f"{value:.{digits - 2}e}"
    if 0 < size < 1:
        return f"{value:.{digits - 1 - floor(log10(size))}f}"
    return f"{value:.{max(0, digits - len(str(int(size))))}f}"


def moment(ts: float | None, now: float | None = None, *, seconds: bool = False) -> str:
    """Wall-clock time here: `21:42`, with the day (`Tue 21:42`, `03 Dec 21:42`) when it is not today's."""
    if ts is None or not isfinite(ts):
        return UNKNOWN
    try:
        there = datetime.fromtimestamp(ts).astimezone()
        here = datetime.fromtimestamp(ts if now is None else now).astimezone()
    except (OverflowError, ValueError, OSError):
        return UNKNOWN
    text = there.strftime("%H:%M:%S" if seconds else "%H:%M")
    days = abs((there.date() - here.date()).days)
    if days == 0:
        return text
    return f"{there:%a} {text}" if days < 7 else f"{there:%d %b} {text}"


def size(count: float | None) -> str:
    """Bytes: `812 B`, `1.4 KiB`, `2.0 GiB`."""
    if count is None:
        return UNKNOWN
    value = float(count)
    for unit in ("B", "KiB", "MiB", "GiB"):
        if abs(value) < 1024:
            return f"{value:.0f} B" if unit == "B" else f"{value:.1f} {unit}"
        value /= 1024
    return f"{value:.1f} TiB"


def gib(mib: float | None) -> str:
    """MiB as GiB with one decimal, without the unit."""
    return UNKNOWN if mib is None else f"{mib / 1024:.1f}"


def percent(share: float | None) -> str:
    """A fraction as whole percent: `97%`."""
    return UNKNOWN if share is None or not isfinite(share) else f"{share * 100:.0f}%"


def plural(count: int, noun: str) -> str:
    """`1 look`, `2 looks`."""
    return f"{count} {noun}{'' if count == 1 else 's'}"
