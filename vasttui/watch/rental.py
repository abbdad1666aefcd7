"""From offers to an instance that runs, one machine after the other, and never two at once."""

import secrets
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace

from vasttui.cloud.account import Order
from vasttui.cloud.client import Vast
from vasttui.cloud.errors import (
    AuthError,
    BusyError,
    CloudError,
    CreditError,
    NoAnswerError,
    OfferGoneError,
    QuotaError,
)
from vasttui.cloud.instance import Endpoint, Instance
from vasttui.gate.offer import Offer
from vasttui.gate.price import cost_of
from vasttui.plan.schema import Plan, VastSpec
from vasttui.watch.boot import BadMachineError, Report, address, boot_budget_s, let_in, wait_running
from vasttui.watch.bringup import Board
from vasttui.watch.given_up import BAD, given_up
from vasttui.watch.lease import ONSTART as LEASE_ONSTART
from vasttui.watch.lock import holder
from vasttui.watch.reconcile import account_of, clear, end, reconcile_alone, settle
from vasttui.watch.rentals_journal import Rental, Rentals
from vasttui.watch.runs import clean_name, name_from_command

TRIES = 5
BUSY_TRIES = 3
ONSTART = "touch ~/.no_auto_tmux"  # else every login is put into tmux and commands are swallowed
_MAX_OWNER = 40
_HOPELESS = (AuthError, CreditError, QuotaError)


Made = Callable[[Rental], None]


class RentingElsewhereError(CloudError):
    """Another process of ours rents just now."""


class NoMachineError(CloudError):
    """None of the offers became a machine that runs; nothing was left behind."""


class _NextError(Exception):
    """This offer came to nothing; the next one may."""


@dataclass(frozen=True, slots=True)
class Rented:
    """A machine that runs. `place`: its SSH server, which may need a minute more. `taken_up`: not new."""

    instance: Instance
    place: Endpoint
    rental: Rental
    taken_up: bool = False


def owner_of(plan: Plan) -> str:
    """What a rental for this plan is called."""
    return clean_name(plan.run.name or name_from_command(plan.run.command))[:_MAX_OWNER]


def new_label(owner: str) -> str:
    """A label that no other instance has: the only way to find it again."""
    return f"vasttui-{owner}-{secrets.token_hex(5)}"


def order_for(plan: Plan, offer: Offer, label: str) -> Order:
    """What to put on the machine."""
    spec = plan.host.vast or VastSpec()
    return Order(
        spec.image,
        label,
        disk_gb=spec.disk_gb,
        onstart=f"{ONSTART}; {LEASE_ONSTART}" if plan.ending.lease_minutes else ONSTART,
        bid_usd_h=offer.min_bid if spec.interruptible else None,
        direct=bool(offer.direct_port_count),
    )


def to_take_up(rentals: Rentals, account: str, owner: str, run: str = "") -> list[Rental]:
    """Rented for the same thing before, and no run uses it; what was rented for `run` itself comes first."""
    stopped = {one.instance for one in rentals.orders(account) if one.kind == "stop"}
    found = [
        one
        for one in rentals.rentals(account)
        if one.owner == owner and one.state in ("made", "ready") and is_free(rentals, one, run)
        if one.instance is not None and one.instance not in stopped and not one.note.startswith(BAD)
    ]
    return sorted(found, key=lambda one: one.run != run or not run)


def is_free(rentals: Rentals, rental: Rental, run: str = "") -> bool:
    """Whether `run` may have it: no other run was launched there or is being brought up."""
    if rental.run in ("", run):
        return True
    return not rentals.journal.attempts(rental.run) and holder(rental.run) is None


async def rent(
    vast: Vast,
    rentals: Rentals,
    plan: Plan,
    offers: Sequence[Offer],
    *,
    account: str = "",
    run: str = "",
    keys: Sequence[str] = (),
    another: bool = False,
    retake: int | None = None,
    image_gb: float | None = None,
    report: Report = lambda _: None,
    board: Board | None = None,
    made: Made = lambda _: None,
) -> Rented:
    """The first of `offers` that becomes a running machine; bad ones are destroyed and passed over.

    What a process that died has left is settled first, and taken up where it was rented for the same plan
    (not with `another`). `retake`: a machine that was given up lately and is wanted all the same. `account`
    saves asking for it, where it is known from `reconcile`. `run`: the run that it is for, written down with
    the intent. `keys`: public keys to let in; they travel while it boots.
    `board`: shows the steps `rent` and `boot`; `made` hears of every machine that begins to bill.

    May be killed at any point: the journal finds everything again.

    Raises:
        RentingElsewhereError: another process is at it.
        NoMachineError: none came up.
        CloudError: the market refuses the account, or cannot be asked; `reconcile` tells what bills.
    """
    with rentals.alone() as alone:
        if not alone:
            raise RentingElsewhereError(
                "another vasttui is renting just now", "wait for it, or look: vasttui instances"
            )
        account = account or await account_of(vast)
        found = await reconcile_alone(vast, rentals, account, patient=True, report=report)
        if found.pending:
            raise CloudError(
                f"whether offer {found.pending[0].offer} was rented is not known yet",
                "look again in a minute: vasttui instances",
            )
        board = board or Board(vast.clock.wall, lambda _: None)
        work = _Renting(vast, rentals, plan, account, run, tuple(keys), image_gb, report, board, made, retake)
        if not another and (taken := await work.take_up()) is not None:
            return taken
        return await work.take_new(offers)


@dataclass(slots=True)
class _Renting:
    """One `rent`. `excluded`: machines that did not come up, here or lately; `before`: the last failure."""

    vast: Vast
    rentals: Rentals
    plan: Plan
    account: str
    run: str
    keys: tuple[str, ...]
    image_gb: float | None
    report: Report
    board: Board
    made: Made
    retake: int | None = None
    before: str = ""
    excluded: set[int] = field(default_factory=set[int])

    def __post_init__(self) -> None:
        self.excluded |= given_up(self.rentals, self.account, self.vast.clock.wall()).keys() - {self.retake}

    async def take_up(self) -> Rented | None:
        for rental in to_take_up(self.rentals, self.account, owner_of(self.plan), self.run):
            if self.run and rental.run != self.run and rental.instance is not None:
                self.rentals.bind(self.account, rental.instance, self.run)
            if rental.state == "ready":
                # It was handed over and may hold work: never destroyed from here.
                one = await self.vast.instance(rental.instance or 0)
                if one is None or not one.is_running or (place := address(one)) is None:
                    continue
                self.report(f"instance {one.id} is rented already and no run uses it: taking it up")
                self.board.begin("rent")
                self.board.end("rent", f"{_what(one)}, rented before")
                self.board.begin("boot")
                self.board.end("boot", "it runs")
                return Rented(one, place, rental, taken_up=True)
            self.report(f"instance {rental.instance} was being booted: waiting on")
            self.board.begin("rent")
            self.board.end("rent", f"instance {rental.instance}, rented before")
            try:
                return replace(await self._boot(rental), taken_up=True)
            except _NextError:
                continue
        return None

    async def take_new(self, offers: Sequence[Offer]) -> Rented:
        reasons: list[str] = []
        for offer in offers:
            if offer.id is None or offer.machine_id in self.excluded:
                continue
            if len(reasons) >= TRIES:
                break
            try:
                return await self._boot(await self._create(offer, offer.id))
            except _NextError as failure:
                reasons.append(str(failure))
                self.before = f"; before: {failure}"
                self.report(f"offer {offer.id}: {failure}")
        tried = f"{len(reasons)} tried, the last: {reasons[-1]}" if reasons else "every one is left out"
        raise NoMachineError(
            f"no offer became a machine that runs: {tried}", "search again, or ask for less in the query"
        )

    async def _create(self, offer: Offer, offer_id: int) -> Rental:
        """One create, journalled before it is sent; a 429 refuses it whole, so that it may be asked again."""
        for again in range(BUSY_TRIES):
            rental = self._intent(offer, offer_id)
            self.rentals.ask(rental)
            self.report(f"renting offer {offer_id}: {offer.num_gpus} x {offer.gpu_name}")
            self.board.clear()
            self.board.begin("rent", f"offer {offer_id}: {offer.num_gpus} x {offer.gpu_name}{self.before}")
            try:
                made = await self.vast.create(offer_id, order_for(self.plan, offer, rental.label))
            except CloudError as error:
                if (adopted := await self._after_failure(rental, error)) is not None:
                    self._rented(offer, adopted)
                    return adopted
                if isinstance(error, BusyError) and again + 1 < BUSY_TRIES:
                    self.report("the market is asked too often: waiting")
                    continue
                raise _NextError(str(error)) from None
            self.rentals.move(rental.label, "made", made.id)
            rental = replace(rental, state="made", instance=made.id)
            self._rented(offer, rental)
            return rental
        raise AssertionError("the last round returns or raises")

    def _rented(self, offer: Offer, rental: Rental) -> None:
        price = f" at ${rental.usd_h:.3f} an hour" if rental.usd_h is not None else ""
        what = f"{offer.num_gpus} x {offer.gpu_name}{price}"
        self.board.end("rent", f"instance {rental.instance}, {what}")

    async def _after_failure(self, rental: Rental, error: CloudError) -> Rental | None:
        """What a create that failed has made all the same: adopted if it runs, else destroyed.

        Raises:
            CloudError: `error` where no other offer will fare better.
        """
        if error.created is not None:
            await clear(self.vast, self.rentals, rental, error.created)
        elif isinstance(error, NoAnswerError) and not error.may_have_happened:
            self.rentals.move(rental.label, "closed", note="never sent")
            raise error
        else:
            if error.may_have_happened:
                self.report(f"{error}: looking whether it was rented")
            doubt_s = {"sure_s": 0.0} if not error.may_have_happened else {}
            settled = await settle(self.vast, self.rentals, rental, patient=True, **doubt_s)
            if settled.state == "made":
                self.report(f"instance {settled.instance} was made all the same")
                return settled
        if isinstance(error, _HOPELESS):
            raise error
        if isinstance(error, OfferGoneError):
            self.report(f"offer {rental.offer} was taken by someone else")
        return None

    def _intent(self, offer: Offer, offer_id: int) -> Rental:
        owner = owner_of(self.plan)
        cost = cost_of(self.plan, offer)
        return Rental(
            new_label(owner),
            self.account,
            owner,
            self.vast.clock.wall(),
            offer_id,
            offer.machine_id,
            cost.hourly if cost is not None else None,
            boot_budget_s(self.image_gb, offer.inet_down),
            run=self.run,
        )

    async def _boot(self, rental: Rental) -> Rented:
        assert rental.instance is not None

        def report(line: str) -> None:
            self.report(line)
            self.board.say("boot", line)

        self.made(rental)
        self.board.begin("boot")
        await let_in(self.vast, rental.instance, self.keys)
        try:
            one = await wait_running(self.vast, rental.instance, rental.asked_at, rental.budget_s, report)
        except BadMachineError as bad:
            self.board.say("boot", f"{bad}: it is given back, then the next offer")  # no choice is asked yet
            if rental.machine is not None:
                self.excluded.add(rental.machine)
            # The order first: once it is noted as bad, nothing else would look after it.
            self.rentals.order(self.account, rental.instance, "destroy", self.vast.clock.wall())
            self.rentals.move(rental.label, "made", note=f"{BAD}{bad}")
            self.report(f"{bad}: destroying it")
            await end(self.vast, self.rentals, self.account, rental.instance, "destroy")
            raise _NextError(str(bad)) from None
        place = address(one)
        assert place is not None
        self.rentals.move(rental.label, "ready", one.id, usd_h=one.dph_total)
        self.board.end("boot", "it runs")
        return Rented(one, place, replace(rental, state="ready", usd_h=one.dph_total or rental.usd_h))


def _what(one: Instance) -> str:
    price = f" at ${one.dph_total:.3f} an hour" if one.dph_total is not None else ""
    return f"instance {one.id}, {one.num_gpus or '?'} x {one.gpu_name or '?'}{price}"
