"""Asking once before something is stopped or spent; cancel has the focus."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, VerticalScroll
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Button, Input, Static

from vasttui.tui import figures
from vasttui.tui.view import View
from vasttui.watch.session import Snapshot


@dataclass(frozen=True, slots=True)
class Question:
    """`facts` are (name, value) lines; `typed`: what must be typed before `yes` can be pressed."""

    title: str
    facts: Sequence[tuple[str, str]]
    consequence: str
    yes: str
    typed: str = ""
    refused: str = ""


class ConfirmScreen(ModalScreen[bool]):
    """Dismissed with True only by its red button."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "cancel", "cancel"),
        Binding("left,up", "app.focus_previous", show=False),
        Binding("right,down", "app.focus_next", show=False),
    ]

    def __init__(self, question: Question) -> None:
        super().__init__()
        self.question = question

    def compose(self) -> ComposeResult:
        """Title, facts, consequence, buttons."""
        question = self.question
        with VerticalScroll(id="dialog", can_focus=False):
            yield Static(Content.styled(f"▲ {question.title}", "bold $text-error"), id="dialog-title")
            yield Static(_facts(question.facts), id="dialog-facts")
            yield Static(Content(question.refused or question.consequence), id="dialog-consequence")
            if question.typed and not question.refused:
                yield Static(
                    Content.assemble("Type ", (question.typed, "bold"), " to confirm:"), id="dialog-ask"
                )
                yield Input(id="dialog-typed", compact=True)
            with Horizontal(id="dialog-buttons"):
                yield Button("Close" if question.refused else "Cancel", id="no", compact=True)
                if not question.refused:
                    yield Button(
                        Content(question.yes),
                        id="yes",
                        variant="error",
                        disabled=bool(question.typed),
                        compact=True,
                    )

    def on_mount(self) -> None:
        """Enter means no."""
        self.query_one("#no", Button).focus()

    @on(Input.Changed, "#dialog-typed")
    def typed(self, event: Input.Changed) -> None:
        """Only the exact word arms the button."""
        self.query_one("#yes", Button).disabled = event.value.strip() != self.question.typed

    @on(Input.Submitted, "#dialog-typed")
    def submitted(self) -> None:
        """Enter in the field goes on to the button, never through it."""
        button = self.query_one("#yes", Button)
        if not button.disabled:
            button.focus()

    @on(Button.Pressed)
    def pressed(self, event: Button.Pressed) -> None:
        """The answer."""
        self.dismiss(event.button.id == "yes")

    def action_cancel(self) -> None:
        """Nothing happens."""
        self.dismiss(False)


def _facts(facts: Sequence[tuple[str, str]]) -> Content:
    width = max((len(name) for name, _ in facts), default=0) + 2
    rows = [Content.assemble((name.ljust(width), "$text-muted"), (value, "bold")) for name, value in facts]
    return Content("\n").join(rows)


def _object(snapshot: Snapshot) -> list[tuple[str, str]]:
    run = snapshot.run
    return [
        ("Run", f"{figures.one_line(run.name, 60)}, attempt {run.attempt}"),
        ("Host", figures.one_line(run.host, 60)),
        ("Command", figures.one_line(run.command, 120)),
    ]


def checkpoint_text(snapshot: Snapshot) -> str:
    """The last checkpoint seen, and what would be lost since."""
    marks = [mark for mark in snapshot.marks if mark.kind == "checkpoint"]
    if not marks:
        return "none seen: everything since the start may be lost"
    last = max(marks, key=lambda mark: mark.ts)
    age = figures.about(snapshot.now_ts - last.ts)
    where = f"step {last.step}, {age} ago" if last.step is not None else f"{age} ago"
    if last.step is not None and snapshot.step is not None and snapshot.step >= last.step:
        return f"{where}: {figures.plural(snapshot.step - last.step, 'step')} since would be lost"
    return where


def _meter(snapshot: Snapshot) -> str:
    spent, burn = snapshot.forecast.spent_usd, snapshot.forecast.burn_usd_h
    if burn is None and spent is None:
        return "no price known for this machine"
    rate = f"{figures.money(burn)}/h" if burn is not None else "its price"
    return f"{figures.money(spent)} spent; the machine goes on costing {rate}"


def kill_question(view: View) -> Question:
    """What `k` asks."""
    snapshot = view.snapshot
    steps = (
        figures.UNKNOWN if snapshot.step is None else f"{snapshot.step} of {snapshot.run.total_steps or '?'}"
    )
    facts = [
        *_object(snapshot),
        ("Step", steps),
        ("Checkpoint", checkpoint_text(snapshot)),
        ("Cost", _meter(snapshot)),
    ]
    return Question(
        "Kill this run?",
        facts,
        "Its whole process group gets TERM, then KILL, and is checked to be gone. "
        "The machine itself keeps running and billing until it is stopped or destroyed.",
        "Kill the run",
        refused=_replay_note(snapshot, "stop"),
    )


def relaunch_question(view: View) -> Question:
    """What `r` asks."""
    snapshot = view.snapshot
    running = snapshot.exit is None and snapshot.link != "ended"
    now = "still running: it is stopped first" if running else "ended"
    facts = [
        *_object(snapshot),
        ("Now", now),
        ("Checkpoint", checkpoint_text(snapshot)),
        ("Cost", _meter(snapshot)),
    ]
    last = next((alert for alert in snapshot.alerts if alert.rule == "error"), None)
    if last is not None:
        facts.append(("Last error", figures.one_line(last.text, 160)))
    if snapshot.relaunch_note:
        facts.append(("Note", figures.one_line(snapshot.relaunch_note, 240)))
    return Question(
        f"Relaunch as attempt {snapshot.run.attempt + 1}?",
        facts,
        "The plan's resume command is started (its command, where it has none). The meter runs on.",
        "Relaunch",
        typed="relaunch",
        refused=_replay_note(snapshot, "relaunch"),
    )


def _replay_note(snapshot: Snapshot, verb: str) -> str:
    return f"This is a replay of a record: there is nothing to {verb}." if snapshot.role == "replay" else ""
