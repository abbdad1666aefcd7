"""What tests and demos may do to the market beside its interface, and see of it."""

from typing import Any, Protocol

import msgspec

from vasttui.cloud.emulator.api import Api
from vasttui.cloud.emulator.clock import Clock, ManualClock
from vasttui.cloud.emulator.faults import Fault
from vasttui.cloud.emulator.limits import Limiter
from vasttui.cloud.emulator.rented import Rented
from vasttui.cloud.emulator.reply import Reply, Request
from vasttui.cloud.emulator.world import World

PREFIX = "/_emulator/"


class Market(Protocol):
    """What there is to control."""

    key: str
    clock: Clock
    world: World
    api: Api
    limiter: Limiter


def control(market: Market, request: Request) -> Reply:
    """With the account's key: `POST faults`, `DELETE faults`, `POST strike`, `POST advance`, `GET state`.

    `strike`: `{"instance": id, "what": "outbid" | "offline" | "online"}`; `advance`: `{"seconds": s}`.
    """
    name = f"{request.method} {request.path.removeprefix(PREFIX)}"
    if request.key != market.key:
        return Reply(401, {"msg": "the account's key is wanted"})
    try:
        if name == "POST faults":
            market.world.faults.add(msgspec.convert(request.body, Fault))
        elif name == "DELETE faults":
            market.world.faults.clear()
        elif name == "POST strike":
            market.world.strike_now(
                market.world.instances[int(request.body["instance"])], request.body["what"]
            )
        elif name == "POST advance" and isinstance(market.clock, ManualClock):
            market.clock.advance(float(request.body["seconds"]))
        elif name != "GET state":
            return Reply(404, {"msg": f"there is no {name}"})
    except (msgspec.ValidationError, KeyError, ValueError, TypeError) as error:
        return Reply(400, {"msg": f"{name}: {error}"})
    return Reply(json=state(market))


def state(market: Market) -> dict[str, Any]:
    """What the market knows that the interface does not tell."""
    world = market.world
    return {
        "now": world.now,
        "credit_usd": world.credit_usd,
        "spent_usd": world.spent_usd,
        "calls": market.api.calls,
        "refused_429": market.limiter.refused,
        "struck": list(world.faults.struck),
        "instances": [
            _row(one, one.id in world.instances) for one in [*world.past, *world.instances.values()]
        ],
    }


def _row(one: Rented, exists: bool) -> dict[str, Any]:
    return {
        "id": one.id,
        "label": one.label,
        "offer": one.offer["id"],
        "actual_status": one.actual,
        "exists": exists,
        "usd_h": one.usd_h if exists else 0.0,
        "charged_usd": one.bill.total_usd,
        "gpu_usd": one.bill.gpu_usd,
        "storage_usd": one.bill.storage_usd,
        "bandwidth_usd": one.bill.bandwidth_usd,
        "history": one.history,
    }
