"""Durations and speeds of a line, and how their text becomes seconds."""

import re

from vasttui.logs import roles
from vasttui.logs.recognisers.naming import Assigned
from vasttui.logs.sighting import Convert, Sighting
from vasttui.logs.tokens import Named, number, seconds

_MS_NAME = re.compile(r"(?:^|_)m(?:illi)?s(?:ec|econds)?(?:$|[_/])")

_COUNT_AND_CLOCK = re.compile(rb"\s*\[\s*\d+\s*\|\s*(\d+\.\d+)\]")


def timing(token: Named) -> Convert:
    """The conversion for this token: its unit tells, else its name."""
    if token.duration:
        return seconds
    factor = roles.TIME_UNITS.get(token.unit) or roles.PER_STEP_UNITS.get(token.unit)
    if factor is None:
        factor = 1e-3 if _MS_NAME.search(token.key) else 1.0
    return number if factor == 1.0 else scale_by(factor)


def scale_by(factor: float) -> Convert:
    """A number times a factor."""
    return lambda text: number(text) * factor


_UNNAMED = ("ms", "sec", "s", "secs", "min", "mins", "minutes")


def _per_minute(text: bytes) -> float | None:
    speed = number(text)
    return 60.0 / speed if speed > 0 else None


def inverse(text: bytes) -> float | None:
    """Steps a second → seconds a step."""
    speed = number(text)
    return 1.0 / speed if speed > 0 else None


def times(sighting: Sighting, text: bytes, found: list[Named], by_role: Assigned) -> None:
    for role in ("seconds", "clock", "interval", "elapsed", "eta"):
        for token in by_role.get(role, ())[:1]:
            convert = timing(token)
            sighting.put(role, convert(token.text), token.start, token.end, convert)
    for token in by_role.get("speed a minute", ())[:1]:
        convert = _per_minute
        sighting.put("seconds", convert(token.text), token.start, token.end, convert)
    for token in by_role.get("speed", ())[:1] if sighting.seconds is None else ():
        sighting.put("seconds", inverse(token.text), token.start, token.end, inverse)
        sighting.by_speed = True
    if sighting.seconds is not None or sighting.clock is not None or sighting.interval is not None:
        return
    if sighting.step is not None or sighting.inner is not None:
        others = [t for t in by_role.get("decimal", ()) if t.value != sighting.step]
        for token in others[:1]:  # `step: 20  iter: 0.512`: the time of one
            sighting.put("clock", token.value, token.start, token.end, number)
            return
    if sighting.step is not None or sighting.epoch is not None:
        _unnamed_time(sighting, text, found)


def _unnamed_time(sighting: Sighting, text: bytes, found: list[Named]) -> None:
    """`(took 1.2 s)`, `20 ms`, `0:00:12`: of the steps since the line before, of one, or since the start."""
    if beside := _COUNT_AND_CLOCK.match(text):  # `[123 | 345.67] loss=…`
        sighting.put("clock", number(beside[1]), *beside.span(1), number)
        return
    for token in found:
        counted = sighting.step is not None or token.opener == b"("
        timed = token.duration or (token.unit in _UNNAMED and counted)
        if token.key or token.fraction or not timed:
            continue
        convert = timing(token)
        role = "clock" if token.duration else "seconds" if token.unit == "ms" else "interval"
        if token.opener == b"(" or role != "interval":
            sighting.put(role, convert(token.text), token.start, token.end, convert)
        return
