"""What healthy looks like for this run, measured on its own first steps."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Baseline:
    """What healthy looks like for this run, measured on its own first steps."""

    seconds_per_step: float
    gap_s: float
    util_pct: float | None = None
    power_w: float | None = None
    mem_used_mib: float | None = None
