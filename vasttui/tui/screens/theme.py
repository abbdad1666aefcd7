"""Choosing a theme: the screen behind shows each as the cursor passes over it."""

from typing import Any, ClassVar

from textual import on
from textual.app import App, ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import OptionList
from textual.widgets.option_list import Option


class ThemeScreen(ModalScreen[str | None]):
    """Enter keeps, escape goes back to what was."""

    app: "App[Any]"
    shows_below = True  # what is below goes on being drawn
    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape,q,t", "cancel", "cancel")]

    def __init__(self, names: list[str], current: str) -> None:
        super().__init__()
        self.names = names
        self.current = current

    def compose(self) -> ComposeResult:
        """A list at the side, so that the panes stay in view."""
        with Vertical(id="theme-box") as box:
            box.border_title = Content("Theme")
            box.border_subtitle = Content("enter keeps, esc goes back")
            yield OptionList(
                *(Option(Content(name), id=name) for name in self.names), id="theme-list", compact=True
            )

    def on_mount(self) -> None:
        """Begin at the theme in use."""
        options = self.query_one("#theme-list", OptionList)
        options.highlighted = self.names.index(self.current) if self.current in self.names else 0
        options.focus()

    @on(OptionList.OptionHighlighted)
    def preview(self, event: OptionList.OptionHighlighted) -> None:
        """Show it at once."""
        if event.option.id is not None:
            self.app.theme = event.option.id

    @on(OptionList.OptionSelected)
    def keep(self, event: OptionList.OptionSelected) -> None:
        """Stay with it."""
        self.dismiss(event.option.id)

    def action_cancel(self) -> None:
        """As it was."""
        self.app.theme = self.current
        self.dismiss(None)
