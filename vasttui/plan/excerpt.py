"""The plan as a record carries it (`[plan]` in run.toml), and back.

A record may be read by anyone and by any version: nothing secret goes in (no environment, no notify
addresses, no host), and what is not understood on the way back is set aside with a note.
"""

import re
from collections.abc import Mapping
from copy import deepcopy
from typing import Any, cast

import msgspec

from vasttui.plan.explain import first_non_finite, violation
from vasttui.plan.load import as_table, normalised
from vasttui.plan.schema import Plan
from vasttui.plan.sense import NAME, problems
from vasttui.plan.write import plan_tables

_LEFT_OUT = ("host", "notify")
_STEPS = re.compile(r"\[(\d+)\]|([^.\[\]]+)")
_MAX_NOTES = 50


def to_excerpt(plan: Plan) -> dict[str, object]:
    """Tables for run.toml: all that judging needs, nothing secret."""
    tables = {name: dict(table) for name, table in plan_tables(plan).items() if name not in _LEFT_OUT}
    tables["run"].pop("env", None)
    return dict(tables)


def from_excerpt(
    data: Mapping[str, object], command: str = "", name: str = ""
) -> tuple[Plan, tuple[str, ...]]:
    """(plan, notes) from an excerpt of any quality. `command`, `name`: what the record itself says.

    Each note is one line about something that was set aside; the rest is used.
    """
    tables: dict[str, Any] = normalised(deepcopy(dict(data)))
    run = as_table(tables.get("run"))
    tables["run"] = run
    if command or not run.get("command"):
        run["command"] = command.replace("\0", " ").strip() or "unknown"
    if NAME.fullmatch(name):
        run.setdefault("name", name)
    notes: list[str] = []
    while len(notes) < _MAX_NOTES:
        plan, key, problem = _attempt(tables)
        if plan is not None:
            return plan, tuple(notes)
        notes.append(f"[plan] {key} is ignored: {problem}")
        if key in ("run", "run.command") or not _drop(tables, key):
            break
    return msgspec.convert({"run": {"command": run["command"]}}, Plan), (
        *notes,
        "[plan] is ignored: too much of it is not understood",
    )


def _attempt(tables: dict[str, Any]) -> tuple[Plan | None, str, str]:
    """The plan, or the first key that does not fit and why."""
    try:
        plan = msgspec.convert(tables, Plan)
    except msgspec.ValidationError as error:
        return None, *violation(error, tables)
    if (where := first_non_finite(tables)) is not None:
        return None, where, "not a finite number"
    for key, problem in problems(plan):
        return None, key, problem
    return plan, "", ""


def _drop(tables: dict[str, Any], key: str) -> bool:
    """Remove the element, key or table that the dotted `key` names, or what of it is there."""
    at: Any = tables
    holder: Any = None
    last: str | int = ""
    for index, name in _STEPS.findall(key):
        step = int(index) if index else name
        child = _child(at, step)
        if child is None:
            break
        holder, last, at = at, step, child
    if holder is None:
        return False
    del holder[last]
    return True


def _child(at: Any, step: str | int) -> Any:
    if isinstance(at, dict):
        return cast("dict[Any, Any]", at).get(step)
    if isinstance(at, list) and isinstance(step, int):
        items = cast("list[Any]", at)
        return items[step] if step < len(items) else None
    return None
