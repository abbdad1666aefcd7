"""One line of the checklist, before renting and again on the machine that was got."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

Status = Literal["pass", "warn", "fail"]


@dataclass(frozen=True, slots=True)
class Finding:
    """`need` and `have` are in `unit`; None is unknown. `text` stands alone: what, the numbers, why."""

    check: str
    status: Status
    text: str
    need: float | None = None
    have: float | None = None
    unit: str = ""


def verdict(findings: Sequence[Finding]) -> Status:
    """The worst of them; pass when there is none."""
    found = {finding.status for finding in findings}
    if "fail" in found:
        return "fail"
    return "warn" if "warn" in found else "pass"
