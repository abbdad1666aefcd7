"""Where `vasttui` begins when nothing runs: the runs there are, worst first, and the demos."""

import asyncio
from collections.abc import Sequence
from typing import TYPE_CHECKING, ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.screen import Screen
from textual.widgets import OptionList, Static
from textual.widgets.option_list import Option

from vasttui.tui import figures
from vasttui.tui.controls import Controls, toast
from vasttui.tui.leaving import Leaving
from vasttui.tui.panes.checks import TONES
from vasttui.tui.start import RunRow, StartMenu
from vasttui.tui.tone import Tone

if TYPE_CHECKING:
    from vasttui.tui.app import VastTui

_WORST = ("CRASH", "ALERT", "LOST", "WATCH", "PROBE", "WARMUP", "OK", "DONE")
_REFRESH_S = 2.0
_SHOWN = 500


def severity(row: RunRow) -> int:
    """Worst first."""
    word = row.status.partition(":")[0]
    return _WORST.index(word) if word in _WORST else len(_WORST)


def run_entry(row: RunRow, width: int) -> Content:
    """One run in one line: glyph, status, name, host, age, and as much of its summary as fits."""
    tone = TONES.get(row.status.partition(":")[0], Tone.MUTED)
    age = "" if row.age is None else f"{figures.about(row.age)} ago"
    wide = width >= 90
    host = f"{figures.one_line(row.host, 24):<24} " if wide else ""
    text = Content.assemble(
        (f"{tone.glyph} {figures.one_line(row.status, 14) or '-':<14}", f"bold {tone.style}"),
        (f"{figures.one_line(row.name, 24 if wide else 18):<{24 if wide else 18}} ", "bold"),
        (f"{host}{age:>7}  ", "$text-muted"),
        figures.one_line(row.line, 140).partition(" ")[2],
    )
    return text.truncate(max(20, width), ellipsis=True)


class StartScreen(Screen[None]):
    """A list; enter opens."""

    app: "VastTui"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("q,escape", "leave", "leave"),
        Binding("t", "theme", "theme"),
    ]

    def __init__(self, menu: StartMenu) -> None:
        super().__init__()
        self.menu = menu
        self.controls = Controls(self)
        self._rows: Sequence[RunRow] | None = None

    def compose(self) -> ComposeResult:
        """Name, runs, demos, how to begin."""
        with Vertical(id="start-box"):
            yield Static(Content.styled("vasttui", "bold $text-accent"), id="start-title")
            yield Static(Content.styled("attend a training run", "$text-muted"), id="start-line")
            runs = OptionList(id="runs", compact=True)
            runs.border_title = Content("Runs")
            yield runs
            demos = OptionList(id="demos", compact=True)
            demos.border_title = Content("Demos: recorded runs, replayed")
            yield demos
            yield Static(_hint(), id="start-hint")

    def on_mount(self) -> None:
        """Demos are known; runs are read."""
        self.query_one("#demos", OptionList).add_options(
            Option(Content.assemble(("▶ ", "$text-accent"), figures.one_line(name, 60)), id=name)
            for name in self.menu.demos
        )
        self.query_one("#demos").display = bool(self.menu.demos)
        self.refresh_rows()
        self.set_interval(_REFRESH_S, self.refresh_rows)

    def refresh_rows(self) -> None:
        """Ask for the runs, beside the screen."""

        async def fetch() -> None:
            self._fill(await asyncio.to_thread(self.menu.rows))

        if self.app.screen is self:
            self.controls.run("runs", fetch, lambda _: None)

    def _fill(self, rows: Sequence[RunRow]) -> None:
        rows = sorted(rows, key=severity)[:_SHOWN]
        if self._rows is not None and list(self._rows) == rows:
            return
        first = self._rows is None
        self._rows = rows
        options = self.query_one("#runs", OptionList)
        chosen = options.highlighted
        width = options.size.width - 2
        none = Option(Content.styled("no run yet", "$text-muted"), disabled=True)
        options.set_options([Option(run_entry(row, width), id=row.name) for row in rows] or [none])
        if rows:
            options.highlighted = min(chosen or 0, len(rows) - 1)
        if first:
            demos = self.query_one("#demos", OptionList)
            demos.highlighted = 0 if self.menu.demos else None
            (options if rows else demos).focus()

    @on(OptionList.OptionSelected, "#runs")
    def opened(self, event: OptionList.OptionSelected) -> None:
        """Open a run."""
        self._open("open", str(event.option.id))

    @on(OptionList.OptionSelected, "#demos")
    def played(self, event: OptionList.OptionSelected) -> None:
        """Replay a demo."""
        self._open("demo", str(event.option.id))

    def _open(self, how: str, name: str) -> None:
        call = self.menu.open if how == "open" else self.menu.demo
        toast(self, f"opening {name} …")
        self.controls.run(how, lambda: call(name), self.app.show_session)

    def action_leave(self) -> None:
        """Nothing was begun."""
        self.app.exit(Leaving(0, ""))

    def action_theme(self) -> None:
        """Choose a theme."""
        self.app.choose_theme()


def _hint() -> Content:
    return Content.assemble(
        ("vasttui run -- python train.py", "bold"), ("   starts a run here      ", "$text-muted"),
        ("enter", "bold $text-accent"), (" opens  ", "$text-muted"),
        ("tab", "bold $text-accent"), (" other list  ", "$text-muted"),
        ("t", "bold $text-accent"), (" theme  ", "$text-muted"),
        ("q", "bold $text-accent"), (" leave", "$text-muted"),
    )  # fmt: skip
