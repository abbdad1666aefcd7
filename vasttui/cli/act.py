"""`vasttui kill` and `vasttui relaunch`: acts on a run, asked once, written down before they are made."""

import asyncio
import time
from typing import TYPE_CHECKING

import click

from vasttui.cli.at_market import require_writable
from vasttui.cli.codes import EXIT_DONE, EXIT_NEGATIVE
from vasttui.cli.common import find_run, host_of, last_attempt, plan_of, session_of, stopped_machine
from vasttui.cli.journals import known_journal
from vasttui.cli.run import launch_order
from vasttui.cli.talking import ask, narrate, yes_option
from vasttui.hosts.protocol import Host, HostError, Stopped
from vasttui.monitor.words import duration
from vasttui.watch.acts import KILL_GRACE_S, stop_attempt
from vasttui.watch.journal import Attempt, Journal, RunRow
from vasttui.watch.launch import Order
from vasttui.watch.live import LiveSession
from vasttui.watch.lock import holder

if TYPE_CHECKING:
    from vasttui.plan import Plan
    from vasttui.watch.rentals_journal import EndKind, Rental


@click.command("kill")
@click.argument("run")
@click.option("--stop", "meter", flag_value="stop", help="Also stop the rented machine; its disk bills on.")
@click.option("--destroy", "meter", flag_value="destroy", help="Pull what it made, then give it back.")
@click.option("--no-pull", is_flag=True, help="Fetch nothing before.")
@click.option("--force", is_flag=True, help="Give it back although not all could be pulled.")
@click.option(
    "--grace",
    "grace_s",
    type=click.FloatRange(min=0),
    default=KILL_GRACE_S,
    show_default=True,
    help="Seconds.",
)
@yes_option
@click.pass_context
def kill_command(
    ctx: click.Context,
    run: str,
    meter: "EndKind | None",
    no_pull: bool,
    force: bool,
    grace_s: float,
    yes: bool,
) -> None:
    """Stop the run's whole process group: TERM, grace, KILL, and look that it is gone.

    With --stop or --destroy the rented machine's meter is ended too, artifacts pulled first. What each costs
    is told before the question.
    """
    require_writable(ctx, "kill")
    if (no_pull or force) and meter is None:
        raise click.UsageError("--no-pull and --force say how to --stop or --destroy")
    journal = known_journal()
    row = find_run(journal, run)
    if meter is not None:
        code = _kill_rented(journal, row, meter, no_pull, force, grace_s, yes)
        if code == EXIT_DONE:
            _note_end(journal, row)  # from the record that was pulled
        raise SystemExit(code)
    attempt = last_attempt(journal, row)
    ran = duration(time.time() - attempt.started_at)
    question = f"Kill {row.name} on {row.host or 'this machine'} (attempt {attempt.number}, {ran} old)?"
    bill, rests = _bills_on(journal, row), stopped_machine(journal, row)
    if not ask(f"{question} Its machine stays: {bill}." if bill else question, yes):
        raise SystemExit(EXIT_NEGATIVE)
    stopped = asyncio.run(stop_over(journal, host_of(row, journal, to_look=True), attempt, grace_s))
    narrate(stopped.text)
    if bill or rests:
        narrate(bill or rests)
    if stopped.gone:
        _note_end(journal, row)
    raise SystemExit(EXIT_DONE if stopped.gone else EXIT_NEGATIVE)


def _kill_rented(
    journal: Journal,
    row: RunRow,
    meter: "EndKind",
    no_pull: bool,
    force: bool,
    grace_s: float,
    yes: bool,
) -> int:
    from vasttui.cli.act_rented import end_rented, ground_of, rental_of
    from vasttui.watch.ending import How
    from vasttui.watch.rentals_journal import Rentals

    rentals = Rentals(journal)
    try:
        rental = rental_of(rentals, row, meter)
        ground = ground_of(journal, rentals, row, plan_of(row), rental)
        attempts = ground.attempts
        how = How(meter, pull=not no_pull, force=force, grace_s=grace_s, reason="asked")
        code = end_rented(ground, how, attempts[-1] if attempts else None, yes)
        return EXIT_NEGATIVE if code is None else code
    finally:
        rentals.close()


def _bills_on(journal: Journal, row: RunRow) -> str:
    """That killing the process leaves the meter running; empty for a machine that is not rented."""
    if not row.host:
        return ""
    from vasttui.watch.ender import bills_on
    from vasttui.watch.rentals_journal import Rentals

    rentals = Rentals(journal)
    try:
        return bills_on(rentals, row.name)
    finally:
        rentals.close()


async def stop_over(journal: Journal, host: Host, attempt: Attempt, grace_s: float) -> Stopped:
    """Connect, stop, let go."""
    try:
        await host.open()
        return await stop_attempt(journal, host, attempt, time.time(), grace_s)
    finally:
        await host.close()


def _note_end(journal: Journal, row: RunRow) -> None:
    """Where nobody watches: look once, so that lists and STATUS.md tell of the end."""
    attempts = journal.attempts(row.name)
    seen = journal.last_check(attempts[-1]) if attempts else None
    is_told = not attempts or (seen is not None and seen.next_look_ts is None)
    if not is_told and holder(row.name) is None:
        asyncio.run(_look_at_end(session_of(journal, row)))


async def _look_at_end(session: LiveSession) -> None:
    try:
        await session.look_once()
    except HostError as error:
        narrate(f"{error}; vasttui check {session.run.name} looks again")
    finally:
        await session.close()


@click.command("relaunch")
@click.argument("run")
@click.option(
    "--new-instance", is_flag=True, help="On another rented machine; the old one is pulled and given back."
)
@click.option("--no-pull", is_flag=True, help="With --new-instance: fetch nothing from the old machine.")
@click.option("--force", is_flag=True, help="Launch although the checklist fails.")
@yes_option
@click.pass_context
def relaunch_command(
    ctx: click.Context, run: str, new_instance: bool, no_pull: bool, force: bool, yes: bool
) -> None:
    """Launch a new attempt: the plan's resume command if it has one, else its command."""
    require_writable(ctx, "relaunch")
    journal = Journal()
    row = find_run(journal, run)
    attempts = journal.attempts(row.name)
    last = attempts[-1] if attempts else None
    if new_instance:
        from vasttui.cli.elsewhere import relaunch_elsewhere

        raise SystemExit(relaunch_elsewhere(journal, row, no_pull, force, same_death(attempts), yes))
    if last is not None and last.attached is not None:
        raise click.UsageError(
            f"{row.name} was started by someone else: launch it again where it was launched"
        )
    if last is not None:
        running = " It may still run and is stopped first." if last.ended is None else ""
        question = f"Relaunch {row.name} as attempt {last.number + 1}?{same_death(attempts)}{running}"
        if not ask(question + _starts(journal, row), yes):
            raise SystemExit(EXIT_NEGATIVE)
    row = _awake(journal, row)
    if last is not None and last.ended is None:
        stopped = asyncio.run(stop_over(journal, host_of(row), last, KILL_GRACE_S))
        narrate(stopped.text)
        if not stopped.gone:
            raise SystemExit(EXIT_NEGATIVE)
    number = last.number + 1 if last is not None else 1
    order = Order(row, _priced(journal, row), number, resume=number > 1, force=force)
    asyncio.run(launch_order(journal, host_of(row), order))
    click.echo(row.name)


def _priced(journal: Journal, row: RunRow) -> "Plan":
    """The run's plan, with the price that is really paid where its machine is rented."""
    rental = _rental(journal, row)
    if rental is None:
        return plan_of(row)
    from vasttui.watch.stay import priced

    return priced(plan_of(row), rental)


def _rental(journal: Journal, row: RunRow) -> "Rental | None":
    """What the run's machine was rented as.

    Raises:
        click.UsageError: it was given back.
    """
    if not row.host:
        return None
    from vasttui.watch.rentals_journal import Rentals

    rentals = Rentals(journal)
    rental = rentals.of_run(row.name)
    rentals.close()
    if rental is not None and rental.state == "closed":
        raise click.UsageError(f"{row.name}: its machine was given back; --new-instance rents another")
    return rental


def _starts(journal: Journal, row: RunRow) -> str:
    """That a machine we have stopped is started again, and what it costs then; empty for any other."""
    rental = _rental(journal, row)
    if rental is None or _bills_on(journal, row):
        return ""
    price = f" at ${rental.usd_h:.3f} an hour" if rental.usd_h is not None else ""
    return f" Its machine, instance {rental.instance}, is started again{price}."


def _awake(journal: Journal, row: RunRow) -> RunRow:
    """The run, its rented machine started again if it does not run, wherever it is reached then."""
    rental = _rental(journal, row)
    if rental is None:
        return row
    from vasttui.cli.at_market import at_market
    from vasttui.watch.waking import wake

    url = rental.account.rpartition("#")[0]
    return at_market(url, lambda vast: wake(vast, journal, row, rental, narrate))


def same_death(attempts: list[Attempt]) -> str:
    """A sentence when the last attempt died of the same error as an earlier one."""
    if not attempts:
        return ""
    last = attempts[-1]
    earlier = [a.number for a in attempts[:-1] if a.fingerprint and a.fingerprint == last.fingerprint]
    return f" Attempts {earlier[-1]} and {last.number} died of the same error." if earlier else ""
