"""What is done about alerts, and where a replay goes: actions beside those that change the run."""

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from typing import TYPE_CHECKING

from vasttui.monitor.check import Alert
from vasttui.tui import figures
from vasttui.tui.controls import Controls, toast
from vasttui.tui.health import open_alerts
from vasttui.tui.panes.alerts import AlertFeed
from vasttui.tui.panes.playback import PlaybackBar
from vasttui.tui.view import View
from vasttui.watch.session import Session

if TYPE_CHECKING:
    from textual.screen import Screen

    from vasttui.tui.app import VastTui
    from vasttui.tui.screens.snooze import Snooze

    _Base = Screen[None]
else:
    _Base = object

_SAME_S = 1e-3


class Attending(_Base):
    """More `do_<id>` of the registry; mixed into the main screen."""

    app: "VastTui"
    session: Session
    controls: Controls

    @property
    def view(self) -> View:
        """The picture at this moment."""
        raise NotImplementedError

    # -- alerts --------------------------------------------------------------------------------------

    def _held(self) -> Alert | None:
        """The alert under the cursor while it holds, else the first that does."""
        chosen = self.query_one(AlertFeed).chosen
        if chosen is not None and chosen.state != "resolved":
            return chosen
        return next(iter(open_alerts(self.view.snapshot)), None)

    def do_snooze(self) -> None:
        """Ask for how long and why."""
        from vasttui.tui.screens.snooze import SnoozeScreen  # noqa: PLC0415  not needed to start

        alert = self._held()
        if alert is not None:
            self.app.push_screen(SnoozeScreen(alert), lambda answer: self._snooze(alert, answer))

    def _snooze(self, alert: Alert, answer: "Snooze | None") -> None:
        if answer is not None:
            self.controls.run(
                "snooze",
                lambda: self.session.snooze(alert.rule, answer.seconds, answer.reason),
                lambda _: (
                    f"{alert.rule}: silent for {figures.about(answer.seconds)}, then raised again if it holds"
                ),
            )

    def do_jump(self) -> None:
        """The log where the chosen alert happened."""
        from vasttui.tui.screens.log import LogScreen  # noqa: PLC0415  not needed to start

        alert = self.query_one(AlertFeed).chosen or self._held()
        if alert is None:
            toast(self, "no alert to go to; l opens the log at its end")
        else:
            self.app.push_screen(LogScreen(self.session, self.view.snapshot.run.name, alert=alert))

    def do_filter(self) -> None:
        """Which alerts are listed."""
        toast(self, self.query_one(AlertFeed).cycle_filter())

    # -- replay --------------------------------------------------------------------------------------

    def do_look_back(self) -> None:
        """To the look before."""
        at, times = self._at(), self._looks()
        i = bisect_left(times, at - _SAME_S) - 1
        self._go(times[i] if i >= 0 else None, "this is before the first look")

    def do_look_ahead(self) -> None:
        """To the next look."""
        at, times = self._at(), self._looks()
        i = bisect_right(times, at + _SAME_S)
        self._go(times[i] if i < len(times) else None, "no later look is known yet")

    def do_next_alert(self) -> None:
        """To where the next alert begins; after the last, to the first."""
        playback = self.view.snapshot.playback
        times = playback.alerts if playback is not None else ()
        i = bisect_right(times, self._at() + _SAME_S)
        self._go(times[i % len(times)] if times else None, "this record has no alert")

    def _at(self) -> float:
        playback = self.view.snapshot.playback
        return playback.at if playback is not None else 0.0

    def _looks(self) -> Sequence[float]:
        playback = self.view.snapshot.playback
        if playback is not None and playback.looks:
            return playback.looks
        return [check.ts for check in self.view.snapshot.checks]

    def _go(self, ts: float | None, none: str) -> None:
        if ts is None:
            toast(self, none)
        else:
            self.controls.run("seek", lambda: self.session.seek(ts), lambda _: None)

    def on_playback_bar_clicked(self, event: PlaybackBar.Clicked) -> None:
        """Where the bar was clicked."""
        playback = self.view.snapshot.playback
        if playback is not None:
            self._go(playback.start + (playback.end - playback.start) * event.share, "")
