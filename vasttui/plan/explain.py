"""A schema violation in the user's words: which key, what was found, what is allowed, the nearest key."""

import difflib
import math
import re
from collections.abc import Mapping, Sequence
from typing import cast

import msgspec
from msgspec import inspect

from vasttui.plan.schema import Plan

_PATH = re.compile(r" - at `\$\.?(?P<path>[^`]*)`$")
_PART = re.compile(r"\[(?P<index>\d+|\.\.\.)\]|(?P<name>[^.\[\]]+)")
_UNKNOWN = re.compile(r"unknown field `(?P<name>.*?)`(?: - at |$)", re.DOTALL)
_MISSING = re.compile(r"missing required field `(?P<name>[^`]*)`")
_SHOWN = 60
_NOUNS: dict[type, str] = {
    inspect.StrType: "text in quotes",
    inspect.BoolType: "true or false",
    inspect.NoneType: "nothing",
}
_BOUNDS = (("gt", "> {:g}"), ("ge", "≥ {:g}"), ("lt", "< {:g}"), ("le", "≤ {:g}"))


def shown(value: object) -> str:
    """A found value on one short line, safe to print."""
    if isinstance(value, Mapping):
        return "a table"
    if isinstance(value, bool):
        return "true" if value else "false"
    text = ascii(value) if isinstance(value, str) and not value.isprintable() else repr(value)
    return text if len(text) <= _SHOWN else text[: _SHOWN - 1] + "…"


def nearest(name: str, known: Sequence[str]) -> str:
    """`; did you mean 'x'?` or all that is known."""
    close = difflib.get_close_matches(name, known, n=1, cutoff=0.6)
    if close:
        return f"; did you mean {close[0]!r}?"
    return f"; known here: {' '.join(known)}"


def allowed(kind: inspect.Type) -> str:
    """What a key takes, in words."""
    match kind:
        case inspect.LiteralType():
            return "one of " + " ".join(repr(value) for value in kind.values)
        case inspect.UnionType():
            return " or ".join(allowed(part) for part in kind.types if not isinstance(part, inspect.NoneType))
        case inspect.IntType():
            return _bounded("a whole number", kind)
        case inspect.FloatType():
            return _bounded("a number", kind)
        case inspect.VarTupleType():
            return f"a list, each {allowed(kind.item_type)}"
        case inspect.TupleType():
            return f"a list of {len(kind.item_types)}, each {allowed(kind.item_types[0])}"
        case inspect.DictType():
            return f"a table, each value {allowed(kind.value_type)}"
        case inspect.StructType():
            return "a table with " + " ".join(field.name for field in kind.fields)
        case _:
            return _NOUNS.get(type(kind), "something else")


def _bounded(noun: str, kind: inspect.IntType | inspect.FloatType) -> str:
    bounds = [text.format(limit) for name, text in _BOUNDS if (limit := getattr(kind, name)) is not None]
    return " ".join([noun, *([" and ".join(bounds)] if bounds else [])])


def violation(error: msgspec.ValidationError, data: object) -> tuple[str, str]:
    """(key path, problem) of what `msgspec.convert(data, Plan)` refused."""
    message = str(error)
    path, found, kind = _walk(message, data)
    if unknown := _UNKNOWN.search(message):
        return _join(path, unknown["name"]), f"unknown key{nearest(unknown['name'], _fields(kind))}"
    if missing := _MISSING.search(message):
        name = missing["name"]
        return _join(path, name), f"missing; it must be {allowed(_field_type(kind, name))}"
    return path, f"found {shown(found)}, allowed: {allowed(kind)}{_guess(found, kind)}"


def _guess(found: object, kind: inspect.Type) -> str:
    if isinstance(found, str) and isinstance(kind, inspect.LiteralType):
        close = difflib.get_close_matches(found, [str(value) for value in kind.values], n=1)
        return f"; did you mean {close[0]!r}?" if close else ""
    return ""


def _walk(message: str, data: object) -> tuple[str, object, inspect.Type]:
    """Follow msgspec's path through the data and the schema alike."""
    kind: inspect.Type = inspect.type_info(Plan)
    path = ""
    match = _PATH.search(message)
    for part in _PART.finditer(match["path"] if match else ""):
        kind = _container(kind)
        if part["name"] is not None:
            name = part["name"]
            path, data, kind = _join(path, name), _get(data, name), _field_type(kind, name)
        elif part["index"] == "...":
            name = _offender(data, kind)
            path, data, kind = _join(path, name), _get(data, name), _value_type(kind)
        else:
            index = int(part["index"])
            path, data, kind = f"{path}[{index}]", _item(data, index), _value_type(kind)
    return path, data, _container(kind)


def _container(kind: inspect.Type) -> inspect.Type:
    """The type behind `X | None`."""
    if isinstance(kind, inspect.UnionType):
        parts = [part for part in kind.types if not isinstance(part, inspect.NoneType)]
        if len(parts) == 1:
            return parts[0]
    return kind


def _offender(data: object, kind: inspect.Type) -> str:
    """The key of a mapping whose value does not fit: msgspec names it `...`."""
    if isinstance(data, Mapping) and isinstance(kind, inspect.DictType):
        value_type: type = float if isinstance(kind.value_type, inspect.FloatType) else str
        for name, value in cast("Mapping[str, object]", data).items():
            try:
                msgspec.convert(value, value_type)
            except msgspec.ValidationError:
                return name
    return "…"


def _get(data: object, name: str) -> object:
    return cast("Mapping[str, object]", data).get(name) if isinstance(data, Mapping) else None


def _item(data: object, index: int) -> object:
    return cast("list[object]", data)[index] if isinstance(data, list) else None


def _fields(kind: inspect.Type) -> list[str]:
    return [field.name for field in kind.fields] if isinstance(kind, inspect.StructType) else []


def _field_type(kind: inspect.Type, name: str) -> inspect.Type:
    if isinstance(kind, inspect.StructType):
        for field in kind.fields:
            if field.name == name:
                return field.type
    return inspect.AnyType()


def _value_type(kind: inspect.Type) -> inspect.Type:
    match kind:
        case inspect.DictType():
            return kind.value_type
        case inspect.VarTupleType():
            return kind.item_type
        case inspect.TupleType():
            return kind.item_types[0]
        case _:
            return inspect.AnyType()


def _join(path: str, name: str) -> str:
    return f"{path}.{name}" if path else name


def first_non_finite(data: object, path: str = "") -> str | None:
    """The key path of the first nan or inf, which no threshold can be."""
    if isinstance(data, float) and not math.isfinite(data):
        return path
    if isinstance(data, Mapping):
        pairs = [(_join(path, name), value) for name, value in cast("Mapping[str, object]", data).items()]
    elif isinstance(data, list):
        pairs = [(f"{path}[{i}]", value) for i, value in enumerate(cast("list[object]", data))]
    else:
        return None
    return next(
        (found for where, value in pairs if (found := first_non_finite(value, where)) is not None), None
    )
