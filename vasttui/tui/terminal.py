"""The terminal around the screen: its title, and whether it is still there."""

import sys
import termios
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
