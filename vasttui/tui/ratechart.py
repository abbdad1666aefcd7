"""The step rate as an honest picture: gaps, baseline, 70 % line, marks and alert spans. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass

from textual.content import Content

from vasttui.monitor.check import Alert
from vasttui.monitor.series import Series
from vasttui.tui import figures
from vasttui.tui.braille import Canvas, dot_row, level, line_rows, trace
from vasttui.tui.decimate import Columns, ceiling, decimate
from vasttui.watch.session import Mark

MARK_GLYPHS = {"eval": "◆", "checkpoint": "■", "attempt": "↻"}
SLOW_SHARE = 0.7
_GUTTER = 7
_LABELS = 7


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
    gutter = _GUTTER if width >= 40 else 0
    labels = _LABELS if width >= 56 and chart.baseline else 0
    axis = 1 if height >= 6 else 0
    marks = 1 if height >= 4 else 0
    plot_width, plot_height = width - gutter - labels, height - axis - marks
    if plot_width < 8 or plot_height < 1:
        return Content("")
    if chart.series is None or not len(chart.series) or chart.end <= chart.start:
        return _waiting(width, height)
    columns = decimate(chart.series.ts, chart.series.values, chart.start, chart.end, plot_width * 2)
    top = ceiling(columns, at_least=(chart.baseline or 0.0) * 1.05)
    shaded = _shaded(chart, plot_width)
    rows = _plot(chart, columns, top, plot_width, plot_height, shaded)
    left = _scale(top, plot_height) if gutter else [Content("")] * plot_height
    right = _names(chart, top, plot_height) if labels else [Content("")] * plot_height
    lines = [Content("").join(parts) for parts in zip(left, rows, right, strict=True)]
    pad = Content(" " * gutter)
    if marks:
        lines.append(pad + _marks(chart, plot_width))
    if axis:
        lines.append(pad + _axis(chart, plot_width))
    return Content("\n").join(lines)


def _waiting(width: int, height: int) -> Content:
    text = "no step seen yet"
    lines = [""] * (height // 2) + [text.center(width).rstrip()]
    return Content.styled("\n".join(lines), "$text-muted")


def spans(alerts: Sequence[Alert], end: float) -> list[tuple[float, float]]:
    """The time each alert held; one that still does reaches to `end`."""
    return [(alert.since, alert.resolved_at or end) for alert in alerts]


def _shaded(chart: RateChart, width: int) -> list[bool]:
    shaded = [False] * width
    step = (chart.end - chart.start) / width
    for begin, finish in spans(chart.alerts, chart.end):
        first = max(0, int((begin - chart.start) / step))
        for x in range(first, min(width, int((finish - chart.start) / step) + 1)):
            shaded[x] = True
    return shaded


def _plot(
    chart: RateChart, columns: Columns, top: float, width: int, height: int, shaded: list[bool]
) -> list[Content]:
    line = trace(columns, 0.0, top, width, height)
    under = line_rows(columns, top, width, height)
    layers: list[tuple[Canvas, str]] = [(line, "$primary")]
    if chart.baseline:
        layers.append((level(chart.baseline, 0.0, top, width, height), "$text-disabled"))
        layers.append((level(chart.baseline * chart.slow_share, 0.0, top, width, height, 3), "$text-warning"))
    tints = _tints(shaded, under, width, height) if chart.tint else [[""] * width] * height
    return [_row(layers, y, tints[y]) for y in range(height)]


def _tints(shaded: list[bool], under: list[int], width: int, height: int) -> list[list[str]]:
    """The ground of each cell: alert spans, and a shade under the line; unknown stretches stay bare."""

    def tint(x: int, y: int) -> str:
        if shaded[x]:
            return " on $error 30%" if y >= under[x] else " on $error 18%"
        return " on $primary 12%" if y >= under[x] else ""

    return [[tint(x, y) for x in range(width)] for y in range(height)]


def _row(layers: list[tuple[Canvas, str]], y: int, tints: list[str]) -> Content:
    parts: list[tuple[str, str]] = []
    for x, ground in enumerate(tints):
        text, style = " ", ""
        for canvas, colour in layers:
            if bits := canvas.mask(x, y):
                text, style = chr(0x2800 + bits), colour
                break
        style += ground
        if parts and parts[-1][1] == style:
            parts[-1] = (parts[-1][0] + text, style)
        else:
            parts.append((text, style))
    return Content.assemble(*parts)


def _scale(top: float, height: int) -> list[Content]:
    wanted = {0: top, height - 1: 0.0}
    if height >= 5:
        wanted[height // 2] = top * (1 - (height // 2 + 0.5) / height)
    return [
        Content.styled(
            f"{figures.significant(wanted[y]) + '/s' if wanted.get(y) else '0' if y in wanted else '':>6} ",
            "$text-muted",
        )
        for y in range(height)
    ]


def _names(chart: RateChart, top: float, height: int) -> list[Content]:
    assert chart.baseline is not None
    base = dot_row(chart.baseline, 0.0, top, height * 4) // 4
    floor = dot_row(chart.baseline * chart.slow_share, 0.0, top, height * 4) // 4
    names = {floor: (f" {chart.slow_share:.0%}".ljust(_LABELS), "$text-warning")}
    names[base] = (" base".ljust(_LABELS), "$text-muted")
    return [Content.styled(*names.get(y, (" " * _LABELS, ""))) for y in range(height)]


def _marks(chart: RateChart, width: int) -> Content:
    cells: list[tuple[str, str]] = [(" ", "")] * width
    scale = Columns(chart.start, chart.end, (None,) * width)
    for begin, finish in spans(chart.alerts, chart.end):
        first, last = scale.index(max(begin, chart.start)), scale.index(min(finish, chart.end))
        if first is not None and last is not None:
            cells[first : last + 1] = [("━", "$text-error")] * (last + 1 - first)
    for mark in chart.marks:
        if (x := scale.index(mark.ts)) is not None:
            cells[x] = (MARK_GLYPHS[mark.kind], "$text-accent")
    for begin, _ in spans(chart.alerts, chart.end):
        if (x := scale.index(begin)) is not None:
            cells[x] = ("▲", "$text-error")
    return Content.assemble(*cells).simplify()


def _axis(chart: RateChart, width: int) -> Content:
    span = chart.end - chart.start
    left = figures.moment(chart.start, chart.end, seconds=span < 600)
    right = figures.moment(chart.end, chart.end, seconds=span < 600)
    middle = f" {figures.about(span)} "
    room = width - len(left) - len(right) - 2
    rule = middle.center(room, "╌") if room >= len(middle) + 4 else " " * max(0, room)
    return Content.styled(f"{left} {rule} {right}", "$text-muted")
