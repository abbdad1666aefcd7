"""How far, how long still, how much: digits three rows high, each under its name."""

from dataclasses import dataclass
from itertools import groupby

from textual.content import Content

from vasttui.tui import figures
from vasttui.tui.bigtext import ROWS, big
from vasttui.tui.panes.base import Pane
from vasttui.tui.view import View

_GAP = 2
_DIGITS = frozenset("0123456789.,-")


@dataclass(frozen=True, slots=True)
class Tile:
    """A figure and its name, right-aligned in `width` cells, so that nothing moves when digits change."""

    name: str
    text: str
    width: int
    style: str = "bold $foreground"


def tiles(view: View) -> list[Tile]:
    """Most wanted first."""
    snapshot, forecast = view.snapshot, view.snapshot.forecast
    total = snapshot.run.total_steps
    share = None if snapshot.step is None or not total else min(1.0, snapshot.step / total)
    done = Tile("done", "-" if share is None else f"{int(share * 100)}%", 16)
    if snapshot.exit is None:
        left = Tile("left", "-" if forecast.eta_s is None else _short(forecast.eta_s), 21)
        cost, name = forecast.projected_usd, "will cost, $"
    else:
        left = Tile("ran", _short(snapshot.exit.ts - snapshot.run.started_at), 21)
        cost, name = forecast.spent_usd, "has cost, $"
    if cost is None:
        return [done, left]
    over = forecast.budget_usd is not None and cost > forecast.budget_usd
    money = figures.money(cost).removeprefix("$")
    style = "bold $text-error" if over else "bold $foreground"
    return [done, left, Tile("▲ over budget, $" if over else name, money, 19, style)]


def _short(seconds: float) -> str:
    text = figures.about(seconds)
    return text.removesuffix("m") if len(text) > 5 else text


def tile_rows(tile: Tile) -> list[Content]:
    """A name and three rows of half blocks; units are muted beside their digits."""
    rows = [Content("")] * ROWS
    groups = ["".join(part) for _, part in groupby(tile.text, key=_DIGITS.__contains__)]
    for i, part in enumerate(groups):
        style = tile.style if part[0] in _DIGITS else "$text-muted"
        drawn = [" " + row if i else row for row in big(part)]
        rows = [Content.assemble(before, (now, style)) for before, now in zip(rows, drawn, strict=True)]
    name = Content.styled(tile.name, "$text-muted")
    return [Content.assemble(" " * max(0, tile.width - row.cell_length), row) for row in (name, *rows)]


class Glance(Pane):
    """As many figures as fit, from the right."""

    def basis(self, view: View) -> object:
        """The figures."""
        return tiles(view)

    def draw(self, view: View) -> Content:
        """Four rows."""
        width = self.size.width
        chosen: list[list[Content]] = []
        room = width
        for tile in tiles(view):
            if tile.width + _GAP <= room:
                chosen.append(tile_rows(tile))
                room -= tile.width + _GAP
        gap = Content(" " * _GAP)
        rows = [
            Content("").join([Content.assemble(gap, rows[y]) for rows in chosen]) for y in range(ROWS + 1)
        ]
        return Content("\n").join(Content.assemble(" " * room, row) for row in rows)
