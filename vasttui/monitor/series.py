"""Append-only time series, bounded, cheap to share with a screen."""

from array import array
from dataclasses import dataclass, field


@dataclass(slots=True, eq=False)
class Series:
    """Points in time order: `ts` unix seconds, `values` in `unit` (nan is a known gap).

    Past `limit` points every other one is dropped, so a run of any length keeps its whole shape.
    """

    name: str
    unit: str
    limit: int = 200_000
    ts: array[float] = field(default_factory=lambda: array("d"))
    values: array[float] = field(default_factory=lambda: array("d"))

    def append(self, ts: float, value: float) -> None:
        """Add one point; time never goes back."""
        if len(self.ts) >= self.limit:
            self.ts = self.ts[::2]
            self.values = self.values[::2]
        self.ts.append(ts)
        self.values.append(value)

    def __len__(self) -> int:
        return len(self.ts)
