"""Lines over time as cells: gaps, levels, marks, alert spans, a crosshair. Numbers in, `Content` out."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import isfinite

from textual.content import Content

from vasttui.monitor.check import Alert
from vasttui.monitor.series import Series
from vasttui.tui.braille import Canvas, dot_row, level, line_rows, trace
from vasttui.tui.decimate import Columns, decimate
from vasttui.tui.ticks import ticks
from vasttui.watch.session import Mark

MARK_GLYPHS = {"eval": "◆", "checkpoint": "■", "attempt": "↻"}
GUTTER = 8
LABELS = 7
FEW_POINTS = 40


@dataclass(frozen=True, slots=True, eq=False)
class Line:
    """One series, decimated to two columns a cell of the plot.

    `filled`: the ground under it is tinted, right only where the scale begins at nought. `points`: (unix s,
    value) of a series of few, each drawn as a dot.
    """

    columns: Columns
    style: str = "$primary"
    filled: bool = False
    points: tuple[tuple[float, float], ...] = ()


@dataclass(frozen=True, slots=True)
class Level:
    """A level line: a dot at every `every`-th place, its name at the right."""

    value: float
    name: str
    style: str
    every: int = 1


@dataclass(frozen=True, slots=True, eq=False)
class Graph:
    """What to draw; the first line lies on top. `cursor`: unix s of the crosshair.

    The scale is round in multiples of `base`.
    """

    lines: tuple[Line, ...]
    start: float
    end: float
    low: float
    high: float
    write: Callable[[float], str] = str
    levels: tuple[Level, ...] = ()
    marks: tuple[Mark, ...] = ()
    alerts: tuple[Alert, ...] = ()
    tint: bool = True
    cursor: float | None = None
    base: float = 1.0


@dataclass(frozen=True, slots=True)
class Room:
    """Cells for the plot itself, and what stands around it."""

    width: int
    height: int
    gutter: int
    labels: int


def line_of(
    series: Series,
    start: float,
    end: float,
    room: "Room",
    *,
    style: str = "$primary",
    filled: bool = False,
    gap_s: float | None = None,
) -> Line:
    """A series between two times, ready to draw. `gap_s`: how far apart points are still joined."""
    columns = decimate(series.ts, series.values, start, end, room.width * 2, gap_s=gap_s)
    few = zip(series.ts, series.values, strict=True) if len(series) <= FEW_POINTS else ()
    points = tuple((ts, value) for ts, value in few if start <= ts <= end and isfinite(value))
    return Line(columns, style, filled, points)


def room_for(width: int, height: int, *, levels: bool, below: int = 0) -> Room | None:
    """How the cells are shared out; `below`: rows under the plot. None: there is no room for a plot."""
    gutter = GUTTER if width >= 32 else 0
    labels = LABELS if width >= 56 and levels else 0
    room = Room(width - gutter - labels, height - below, gutter, labels)
    return room if room.width >= 8 and room.height >= 1 else None


def plot(graph: Graph, room: Room) -> list[Content]:
    """The rows of the plot, scale and names included."""
    layers: list[tuple[Canvas, str]] = [
        (trace(line.columns, graph.low, graph.high, room.width, room.height), line.style)
        for line in graph.lines
    ]
    layers += [
        (level(at.value, graph.low, graph.high, room.width, room.height, at.every), at.style)
        for at in graph.levels
        if graph.low <= at.value <= graph.high
    ]
    tints = _tints(graph, room)
    signs = _signs(graph, room)
    rows = [_row(layers, y, tints[y], signs) for y in range(room.height)]
    left = scale(graph, room) if room.gutter else [Content("")] * room.height
    right = _names(graph, room) if room.labels else [Content("")] * room.height
    return [Content("").join(parts) for parts in zip(left, rows, right, strict=True)]


def spans(alerts: Sequence[Alert], end: float) -> list[tuple[float, float]]:
    """The time each alert held; one that still does reaches to `end`."""
    return [(alert.since, alert.resolved_at or end) for alert in alerts]


def shaded(graph: Graph, width: int) -> list[bool]:
    """Which columns lie in an alert."""
    cells = [False] * width
    step = (graph.end - graph.start) / width
    for begin, finish in spans(graph.alerts, graph.end):
        if finish < graph.start or begin > graph.end:
            continue
        first = max(0, int((begin - graph.start) / step))
        for x in range(first, min(width, int((finish - graph.start) / step) + 1)):
            cells[x] = True
    return cells


def _tints(graph: Graph, room: Room) -> list[list[str]]:
    """The ground of each cell: alert spans, and a shade under a filled line; what is unknown stays bare."""
    if not graph.tint:
        return [[""] * room.width] * room.height
    filled = next((line.columns for line in graph.lines if line.filled), Columns(0, 0, ()))
    under = line_rows(filled, graph.high, room.width, room.height)
    dark = shaded(graph, room.width)
    above = [" on $error 18%" if bad else "" for bad in dark]
    below = [" on $error 30%" if bad else " on $primary 12%" for bad in dark]
    return [[below[x] if y >= under[x] else above[x] for x in range(room.width)] for y in range(room.height)]


def _signs(graph: Graph, room: Room) -> dict[tuple[int, int], tuple[str, str]]:
    """Cells that hold a glyph instead of dots: the points of a series of few, the crosshair."""
    signs: dict[tuple[int, int], tuple[str, str]] = {}
    grid = Columns(graph.start, graph.end, (None,) * room.width)
    for line in reversed(graph.lines):
        for ts, value in line.points:
            x = grid.index(ts)
            if x is not None and isfinite(value):
                signs[x, dot_row(value, graph.low, graph.high, room.height * 4) // 4] = ("●", line.style)
    x = None if graph.cursor is None else grid.index(graph.cursor)
    if x is not None:
        for y in range(room.height):
            signs.setdefault((x, y), ("│", "$text-muted"))
        for line in reversed(graph.lines):
            if (known := next(filter(None, line.columns.values[2 * x : 2 * x + 2]), None)) is not None:
                y = dot_row((known[0] + known[1]) / 2, graph.low, graph.high, room.height * 4) // 4
                signs[x, y] = ("◉", f"bold {line.style}")
    return signs


def _row(
    layers: list[tuple[Canvas, str]], y: int, tints: list[str], signs: dict[tuple[int, int], tuple[str, str]]
) -> Content:
    masks = [(canvas.line(y), colour) for canvas, colour in layers]
    parts: list[tuple[str, str]] = []
    letters: list[str] = []
    before: str | None = None
    for x, ground in enumerate(tints):
        text, style = " ", ground
        if (x, y) in signs:
            text, colour = signs[x, y]
            style = colour + ground
        else:
            for mask, colour in masks:
                if bits := mask[x]:
                    text, style = chr(0x2800 + bits), colour + ground
                    break
        if style != before:
            if before is not None:
                parts.append(("".join(letters), before))
            letters, before = [], style
        letters.append(text)
    parts.append(("".join(letters), before or ""))
    return Content.assemble(*parts)


def scale(graph: Graph, room: Room) -> list[Content]:
    """Round values at the left, each in the row it belongs to."""
    texts = [""] * room.height
    for times in ticks(graph.low / graph.base, graph.high / graph.base, max(2, room.height // 3)):
        value = times * graph.base
        texts[dot_row(value, graph.low, graph.high, room.height * 4) // 4] = graph.write(value)
    return [Content.styled(f"{text:>{GUTTER - 1}} "[-GUTTER:], "$text-muted") for text in texts]


def _names(graph: Graph, room: Room) -> list[Content]:
    names: dict[int, tuple[str, str]] = {}
    for at in reversed(graph.levels):
        if graph.low <= at.value <= graph.high:
            y = dot_row(at.value, graph.low, graph.high, room.height * 4) // 4
            names[y] = (f" {at.name}"[:LABELS].ljust(LABELS), at.style)
    return [Content.styled(*names.get(y, (" " * LABELS, ""))) for y in range(room.height)]


def mark_row(graph: Graph, width: int) -> Content:
    """Under the plot: evals, checkpoints and attempts, alerts as `▲` with a line for as long as they held."""
    cells: list[tuple[str, str]] = [(" ", "")] * width
    grid = Columns(graph.start, graph.end, (None,) * width)
    for x, bad in enumerate(shaded(graph, width)):
        if bad:
            cells[x] = ("━", "$text-error")
    for mark in graph.marks:
        if (x := grid.index(mark.ts)) is not None:
            cells[x] = (MARK_GLYPHS[mark.kind], "$text-accent")
    for begin, _ in spans(graph.alerts, graph.end):
        if (x := grid.index(begin)) is not None:
            cells[x] = ("▲", "$text-error")
    return Content.assemble(*cells).simplify()
