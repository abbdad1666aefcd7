"""Our journal against the market: every open intent is settled, every order finished, every meter shown."""

from collections.abc import Callable
from dataclasses import dataclass, replace

from vasttui.cloud.client import Vast
from vasttui.cloud.errors import CloudError
from vasttui.cloud.instance import Instance
from vasttui.watch.boot import Report, destination
from vasttui.watch.meters import Meter, read_meters
from vasttui.watch.rentals_journal import EndKind, Rental, Rentals

SETTLE_S = 60.0  # after this a create that left no trace was never made
PATIENCE_S = 300.0
_LOOK_S = 5.0
STOPPED = frozenset({"stopped", "exited"})
_STOP_AGAIN_S = 3600.0  # an older stop may have been taken back by hand


@dataclass(frozen=True, slots=True)
class Reconciled:
    """What is there. `pending`: rentals whose fate is not known yet; `busy`: another process rents."""

    account: str
    meters: tuple[Meter, ...]
    pending: tuple[Rental, ...] = ()
    notes: tuple[str, ...] = ()
    busy: bool = False

    @property
    def orphans(self) -> tuple[Meter, ...]:
        """Rented by us, used by no run."""
        return tuple(meter for meter in self.meters if meter.whose == "orphan")

    @property
    def usd_h(self) -> float:
        """All meters together, as far as they are known."""
        return sum(meter.usd_h or 0.0 for meter in self.meters)


async def account_of(vast: Vast) -> str:
    """Which account of which service, as the journal names it: no key in it."""
    return f"{vast.url}#{(await vast.user()).id or '?'}"


async def end(
    vast: Vast,
    rentals: Rentals,
    account: str,
    instance_id: int,
    kind: EndKind,
    *,
    patience_s: float = PATIENCE_S,
) -> str:
    """Stop or destroy: journalled, sent, and read back until it is so. What came of it, in words.

    Raises:
        CloudError: it is not known to have happened; the order stays open and `reconcile` finishes it.
    """
    order = rentals.order(account, instance_id, kind, vast.clock.wall())
    try:
        if kind == "destroy":
            await vast.destroy_until_gone(instance_id, patience_s)
            outcome = f"instance {instance_id} is gone: nothing bills"
        else:
            outcome = await _stop(vast, instance_id, patience_s)
    except CloudError as error:
        rentals.end_order(order, None, f"failed: {error}")
        raise
    if kind == "destroy":
        rental = rentals.of_instance(account, instance_id)
        if rental is not None:
            rentals.move(rental.label, "closed")
    rentals.end_order(order, vast.clock.wall(), outcome)
    return outcome


async def _stop(vast: Vast, instance_id: int, patience_s: float) -> str:
    until = vast.clock.now() + patience_s
    if await vast.instance(instance_id) is None:
        return f"instance {instance_id} is gone: nothing bills"
    await vast.stop(instance_id)
    while True:
        one = await vast.instance(instance_id)
        if one is None:
            return f"instance {instance_id} is gone: nothing bills"
        if one.actual_status in STOPPED and one.intended_status in STOPPED:
            rate = f" at ${one.storage_total_cost:.4f} an hour" if one.storage_total_cost is not None else ""
            return f"instance {instance_id} is stopped; its disk goes on billing{rate}"
        if vast.clock.now() >= until:
            raise CloudError(
                f"instance {instance_id} is {one.actual_status or 'still there'} {patience_s:.0f} s after it"
                " was stopped",
                "it may still bill: stop it again, or destroy it",
            )
        await vast.clock.sleep(_LOOK_S)


async def settle(
    vast: Vast, rentals: Rentals, rental: Rental, *, patient: bool, sure_s: float = SETTLE_S
) -> Rental:
    """What became of a create whose reply we do not have: found by its label, or not there at all.

    Running or on its way: adopted (`made`). Left stopped by a create that failed: destroyed. Not there
    `sure_s` after it was asked: `closed`; before that it stays `asked`, unless `patient` waits.

    Raises:
        CloudError: the market cannot be asked, or what was left cannot be destroyed.
    """
    age_s = max(0.0, vast.clock.wall() - rental.asked_at)
    until = vast.clock.now() + max(0.0, sure_s - age_s)
    while True:
        # The filter is not always applied: look at the labels too.
        found = [one for one in await vast.instances(rental.label) if one.label == rental.label]
        if found:
            break
        if vast.clock.now() >= until:
            rentals.move(rental.label, "closed", note="never made")
            return replace(rental, state="closed")
        if not patient:
            return rental
        await vast.clock.sleep(_LOOK_S)
    alive = [one for one in found if one.intended_status not in STOPPED]
    for one in found:
        if one not in alive[:1]:
            await clear(vast, rentals, rental, one.id)
    if not alive:
        return replace(rental, state="closed")
    rentals.move(rental.label, "made", alive[0].id)
    return replace(rental, state="made", instance=alive[0].id)


async def clear(vast: Vast, rentals: Rentals, rental: Rental, instance_id: int) -> None:
    """Destroy what a create left behind. The order is written before the rental, so that no end is lost."""
    rentals.order(rental.account, instance_id, "destroy", vast.clock.wall())
    rentals.move(rental.label, "made", instance_id, note="left by a create that failed")
    await end(vast, rentals, rental.account, instance_id, "destroy")


async def reconcile(
    vast: Vast,
    rentals: Rentals,
    *,
    patient: bool = False,
    readonly: bool = False,
    report: Report = lambda _: None,
) -> Reconciled:
    """On start: settle what was left open, then read every meter. `patient`: wait for what is not sure yet.

    With `readonly`, or while another process rents, nothing is touched, only shown.

    Raises:
        CloudError: the market cannot be asked what there is.
    """
    account = await account_of(vast)
    busy = False
    if not readonly:
        with rentals.alone() as alone:
            if alone:
                return await reconcile_alone(vast, rentals, account, patient=patient, report=report)
            busy = True
    pending = tuple(one for one in rentals.rentals(account) if one.state == "asked")
    meters = read_meters(await vast.instances(), rentals, account, vast.clock.wall())
    return Reconciled(account, tuple(meters), pending, busy=busy)


async def reconcile_alone(
    vast: Vast, rentals: Rentals, account: str, *, patient: bool, report: Report
) -> Reconciled:
    """`reconcile` for who holds the lock."""
    notes: list[str] = []

    def note(text: str) -> None:
        notes.append(text)
        report(text)

    await _finish_orders(vast, rentals, account, note)
    pending: list[Rental] = []
    for one in [one for one in rentals.rentals(account) if one.state == "asked"]:
        try:
            settled = await settle(vast, rentals, one, patient=patient)
        except CloudError as error:
            note(f"offer {one.offer}: what became of renting it is not known: {error}")
            pending.append(one)
            continue
        if settled.state == "asked":
            pending.append(one)
        elif settled.state == "made":
            note(f"instance {settled.instance} was rented although the reply was lost")
        else:
            note(f"offer {one.offer}: asked for before, nothing is left of it")
    instances = await vast.instances()
    _close_gone(vast, rentals, account, instances)
    _bind_runs(rentals, account, instances)
    meters = read_meters(instances, rentals, account, vast.clock.wall())
    return Reconciled(account, tuple(meters), tuple(pending), tuple(notes))


async def _finish_orders(vast: Vast, rentals: Rentals, account: str, note: Callable[[str], None]) -> None:
    for one in rentals.orders(account):
        if one.done_at is not None:
            continue
        if one.kind == "stop" and vast.clock.wall() - one.ts > _STOP_AGAIN_S:
            rentals.end_order(one.id, one.ts, "never confirmed")
            note(f"instance {one.instance}: a stop was never confirmed; look whether it still runs")
            continue
        try:
            note(await end(vast, rentals, account, one.instance, one.kind))
        except CloudError as error:
            note(f"instance {one.instance}: to {one.kind} it failed again: {error}")


def _close_gone(vast: Vast, rentals: Rentals, account: str, instances: list[Instance]) -> None:
    """Rentals whose instance is no longer listed are over; what is listed after its end is not."""
    there = {one.id for one in instances}
    by_label = {one.label: one.id for one in instances}
    for rental in rentals.rentals(account):
        young = vast.clock.wall() - rental.asked_at < SETTLE_S
        if rental.state in ("made", "ready") and rental.instance not in there and not young:
            rentals.move(rental.label, "closed", note=rental.note or "gone")
        elif rental.state == "closed" and rental.label in by_label:
            rentals.move(rental.label, "made", by_label[rental.label])


def _bind_runs(rentals: Rentals, account: str, instances: list[Instance]) -> None:
    """A run that was launched at an instance's address since that was rented uses it."""
    unused = {
        one.instance: one
        for one in rentals.rentals(account)
        if one.state in ("made", "ready") and not one.run and one.instance is not None
    }
    runs = [run for run in rentals.journal.runs() if run.host] if unused else []
    for one in instances:
        rental = unused.get(one.id)
        places = [place for place in (one.direct, one.proxy) if place is not None]
        for run in runs if rental is not None else []:
            here = run.host.removeprefix("ssh://") in {destination(place) for place in places}
            if rental is not None and here and run.created_at >= rental.asked_at:
                rentals.bind(account, one.id, run.name)
