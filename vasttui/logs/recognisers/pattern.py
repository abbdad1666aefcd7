"""The user's own regex: named groups `step total rate loss epoch` and `eval_*`."""

import re

from vasttui.logs.prefix import Line
from vasttui.logs.sighting import GLOBAL, Sighting
from vasttui.logs.tokens import scaled

GROUPS = ("step", "total", "rate", "seconds", "loss", "epoch")


def compile_pattern(pattern: str) -> re.Pattern[str]:
    """Check and compile a `[log] pattern`.

    Raises:
        ValueError: it is no regex, or names no group that means something; one line says which.
    """
    try:
        compiled = re.compile(pattern)
    except re.error as error:
        place = f" at character {error.pos}" if error.pos is not None else ""
        raise ValueError(f"[log] pattern is no valid regex: {error.msg}{place}") from None
    known = [name for name in compiled.groupindex if name in GROUPS or name.startswith("eval_")]
    strange = [name for name in compiled.groupindex if name not in known]
    if strange:
        raise ValueError(f"[log] pattern: unknown group '{strange[0]}'; use {', '.join(GROUPS)} or eval_…")
    if not known:
        raise ValueError("[log] pattern has no named group such as (?P<step>\\d+)")
    return compiled


def read(pattern: re.Pattern[str], line: Line) -> Sighting | None:
    """What the user's pattern finds in a line."""
    match = pattern.search(line.raw.decode("utf-8", "replace")[:8192])
    if match is None:
        return None
    told = {name: value for name, text in match.groupdict().items() if (value := _value(text)) is not None}
    sighting = Sighting("pattern", "pattern", GLOBAL + 1, line=line.number, rank=line.rank)
    sighting.step, sighting.total = told.get("step"), told.get("total")
    sighting.loss, sighting.epoch = told.get("loss"), told.get("epoch")
    rate = told.get("rate")
    sighting.seconds = told.get("seconds") or (1.0 / rate if rate else None)
    sighting.metrics = {name: value for name, value in told.items() if name.startswith("eval_")}
    if sighting.metrics and sighting.loss is None:
        sighting.mode = "eval"
    return sighting if sighting.says else None


def _value(text: str | None) -> float | None:
    try:
        return scaled(text.strip().encode()) if text else None
    except ValueError:
        return None
