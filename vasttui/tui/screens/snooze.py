"""Putting an alert off: for how long, and why."""

from dataclasses import dataclass
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.widgets import Input, OptionList, Static
from textual.widgets.option_list import Option

from vasttui.monitor.check import Alert
from vasttui.tui.figures import about, one_line
from vasttui.tui.screens.dimmed import Dimmed

PERIODS_S = (15 * 60.0, 3600.0, 4 * 3600.0, 12 * 3600.0)
_NO_REASON = "say why this is in order for now: it is written into the journal"


@dataclass(frozen=True, slots=True)
class Snooze:
    """The answer."""

    seconds: float
    reason: str


class SnoozeScreen(Dimmed[Snooze | None]):
    """The reason is typed, up and down choose the time, enter does it."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "dismiss", "cancel"),
        Binding("up", "period(-1)", show=False, priority=True),
        Binding("down", "period(1)", show=False, priority=True),
    ]

    def __init__(self, alert: Alert) -> None:
        super().__init__()
        self.alert = alert

    def compose(self) -> ComposeResult:
        """What it is about, the reason, the times."""
        with Vertical(id="dialog", classes="snooze") as box:
            box.border_title = Content(f"Snooze {self.alert.rule}")
            box.border_subtitle = Content("↑ ↓ how long   enter snoozes   esc goes back")
            yield Static(Content(one_line(self.alert.text, 200)))
            yield Input(id="snooze-reason", placeholder="why is this in order for now?", compact=True)
            yield OptionList(
                *(Option(Content(f"for {about(s)}")) for s in PERIODS_S), id="snooze-periods", compact=True
            )
            yield Static(id="snooze-note")

    def on_mount(self) -> None:
        """The reason has the keys."""
        self.query_one(OptionList).can_focus = False
        self.query_one(OptionList).highlighted = 0
        self.query_one(Input).focus()

    def action_period(self, by: int) -> None:
        """Another time."""
        options = self.query_one(OptionList)
        options.highlighted = ((options.highlighted or 0) + by) % len(PERIODS_S)

    @on(Input.Submitted)
    def answered(self, event: Input.Submitted) -> None:
        """Done, if there is a reason."""
        reason = one_line(event.value.strip(), 200)
        if not reason:
            self.query_one("#snooze-note", Static).update(Content.styled(_NO_REASON, "$text-warning"))
            return
        self.dismiss(Snooze(PERIODS_S[self.query_one(OptionList).highlighted or 0], reason))
