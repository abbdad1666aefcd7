"""`vasttui run` where the plan rents its machine: search, gate, one question, rent, bring-up, run."""

import asyncio
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import click

from vasttui.cli.at_market import at_market, require_writable
from vasttui.cli.codes import EXIT_DONE, EXIT_NEGATIVE, VERDICT_CODES
from vasttui.cli.narrating import Narrator
from vasttui.cli.screen import show
from vasttui.cli.talking import ask, narrate
from vasttui.plan import Plan
from vasttui.watch.boot import require_login
from vasttui.watch.journal import Journal, RunRow
from vasttui.watch.rentals_journal import Rentals
from vasttui.watch.runs import NameTakenError, clean_name, renew_run, unlaunched_run

if TYPE_CHECKING:
    from vasttui.cloud.client import Vast
    from vasttui.watch.moving_in import Wanted
    from vasttui.watch.rented import RentedSession
    from vasttui.watch.unattended import Outcome

GLYPHS = {"pass": "✓", "warn": "!", "fail": "✗"}
MOST_UNFIT = 2  # machines given back before it is left to the user


@dataclass(frozen=True, slots=True)
class Renting:
    """What the command line said."""

    plan: Plan
    path: Path | None
    name: str = ""
    offer: int | None = None
    url: str = ""
    force: bool = False
    yes: bool = False
    detach: bool = False
    unattended: bool = False


def run_rented(ctx: click.Context, given: Renting) -> int:
    """The exit code."""
    require_writable(ctx, "rent")
    require_login()
    journal = Journal()
    rentals = Rentals(journal)
    beside = str(given.path.resolve()) if given.path is not None else ""
    waiting = unlaunched_run(journal, given.name, beside)
    if given.name and waiting is None and journal.run(clean_name(given.name)) is not None:
        raise click.UsageError(f"a run called {given.name!r} is there already: another --name")
    wanted = at_market(given.url, lambda vast: choose(vast, rentals, given, waiting))
    rentals.close()
    try:
        run = renew_run(journal, waiting, given.plan, given.name, beside)
    except NameTakenError as error:
        raise click.UsageError(str(error)) from None
    from vasttui.watch.access import find_access
    from vasttui.watch.rented import RentedSession

    narrator = Narrator()
    quiet = not (given.detach or given.unattended)
    session = RentedSession(
        journal,
        run,
        given.plan,
        find_access(given.url),
        wanted,
        narrate=(lambda _: None) if quiet else narrator.step,
    )
    if quiet:
        return show(session)
    return asyncio.run(attended(session, given))


async def choose(vast: "Vast", rentals: Rentals, given: Renting, waiting: RunRow | None) -> "Wanted":
    """What to rent: asked about once, unless a machine for it bills already."""
    from vasttui.watch.choosing import at_stake, search, to_try
    from vasttui.watch.given_up import given_up, without
    from vasttui.watch.moving_in import Wanted
    from vasttui.watch.reconcile import reconcile
    from vasttui.watch.rental import owner_of, to_take_up

    found = await reconcile(vast, rentals, patient=True, report=narrate)
    free = to_take_up(
        rentals, found.account, owner_of(given.plan), waiting.name if waiting is not None else ""
    )
    if free and given.offer is None:
        narrate(f"instance {free[0].instance} is rented for this plan already: going on with it")
        return Wanted(usd_h=free[0].usd_h, force=given.force)
    left_out = given_up(rentals, found.account, vast.clock.wall())
    rows = await search(vast, given.plan)
    rows = to_try(without(rows, left_out) if given.offer is None else rows, given.offer, force=given.force)
    retake = rows[0].offer.machine_id if rows[0].offer.machine_id in left_out else None
    for finding in rows[0].findings:
        if finding.status != "pass":
            narrate(f"{GLYPHS[finding.status]} {finding.check}: {finding.text}")
    # Click asks on the terminal itself: nothing else waits meanwhile.
    if not ask(at_stake(rows), given.yes):
        raise SystemExit(EXIT_NEGATIVE)
    return Wanted(tuple(row.offer for row in rows), rows[0].usd_h, given.force, bool(free), retake=retake)


async def attended(session: "RentedSession", given: Renting) -> int:
    """Without a screen: bring up, told line by line; then return, or watch to the verdict."""
    try:
        await brought_up(session)
        if given.detach:
            click.echo(session.run.name)
            return EXIT_DONE
        assert session.live is not None
        from vasttui.watch.unattended import until_verdict

        outcome: Outcome = await until_verdict(session.live, "return", None)
        if session.ender is not None:
            await session.ender.settle(narrate)
        click.echo(outcome.text or outcome.verdict.value, nl=not outcome.text)
        return VERDICT_CODES[outcome.verdict]
    finally:
        tell_what_bills(session)
        await session.close()


async def brought_up(session: "RentedSession") -> None:
    """To the launch. A machine that is not what was promised is given back, and the next one taken."""
    from vasttui.watch.moving_in import UnfitError

    for _ in range(MOST_UNFIT):
        try:
            await session.until_launched()
        except UnfitError as error:
            narrate(f"{error}: looking for the next one")
            await _next_one(session, error)
        else:
            return
    await session.until_launched()


async def _next_one(session: "RentedSession", unfit: Exception) -> None:
    """Where there is none, the machine that is of no use does not bill on: nobody is here to decide."""
    from vasttui.watch.session import ControlError

    try:
        await session.remedy("next")
    except ControlError as none:
        narrate(str(none))
        await session.remedy("destroy")
        raise unfit from None


def tell_what_bills(session: "RentedSession") -> None:
    """A machine that is kept goes on billing: how to go on with it, and how to end that."""
    from vasttui.watch.ender import bills_on

    line = bills_on(session.moving.rentals, session.run.name)
    if line and session.live is None and session.run.plan_path:
        narrate(f"vasttui run --plan {session.run.plan_path} goes on with the bring-up")
    if line:
        narrate(line)
