"""A run as columns, and its rows as the readings that a live channel would push."""

import math
from array import array
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from vasttui.logs.events import Progress
from vasttui.monitor.pace import gaps_of
from vasttui.monitor.reading import Reading, Sample


@dataclass(frozen=True)
class Columns:
    """A run as columns, each in time order; steps only rise. `gauges`: series name → values, one a sample."""

    line_ts: "array[float]"
    line_step: "array[float]"
    line_loss: "array[float]"
    total_steps: int | None
    sample_ts: "array[float]"
    gauges: Mapping[str, "array[float]"]
    vram_total_mib: float | None = None
    ram_total_mib: float | None = None

    @cached_property
    def line_gap(self) -> "array[float]":
        """Seconds from line to line, the first from itself."""
        return gaps_of(self.line_ts, next(iter(self.line_ts), 0.0))

    @cached_property
    def line_steps(self) -> "array[float]":
        """Steps from line to line, the first from itself."""
        return gaps_of(self.line_step, next(iter(self.line_step), 0.0))

    @cached_property
    def sample_s(self) -> float:
        """The usual time between samples (s)."""
        ts = self.sample_ts
        return (ts[-1] - ts[0]) / max(1, len(ts) - 1) if ts else 0.0

    @cached_property
    def late_samples(self) -> list[int]:
        """Samples that came more than twice the usual time after the one before."""
        late_s = 2 * self.sample_s
        return [j for j, gap in enumerate(gaps_of(self.sample_ts, math.inf)) if gap > late_s]

    def capacities(self) -> list[tuple[str, float]]:
        """The gauges of memory, each with what there is of it in all (MiB)."""
        known = (("vram", self.vram_total_mib), ("ram", self.ram_total_mib))
        return [(name, total) for name, total in known if total and name in self.gauges]

    def line(self, i: int) -> Reading:
        """One progress line as the channel would push it."""
        ts = self.line_ts[i]
        event = Progress(ts, int(self.line_step[i]), self.total_steps, loss=self.line_loss[i])
        return Reading(ts, events=(event,), alive=True)

    def sample(self, j: int) -> Reading:
        """One sample as the channel would push it."""
        row = self.row(j)
        return Reading(row.ts, samples=(row,), alive=True)

    def row(self, j: int) -> Sample:
        """One sample."""

        def at(name: str) -> float | None:
            return self.gauges[name][j] if name in self.gauges else None

        return Sample(
            self.sample_ts[j],
            0 if "gpu" in self.gauges else None,
            util_pct=at("gpu"),
            mem_used_mib=at("vram"),
            mem_total_mib=self.vram_total_mib,
            power_w=at("power"),
            ram_used_mib=at("ram"),
            ram_total_mib=self.ram_total_mib,
            disk_free_mib=at("disk"),
        )
