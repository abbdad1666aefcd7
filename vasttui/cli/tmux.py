"""`vasttui tmux`: the screen in a pane, a window or a popup of the tmux that this shell runs in."""

import os
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import click

from vasttui.cli.codes import EXIT_DONE

RECIPE = """\
# How the run does, in the status line (asked every 5 s, contacts no host):
set -g status-interval 5
set -g status-right '#(vasttui line --tmux) │ %H:%M'
# prefix + v: the screen in a popup; q closes it, the run goes on:
bind v display-popup -E -w 90% -h 90% vasttui
# prefix + V: the screen in a pane beside the shell:
bind V run-shell -b 'vasttui tmux'
# A window whose run raises an alert is flagged (the screen rings the bell):
set -g monitor-bell on
# The screen knows whether it is looked at, and notifies through the terminal when it is not:
set -g focus-events on
set -g allow-passthrough on
"""


@click.command("tmux", context_settings={"ignore_unknown_options": True})
@click.option("--below", is_flag=True, help="A pane below instead of beside.")
@click.option("--window", is_flag=True, help="A window of its own, named after how the run does.")
@click.option("--popup", is_flag=True, help="A popup over the panes.")
@click.option("--size", default="50%", show_default=True, help="Of the pane: columns, lines or a share.")
@click.option("--recipe", is_flag=True, help="Print lines for ~/.tmux.conf instead.")
@click.argument("words", nargs=-1, type=click.UNPROCESSED)
def tmux_command(
    below: bool, window: bool, popup: bool, size: str, recipe: bool, words: tuple[str, ...]
) -> None:
    """Open `vasttui WORDS…` (the screen, where none are given) beside this shell.

    vasttui tmux run -- python train.py   attends a new run in the pane.
    """
    if recipe:
        sys.stdout.write(RECIPE)
        raise SystemExit(EXIT_DONE)
    if not os.environ.get("TMUX"):
        raise click.UsageError("this shell runs in no tmux: start one with tmux, or use vasttui itself")
    if shutil.which("tmux") is None:
        raise click.UsageError("tmux is not on the PATH")
    command = place(below=below, window=window, popup=popup, size=size, words=words)
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        raise click.ClickException(f"tmux: {done.stderr.strip() or f'exit {done.returncode}'}")
    raise SystemExit(EXIT_DONE)


def place(*, below: bool, window: bool, popup: bool, size: str, words: tuple[str, ...]) -> list[str]:
    """The tmux command. The screen inherits nothing but tmux's environment, so its folder is named."""
    own = shlex.join([sys.executable, "-m", "vasttui", *words])
    here = ["-c", str(Path.cwd())]
    state = [word for name in _KEPT if name in os.environ for word in ("-e", f"{name}={os.environ[name]}")]
    if popup:
        return ["tmux", "display-popup", "-E", "-w", "90%", "-h", "90%", "-d", str(Path.cwd()), *state, own]
    if window:
        return ["tmux", "new-window", "-n", "vasttui", *here, *state, "-e", "VASTTUI_WINDOW=1", own]
    return ["tmux", "split-window", "-v" if below else "-h", "-l", size, *here, *state, own]


_KEPT = ("XDG_STATE_HOME", "XDG_CONFIG_HOME", "VAST_URL", "NO_COLOR")
