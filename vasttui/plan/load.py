"""`plan.toml` → Plan. A file that is wrong is answered with one line that says how to put it right."""

import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import cast

import msgspec

from vasttui.plan.config import ConfigError, with_config
from vasttui.plan.error import PlanError
from vasttui.plan.explain import first_non_finite, violation
from vasttui.plan.schema import Plan
from vasttui.plan.sense import problems

MAX_BYTES = 1 << 20
"""A plan is a page of text; a larger file is something else."""


def load_plan(path: Path) -> Plan:
    """Read, parse and complete a plan: `[model] config` is read beside it. Raises PlanError."""
    source = str(path)
    plan = parse_plan(_text(path, source, "write one with `vasttui init`"), source)
    if plan.model is None or not plan.model.config:
        return plan
    config_path = path.parent / Path(plan.model.config).expanduser()
    text = _text(
        config_path, source, "give the model's config.json, or layers, hidden, heads", "model.config"
    )
    try:
        model = with_config(plan.model, text)
    except ConfigError as error:
        raise PlanError(source, "model.config", f"{config_path}: {error}") from error
    return msgspec.structs.replace(plan, model=model)


def parse_plan(text: str, source: str = "plan.toml") -> Plan:
    """A plan from TOML text; `source` names it in errors. Raises PlanError."""
    try:
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise PlanError(source, "", f"not TOML: {error}") from error
    except (ValueError, RecursionError) as error:
        # The parser's own limits: a number of thousands of digits, brackets thousands deep.
        raise PlanError(source, "", f"not a plan: {error}") from error
    return plan_from(data, source)


def plan_from(data: Mapping[str, object], source: str) -> Plan:
    """A plan from parsed tables. Raises PlanError."""
    tables = normalised(data)
    try:
        plan = msgspec.convert(tables, Plan)
    except msgspec.ValidationError as error:
        raise PlanError(source, *violation(error, tables)) from error
    if (where := first_non_finite(tables)) is not None:
        raise PlanError(source, where, "found nan or inf, allowed: a finite number")
    for key, problem in problems(plan):
        raise PlanError(source, key, problem)
    return plan


def normalised(data: Mapping[str, object]) -> dict[str, object]:
    """The same tables with shorthand written out: `cadence = "adaptive"`."""
    tables = dict(data)
    if isinstance(tables.get("cadence"), str):
        tables["cadence"] = {"mode": tables["cadence"]}
    return tables


def _text(path: Path, source: str, hint: str, key: str = "") -> str:
    """A small text file, or PlanError with what to do next."""
    shown = f"{path}: " if key else ""
    try:
        with path.open("rb") as file:
            data = file.read(MAX_BYTES + 1)
    except FileNotFoundError:
        raise PlanError(source, key, f"{shown}no such file; {hint}") from None
    except OSError as error:
        raise PlanError(source, key, f"{shown}cannot be read ({error.strerror}); {hint}") from error
    if len(data) > MAX_BYTES:
        raise PlanError(source, key, f"{shown}larger than 1 MiB; {hint}")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise PlanError(source, key, f"{shown}not UTF-8 text (byte {error.start}); {hint}") from error


def as_table(value: object) -> dict[str, object]:
    """`value` if it is a table, else an empty one."""
    return cast("dict[str, object]", value) if isinstance(value, dict) else {}
