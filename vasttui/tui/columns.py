"""Rows under named columns: the most useful that fit, as wide as their widest cell."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from textual.content import Content
from textual.style import Style

T = TypeVar("T")
GAP = 2
UP, DOWN = "▲", "▼"


@dataclass(frozen=True, slots=True)
class Column(Generic[T]):
    """`use`: low is kept where there is little room. `key`: what it is sorted by, None last.

    `descending`: sorted from the largest at first. `style`: of a cell.
    """

    name: str
    cell: Callable[[T], str]
    use: int
    key: Callable[[T], float | str | None]
    left: bool = False
    descending: bool = False
    style: Callable[[T], str] = lambda _: ""


@dataclass(frozen=True, slots=True)
class Laid(Generic[T]):
    """The columns that fit, each with its width."""

    columns: tuple[tuple[Column[T], int], ...]

    def head(self, sorted_by: str, arrow: str) -> Content:
        """The names; a click on one carries its name as meta `sort`."""
        parts: list[Content] = []
        for column, size in self.columns:
            mine = column.name == sorted_by
            name = f"{column.name}{arrow if mine else ''}"
            text = name.ljust(size) if column.left else name.rjust(size)
            part = Content.styled(text, "bold $text-accent" if mine else "$text-muted")
            parts.append(part.stylize(Style.from_meta({"sort": column.name})))
        return Content(" " * GAP).join(parts)

    def row(self, item: T) -> Content:
        """One line."""
        parts: list[Content] = []
        for column, size in self.columns:
            cell = column.cell(item)
            cell = cell if len(cell) <= size else cell[: size - 1] + "…"
            text = cell.ljust(size) if column.left else cell.rjust(size)
            parts.append(Content.styled(text, column.style(item)))
        return Content(" " * GAP).join(parts)


def lay_out(columns: Sequence[Column[T]], rows: Sequence[T], width: int, most: int = 22) -> Laid[T]:
    """What fits into `width` cells, in the columns' order; no cell is wider than `most`."""
    sizes = [
        max([len(column.name) + 1, *(min(most, len(column.cell(row))) for row in rows)]) for column in columns
    ]
    room = width + GAP
    kept: list[int] = []
    for at in sorted(range(len(columns)), key=lambda i: columns[i].use):
        if sizes[at] + GAP <= room:
            kept.append(at)
            room -= sizes[at] + GAP
    return Laid(tuple((columns[at], sizes[at]) for at in sorted(kept)))


def in_order(rows: Sequence[T], column: Column[T], *, reverse: bool) -> list[T]:
    """Sorted by the column; what is unknown comes last either way."""
    known = [(key, row) for row in rows if (key := column.key(row)) is not None]
    unknown = [row for row in rows if column.key(row) is None]
    down = column.descending != reverse
    known.sort(key=lambda pair: pair[0], reverse=down)  # pyright: ignore[reportArgumentType]  one type a column
    return [row for _, row in known] + unknown
