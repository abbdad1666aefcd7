"""A modal over a dimmed picture of the screen below: taken once, as it opens, in a few milliseconds."""

from functools import lru_cache
from typing import Any, TypeVar

from rich.segment import Segment
from rich.style import Style
from textual.app import App
from textual.color import Color
from textual.geometry import Size
from textual.screen import ModalScreen, Screen
from textual.strip import Strip

from vasttui.tui.screens.quick import Quick

T = TypeVar("T")
_SETTLES_S = 0.15


class Dimmed(Quick[T], ModalScreen[T]):
    """What the toolkit would draw by itself takes 50 ms on a large screen, and again with each layout."""

    app: "App[Any]"
    _below: tuple[Strip, ...] = ()
    _below_size: Size | None = None

    def _screen_resized(self, size: Size) -> None:
        """The picture is taken anew once the screen below has come to terms with its size."""
        if self._below_size is not None and size != self._compositor.size:
            self.set_timer(_SETTLES_S, self._take_again)
        super()._screen_resized(size)

    def _take_again(self) -> None:
        self._below_size = None
        self.refresh()

    def render_line(self, y: int) -> Strip:
        """One line of the picture; the toolkit's own where there is none."""
        stack: list[Screen[Any]] = self.app.screen_stack
        if self.app.native_ansi_color or self not in stack[1:]:
            return super().render_line(y)
        if self._below_size != self.size:
            self._below_size = self.size
            below = stack[stack.index(self) - 1]
            self._below = dim(below._compositor.render_strips(), self.styles.background)  # noqa: SLF001  as the toolkit does
        return self._below[y] if y < len(self._below) else super().render_line(y)


def dim(strips: list[Strip], over: Color) -> tuple[Strip, ...]:
    """The strips under a translucent colour; nothing in them can be clicked any more."""
    plain = Style()
    return tuple(
        Strip([Segment(text, _under(style or plain, over)) for text, style, _ in strip], strip.cell_length)
        for strip in strips
    )


@lru_cache(maxsize=2048)
def _under(style: Style, over: Color) -> Style:
    front, back = style.color, style.bgcolor
    return style.clear_meta_and_links() + Style.from_color(
        (Color.from_rich_color(front) + over).rich_color if front is not None else None,
        (Color.from_rich_color(back) + over).rich_color if back is not None else None,
    )
