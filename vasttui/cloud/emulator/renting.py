"""How a create is answered: the offers, the account and the faults decide."""

from typing import Any

from vasttui.cloud.emulator.faults import Fault
from vasttui.cloud.emulator.reply import Refused, Reply
from vasttui.cloud.emulator.search import with_disk
from vasttui.cloud.emulator.world import World

Json = dict[str, Any]
_UNAVAILABLE = "Required resources are currently unavailable"


def create(world: World, offer_id: int, order: Json) -> Reply:
    """Rent, refuse, or fail and leave a stopped instance all the same."""
    gone = world.faults.strike("offer_gone", route="create", offer=offer_id)
    offer = world.offers.pop(offer_id, None) if gone else world.offers.get(offer_id)
    if offer is None or (gone and gone.status == 404):
        text = f"error 404/3603: no_such_ask Instance type by id {offer_id} is not available."
        raise Refused(404, "invalid_args", text, ask_id=offer_id)
    taken = gone is not None or not world.is_free(offer_id)
    if taken and order.get("cancel_unavail"):
        text = f"error 410/3907: no_such_ask Instance type {offer_id} is no longer available."
        raise Refused(410, "no_such_ask", text, ask_id=offer_id)
    _check(world, offer, order)
    fault = world.faults.strike("create_leaves_instance", route="create", offer=offer_id)
    if taken or fault or _is_low(offer, order):
        return _left(world, offer, order, fault)
    made = world.rent(offer, order)
    return Reply(json={"success": True, "new_contract": made.id, "instance_api_key": made.own_key})


def _check(world: World, offer: Json, order: Json) -> None:
    """What is refused without a trace."""
    if not order.get("image") and not order.get("template_hash_id"):
        raise Refused(400, "invalid_args", "error 400/3467: Invalid args: 'image' is required")
    disk_gb = float(order.get("disk") or 10.0)
    if disk_gb > offer["disk_space"]:
        raise Refused(400, "invalid_args", f"error 400/3467: Invalid args: disk {disk_gb:g} is too large")
    an_hour = with_disk(offer, disk_gb, order.get("price") is not None)["dph_total"]
    if world.faults.strike("credit_low", route="create", offer=offer["id"]) or world.credit_usd < an_hour:
        raise Refused(400, "insufficient_credit", "Your balance is too low")
    if _is_low(offer, order) and order.get("cancel_unavail"):
        raise Refused(400, "invalid_price", "Your bid is below the minimum")


def _is_low(offer: Json, order: Json) -> bool:
    price = order.get("price")
    return price is not None and float(price) < offer["min_bid"]


def _left(world: World, offer: Json, order: Json, fault: Fault | None) -> Reply:
    made = world.rent(offer, order, stopped=True)
    told = {"new_contract": made.id} if fault is None or fault.told else {}
    text = (fault.text if fault else "") or _UNAVAILABLE
    body = {"success": False, "error": "resources_unavailable", "msg": text, **told}
    return Reply(fault.status if fault else 400, body)
