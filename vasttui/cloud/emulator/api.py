"""The interface: requests act on the world, replies are shaped as the service's are, good and bad."""

import json
from collections.abc import Callable
from typing import Any, cast

from vasttui.cloud.emulator.faults import Faults
from vasttui.cloud.emulator.limits import Limiter
from vasttui.cloud.emulator.listing import column, listing
from vasttui.cloud.emulator.rented import Rented
from vasttui.cloud.emulator.renting import create
from vasttui.cloud.emulator.reply import Refused, Reply, Request
from vasttui.cloud.emulator.routes import OWN_KEY_MAY, Route, find
from vasttui.cloud.emulator.search import search
from vasttui.cloud.emulator.world import World

Json = dict[str, Any]


class Api:
    """Answers requests.

    `work(id)`: what an instance's machine is doing. `take_log(id, body)`: has its log fetched, the address.
    """

    def __init__(
        self,
        world: World,
        key: str,
        limiter: Limiter,
        *,
        work: Callable[[int], Json],
        take_log: Callable[[int, Json], str],
    ) -> None:
        self.world = world
        self.calls: dict[str, int] = {}
        self._key = key
        self._limiter = limiter
        self._work = work
        self._take_log = take_log

    @property
    def faults(self) -> Faults:
        """What shall go wrong."""
        return self.world.faults

    def answer(self, request: Request) -> Reply:
        """The reply, or a broken connection where a fault wants one."""
        found = find(request.method, request.path)
        if found is None:
            return Reply(404, {"success": False, "error": "not_found", "msg": f"no endpoint {request.path}"})
        route, target = found
        self.calls[route.name] = self.calls.get(route.name, 0) + 1
        try:
            self._check_key(route, target, request.key)
            return self._disturbed(route, target, request) or self._act(route, target, request)
        except Refused as refused:
            return refused.reply
        except (KeyError, ValueError, TypeError, AttributeError) as error:  # a body that makes no sense
            return Refused(400, "invalid_args", f"error 400/3467: Invalid args: {error}").reply

    def _check_key(self, route: Route, target: int | None, key: str) -> None:
        if route.is_open and not key:
            return
        own = next((one for one in self.world.instances.values() if key and one.own_key == key), None)
        if own is not None and route.name in OWN_KEY_MAY and own.id == target:
            return
        if own is None and key != self._key:
            raise Refused(401, "auth_error", "Invalid user key")
        if own is not None or self.faults.strike("scoped_key", route=route.name):
            raise Refused(403, "not_authorized", "This key lacks the permission for that")
        if self.faults.strike("needs_2fa", route=route.name):
            raise Refused(401, "auth_error", "This action requires Two Factor Authentication")

    def _disturbed(self, route: Route, target: int | None, request: Request) -> Reply | None:
        """What comes between the request and its reply, if anything."""
        if (threshold := self._limiter.admit(request.key, route.name, self.world.now)) is not None:
            return too_many("text", threshold, 0.0)
        if fault := self.faults.strike("too_many_requests", route=route.name, instance=target):
            return too_many(fault.shape, 2.0, fault.seconds)
        if fault := self.faults.strike("server_error", route=route.name, instance=target):
            if fault.done:
                self._act(route, target, request)
            return Reply(fault.status, text=fault.text or "<html><body>trouble</body></html>")
        if fault := self.faults.strike("no_reply", route=route.name, instance=target):
            if fault.done:
                self._act(route, target, request)
            return Reply(stall=True)
        if self.faults.strike("lost_reply", route=route.name, instance=target):
            self._act(route, target, request)
            return Reply(cut=True)
        return None

    def _act(self, route: Route, target: int | None, request: Request) -> Reply:
        if target is None:
            return Reply(json=self._of_account(route.name, request))
        if route.name == "create":
            return create(self.world, target, request.body)
        one = self.world.instances.get(target)
        if route.name == "show":
            return Reply(json={"instances": None if one is None else self._shown(one)})
        if one is None or (one.destroyed_at is not None and route.name != "destroy"):
            raise Refused(404, "no_such_instance", "Instance with that ID does not exist.")
        return Reply(json=self._of_instance(route.name, one, request.body))

    # ------------------------------------------------------------ the account's

    def _of_account(self, name: str, request: Request) -> Any:
        if name == "search":
            free = [offer for offer in self.world.offers.values() if self.world.is_free(offer["id"])]
            return {"offers": search(free, cast("Json", request.body.get("q", request.body)))}
        if name == "old_list":
            text = "/api/v0/instances/ is deprecated. Use /api/v1/instances/ instead."
            raise Refused(410, "deprecated_endpoint", text)
        if name == "add_key":
            self.world.account_keys.append(str(request.body["ssh_key"]))
            return {"success": True}
        everyone = self.world.instances.values()
        answers: dict[str, Callable[[], Any]] = {
            "user": self._user,
            "list": lambda: listing(everyone, request.query, self._row),
            "filters": lambda: {"success": True, "filters": [column(one) for one in everyone]},
            "gpu_names": lambda: {"gpu_names": sorted({o["gpu_name"] for o in self.world.offers.values()})},
            "account_keys": lambda: [{"id": n, "key": key} for n, key in enumerate(self.world.account_keys)],
        }
        return answers[name]()

    def _user(self) -> Json:
        return {
            "id": 123456,
            "username": "emulated",
            "email": "you@example.com",
            "credit": self.world.credit_usd,
            "balance": 0.0,
            "balance_threshold": 5.0,
            "balance_threshold_enabled": True,
            "can_pay": True,
            "has_billing": True,
            "total_spend": -self.world.spent_usd,
            "ssh_key": next(iter(self.world.account_keys), None),
            "host_agreement_accepted": None,
            "api_key": self._key,
        }

    # ------------------------------------------------------------ an instance's

    def _row(self, one: Rented) -> Json:
        return one.show(self._work(one.id))

    def _shown(self, one: Rented) -> Json:
        hidden = self.faults.strike("no_ports_shown", instance=one.id)
        return one.show(self._work(one.id), with_ports=hidden is None)

    def _of_instance(self, name: str, one: Rented, body: Json) -> Json:
        acts: dict[str, Callable[[], Json | None]] = {
            "manage": lambda: self._manage(one, body),
            "reboot": lambda: self.world.reboot(one),
            "recycle": lambda: self.world.reboot(one, wipe=True),
            "destroy": lambda: self.world.destroy(one),
            "bid": lambda: self._bid(one, float(body["price"])),
            "attach": lambda: self._attach(one, str(body["ssh_key"])),
            "keys": lambda: {"success": True, "ssh_keys": json.dumps([key for key, _ in one.ssh_keys])},
            "logs": lambda: {
                "success": True,
                "result_url": self._take_log(one.id, body),
                "msg": "waiting on logs for instance",
            },
        }
        return acts[name]() or {"success": True}

    def _manage(self, one: Rented, body: Json) -> Json | None:
        if "label" in body:
            one.label = str(body["label"])[:1024]
        if body.get("state") == "stopped":
            self.world.stop(one)
        if body.get("state") == "running" and not self.world.start(one):
            text = "Required resources are currently unavailable, state change queued."
            return {"success": False, "error": "resources_unavailable", "msg": text}
        return None

    def _bid(self, one: Rented, usd_h: float) -> None:
        if not one.is_bid:
            raise Refused(400, "invalid_args", "This instance is not interruptible")
        one.order = {**one.order, "price": usd_h}

    def _attach(self, one: Rented, key: str) -> Json:
        if any(known.split()[:2] == key.split()[:2] for known, _ in one.ssh_keys):
            raise Refused(400, "invalid_args", "SSH key is already associated with this instance")
        late = self.faults.strike("key_late", instance=one.id)
        one.ssh_keys.append((key, self.world.now + (late.seconds if late else 0.0)))
        return {"success": True, "msg": "SSH key attached successfully"}


def too_many(shape: str, threshold: float, seconds: float) -> Reply:
    """A 429 in one of its shapes."""
    text = f"API requests too frequent: endpoint threshold={threshold:g}"
    shapes = {
        "text": Reply(429, text=text),
        "detail": Reply(429, {"detail": text}),
        "msg": Reply(429, {"success": False, "error": "rate_limit_exceeded", "msg": text}),
        "retry_after": Reply(429, {"detail": text, "retry_after": seconds}),
        "header": Reply(429, text=text, headers={"Retry-After": f"{seconds:g}"}),
        "quota": Reply(429, {"error": "search_quota_exceeded", "msg": "Daily search quota exceeded."}),
    }
    return shapes[shape]
