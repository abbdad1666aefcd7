"""The market's query language: `gpu_ram>=24 num_gpus=1 gpu_name in [RTX_4090,RTX_3090] dph<0.5`.

Every query of the official command line is understood, with the same meaning but for sizes of memory.
There `gpu_ram>=48` asks for 48000 MiB, which few 48 GB cards have, and `gpu_ram=24` finds nothing at all;
here a figure means the size on the box. Units (`24GB`, `3 days`, `98%`), commas and `and` are understood too.
"""

import re

from vasttui.cloud.conditions import Condition, Op, Query, Ranges, Value
from vasttui.cloud.errors import QueryError
from vasttui.cloud.fields import ALIASES, FIELDS, FLAGS, SIZES, TEXTS, nearest
from vasttui.cloud.figures import driver, figure

DEFAULTS = "verified=true external=false rentable=true"
_SYMBOLS: dict[str, Op] = {
    ">=": "gte",
    "<=": "lte",
    "!=": "neq",
    "==": "eq",
    "=": "eq",
    ">": "gt",
    "<": "lt",
}
_WORDS: dict[str, Op] = {
    "eq": "eq",
    "neq": "neq",
    "noteq": "neq",
    "gt": "gt",
    "gte": "gte",
    "lt": "lt",
    "lte": "lte",
    "in": "in",
    "notin": "notin",
    "nin": "notin",
}
_MEANT = {"=>": ">=", "=<": "<=", "<>": "!="}
_GAP = re.compile(r"(?:\s|,|&&|\band\b)*")
_FIELD = re.compile(r"[A-Za-z][A-Za-z0-9_]*")
_OP = re.compile(
    r"\s*([=><!~]+)\s*|\s+(not\s*in|not\s*eq|nin|in|neq|eq|gte|gt|lte|lt)(?:\s+|(?=\[))", re.IGNORECASE
)
_VALUE = re.compile(
    r"\[[^\]]*\]|\"[^\"]*\"|'[^']*'|[^\s,\[\]\"']+"
    r"(?:\s+(?:GB|GiB|MB|MiB|TB|days?|hours?|weeks?|h|d|%)(?![^\s,]))?",
    re.IGNORECASE,
)
_ANY = frozenset({"any", "*", "?"})
_NULL = frozenset({"null", "none"})
_TRUTHS = {"true": True, "yes": True, "1": True, "false": False, "no": False, "0": False}


def parse_query(text: str, *, defaults: bool = True) -> Query:
    """What is searched. `defaults`: verified, rentable machines, unless the text says else.

    Raises:
        QueryError: it cannot be understood; the message names the field, the hint what was meant perhaps.
    """
    found: dict[tuple[str, str], list[Condition | Ranges]] = {}
    for field, op, value in [*_clauses(DEFAULTS if defaults else ""), *_clauses(text)]:
        if op == "eq" and value.lower() in _ANY:
            found = {key: conditions for key, conditions in found.items() if key[0] != field}
        else:
            found[field, op] = _conditions(field, op, value)
    return Query(tuple(one for conditions in found.values() for one in conditions))


def parse_order(text: str) -> list[list[str]]:
    """`dph_total,reliability-` as `[[field, "asc" | "desc"], …]`. Raises QueryError."""
    parts = [part.strip() for part in text.split(",") if part.strip()]
    return [[_known(part.strip("+-")), "desc" if "-" in (part[0], part[-1]) else "asc"] for part in parts]


def _clauses(text: str) -> list[tuple[str, Op, str]]:
    """(field, operator, value as written) of each part."""
    found: list[tuple[str, Op, str]] = []
    at = _after_gap(text, 0)
    while at < len(text):
        match = _FIELD.match(text, at)
        if match is None:
            raise QueryError(
                f"a field is wanted before {text[at:][:40]!r}", "for instance gpu_ram>=24 num_gpus=1"
            )
        field = _known(match[0])
        op, at = _operator(field, text, match.end())
        value = _VALUE.match(text, at)
        if value is None or not value[0].strip("\"'[], "):
            raise QueryError(f"{field}: a value is missing", f"{field}=any takes the condition off")
        found.append((field, op, value[0]))
        at = _after_gap(text, value.end())
    return found


def _after_gap(text: str, at: int) -> int:
    match = _GAP.match(text, at)
    return match.end() if match else at


def _known(name: str) -> str:
    field = ALIASES.get(name.lower(), name.lower())
    if field not in FIELDS:
        near = nearest(name)
        hint = f"did you mean {near}?" if near else "the fields: https://docs.vast.ai/cli (search offers)"
        raise QueryError(f"unknown field {name[:40]!r}", hint)
    return field


def _operator(field: str, text: str, at: int) -> tuple[Op, int]:
    match = _OP.match(text, at)
    if match is None:
        raise QueryError(f"{field}: an operator is missing", f"for instance {field}=… or {field} in […]")
    word = "".join((match[1] or match[2]).lower().split())
    op = _SYMBOLS.get(word) or _WORDS.get(word)
    if op is None:
        meant = _MEANT.get(word, "one of = != > >= < <= in notin")
        raise QueryError(f"{field}: unknown operator {word!r}", f"did you mean {meant}?")
    return op, match.end()


def _conditions(field: str, op: Op, text: str) -> list[Condition | Ranges]:
    if op in ("in", "notin"):
        parts = [part.strip().strip("\"'") for part in text.strip("[]").split(",")]
        return _of_list(field, op, [part for part in parts if part])
    if text.startswith("["):
        raise QueryError(f"{field}: a list wants 'in' or 'notin'", f"for instance {field} in {text[:60]}")
    text = text.strip("\"'")
    if text.lower() in _ANY:
        raise QueryError(f"{field}: {text!r} only makes sense with =", f"{field}=any takes the condition off")
    if field in SIZES and text.lower() not in _NULL:
        return _of_size(field, op, *figure(field, text))
    return [Condition(field, op, _value(field, text))]


def _of_size(field: str, op: Op, least: float, most: float) -> list[Condition | Ranges]:
    if op in ("eq", "neq"):
        return [Ranges(field, ((least, most),), op == "eq")]
    return [Condition(field, op, least if op in ("gte", "lt") else most)]


def _of_list(field: str, op: Op, parts: list[str]) -> list[Condition | Ranges]:
    if not parts:
        raise QueryError(f"{field}: the list is empty", f"for instance {field} in [a,b]")
    if field in SIZES:
        return [Ranges(field, tuple(figure(field, part) for part in parts), op == "in")]
    return [Condition(field, op, tuple(_value(field, part) for part in parts))]


def _value(field: str, text: str) -> Value:
    if text.lower() in _NULL:
        return None
    if field in TEXTS:
        return text.replace("_", " ")
    if field in FLAGS:
        if text.lower() not in _TRUTHS:
            raise QueryError(f"{field}: {text!r} is neither true nor false", f"{field}=true or {field}=any")
        return _TRUTHS[text.lower()]
    return driver(text) if field == "driver_version" else figure(field, text)[0]
