"""A dot canvas: two dots a cell across, four down, in braille."""

from textual.content import Content

from vasttui.tui.decimate import Columns

_BITS = ((0x01, 0x08), (0x02, 0x10), (0x04, 0x20), (0x40, 0x80))


class Canvas:
    """`width` by `height` cells; dots count from the top left."""

    def __init__(self, width: int, height: int) -> None:
        self.width = width
        self.height = height
        self._cells = [bytearray(width) for _ in range(height)]

    def dot(self, x: int, y: int) -> None:
        """Set one dot; outside the canvas nothing happens."""
        if 0 <= x < self.width * 2 and 0 <= y < self.height * 4:
            self._cells[y // 4][x // 2] |= _BITS[y % 4][x % 2]

    def column(self, x: int, top: int, bottom: int) -> None:
        """Set a run of dots, `top` to `bottom` included."""
        for y in range(max(0, top), min(self.height * 4 - 1, bottom) + 1):
            self.dot(x, y)

    def mask(self, x: int, y: int) -> int:
        """The dots of one cell as braille's low byte."""
        return self._cells[y][x]

    def line(self, y: int) -> bytearray:
        """The dots of one row of cells."""
        return self._cells[y]

    def row(self, y: int) -> str:
        """One row of cells; an empty cell is a space."""
        return "".join(chr(0x2800 + bits) if bits else " " for bits in self._cells[y])


def dot_row(value: float, low: float, high: float, dots: int) -> int:
    """The dot row of `value`, clipped to the canvas."""
    share = (value - low) / (high - low) if high > low else 0.0
    return min(dots - 1, max(0, round((1 - share) * (dots - 1))))


def trace(columns: Columns, low: float, high: float, width: int, height: int) -> Canvas:
    """A line through `columns` (two a cell), each joined to the one before it; gaps stay empty."""
    canvas = Canvas(width, height)
    dots = height * 4
    before: tuple[int, int] | None = None
    for x, column in enumerate(columns.values[: width * 2]):
        if column is None:
            before = None
            continue
        top, bottom = (dot_row(value, low, high, dots) for value in (column[1], column[0]))
        if before is not None:
            join_top, join_bottom = min(top, before[1] + 1), max(bottom, before[0] - 1)
        else:
            join_top, join_bottom = top, bottom
        canvas.column(x, join_top, join_bottom)
        before = (top, bottom)
    return canvas


def level(value: float, low: float, high: float, width: int, height: int, every: int = 1) -> Canvas:
    """A level line, a dot at each `every`-th column."""
    canvas = Canvas(width, height)
    y = dot_row(value, low, high, height * 4)
    for x in range(0, width * 2, every):
        canvas.dot(x, y)
    return canvas


def line_rows(columns: Columns, top: float, width: int, height: int) -> list[int]:
    """The first cell row to fill under the line in each cell column; `height` where nothing is known."""
    rows: list[int] = []
    for x in range(width):
        known = [column for column in columns.values[2 * x : 2 * x + 2] if column is not None]
        low = min((column[0] for column in known), default=None)
        rows.append(height if low is None else (dot_row(low, 0.0, top, height * 4) + 1) // 4)
    return rows


def area(columns: Columns, top: float, width: int, height: int, style: str, *, tint: bool = True) -> Content:
    """A zero-based line with a tint under it, two columns a cell."""
    canvas = trace(columns, 0.0, top, width, height)
    rows = line_rows(columns, top, width, height)
    lines: list[Content] = []
    for y in range(height):
        text = canvas.row(y)
        tints = [f"{style} on {style} 12%" if tint and y >= row else style for row in rows]
        lines.append(Content.assemble(*zip(text, tints, strict=True)).simplify())
    return Content("\n").join(lines)
