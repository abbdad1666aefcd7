"""`vasttui`: the entry. What a status bar asks for every few seconds is answered without the command line."""

import gc
import os
import sys

from vasttui.cli.codes import EXIT_INTERRUPTED, EXIT_UNEXPECTED

YOUNG_OBJECTS = 50_000


def main() -> None:
    """Run a command; every failure is one line on stderr and an exit code."""
    if sys.argv[1:2] == ["line"]:
        from vasttui.cli.line import print_line

        if print_line(sys.argv[2:]):
            return
    import click

    from vasttui.cli.commands import app

    gc.set_threshold(YOUNG_OBJECTS)  # imports make objects and no garbage: fewer collections start faster
    try:
        sys.exit(app.main(prog_name="vasttui", standalone_mode=False))
    except click.ClickException as error:
        from vasttui.cli.errors import refusal

        click.echo(refusal(error), err=True)
        sys.exit(error.exit_code)
    except (KeyboardInterrupt, click.Abort):
        sys.exit(EXIT_INTERRUPTED)
    except BrokenPipeError:
        # The reader of our output has gone; nothing is left to tell it.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(1)
    except Exception as error:  # noqa: BLE001  whatever it is, it ends as a line and an exit code
        from vasttui.cli.errors import explain
        from vasttui.logs.clean import clean_line

        known = explain(error)
        if known is None:
            click.echo(_unexpected(error), err=True)
            sys.exit(EXIT_UNEXPECTED)
        code, line = known
        click.echo(f"vasttui: {clean_line(line)}", err=True)
        sys.exit(code)


def _unexpected(error: Exception) -> str:
    """One line, or with VASTTUI_DEBUG the traceback; never the account's key."""
    from vasttui.cloud.keys import without_key
    from vasttui.logs.clean import clean_line

    if os.environ.get("VASTTUI_DEBUG"):
        from traceback import format_exception

        return without_key("".join(format_exception(error))).rstrip()
    told = clean_line(without_key(str(error)))
    return f"vasttui: unexpected {type(error).__name__}: {told}; VASTTUI_DEBUG=1 shows where"
