"""A record judged again with other thresholds: which alerts come, go, or move."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

import msgspec

from vasttui.hosts.record import Record
from vasttui.monitor.check import Alert, Check
from vasttui.monitor.monitor import Monitor
from vasttui.plan import Alerts, Plan
from vasttui.plan.explain import nearest, shown, violation
from vasttui.plan.sense import RULES
from vasttui.watch.replay import Judged, judge_of, judge_record, run_of

Change = Literal["new", "gone", "earlier", "later", "same"]
SAME_S = 1.0
SWITCH_OFF = "off"


@dataclass(frozen=True, slots=True)
class Difference:
    """One alert: `was` under the record's own plan, `now` under the changed one; one may be missing."""

    rule: str
    change: Change
    was: Alert | None
    now: Alert | None


def changed(plan: Plan, wishes: Sequence[str]) -> Plan:
    """The plan with `NAME=VALUE` of its `[alerts]` replaced; `RULE=off` switches a rule off.

    Raises:
        ValueError: no such threshold, or not a value for it; one line.
    """
    alerts: dict[str, Any] = msgspec.to_builtins(plan.alerts)
    off = list(plan.alerts.off)
    known = [name for name in Alerts.__struct_fields__ if name != "off"]
    for wish in wishes:
        name, equals, value = (part.strip() for part in wish.partition("="))
        if not equals or not name or not value:
            raise ValueError(f"--what-if {shown(wish)}: give NAME=VALUE, as gpu_idle=0.4, or RULE=off")
        if value == SWITCH_OFF and name in RULES:
            off.append(name)
        elif name not in known:
            raise ValueError(f"--what-if {name}: no threshold of that name{nearest(name, known)}")
        else:
            alerts[name] = _number(name, value)
    tables = {"run": {"command": "x"}, "alerts": {**alerts, "off": off}}
    try:
        wanted = msgspec.convert(tables, Plan).alerts
    except msgspec.ValidationError as error:
        key, problem = violation(error, tables)
        raise ValueError(f"--what-if {key.removeprefix('alerts.')}: {problem}") from None
    return msgspec.structs.replace(plan, alerts=wanted)


def _number(name: str, value: str) -> float:
    try:
        number = float(value)
    except ValueError:
        raise ValueError(f"--what-if {name}={shown(value)}: not a number") from None
    if number != number or number in (float("inf"), float("-inf")):
        raise ValueError(f"--what-if {name}={value}: not a number that can be a threshold")
    return number


def judge_with(record: Record, wishes: Sequence[str]) -> Monitor:
    """A fresh judge for a record, with the changed thresholds."""
    plan = changed(judge_of(record)[0].plan, wishes)
    return Monitor(plan, run_of(record, plan))


def raised(judged: Sequence[Judged]) -> list[Alert]:
    """Every alert that was raised, in order."""
    checks: list[Check] = [one.check for one in judged if one.check is not None]
    return [alert for check in checks for alert in check.changed if alert.state == "raised"]


def compare(before: Sequence[Alert], after: Sequence[Alert]) -> list[Difference]:
    """What the change changes; alerts of one rule are matched in order."""
    found: list[Difference] = []
    for rule in dict.fromkeys(alert.rule for alert in (*before, *after)):
        old = [alert for alert in before if alert.rule == rule]
        new = [alert for alert in after if alert.rule == rule]
        most = max(len(old), len(new))
        found += [_difference(rule, old[n : n + 1], new[n : n + 1]) for n in range(most)]
    return sorted(found, key=lambda one: (one.now or one.was or before[0]).raised_at)


def _difference(rule: str, old: Sequence[Alert], new: Sequence[Alert]) -> Difference:
    was, now = next(iter(old), None), next(iter(new), None)
    if was is None or now is None:
        return Difference(rule, "new" if was is None else "gone", was, now)
    late_s = now.raised_at - was.raised_at
    change: Change = "same" if abs(late_s) <= SAME_S else "later" if late_s > 0 else "earlier"
    return Difference(rule, change, was, now)


def backtest(record: Record, wishes: Sequence[str]) -> tuple[list[Difference], Judged]:
    """(what changes, how it ends then).

    Raises:
        ValueError: a wish that cannot be understood; one line.
    """
    other = judge_with(record, wishes)
    before = list(judge_record(record, judge_of(record)[0]))
    after = list(judge_record(record, other))
    return compare(raised(before), raised(after)), after[-1]
