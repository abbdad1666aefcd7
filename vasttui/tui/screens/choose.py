"""Choosing one of a list."""

from collections.abc import Sequence
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.widgets import OptionList
from textual.widgets.option_list import Option

from vasttui.tui.figures import one_line
from vasttui.tui.screens.dimmed import Dimmed


class ChooseScreen(Dimmed[int | None]):
    """Gives the index of what was chosen, None for none. `rows`: name and a note on it."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape,q", "dismiss", "cancel")]

    def __init__(self, title: str, rows: Sequence[tuple[str, str]]) -> None:
        super().__init__()
        self.heading = title
        self.rows = rows

    def compose(self) -> ComposeResult:
        """A list in a frame."""
        with Vertical(id="dialog", classes="choose") as box:
            box.border_title = Content(self.heading)
            box.border_subtitle = Content("enter chooses, esc goes back")
            yield OptionList(
                *(Option(_row(name, note)) for name, note in self.rows), id="choices", compact=True
            )

    def on_mount(self) -> None:
        """The first is under the cursor."""
        choices = self.query_one("#choices", OptionList)
        choices.highlighted = 0
        choices.focus()

    @on(OptionList.OptionSelected)
    def chosen(self, event: OptionList.OptionSelected) -> None:
        """Done."""
        self.dismiss(event.option_index)


def _row(name: str, note: str) -> Content:
    return Content.assemble(
        (one_line(name, 40), "bold"), (f"  {one_line(note, 80)}" if note else "", "$text-muted")
    )
