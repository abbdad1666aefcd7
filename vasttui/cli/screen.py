"""Opening the screen: on a session, or on the start menu."""

import os
import sys
from collections.abc import Sequence
from pathlib import Path
from time import time
from typing import TYPE_CHECKING, Any

import click

from vasttui.watch.demos import demo_names, demo_session
from vasttui.watch.journal import Journal
from vasttui.watch.paths import config_dir
from vasttui.watch.runs import Overview, overview
from vasttui.watch.session import ControlError, Session

if TYPE_CHECKING:
    from vasttui.tui.start import StartMenu
    from vasttui.watch.market import Market


def show(session: Session) -> int:
    """The screen on one session; returns the exit code."""
    require_terminal()
    from vasttui.tui.app import run_session

    return run_session(session, start=start_menu(), **screen_options())


def require_terminal() -> None:
    """There is a terminal to draw on and to read keys from.

    Raises:
        click.UsageError: there is none.
    """
    served = bool(os.environ.get("TEXTUAL_DRIVER"))  # a browser is the terminal
    if not served and not (sys.stdin.isatty() and sys.stderr.isatty()):
        raise click.UsageError(
            "no terminal to draw on: use --detach or --unattended, vasttui watch, or vasttui status"
        )


def screen_options() -> dict[str, Any]:
    """What `vasttui --readonly --theme NAME --inline …` asked for, and what the user's config says."""
    wanted = click.get_current_context().find_root().params
    readonly: bool = wanted["readonly"]
    return {
        "readonly": readonly,
        "theme": wanted["theme"],
        "user_themes": user_themes(),
        "market": lambda: market_here(readonly=readonly),
        "inline": wanted["inline"],
        **_configured(wanted["theme"]),
    }


def _configured(theme: str | None) -> dict[str, Any]:
    """What `config.toml` says of the screen; the command line wins."""
    path = config_dir() / "config.toml"
    if not path.exists():
        return {}
    from vasttui.tui.keymap import read_settings

    settings = read_settings(path)
    return {"theme": theme or settings.theme, "keymap": settings.keymap, "problems": settings.problems}


def market_here(*, readonly: bool = False) -> "Market":
    """The market for the plan in this folder, if there is one; nothing is asked yet."""
    from vasttui.plan.error import PlanError
    from vasttui.plan.load import load_plan
    from vasttui.watch.vast_market import VastMarket

    path = Path("plan.toml")
    if not path.exists():
        return VastMarket(readonly=readonly)
    try:
        return VastMarket(load_plan(path), path, readonly=readonly)
    except PlanError as error:
        return VastMarket(None, path, readonly=readonly, trouble=str(error))


def _is_rented(journal: Journal, name: str) -> bool:
    """A machine bills for it, so that its bring-up is gone on with; else opening it would rent unasked."""
    from vasttui.watch.rentals_journal import Rentals

    rentals = Rentals(journal)
    try:
        rental = rentals.of_run(name)
        return rental is not None and rental.state != "closed"
    finally:
        rentals.close()


def user_themes() -> Path:
    """The user's own themes."""
    return config_dir() / "themes"


def open_start() -> int:
    """The one active run if there is just one, else the start screen."""
    require_terminal()
    from vasttui.cli.common import screen_of
    from vasttui.tui.app import run_menu

    journal = Journal()
    active = [o for o in overview(journal) if o.active]
    if len(active) == 1:
        return show(screen_of(journal, active[0].run))
    return run_menu(start_menu(journal), **screen_options())


def _cost(one: Overview) -> float | None:
    """What the run will have cost, or has."""
    if one.check is None:
        return None
    return one.check.forecast.projected_usd if one.active else one.check.forecast.spent_usd


def start_menu(known: Journal | None = None) -> "StartMenu":
    """The runs there are, and the demos. The journal is opened when it is asked for."""
    from vasttui.cli.common import screen_of
    from vasttui.tui.start import RunRow, StartMenu

    def rows() -> Sequence[RunRow]:
        own = Journal()  # asked from a thread: SQLite connections stay in theirs
        try:
            now = time()
            return [
                RunRow(
                    name=o.run.name,
                    host=o.run.host or "this machine",
                    line=o.check.line if o.check is not None else "",
                    status=o.status,
                    age=now - o.check.ts if o.check is not None else None,
                    trend=tuple(own.rates(o.attempt, 12)) if o.attempt is not None else (),
                    cost_usd=_cost(o),
                )
                for o in overview(own)
            ]
        finally:
            own.close()

    async def open_run(name: str) -> Session:
        journal = known or Journal()
        run = journal.run(name)
        if run is None or not (journal.attempts(name) or _is_rented(journal, name)):
            raise ControlError(f"{name}: nothing was launched; vasttui relaunch {name} tries again")
        return screen_of(journal, run)

    async def demo(name: str) -> Session:
        return demo_session(name)

    return StartMenu(rows, open_run, demo, demo_names())
