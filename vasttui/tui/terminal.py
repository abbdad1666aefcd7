"""The terminal around the screen: its title, its notifications, and whether it is still there."""

import os
import subprocess
import sys
import termios
from collections.abc import Mapping
from typing import Any

from textual.app import App
from textual.driver import Driver

from vasttui.tui.figures import one_line


def _write(app: App[Any], data: str) -> None:
    driver: Driver | None = app._driver  # noqa: SLF001  Textual offers no public way to the title
    if driver is not None and not driver.is_headless and not app.is_web:
        driver.write(data)
        driver.flush()


def set_title(app: App[Any], title: str) -> None:
    """Name the window or pane."""
    _write(app, f"\x1b]2;{one_line(title, 120)}\x07")


def notification(text: str, env: Mapping[str, str]) -> str:
    """The sequence by which this terminal tells its desktop: OSC 99 (kitty), 777 (foot, rxvt), else 9.

    Terminals that know none of them ignore it. tmux hands it on where `allow-passthrough` is on.
    """
    line = one_line(text, 200).replace(";", ",")
    term = env.get("TERM", "")
    if "KITTY_WINDOW_ID" in env or "kitty" in term:
        told = f"\x1b]99;;{line}\x1b\\"
    elif term.startswith(("foot", "rxvt")):
        told = f"\x1b]777;notify;vasttui;{line}\x1b\\"
    else:
        told = f"\x1b]9;{line}\x07"
    return f"\x1bPtmux;{told.replace(chr(27), chr(27) * 2)}\x1b\\" if env.get("TMUX") else told


def notify(app: App[Any], text: str) -> None:
    """A desktop notification, where the terminal can and nobody looks at it."""
    if not app.app_focus:
        _write(app, notification(text, os.environ))


def name_window(text: str) -> None:
    """The name of a tmux window that `vasttui tmux --window` opened for us alone; others keep theirs."""
    pane = os.environ.get("TMUX_PANE")
    if pane and os.environ.get("VASTTUI_WINDOW"):
        subprocess.Popen(
            ["tmux", "rename-window", "-t", pane, one_line(text, 30)],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )


def keep_title(app: App[Any]) -> None:
    """Put the title that was there on the terminal's stack."""
    _write(app, "\x1b[22;2t")


def restore_title(app: App[Any]) -> None:
    """Take it back from there."""
    _write(app, "\x1b[23;2t")


def is_gone(app: App[Any]) -> bool:
    """The terminal hung up: closed window, killed multiplexer, dropped login. Nothing can be restored."""
    driver: Driver | None = app._driver  # noqa: SLF001  as above
    if driver is None or driver.is_headless or app.is_web or sys.__stdin__ is None:
        return False
    try:
        termios.tcgetattr(sys.__stdin__.fileno())
    except (termios.error, ValueError, OSError):
        return True
    return False
