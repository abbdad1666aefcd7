"""Rules about the meter: cost past the budget, and nothing running on it."""

from vasttui.monitor.rules.symptom import Symptom, View
from vasttui.monitor.words import duration, usd

DOUBT = 0.15
LEAST_DONE = 0.03
PATIENCE = 3.0
LONG_ENOUGH_S = 1800.0


def cost(view: View) -> Symptom | None:
    """The projected cost or finish lies past the budget, or the budget is spent."""
    if view.history.exit is not None:
        return None
    budget, forecast = view.plan.budget, view.forecast
    spent, projected = forecast.spent_usd, forecast.projected_usd
    elapsed_s = view.now - view.history.run.started_at
    advice = "raise the budget, shorten the run, or stop (k)"
    if budget.max_usd is not None and spent is not None and spent > budget.max_usd:
        text = f"{usd(spent)} spent, the budget is {usd(budget.max_usd)}"
        return Symptom(text, advice, since=view.now, immediate=True)
    if view.history.baseline is None or _too_early(view, elapsed_s):
        return None
    if budget.max_usd is not None and projected is not None and _at_least(view) > budget.max_usd:
        text = f"{usd(projected)} projected, the budget is {usd(budget.max_usd)}"
        return Symptom(text, advice, since=view.now, patience=PATIENCE)
    if budget.max_hours is not None and forecast.eta_s is not None:
        total_s = elapsed_s + forecast.eta_s
        least_s = elapsed_s + (forecast.eta_low_s or 0.0)
        if least_s > budget.max_hours * 3600:
            text = f"would take {duration(total_s)}, the budget is {budget.max_hours:g}h"
            return Symptom(text, advice, since=view.now, patience=PATIENCE)
    return None


def _too_early(view: View, elapsed_s: float) -> bool:
    """So little is done that one eval outweighs it."""
    to_come = (view.forecast.eta_s or 0.0) / max(1.0, elapsed_s + (view.forecast.eta_s or 0.0))
    return to_come > 1 - LEAST_DONE and elapsed_s < LONG_ENOUGH_S


def _at_least(view: View) -> float:
    """What it will cost if the rest goes as well as it may: the low end, and lower still early on."""
    elapsed_s = view.now - view.history.run.started_at
    price = view.history.run.price_usd_h or 0.0
    low_s = view.forecast.eta_low_s or 0.0
    to_come = low_s / max(1.0, low_s + elapsed_s)
    return price * (elapsed_s + low_s * (1 - DOUBT * to_come**2)) / 3600


def idle(view: View) -> Symptom | None:
    """The run is over and the machine still costs."""
    h = view.history
    if h.exit is None or h.meter_ended or not h.run.price_usd_h:
        return None
    idle_s = view.now - h.exit.ts
    if idle_s < (view.plan.ending.idle_minutes or view.plan.alerts.idle_min) * 60:
        return None
    burnt = idle_s / 3600 * h.run.price_usd_h
    return Symptom(
        f"nothing runs for {duration(idle_s)} at {usd(h.run.price_usd_h)}/h: {usd(burnt)} for nothing",
        "pull what you need, then stop or destroy the instance",
        since=h.exit.ts,
        immediate=True,
    )
