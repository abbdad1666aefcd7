"""Does what is there hold what is needed? The same question for an offer and for a machine."""

from vasttui.gate.estimate import Estimate, said
from vasttui.gate.finding import Finding, Status


def fit(check: str, need: Estimate, have: float | None, subject: str) -> Finding:
    """pass: the most it may take fits; fail: not even the least does; warn: between, or unknown.

    `subject` says what and where: `VRAM on the GPU`, `RAM in this offer's share`.
    """
    start = f"{subject}: {said(need.need)} {need.unit} needed"
    spread = f" ({said(need.low)} to {said(need.high)})" if need.high > need.need else ""
    if have is None:
        text = f"{start}, how much there is is unknown{spread} = {need.formula}"
        return Finding(check, "warn", text, round(need.need, 2), None, need.unit)
    status = fitting(need, have)
    text = f"{start}, {said(have)} there, {_margin(need, have, status)}{spread} = {need.formula}"
    return Finding(check, status, text, round(need.need, 2), round(have, 2), need.unit)


def fitting(need: Estimate, have: float) -> Status:
    """How `have` stands to the estimate's spread."""
    if have < need.low:
        return "fail"
    return "pass" if have >= need.high else "warn"


def _margin(need: Estimate, have: float, status: Status) -> str:
    if status == "fail":
        return f"{said(max(need.need - have, 0.0))} too little"
    if status == "warn":
        return "it may not fit"
    return f"{said(max(have - need.need, 0.0))} to spare"
