"""The lines of a log window, drawn as they come into view; foreign text, so never markup."""

from bisect import bisect_right
from collections.abc import Callable
from itertools import accumulate
from typing import ClassVar

from rich.cells import cell_len, chop_cells
from rich.segment import Segment
from rich.style import Style
from textual.geometry import Size
from textual.scroll_view import ScrollView
from textual.strip import Strip

from vasttui.tui.logwindow import Line, LogWindow

_POINTER = 2
_LEAST = 8


class LogView(ScrollView, can_focus=True):
    """Shows `window`; `needle` is marked wherever it stands, the line at `mark` has a pointer.

    `aside`: what stands before each line. `wrap`: long lines go on below instead of to the right. A row is
    one of the screen, a line may have several; rows and lines are counted from the top of the window.
    """

    COMPONENT_CLASSES: ClassVar[set[str]] = {"log--match", "log--mark", "log--gutter"}

    def __init__(self, window: LogWindow) -> None:
        super().__init__(id="log-view")
        self.window = window
        self.needle = ""
        self.mark: int | None = None
        self.aside: Callable[[Line], str] | None = None
        self.wrap = False
        self._first_rows: list[int] | None = None
        self._parts: dict[int, list[str]] = {}

    def refit(self) -> None:
        """The window's lines, or the way they are shown, have changed."""
        lines = self.window.lines
        self._parts.clear()
        if self.wrap:
            room = self._room
            counts = (_rows(line.text, room) for line in lines)
            self._first_rows = [0, *accumulate(counts)]
            self.virtual_size = Size(self.size.width, self._first_rows[-1])
        else:
            self._first_rows = None
            width = max((len(line.text) for line in lines), default=0) + self._before
            self.virtual_size = Size(width, len(lines))
        self.refresh()

    def on_resize(self) -> None:
        """Wrapped lines have other rows now; the line at the top stays there."""
        if self.wrap:
            top = self.line_at(self.scroll_offset.y)
            self.refit()
            self.scroll_to(y=self.row_of(top), animate=False)

    @property
    def _before(self) -> int:
        """Columns before the text."""
        line = self.window.lines[-1:]
        return _POINTER + (cell_len(self.aside(line[0])) if self.aside and line else 0)

    @property
    def _room(self) -> int:
        return max(_LEAST, self.size.width - self._before)

    def line_at(self, row: int) -> int:
        """The line that a row belongs to."""
        return row if self._first_rows is None else max(0, bisect_right(self._first_rows, row) - 1)

    def row_of(self, line: int) -> int:
        """The first row of a line."""
        return line if self._first_rows is None else self._first_rows[min(line, len(self._first_rows) - 1)]

    @property
    def top_line(self) -> Line | None:
        """The line at the top of the screen."""
        at = self.line_at(self.scroll_offset.y)
        return self.window.lines[at] if at < len(self.window.lines) else None

    def render_line(self, y: int) -> Strip:
        """One line of the screen."""
        scroll_x, scroll_y = self.scroll_offset
        at = self.line_at(scroll_y + y)
        base = self.rich_style
        if at >= len(self.window.lines):
            return Strip.blank(self.size.width, base)
        line = self.window.lines[at]
        text, first = self._text(at, scroll_y + y)
        marked = self.mark is not None and line.offset == self.mark
        style = self.get_component_rich_style("log--mark") if marked else base
        segments = [Segment("▶ " if marked and first else "  ", style)]
        if self.aside is not None:
            gutter = self.aside(line)
            aside = style if marked else self.get_component_rich_style("log--gutter")
            segments.append(Segment(gutter if first else " " * cell_len(gutter), aside))
        segments += self._segments(text, style)
        return Strip(segments).extend_cell_length(scroll_x + self.size.width, style).crop(
            scroll_x, scroll_x + self.size.width
        )  # fmt: skip

    def _text(self, at: int, row: int) -> tuple[str, bool]:
        """What of a line stands in a row, and whether it is the line's first."""
        text = self.window.lines[at].text
        if self._first_rows is None:
            return text, True
        parts = self._parts.get(at)
        if parts is None:
            parts = self._parts[at] = chop_cells(text, self._room) or [""]
        part = row - self._first_rows[at]
        return (parts[part] if part < len(parts) else ""), part == 0

    def _segments(self, text: str, style: Style) -> list[Segment]:
        needle = self.needle.lower()
        if not needle:
            return [Segment(text, style)]
        match = self.get_component_rich_style("log--match")
        segments: list[Segment] = []
        low = text.lower()
        at = 0
        while len(low) == len(text) and (found := low.find(needle, at)) >= 0:
            segments += [Segment(text[at:found], style), Segment(text[found : found + len(needle)], match)]
            at = found + len(needle)
        return [*segments, Segment(text[at:], style)]

    @property
    def at_top(self) -> bool:
        """Nothing loaded lies above."""
        return self.scroll_offset.y <= 0

    @property
    def at_bottom(self) -> bool:
        """Nothing loaded lies below."""
        return self.scroll_offset.y >= self.max_scroll_y


def _rows(text: str, room: int) -> int:
    """How many rows of `room` cells a text takes."""
    return max(1, -(-len(text) // room) if text.isascii() else len(chop_cells(text, room)))
