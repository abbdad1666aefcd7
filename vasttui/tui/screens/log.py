"""The log: the tail first, more as one scrolls, search, follow; never more than a window of it in memory."""

from collections.abc import Awaitable, Callable
from time import monotonic
from typing import TYPE_CHECKING, ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.widgets import Input, Static

from vasttui.monitor.check import Alert
from vasttui.tui import figures
from vasttui.tui.controls import Controls, toast
from vasttui.tui.keys import KeyRow, bound, key_line
from vasttui.tui.logjump import HELP, find_alert, find_line, find_step, offset_at, parse_time, step_at
from vasttui.tui.logwindow import LogWindow, Progress, search
from vasttui.tui.panes.base import spread
from vasttui.tui.panes.logview import LogView
from vasttui.tui.screens.quick import Quick
from vasttui.watch.session import Session

if TYPE_CHECKING:
    from vasttui.tui.app import VastTui

_POLL_S = 1.0
_KEYS = (
    ("/", "search"), ("n N", "next, before"), (":", "go to"), ("e", "error"), ("f", "follow"),
    ("g G", "start, end"), ("← →", "sideways"), ("esc", "back"),
)  # fmt: skip
ERROR_WORD = "error"
_SIDEWAYS = 20
_TELL_EVERY_S = 0.2
_FIELDS = ("#log-search", "#log-goto")


LOG_KEYS: tuple[KeyRow, ...] = (
    ("slash", "search", "search", "Search, any case"),
    ("n", "again(True)", "next", "The next match"),
    ("N", "again(False)", "before", "The match before"),
    ("colon,j", "goto", "goto", "Go to a step, a time, a line or a share"),
    ("e", "error", "error", "The last error"),
    ("f", "follow", "follow", "Follow what comes, or stand"),
    ("g,home", "start", "start", "The log's start"),
    ("G,end", "end", "end", "The log's end, and follow"),
    ("escape", "back", "close", "Stop a search, else back"),
)


class LogScreen(Quick[None]):
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
        self._here: int | None = None
        self._told = 0.0

    def compose(self) -> ComposeResult:
        """Title, lines, search field, keys."""
        yield Static(id="log-title")
        view = LogView(self.window)
        view.can_focus = False  # the screen has the keys
        yield view
        yield Input(id="log-search", placeholder="search, any case; enter begins, esc closes", compact=True)
        yield Input(id="log-goto", placeholder=f"go to {HELP}; esc closes", compact=True)
        yield Static(id="log-keys")

    @property
    def lines(self) -> LogView:
        """The lines."""
        return self.query_one(LogView)

    def on_mount(self) -> None:
        """The tail, then what comes."""
        self._close_fields()
        self.set_interval(_POLL_S, self._poll)
        if self.following:
            self.action_end()
        else:
            self._load(self._first)

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
            await self._go(offset)

    def on_resize(self) -> None:
        """As many keys as fit."""
        self.query_one("#log-keys", Static).update(key_line(_KEYS, self.app.size.width - 2), layout=False)
        self._title()

    def _load(self, read: Callable[[], Awaitable[None]]) -> None:
        self._busy = self._busy or "reading …"
        self._title()

        async def carry_out() -> None:
            try:
                await read()
            finally:
                self._busy = ""
                self._title()

        self.controls.run("log", carry_out, lambda _: None)

    def _title(self) -> None:
        window = self.window
        share = window.end / window.length if window.length else 1.0
        where = f"{figures.size(window.end)} of {figures.size(window.length)} ({share:.0%})"
        new = max(0, self.session.snapshot().log_bytes - window.end)
        state = "● follows" if self.following else f"‖ stands{f', {figures.size(new)} newer' if new else ''}"
        left = Content.assemble(
            ("Log of ", "$text-muted"),
            (self.run_name, "bold"),
            (f"  {self._place()}", ""),
            (f"  {self._busy}", "$text-warning"),
        )
        right = Content.assemble((f"{state}   ", "$text-accent"), (where, "$text-muted"))
        title = self.query_one("#log-title", Static)
        title.update(spread(left, right, max(10, self.app.size.width - 2)), layout=False)

    def _place(self) -> str:
        """When the top line was written, and the step then."""
        y = self.lines.scroll_offset.y
        if self.following or y >= len(self.window.lines):
            return ""
        snapshot = self.session.snapshot()
        known = step_at(snapshot, self.window.lines[y].offset)
        if known is None:
            return ""
        step = "" if known[1] is None else f", step {known[1]:.0f}"
        return f"{figures.moment(known[0], snapshot.now_ts, seconds=True)}{step}"

    def _poll(self) -> None:
        if self.following and not self._busy and self.session.snapshot().log_bytes > self.window.end:
            self._load(self._newer)
        else:
            self._title()

    async def _newer(self) -> None:
        await self.window.after()
        self.lines.refit()
        if self.following:
            self.lines.scroll_end(animate=False)

    async def _older(self) -> None:
        came = await self.window.before()
        self.lines.refit()
        self.lines.scroll_to(y=max(0, came - 1), animate=False)

    def action_back(self) -> None:
        """Close a field, stop a search, else close the log."""
        if any(self.query_one(field).display for field in _FIELDS):
            self._close_fields()
        elif self._busy.startswith("searching"):
            self.controls.stop("log")
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
                self._load(self._older)
                return
        elif view.at_bottom and not self._busy and self.window.end < self.session.snapshot().log_bytes:
            self._load(self._further)
            return
        view.scroll_to(y=view.scroll_offset.y + lines, animate=False)
        self._title()

    async def _further(self) -> None:
        view = self.lines
        y = view.scroll_offset.y
        _, dropped = await self.window.after()
        view.refit()
        view.scroll_to(y=y - dropped + 1, animate=False)

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

        self._load(read)

    def action_end(self) -> None:
        """The log's end, and follow it."""
        self.following = True

        async def read() -> None:
            await self.window.tail()
            self.lines.refit()
            self.lines.scroll_end(animate=False)

        self._load(read)

    def action_follow(self) -> None:
        """On or off."""
        if self.following:
            self.following = False
            self._title()
        else:
            self.action_end()

    def action_search(self) -> None:
        """Open the field."""
        self._open_field("#log-search")

    def action_goto(self) -> None:
        """Open the other field."""
        self._open_field("#log-goto")

    def _open_field(self, name: str) -> None:
        self._close_fields()
        field = self.query_one(name, Input)
        field.value = ""
        field.display = True
        field.focus()

    def _close_fields(self) -> None:
        for name in _FIELDS:
            self.query_one(name).display = False
        self.set_focus(None)

    @on(Input.Submitted, "#log-goto")
    def go_to(self, event: Input.Submitted) -> None:
        """A step, a time, a line, a share."""
        self._close_fields()
        wanted = event.value.strip()
        if wanted:
            self.following = False
            self._load(lambda: self._go_to(wanted))

    async def _go_to(self, wanted: str) -> None:
        snapshot = self.session.snapshot()
        ts = parse_time(wanted, snapshot.now_ts)
        offset: int | None = None
        if ts is not None:
            offset = offset_at(snapshot, ts)
        elif wanted.isdecimal():
            offset = await find_step(self.session.read_log, snapshot, int(wanted[:18]))
        elif wanted[:1] in "lL" and wanted[1:].strip().isdecimal():
            offset = await self._line(int(wanted[1:].strip()[:18]))
        elif wanted.endswith("%") and wanted[:-1].strip().isdecimal():
            offset = snapshot.log_bytes * min(100, int(wanted[:-1].strip()[:3])) // 100
        else:
            toast(self, f"not understood: {wanted}; go to {HELP}", bad=True)
            return
        if offset is None:
            toast(self, f"{wanted} is not in what is known of this log", bad=True)
        else:
            await self._go(offset)

    async def _line(self, line: int) -> int | None:
        async for progress in find_line(self.session.read_log, line):
            self._searching(progress)
            if progress.found is not None:
                return progress.found
        return None

    @on(Input.Submitted, "#log-search")
    def begin(self, event: Input.Submitted) -> None:
        """Search from what is on the screen towards the end, or on from there backwards."""
        self._close_fields()
        self.lines.needle = event.value
        self._here = None
        self.action_again(True)

    def action_error(self) -> None:
        """The last place that says error."""
        self.lines.needle = ERROR_WORD
        self._here = self.session.snapshot().log_bytes
        self.action_again(False)

    def action_again(self, forward: bool) -> None:
        """The next match, either way."""
        needle = self.lines.needle
        if not needle:
            toast(self, "nothing to search for yet: / begins")
            return
        self.following = False
        start = self._start(forward)
        self._load(lambda: self._search(needle, start, forward=forward))

    def _start(self, forward: bool) -> int:
        if self._here is not None:
            return self._here + 1 if forward else self._here
        y = self.lines.scroll_offset.y
        return self.window.lines[y].offset if y < len(self.window.lines) else self.window.start

    async def _search(self, needle: str, start: int, *, forward: bool) -> None:
        async for progress in search(self.session.read_log, needle, start, forward=forward):
            self._searching(progress)
            if progress.found is not None:
                await self._go(progress.found)
                return
        way = "after" if forward else "before"
        toast(
            self, f"“{needle}” does not stand {way} this place; {'N' if forward else 'n'} looks the other way"
        )

    def _searching(self, progress: Progress) -> None:
        """Say how far it is, a few times a second."""
        self._busy = f"searching … {progress.at / max(1, progress.length):.0%}, esc stops"
        if monotonic() - self._told > _TELL_EVERY_S:
            self._told = monotonic()
            self._title()

    async def _go(self, offset: int) -> None:
        self._here = offset
        await self.window.at(offset)
        line = self.window.index(offset)
        view = self.lines
        view.mark = self.window.lines[line].offset if self.window.lines else None
        view.refit()

        def show() -> None:
            view.scroll_to(y=max(0, line - view.size.height // 3), animate=False)
            self._title()

        self.call_after_refresh(show)  # a screen that was just opened has no height yet
