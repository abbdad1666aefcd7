"""What the terminal around the screen is told: its title."""

from textual.app import App
from textual.driver import Driver

from vasttui.tui.figures import one_line


def _write(app: App[object], data: str) -> None:
    driver: Driver | None = app._driver  # Textual offers no public way to the terminal's title
    if driver is not None and not driver.is_headless and not app.is_web:
        driver.write(data)
        driver.flush()


def set_title(app: App[object], title: str) -> None:
    """Name the window or pane."""
    _write(app, f"\x1b]2;{one_line(title, 120)}\x07")


def keep_title(app: App[object]) -> None:
    """Put the title that was there on the terminal's stack."""
    _write(app, "\x1b[22;2t")


def restore_title(app: App[object]) -> None:
    """Take it back from there."""
    _write(app, "\x1b[23;2t")
