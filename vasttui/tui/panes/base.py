"""What all panes share: drawn from a view, redrawn on resize, repainted only when something differs."""

from textual.content import Content
from textual.geometry import Size
from textual.widgets import Static

from vasttui.tui.view import View


class Pane(Static):
    """A widget that shows a view. Subclasses write `draw`; `title` is the frame's text."""

    view: View | None = None
    _shown: Content | None = None
    _drawn_for: Size | None = None
    _title_shown: Content | None = None
    _subtitle_shown: Content | None = None

    def show(self, view: View) -> None:
        """Take a new view and paint it."""
        self.view = view
        self.redraw()

    def redraw(self) -> None:
        """Paint the view there is at the size there is."""
        if self._drawn_for is not None and self.view is not None and self.display:
            self.put(self.draw(self.view))

    def render(self) -> Content:
        """What stands here, drawn for the size there is: the first frame is the whole picture already."""
        if self.view is not None and self._drawn_for != self.size:
            self._drawn_for = self.size
            self._shown = self.draw(self.view)
        return self._shown or Content()

    def draw(self, view: View) -> Content:
        """The content for the size there is."""
        raise NotImplementedError

    def put(self, content: Content) -> None:
        """Show `content`; nothing is repainted when it is what stands there already."""
        if self._shown is not None and self._shown.is_same(content):
            return
        self._shown = content
        self.refresh()

    def head(self, title: Content | str, subtitle: Content | str = "") -> None:
        """Set the frame's texts, never read as markup, only when they differ."""
        above, below = Content.assemble(title), Content.assemble(subtitle)
        if self._title_shown is None or not self._title_shown.is_same(above):
            self._title_shown = above
            self.border_title = above
        if self._subtitle_shown is None or not self._subtitle_shown.is_same(below):
            self._subtitle_shown = below
            self.border_subtitle = below


def spread(left: Content, right: Content, width: int) -> Content:
    """Two texts at the ends of one line; the left one gives way."""
    room = width - right.cell_length
    if room < 4:
        return left.truncate(width, ellipsis=True)
    fitted = left.truncate(room - 1, ellipsis=True) if left.cell_length > room - 1 else left
    return Content.assemble(fitted, " " * (room - fitted.cell_length), right)
