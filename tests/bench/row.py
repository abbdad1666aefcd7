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
    """Median, and the worst, of repetitions."""
    return f"{median(values):.{digits}f} {unit} (max {max(values):.{digits}f}, n={len(values)})"
