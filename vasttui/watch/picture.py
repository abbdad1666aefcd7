"""From the judge's state to the one picture a face sees."""

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from vasttui.gate.finding import Finding
from vasttui.monitor.check import Check, Phase, Verdict
from vasttui.watch.session import Link, Playback, Role, RunView, Snapshot

if TYPE_CHECKING:
    from vasttui.monitor.monitor import Monitor

SHOWN_CHECKS = 200


@dataclass(slots=True)
class Stage:
    """What surrounds the judge: who looks, over which link, with which checklist and message."""

    run: RunView
    role: Role
    link: Link = "connecting"
    paused: bool = False
    findings: tuple[Finding, ...] = ()
    checks: list[Check] = field(default_factory=list[Check])
    message: str = ""
    playback: Playback | None = None
    relaunch_note: str = ""


def cover(stage: Stage, now: float) -> Snapshot:
    """What is known before a judge is at work."""
    return Snapshot(
        run=stage.run,
        role=stage.role,
        link=stage.link,
        now_ts=now,
        phase=Phase.PROBE,
        paused=stage.paused,
        findings=stage.findings,
        playback=stage.playback,
        message=stage.message,
    )


def picture(monitor: "Monitor", stage: Stage, now: float) -> Snapshot:
    """Everything at `now` (host unix s)."""
    h = monitor.history
    ended = h.exit is not None
    return Snapshot(
        run=replace(stage.run, total_steps=h.total_steps),
        role=stage.role,
        link=stage.link,
        now_ts=now,
        phase=monitor.cadence.phase,
        next_look_ts=None if ended or stage.paused else monitor.next_look_ts,
        paused=stage.paused,
        step=h.step,
        rate=monitor.rate(now),
        loss=h.loss,
        activity=h.activity,
        check=stage.checks[-1] if stage.checks else None,
        checks=tuple(stage.checks[-SHOWN_CHECKS:]),
        alerts=monitor.alerts.newest_first(),
        findings=stage.findings,
        forecast=monitor.forecast(now),
        ledger=monitor.ledger,
        baseline=h.baseline,
        series=h.series,
        marks=tuple(h.marks),
        samples=h.samples,
        longest_eval_s=h.longest_eval_s,
        log_bytes=h.log_bytes,
        exit=h.exit,
        verdict=_verdict(monitor),
        stopped=_stopped(monitor),
        playback=stage.playback,
        message=stage.message,
        relaunch_note=stage.relaunch_note,
    )


def _verdict(monitor: "Monitor") -> Verdict | None:
    from vasttui.monitor.rules.log import ending  # noqa: PLC0415  with the judge, once the screen stands

    if monitor.history.exit is None:
        return None
    verdicts = {"crash": Verdict.CRASH, "stopped": Verdict.CRASH, "done": Verdict.DONE}
    return verdicts.get(ending(monitor.history), Verdict.ALERT)


def _stopped(monitor: "Monitor") -> bool:
    from vasttui.monitor.rules.log import ending  # noqa: PLC0415  as above

    return monitor.history.exit is not None and ending(monitor.history) == "stopped"
