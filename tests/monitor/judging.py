"""Helpers: judge a simulated training and say what came of it."""

from tests.support.simulate import START, Training
from vasttui.monitor.check import Alert, Check
from vasttui.monitor.drive import drive
from vasttui.monitor.monitor import Monitor
from vasttui.monitor.run import Run
from vasttui.plan import Plan, RunSpec


def plan(**tables: object) -> Plan:
    """A plan with these tables."""
    return Plan(run=RunSpec(command="train"), **tables)  # type: ignore[arg-type]


def judge(
    training: Training,
    wanted: Plan | None = None,
    *,
    silence_s: float = 0.0,
    price: float | None = None,
    milestones: tuple[int, ...] = (),
) -> tuple[list[Check], Monitor]:
    """All looks at the training, and the judge afterwards; `silence_s` more time passes at the end."""
    run = Run("sim", START, price_usd_h=price, milestones=milestones)
    monitor = Monitor(wanted or plan(), run)
    until = START + training.at + silence_s if silence_s else None
    return list(drive(monitor, training.readings(), until)), monitor


def raised(checks: list[Check]) -> dict[str, Alert]:
    """The first alert of each rule that was raised."""
    found: dict[str, Alert] = {}
    for check in checks:
        for alert in check.changed:
            if alert.state == "raised":
                found.setdefault(alert.rule, alert)
    return found


def resolved(checks: list[Check]) -> list[str]:
    """The rules that were resolved, in order."""
    return [a.rule for check in checks for a in check.changed if a.state == "resolved"]
