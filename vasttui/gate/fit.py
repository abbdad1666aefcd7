"""Does what is there hold what is needed? The same question for an offer and for a machine."""

from vasttui.gate.estimate import Estimate, said
from vasttui.gate.finding import Finding, Status


def fit(check: str, need: Estimate, have: float | None, subject: str) -> Finding:
    """pass: the most it may take fits; fail: not even the least does; warn: between, or unknown.

    `subject` says of what: `on each GPU`, `of this offer's share`.
    """
    if have is None:
        text = f"{said(need.need)} {need.unit} needed {subject}, what is there is unknown: {need.formula}"
        return Finding(check, "warn", text, round(need.need, 2), None, need.unit)
    status = fitting(need, have)
    text = f"{_numbers(need, have, subject)}{_margin(need, have, status)} = {need.formula}"
    return Finding(check, status, text, round(need.need, 2), round(have, 2), need.unit)


def fitting(need: Estimate, have: float) -> Status:
    """How `have` stands to the estimate's spread."""
    if have < need.low:
        return "fail"
    return "pass" if have >= need.high else "warn"


def _numbers(need: Estimate, have: float, subject: str) -> str:
    return f"{said(need.need)} of {said(have)} {need.unit} needed {subject}"


def _margin(need: Estimate, have: float, status: Status) -> str:
    spread = "" if need.high <= need.need else f" (least {said(need.low)}, most {said(need.high)})"
    if status == "fail":
        return f"{spread}, {said(max(need.need - have, 0.0))} too little"
    if status == "warn":
        return f"{spread}, it may not fit"
    return f"{spread}, {said(max(have - need.need, 0.0))} to spare"
