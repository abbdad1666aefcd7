"""What each action of the main screen does."""

from collections.abc import Callable
from typing import TYPE_CHECKING, cast

from vasttui.hosts.protocol import Stopped
from vasttui.monitor.check import Alert
from vasttui.tui.actions import Action
from vasttui.tui.controls import Controls, toast
from vasttui.tui.health import open_alerts
from vasttui.tui.panes.alerts import AlertFeed, key_of
from vasttui.tui.panes.rate import RatePane
from vasttui.tui.view import View
from vasttui.watch.session import Meter, Remedy, Session

if TYPE_CHECKING:
    from textual.screen import Screen

    from vasttui.tui.app import VastTui
    from vasttui.tui.questions import Question

    _Base = Screen[None]
else:
    _Base = object

SEEK_PARTS = 50
SPEEDS = (0.25, 4096.0)
_ENDING: dict[Meter, str] = {
    "keep": "stopping the run …",
    "stop": "stopping the run, then its machine …",
    "destroy": "stopping the run, then giving its machine back …",
    "forfeit": "giving the machine back with what could not be pulled …",
}


class Doing(_Base):
    """`do_<id>` for every id of the registry; mixed into the main screen."""

    app: "VastTui"
    session: Session
    controls: Controls

    @property
    def view(self) -> View:
        """The picture at this moment."""
        raise NotImplementedError

    def follow(self) -> None:
        """Read the session's changes (again)."""
        raise NotImplementedError

    def perform(self, action: Action) -> None:
        """Call the action's method."""
        getattr(self, f"do_{action.id}")()

    def do_check(self) -> None:
        """Look now; where the watching had ended, begin it again."""
        if self.view.broken:
            self.follow()
            return
        self.controls.run("check now", self.session.check_now, lambda _: None)

    def do_pause(self) -> None:
        """Hold or resume."""
        snapshot = self.view.snapshot
        held = snapshot.playback.paused if snapshot.playback is not None else snapshot.paused
        what = "replay" if snapshot.playback is not None else "cadence"
        self.controls.run(
            "pause",
            lambda: self.session.pause(not held),
            lambda _: (
                None
                if what == "replay"
                else f"{what} {'resumed' if held else 'paused: events still come in'}"
            ),
        )

    do_play = do_pause

    def do_acknowledge(self) -> None:
        """The alert under the cursor where it waits, else the newest that does."""
        chosen = self.query_one(AlertFeed).chosen
        if chosen is None or chosen.state != "raised":
            chosen = next(
                (alert for alert in open_alerts(self.view.snapshot) if alert.state == "raised"), None
            )
        if chosen is not None:
            rule = chosen.rule
            self.controls.run(
                "seen", lambda: self.session.acknowledge(rule), lambda _: f"{rule}: marked as seen"
            )

    def do_kill(self) -> None:
        """Ask, then stop."""
        from vasttui.tui.questions import kill_question  # noqa: PLC0415  not needed to start

        self._ask(kill_question(self.view), self._kill)

    def _kill(self, answer: str) -> None:
        meter = cast("Meter", answer)
        toast(self, _ENDING[meter])
        self.controls.run("kill", lambda: self.session.kill(meter), _stopped)

    def _ask(self, question: "Question", then: Callable[[str], None]) -> None:
        from vasttui.tui.screens.confirm import ConfirmScreen  # noqa: PLC0415  as above

        self.app.push_screen(ConfirmScreen(question), lambda answer: then(answer) if answer else None)

    def do_relaunch(self) -> None:
        """Ask, then start again."""
        from vasttui.tui.questions import relaunch_question  # noqa: PLC0415  as above

        self._ask(relaunch_question(self.view), self._relaunch)

    def _relaunch(self, answer: str) -> None:
        elsewhere = answer == "new"
        toast(self, "going over to a new machine …" if elsewhere else "starting a new attempt …")
        done = "a new machine is brought up" if elsewhere else "a new attempt runs"
        self.controls.run("relaunch", lambda: self.session.relaunch(elsewhere), lambda _: done)

    def do_expand(self) -> None:
        """Open or close what has the focus: an alert's log excerpt, the chart."""
        feed = self.query_one(AlertFeed)
        alert = feed.chosen
        if self.focused is self.query_one(RatePane):
            self.do_chart()
        elif alert is None:
            toast(self, "nothing to expand here")
        elif key_of(alert) in feed.excerpts:
            feed.toggle(alert, None)
        else:
            self._expand(feed, alert)

    def _expand(self, feed: AlertFeed, alert: Alert) -> None:
        from vasttui.tui.logtext import excerpt_content, lines_around  # noqa: PLC0415  not needed to start

        async def fetch() -> None:
            lines, headline = await lines_around(self.session, alert)
            feed.toggle(alert, excerpt_content(lines, headline, feed.size.width - 2))

        self.controls.run("log excerpt", fetch, lambda _: None)

    def do_log(self) -> None:
        """The log view."""
        from vasttui.tui.screens.log import LogScreen  # noqa: PLC0415  not needed to start

        self.app.push_screen(LogScreen(self.session, self.view.snapshot.run.name))

    def do_chart(self) -> None:
        """The charts, imported when they are first asked for."""
        from vasttui.tui.screens.chart import ChartScreen  # noqa: PLC0415  not needed to start

        self.app.push_screen(ChartScreen(self.session))

    def do_window(self) -> None:
        """Another span of time for the step rate."""
        toast(self, f"step rate over {self.query_one(RatePane).cycle_window()}")

    def do_runs(self) -> None:
        """Back to the start screen."""
        self.app.show_runs()

    def do_offers(self) -> None:
        """Machines for rent."""
        self.app.show_offers()

    def do_instances(self) -> None:
        """What bills now."""
        self.app.show_instances()

    def do_retry(self) -> None:
        """A bring-up's failed step once more."""
        self._mend("retry", "trying again …")

    def do_next(self) -> None:
        """Another machine: ask first, this one is given back."""
        self._ask_to_mend("next", "renting the next machine …")

    def do_destroy(self) -> None:
        """End a bring-up that failed: ask first."""
        self._ask_to_mend("destroy", "giving the machine back …")

    def _ask_to_mend(self, choice: Remedy, doing: str) -> None:
        from vasttui.tui.questions import remedy_question  # noqa: PLC0415  as above

        self._ask(remedy_question(self.view, choice), lambda _: self._mend(choice, doing))

    def _mend(self, choice: Remedy, doing: str) -> None:
        toast(self, doing)
        self.controls.run("bring-up", lambda: self.session.remedy(choice), lambda _: None)

    def do_back(self) -> None:
        """A replay, a part back."""
        self._seek(-1)

    def do_ahead(self) -> None:
        """A replay, a part ahead."""
        self._seek(1)

    def _seek(self, parts: int) -> None:
        playback = self.view.snapshot.playback
        if playback is not None:
            step = (playback.end - playback.start) / SEEK_PARTS
            to = min(playback.end, max(playback.start, playback.at + parts * step))
            self.controls.run("seek", lambda: self.session.seek(to), lambda _: None)

    def do_faster(self) -> None:
        """A replay, twice as fast."""
        self._speed(2.0)

    def do_slower(self) -> None:
        """A replay, half as fast."""
        self._speed(0.5)

    def _speed(self, factor: float) -> None:
        playback = self.view.snapshot.playback
        if playback is not None:
            speed = min(SPEEDS[1], max(SPEEDS[0], playback.speed * factor))
            self.controls.run("speed", lambda: self.session.set_speed(speed), lambda _: None)

    def do_theme(self) -> None:
        """Choose a theme."""
        self.app.choose_theme()

    def do_help(self) -> None:
        """Every key."""
        from vasttui.tui.screens.help import HelpScreen  # noqa: PLC0415  not needed to start

        self.app.push_screen(HelpScreen(self.view.context))

    def do_palette(self) -> None:
        """The command palette."""
        self.app.action_command_palette()

    def do_quit(self) -> None:
        """Leave; the run goes on."""
        self.app.leave(self.view)


def _stopped(stopped: Stopped) -> str:
    return stopped.text or ("the run is gone" if stopped.gone else "some of its processes are still there")
