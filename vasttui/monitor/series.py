"""Append-only time series, bounded, cheap to share with a screen; and what rules ask of them."""

from array import array
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from statistics import fmean
from typing import Literal

import msgspec

MarkKind = Literal["eval", "checkpoint", "attempt"]


UNITS = {
    "rate": "steps/s",
    "loss": "",
    "gpu": "%",
    "power": "W",
    "temp": "°C",
    "vram": "MiB",
    "ram": "MiB",
    "disk": "MiB",
    "log_bytes": "B",
}


@dataclass(frozen=True, slots=True)
class Mark:
    """Something worth a tick on the time axis."""

    ts: float
    kind: MarkKind
    step: int | None = None
    text: str = ""


@dataclass(slots=True, eq=False)
class Series:
    """Points in time order: `ts` unix seconds, `values` in `unit` (nan is a known gap).

    Past `limit` points every other one is dropped, so a run of any length keeps its whole shape.
    """

    name: str
    unit: str
    limit: int = 200_000
    ts: "array[float]" = field(default_factory=lambda: array("d"))
    values: "array[float]" = field(default_factory=lambda: array("d"))

    def append(self, ts: float, value: float) -> None:
        """Add one point; time never goes back."""
        if len(self.ts) >= self.limit:
            self.ts = self.ts[::2]
            self.values = self.values[::2]
        self.ts.append(ts)
        self.values.append(value)

    def extend(self, ts: "array[float]", values: "array[float]") -> None:
        """Add many points at once."""
        while len(self.ts) + len(ts) > self.limit and len(self.ts) > 1:
            self.ts = self.ts[::2]
            self.values = self.values[::2]
        self.ts += ts
        self.values += values

    def since(self, ts: float) -> "Window":
        """The points at or after `ts`."""
        start = bisect_left(self.ts, ts)
        return Window(self.ts[start:], self.values[start:])

    def __len__(self) -> int:
        return len(self.ts)


class Window(msgspec.Struct, frozen=True, gc=False):
    """A stretch of a series."""

    ts: Sequence[float]
    values: Sequence[float]

    def __len__(self) -> int:
        return len(self.ts)

    @property
    def span_s(self) -> float:
        """Seconds from first to last point."""
        return self.ts[-1] - self.ts[0] if len(self.ts) > 1 else 0.0

    @property
    def mean(self) -> float:
        """Arithmetic mean; the caller makes sure there are points."""
        return fmean(self.values)

    def trend(self) -> tuple[float, float]:
        """Least-squares slope (unit per second) and r², the share of variance it explains."""
        n = len(self.ts)
        mean_t, mean_v = fmean(self.ts), fmean(self.values)
        var_t = sum((t - mean_t) ** 2 for t in self.ts)
        var_v = sum((v - mean_v) ** 2 for v in self.values)
        if n < 3 or var_t == 0 or var_v == 0:
            return 0.0, 0.0
        covariance = sum((t - mean_t) * (v - mean_v) for t, v in zip(self.ts, self.values, strict=True))
        slope = covariance / var_t
        return slope, slope * covariance / var_v


class SeriesBook(dict[str, Series]):
    """Series by name, each made with its first point."""

    def add(self, name: str, ts: float, value: float) -> None:
        """Append one point."""
        self._made(name).append(ts, value)

    def extend(self, name: str, ts: "array[float]", values: "array[float]") -> None:
        """Append many points."""
        self._made(name).extend(ts, values)

    def mean(self, name: str, since: float) -> float | None:
        """Mean from `since` on; None without points."""
        series = self.get(name)
        window = series.since(since) if series is not None else None
        return window.mean if window else None

    def flicker(self, name: str, since: float, share: float = 0.5) -> float | None:
        """What a `share` of the moves from point to point stay below; None of fewer than four points."""
        series = self.get(name)
        values = series.since(since).values if series is not None else ()
        if len(values) < 4:
            return None
        moves = sorted(abs(b - a) for a, b in pairwise(values))
        return moves[min(len(moves) - 1, int(share * len(moves)))]

    def _made(self, name: str) -> Series:
        series = self.get(name)
        if series is None:
            series = self[name] = Series(name, UNITS.get(name, ""))
        return series
