"""`vasttui relaunch --new-instance`: leave a machine for another one, and go on there."""

import asyncio
from typing import TYPE_CHECKING

import click

from vasttui.cli.act_rented import access_of, carry_out, ground_of, rental_of
from vasttui.cli.at_market import at_market
from vasttui.cli.codes import EXIT_DONE, EXIT_NEGATIVE
from vasttui.cli.common import plan_of
from vasttui.cli.talking import ask
from vasttui.plan import Plan
from vasttui.watch.journal import Journal, RunRow

if TYPE_CHECKING:
    from vasttui.cloud.client import Vast
    from vasttui.watch.access import Access
    from vasttui.watch.choosing import Choice
    from vasttui.watch.rentals_journal import Rental, Rentals


def relaunch_elsewhere(
    journal: Journal, row: RunRow, no_pull: bool, force: bool, warning: str, yes: bool
) -> int:
    """Stop, pull, give the machine back (it is left out for a day), rent another, launch the next attempt.

    The new one is searched before the old one goes; never do two of them bill at once.
    """
    from vasttui.watch.ending import How, to_leave
    from vasttui.watch.rentals_journal import Rentals

    plan = plan_of(row)
    if plan.host.vast is None:
        raise click.UsageError(
            f"{row.name}: nothing says what to rent; launch it with a plan that has [host] vast"
        )
    rentals = Rentals(journal)
    try:
        rental = rental_of(rentals, row, "leave")
        old = to_leave(rentals, row.name)
        access = access_of(rental)
        rows = at_market(access.url, lambda vast: _others(vast, rentals, plan, rental, force=force))
        number = len(journal.attempts(row.name)) + 1
        if not ask(_question(row, number, old, rows, warning), yes):
            return EXIT_NEGATIVE
        if old is not None:
            ground = ground_of(journal, rentals, row, plan, old)
            carry_out(ground, How("destroy", pull=not no_pull, reason="elsewhere", bad="left for another"))
    finally:
        rentals.close()
    return asyncio.run(_go_on(journal, row, plan, access, rows, number, force))


async def _others(
    vast: "Vast", rentals: "Rentals", plan: Plan, rental: "Rental", *, force: bool
) -> "list[Choice]":
    """What may be rented instead, the best first.

    Raises:
        CloudError: nothing can be had; the machine that is there stays.
    """
    from vasttui.watch.choosing import search, to_try
    from vasttui.watch.given_up import given_up, without

    left_out = given_up(rentals, rental.account, vast.clock.wall())
    if rental.machine is not None:
        left_out[rental.machine] = "the machine that is left"
    return to_try(without(await search(vast, plan), left_out), None, force=force)


def _question(row: RunRow, number: int, old: "Rental | None", rows: "list[Choice]", warning: str) -> str:
    from vasttui.watch.choosing import at_stake

    leave = "" if old is None else f" Instance {old.instance} is pulled from and given back first."
    return f"Relaunch {row.name} as attempt {number} elsewhere?{warning}{leave} {at_stake(rows)}"


async def _go_on(
    journal: Journal,
    row: RunRow,
    plan: Plan,
    access: "Access",
    rows: "list[Choice]",
    number: int,
    force: bool,
) -> int:
    from vasttui.cli.narrating import Narrator
    from vasttui.cli.run_rented import tell_what_bills
    from vasttui.watch.moving_in import Wanted
    from vasttui.watch.rented import RentedSession

    wanted = Wanted(tuple(one.offer for one in rows), rows[0].usd_h, force, number=number, resume=number > 1)
    session = RentedSession(journal, row, plan, access, wanted, narrate=Narrator().step)
    session.board.clear()  # what the machine before had come to is not this one's
    try:
        await session.until_launched()
        click.echo(row.name)
        return EXIT_DONE
    finally:
        tell_what_bills(session)
        await session.close()
