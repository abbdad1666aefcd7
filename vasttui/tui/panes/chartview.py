"""A chart that tells where the mouse is, in cells of the plot."""

from collections.abc import Callable
from dataclasses import dataclass

from textual import events
from textual.content import Content
from textual.geometry import Size
from textual.message import Message
from textual.widget import Widget


class ChartView(Widget):
    """Shows what it is given; mouse, wheel and drag come out as messages."""

    @dataclass
    class Pointed(Message):
        """The mouse is over column `x`."""

        x: int

    @dataclass
    class Turned(Message):
        """The wheel: closer (`by` < 1) or farther, about column `x`."""

        x: int
        by: float

    @dataclass
    class Dragged(Message):
        """By so many cells to the right."""

        by: int

    def __init__(self, draw: Callable[[int, int], Content]) -> None:
        super().__init__(id="chart")
        self._draw = draw
        self._shown = Content("")
        self._shown_for: Size | None = None
        self._held: int | None = None

    def again(self) -> None:
        """What is to be drawn has changed."""
        self._shown_for = None
        self.refresh()

    def render(self) -> Content:
        """Drawn when it is needed, for the size there is: the first frame is the whole picture."""
        if self._shown_for != self.size:
            self._shown_for = self.size
            self._shown = self._draw(*self.size)
        return self._shown

    def on_mouse_move(self, event: events.MouseMove) -> None:
        """Point, or drag."""
        if self._held is None:
            self.post_message(self.Pointed(event.x))
        elif event.x != self._held:
            self.post_message(self.Dragged(event.x - self._held))
            self._held = event.x

    def on_mouse_down(self, event: events.MouseDown) -> None:
        """Take hold."""
        self._held = event.x
        self.capture_mouse()

    def on_mouse_up(self) -> None:
        """Let go."""
        self._held = None
        self.release_mouse()

    def on_mouse_scroll_up(self, event: events.MouseScrollUp) -> None:
        """Closer."""
        event.stop()
        self.post_message(self.Turned(event.x, 0.8))

    def on_mouse_scroll_down(self, event: events.MouseScrollDown) -> None:
        """Farther."""
        event.stop()
        self.post_message(self.Turned(event.x, 1.25))
