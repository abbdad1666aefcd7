"""What several commands share: finding runs, their plans and hosts, and taking them up."""

import click

from vasttui.hosts.protocol import Host
from vasttui.hosts.resolve import open_host
from vasttui.plan import Plan
from vasttui.plan.load import parse_plan
from vasttui.watch.journal import Attempt, Journal, RunRow
from vasttui.watch.live import LiveSession
from vasttui.watch.lock import HeldError, holder
from vasttui.watch.paths import known_hosts_path


def find_run(journal: Journal, name: str) -> RunRow:
    """The run called `name`; the newest for `-` or `last`.

    Raises:
        click.UsageError: there is none; the message names the nearest.
    """
    runs = journal.runs()
    if name in ("-", "last") and runs:
        return runs[0]
    run = journal.run(name)
    if run is None:
        from difflib import get_close_matches

        known = [r.name for r in runs]
        near = get_close_matches(name, known, 1)
        hint = f"did you mean {near[0]}?" if near else "vasttui runs lists them" if known else "none yet"
        raise click.UsageError(f"no run called {name!r}: {hint}")
    return run


def plan_of(run: RunRow) -> Plan:
    """The plan as it was when the run was made."""
    return parse_plan(run.plan, f"plan of {run.name}")


def host_of(run: RunRow) -> Host:
    """The run's host, not yet connected."""
    return open_host(run.host, known_hosts=known_hosts_path())


def session_of(journal: Journal, run: RunRow) -> LiveSession:
    """Take up an existing run."""
    return LiveSession(journal, run, plan_of(run), host_of(run))


def last_attempt(journal: Journal, run: RunRow) -> Attempt:
    """The newest attempt.

    Raises:
        click.UsageError: nothing was ever launched.
    """
    attempts = journal.attempts(run.name)
    if not attempts:
        raise click.UsageError(f"{run.name}: nothing was launched; vasttui relaunch {run.name} tries again")
    return attempts[-1]


def require_free(run: RunRow) -> None:
    """Nobody watches this run.

    Raises:
        HeldError: somebody does.
    """
    pid = holder(run.name)
    if pid is not None:
        raise HeldError(run.name, pid if pid > 0 else None)
