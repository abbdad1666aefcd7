"""The API's JSON into structs, field by field: one odd value must not hide a machine that bills."""

from collections.abc import Mapping
from typing import TypeVar

import msgspec

from vasttui.logs.clean import clean_line

S = TypeVar("S", bound=msgspec.Struct)
_MAX_TEXT = 2000


def read(kind: type[S], table: Mapping[str, object]) -> S:
    """A struct with what is usable in `table`; null, missing and odd values keep their defaults."""
    found: dict[str, object] = {}
    for field in msgspec.structs.fields(kind):
        value = table.get(field.name)
        if value is None:
            continue
        try:
            value = msgspec.convert(value, field.type, strict=False)
        except msgspec.ValidationError:
            continue  # unknown, like a null
        found[field.name] = clean_line(value, _MAX_TEXT).strip() if isinstance(value, str) else value
    return kind(**found)
