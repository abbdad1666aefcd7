"""One line about the watch itself: a lost link, a watching that ended and what to do about it."""

from textual.content import Content

from vasttui.tui.figures import one_line
from vasttui.tui.panes.base import Pane
from vasttui.tui.view import View


class Banner(Pane):
    """Only there when there is something to say."""

    def show(self, view: View) -> None:
        """Appear, and stand out, as the matter asks."""
        self.set_class(bool(view.broken) or view.snapshot.link == "lost", "-bad")
        self.display = bool(self._text(view))
        super().show(view)

    def draw(self, view: View) -> Content:
        """The line."""
        return Content(f"{'✖' if view.broken else '●'} {self._text(view)}")

    @staticmethod
    def _text(view: View) -> str:
        if view.broken:
            return f"{view.broken}. The run is untouched: c watches again, q leaves and names the command."
        message = one_line(view.snapshot.message, 300)
        failed = (step for step in view.snapshot.bringup if step.state == "failed")
        told = any(one_line(step.text, 60)[:59] in message for step in failed)  # the bring-up's pane has it
        return "" if told else message
