"""The step rate as an honest picture: gaps, baseline, 70 % line, marks and alert spans. Pure."""

from dataclasses import dataclass

from textual.content import Content

from vasttui.monitor.check import Alert
from vasttui.monitor.series import Series
from vasttui.tui import figures
from vasttui.tui.decimate import ceiling, decimate
from vasttui.tui.graph import Graph, Level, Line, Room, mark_row, plot, room_for
from vasttui.tui.quantities import quantity
from vasttui.watch.session import Mark

SLOW_SHARE = 0.7


@dataclass(frozen=True, slots=True)
class RateChart:
    """What to draw. `baseline` in steps/s; `start`…`end` unix s."""

    series: Series | None
    start: float
    end: float
    baseline: float | None = None
    slow_share: float = SLOW_SHARE
    marks: tuple[Mark, ...] = ()
    alerts: tuple[Alert, ...] = ()
    tint: bool = True


def draw(chart: RateChart, width: int, height: int) -> Content:
    """`width` by `height` cells. Gutter, labels, marks and axis go as the room shrinks."""
    axis = 1 if height >= 6 else 0
    marks = 1 if height >= 4 else 0
    room = room_for(width, height, levels=bool(chart.baseline), below=axis + marks)
    if room is None:
        return Content("")
    if chart.series is None or not len(chart.series) or chart.end <= chart.start:
        return _waiting(width, height)
    graph = _graph(chart, chart.series, room)
    lines = plot(graph, room)
    pad = Content(" " * room.gutter)
    if marks:
        lines.append(pad + mark_row(graph, room.width))
    if axis:
        lines.append(pad + _axis(chart, room.width))
    return Content("\n").join(lines)


def _graph(chart: RateChart, series: Series, room: Room) -> Graph:
    columns = decimate(series.ts, series.values, chart.start, chart.end, room.width * 2)
    return Graph(
        (Line(columns, filled=True),),
        chart.start,
        chart.end,
        0.0,
        ceiling(columns, at_least=(chart.baseline or 0.0) * 1.05),
        quantity("rate").tick,
        rate_levels(chart.baseline, chart.slow_share),
        chart.marks,
        chart.alerts,
        chart.tint,
    )


def rate_levels(baseline: float | None, slow_share: float = SLOW_SHARE) -> tuple[Level, ...]:
    """The usual rate and the one that counts as slow."""
    if not baseline:
        return ()
    return (
        Level(baseline, "base", "$text-muted"),
        Level(baseline * slow_share, f"{slow_share:.0%}", "$text-warning", 3),
    )


def _waiting(width: int, height: int) -> Content:
    text = "no step seen yet"
    lines = [""] * (height // 2) + [text.center(width).rstrip()]
    return Content.styled("\n".join(lines), "$text-muted")


def _axis(chart: RateChart, width: int) -> Content:
    span = chart.end - chart.start
    left = figures.moment(chart.start, chart.end, seconds=span < 600)
    right = figures.moment(chart.end, chart.end, seconds=span < 600)
    middle = f" {figures.about(span)} "
    room = width - len(left) - len(right) - 2
    rule = middle.center(room, "╌") if room >= len(middle) + 4 else " " * max(0, room)
    return Content.styled(f"{left} {rule} {right}", "$text-muted")
