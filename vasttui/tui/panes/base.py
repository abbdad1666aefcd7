"""What all panes share: drawn from a view, redrawn on resize, repainted only when something differs."""

from time import monotonic

from textual.content import Content
from textual.geometry import Size
from textual.widget import Widget
from textual.widgets import Static

from vasttui.tui.view import View

SHORTEST_CALM_S, LONGEST_CALM_S = 2.5, 5.0


def frame(widget: Widget, title: Content, subtitle: Content) -> None:
    """Set the texts of a frame where they differ: setting them paints all of the widget."""
    if widget.border_title != title.markup:
        widget.border_title = title
    if (widget.border_subtitle or "") != subtitle.markup:
        widget.border_subtitle = subtitle


class Pane(Static):
    """A widget that shows a view. Subclasses write `draw`; `caption` for a frame; `basis` where it pays."""

    view: View | None = None
    _shown: Content | None = None
    _drawn_for: Size | None = None
    _drawn_from: object = None

    def show(self, view: View) -> None:
        """Take a new view and paint it."""
        self.view = view
        self.caption(view)
        self.redraw()

    def redraw(self) -> None:
        """Paint the view there is at the size there is."""
        if self._drawn_for is None or self.view is None or not self.display:
            return
        basis = self.basis(self.view)
        if basis is None or basis != self._drawn_from:
            self._drawn_from = basis
            self.put(self.draw(self.view))

    def caption(self, view: View) -> None:
        """Set the frame's texts; never while drawing: that would paint it twice, and late."""

    def basis(self, view: View) -> object:  # noqa: ARG002  most draw from all of it
        """What the content depends on beside the size: while it is equal nothing is drawn. None: always."""
        return None

    def render(self) -> Content:
        """What stands here, drawn for the size there is: the first frame is the whole picture already."""
        if self.view is not None and self._drawn_for != self.size:
            self._drawn_for = self.size
            self._drawn_from = self.basis(self.view)
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
        """Set the frame's texts, never read as markup."""
        frame(self, Content.assemble(title), Content.assemble(subtitle))


class CalmPane(Pane):
    """A picture of what moves slowly: painted at once for news, else only when it can have moved visibly."""

    _news: object = None
    _painted = 0.0

    def show(self, view: View) -> None:
        """Take a new view; paint it if that is worth it. A replay is painted always."""
        news, now = self.news(view), monotonic()
        calm = news == self._news and now - self._painted < self.patience_s(view)
        if calm and self._drawn_for is not None and view.snapshot.playback is None:
            self.view = view
            return
        self._news, self._painted = news, now
        super().show(view)

    def news(self, view: View) -> object:
        """What must be seen at once when it changes."""
        snapshot = view.snapshot
        alerts = tuple((alert.rule, alert.state) for alert in snapshot.alerts)
        known = frozenset(snapshot.series)
        return (alerts, len(snapshot.marks), snapshot.exit, snapshot.baseline, known, view.tint)

    def patience_s(self, view: View) -> float:
        """How long a picture of the whole run may stand: about as long as one column covers."""
        ran_s = view.snapshot.now_ts - view.snapshot.run.started_at
        return min(LONGEST_CALM_S, max(SHORTEST_CALM_S, ran_s / max(1, self.size.width)))


def spread(left: Content, right: Content, width: int) -> Content:
    """Two texts at the ends of one line; the left one gives way."""
    room = width - right.cell_length
    if room < 4:
        return left.truncate(width, ellipsis=True)
    fitted = left.truncate(room - 1, ellipsis=True) if left.cell_length > room - 1 else left
    return Content.assemble(fitted, " " * (room - fitted.cell_length), right)
