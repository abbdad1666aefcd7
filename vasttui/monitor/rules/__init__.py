"""The alert rules: pure functions of the facts, one table."""

from collections.abc import Callable, Mapping

from vasttui.monitor.check import Rule
from vasttui.monitor.rules.evals import eval_worse
from vasttui.monitor.rules.log import error, nan
from vasttui.monitor.rules.machine import disk, gpu_idle, host, host_deadline, memory
from vasttui.monitor.rules.money import cost, idle
from vasttui.monitor.rules.progress import slow, stall, stall_deadline
from vasttui.monitor.rules.symptom import Symptom, View

RULES: Mapping[Rule, Callable[[View], Symptom | None]] = {
    "error": error,
    "nan": nan,
    "host": host,
    "stall": stall,
    "slow": slow,
    "gpu_idle": gpu_idle,
    "memory": memory,
    "eval": eval_worse,
    "disk": disk,
    "cost": cost,
    "idle": idle,
}

# One cause, one alert: while the left holds, the right says nothing.
INHIBITS: Mapping[Rule, tuple[Rule, ...]] = {
    "error": ("stall", "slow", "gpu_idle", "idle", "nan"),
    "host": ("stall", "slow", "gpu_idle", "memory", "idle"),
    "nan": ("eval",),
    "stall": ("slow", "gpu_idle", "idle", "cost"),
    "slow": ("cost",),
}


def examine(view: View) -> dict[Rule, Symptom]:
    """Every rule that holds at this moment, inhibited ones left out."""
    found: dict[Rule, Symptom] = {}
    for rule, look in RULES.items():
        symptom = None if rule in view.plan.alerts.off else look(view)
        if symptom is not None:
            found[rule] = symptom
    mute = {muted for rule in found for muted in INHIBITS.get(rule, ())}
    return {rule: symptom for rule, symptom in found.items() if rule not in mute}


__all__ = ["INHIBITS", "RULES", "Symptom", "View", "examine", "host_deadline", "stall_deadline"]
