"""Which failure gives which exit code: one table."""

import errno
import sqlite3

import click

from vasttui.cli.codes import EXIT_HELD, EXIT_NEGATIVE, EXIT_UNREACHABLE, EXIT_USAGE
from vasttui.cloud.errors import CloudError
from vasttui.hosts.protocol import HostError, UnreachableError
from vasttui.hosts.record import RecordError
from vasttui.logs.clean import clean_line
from vasttui.plan.error import PlanError
from vasttui.watch.launch import GateError
from vasttui.watch.lock import HeldError
from vasttui.watch.paths import StateError
from vasttui.watch.session import ControlError

# The first class that fits wins: special ones first.
CODES: tuple[tuple[type[Exception], int], ...] = (
    (GateError, EXIT_NEGATIVE),
    (HeldError, EXIT_HELD),
    (PlanError, EXIT_USAGE),
    (RecordError, EXIT_USAGE),
    (StateError, EXIT_USAGE),
    (UnreachableError, EXIT_UNREACHABLE),
    (HostError, EXIT_USAGE),
    (ControlError, EXIT_NEGATIVE),
)

# What keeps this machine from writing, and what then helps.
WAY_OUT = {
    errno.ENOSPC: "free some space on that disk of this machine; the run itself goes on",
    errno.EDQUOT: "the quota is used up: free some space; the run itself goes on",
    errno.EROFS: "that file system is read-only: set XDG_STATE_HOME to a folder that can be written",
    errno.EACCES: "check who owns it, or set XDG_STATE_HOME to a folder that can be written",
}


def explain(error: Exception) -> tuple[int, str] | None:
    """(exit code, one line) of a failure we know; None of one we do not."""
    if isinstance(error, CloudError):
        from vasttui.cli.at_market import exit_code

        return exit_code(error), f"{error}; {error.hint}" if error.hint else str(error)
    if isinstance(error, OSError) and error.errno in WAY_OUT:
        where = f"{error.filename}: " if error.filename else ""
        return EXIT_USAGE, f"{where}{error.strerror}; {WAY_OUT[error.errno]}"
    if isinstance(error, sqlite3.DatabaseError):
        return EXIT_USAGE, f"the journal cannot be read: {error}; vasttui status says what to do"
    for known, code in CODES:
        if isinstance(error, known):
            return code, error.one_line if isinstance(error, HostError) else str(error)
    return None


def refusal(error: click.ClickException) -> str:
    """One line; it names the command's help where the command line itself could not be understood."""
    told = clean_line(error.format_message())
    ctx = error.ctx if isinstance(error, click.UsageError) else None
    unread = type(error) is not click.UsageError or told.startswith("Got unexpected extra")
    if ctx is None or not unread:
        return f"vasttui: {told}"
    return f"{ctx.command_path}: {told.rstrip('.')}; {ctx.command_path} --help tells more"
