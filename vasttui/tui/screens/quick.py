"""A screen that opens without doing anything twice."""

from typing import Any, TypeVar, cast

from textual.app import App
from textual.events import ScreenResume
from textual.geometry import Size
from textual.screen import Screen

from vasttui.tui import resting
from vasttui.tui.sizes import classes_for

T = TypeVar("T")


class Quick(Screen[T]):
    """Styled once and laid out once as it opens, and not again when the one above it is.

    The toolkit styles a pushed screen as it is mounted, again as it is resumed and again as it learns its
    size; and it tells it, and all screens below it, of a new size although none has changed. On a large
    screen that is most of the time to the first picture.
    """

    _was_shown = False

    def __init__(self) -> None:
        super().__init__()
        self.add_class(*classes_for(*self._the_app.size))

    @property
    def _the_app(self) -> App[Any]:
        return cast("App[Any]", self.app)  # pyright: ignore[reportUnknownMemberType]  its result is of no interest

    def _on_screen_resume(self, event: ScreenResume) -> None:
        """As it opens, its styles are as old as its widgets: new."""
        if not self._was_shown:
            self._was_shown = True
            event.refresh_styles = False

    def _screen_resized(self, size: Size) -> None:
        """Laid out anew only for another size."""
        if size != self._compositor.size:
            super()._screen_resized(size)

    def on_unmount(self) -> None:
        """Memory is given back a little later."""
        resting.closed(self._the_app)
