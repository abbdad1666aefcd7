"""How figures with a spread are carried, and how they are said."""

from dataclasses import dataclass

GIB = float(1 << 30)
GB = 1e9
MIB_IN_GIB = 1024.0


@dataclass(frozen=True, slots=True)
class Estimate:
    """A need in `unit`: the least a lucky set-up gets by with, the usual, the most an unlucky one takes.

    `formula` is one line: the parts that make up `need`. A given figure has no spread.
    """

    low: float
    need: float
    high: float
    unit: str
    formula: str


@dataclass(frozen=True, slots=True)
class Spread:
    """Bytes as (low, need, high); sums part by part."""

    low: float
    need: float
    high: float

    def __add__(self, other: "Spread") -> "Spread":
        return Spread(self.low + other.low, self.need + other.need, self.high + other.high)

    def scaled(self, factor: float) -> "Spread":
        """Each bound times `factor`."""
        return Spread(self.low * factor, self.need * factor, self.high * factor)


def exactly(value: float) -> Spread:
    """No spread."""
    return Spread(value, value, value)


def times(a: Spread, b: Spread) -> Spread:
    """Bound by bound."""
    return Spread(a.low * b.low, a.need * b.need, a.high * b.high)


def said(value: float) -> str:
    """A figure with about three digits: 0.42, 7.4, 112."""
    if value < 1:
        return f"{value:.2f}"
    return f"{value:.1f}" if value < 100 else f"{value:,.0f}"
