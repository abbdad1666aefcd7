"""The log: the tail first, more as one scrolls, search, follow; never more than a window of it in memory."""

from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.widgets import Input, Static

from vasttui.monitor.check import Alert
from vasttui.tui import figures
from vasttui.tui.controls import Controls, toast
from vasttui.tui.keys import KeyRow, bound, key_line
from vasttui.tui.logfilter import HELP as FILTER_HELP
from vasttui.tui.logfilter import FilteredLog
from vasttui.tui.logjump import HELP, find_alert, offset_at, step_at
from vasttui.tui.logwindow import Line, LogWindow
from vasttui.tui.panes.base import spread
from vasttui.tui.panes.logview import LogView
from vasttui.tui.screens.logfinding import Finding
from vasttui.tui.screens.quick import Quick
from vasttui.watch.session import Session

if TYPE_CHECKING:
    from vasttui.tui.app import VastTui

_POLL_S = 1.0
_KEYS = (
    ("/", "search"), ("n N", "next, before"), ("&", "filter"), (":", "go to"), ("e", "error"),
    ("f", "follow"), ("w", "wrap"), ("g G", "start, end"), ("← →", "sideways"), ("esc", "back"),
)  # fmt: skip
_SIDEWAYS = 20
_NUMBER_WIDTH, _TIME_WIDTH = 8, 9


LOG_KEYS: tuple[KeyRow, ...] = (
    ("slash", "search", "search", "Search, any case"),
    ("n", "again(True)", "next", "The next match"),
    ("N", "again(False)", "before", "The match before"),
    ("ampersand", "filter", "filter", "Only the lines that fit: all words, a|b either, -not"),
    ("w", "wrap", "wrap", "Long lines go on below, or to the right"),
    ("colon,j", "goto", "goto", "Go to a step, a time, a line or a share"),
    ("e", "error", "error", "The last error"),
    ("f", "follow", "follow", "Follow what comes, or stand"),
    ("g,home", "start", "start", "The log's start"),
    ("G,end", "end", "end", "The log's end, and follow"),
    ("escape", "back", "close", "Stop a search, else all lines again, else back"),
)


class LogScreen(Finding, Quick[None]):
    """Read-only by nature. Opens at the end; at a time (`at_ts`, unix s) or at an alert where asked."""

    app: "VastTui"
    AUTO_FOCUS = ""  # the search field waits to be asked for

    BINDINGS: ClassVar[list[BindingType]] = [
        *bound("log", LOG_KEYS),
        Binding("q,l", "back", "back", show=False),
        Binding("up", "move(-1)", show=False),
        Binding("down", "move(1)", show=False),
        Binding("left", "sideways(-1)", show=False),
        Binding("right", "sideways(1)", show=False),
        Binding("pageup,b", "page(-1)", show=False),
        Binding("pagedown,space", "page(1)", show=False),
    ]

    def __init__(
        self, session: Session, name: str, *, at_ts: float | None = None, alert: Alert | None = None
    ) -> None:
        super().__init__()
        self.session = session
        self.run_name = figures.one_line(name, 60)
        self.window = LogWindow(session.read_log)
        self.controls = Controls(self)
        self.following = at_ts is None and alert is None
        self._at_ts = at_ts
        self._alert = alert
        self._busy = "reading …"

    def compose(self) -> ComposeResult:
        """Title, lines, search field, keys."""
        yield Static(id="log-title")
        view = LogView(self.window)
        view.can_focus = False  # the screen has the keys
        yield view
        yield Input(id="log-search", placeholder="search, any case; enter begins, esc closes", compact=True)
        yield Input(id="log-goto", placeholder=f"go to {HELP}; esc closes", compact=True)
        yield Input(
            id="log-filter", placeholder=f"only lines with {FILTER_HELP}; enter shows them", compact=True
        )
        yield Static(id="log-keys")

    def on_mount(self) -> None:
        """The tail, then what comes."""
        self.close_fields()
        self.set_interval(_POLL_S, self._poll)
        if self.following:
            self.action_end()
        else:
            self.load(self._first)

    async def _first(self) -> None:
        snapshot = self.session.snapshot()
        if self._alert is not None:
            offset = await find_alert(self.session.read_log, snapshot, self._alert)
        else:
            offset = offset_at(snapshot, self._at_ts or 0.0)
        if offset is None:
            toast(self, "nothing is known of when this log was written: here is its end")
            self.action_end()
        else:
            await self.go(offset)

    def on_resize(self) -> None:
        """As many keys as fit."""
        self.query_one("#log-keys", Static).update(key_line(_KEYS, self.app.size.width - 2), layout=False)
        self.show_title()

    def load(self, read: Callable[[], Awaitable[None]]) -> None:
        """Read beside the screen, one thing at a time."""
        self._busy = self._busy or "reading …"
        self.show_title()

        async def carry_out() -> None:
            try:
                await read()
            finally:
                self._busy = ""
                self.lines.refit()
                self.show_title()

        self.controls.run("log", carry_out, lambda _: None)

    def show_title(self) -> None:
        """Whose log, where in it, what is shown of it."""
        window = self.window
        share = window.end / window.length if window.length else 1.0
        where = f"{figures.size(window.end)} of {figures.size(window.length)} ({share:.0%})"
        new = max(0, self.session.snapshot().log_bytes - window.end)
        state = "● follows" if self.following else f"‖ stands{f', {figures.size(new)} newer' if new else ''}"
        left = Content.assemble(
            ("Log of ", "$text-muted"),
            (self.run_name, "bold"),
            (f"  {self._only()}", "bold $text-accent"),
            (f"  {self._place()}", ""),
            (f"  {self._busy}", "$text-warning"),
        )
        right = Content.assemble((f"{state}   ", "$text-accent"), (where, "$text-muted"))
        title = self.query_one("#log-title", Static)
        title.update(spread(left, right, max(10, self.app.size.width - 2)), layout=False)

    def _only(self) -> str:
        """The pattern, and how many lines fit it as far as was read."""
        window = self.window
        if not isinstance(window, FilteredLog):
            return ""
        more = "" if window.start == 0 and window.end >= window.length else "+"
        return f"only {window.pattern.text}: {len(window.lines)}{more}"

    def aside(self, line: Line) -> str:
        """Before a line that fits: its number; in a log too large to be counted, when it was written."""
        if line.number is not None:
            return f"{line.number:>{_NUMBER_WIDTH - 1}} "
        snapshot = self.session.snapshot()
        known = step_at(snapshot, line.offset)
        if known is None:
            return ""
        when = figures.moment(known[0], snapshot.now_ts, seconds=True)
        return f"{when[-_TIME_WIDTH + 1 :]:>{_TIME_WIDTH - 1}} "

    def _place(self) -> str:
        """When the top line was written, and the step then."""
        top = self.lines.top_line
        if self.following or top is None:
            return ""
        snapshot = self.session.snapshot()
        known = step_at(snapshot, top.offset)
        if known is None:
            return ""
        step = "" if known[1] is None else f", step {known[1]:.0f}"
        return f"{figures.moment(known[0], snapshot.now_ts, seconds=True)}{step}"

    def _poll(self) -> None:
        if self.following and not self._busy and self.session.snapshot().log_bytes > self.window.end:
            self.load(self._newer)
        else:
            self.show_title()

    async def _newer(self) -> None:
        await self.window.after()
        self.lines.refit()
        if self.following:
            self.lines.scroll_end(animate=False)

    async def _older(self) -> None:
        came = await self.window.before()
        self.lines.refit()
        self.lines.scroll_to(y=max(0, self.lines.row_of(came) - 1), animate=False)

    def action_back(self) -> None:
        """Close a field, stop a search, else close the log."""
        if self.close_fields():
            return
        if self._busy.startswith("searching"):
            self.controls.stop("log")
        elif isinstance(self.window, FilteredLog):
            self.show_all()
        else:
            self.dismiss(None)

    def action_sideways(self, parts: int) -> None:
        """Long lines go on to the right."""
        view = self.lines
        view.scroll_to(x=max(0, view.scroll_offset.x + parts * _SIDEWAYS), animate=False)

    def action_move(self, lines: int) -> None:
        """By lines; at an edge more is read."""
        view = self.lines
        if lines < 0:
            self.following = False
            if view.at_top and self.window.start > 0 and not self._busy:
                self.load(self._older)
                return
        elif view.at_bottom and not self._busy and self.window.end < self.session.snapshot().log_bytes:
            self.load(self._further)
            return
        view.scroll_to(y=view.scroll_offset.y + lines, animate=False)
        self.show_title()

    async def _further(self) -> None:
        view = self.lines
        y = view.scroll_offset.y
        top = view.line_at(y)
        row = y - view.row_of(top)
        _, dropped = await self.window.after()
        view.refit()
        view.scroll_to(y=view.row_of(max(0, top - dropped)) + row + 1, animate=False)

    def action_page(self, pages: int) -> None:
        """By screens."""
        self.action_move(pages * max(1, self.lines.size.height - 1))

    def action_start(self) -> None:
        """The log's first byte."""
        self.following = False

        async def read() -> None:
            await self.window.at(0)
            self.lines.refit()
            self.lines.scroll_home(animate=False)

        self.load(read)

    def action_end(self) -> None:
        """The log's end, and follow it."""
        self.following = True
        self.load(self.from_end)

    def action_wrap(self) -> None:
        """On or off; the line at the top stays there."""
        view = self.lines
        top = view.line_at(view.scroll_offset.y)
        view.wrap = not view.wrap
        view.refit()
        view.scroll_to(x=0, y=view.row_of(top), animate=False)
        if self.following:
            view.scroll_end(animate=False)

    def action_follow(self) -> None:
        """On or off."""
        if self.following:
            self.following = False
            self.show_title()
        else:
            self.action_end()

    async def go(self, offset: int) -> None:
        """Show the line that holds byte `offset`, a third down the screen."""
        self._here = offset
        await self.window.at(offset)
        line = self.window.index(offset)
        view = self.lines
        view.mark = self.window.lines[line].offset if self.window.lines else None
        view.refit()

        def show() -> None:
            view.scroll_to(y=max(0, view.row_of(line) - view.size.height // 3), animate=False)
            self.show_title()

        self.call_after_refresh(show)  # a screen that was just opened has no height yet
