"""Plan → `plan.toml` text. What is at its default is left out, so a file stays short."""

import msgspec
import tomli_w

from vasttui.plan.schema import Plan


def plan_tables(plan: Plan) -> dict[str, dict[str, object]]:
    """The plan as TOML tables: no defaults, no empty tables but those whose presence says something."""
    data: dict[str, dict[str, object]] = msgspec.to_builtins(plan)
    telling = ("run", "model", "eval")
    return {name: table for name, table in data.items() if table or name in telling}


def plan_text(plan: Plan) -> str:
    """TOML that loads to the same plan."""
    return tomli_w.dumps(plan_tables(plan))
