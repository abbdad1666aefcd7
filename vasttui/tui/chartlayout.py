"""One chart with its axes, or all of them in a grid."""

from collections.abc import Callable
from datetime import datetime
from math import ceil, floor

from textual.content import Content

from vasttui.tui import figures
from vasttui.tui.graph import GUTTER, LABELS, Graph, Room, mark_row, plot
from vasttui.tui.panes.base import spread
from vasttui.tui.quantities import title_of
from vasttui.tui.ticks import time_step

_MIN_HEIGHT = 7


def plot_room(width: int, height: int, *, axis: bool) -> Room:
    """Cells for the plot; the same for every series, so that their times stand under each other."""
    return Room(max(8, width - GUTTER - LABELS), max(1, height - 1 - axis), GUTTER, LABELS)


def one_chart(graph: Graph, room: Room, *, axis: bool) -> Content:
    """Plot, marks, and the time axis."""
    pad = Content(" " * room.gutter)
    lines = [*plot(graph, room), pad + mark_row(graph, room.width)]
    if axis:
        lines.append(pad + time_axis(graph.start, graph.end, room.width))
    return Content("\n").join(lines)


def time_axis(start: float, end: float, width: int) -> Content:
    """Round wall-clock times, each beginning at its column."""
    span = end - start
    step = time_step(span, max(2, width / 14))
    offset = datetime.fromtimestamp(start).astimezone().utcoffset()
    local_s = offset.total_seconds() if offset is not None else 0.0
    cells = [" "] * width
    first = ceil((start + local_s) / step)
    free = 0
    for i in range(first, floor((end + local_s) / step) + 1):
        ts = i * step - local_s
        x = int((ts - start) / span * width)
        text = "╷" + figures.moment(ts, end, seconds=step < 60)
        if x >= free and x + len(text) <= width:
            cells[x : x + len(text)] = text
            free = x + len(text) + 2
    return Content.styled("".join(cells), "$text-muted")


def all_charts(
    keys: list[str],
    chosen: str,
    width: int,
    height: int,
    value: Callable[[str], Content],
    one: Callable[..., Content],
) -> Content:
    """Small charts in one, two or three columns, the chosen one's name reversed and always among them."""
    columns = min(len(keys), 3 if width >= 210 else 2 if width >= 110 else 1)
    rows = min(ceil(len(keys) / columns), max(1, height // _MIN_HEIGHT))
    first = max(0, keys.index(chosen) // columns - rows + 1) * columns if chosen in keys else 0
    shown = keys[first : first + rows * columns]
    wide = (width - 2 * (columns - 1)) // columns
    lines: list[Content] = []
    for row in range(ceil(len(shown) / columns)):
        high = height // rows + (1 if row < height % rows else 0)
        cells = [
            _small(key, key == chosen, wide, high, value(key), one)
            for key in shown[row * columns : (row + 1) * columns]
        ]
        lines += [Content("  ").join(parts) for parts in zip(*cells, strict=True)]
    return Content("\n").join(lines)


def _small(
    key: str, chosen: bool, wide: int, high: int, value: Content, one: Callable[..., Content]
) -> list[Content]:
    name = Content.styled(title_of(key), "bold reverse" if chosen else "bold")
    rows = one(key, wide, high - 2, axis=True).split("\n", allow_blank=True)
    head = spread(name, value.truncate(max(8, wide - len(title_of(key)) - 2), ellipsis=True), wide)
    return [_filled(row, wide) for row in (head, *rows, Content(""))][:high]


def _filled(row: Content, wide: int) -> Content:
    return Content.assemble(row, " " * max(0, wide - row.cell_length))
