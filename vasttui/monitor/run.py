"""The run being judged, as far as the judge needs to know it."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Run:
    """One attempt. `started_at`: unix s on the host's clock. `price_usd_h` None: no meter known."""

    name: str
    started_at: float
    total_steps: int | None = None
    price_usd_h: float | None = None
    milestones: tuple[int, ...] = ()
