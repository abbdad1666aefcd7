"""Several runs at once: a line each, worst first, with how its step rate went from look to look."""

from collections.abc import Sequence

from textual.content import Content
from textual.widgets import OptionList
from textual.widgets.option_list import Option

from vasttui.tui import figures
from vasttui.tui.panes.checks import TONES
from vasttui.tui.start import RunRow
from vasttui.tui.tone import Tone

_WORST = ("CRASH", "ALERT", "LOST", "WATCH", "PROBE", "WARMUP", "OK", "STOPPED", "DONE")
_SHOWN = 500
_BARS = "▁▂▃▄▅▆"  # none as high as its line: steady runs under each other stay apart
_NONE = "no run yet: vasttui run -- python train.py starts one"


def severity(row: RunRow) -> int:
    """Worst first."""
    word = row.status.partition(":")[0]
    return _WORST.index(word) if word in _WORST else len(_WORST)


def sparkline(values: Sequence[float | None], cells: int) -> str:
    """The newest `cells` values as bars over nought; an unknown one is a space."""
    kept = list(values)[-cells:]
    top = max((value for value in kept if value is not None), default=0.0) or 1.0
    bars = [" " if value is None else _BARS[min(5, max(0, int(value / top * 5.999)))] for value in kept]
    return "".join(bars).rjust(cells)


def run_entry(row: RunRow, width: int) -> Content:
    """One run in one line; what matters least falls off first."""
    tone = TONES.get(row.status.partition(":")[0], Tone.MUTED)
    fields = (figures.one_line(row.line, 140).split(" ") + [figures.UNKNOWN] * 8)[:8]
    wide = width >= 90
    parts: list[tuple[str, str] | str] = [
        (f"{tone.glyph} {figures.one_line(row.status, 14) or '-':<14} ", f"bold {tone.style}"),
        (f"{figures.one_line(row.name, 24 if wide else 16):<{24 if wide else 16}} ", "bold"),
        (sparkline(row.trend, 12 if wide else 8), "$primary"),
        (f" {_share(fields[1]):>4}", "bold"),
        f" {fields[2]:>8} ",
        (f"{fields[3]:>6}", ""),
    ]
    if wide:
        parts += [f" {figures.money(row.cost_usd):>7}", f" {fields[4]:>4} {fields[6][:18]:<18}"]
        age = "" if row.age is None else f"{figures.about(row.age)} ago"
        here = "watched here" if row.here else figures.one_line(row.host, 28)
        parts.append((f" {age:>8}  {here}", "$text-muted"))
    return Content.assemble(*parts).truncate(max(20, width), ellipsis=True)


def _share(steps: str) -> str:
    done, _, total = steps.partition("/")
    if not (done.isdecimal() and total.isdecimal() and int(total)):
        return figures.UNKNOWN
    return f"{min(1.0, int(done) / int(total)):.0%}"


class RunsTable(OptionList):
    """Keeps its rows: a line that changed is replaced, the list is built anew only when runs come or go."""

    def __init__(self) -> None:
        super().__init__(id="runs", markup=False, compact=True)
        self._prompts: dict[str, Content] = {}
        self._rows: list[RunRow] = []

    def show(self, rows: Sequence[RunRow]) -> None:
        """The runs there are, in any order."""
        self._rows = sorted(rows, key=severity)[:_SHOWN]
        self._draw()

    def on_resize(self) -> None:
        """For the new width."""
        self._draw()

    def _draw(self) -> None:
        width = self.size.width - 2
        prompts = {row.name: run_entry(row, width) for row in self._rows}
        if list(prompts) != list(self._prompts) or not self.option_count:
            self._rebuild(prompts)
        else:
            for name, prompt in prompts.items():
                if not prompt.is_same(self._prompts[name]):
                    self.replace_option_prompt(name, prompt)
        self._prompts = prompts

    def _rebuild(self, prompts: dict[str, Content]) -> None:
        chosen = self.highlighted_option.id if self.highlighted_option else None
        none = Option(Content.styled(_NONE, "$text-muted"), disabled=True)
        self.set_options([Option(prompt, id=name) for name, prompt in prompts.items()] or [none])
        if prompts:
            self.highlighted = list(prompts).index(chosen) if chosen in prompts else 0
