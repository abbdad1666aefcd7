"""Every key, from the registry."""

from collections.abc import Sequence
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Static

from vasttui.tui.actions import ACTIONS, Action, Context, help_rows
from vasttui.tui.graph import MARK_GLYPHS


def help_content(context: Context, actions: Sequence[Action] = ACTIONS) -> Content:
    """Groups of keys; what cannot be done now says why."""
    lines: list[Content] = []
    for title, rows in help_rows(context, actions):
        lines.append(Content.styled(title, "bold $text-accent"))
        for action, refused in rows:
            key = (f"  {action.key_text:<7}", "bold" if not refused else "$text-disabled")
            note = (f"  ({refused})", "$text-muted") if refused else ""
            lines.append(
                Content.assemble(key, (action.tooltip, "" if not refused else "$text-disabled"), note)
            )
        lines.append(Content(""))
    lines.append(Content.styled("Moving about", "bold $text-accent"))
    lines.append(Content("  tab     Next pane      ↑ ↓  Within a pane      esc  Back"))
    if actions is not ACTIONS:
        return Content("\n").join(lines)
    lines.append(Content(""))
    marks = "   ".join(f"{glyph} {kind}" for kind, glyph in MARK_GLYPHS.items())
    lines.append(Content.styled("On the charts", "bold $text-accent"))
    lines.append(Content(f"  {marks}   ▲━ alert   empty: unknown"))
    return Content("\n").join(lines)


class HelpScreen(ModalScreen[None]):
    """Closed by any of the usual keys."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape,q,question_mark,enter", "dismiss", "close")]

    def __init__(self, context: Context, actions: Sequence[Action] = ACTIONS) -> None:
        super().__init__()
        self.context = context
        self.actions = actions

    def compose(self) -> ComposeResult:
        """One scrollable text."""
        with VerticalScroll(id="dialog", classes="help") as scroll:
            scroll.border_title = Content("Keys")
            scroll.border_subtitle = Content("esc closes")
            yield Static(help_content(self.context, self.actions))
