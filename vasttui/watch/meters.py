"""What bills now, by the API's own prices: every instance of the account, ours or not."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Literal

from vasttui.cloud.instance import Instance
from vasttui.watch.lock import holder
from vasttui.watch.rentals_journal import Ordered, Rental, Rentals

Whose = Literal["run", "orphan", "foreign"]

_NO_GPU = frozenset({"stopped", "exited"})
_BYTES_BILLED_UNIT = 1e3  # `inet_*_billed` counts kilobytes by the most careful measurement published
_GB = 1e9


@dataclass(frozen=True, slots=True)
class Meter:
    """One billing instance. `whose`: a run of ours uses it, we rented it and no run does, or it is not ours.

    `usd_h`: now. `usd`: so far, None where the API tells too little; `at_least`: GPU hours before it was
    stopped are not known and not in it.
    """

    instance: Instance
    whose: Whose
    rental: Rental | None
    usd_h: float | None
    usd: float | None
    at_least: bool

    @property
    def text(self) -> str:
        """Whose it is, in words."""
        if self.rental is None:
            return f"not rented here: {self.instance.label}" if self.instance.label else "not rented here"
        if self.whose == "run":
            return f"run {self.rental.run}"
        return f"rented for {self.rental.owner}, no run uses it"


@dataclass(frozen=True, slots=True)
class Cost:
    """Dollars so far."""

    usd: float
    at_least: bool


def usd_h_now(one: Instance) -> float | None:
    """Dollars an hour now: all of it while the GPU may be ours (loading may be billed), else the disk."""
    if one.actual_status == "offline":
        return 0.0
    if one.actual_status in _NO_GPU or one.intended_status == "stopped":
        return one.storage_total_cost
    return one.dph_total


def cost_so_far(one: Instance, now: float, stopped_at: float | None = None) -> Cost | None:
    """GPU and disk since its start, and traffic both ways. `now`, `stopped_at`: unix s.

    Time from rented to running is counted in full, since it may be billed: never too little for a machine
    that runs. None where start or price is not told.
    """
    if one.start_date is None or one.dph_total is None:
        return None
    hours = max(0.0, now - one.start_date) / 3600.0
    storage_h = one.storage_total_cost or 0.0
    traffic = _traffic(one)
    if usd_h_now(one) == one.dph_total or one.actual_status == "offline":
        return Cost(one.dph_total * hours + traffic, at_least=False)
    known_until = stopped_at if stopped_at is not None else one.start_date
    gpu_hours = max(0.0, min(now, known_until) - one.start_date) / 3600.0
    usd = storage_h * hours + (one.dph_total - storage_h) * gpu_hours + traffic
    return Cost(usd, at_least=stopped_at is None)


def _traffic(one: Instance) -> float:
    pairs = ((one.inet_up_billed, one.inet_up_cost), (one.inet_down_billed, one.inet_down_cost))
    return sum((billed or 0.0) * _BYTES_BILLED_UNIT / _GB * (cost or 0.0) for billed, cost in pairs)


def read_meters(instances: Iterable[Instance], rentals: Rentals, account: str, now: float) -> list[Meter]:
    """A meter for every instance there is, the dearest first."""
    known = rentals.rentals(account)
    by_id = {one.instance: one for one in known if one.instance is not None}
    by_label = {one.label: one for one in known}
    stops = _stops(rentals.orders(account))
    meters: list[Meter] = []
    for one in instances:
        rental = by_id.get(one.id) or by_label.get(one.label)
        cost = cost_so_far(one, now, stops.get(one.id))
        meters.append(
            Meter(
                one,
                _whose(rental, rentals),
                rental,
                usd_h_now(one),
                None if cost is None else cost.usd,
                at_least=cost is not None and cost.at_least,
            )
        )
    return sorted(meters, key=lambda meter: -(meter.usd_h or 0.0))


def _whose(rental: Rental | None, rentals: Rentals) -> Whose:
    if rental is None:
        return "foreign"
    return "run" if rental.run and _is_launched(rentals, rental.run) else "orphan"


def _is_launched(rentals: Rentals, run: str) -> bool:
    """A run that is there; one whose machine is being brought up counts as long as someone is at it."""
    if rentals.journal.run(run) is None:
        return False
    return bool(rentals.journal.attempts(run)) or holder(run) is not None


def _stops(orders: Iterable[Ordered]) -> Mapping[int, float]:
    """When each was last stopped by us."""
    return {one.instance: one.done_at for one in orders if one.kind == "stop" and one.done_at is not None}
