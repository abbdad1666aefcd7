"""One measured figure."""

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median


@dataclass(frozen=True, slots=True)
class Row:
    """`target` is empty where a figure is only told."""

    figure: str
    target: str
    measured: str


def spread(values: Sequence[float], unit: str, digits: int = 0) -> str:
    """The median of repetitions, with the best and the worst: other work on the machine only adds."""
    best, worst = min(values), max(values)
    return f"{median(values):.{digits}f} {unit} ({best:.{digits}f}-{worst:.{digits}f}, n={len(values)})"
