"""`vasttui pull`: a run's artifacts and its record, fetched to this machine."""

import asyncio
import shutil
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

import click

from vasttui.cli.codes import EXIT_DONE, EXIT_NEGATIVE
from vasttui.cli.common import find_run, host_of, last_attempt, plan_of, stopped_machine
from vasttui.cli.journals import known_journal
from vasttui.cli.talking import json_option, narrate, put_json
from vasttui.hosts.protocol import UnreachableError
from vasttui.logs.clean import clean_line
from vasttui.watch.journal import Attempt, Journal, RunRow

if TYPE_CHECKING:
    from vasttui.hosts.protocol import Host
    from vasttui.plan import Plan
    from vasttui.watch.pull_told import Progress, Pulled

LINE_EVERY_S = 0.2


class OneLine:
    """Progress on stderr: one line, written over; nothing where stderr is no terminal."""

    def __init__(self) -> None:
        self._is_shown = sys.stderr.isatty()
        self._at = 0.0

    def show(self, progress: "Progress") -> None:
        """The newest."""
        now = time.monotonic()
        if not self._is_shown or now - self._at < LINE_EVERY_S:
            return
        self._at = now
        width = shutil.get_terminal_size().columns - 1
        sys.stderr.write("\r\x1b[2K" + clean_line(progress.line)[:width])
        sys.stderr.flush()

    def end(self) -> None:
        """Take the line away."""
        if self._at:
            sys.stderr.write("\r\x1b[2K")
            sys.stderr.flush()


@click.command("pull")
@click.argument("run")
@click.option(
    "--to", type=click.Path(path_type=Path, file_okay=False), help="Default: pulled/RUN beside the plan."
)
@json_option
def pull_command(run: str, to: Path | None, as_json: bool) -> None:
    """Fetch what `[ending] pull` names, and the record; prints the folder.

    Resumes what an earlier pull has begun, fetches nothing twice, compares hashes. Exit 1 if anything that
    the plan asks for is missing.
    """
    from vasttui.watch.pull import pull_folder

    journal = known_journal()
    row = find_run(journal, run)
    last_attempt(journal, row)
    plan, folder = plan_of(row), to or pull_folder(row)
    _require_machine(journal, row, folder)
    try:
        pulled = asyncio.run(pull_over(host_of(row, journal), plan, journal.attempts(row.name), folder))
    except UnreachableError as error:
        if told := stopped_machine(journal, row):
            raise UnreachableError(told, "started by hand, it may have another address") from error
        raise
    if as_json:
        put_json(_facts(pulled))
    else:
        click.echo(pulled.folder)
    for line in pulled.remarks:
        narrate(clean_line(line))
    narrate(clean_line(pulled.text))
    if not plan.ending.pull:
        narrate("the record alone: name artifacts in the plan, [ending] pull = ['out/**']")
    raise SystemExit(EXIT_DONE if pulled.is_complete else EXIT_NEGATIVE)


def _require_machine(journal: Journal, row: RunRow, folder: Path) -> None:
    """Raises click.UsageError where the run's rented machine was given back."""
    if not row.host:
        return
    from vasttui.watch.rentals_journal import Rentals

    rentals = Rentals(journal)
    rental = rentals.of_run(row.name)
    rentals.close()
    if rental is not None and rental.state == "closed":
        lies = f"what was pulled lies in {folder}" if folder.exists() else "nothing was pulled before"
        raise click.UsageError(f"{row.name}: its machine was given back; {lies}")


async def pull_over(host: "Host", plan: "Plan", attempts: list[Attempt], to: Path) -> "Pulled":
    """Pull with a line that tells how far it is."""
    from vasttui.watch.pull import pull

    line = OneLine()
    try:
        await host.open()
        return await pull(host, plan, attempts, to, line.show)
    finally:
        line.end()
        await host.close()


def _facts(pulled: "Pulled") -> dict[str, object]:
    return {
        "folder": str(pulled.folder),
        "complete": pulled.is_complete,
        "files": pulled.files,
        "fetched": pulled.fetched,
        "fetched_bytes": pulled.fetched_bytes,
        "same": pulled.same,
        "took_s": round(pulled.took_s, 3),
        "verified": not pulled.unverified,
        "aside": pulled.aside,
        "changed": pulled.moved_on,
        "skipped": pulled.skipped,
        "failed": pulled.failed,
        "unmatched": pulled.unmatched,
    }
