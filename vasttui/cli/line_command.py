"""`vasttui line` with all its options."""

import sys

import click

from vasttui.cli.codes import EXIT_DONE
from vasttui.cli.line import seen, state_path, text_of


@click.command("line")
@click.argument("run", required=False)
@click.option("--tmux", "for_tmux", is_flag=True, help="With tmux's own colour marks.")
@click.option("--width", type=click.IntRange(8), help="At most so many characters.")
def line_command(run: str | None, for_tmux: bool, width: int | None) -> None:
    """RUN (else every active run) in a few words, from what was last seen.

    For tmux: set -g status-right '#(vasttui line --tmux)'. Prints nothing where nothing runs.
    """
    text = text_of(seen(state_path()), run, for_tmux=for_tmux, width=width)
    if text is None:
        raise click.UsageError(f"no run called {run!r}: vasttui runs lists them")
    if text:
        sys.stdout.write(text + "\n")
    raise SystemExit(EXIT_DONE)
