"""The list of checks, newest first: the eight fields of the summary line under each other."""

from textual.app import ComposeResult
from textual.containers import VerticalScroll
from textual.content import Content

from vasttui.monitor.check import Check
from vasttui.tui import figures
from vasttui.tui.panes.base import Pane
from vasttui.tui.tone import Tone
from vasttui.tui.view import View

_KEPT = 200
_COLUMNS = (("time", 8), ("step", 13), ("rate", 9), ("eta", 7), ("gpu", 4), ("mem", 11), ("eval", 12), ("status", 0))
TONES = {
    "OK": Tone.GOOD, "DONE": Tone.GOOD, "PROBE": Tone.INFO, "WARMUP": Tone.INFO, "WATCH": Tone.WATCH,
    "LOST": Tone.WATCH, "ALERT": Tone.BAD, "CRASH": Tone.DEAD,
}  # fmt: skip


def fields(check: Check) -> list[str]:
    """The eight fields; short lines are filled with `-`."""
    parts = figures.one_line(check.line, 200).split(" ")
    return (parts + [figures.UNKNOWN] * 8)[:8]


def columns_for(width: int) -> list[int]:
    """The fields that fit, by index: status and rate first, then the others by use."""
    kept: list[int] = []
    room = width
    for index in (0, 7, 1, 2, 3, 4, 5, 6):
        need = max(_COLUMNS[index][1], 14 if index == 7 else 0) + 1
        if need <= room:
            kept.append(index)
            room -= need
    return sorted(kept)


def row(check: Check, shown: list[int], now: float) -> Content:
    """One check; its status carries a glyph."""
    values = fields(check)
    values[0] = figures.moment(check.ts, now, seconds=True)[-8:]
    tone = TONES.get(values[7].partition(":")[0], Tone.MUTED)
    parts: list[tuple[str, str]] = []
    for index in shown:
        if index == 7:
            parts.append((f"{tone.glyph} {values[7]}", tone.style))
        else:
            name, width = _COLUMNS[index]
            cell = values[index] if len(values[index]) <= width else values[index][: width - 1] + "…"
            parts.append((f"{cell.ljust(width) if name in ('time', 'eval') else cell.rjust(width)} ", ""))
    return Content.assemble(*parts)


class ChecksList(Pane):
    """The rows."""

    def draw(self, view: View, width: int, height: int) -> Content:
        """All that are kept."""
        shown = columns_for(width)
        checks = view.snapshot.checks[-_KEPT:]
        return Content("\n").join(row(check, shown, view.now) for check in reversed(checks))

    def put(self, content: Content) -> None:
        """As any pane, but as high as it has lines."""
        if self._shown is None or not self._shown.is_same(content):
            self._shown = content
            self.update(content)


class ChecksHead(Pane):
    """The names of the fields."""

    def draw(self, view: View, width: int, height: int) -> Content:
        """One line."""
        if not view.snapshot.checks:
            return Content.styled("no look has been judged yet", "$text-muted")
        parts: list[str] = []
        for index in columns_for(width):
            name, size = _COLUMNS[index]
            parts.append(name.ljust(size) if name in ("time", "eval", "status") else name.rjust(size))
        return Content.styled(" ".join(parts), "$text-muted")


class ChecksPane(VerticalScroll, can_focus=True):
    """Head and rows; scrolls."""

    def compose(self) -> ComposeResult:
        """The head stays while the rows scroll."""
        yield ChecksHead(id="checks-head")
        yield ChecksList(id="checks-list")

    def show(self, view: View) -> None:
        """Give both the view."""
        ledger = view.snapshot.ledger
        self.border_title = Content("Checks")
        shown = f"{figures.plural(ledger.looks, 'look')}, {figures.size(ledger.bytes_shown)} shown"
        if ledger.detection_s > 0:
            shown += f", failure seen after {figures.about(ledger.detection_s)} ({figures.money(ledger.detection_usd)})"
        self.border_subtitle = Content(shown)
        for pane in self.query(Pane):
            pane.show(view)
