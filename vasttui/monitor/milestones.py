"""Looks just after critical steps, and after the expected finish, as the live throughput predicts them."""

from collections.abc import Iterable

import msgspec

from vasttui.monitor.rules import View


class Milestone(msgspec.Struct, frozen=True, gc=False):
    """A step that wants a look, and when it should have been reached (host unix s)."""

    ts: float
    step: int
    name: str


def next_milestone(view: View, steps: Iterable[int], passed: int, earliest: float) -> Milestone | None:
    """The first of `steps` and the total beyond `passed`; never before `earliest`. None without an ETA."""
    h, eta_s = view.history, view.forecast.eta_s
    if h.step is None or h.baseline is None or h.pace.last_ts is None or eta_s is None:
        return None
    total = h.total_steps or 0
    left = max(1, total - h.step)
    for step in sorted({*steps, total}):
        if step <= passed:
            continue
        ts = view.now + eta_s * max(0, step - h.step) / left
        if step == total:
            return Milestone(max(ts + 2 * h.baseline.gap_s, earliest), step, "expected finish")
        return Milestone(max(ts, earliest), step, f"milestone {step}")
    return None
