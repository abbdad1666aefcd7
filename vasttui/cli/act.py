"""`vasttui kill` and `vasttui relaunch`: acts on a run, asked once, written down before they are made."""

import asyncio
import time

import click

from vasttui.cli.codes import EXIT_DONE, EXIT_NEGATIVE
from vasttui.cli.common import find_run, host_of, last_attempt, plan_of
from vasttui.cli.run import launch_order
from vasttui.cli.talking import ask, narrate, yes_option
from vasttui.hosts.protocol import Host, Stopped
from vasttui.monitor.words import duration
from vasttui.watch.acts import KILL_GRACE_S, stop_attempt
from vasttui.watch.journal import Attempt, Journal
from vasttui.watch.launch import Order


@click.command("kill")
@click.argument("run")
@click.option("--stop", "meter", flag_value="stop", help="Also stop the rented instance.")
@click.option("--destroy", "meter", flag_value="destroy", help="Also destroy the rented instance.")
@click.option(
    "--grace",
    "grace_s",
    type=click.FloatRange(min=0),
    default=KILL_GRACE_S,
    show_default=True,
    help="Seconds.",
)
@yes_option
def kill_command(run: str, meter: str | None, grace_s: float, yes: bool) -> None:
    """Stop the run's whole process group: TERM, grace, KILL, and look that it is gone."""
    journal = Journal()
    row = find_run(journal, run)
    attempt = last_attempt(journal, row)
    if meter is not None:
        raise click.UsageError(
            f"{row.name} runs on {row.host or 'this machine'}: no rented instance to {meter}"
        )
    ran = duration(time.time() - attempt.started_at)
    if not ask(
        f"Kill {row.name} on {row.host or 'this machine'} (attempt {attempt.number}, {ran} old)?", yes
    ):
        raise SystemExit(EXIT_NEGATIVE)
    stopped = asyncio.run(stop_over(journal, host_of(row), attempt, grace_s))
    narrate(stopped.text)
    raise SystemExit(EXIT_DONE if stopped.gone else EXIT_NEGATIVE)


async def stop_over(journal: Journal, host: Host, attempt: Attempt, grace_s: float) -> Stopped:
    """Connect, stop, let go."""
    try:
        await host.open()
        return await stop_attempt(journal, host, attempt, time.time(), grace_s)
    finally:
        await host.close()


@click.command("relaunch")
@click.argument("run")
@click.option("--new-instance", is_flag=True, help="On another rented machine.")
@click.option("--force", is_flag=True, help="Launch although the checklist fails.")
@yes_option
def relaunch_command(run: str, new_instance: bool, force: bool, yes: bool) -> None:
    """Launch a new attempt: the plan's resume command if it has one, else its command."""
    journal = Journal()
    row = find_run(journal, run)
    plan = plan_of(row)
    attempts = journal.attempts(row.name)
    if new_instance:
        raise click.UsageError(f"{row.name} runs on {row.host or 'this machine'}: nothing is rented for it")
    last = attempts[-1] if attempts else None
    if last is not None and last.attached is not None:
        raise click.UsageError(
            f"{row.name} was started by someone else: launch it again where it was launched"
        )
    if last is not None:
        warning = same_death(attempts)
        running = " It may still run and is stopped first." if last.ended is None else ""
        if not ask(f"Relaunch {row.name} as attempt {last.number + 1}?{warning}{running}", yes):
            raise SystemExit(EXIT_NEGATIVE)
        if last.ended is None:
            stopped = asyncio.run(stop_over(journal, host_of(row), last, KILL_GRACE_S))
            narrate(stopped.text)
            if not stopped.gone:
                raise SystemExit(EXIT_NEGATIVE)
    number = last.number + 1 if last is not None else 1
    asyncio.run(launch_order(journal, host_of(row), Order(row, plan, number, resume=number > 1, force=force)))
    click.echo(row.name)


def same_death(attempts: list[Attempt]) -> str:
    """A sentence when the last attempt died of the same error as an earlier one."""
    last = attempts[-1]
    earlier = [a.number for a in attempts[:-1] if a.fingerprint and a.fingerprint == last.fingerprint]
    return f" Attempts {earlier[-1]} and {last.number} died of the same error." if earlier else ""
