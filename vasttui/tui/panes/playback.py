"""A replay's bar: where it stands, how fast it goes, where the alerts are."""

from dataclasses import dataclass

from textual.content import Content
from textual.events import Click
from textual.message import Message

from vasttui.tui import figures
from vasttui.tui.panes.base import Pane
from vasttui.tui.view import View


class PlaybackBar(Pane):
    """Only there in a replay; a click seeks."""

    _bar = (0, 0)
    """The bar's first column, and how many it has."""

    @dataclass
    class Clicked(Message):
        """At this share of the record."""

        share: float

    def on_click(self, event: Click) -> None:
        """Go there."""
        first, room = self._bar
        x = event.x - 1 - first
        if 0 <= x < room:
            self.post_message(self.Clicked((x + 0.5) / room))

    def show(self, view: View) -> None:
        """Present in a replay, else gone."""
        self.display = view.snapshot.playback is not None
        super().show(view)

    def draw(self, view: View) -> Content:
        """State, time run of all, bar with `▲` at each alert, speed."""
        width = self.size.width
        playback = view.snapshot.playback
        if playback is None:
            return Content("")
        state = "‖ paused " if playback.paused else "▶ playing"
        span = max(1e-9, playback.end - playback.start)
        clock = f"{figures.duration(playback.at - playback.start)} of {figures.duration(span)}"
        speed = f"x{playback.speed:g}"
        left = Content.assemble(f"{state} ", (f"{speed:<5}", "bold"), " ")
        room = max(0, width - left.cell_length - 18)
        self._bar = (left.cell_length, room)
        here = min(room - 1, int((playback.at - playback.start) / span * room)) if room else 0
        cells: list[tuple[str, str]] = [
            ("━", "$accent") if x < here else ("─", "$text-disabled") for x in range(room)
        ]
        for since in {*playback.alerts, *(alert.since for alert in view.snapshot.alerts)}:
            x = int((since - playback.start) / span * room)
            if 0 <= x < room:
                cells[x] = ("▲", "$text-error")
        if room:
            cells[here] = ("●", "bold $text-accent")
        return Content.assemble(left, *cells, f" {clock}").simplify().truncate(width)
