"""A modal over a dimmed picture of the screen below: taken once, as it opens, in a few milliseconds."""

from typing import Any, TypeVar

from rich.segment import Segment
from rich.style import Style
from textual.app import App
from textual.color import Color
from textual.screen import ModalScreen, Screen
from textual.strip import Strip

T = TypeVar("T")


class Dimmed(ModalScreen[T]):
    """What the toolkit would draw by itself takes 50 ms on a large screen, and again with each layout."""

    app: "App[Any]"
    _below: list[Strip] | None = None

    def on_resize(self) -> None:
        """The picture has the wrong size now."""
        self._below = None

    def render_line(self, y: int) -> Strip:
        """One line of the picture; the toolkit's own where there is none."""
        stack: list[Screen[Any]] = self.app.screen_stack
        if self.app.native_ansi_color or self not in stack[1:]:
            return super().render_line(y)
        if self._below is None:
            below = stack[stack.index(self) - 1]
            self._below = dim(below._compositor.render_strips(), self.styles.background)  # noqa: SLF001  as the toolkit does
        return self._below[y] if y < len(self._below) else super().render_line(y)


def dim(strips: list[Strip], over: Color) -> list[Strip]:
    """The strips under a translucent colour; nothing in them can be clicked any more."""
    known: dict[Style | None, Style] = {}
    lines: list[Strip] = []
    for strip in strips:
        segments: list[Segment] = []
        for segment in strip:
            style = known.get(segment.style)
            if style is None:
                style = known[segment.style] = _under(segment.style or Style(), over)
            segments.append(Segment(segment.text, style))
        lines.append(Strip(segments, strip.cell_length))
    return lines


def _under(style: Style, over: Color) -> Style:
    front, back = style.color, style.bgcolor
    return style.clear_meta_and_links() + Style.from_color(
        (Color.from_rich_color(front) + over).rich_color if front is not None else None,
        (Color.from_rich_color(back) + over).rich_color if back is not None else None,
    )
