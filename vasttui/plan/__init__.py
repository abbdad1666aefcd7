"""The plan: what the user wants. Schema, load, write."""

from vasttui.plan.schema import (
    Alerts,
    Budget,
    Cadence,
    Ending,
    Eval,
    HostSpec,
    LogSource,
    Model,
    Needs,
    Notify,
    Plan,
    RunSpec,
    VastSpec,
)

__all__ = [
    "Alerts",
    "Budget",
    "Cadence",
    "Ending",
    "Eval",
    "HostSpec",
    "LogSource",
    "Model",
    "Needs",
    "Notify",
    "Plan",
    "RunSpec",
    "VastSpec",
]
