"""What several commands share: finding runs, their plans and hosts, and taking them up."""

from typing import TYPE_CHECKING

import click

from vasttui.hosts.protocol import Host
from vasttui.hosts.resolve import open_host
from vasttui.plan import Plan
from vasttui.plan.load import parse_plan
from vasttui.watch.journal import Attempt, Journal, RunRow
from vasttui.watch.live import LiveSession
from vasttui.watch.lock import HeldError, holder
from vasttui.watch.paths import known_hosts_path
from vasttui.watch.runs import NOT_UP, clean_name
from vasttui.watch.session import Session

if TYPE_CHECKING:
    from vasttui.watch.access import Access
    from vasttui.watch.rentals_journal import Rental


FIRST = "none yet; vasttui run -- python train.py starts one"


def find_run(journal: Journal, name: str) -> RunRow:
    """The run called `name`; the newest for `-` or `last`.

    Raises:
        click.UsageError: there is none; the message names the nearest.
    """
    runs = journal.runs()
    if name in ("-", "last") and runs:
        return runs[0]
    run = journal.run(name) or journal.run(clean_name(name))  # as `--name` was given, spaces and all
    if run is None:
        from difflib import get_close_matches

        known = [r.name for r in runs]
        near = get_close_matches(name, known, 1)
        hint = f"did you mean {near[0]}?" if near else "vasttui runs lists them" if known else FIRST
        raise click.UsageError(f"no run called {name!r}: {hint}")
    return run


def plan_of(run: RunRow) -> Plan:
    """The plan as it was when the run was made."""
    return parse_plan(run.plan, f"plan of {run.name}")


def host_of(run: RunRow, journal: Journal | None = None, *, to_look: bool = False) -> Host:
    """The run's host, not yet connected; `to_look`: of a machine that we stopped, its record."""
    if not run.host:
        return open_host("")
    from vasttui.watch.rentals_journal import Rentals

    rentals = Rentals(journal or Journal(anyhow=True))
    try:
        rental = rentals.of_run(run.name)
        if rental is None and run.host != NOT_UP:
            return open_host(run.host, known_hosts=known_hosts_path())
        from vasttui.watch.rented_host import host_of as host_at

        return host_at(rentals, run, _access(rental), to_look=to_look)
    finally:
        rentals.close()


def _access(rental: "Rental | None") -> "Access | None":
    """To the market where a machine was rented; None without a key: it is watched all the same."""
    if rental is None:
        return None
    from vasttui.cloud.errors import CloudError
    from vasttui.watch.access import access_to

    try:
        return access_to(rental.account)
    except CloudError:
        return None


def stopped_machine(journal: Journal, run: RunRow) -> str:
    """That we have stopped its rented machine, what that costs and the ways on; empty for any other."""
    if not run.host:
        return ""
    from vasttui.watch.rentals_journal import Rentals
    from vasttui.watch.stopped_machine import resting

    rentals = Rentals(journal)
    try:
        found = resting(rentals, run.name)
        return found.line if found is not None else ""
    finally:
        rentals.close()


def session_of(journal: Journal, run: RunRow) -> LiveSession:
    """Take up an existing run, for a shell."""
    plan = plan_of(run)
    if plan.host.vast is None:
        return LiveSession(journal, run, plan, host_of(run, journal, to_look=True))
    from vasttui.watch.rentals_journal import Rentals
    from vasttui.watch.stay import priced

    rentals = Rentals(journal)
    try:
        return LiveSession(
            journal, run, priced(plan, rentals.of_run(run.name)), host_of(run, journal, to_look=True)
        )
    finally:
        rentals.close()


def screen_of(journal: Journal, run: RunRow) -> Session:
    """Take up an existing run, for a screen: with its meter, where its machine is rented."""
    plan = plan_of(run)
    if plan.host.vast is None:
        return session_of(journal, run)
    from vasttui.watch.moving_in import Wanted
    from vasttui.watch.rentals_journal import Rentals
    from vasttui.watch.rented import RentedSession

    rentals = Rentals(journal)
    rental = rentals.of_run(run.name)
    rentals.close()
    number = max(1, len(journal.attempts(run.name)))
    return RentedSession(journal, run, plan, _access(rental), Wanted(number=number))


def last_attempt(journal: Journal, run: RunRow) -> Attempt:
    """The newest attempt.

    Raises:
        click.UsageError: nothing was ever launched.
    """
    attempts = journal.attempts(run.name)
    if not attempts:
        again = f"relaunch {run.name}"
        if run.host == NOT_UP and run.plan_path:
            again = f"run --plan {run.plan_path}"  # its machine is still to be brought up
        raise click.UsageError(f"{run.name}: nothing was launched; vasttui {again} tries again")
    return attempts[-1]


def require_free(run: RunRow) -> None:
    """Nobody watches this run.

    Raises:
        HeldError: somebody does.
    """
    pid = holder(run.name)
    if pid is not None:
        raise HeldError(run.name, pid if pid > 0 else None)
