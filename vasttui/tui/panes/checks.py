"""The list of checks, newest first: the eight fields of the summary line under each other."""

from collections.abc import Sequence

from textual.app import ComposeResult
from textual.containers import VerticalScroll
from textual.content import Content

from vasttui.monitor.check import Check
from vasttui.tui import figures
from vasttui.tui.panes.base import Pane, frame
from vasttui.tui.tone import Tone
from vasttui.tui.view import View

_KEPT = 200
_NAMES = ("time", "step", "rate", "eta", "gpu", "mem", "eval", "status")
_LEFT = (0, 6, 7)
_BY_USE = (0, 7, 1, 2, 3, 4, 6, 5)
_MAX_CELL = 18
TONES = {
    "OK": Tone.GOOD, "DONE": Tone.GOOD, "STOPPED": Tone.MUTED, "PROBE": Tone.INFO, "WARMUP": Tone.INFO,
    "WATCH": Tone.WATCH, "LOST": Tone.WATCH, "ALERT": Tone.BAD, "CRASH": Tone.DEAD,
}  # fmt: skip


def fields(check: Check) -> list[str]:
    """The eight fields; short lines are filled with `-`."""
    parts = figures.one_line(check.line, 200).split(" ")
    return (parts + [figures.UNKNOWN] * 8)[:8]


def table(checks: Sequence[Check], width: int, now: float) -> list[Content]:
    """Head and rows, newest first; the fields that fit, as wide as their widest value."""
    rows = [_cells(check, now) for check in reversed(checks)]
    sizes = [max([len(name), *(len(row[i]) for row in rows)]) for i, name in enumerate(_NAMES)]
    shown = _fitting(sizes, width)
    head = "  ".join(_NAMES[i].ljust(sizes[i]) if i in _LEFT else _NAMES[i].rjust(sizes[i]) for i in shown)
    return [Content.styled(head, "$text-muted"), *(_row(row, sizes, shown) for row in rows)]


def _cells(check: Check, now: float) -> list[str]:
    values = [value if len(value) <= _MAX_CELL else value[: _MAX_CELL - 1] + "…" for value in fields(check)]
    values[0] = figures.moment(check.ts, now, seconds=True)
    if check.stopped:
        values[7] = check.word
    values[7] = f"{_tone(values[7]).glyph} {values[7]}"
    return values


def _tone(status: str) -> Tone:
    return TONES.get(status.partition(":")[0], Tone.MUTED)


def _fitting(sizes: list[int], width: int) -> list[int]:
    kept: list[int] = []
    room = width + 2
    for i in _BY_USE:
        if sizes[i] + 2 <= room:
            kept.append(i)
            room -= sizes[i] + 2
    return sorted(kept)


def _row(cells: list[str], sizes: list[int], shown: list[int]) -> Content:
    style = _tone(cells[7][2:]).style
    parts = [
        (cells[i].ljust(sizes[i]) if i in _LEFT else cells[i].rjust(sizes[i]), style if i == 7 else "")
        for i in shown
    ]
    return Content("  ").join(Content.styled(text, style) for text, style in parts)


def _basis(view: View) -> object:
    """The looks, and how their times are written."""
    return (view.snapshot.checks[-_KEPT:], int(view.now // 3600))


class ChecksList(Pane):
    """The rows."""

    def basis(self, view: View) -> object:
        """A table of 200 rows is not made again for nothing."""
        return _basis(view)

    def draw(self, view: View) -> Content:
        """All that are kept."""
        width = self.size.width
        return Content("\n").join(table(view.snapshot.checks[-_KEPT:], width, view.now)[1:])

    def show(self, view: View) -> None:
        """As any pane, but as high as it has lines."""
        self.styles.height = len(view.snapshot.checks[-_KEPT:])
        super().show(view)


class ChecksHead(Pane):
    """The names of the fields."""

    def basis(self, view: View) -> object:
        """Their widths come from the rows."""
        return _basis(view)

    def draw(self, view: View) -> Content:
        """One line."""
        width = self.size.width
        if not view.snapshot.checks:
            return Content.styled("no look has been judged yet", "$text-muted")
        return table(view.snapshot.checks[-_KEPT:], width, view.now)[0]


class ChecksPane(VerticalScroll, can_focus=True):
    """Head and rows; scrolls."""

    def compose(self) -> ComposeResult:
        """The head stays while the rows scroll."""
        yield ChecksHead(id="checks-head")
        yield ChecksList(id="checks-list")

    def show(self, view: View) -> None:
        """Give both the view."""
        ledger = view.snapshot.ledger
        shown = f"{figures.plural(ledger.looks, 'look')}, {figures.size(ledger.bytes_shown)} shown"
        if ledger.detection_s > 0:
            cost = f" and {figures.money(ledger.detection_usd)}" if ledger.detection_usd else ""
            shown += f", failure seen after {figures.about(ledger.detection_s)}{cost}"
        frame(self, Content("Checks"), Content(shown))
        for pane in self.query(Pane):
            pane.show(view)
