"""The market, asked and told: one method a call.

async with Vast(find_key().secret) as vast:
    found = await vast.search(parse_query("gpu_ram>=24 num_gpus=1"), storage_gb=60)
    created = await vast.create(found.offers[0].id, Order(image="pytorch/pytorch", label="run-7"))
    await vast.destroy_until_gone(created.id)
"""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Literal, cast
from urllib.parse import urlsplit

import httpx
import msgspec

from vasttui.cloud import endpoints
from vasttui.cloud.account import Created, Order, Started, User
from vasttui.cloud.conditions import Query
from vasttui.cloud.errors import CloudError, NoAnswerError, NoSuchInstanceError, RefusedError, ServiceError
from vasttui.cloud.instance import Instance, instance_from
from vasttui.cloud.keys import Secret
from vasttui.cloud.pacing import Clock
from vasttui.cloud.query import parse_order
from vasttui.cloud.replies import Json
from vasttui.cloud.tolerant import read
from vasttui.cloud.wire import SERVICE, Wire, bounded, is_loopback
from vasttui.gate.offer import Offer, OfferError, offer_from

PAGE = 25
MAX_PAGES = 400
LOG_TRIES = 30
LOG_EVERY_S = 0.5
GONE_EVERY_S = 3.0
_MAX_LOG_BYTES = 4 << 20


@dataclass(frozen=True, slots=True)
class Found:
    """A search's result. `passed_over`: listed, though they do not fit the query or cannot be read."""

    offers: tuple[Offer, ...]
    passed_over: int = 0


def service_url(option: str = "", environ: Mapping[str, str] | None = None) -> str:
    """Where to ask: `--url`, else `$VAST_URL`, else the real service."""
    return option or (os.environ if environ is None else environ).get("VAST_URL", "") or SERVICE


class Vast:
    """One account at one service."""

    def __init__(
        self,
        secret: Secret,
        url: str = SERVICE,
        *,
        clock: Clock | None = None,
        timeout_s: float = 30.0,
        patience_s: float = 120.0,
        pace_file: Path | None = None,
    ) -> None:
        self._wire = Wire(
            url, secret, clock=clock, timeout_s=timeout_s, patience_s=patience_s, pace_file=pace_file
        )
        self.clock = self._wire.clock
        self.url = self._wire.url

    async def __aenter__(self) -> "Vast":
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()

    async def close(self) -> None:
        """Let go of the connections."""
        await self._wire.close()

    async def user(self) -> User:
        """The account and its credit."""
        return read(User, await self._wire.call(endpoints.USER))

    async def search(
        self,
        query: Query,
        *,
        order: str = "score-",
        limit: int | None = None,
        storage_gb: float = 5.0,
        interruptible: bool = False,
    ) -> Found:
        """Offers that fit, `dph_total` with `storage_gb` of disk. The market may cap how many it lists."""
        body: Json = {
            **query.filters(),
            "order": parse_order(order),
            "type": "bid" if interruptible else "on-demand",
            "allocated_storage": storage_gb,
        }
        reply = await self._wire.call(
            endpoints.SEARCH, body=body if limit is None else {**body, "limit": limit}
        )
        listed = _tables(reply, "offers", "search offers")
        offers: list[Offer] = []
        for table in listed:
            try:
                if query.admits(table):
                    offers.append(offer_from(table))
            except OfferError:
                continue  # counted as passed over
        return Found(tuple(offers), len(listed) - len(offers))

    async def create(self, offer_id: int, order: Order) -> Created:
        """Rent. Never asked twice: where the error `may_have_happened`, look for the label first."""
        what = endpoints.CREATE.what.format(offer_id)
        reply = await self._wire.call(endpoints.CREATE, offer_id, body=order.body())
        made = reply.get("new_contract")
        if not isinstance(made, int):
            raise ServiceError(
                f"{what}: the reply names no instance", "look for it by its label", may_have_happened=True
            )
        return Created(made, Secret(str(reply.get("instance_api_key") or "")))

    async def instances(self, label: str | None = None) -> list[Instance]:
        """All instances of the account, page by page, or those of one label."""
        return await self._list({} if label is None else {"label": {"eq": label}})

    async def instance(self, instance_id: int) -> Instance | None:
        """One instance; None if there is none. Running without ports: asked again where they are told."""
        try:
            reply = await self._wire.call(endpoints.SHOW, instance_id, query={"owner": "me"})
        except NoSuchInstanceError:
            return None
        if "instances" not in reply:
            raise ServiceError(f"look at instance {instance_id}: the reply holds no instance", "try again")
        told = reply["instances"]
        rows = cast("list[object]", told) if isinstance(told, list) else [told]
        tables = [cast("Json", row) for row in rows if isinstance(row, dict)]
        found = instance_from(tables[0]) if tables else None
        if found is not None and found.is_running and found.direct is None:
            listed = await self._list({"id": {"eq": instance_id}})
            return next((one for one in listed if one.id == instance_id), found)
        return found

    async def stop(self, instance_id: int) -> None:
        """Stop it: its disk goes on billing, its GPU may be someone else's when it is to start again."""
        await self._wire.call(endpoints.STOP, instance_id, body={"state": "stopped"})

    async def start(self, instance_id: int) -> Started:
        """Start a stopped one. Queued: it will start by itself later; `stop` takes that back."""
        try:
            await self._wire.call(endpoints.START, instance_id, body={"state": "running"})
        except RefusedError as error:
            if "queued" not in str(error).lower():
                raise
            return Started(True, str(error))
        return Started(False)

    async def reboot(self, instance_id: int) -> None:
        """Stop and start its container, keeping its GPU."""
        await self._wire.call(endpoints.REBOOT, instance_id, body={})

    async def label(self, instance_id: int, label: str) -> None:
        """Give it another label."""
        await self._wire.call(endpoints.LABEL, instance_id, body={"label": label})

    async def bid(self, instance_id: int, usd_h: float) -> None:
        """Change the bid of an interruptible one, dollars an hour."""
        await self._wire.call(endpoints.BID, instance_id, body={"client_id": "me", "price": usd_h})

    async def attach_key(self, instance_id: int, public_key: str) -> None:
        """Let the owner of this public key log in. It may take minutes to arrive there."""
        try:
            await self._wire.call(endpoints.ATTACH_KEY, instance_id, body={"ssh_key": public_key.strip()})
        except RefusedError as error:
            if not any(word in str(error).lower() for word in ("already", "duplicate")):
                raise

    async def destroy(self, instance_id: int) -> None:
        """Ask for its end. Only `is_gone` tells that it has come. One that is gone already is no error."""
        try:
            await self._wire.call(endpoints.DESTROY, instance_id, body={})
        except NoSuchInstanceError:
            return

    async def is_gone(self, instance_id: int) -> bool:
        """Whether neither the instance itself nor the account's list has it any more."""
        if await self.instance(instance_id) is not None:
            return False
        return all(one.id != instance_id for one in await self._list({"id": {"eq": instance_id}}))

    async def destroy_until_gone(self, instance_id: int, patience_s: float = 300.0) -> None:
        """Destroy, look, and ask again while it is still there. Raises CloudError if it stays."""
        until = self.clock.now() + patience_s
        while True:
            await self.destroy(instance_id)
            if await self.is_gone(instance_id):
                return
            if self.clock.now() >= until:
                raise CloudError(
                    f"instance {instance_id} is still there {patience_s:.0f} s after it was destroyed",
                    "it may still bill: destroy it in the console at https://cloud.vast.ai/instances/",
                )
            await self.clock.sleep(GONE_EVERY_S)

    async def logs(self, instance_id: int, tail: int = 1000, *, daemon: bool = False) -> str:
        """The container's last lines. Raises NoAnswerError if they do not come in about 15 s."""
        body = {"tail": str(tail), **({"daemon_logs": "true"} if daemon else {})}
        what = endpoints.LOGS.what.format(instance_id)
        url = (await self._wire.call(endpoints.LOGS, instance_id, body=body)).get("result_url")
        if not isinstance(url, str) or not self._may_fetch(url):
            raise ServiceError(f"{what}: the reply names no address that can be trusted", "try again")
        for _ in range(LOG_TRIES):
            text = await self._fetch(url)
            if text is not None:
                return text
            await self.clock.sleep(LOG_EVERY_S)
        raise NoAnswerError(f"{what}: it did not come", "the machine may be offline; try again in a minute")

    def _may_fetch(self, url: str) -> bool:
        """From the service itself; elsewhere only over https, and never from ports of this machine."""
        try:
            parts, own = urlsplit(url), urlsplit(self.url)
        except ValueError:
            return False
        if (parts.scheme, parts.netloc) == (own.scheme, own.netloc):
            return True
        return parts.scheme == "https" and bool(parts.hostname) and not is_loopback(url)

    async def _fetch(self, url: str) -> str | None:
        """A file's text, without the key; None while it is not there."""
        try:
            async with self._wire.http.stream("GET", url, follow_redirects=False) as response:
                if response.status_code != 200:
                    return None
                return (await bounded(response, _MAX_LOG_BYTES)).decode("utf-8", "replace")
        except httpx.HTTPError:
            return None  # asked again until its time is up

    async def _list(self, filters: Mapping[str, object]) -> list[Instance]:
        order = _text([{"col": "id", "dir": "asc"}])
        query = {"select_filters": _text(filters), "order_by": order, "limit": str(PAGE)}
        found: dict[int, Instance] = {}
        token: str | None = None
        for _ in range(MAX_PAGES):
            page = {**query, "after_token": token} if token else query
            reply = await self._wire.call(endpoints.LIST, query=page)
            for table in _tables(reply, "instances", "list instances"):
                if (one := instance_from(table)) is not None:
                    found[one.id] = one
            following = reply.get("next_token")
            if not isinstance(following, str) or not following or following == token:
                return list(found.values())
            token = following
        raise ServiceError(
            "list instances: the list does not end", "look at https://cloud.vast.ai/instances/"
        )


def _text(value: object) -> str:
    return msgspec.json.encode(value).decode()


def _tables(reply: Json, name: Literal["offers", "instances"], what: str) -> list[Json]:
    """The JSON objects of a list. Raises ServiceError if there is no list: unknown is not none."""
    listed = reply.get(name)
    if not isinstance(listed, list):
        raise ServiceError(f"{what}: the reply holds no {name}", "try again")
    return [cast("Json", one) for one in cast("list[object]", listed) if isinstance(one, dict)]
