"""How it learns: the loss, with the evaluations as dots on the same scale where they fit it."""

from textual.content import Content

from vasttui.monitor.series import Series
from vasttui.tui import figures
from vasttui.tui.graph import Graph, Line, Room, line_of, plot, room_for
from vasttui.tui.panes.base import CalmPane
from vasttui.tui.panes.rate import bounds
from vasttui.tui.quantities import quantity, title_of
from vasttui.tui.view import View
from vasttui.watch.session import Snapshot

_ACROSS = float("inf")  # evaluations are far apart, and joined all the same


def eval_key(snapshot: Snapshot) -> str | None:
    """The evaluation to show beside the loss: one that is a loss too, on data held back if there is one."""
    keys = [key for key, series in snapshot.series.items() if key.startswith("eval:") and len(series)]
    losses = sorted((key for key in keys if "loss" in key), key=lambda key: ("train" in key, key))
    return losses[0] if losses else None


class LossPane(CalmPane):
    """Absent while there is nothing to show."""

    def show(self, view: View) -> None:
        """Appear with the first value."""
        self.set_class(not _shown(view.snapshot), "-empty")
        super().show(view)

    def draw(self, view: View) -> Content:
        """The curve; the frame tells the newest values."""
        width, height = self.size
        snapshot = view.snapshot
        shown = _shown(snapshot)
        room = room_for(width, height, levels=False)
        if room is None or not shown:
            return Content("")
        start, end = bounds(snapshot, snapshot.now_ts, None)
        lines = [_line(key, series, start, end, room) for key, series in shown.items()]
        low, high = fit(lines)
        graph = Graph(
            tuple(reversed(lines)), start, end, low, high, quantity("loss").tick,
            alerts=tuple(a for a in snapshot.alerts if a.rule in ("nan", "eval")), tint=view.tint,
        )  # fmt: skip
        return Content("\n").join(plot(graph, room))

    def caption(self, view: View) -> None:
        """The newest value of each."""
        shown = _shown(view.snapshot)
        if not shown:
            return
        parts = [
            Content.assemble(
                ("Loss" if key == "loss" else f"● {title_of(key)}"),
                (f"  {figures.significant(series.values[-1])}", "bold $foreground"),
            )
            for key, series in shown.items()
        ]
        self.head(*parts[:2])


def _shown(snapshot: Snapshot) -> dict[str, Series]:
    keys = [key for key in ("loss", eval_key(snapshot)) if key and len(snapshot.series.get(key, ()))]
    return {key: snapshot.series[key] for key in keys}


def _line(key: str, series: Series, start: float, end: float, room: Room) -> Line:
    if key == "loss":
        return line_of(series, start, end, room)
    return line_of(series, start, end, room, style="$text-accent", gap_s=_ACROSS)


def fit(lines: list[Line], share: float = 0.02) -> tuple[float, float]:
    """A scale around what is there, without the few highest columns: the first losses tower over all."""
    columns = [column for line in lines for column in line.columns.values if column is not None]
    if not columns:
        return 0.0, 1.0
    low = min(column[0] for column in columns)
    highs = sorted(column[1] for column in columns)
    high = highs[min(len(highs) - 1, int(len(highs) * (1 - share)))]
    pad = (high - low) * 0.06 or abs(high) * 0.1 or 1.0
    return low - pad, high + pad
