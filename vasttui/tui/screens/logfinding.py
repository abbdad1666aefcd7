"""What is looked for in the log: words, a place, the lines that fit a pattern."""

from collections.abc import Awaitable, Callable
from time import monotonic

from textual import on
from textual.screen import Screen
from textual.widgets import Input

from vasttui.tui.controls import Controls, toast
from vasttui.tui.logfilter import FilteredLog, parse_pattern
from vasttui.tui.logjump import HELP, find_line, find_step, offset_at, parse_time
from vasttui.tui.logwindow import Line, LogWindow, Progress, search
from vasttui.tui.panes.logview import LogView
from vasttui.watch.session import Session

ERROR_WORD = "error"
FIELDS = ("#log-search", "#log-goto", "#log-filter")
_TELL_EVERY_S = 0.2


class Finding(Screen[None]):
    """Fields that are asked for by a key, and what comes of them; mixed into the log's screen."""

    session: Session
    controls: Controls
    window: LogWindow
    following: bool
    _busy: str = ""
    _here: int | None = None
    _told: float = 0.0

    @property
    def lines(self) -> LogView:
        """The lines."""
        return self.query_one(LogView)

    def load(self, read: Callable[[], Awaitable[None]]) -> None:
        """Read beside the screen, one thing at a time."""
        raise NotImplementedError

    def show_title(self) -> None:
        """Where the screen stands now."""
        raise NotImplementedError

    def aside(self, line: Line) -> str:
        """What stands before a line that fits a pattern."""
        raise NotImplementedError

    async def go(self, offset: int) -> None:
        """Show the line that holds byte `offset`."""
        raise NotImplementedError

    # -- fields --------------------------------------------------------------------------------------

    def action_search(self) -> None:
        """Open the field."""
        self._open_field("#log-search")

    def action_goto(self) -> None:
        """Open the other field."""
        self._open_field("#log-goto")

    def action_filter(self) -> None:
        """Open the third, with what it held."""
        window = self.window
        self._open_field("#log-filter", window.pattern.text if isinstance(window, FilteredLog) else "")

    def _open_field(self, name: str, value: str = "") -> None:
        self.close_fields()
        field = self.query_one(name, Input)
        field.value = value
        field.display = True
        field.focus()

    def close_fields(self) -> bool:
        """True: one was open."""
        were_open = [name for name in FIELDS if self.query_one(name).display]
        for name in FIELDS:
            self.query_one(name).display = False
        self.set_focus(None)
        return bool(were_open)

    # -- a place -------------------------------------------------------------------------------------

    @on(Input.Submitted, "#log-goto")
    def go_to(self, event: Input.Submitted) -> None:
        """A step, a time, a line, a share."""
        self.close_fields()
        wanted = event.value.strip()
        if wanted:
            self.following = False
            self.load(lambda: self._go_to(wanted))

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
            await self.go(offset)

    async def _line(self, line: int) -> int | None:
        async for progress in find_line(self.session.read_log, line):
            self._searching(progress)
            if progress.found is not None:
                return progress.found
        return None

    # -- words ---------------------------------------------------------------------------------------

    @on(Input.Submitted, "#log-search")
    def begin(self, event: Input.Submitted) -> None:
        """Search from what is on the screen towards the end, or on from there backwards."""
        self.close_fields()
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
        self.load(lambda: self._search(needle, start, forward=forward))

    def _start(self, forward: bool) -> int:
        if self._here is not None:
            return self._here + 1 if forward else self._here
        top = self.lines.top_line
        return self.window.start if top is None else top.offset

    async def _search(self, needle: str, start: int, *, forward: bool) -> None:
        async for progress in search(self.session.read_log, needle, start, forward=forward):
            self._searching(progress)
            if progress.found is not None:
                await self.go(progress.found)
                return
        way = "after" if forward else "before"
        other = "N" if forward else "n"
        toast(self, f"“{needle}” does not stand {way} this place; {other} looks the other way")

    def _searching(self, progress: Progress) -> None:
        """Say how far it is, a few times a second."""
        self._busy = f"searching … {progress.at / max(1, progress.length):.0%}, esc stops"
        if monotonic() - self._told > _TELL_EVERY_S:
            self._told = monotonic()
            self.show_title()

    # -- a pattern -----------------------------------------------------------------------------------

    @property
    def is_filtered(self) -> bool:
        """Only some lines are shown."""
        return isinstance(self.window, FilteredLog)

    @on(Input.Submitted, "#log-filter")
    def only(self, event: Input.Submitted) -> None:
        """Only the lines that fit; all, where nothing was written."""
        self.close_fields()
        pattern = parse_pattern(event.value)
        if pattern is None:
            self.show_all()
        else:
            self._show(FilteredLog(self.session.read_log, pattern, self._filtering))

    def _filtering(self, progress: Progress) -> None:
        """What was found so far stands there already."""
        if monotonic() - self._told > _TELL_EVERY_S:
            self.lines.refit()
        self._searching(progress)

    def show_all(self) -> None:
        """No pattern any more; the line at the top stays in sight."""
        if self.is_filtered:
            self._show(LogWindow(self.session.read_log))

    def _show(self, window: LogWindow) -> None:
        top = self.lines.top_line
        offset = self.session.snapshot().log_bytes if top is None else top.offset
        self.controls.stop("log")
        self.window = self.lines.window = window
        self.lines.aside = self.aside if self.is_filtered else None
        self.lines.mark = None
        self.lines.refit()
        self.load(self.from_end if self.following else lambda: self.go(offset))

    async def from_end(self) -> None:
        """The last lines."""
        await self.window.tail()
        self.lines.refit()
        self.lines.scroll_end(animate=False)
