"""The live step rate."""

from textual.content import Content

from vasttui.tui import figures
from vasttui.tui.panes.base import CalmPane
from vasttui.tui.ratechart import RateChart, draw
from vasttui.tui.view import View
from vasttui.watch.session import Snapshot

_NEWS_SHARE = 0.15
WINDOWS_S: tuple[float | None, ...] = (None, 6 * 3600.0, 3600.0, 900.0)


def bounds(snapshot: Snapshot, now: float, window_s: float | None) -> tuple[float, float]:
    """The time shown: the whole run, or its last `window_s`."""
    series = snapshot.series.get("rate")
    first = series.ts[0] if series is not None and len(series) else snapshot.run.started_at
    end = max(now, series.ts[-1] if series is not None and len(series) else now)
    if snapshot.exit is not None:
        end = min(end, max(snapshot.exit.ts, series.ts[-1] if series is not None and len(series) else 0.0))
    return (first if window_s is None else max(first, end - window_s)), end


def _usual(snapshot: Snapshot) -> float | None:
    """Steps a second by the baseline."""
    base = snapshot.baseline
    return 1 / base.seconds_per_step if base is not None and base.seconds_per_step > 0 else None


class RatePane(CalmPane, can_focus=True):
    """A sparkline with a scale."""

    window = 0
    _rate = 0.0

    def cycle_window(self) -> str:
        """The next span of time; returns its name."""
        self.window = (self.window + 1) % len(WINDOWS_S)
        if self.view is not None:
            self.caption(self.view)
        self.redraw()
        span = WINDOWS_S[self.window]
        return "the whole run" if span is None else f"the last {figures.about(span)}"

    def news(self, view: View) -> object:
        """A rate that leaves what stands there is news."""
        rate = view.snapshot.rate or 0.0
        if abs(rate - self._rate) > self._rate * _NEWS_SHARE:
            self._rate = rate
        return (super().news(view), self._rate, self.window)

    def draw(self, view: View) -> Content:
        """The chart; the frame tells the figures."""
        width, height = self.size
        snapshot = view.snapshot
        usual = _usual(snapshot)
        start, end = bounds(snapshot, snapshot.now_ts, WINDOWS_S[self.window])
        chart = RateChart(
            snapshot.series.get("rate"),
            start,
            end,
            usual,
            marks=snapshot.marks,
            alerts=snapshot.alerts,
            tint=view.tint,
        )
        return draw(chart, width, height)

    def caption(self, view: View) -> None:
        """The rate now, what is usual, the loss, how much time is shown."""
        snapshot, usual = view.snapshot, _usual(view.snapshot)
        title = Content.assemble("Step rate  ", (figures.rate(snapshot.rate), "bold $foreground"))
        if usual and snapshot.rate is not None:
            title += Content(f"  {snapshot.rate / usual:.0%} of usual {figures.rate(usual)}")
        span = WINDOWS_S[self.window]
        loss = f"loss {figures.significant(snapshot.loss)}" if snapshot.loss is not None else ""
        window = "" if span is None else f"last {figures.about(span)}"
        self.head(title, "  ".join(part for part in (loss, window) if part))
