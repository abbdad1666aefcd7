"""Charts of the whole run: a series at a time or all under each other; crosshair, zoom, pan, comparison."""

import asyncio
from bisect import bisect_left, bisect_right
from typing import TYPE_CHECKING, ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.widgets import Static

from vasttui.tui import figures
from vasttui.tui.chartdata import OTHER, Lines, Span, events, graph_of, shifted, told_at, value_at
from vasttui.tui.chartlayout import all_charts, one_chart, plot_room
from vasttui.tui.controls import Controls, toast
from vasttui.tui.keys import KeyRow, bound, key_line
from vasttui.tui.panes.base import spread
from vasttui.tui.panes.chartview import ChartView
from vasttui.tui.panes.rate import bounds
from vasttui.tui.quantities import quantity, series_of, shown_keys, title_of
from vasttui.tui.screens.quick import Quick
from vasttui.watch.session import Session, Snapshot

if TYPE_CHECKING:
    from vasttui.tui.app import VastTui
    from vasttui.watch.past import Course, Past

_REFRESH_S = 2.0
_MIN_SPAN_S = 10.0


CHART_KEYS: tuple[KeyRow, ...] = (
    ("left", "move(-1)", "left", "Crosshair to the left"),
    ("right", "move(1)", "right", "Crosshair to the right"),
    ("shift+left", "move(-10)", "far_left", "Crosshair ten columns left"),
    ("shift+right", "move(10)", "far_right", "Crosshair ten columns right"),
    ("n", "event(1)", "next_event", "Crosshair to the next mark or alert"),
    ("N", "event(-1)", "event_before", "Crosshair to the mark or alert before"),
    ("enter", "log", "log", "The log at the crosshair's time"),
    ("plus,equals_sign,up", "zoom(0.5)", "closer", "Zoom in, about the crosshair"),
    ("minus,down", "zoom(2)", "farther", "Zoom out"),
    ("comma,less_than_sign", "pan(-0.25)", "back", "Pan towards the start"),
    ("full_stop,greater_than_sign", "pan(0.25)", "ahead", "Pan towards now"),
    ("0", "whole", "whole", "The whole run"),
    ("right_square_bracket,tab", "turn(1)", "next", "The next series; 1 to 9 name one"),
    ("left_square_bracket,shift+tab", "turn(-1)", "before", "The series before"),
    ("a", "all", "all", "All series under each other, or one"),
    ("c", "compare", "compare", "Lay an earlier attempt or another run over it"),
    ("escape", "back", "close", "Crosshair off, then back"),
)


class ChartScreen(Quick[None]):
    """Follows the run. Nothing here waits: a paint is a decimation and some text."""

    app: "VastTui"
    BINDINGS: ClassVar[list[BindingType]] = [
        *bound("chart", CHART_KEYS),
        Binding("q,m", "dismiss", "back", show=False),
        *(Binding(str(n), f"pick({n - 1})", show=False) for n in range(1, 10)),
    ]  # fmt: skip

    def __init__(self, session: Session) -> None:
        super().__init__()
        self.session = session
        self.controls = Controls(self)
        self.key = "rate"
        self.zoomed: Span | None = None
        self.cursor: float | None = None
        self.all = False
        self.other: Course | None = None
        self._lines = Lines()

    def compose(self) -> ComposeResult:
        """Title, tabs, chart, keys."""
        yield Static(id="chart-title")
        yield Static(id="chart-tabs")
        yield ChartView(self._picture)
        yield Static(id="chart-keys")

    def on_mount(self) -> None:
        """Draw, and again as the run goes on."""
        self.draw()
        self.set_interval(_REFRESH_S, self._follow)

    def on_resize(self) -> None:
        """The lines above and below for the new width; the chart sees to itself."""
        snapshot = self.session.snapshot()
        self._head(snapshot, shown_keys(snapshot))

    def _follow(self) -> None:
        if self.app.screen is self and self.session.snapshot().link != "ended":
            self.draw()

    # -- drawing -------------------------------------------------------------------------------------

    def whole(self) -> Span:
        """The run from its first point until now."""
        snapshot = self.session.snapshot()
        start, end = bounds(snapshot, snapshot.now_ts, None)
        series = series_of(snapshot, self.key)
        if len(series):
            start, end = min(start, series.ts[0]), max(end, series.ts[-1])
        return Span(start, end)

    @property
    def span(self) -> Span:
        """What is shown."""
        return self.zoomed or self.whole()

    @property
    def _view_size(self) -> tuple[int, int]:
        return self.query_one(ChartView).size

    def draw(self) -> None:
        """Everything anew."""
        snapshot = self.session.snapshot()
        keys = shown_keys(snapshot)
        if self.key not in keys and keys:
            self.key = keys[0]
        self._head(snapshot, keys)
        self.query_one(ChartView).again()

    def _picture(self, width: int, height: int) -> Content:
        """The chart or charts, for the room there is."""
        snapshot = self.session.snapshot()
        keys, span = shown_keys(snapshot), self.span
        if not keys or width < 20 or height < 6:
            text = "nothing to draw yet" if not keys else "too small for a chart"
            return Content.styled(text, "$text-muted")
        if span.end <= span.start:
            return Content.styled("one point so far: a line needs two", "$text-muted")
        return self._charts(snapshot, keys, span, width, height)

    def _charts(self, snapshot: Snapshot, keys: list[str], span: Span, width: int, height: int) -> Content:
        tint = not self.app.native_ansi_color
        other = self.other

        def one(key: str, wide: int, high: int, *, axis: bool) -> Content:
            room = plot_room(wide, high, axis=axis)
            graph = graph_of(
                key, snapshot, span, room, self._lines, cursor=self.cursor, other=other, tint=tint
            )
            return one_chart(graph, room, axis=axis)

        if not self.all:
            return one(self.key, width, height, axis=True)
        return all_charts(keys, self.key, width, height, lambda key: self._value(snapshot, key), one)

    def _value(self, snapshot: Snapshot, key: str) -> Content:
        series = series_of(snapshot, key)
        newest = series.values[-1] if len(series) else None
        value = newest if self.cursor is None else value_at(series, self.cursor)
        own = Content.styled("-" if value is None else quantity(key).write(value), "bold $text-accent")
        theirs = self.other.series.get(key) if self.other is not None else None
        if theirs is None or not len(theirs):
            return own
        value = value_at(theirs, theirs.ts[-1] if self.cursor is None else self.cursor)
        return Content.assemble(own, ("  -" if value is None else f"  {quantity(key).write(value)}", OTHER))

    def _head(self, snapshot: Snapshot, keys: list[str]) -> None:
        span = self.span
        series = series_of(snapshot, self.key)
        if self.cursor is not None:
            reach_s = span.length / max(1, self._view_size[0])
            left = Content.assemble((title_of(self.key), "bold"), "  ") + told_at(
                self.key, snapshot, self.cursor, reach_s, self.other
            )
        else:
            now = quantity(self.key).write(series.values[-1]) if len(series) else "-"
            left = Content.assemble((title_of(self.key), "bold"), f"  {now} now")
        shown = f"{figures.about(span.length)}{'' if self.zoomed is None else ', zoomed'}"
        right = Content.styled(f"{shown}   {figures.plural(len(series), 'point')}", "$text-muted")
        if self.other is not None:
            right = Content.assemble((f"⠒ {self.other.name}   ", OTHER), right)
        title = self.query_one("#chart-title", Static)
        width = self.app.size.width - 2
        title.update(spread(left, right, max(20, width)), layout=False)
        tabs = [
            Content.assemble(
                (f"{i + 1} ", "$text-muted"), (title_of(key), "bold reverse" if key == self.key else "")
            )
            for i, key in enumerate(keys)
        ]
        self.query_one("#chart-tabs", Static).update(Content("   ").join(tabs), layout=False)
        shown_keys_line = (
            ("← →", "crosshair"), ("n", "event"), ("enter", "log there"), ("+ -", "zoom"), ("< >", "pan"),
            ("0", "whole"), ("1-9", "series"), ("a", "one" if self.all else "all"), ("c", "compare"),
            ("esc", "back"),
        )  # fmt: skip
        self.query_one("#chart-keys", Static).update(key_line(shown_keys_line, width), layout=False)

    # -- series --------------------------------------------------------------------------------------

    def action_turn(self, by: int) -> None:
        """Another series."""
        keys = shown_keys(self.session.snapshot())
        if keys:
            self.key = keys[(keys.index(self.key) + by) % len(keys)] if self.key in keys else keys[0]
            self.draw()

    def action_pick(self, index: int) -> None:
        """A series by its number."""
        keys = shown_keys(self.session.snapshot())
        if index < len(keys):
            self.key = keys[index]
            self.draw()

    def action_all(self) -> None:
        """One or all."""
        self.all = not self.all
        self.draw()

    # -- time ----------------------------------------------------------------------------------------

    def action_zoom(self, factor: float) -> None:
        """Closer or farther: about the crosshair, else about the right end while it is now."""
        span = self.span
        about = self.cursor
        if about is None:
            about = span.end if span.end >= self.whole().end else (span.start + span.end) / 2
        self._zoom(factor, about)

    def _zoom(self, factor: float, about: float) -> None:
        whole, span = self.whole(), self.span
        length = max(_MIN_SPAN_S, span.length * factor)
        if length >= whole.length:
            self.zoomed = None
        else:
            share = (about - span.start) / span.length if span.length else 0.5
            start = about - length * share
            self.zoomed = _inside(Span(start, start + length), whole)
        self.draw()

    def action_pan(self, share: float) -> None:
        """Along the run."""
        if self.zoomed is not None:
            self._pan(self.zoomed.length * share)

    def _pan(self, by: float) -> None:
        if self.zoomed is not None:
            self.zoomed = _inside(Span(self.zoomed.start + by, self.zoomed.end + by), self.whole())
            self.draw()

    def action_whole(self) -> None:
        """All of it."""
        self.zoomed = None
        self.draw()

    # -- crosshair -----------------------------------------------------------------------------------

    def _column_s(self) -> float:
        return self.span.length / max(1, plot_room(*self._view_size, axis=True).width)

    def action_move(self, columns: int) -> None:
        """The crosshair by columns; at an edge the view goes along."""
        span = self.span
        if self.cursor is None:
            self._point(span.end if columns < 0 else span.start)
        else:
            self._point(self.cursor + columns * self._column_s())

    def _point(self, ts: float) -> None:
        whole = self.whole()
        self.cursor = min(max(ts, whole.start), whole.end)
        span = self.span
        if self.zoomed is not None and not span.start <= self.cursor <= span.end:
            half = span.length / 2
            self.zoomed = _inside(Span(self.cursor - half, self.cursor + half), whole)
        self.draw()

    def action_event(self, way: int) -> None:
        """To the next mark or alert, or the one before."""
        known = events(self.session.snapshot())
        here = self.cursor
        if here is None:
            here = self.span.end if way < 0 else self.span.start
        i = bisect_right(known, here + 1e-6) if way > 0 else bisect_left(known, here - 1e-6) - 1
        if 0 <= i < len(known):
            self._point(known[i])
        else:
            toast(self, f"nothing was marked {'after' if way > 0 else 'before'} this")

    def action_back(self) -> None:
        """The crosshair goes first."""
        if self.cursor is not None:
            self.cursor = None
            self.draw()
        else:
            self.dismiss(None)

    def action_log(self) -> None:
        """The log at the crosshair's time."""
        from vasttui.tui.screens.log import LogScreen  # noqa: PLC0415  asked for here only

        ts = self.cursor
        self.app.push_screen(LogScreen(self.session, self.session.snapshot().run.name, at_ts=ts))

    def _ts_of(self, x: int) -> float | None:
        room = plot_room(*self._view_size, axis=True)
        if self.all or not room.gutter <= x - 1 < room.gutter + room.width:
            return None
        return self.span.start + (x - 1 - room.gutter + 0.5) * self._column_s()

    @on(ChartView.Pointed)
    def _pointed(self, event: ChartView.Pointed) -> None:
        if (ts := self._ts_of(event.x)) is not None:
            self._point(ts)

    @on(ChartView.Turned)
    def _turned(self, event: ChartView.Turned) -> None:
        if (ts := self._ts_of(event.x)) is not None:
            self._zoom(event.by, ts)

    @on(ChartView.Dragged)
    def _dragged(self, event: ChartView.Dragged) -> None:
        self._pan(-event.by * self._column_s())

    # -- comparison ----------------------------------------------------------------------------------

    def action_compare(self) -> None:
        """Choose what to lay over this run; once more: nothing."""
        if self.other is not None:
            self.other = None
            self.draw()
        else:
            self.controls.run("compare", self._known, self._choose)

    async def _known(self) -> "list[Past]":
        from vasttui.watch.past import earlier, samples  # noqa: PLC0415  asked for here only

        run, role = self.session.snapshot().run, self.session.snapshot().role
        if role == "replay":
            return samples(besides=run.name)
        return await asyncio.to_thread(earlier, run.name, run.attempt)

    def _choose(self, known: "list[Past]") -> str | None:
        if not known:
            return "there is no earlier attempt and no other run to compare with"
        from vasttui.tui.screens.choose import ChooseScreen  # noqa: PLC0415  asked for here only

        def chosen(index: int | None) -> None:
            if index is not None:
                self.controls.run("compare", lambda: self._load(known[index]), lambda _: None)

        rows = [(past.name, past.text) for past in known]
        self.app.push_screen(ChooseScreen("Compare with", rows), chosen)
        return None

    async def _load(self, past: "Past") -> None:
        started = self.session.snapshot().run.started_at
        self.other = await asyncio.to_thread(lambda: shifted(past.load(), started))
        self.draw()


def _inside(span: Span, whole: Span) -> Span:
    start = min(max(span.start, whole.start), whole.end - span.length)
    return Span(start, start + span.length)
