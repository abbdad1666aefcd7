"""What the commands of the market share: the key, the address, failures as one line, the journal."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, NoReturn, TypeVar

import click

from vasttui.cli.codes import EXIT_HELD, EXIT_NEGATIVE, EXIT_UNREACHABLE, EXIT_USAGE
from vasttui.cloud.errors import (
    AuthError,
    BusyError,
    CloudError,
    KeyMissingError,
    NoAnswerError,
    QueryError,
    ServiceError,
)
from vasttui.logs.clean import clean_line
from vasttui.watch.journal import Journal

if TYPE_CHECKING:
    from vasttui.cloud.client import Vast
    from vasttui.watch.rentals_journal import Rentals

T = TypeVar("T")
# The first class that fits wins.
CODES: tuple[tuple[type[CloudError], int], ...] = (
    (KeyMissingError, EXIT_USAGE),
    (AuthError, EXIT_USAGE),
    (QueryError, EXIT_USAGE),
    (NoAnswerError, EXIT_UNREACHABLE),
    (ServiceError, EXIT_UNREACHABLE),
    (BusyError, EXIT_UNREACHABLE),
)

url_option = click.option("--url", default="", help="The market's address. Default: $VAST_URL, else Vast.ai.")


def at_market(url: str, work: "Callable[[Vast], Awaitable[T]]") -> T:
    """Do it with the account's key; what the market refuses is one line and an exit code."""
    from vasttui.watch.access import find_access

    async def go() -> T:
        async with find_access(url).open() as vast:
            return await work(vast)

    try:
        return asyncio.run(go())
    except CloudError as error:
        _fail(error)


def _fail(error: CloudError) -> NoReturn:
    line = f"{error}; {error.hint}" if error.hint else str(error)
    click.echo(f"vasttui: {clean_line(line)}", err=True)
    raise SystemExit(exit_code(error))


def exit_code(error: CloudError) -> int:
    """Of a failure of the market."""
    from vasttui.watch.boot import NoLoginError
    from vasttui.watch.rental import RentingElsewhereError

    if isinstance(error, RentingElsewhereError):
        return EXIT_HELD
    if isinstance(error, NoLoginError):
        return EXIT_USAGE
    return next((code for known, code in CODES if isinstance(error, known)), EXIT_NEGATIVE)


def open_rentals(journal: Journal | None = None) -> "Rentals":
    """The journal of rentals."""
    from vasttui.watch.rentals_journal import Rentals

    return Rentals(journal or Journal())


def is_readonly(ctx: click.Context) -> bool:
    """Whether `vasttui --readonly` was said."""
    return bool(ctx.find_root().params.get("readonly"))


def require_writable(ctx: click.Context, what: str) -> None:
    """Raises click.UsageError under `--readonly`."""
    if is_readonly(ctx):
        raise click.UsageError(f"--readonly: to {what} changes or spends")
