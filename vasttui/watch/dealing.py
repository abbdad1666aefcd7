"""The market behind a screen: searches judged for the plan, machines rented for it, meters read and ended."""

import asyncio
from collections.abc import Sequence
from pathlib import Path

import msgspec

from vasttui.cloud.client import Vast
from vasttui.cloud.query import parse_query
from vasttui.gate.offer import Offer
from vasttui.gate.price import cost_of
from vasttui.plan import Plan
from vasttui.plan.schema import HostSpec, VastSpec
from vasttui.watch.access import Access, find_access
from vasttui.watch.boot import require_login
from vasttui.watch.choosing import Choice, choice_of
from vasttui.watch.given_up import given_up, marked
from vasttui.watch.journal import Journal
from vasttui.watch.market import Bill, End, InstanceRow, Listing, OfferRow, Wish
from vasttui.watch.meters import Meter
from vasttui.watch.moving_in import Wanted
from vasttui.watch.reconcile import account_of, end, reconcile
from vasttui.watch.rentals_journal import Rentals
from vasttui.watch.rented import RentedSession
from vasttui.watch.runs import renew_run, unlaunched_run
from vasttui.watch.session import ControlError, Session
from vasttui.watch.vast_market import wish_of

_HOURS_A_MONTH = 720.0


class Dealer:
    """`watch.market.Market` for one account. `path`: where the plan stands. The key is looked for late."""

    def __init__(
        self, plan: Plan | None, path: Path | None = None, *, url: str = "", readonly: bool = False
    ) -> None:
        self.plan = rentable(plan) if plan is not None else None
        self.path = path
        self.readonly = readonly
        self._url = url
        self._vast: Vast | None = None
        self._access: Access | None = None
        self._offers: dict[int, Offer] = {}
        self._journal = Journal()
        self._rentals = Rentals(self._journal)

    @property
    def wish(self) -> Wish:
        """What the plan wants."""
        return wish_of(self.plan, self.path)

    @property
    def may_bill(self) -> bool:
        """Our journal knows of a rental that is not over."""
        return self._rentals.any_open()

    async def search(self, query: str) -> Listing:
        """Judged and priced for the plan, the best first."""
        vast = self._open()
        spec = (self.plan.host.vast if self.plan is not None else None) or VastSpec()
        found = await vast.search(
            parse_query(query),
            order="dph_total",
            storage_gb=spec.disk_gb,
            interruptible=spec.interruptible,
        )
        now = vast.clock.wall()
        offers = [offer for offer in found.offers if offer.id is not None]
        self._offers |= {offer.id: offer for offer in offers if offer.id is not None}
        choices = sorted((choice_of(offer, self.plan, now) for offer in offers), key=lambda one: one.key)
        choices = marked(choices, given_up(self._rentals, vast.url, now))
        rows = tuple(row_of(choice, self.plan) for choice in choices)
        return Listing(query, rows, now, (await vast.user()).credit, found.passed_over)

    async def rent(self, row: OfferRow, others: Sequence[OfferRow] = (), *, force: bool = False) -> Session:
        """A run whose bring-up begins with renting `row`."""
        plan = self.plan
        if plan is None:
            raise ControlError("there is no plan to rent for: vasttui init writes one")
        if self.readonly:
            raise ControlError("--readonly: to rent changes and spends")
        require_login()
        access = self._at_hand()
        beside = str(self.path.resolve()) if self.path is not None else ""
        waiting = unlaunched_run(self._journal, "", beside)
        run = renew_run(self._journal, waiting, plan, "", beside)
        offers = tuple(self._offers[one.id] for one in (row, *others) if one.id in self._offers)
        wanted = Wanted(offers, row.usd_h, force, retake=row.machine if row.left_out else None)
        return RentedSession(Journal(), run, plan, access, wanted)

    async def instances(self) -> Bill:
        """Settle what was left open, then every meter."""
        vast = self._open()
        found = await reconcile(vast, self._rentals, readonly=self.readonly)
        credit = (await vast.user()).credit
        return Bill(
            tuple(meter_row(meter) for meter in found.meters),
            vast.clock.wall(),
            credit,
            tuple(one.offer for one in found.pending),
            found.notes,
            found.busy,
        )

    async def end(self, instance: int, how: End) -> str:
        """Stop or destroy, read back."""
        if self.readonly:
            raise ControlError(f"--readonly: to {how} changes")
        vast = self._open()
        return await end(vast, self._rentals, await account_of(vast), instance, how)

    async def open(self) -> None:
        """Find the key and make the client, in a thread: reading the trusted certificates takes a while.

        Raises:
            CloudError: there is no key, or the address is none.
        """
        if self._vast is None:
            self._vast = await asyncio.to_thread(self._at_hand().open)

    async def close(self) -> None:
        """Let go of the connections."""
        vast, self._vast = self._vast, None
        if vast is not None:
            await vast.close()
        self._rentals.close()
        self._journal.close()

    def _at_hand(self) -> Access:
        if self._access is None:
            self._access = find_access(self._url)
        return self._access

    def _open(self) -> Vast:
        if self._vast is None:
            self._vast = self._at_hand().open()
        return self._vast


def rentable(plan: Plan) -> Plan:
    """The plan on a machine that is rented, whatever host it names."""
    host = HostSpec(vast=plan.host.vast or VastSpec())
    return msgspec.structs.replace(plan, host=host)


def row_of(choice: Choice, plan: Plan | None) -> OfferRow:
    """An offer as the table shows it."""
    offer = choice.offer
    spec = (plan.host.vast if plan is not None else None) or VastSpec()
    cost = cost_of(plan, offer) if plan is not None else None
    storage = None if offer.storage_cost is None else spec.disk_gb * offer.storage_cost / _HOURS_A_MONTH
    return OfferRow(
        offer.id or 0,
        choice.gpus,
        offer.machine_id,
        offer.geolocation,
        offer.vram_gib,
        offer.ram_gib,
        offer.disk_space,
        offer.inet_down,
        offer.reliability,
        offer.cuda_max_good,
        offer.end_date,
        choice.usd_h,
        storage,
        cost.moving if cost is not None else None,
        choice.usd,
        choice.hours,
        cost.bounded if cost is not None else False,
        choice.verdict,
        choice.findings,
        choice.left_out,
    )


def meter_row(meter: Meter) -> InstanceRow:
    """A meter as the list shows it."""
    one = meter.instance
    run = meter.rental.run if meter.rental is not None and meter.whose == "run" else ""
    return InstanceRow(
        one.id,
        f"{one.num_gpus or '?'}x {one.gpu_name or '?'}",
        one.actual_status or "being placed",
        meter.whose,
        meter.text,
        run,
        one.label,
        one.geolocation,
        meter.usd_h,
        one.storage_total_cost,
        meter.usd,
        meter.at_least,
        one.start_date,
    )
