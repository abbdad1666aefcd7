"""One series over the whole run with axes; zoom, pan, and a key for every series."""

import asyncio
from dataclasses import dataclass
from math import isfinite
from typing import Any, ClassVar

from textual.app import App, ComposeResult
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.screen import Screen
from textual.widgets import Static

from vasttui.monitor.series import Series
from vasttui.tui import figures
from vasttui.tui.controls import Controls
from vasttui.tui.decimate import Columns, decimate
from vasttui.tui.panes.base import spread
from vasttui.tui.panes.rate import bounds
from vasttui.tui.plot import Plot, build, content
from vasttui.tui.ratechart import MARK_GLYPHS, SLOW_SHARE
from vasttui.watch.session import Session, Snapshot

TITLES = {
    "rate": "Step rate", "loss": "Loss", "gpu": "GPU busy", "vram": "VRAM", "ram": "RAM",
    "disk": "Disk free", "power": "Power", "temp": "Temperature",
}  # fmt: skip
_ZERO_BASED = ("rate", "gpu", "vram", "ram", "disk", "power")
_REFRESH_S = 2.0
_MIN_SPAN_S = 10.0
_FEW_POINTS = 40


@dataclass(frozen=True, slots=True)
class Span:
    """The time shown, unix s; None at the right: up to now."""

    start: float
    end: float


def title_of(key: str) -> str:
    """A series' name for people."""
    return TITLES.get(key) or figures.one_line(key.removeprefix("eval:"), 24)


def shown_keys(snapshot: Snapshot) -> list[str]:
    """Series with points: the known ones in their order, then evals by name."""
    keys = [key for key in TITLES if len(snapshot.series.get(key, ()))]
    return keys + sorted(
        key for key, series in snapshot.series.items() if key.startswith("eval:") and len(series)
    )


def limits(key: str, columns: Columns, floor: float | None = None) -> tuple[float, float]:
    """The y axis: from zero where zero means something, else a little around what is there."""
    known = [column for column in columns.values if column is not None]
    if not known:
        return 0.0, 1.0
    low, high = min(c[0] for c in known), max(c[1] for c in known)
    high = max(high, floor or high)
    if key == "gpu":
        return 0.0, 100.0
    if key in _ZERO_BASED:
        return 0.0, high * 1.1 or 1.0
    pad = (high - low) * 0.08 or abs(high) * 0.1 or 1.0
    return low - pad, high + pad


def plot_of(key: str, series: Series, snapshot: Snapshot, span: Span, columns: int) -> Plot:
    """What to draw of one series."""
    gap = None if not key.startswith("eval:") else float("inf")
    decimated = decimate(series.ts, series.values, span.start, span.end, columns, gap_s=gap)
    base = snapshot.baseline
    levels: tuple[tuple[float, str, int], ...] = ()
    if key == "rate" and base is not None and base.seconds_per_step > 0:
        levels = ((1 / base.seconds_per_step, "cyan", 1), (SLOW_SHARE / base.seconds_per_step, "yellow", 2))
    marks = [(mark.ts, MARK_GLYPHS[mark.kind], "magenta") for mark in snapshot.marks]
    marks += [(alert.since, "▲", "red") for alert in snapshot.alerts]
    inside = tuple(mark for mark in marks if span.start <= mark[0] <= span.end)
    low, high = limits(key, decimated, levels[0][0] if levels else None)
    few = list(zip(series.ts, series.values, strict=True)) if len(series) <= _FEW_POINTS else []
    points = tuple(point for point in few if span.start <= point[0] <= span.end and isfinite(point[1]))
    return Plot(decimated, low, high, levels, inside, points)


class ChartScreen(Screen[None]):
    """Follows the run; building happens in a thread, decimation first."""

    app: "App[Any]"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,q,m", "dismiss", "back"),
        Binding("right_square_bracket,tab", "turn(1)", "next series"),
        Binding("left_square_bracket,shift+tab", "turn(-1)", "series before"),
        Binding("plus,equals_sign,up", "zoom(0.5)", "closer"),
        Binding("minus,down", "zoom(2)", "farther"),
        Binding("left", "pan(-0.25)", "back"),
        Binding("right", "pan(0.25)", "ahead"),
        Binding("0", "whole", "whole run"),
        *(Binding(str(n), f"pick({n - 1})", show=False) for n in range(1, 10)),
    ]

    def __init__(self, session: Session) -> None:
        super().__init__()
        self.session = session
        self.controls = Controls(self)
        self.key = "rate"
        self.zoomed: Span | None = None

    def compose(self) -> ComposeResult:
        """Title, tabs, chart, keys."""
        yield Static(id="chart-title")
        yield Static(id="chart-tabs")
        yield Static("", id="chart", markup=False)
        keys = (("[ ] 1-9", "series"), ("+ -", "zoom"), ("← →", "pan"), ("0", "whole run"), ("esc", "back"))
        parts = [
            Content.assemble((key, "bold $text-accent"), " ", (label, "$text-muted")) for key, label in keys
        ]
        yield Static(Content("  ").join(parts), id="chart-keys")

    def on_mount(self) -> None:
        """Draw, and again as the run goes on."""
        self.set_interval(_REFRESH_S, self._follow)

    def on_resize(self) -> None:
        """As large as there is room."""
        self.call_after_refresh(self.draw)

    def _follow(self) -> None:
        if self.app.screen is self and self.session.snapshot().link != "ended":
            self.draw()

    def whole(self) -> Span:
        """The run from its first point until now."""
        snapshot = self.session.snapshot()
        start, end = bounds(snapshot, snapshot.now_ts, None)
        series = snapshot.series.get(self.key)
        first = series.ts[0] if series is not None and len(series) else start
        return Span(min(start, first), max(end, series.ts[-1] if series is not None and len(series) else end))

    def draw(self) -> None:
        """Build the picture beside the loop, then show it."""
        snapshot = self.session.snapshot()
        keys = shown_keys(snapshot)
        if self.key not in keys and keys:
            self.key = keys[0]
        self._tabs(keys)
        chart = self.query_one("#chart", Static)
        width, height = chart.size
        if not keys or width < 20 or height < 6:
            text = "nothing to draw yet" if not keys else "too small for a chart"
            chart.update(Content.styled(text, "$text-muted"))
            return
        series, span = snapshot.series[self.key], self.zoomed or self.whole()
        self._title(series, span)
        if span.end <= span.start:
            chart.update(Content.styled("one point so far: a line needs two", "$text-muted"))
            return
        plot = plot_of(self.key, series, snapshot, span, max(10, width - 10))

        async def paint() -> None:
            chart.update(content(await asyncio.to_thread(build, plot, width, height)), layout=False)

        self.controls.run("chart", paint, lambda _: None)

    def _title(self, series: Series, span: Span) -> None:
        last = figures.significant(series.values[-1])
        unit = f" {series.unit}" if series.unit else ""
        left = Content.assemble((title_of(self.key), "bold"), f"  {last}{unit} now")
        shown = f"{figures.about(span.end - span.start)}{'' if self.zoomed is None else ', zoomed'}"
        title = self.query_one("#chart-title", Static)
        right = Content.styled(f"{shown}   {figures.plural(len(series), 'point')}", "$text-muted")
        title.update(spread(left, right, max(20, title.size.width)))

    def _tabs(self, keys: list[str]) -> None:
        parts = [
            Content.assemble(
                (f"{i + 1} ", "$text-muted"), (title_of(key), "bold reverse" if key == self.key else "")
            )
            for i, key in enumerate(keys)
        ]
        self.query_one("#chart-tabs", Static).update(Content("   ").join(parts))

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

    def action_zoom(self, factor: float) -> None:
        """Closer or farther, about the right end while it is now."""
        whole, span = self.whole(), self.zoomed or self.whole()
        length = max(_MIN_SPAN_S, (span.end - span.start) * factor)
        if length >= whole.end - whole.start:
            self.zoomed = None
        else:
            end = span.end if span.end >= whole.end else (span.start + span.end + length) / 2
            self.zoomed = self._inside(Span(end - length, end), whole)
        self.draw()

    def action_pan(self, share: float) -> None:
        """Along the run."""
        if self.zoomed is not None:
            by = (self.zoomed.end - self.zoomed.start) * share
            self.zoomed = self._inside(Span(self.zoomed.start + by, self.zoomed.end + by), self.whole())
            self.draw()

    @staticmethod
    def _inside(span: Span, whole: Span) -> Span:
        length = span.end - span.start
        start = min(max(span.start, whole.start), whole.end - length)
        return Span(start, start + length)

    def action_whole(self) -> None:
        """All of it."""
        self.zoomed = None
        self.draw()
