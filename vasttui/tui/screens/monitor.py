"""The main screen: one reactive snapshot, handed to every pane in one batch."""

import asyncio
from time import monotonic
from typing import TYPE_CHECKING, ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.reactive import reactive
from textual.widgets import OptionList, Static

from vasttui.tui.actions import ACTIONS, BY_ID, Action
from vasttui.tui.controls import Controls, toast
from vasttui.tui.figures import one_line
from vasttui.tui.health import is_coming_up
from vasttui.tui.panes.alerts import AlertFeed, key_of
from vasttui.tui.panes.banner import Banner
from vasttui.tui.panes.checklist import ChecklistPane
from vasttui.tui.panes.checks import ChecksPane
from vasttui.tui.panes.cost import CostPane
from vasttui.tui.panes.footer import Footer
from vasttui.tui.panes.header import FAR_S, Header
from vasttui.tui.panes.loss import LossPane
from vasttui.tui.panes.machine import MachinePane
from vasttui.tui.panes.playback import PlaybackBar
from vasttui.tui.panes.rate import RatePane
from vasttui.tui.screens.attending import Attending
from vasttui.tui.screens.doing import Doing
from vasttui.tui.screens.quick import Quick
from vasttui.tui.sizes import MIN_HEIGHT, MIN_WIDTH
from vasttui.tui.terminal import name_window, notify, set_title
from vasttui.tui.view import View, view_of
from vasttui.watch.session import Session, Snapshot

if TYPE_CHECKING:
    from vasttui.tui.app import VastTui

PANES = (
    Header, Banner, PlaybackBar, RatePane, AlertFeed, ChecksPane, CostPane, LossPane, MachinePane,
    ChecklistPane, Footer,
)  # fmt: skip
_PAINT_EVERY_S = 0.2
_REFRESH_EVERY_TICKS = 20
_FRESH_S = 1.05
_FAR_TICKS = 5


def bindings() -> list[BindingType]:
    """One binding an action, from the registry; replay keys go before a pane's own scrolling."""
    return [
        Binding(
            action.key,
            f"screen.do('{action.id}')",
            action.label,
            id=action.id,
            tooltip=action.tooltip,
            priority=action.group == "replay",
        )
        for action in ACTIONS
        if action.id != "palette"
    ]


class MonitorScreen(Attending, Doing, Quick[None]):
    """A run, live, mirrored or replayed."""

    app: "VastTui"
    BINDINGS: ClassVar[list[BindingType]] = bindings()

    snapshot: reactive[Snapshot | None] = reactive[Snapshot | None](None, init=False, repaint=False)
    broken: reactive[str] = reactive("", init=False, repaint=False)

    def __init__(self, session: Session) -> None:
        super().__init__()
        self.session = session
        self.controls = Controls(self)
        self._received = 0.0
        self._ticks = 0
        self._rung: set[str] | None = None
        self._title_shown = self._glyph_shown = ""
        self._begun = False
        self._behind = False
        self._shown_at = 0.0

    def compose(self) -> ComposeResult:
        """Header, two columns, footer."""
        yield Static(id="too-small")
        yield Header(id="header")
        yield Banner(id="banner")
        yield PlaybackBar(id="playback")
        with Horizontal(id="body"):
            with Vertical(id="left"):
                yield RatePane(id="rate", classes="pane")
                yield AlertFeed()
                yield ChecksPane(id="checks", classes="pane")
            with Vertical(id="right"):
                yield CostPane(id="cost", classes="pane")
                yield LossPane(id="loss", classes="pane -empty")
                yield MachinePane(id="machine", classes="pane")
                yield ChecklistPane(id="checklist", classes="pane")
        yield Footer(id="footer")

    def on_mount(self) -> None:
        """Show what is known, then follow."""
        self.query_one(AlertFeed).focus()
        self.watch(self.app, "theme", self._recolour, init=False)
        self.set_interval(1.0, self._tick)
        self._take(self.session.snapshot())
        self.call_after_refresh(self._begin)  # what a session needs is loaded once the screen stands

    def attend(self, session: Session) -> None:
        """Another run, on the same screen."""
        self.session = session
        self._rung = None
        self._take(session.snapshot())
        self.follow()

    def on_screen_suspend(self) -> None:
        """Another screen came before the first picture: the run is followed all the same."""
        self._begin()

    def _begin(self) -> None:
        if not self._begun:
            self.follow()

    def follow(self) -> None:
        """Begin (or begin again) to read the session's changes."""
        self._begun = True
        self.broken = ""
        self.run_worker(self._follow(), name="follow", group="follow", exclusive=True, exit_on_error=False)

    async def _follow(self) -> None:
        try:
            await self.session.start()
            async for snapshot in self.session.changes():
                self._take(snapshot)
                await asyncio.sleep(_PAINT_EVERY_S)  # readers that are slow skip: this bounds the paints
        except Exception as error:  # noqa: BLE001  any end of the watching is a state of the screen, never its end
            self.broken = one_line(f"the watching stopped: {error or type(error).__name__}", 200)
            return
        last = self.session.snapshot()
        self._take(last)
        if last.verdict is None and last.exit is None and last.link != "ended" and last.role != "replay":
            self.broken = "the watching stopped without a verdict"

    def _take(self, snapshot: Snapshot) -> None:
        self._received = monotonic()
        self.snapshot = snapshot

    @property
    def view(self) -> View:
        """The picture at this moment."""
        snapshot = self.snapshot or self.session.snapshot()
        elapsed = monotonic() - self._received
        return view_of(
            snapshot,
            elapsed,
            broken=self.broken,
            readonly=self.app.readonly,
            menu=self.app.menu is not None,
            market=self.app.has_market,
            tint=not self.app.native_ansi_color,
        )

    def watch_snapshot(self) -> None:
        """One batch for all panes."""
        self.show()

    def watch_broken(self) -> None:
        """The watching ended, or began again."""
        self.show()

    def on_screen_resume(self) -> None:
        """What came meanwhile is drawn now."""
        if self._behind:
            self.show()

    def _is_seen(self) -> bool:
        """It is on top, or the screen above lets the panes be seen as they change."""
        top: object = self.app.screen
        return top is self or getattr(top, "shows_below", False)

    def show(self) -> None:
        """Hand the view to every pane that is seen; ring for what is new."""
        view = self.view
        self._behind = not self._is_seen()
        if self._behind:
            self._ring(view)
            return
        self._shown_at = monotonic()
        with self.app.batch_update():
            self.set_class(view.health.loud, "-loud")
            for pane in PANES:
                self.query_one(pane).show(view)
            if view.snapshot.bringup:
                self._show_bring_up(view)
        self._ring(view)

    def _show_bring_up(self, view: View) -> None:
        from vasttui.tui.panes.bringup import BringUpPane  # noqa: PLC0415  only rented machines have one

        active = is_coming_up(view.snapshot)
        pane = next(iter(self.query(BringUpPane)), None)
        if pane is None and active:
            pane = BringUpPane(id="bringup", classes="pane")
            pane.view = view
            self.query_one("#left").mount(pane, before=0)
        elif pane is not None:
            pane.show(view)
        self.set_class(active, "-bringup")

    def _ring(self, view: View) -> None:
        raised = {key_of(alert) for alert in view.snapshot.alerts if alert.state == "raised"}
        raised |= {f"bring-up {step.name}" for step in view.snapshot.bringup if step.state == "failed"}
        if self._rung is not None and raised - self._rung:
            self.app.bell()
            if self._behind:
                toast(self, f"{view.health.glyph} {view.health.headline}", bad=True)
            notify(self.app, f"{view.health.glyph} {view.snapshot.run.name}: {view.health.headline}")
            self.query_one(AlertFeed).add_class("-fresh")
            self.set_timer(3.0, self._calm)
        self._rung = raised
        self._entitle(view)

    def _entitle(self, view: View) -> None:
        """The terminal's title says how it goes; it is written only when it changes."""
        name = view.snapshot.run.name
        step, total = view.snapshot.step, view.snapshot.run.total_steps
        done = "" if step is None else f" {step / total:.0%}" if total else f" {step}"
        title = f"{view.health.glyph} {view.health.word} {name}{done}"
        if title != self._title_shown:
            self._title_shown = title
            set_title(self.app, title)
        if view.health.glyph != self._glyph_shown:
            self._glyph_shown = view.health.glyph
            name_window(f"{view.health.glyph} {name}")

    def _recolour(self) -> None:
        self.show()

    def _calm(self) -> None:
        self.query_one(AlertFeed).remove_class("-fresh")

    def _tick(self) -> None:
        """A second has passed; what was drawn within it, or cannot have changed, is not drawn again."""
        self._ticks += 1
        if not self._is_seen():
            self._behind = True
        elif self._ticks % _REFRESH_EVERY_TICKS == 0:
            self.show()
        elif monotonic() - self._shown_at >= _FRESH_S and not (self._is_far() and self._ticks % _FAR_TICKS):
            elapsed_s = monotonic() - self._received
            if self.snapshot is not None and self.snapshot.bringup:
                self._show_bring_up(self.view)
            self.query_one(Header).tick(elapsed_s)

    def _is_far(self) -> bool:
        """The next look is told in minutes."""
        snapshot = self.snapshot
        if snapshot is None or snapshot.next_look_ts is None or snapshot.playback is not None:
            return False
        return snapshot.next_look_ts - snapshot.now_ts - (monotonic() - self._received) > FAR_S + _FAR_TICKS

    def on_resize(self) -> None:
        """Fit what depends on the whole; say what is needed where there is too little room."""
        width, height = self.app.size
        self.query_one("#too-small", Static).update(
            Content(f"vasttui needs {MIN_WIDTH} x {MIN_HEIGHT}\nthis is {width} x {height}\nthe run goes on")
        )
        self.call_after_refresh(self.show)

    def action_do(self, action_id: str) -> None:
        """Carry out an action of the registry, or say why not now."""
        action = BY_ID[action_id]
        if refused := action.refused(self.view.context):
            toast(self, f"{action.label}: {refused}", bad=True)
        else:
            self.perform(action)

    def offered(self) -> list[Action]:
        """For the palette."""
        context = self.view.context
        return [action for action in ACTIONS if not action.refused(context)]

    @on(OptionList.OptionSelected, "#alerts")
    def expand_alert(self) -> None:
        """Enter on an alert."""
        self.do_expand()
