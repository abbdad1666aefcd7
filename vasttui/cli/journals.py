"""The journal for commands that must work on a full disk too: they read it, or end a run and its bill."""

import click

from vasttui.watch.journal import Journal

ACT_BUSY_S = 2.0
"""So long a command waits for another's write; then it does what it is for, and writes nothing down."""
WATCH_BUSY_S = 0.5
"""A watch has a timeout to keep: what another process keeps it from writing is written with the next look."""


def known_journal() -> Journal:
    """Where it cannot be written the command goes on, and tells so in one line when it is through."""
    journal = Journal(anyhow=True, busy_s=ACT_BUSY_S)

    def tell() -> None:
        if journal.unwritten:
            click.echo(journal.unwritten, err=True)

    click.get_current_context().call_on_close(tell)
    return journal


def watch_journal() -> Journal:
    """For long: told at the start where it cannot be opened; a look that cannot be written is told then."""
    journal = Journal(anyhow=True, busy_s=WATCH_BUSY_S)
    journal.anyhow = False
    if journal.unwritten:
        click.echo(journal.unwritten, err=True)
    return journal
