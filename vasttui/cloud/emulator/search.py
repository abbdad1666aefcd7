"""Which offers a search lists, as the service does it: filters, prices with the disk, order, the cap."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any, cast

from vasttui.cloud.emulator.reply import Refused

CAP = 64
HOURS_A_MONTH = 720.0
_NOT_FILTERS = frozenset({"order", "type", "limit", "allocated_storage", "disable_bundling", "extra_ids"})
_OPS: dict[str, Callable[[float, float], bool]] = {
    "gt": lambda have, want: have > want,
    "gte": lambda have, want: have >= want,
    "lt": lambda have, want: have < want,
    "lte": lambda have, want: have <= want,
}


def search(offers: Iterable[dict[str, Any]], body: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The offers that a request's body asks for. Raises Refused for a body that makes no sense."""
    disk_gb = float(body.get("allocated_storage") or 5.0)
    is_bid = body.get("type") in ("bid", "interruptible")
    priced = [with_disk(offer, disk_gb, is_bid) for offer in offers]
    for name, wants in body.items():
        if name in _NOT_FILTERS:
            continue
        if not isinstance(wants, dict):
            raise Refused(400, "invalid_args", f"error 400/3467: Invalid args: '{name}' is no filter")
        for op, want in cast("dict[str, Any]", wants).items():
            priced = [offer for offer in priced if admits(offer, name, op, want)]
    for name, direction in reversed(body.get("order") or [["score", "desc"]]):
        priced.sort(key=lambda offer: _key(offer.get(name)), reverse=direction == "desc")
    return priced[: min(CAP, int(body.get("limit") or CAP))]


def with_disk(offer: Mapping[str, Any], disk_gb: float, is_bid: bool = False) -> dict[str, Any]:
    """An offer as listed for a disk of this size: its storage is part of the total."""
    base = offer["min_bid"] if is_bid else offer["dph_base"]
    disk = offer["storage_cost"] * disk_gb / HOURS_A_MONTH
    parts = {"gpuCostPerHour": base, "diskHour": disk, "totalHour": base + disk}
    return {
        **offer,
        "is_bid": is_bid,
        "dph_base": base,
        "dph_total": base + disk,
        "dph_total_adj": base + disk,
        "storage_total_cost": disk,
        "search": {**parts, "discountTotalHour": 0.0, "discountedTotalPerHour": base + disk},
        "instance": {**parts, "gpuCostPerHour": 0.0, "totalHour": disk},
    }


def admits(offer: Mapping[str, Any], name: str, op: str, want: object) -> bool:
    """One filter. Numbers may come as texts."""
    have: Any = offer.get("driver_vers" if name == "driver_version" else name)
    if name == "verified":
        have = offer.get("verification") == "verified"
    if name == "external":
        have = bool(have)
    if op in ("in", "notin"):
        return any(_same(name, have, one) for one in cast("list[object]", want)) == (op == "in")
    if op in ("eq", "neq"):
        return _same(name, have, want) == (op == "eq")
    if op not in _OPS:
        raise Refused(400, "invalid_args", f"error 400/3467: Invalid args: operator '{op}' of '{name}'")
    try:
        return have is not None and _OPS[op](float(have), float(str(want)))
    except ValueError:
        raise Refused(400, "invalid_args", f"error 400/3467: Invalid args: '{name}' {op} '{want}'") from None


def _same(name: str, have: object, want: object) -> bool:
    if isinstance(want, bool) or want is None or have is None:
        return have == want
    if isinstance(have, str):
        return str(want) in ((have, have.rpartition(", ")[2]) if name == "geolocation" else (have,))
    try:
        return float(str(have)) == float(str(want))
    except ValueError:
        return False


def _key(value: Any) -> tuple[bool, Any]:
    return (value is not None, value if value is not None else 0)
