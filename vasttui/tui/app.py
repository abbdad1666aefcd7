"""The application: wiring only."""

import asyncio
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar, Literal, TypeGuard

from textual.binding import Binding, BindingType
from textual.screen import Screen

from vasttui.tui import resting
from vasttui.tui.controls import toast
from vasttui.tui.hangup import Hangup
from vasttui.tui.keeping import Keeping
from vasttui.tui.keys import use_keymap
from vasttui.tui.leaving import Leaving, also_left, leaving
from vasttui.tui.sizes import HEIGHTS, WIDTHS
from vasttui.tui.start import StartMenu
from vasttui.tui.terminal import keep_title, restore_title
from vasttui.tui.themes import load_themes
from vasttui.tui.view import View
from vasttui.watch.session import Session

if TYPE_CHECKING:
    from vasttui.tui.screens.monitor import MonitorScreen
    from vasttui.watch.market import Market


def _actions() -> type[Any]:
    from vasttui.tui.palette import ActionProvider  # noqa: PLC0415  50 ms that the first paint can do without

    return ActionProvider


class VastTui(Keeping, Hangup):
    """Shows one session, or the start screen that opens some."""

    TITLE = "vasttui"
    CSS_PATH = "vasttui.tcss"
    ENABLE_COMMAND_PALETTE = True
    HORIZONTAL_BREAKPOINTS = WIDTHS
    VERTICAL_BREAKPOINTS = HEIGHTS
    COMMANDS: ClassVar[set[Any]] = {_actions}
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+c", "leave_now", "leave", show=False, priority=True)
    ]

    def __init__(
        self,
        session: Session | None = None,
        *,
        start: StartMenu | None = None,
        market: "Callable[[], Market] | None" = None,
        first: Literal["start", "offers"] = "start",
        readonly: bool = False,
        theme: str | None = None,
        user_themes: Path | None = None,
        keymap: Mapping[str, str] | None = None,
        problems: Sequence[str] = (),
        inline: bool = False,
    ) -> None:
        super().__init__()
        if session is None and start is None:
            raise ValueError("VastTui needs a session or a start menu")
        self.session = session
        self.menu = start
        self._make_market = market
        self._first = first
        self._market: Market | None = None
        self.readonly = readonly
        self._wanted_theme = theme
        self._user_themes = user_themes
        self._theme_names: list[str] = []
        self._styled = False
        self._problems = list(problems)
        self._keys_wanted = dict(keymap or {})
        self.below_prompt = inline
        self._kept: dict[str, Session] = {}

    def get_default_screen(self) -> Screen[Any]:
        """The first screen is the only one built before the first paint."""
        return self._monitor(self.session) if self.session is not None else self._start_screen()

    def _monitor(self, session: Session) -> Screen[Any]:
        from vasttui.tui.screens.monitor import MonitorScreen  # noqa: PLC0415  one of two first screens

        return MonitorScreen(session)

    def _start_screen(self) -> Screen[Any]:
        from vasttui.tui.screens.start import StartScreen  # noqa: PLC0415  one of two first screens

        assert self.menu is not None
        return StartScreen(self.menu)

    def refresh_css(self, animate: bool = True) -> None:
        """The toolkit reads all styles a second time as it starts, for a theme that is the same."""
        if self._styled or not self._theme_names:
            super().refresh_css(animate)
        self._styled = True

    def on_load(self) -> None:
        """Themes and keys stand before any style is read."""
        themes, problems = load_themes(self._user_themes)
        for theme in themes:
            self.register_theme(theme)
        self._theme_names = [theme.name for theme in themes]
        wanted = self._wanted_theme
        if wanted is not None and wanted not in self._theme_names:
            problems.append(f"no theme is called {wanted}; there are: {', '.join(self._theme_names)}")
        elif wanted is not None or self._theme_names:
            self.theme = wanted or self._theme_names[0]
            self.stylesheet.set_variables(self.get_css_variables())
        self._problems += problems
        use_keymap(self._keys_wanted)
        self.set_keymap(self._keys_wanted)

    def on_mount(self) -> None:
        """Say once what themes and keys could not be used; leave in order when the terminal is taken away."""
        if self._problems:
            toast(self, "; ".join(self._problems), bad=True)
        keep_title(self)
        if self._first == "offers":
            self.show_offers()
        self.heed_hangups()
        self.call_after_refresh(resting.begin, self)

    def on_unmount(self) -> None:
        """The terminal gets its own title back."""
        restore_title(self)

    def show_session(self, session: Session) -> None:
        """To a run, from wherever; the one shown before is watched on."""
        self.let_go()
        self.session = session
        first = self._back_to_first()
        if self._is_monitor(first):
            first.attend(session)
        else:
            self.push_screen(self._monitor(session))

    def show_runs(self) -> None:
        """Back to the start screen; the run shown is watched on."""
        self.let_go()
        if self._is_monitor(self._back_to_first()):
            self.push_screen(self._start_screen())

    def can_open(self, run: str) -> bool:
        """There is a start screen to open runs from, or it is the one that is shown."""
        return self.menu is not None or (self.session is not None and self.session.snapshot().run.name == run)

    def back_to_run(self) -> None:
        """From the screens above it to the run that is shown."""
        while len(self.screen_stack) > 1 and not self._is_monitor(self.screen):
            self.pop_screen()

    def _back_to_first(self) -> Screen[Any]:
        while len(self.screen_stack) > 1:
            self.pop_screen()
        return self.screen

    @staticmethod
    def _is_monitor(screen: Screen[Any]) -> "TypeGuard[MonitorScreen]":
        from vasttui.tui.screens.monitor import MonitorScreen  # noqa: PLC0415  one of two first screens

        return isinstance(screen, MonitorScreen)

    @property
    def has_market(self) -> bool:
        """There is one to ask."""
        return self._make_market is not None

    @property
    def market(self) -> "Market":
        """Made when it is first asked for."""
        assert self._make_market is not None
        if self._market is None:
            self._market = self._make_market()
        return self._market

    async def close_market(self) -> None:
        """Let go of its connections."""
        market, self._market = self._market, None
        if market is not None:
            await market.close()

    def show_offers(self) -> None:
        """Search for a machine."""
        from vasttui.tui.screens.offers import OffersScreen  # noqa: PLC0415  not needed to start

        self.push_screen(OffersScreen(self.market))

    def show_instances(self) -> None:
        """What bills now."""
        from vasttui.tui.screens.instances import InstancesScreen  # noqa: PLC0415  not needed to start

        self.push_screen(InstancesScreen(self.market))

    def go_back(self) -> None:
        """From a screen of the market; where it was the first, the screen closes."""
        if len(self.screen_stack) > 1:
            self.pop_screen()
        else:
            self.exit(Leaving(0, ""))

    def choose_theme(self) -> None:
        """The picker, with a live preview."""
        from vasttui.tui.screens.theme import ThemeScreen  # noqa: PLC0415  not needed to start

        self.push_screen(ThemeScreen(self._theme_names or sorted(self.available_themes), self.theme))

    def leave(self, view: View) -> None:
        """Close the screen, never the run."""
        self.exit(leaving(view))

    def last_word(self) -> Leaving:
        """Of the run that is shown; nothing on the other screens."""
        from vasttui.tui.screens.monitor import MonitorScreen  # noqa: PLC0415  asked only when leaving

        shown = next((screen for screen in self.screen_stack if isinstance(screen, MonitorScreen)), None)
        return Leaving(0, "") if shown is None else leaving(shown.view)

    def action_leave_now(self) -> None:
        """Ctrl+C: the same from anywhere."""
        self.exit(self.last_word())

    async def action_quit(self) -> None:
        """Textual's own way out takes ours."""
        self.action_leave_now()

    def _fatal_error(self) -> None:
        """A crash is told without local variables: they may hold secrets and foreign text."""
        from rich.segment import Segments  # noqa: PLC0415  only after a crash
        from rich.traceback import Traceback  # noqa: PLC0415

        from vasttui.cloud.keys import without_key  # noqa: PLC0415

        self.bell()
        kind, error, trace = sys.exc_info()
        assert kind is not None
        assert error is not None
        told = Traceback.extract(kind, error, trace, show_locals=False)
        for stack in told.stacks:
            stack.exc_value = without_key(stack.exc_value)
        traceback = Traceback(told, show_locals=False, width=None)
        self._exit_renderables.append(Segments(self.console.render(traceback, self.console.options)))
        self._close_messages_no_wait()


async def attend(app: VastTui) -> Leaving:
    """Run the screen and let go of its session afterwards, whatever happened."""
    try:
        result = await app.run_async(inline=app.below_prompt, inline_no_clear=app.below_prompt)
    finally:
        others = [session.snapshot().run.name for session in app.kept_sessions]
        await app.close_sessions()
        await app.close_market()
    if result is None and not app.return_code:  # closed from outside: a browser that went away
        return Leaving(0, "")
    crashed = Leaving(1, "the screen broke; the run goes on. Watch it: vasttui watch")
    return also_left(result, others) if result is not None else crashed


def _run(app: VastTui) -> int:
    last = asyncio.run(attend(app))
    if last.text:
        sys.stderr.write(last.text + "\n")
    return last.code


def run_session(session: Session, *, readonly: bool = False, theme: str | None = None, **options: Any) -> int:
    """Attend `session` on the screen; returns the exit code. What became of the run goes to stderr."""
    return _run(VastTui(session, readonly=readonly, theme=theme, **options))


def run_menu(start: StartMenu, *, readonly: bool = False, theme: str | None = None, **options: Any) -> int:
    """The start screen; returns the exit code."""
    return _run(VastTui(start=start, readonly=readonly, theme=theme, **options))
