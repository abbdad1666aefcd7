"""Every key, from the registry."""

from collections.abc import Sequence
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.content import Content
from textual.widgets import Static

from vasttui.tui.actions import ACTIONS, Action, Context, help_rows
from vasttui.tui.graph import MARK_GLYPHS
from vasttui.tui.screens.dimmed import Dimmed

_KEY = 8
_GAP = 2
_WIDTH, _FRAME = 124, 8  # as the style sheet has it: frame, padding, scrollbar


def help_content(context: Context, actions: Sequence[Action] = ACTIONS, width: int = 70) -> Content:
    """Groups of keys, in two columns where there is room; what cannot be done now says why."""
    blocks = [
        [Content.styled(title, "bold $text-accent"), *(_row(action, refused) for action, refused in rows)]
        for title, rows in help_rows(context, actions)
    ]
    blocks.append([Content.styled("Moving about", "bold $text-accent"), *_moving()])
    if actions is ACTIONS:
        marks = "   ".join(f"{glyph} {kind}" for kind, glyph in MARK_GLYPHS.items())
        blocks.append(
            [
                Content.styled("On the charts", "bold $text-accent"),
                Content(f"  {marks}"),
                Content("  ▲━ alert   empty: unknown"),
            ]
        )
    return columns(blocks, width)


def _row(action: Action, refused: str) -> Content:
    """Key, what it does, and why not now."""
    key = (f"  {action.key_text:<{_KEY - 1}}", "bold" if not refused else "$text-disabled")
    note = (f"  ({refused})", "$text-muted") if refused else ""
    return Content.assemble(key, (action.tooltip, "" if not refused else "$text-disabled"), note)


def _moving() -> list[Content]:
    pairs = (("tab", "Next pane"), ("↑ ↓", "Within a pane"), ("esc", "Back"))
    return [Content.assemble((f"  {key:<{_KEY - 1}}", "bold"), what) for key, what in pairs]


def columns(blocks: list[list[Content]], width: int) -> Content:
    """Blocks under each other, or in two columns of about the same height."""
    if width < 100:
        return Content("\n").join([row for block in blocks for row in (*block, Content(""))][:-1])
    half = sum(len(block) + 1 for block in blocks) / 2
    left: list[Content] = []
    right: list[Content] = []
    for block in blocks:
        (left if len(left) + len(block) / 2 <= half and not right else right).extend((*block, Content("")))
    wide = (width - _GAP) // 2
    rows: list[Content] = []
    for i in range(max(len(left), len(right)) - 1):
        one = left[i].truncate(wide, ellipsis=True) if i < len(left) else Content("")
        other = right[i].truncate(wide, ellipsis=True) if i < len(right) else Content("")
        rows.append(Content.assemble(one, " " * (wide - one.cell_length + _GAP), other))
    return Content("\n").join(rows)


class HelpScreen(Dimmed[None]):
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
            scroll.border_subtitle = Content("esc closes   docs/keys.md has those of charts and log")
            yield Static(self._text(), id="help-text")

    def on_resize(self) -> None:
        """As wide as there is room for."""
        self.query_one("#help-text", Static).update(self._text())

    def _text(self) -> Content:
        width = min(_WIDTH, int(self.app.size.width * 0.96)) - _FRAME
        return help_content(self.context, self.actions, width)
