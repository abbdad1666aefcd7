"""How the text of a duration or a speed becomes seconds."""

import re

from vasttui.logs import roles
from vasttui.logs.sighting import Convert
from vasttui.logs.tokens import Named, number, seconds

_MS_NAME = re.compile(r"(?:^|_)m(?:illi)?s(?:ec|econds)?(?:$|[_/])")


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


def inverse(text: bytes) -> float | None:
    """Steps a second → seconds a step."""
    speed = number(text)
    return 1.0 / speed if speed > 0 else None
