"""What is searched for: sent to the market as far as it can express it, and looked at again here."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, TypeGuard

Op = Literal["eq", "neq", "gt", "gte", "lt", "lte", "in", "notin"]
Value = bool | float | str | None
Range = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Condition:
    """`field op value`, in the market's units; a list for `in` and `notin`."""

    field: str
    op: Op
    value: Value | tuple[Value, ...]

    def sent(self) -> dict[str, object]:
        """As the market takes it."""
        if isinstance(self.value, tuple):
            return {self.op: [_plain(one) for one in self.value]}
        return {self.op: _plain(self.value)}

    def admits(self, have: object) -> bool:
        """Whether a listed value fits. What is not listed is not held against an offer."""
        if have is None:
            return True
        if isinstance(self.value, tuple):
            return any(_same(self.field, have, one) for one in self.value) == (self.op == "in")
        if _is_figure(self.value) and _is_figure(have):
            return _compare(self.op, float(have), float(self.value))
        if self.op in ("eq", "neq"):
            return _same(self.field, have, self.value) == (self.op == "eq")
        return True


@dataclass(frozen=True, slots=True)
class Ranges:
    """`field` lies in one of the ranges, or in none of them: what the market can express in part only."""

    field: str
    ranges: tuple[Range, ...]
    inside: bool

    def sent(self) -> dict[str, object]:
        """The span of them all; of what is to lie outside, nothing."""
        if not self.inside:
            return {}
        return {"gte": min(least for least, _ in self.ranges), "lte": max(most for _, most in self.ranges)}

    def admits(self, have: object) -> bool:
        """Whether a listed value fits."""
        if not _is_figure(have):
            return True
        return any(least <= have <= most for least, most in self.ranges) == self.inside


@dataclass(frozen=True, slots=True)
class Query:
    """A search that was understood."""

    conditions: tuple[Condition | Ranges, ...]

    def filters(self) -> dict[str, dict[str, object]]:
        """What the market is sent."""
        found: dict[str, dict[str, object]] = {}
        for one in self.conditions:
            if sent := one.sent():
                found.setdefault(one.field, {}).update(sent)
        return found

    def admits(self, offer: Mapping[str, object]) -> bool:
        """Whether an offer, as the API lists it, fits: the market does not always apply every filter."""
        return all(one.admits(_listed(offer, one.field)) for one in self.conditions)


def _is_figure(value: object) -> TypeGuard[int | float]:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _plain(value: Value) -> Value:
    """Whole figures without a point, as the market writes them."""
    return int(value) if isinstance(value, float) and value.is_integer() else value


def _listed(offer: Mapping[str, object], field: str) -> object:
    if field == "driver_version":
        return offer.get("driver_vers")
    if field == "reliability" and offer.get(field) is None:
        return offer.get("reliability2")
    return offer.get(field)


def _same(field: str, have: object, want: Value) -> bool:
    if isinstance(have, str) and isinstance(want, str):
        places = (have, have.rpartition(", ")[2]) if field == "geolocation" else (have,)
        return want.lower() in (place.lower() for place in places)
    return bool(have) == want if isinstance(want, bool) else have == want


def _compare(op: Op, have: float, want: float) -> bool:
    table = {
        "eq": have == want,
        "neq": have != want,
        "gt": have > want,
        "gte": have >= want,
        "lt": have < want,
        "lte": have <= want,
    }
    return table[op]
