"""The one line after every look: look seldom, look often, or stop and fix."""

from collections.abc import Iterable

from vasttui.monitor.check import Alert, Decision, Forecast, Phase
from vasttui.monitor.words import duration, usd
from vasttui.plan import Plan

BUDGET_SHARE = 0.1


def decide(
    now: float,
    plan: Plan,
    phase: Phase,
    status: str,
    alerts: Iterable[Alert],
    forecast: Forecast,
    next_look_s: float | None,
) -> tuple[Decision, str]:
    """The decision and the sentence that tells it."""
    if status == "CRASH":
        return "STOP AND FIX", f"it crashed; {_cost(forecast)}read the log, then relaunch or stop the meter"
    if status == "DONE":
        return "LOOK SELDOM", "done; pull the artifacts and stop the meter"
    if next_look_s is None:
        return (
            "STOP AND FIX",
            f"it ended too early; {_cost(forecast)}see the log, then relaunch or stop the meter",
        )
    worst = min(alerts, key=lambda a: a.raised_at, default=None)
    if worst is not None:
        return _decide_alert(now, plan, worst, forecast)
    when = f"next look in {duration(next_look_s)}"
    if status == "OK" and phase in (Phase.STABILISE, Phase.CRUISE):
        return "LOOK SELDOM", f"healthy; {when}"
    reasons = {"WATCH": "something looks wrong, a second look decides", "LOST": "the host does not answer"}
    return "LOOK OFTEN", f"{reasons.get(status, 'still proving itself')}; {when}"


def decide_stopped(how: str, forecast: Forecast) -> tuple[Decision, str]:
    """The same for a run that was killed from here; `how`: `killed by SIGTERM`."""
    return "LOOK SELDOM", f"stopped on purpose ({how}); {_cost(forecast)}relaunch when you are ready"


def _decide_alert(now: float, plan: Plan, worst: Alert, forecast: Forecast) -> tuple[Decision, str]:
    lasting_s = now - worst.raised_at
    burnt = (forecast.burn_usd_h or 0.0) * (now - worst.since) / 3600
    budget = forecast.budget_usd
    out_of_patience = lasting_s >= plan.alerts.patience_min * 60
    too_expensive = budget is not None and burnt >= BUDGET_SHARE * budget
    so_far = f", {usd(burnt)} since" if forecast.burn_usd_h else ""
    if out_of_patience or too_expensive:
        return (
            "STOP AND FIX",
            f"{worst.rule} unresolved for {duration(now - worst.since)}{so_far}: k kill, r relaunch",
        )
    return "LOOK OFTEN", f"{worst.rule} since {duration(now - worst.since)}{so_far}"


def _cost(forecast: Forecast) -> str:
    return f"{usd(forecast.spent_usd)} spent; " if forecast.spent_usd is not None else ""
