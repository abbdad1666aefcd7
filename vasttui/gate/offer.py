"""An offer as the market's API lists it, read with care: absent, null, zero and odd values are unknown."""

import math
from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any, cast

_MIB_IN_GIB = 1024.0


class OfferError(Exception):
    """This is no offer. `str()` is one line."""


@dataclass(frozen=True, slots=True)
class Offer:
    """One machine for rent; field names are the API's. None is unknown.

    `gpu_ram`, `gpu_total_ram`, `cpu_ram` are MiB (the API says MB); `disk_space` GB; `inet_*` megabit a
    second; `*_cost` dollars a GB; `storage_cost` dollars a GB a month; `dph_*`, `min_bid` dollars an hour;
    `end_date` unix seconds; `duration` seconds left; `compute_cap` 890 for 8.9; `gpu_frac` our share.
    """

    id: int | None = None
    machine_id: int | None = None
    gpu_name: str = ""
    gpu_arch: str = ""
    num_gpus: int | None = None
    gpu_ram: float | None = None
    gpu_total_ram: float | None = None
    gpu_frac: float | None = None
    cpu_ram: float | None = None
    cpu_cores: float | None = None
    cpu_cores_effective: float | None = None
    disk_space: float | None = None
    inet_up: float | None = None
    inet_down: float | None = None
    inet_up_cost: float | None = None
    inet_down_cost: float | None = None
    storage_cost: float | None = None
    dph_base: float | None = None
    dph_total: float | None = None
    min_bid: float | None = None
    reliability: float | None = None
    duration: float | None = None
    end_date: float | None = None
    cuda_max_good: float | None = None
    compute_cap: float | None = None
    direct_port_count: float | None = None
    driver_version: str = ""
    verification: str = ""
    geolocation: str = ""
    rentable: bool | None = None
    rented: bool | None = None

    @property
    def vram_gib(self) -> float | None:
        """GiB of each GPU."""
        if self.gpu_ram is not None:
            return self.gpu_ram / _MIB_IN_GIB
        if self.gpu_total_ram is not None and self.num_gpus:
            return self.gpu_total_ram / self.num_gpus / _MIB_IN_GIB
        return None

    @property
    def share(self) -> float | None:
        """The part of the machine's RAM that comes with this offer, 0 to 1."""
        if self.gpu_frac is not None and self.gpu_frac <= 1:
            return self.gpu_frac
        if self.cpu_cores and self.cpu_cores_effective:
            return min(1.0, self.cpu_cores_effective / self.cpu_cores)
        return None

    @property
    def ram_gib(self) -> float | None:
        """GiB of RAM that this offer really gets; the whole machine's where the share is unknown."""
        if self.cpu_ram is None:
            return None
        return self.cpu_ram * (1.0 if self.share is None else self.share) / _MIB_IN_GIB


# Here zero is a fact; everywhere else the API writes it for what it did not measure.
_ZERO_MEANS_ZERO = frozenset({"inet_up_cost", "inet_down_cost", "storage_cost", "direct_port_count"})
_TEXTS = frozenset({"gpu_name", "gpu_arch", "driver_version", "verification", "geolocation"})
_FLAGS = frozenset({"rentable", "rented"})
_COUNTS = frozenset({"id", "machine_id", "num_gpus"})
_NAMES = tuple(field.name for field in fields(Offer))


def offer_from(data: object) -> Offer:
    """An offer from the API's JSON: the offer itself, or a reply that holds just one. Raises OfferError."""
    table = _only_offer(data)
    values = {name: _value(table.get(name), name) for name in _NAMES}
    if values["reliability"] is None:
        values["reliability"] = _value(table.get("reliability2"), "reliability")
    if values["gpu_ram"] is None and values["num_gpus"] is None and not values["gpu_name"]:
        raise OfferError("not an offer: it has neither gpu_name, gpu_ram nor num_gpus")
    return Offer(**values)


def _only_offer(data: object) -> Mapping[str, object]:
    if isinstance(data, list):
        items = cast("list[object]", data)
        if len(items) != 1:
            raise OfferError(f"holds {len(items)} offers; give a file with one")
        return _only_offer(items[0])
    if not isinstance(data, Mapping):
        raise OfferError("not an offer: a JSON object as the API returns it is wanted")
    table = cast("Mapping[str, object]", data)
    if isinstance(table.get("offers"), list):
        return _only_offer(table["offers"])
    return _only_offer(table["offer"]) if isinstance(table.get("offer"), Mapping) else table


def _value(value: object, name: str) -> Any:
    if name in _TEXTS:
        return "".join(c if c.isprintable() else "?" for c in value)[:200] if isinstance(value, str) else ""
    if name in _FLAGS:
        return value if isinstance(value, bool) else None
    number = _number(value)
    if number is None or number < 0 or (number == 0 and name not in _ZERO_MEANS_ZERO):
        return None
    return int(number) if name in _COUNTS else number


def _number(value: object) -> float | None:
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return None
    try:
        number = float(value)
    except (ValueError, OverflowError):
        return None
    return number if math.isfinite(number) and number < 1e15 else None
