"""The last two steps of a bring-up, read from what the watcher sees of the launched attempt."""

from vasttui.monitor.check import Phase, Verdict
from vasttui.monitor.words import duration
from vasttui.plan import Plan
from vasttui.watch.bringup import Board
from vasttui.watch.session import Snapshot, StepState

_GIB = 1024.0


def follow_probe(board: Board, plan: Plan, seen: Snapshot) -> None:
    """Move `probe` and `baseline` on; does nothing once they are over."""
    if board.is_over("baseline") or "failed" in (step.state for step in board.steps[-2:]):
        return
    if seen.exit is not None and seen.baseline is None:
        _ended(board, seen)
        return
    if seen.baseline is None:
        if seen.step is not None:
            rate = f", {seen.rate:.3g} step/s" if seen.rate else ""
            board.say("probe", f"step {seen.step}, {plan.run.probe_steps} wanted{rate}")
        return
    if not board.is_over("probe"):
        board.end("probe", f"{seen.step or 0} steps without trouble{_worries(seen)}", _state(seen))
        board.begin("baseline", "waiting for the first look")
    if seen.phase is not Phase.PROBE or seen.exit is not None:
        board.end("baseline", baseline_text(seen))


def baseline_text(seen: Snapshot) -> str:
    """What healthy looks like for this run."""
    base = seen.baseline
    if base is None:
        return ""
    parts = [f"{1 / base.seconds_per_step:.3g} step/s"]
    # The probe may have been over before the first sample was due.
    util = _known(base.util_pct, [one.util_pct for one in seen.samples])
    used = _known(base.mem_used_mib, [one.mem_used_mib for one in seen.samples])
    if util is not None:
        parts.append(f"GPU {util:.0f} %")
    if used is not None:
        parts.append(f"VRAM {used / _GIB:.1f} GiB")
    if base.power_w is not None:
        parts.append(f"{base.power_w:.0f} W")
    parts.append(_evals(seen))
    return ", ".join(parts)


def _known(measured: float | None, now: list[float | None]) -> float | None:
    """What was measured, else the mean of what is seen now on the GPUs."""
    there = [value for value in now if value is not None]
    return measured if measured is not None or not there else sum(there) / len(there)


def _evals(seen: Snapshot) -> str:
    steps = sorted({mark.step for mark in seen.marks if mark.kind == "eval" and mark.step is not None})
    if not steps:
        return "no eval seen yet"
    every = f" every {steps[-1] - steps[-2]} steps" if len(steps) > 1 else f" at step {steps[0]}"
    lasts = f", {duration(seen.longest_eval_s)} long" if seen.longest_eval_s > 0 else ""
    return f"eval{every}{lasts}"


def _state(seen: Snapshot) -> StepState:
    return "warned" if _worries(seen) else "done"


def _worries(seen: Snapshot) -> str:
    rules = [alert.rule for alert in seen.alerts if alert.state != "resolved"]
    return f", but {', '.join(rules)}" if rules else ""


def _ended(board: Board, seen: Snapshot) -> None:
    """It ended before there was a baseline: done, or the probe has found what it is for."""
    how = "" if seen.exit is None else f"exit {seen.exit.code}" if seen.exit.code is not None else "killed"
    if seen.verdict is Verdict.DONE:
        board.end("probe", f"the run ended at step {seen.step or 0}")
        board.end("baseline", "none: the run was too short", "warned")
        return
    if seen.stopped:
        board.end("probe", f"stopped on purpose at step {seen.step or 0}", "warned")
        board.end("baseline", "none: the run was stopped before", "warned")
        return
    why = next((alert.text for alert in seen.alerts if alert.state != "resolved"), how)
    board.end("probe", f"the command ended ({how}) at step {seen.step or 0}: {why}", "failed")
