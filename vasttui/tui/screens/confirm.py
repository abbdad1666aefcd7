"""Asking once before something is stopped or spent; cancel has the focus."""

import textwrap
from collections.abc import Iterable, Sequence
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.content import Content
from textual.events import Key
from textual.geometry import Size
from textual.widget import Widget
from textual.widgets import Button, Input, Static

from vasttui.tui.questions import Answer, Question
from vasttui.tui.screens.dimmed import Dimmed

_SHARE = 0.94  # of the height, at most
_FRAME = 4  # border and padding, above and below
_LEAST_TEXT = 2
_LEAST_VALUE = 16


class Facts(Widget):
    """Names in a column, values beside them, then what an answer means: one widget opens at once."""

    def __init__(self, facts: Sequence[tuple[str, str]], said: str) -> None:
        super().__init__(id="dialog-facts")
        self.facts = facts
        self.said = said

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:  # noqa: ARG002  the toolkit asks so
        """As many rows as the text wraps into."""
        return len(self._rows(width))

    def render(self) -> Content:
        """All of it, for the width there is."""
        return Content("\n").join(self._rows(self.size.width))

    def _rows(self, width: int) -> list[Content]:
        column = max((len(name) for name, _ in self.facts), default=0) + 2
        rows: list[Content] = []
        for name, value in self.facts:
            first, *more = textwrap.wrap(value, max(_LEAST_VALUE, width - column)) or [""]
            rows.append(Content.assemble((name.ljust(column), "$text-muted"), (first, "bold")))
            rows += [Content.assemble(" " * column, (line, "bold")) for line in more]
        if self.said:
            rows += [Content(""), *map(Content, textwrap.wrap(self.said, max(_LEAST_VALUE, width)))]
        return rows


class ConfirmScreen(Dimmed[str]):
    """Dismissed with the id of the answer that was pressed; empty: nothing shall happen."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "cancel", "cancel"),
        Binding("left,up", "app.focus_previous", show=False),
        Binding("right,down", "app.focus_next", show=False),
        Binding("pageup", "scroll_text(-1)", show=False, priority=True),
        Binding("pagedown", "scroll_text(1)", show=False, priority=True),
    ]

    def __init__(self, question: Question) -> None:
        super().__init__()
        self.question = question

    def compose(self) -> ComposeResult:
        """Title, facts and consequence (which scroll where there is little room), the answers."""
        question = self.question
        with Vertical(id="dialog", classes="-mild" if question.mild else ""):
            glyph, style = ("●", "$text-accent") if question.mild else ("▲", "$text-error")
            yield Static(Content.styled(f"{glyph} {question.title}", f"bold {style}"), id="dialog-title")
            with VerticalScroll(id="dialog-text", can_focus=False):
                yield Facts(question.facts, question.refused or question.consequence)
            with Vertical(id="dialog-below"):
                if question.typed and not question.refused:
                    ask = Content.assemble("Type ", (question.typed, "bold"), " to confirm:")
                    yield Horizontal(
                        Static(ask),
                        Input(id="dialog-typed", compact=True, select_on_focus=False),
                        id="dialog-ask",
                    )
                yield from self._buttons()

    def _buttons(self) -> Iterable[Widget]:
        question = self.question
        no = Button("Close" if question.refused else "Cancel", id="no", compact=True)
        answers = () if question.refused else question.answers
        width = max((len(answer.label) for answer in answers), default=0)
        yes = [_button(answer, width, armed=not question.typed) for answer in answers]
        if not any(answer.note or answer.cost for answer in answers):
            yield Horizontal(no, *yes, id="dialog-buttons")
            return
        rows: list[Widget] = [no]
        for answer, button in zip(answers, yes, strict=True):
            rows += [button, Static(Content(answer.note), classes="answer-note")]
        yield Vertical(*rows, id="dialog-buttons", classes="-listed")

    def on_mount(self) -> None:
        """Enter means no."""
        self.query_one("#no", Button).focus(scroll_visible=False)
        self._fit()

    def on_resize(self) -> None:
        """The answers are always in sight; the facts scroll."""
        self._fit()

    def _fit(self) -> None:
        self.call_after_refresh(self._fit_now)

    def _fit_now(self) -> None:
        text, dialog = self.query_one("#dialog-text"), self.query_one("#dialog")
        if text.styles.max_height is None and dialog.outer_size.height < int(self.size.height * _SHARE):
            return  # all of it stands there
        below = self.query_one("#dialog-below").outer_size.height
        title = self.query_one("#dialog-title").outer_size.height + 1
        frame = _FRAME if self.size.height >= 20 else 2
        room = int(self.size.height * _SHARE) - frame - below - title
        text.styles.max_height = max(_LEAST_TEXT, room)

    def action_scroll_text(self, pages: int) -> None:
        """The facts, where they do not fit."""
        text = self.query_one("#dialog-text")
        text.scroll_relative(y=pages * max(1, text.size.height - 1), animate=False)

    def on_key(self, event: Key) -> None:
        """What is typed on a button goes into the field, where there is one."""
        fields = self.query("#dialog-typed").results(Input)
        field = next(iter(fields), None)
        if field is None or self.focused is field or not event.is_printable or event.character in (None, " "):
            return
        event.stop()
        field.focus()
        field.insert_text_at_cursor(event.character or "")

    @on(Input.Changed, "#dialog-typed")
    def typed(self, event: Input.Changed) -> None:
        """Only the exact word arms the buttons."""
        for answer in self.question.answers:
            self.query_one(f"#{answer.id}", Button).disabled = event.value.strip() != self.question.typed

    @on(Input.Submitted, "#dialog-typed")
    def submitted(self) -> None:
        """Enter in the field goes on to the first answer, never through it."""
        button = self.query_one(f"#{self.question.answers[0].id}", Button)
        if not button.disabled:
            button.focus()

    @on(Button.Pressed)
    def pressed(self, event: Button.Pressed) -> None:
        """The answer."""
        self.dismiss("" if event.button.id == "no" else str(event.button.id))

    def action_cancel(self) -> None:
        """Nothing happens."""
        self.dismiss("")


def _button(answer: Answer, width: int, *, armed: bool) -> Button:
    text = Content(answer.label)
    if answer.cost:
        text = Content(f"{answer.label.ljust(width)}   {answer.cost}")
    return Button(text, id=answer.id, classes="yes", disabled=not armed, compact=True)
