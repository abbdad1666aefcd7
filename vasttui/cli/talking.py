"""Speaking with whoever typed the command: options, questions, lines."""

import sys
from typing import Any

import click
import msgspec

json_option = click.option("--json", "as_json", is_flag=True, help="One JSON document on stdout.")
yes_option = click.option("--yes", "-y", is_flag=True, help="Do not ask.")


def ask(question: str, yes: bool) -> bool:
    """Ask once; without a terminal only `--yes` agrees.

    Raises:
        click.UsageError: there is nobody to ask.
    """
    if yes:
        return True
    if not has_terminal():
        raise click.UsageError(f"{question} There is no terminal to ask: add --yes")
    return click.confirm(question, default=False, err=True)


def has_terminal() -> bool:
    """Somebody can answer; standard input may be closed altogether."""
    return sys.stdin is not None and sys.stdin.isatty()  # pyright: ignore[reportUnnecessaryComparison]


def put_json(value: Any) -> None:
    """One JSON document, one line, on stdout."""
    click.echo(msgspec.json.encode(value).decode())


def narrate(line: str) -> None:
    """A line for people, on stderr."""
    click.echo(line, err=True)
