"""One line of the checklist, before renting and again on the machine that was got."""

from dataclasses import dataclass
from typing import Literal

Status = Literal["pass", "warn", "fail"]


@dataclass(frozen=True, slots=True)
class Finding:
    """`need` and `have` are in `unit`; None is unknown. `text` is the whole line: numbers and reason."""

    check: str
    status: Status
    text: str
    need: float | None = None
    have: float | None = None
    unit: str = ""
