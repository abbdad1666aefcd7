"""The lines of a log window, drawn as they come into view; foreign text, so never markup."""

from typing import ClassVar

from rich.segment import Segment
from rich.style import Style
from textual.geometry import Size
from textual.scroll_view import ScrollView
from textual.strip import Strip

from vasttui.tui.logwindow import LogWindow


class LogView(ScrollView, can_focus=True):
    """Shows `window`; `needle` is marked wherever it stands, the line at `mark` has a pointer."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {"log--match", "log--mark"}

    def __init__(self, window: LogWindow) -> None:
        super().__init__(id="log-view")
        self.window = window
        self.needle = ""
        self.mark: int | None = None

    def refit(self) -> None:
        """The window's lines have changed."""
        width = max((len(line.text) for line in self.window.lines), default=0) + 2
        self.virtual_size = Size(width, len(self.window.lines))
        self.refresh()

    def render_line(self, y: int) -> Strip:
        """One line of the screen."""
        scroll_x, scroll_y = self.scroll_offset
        row = scroll_y + y
        base = self.rich_style
        if row >= len(self.window.lines):
            return Strip.blank(self.size.width, base)
        line = self.window.lines[row]
        marked = self.mark is not None and line.offset == self.mark
        style = self.get_component_rich_style("log--mark") if marked else base
        segments = [Segment("▶ " if marked else "  ", style), *self._segments(line.text, style)]
        return Strip(segments).extend_cell_length(scroll_x + self.size.width, style).crop(
            scroll_x, scroll_x + self.size.width
        )  # fmt: skip

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
