"""Charts with axes by plotext, from decimated columns. Its import and its building belong in a thread."""

import re
from dataclasses import dataclass
from threading import Lock
from typing import Any

from textual.content import Content

from vasttui.tui import figures
from vasttui.tui.decimate import Columns

# plotext writes these palette numbers; the theme's colours take their place.
INKS = {
    "red": (1, "$text-error"), "green": (2, "$text-success"), "yellow": (3, "$text-warning"),
    "blue": (4, "$primary"), "magenta": (5, "$text-accent"), "cyan": (6, "$text-muted"),
}  # fmt: skip
_STYLES = dict(INKS.values())
_SGR = re.compile(r"\x1b\[([\d;]*)m")
_ONE_AT_A_TIME = Lock()  # plotext has one figure for the whole process


@dataclass(frozen=True, slots=True)
class Plot:
    """One series to draw.

    `levels`: (value, ink, a glyph every so many cells); `marks`: (unix s, glyph, ink). Inks are keys of
    `INKS`. `points`: (unix s, value) to mark each with a dot, for series of few.
    """

    columns: Columns
    low: float
    high: float
    levels: tuple[tuple[float, str, int], ...] = ()
    marks: tuple[tuple[float, str, str], ...] = ()
    points: tuple[tuple[float, float], ...] = ()


def segments(columns: Columns) -> list[tuple[list[float], list[float]]]:
    """The stretches between gaps, as x (unix s) and y, highest and lowest of each column in turn."""
    step = (columns.end - columns.start) / max(1, len(columns.values))
    found: list[tuple[list[float], list[float]]] = []
    open_ = False
    for i, column in enumerate(columns.values):
        if column is None:
            open_ = False
            continue
        if not open_:
            found.append(([], []))
            open_ = True
        x = columns.start + (i + 0.5) * step
        for value in dict.fromkeys((column[1], column[0])):
            found[-1][0].append(x)
            found[-1][1].append(value)
    return found


def build(plot: Plot, width: int, height: int) -> str:
    """`width` by `height` cells of text with palette colours. Slow enough (20 ms) to belong in a thread."""
    with _ONE_AT_A_TIME:
        import plotext  # noqa: PLC0415  a quarter of a second, paid when a chart is first asked for

        library: Any = plotext  # it has no types
        library.terminal.limit(False, False)
        figure = library.figure
        figure.clear.all()
        figure.plot_size(width, height)
        figure.canvas("default")
        ink = {name: library.pixel(code, "default") for name, (code, _) in INKS.items()}
        figure.axes(True, pixel=ink["cyan"])
        span = plot.columns
        _rulers(figure, plot, ink["cyan"], width, height)
        for value, name, every in plot.levels:
            xs = [span.start + (span.end - span.start) * i / width for i in range(0, width + 1, every)]
            glyph = "─" if every == 1 else "·"
            figure.draw(figure.signal(xs, [value] * len(xs), marker=library.marker(glyph, ink[name])))
        for xs, ys in segments(plot.columns):
            line = figure.signal(xs, ys, marker=library.marker("braille", ink["blue"]))
            figure.draw(line.lines())
        for ts, value in plot.points:
            figure.draw(figure.signal([ts], [value], marker=library.marker("●", ink["blue"])))
        for ts, glyph, name in plot.marks:
            figure.draw(figure.signal([ts], [plot.low], marker=library.marker(glyph, ink[name])))
        return str(figure.build())


def _rulers(figure: Any, plot: Plot, ink: Any, width: int, height: int) -> None:
    columns = plot.columns
    count = max(2, width // 18)
    xs = [columns.start + (columns.end - columns.start) * i / (count - 1) for i in range(count)]
    figure.ruler(0, 0).lim(columns.start, columns.end)
    figure.ruler(0, 0).ticks(xs, [figures.moment(x, columns.end, seconds=xs[1] - xs[0] < 60) for x in xs])
    rows = max(2, height // 4)
    ys = [plot.low + (plot.high - plot.low) * i / (rows - 1) for i in range(rows)]
    figure.ruler(1, 0).lim(plot.low, plot.high)
    figure.ruler(1, 0).ticks(ys, [f"{figures.significant(y) if y else '0':>8}" for y in ys])
    for axis in (0, 1):
        figure.ruler(axis, 0).pixel(ink)


def content(built: str) -> Content:
    """Plotext's text in the theme's colours; its backgrounds are let go."""
    parts: list[tuple[str, str]] = []
    style = ""
    at = 0
    for match in _SGR.finditer(built):
        parts.append((built[at : match.start()], style))
        at = match.end()
        codes = match[1].split(";")
        if codes[:2] == ["38", "5"]:
            style = _STYLES.get(int(codes[2]), "")
        elif codes[0] in ("", "0"):
            style = ""
    parts.append((built[at:], style))
    return Content.assemble(*(part for part in parts if part[0]))
