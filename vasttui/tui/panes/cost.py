"""What it has cost, what it will, when it ends."""

from textual.content import Content

from vasttui.monitor.check import Forecast
from vasttui.tui import figures
from vasttui.tui.bars import budget
from vasttui.tui.panes.base import CalmPane
from vasttui.tui.view import View
from vasttui.watch.session import RentalView

_NAME_WIDTH = 10


def _row(name: str, value: str, note: str = "", style: str = "bold") -> Content:
    return Content.assemble(
        (name.ljust(_NAME_WIDTH), "$text-muted"), (value, style), (f"  {note}" if note else "")
    )


class CostPane(CalmPane):
    """Spent, burn, projected against the budget, finish and its range."""

    _lines = 0

    def show(self, view: View) -> None:
        """As high as its lines: it changes when a price or a budget becomes known, not with the figures."""
        forecast = view.snapshot.forecast
        priced = forecast.spent_usd is not None or forecast.burn_usd_h is not None
        money = (2 if priced else 1) + (2 if priced and forecast.budget_usd is not None else 0)
        height = 2 + money + 3
        if view.snapshot.exit is not None:
            height = 2 + (1 if view.snapshot.rental is None else 2) + 2
        if height != self._lines:
            self._lines = self.styles.height = height
        super().show(view)

    def news(self, view: View) -> object:
        """Passing the budget is news."""
        forecast = view.snapshot.forecast
        over = (forecast.projected_usd or 0.0) > (forecast.budget_usd or float("inf"))
        rental = view.snapshot.rental
        machine = None if rental is None else (rental.instance, rental.state)
        return (super().news(view), over, forecast.eta_s is None, self._lines, machine)

    def caption(self, view: View) -> None:  # noqa: ARG002  always the same
        """Its name."""
        self.head("Cost and finish")

    def draw(self, view: View) -> Content:
        """One figure a line; the least important fall off first."""
        width, height = self.size
        forecast = view.snapshot.forecast
        rows = [*self._money(view, width), *self._finish(view)]
        if height >= 7 and forecast.budget_usd is not None and forecast.spent_usd is not None:
            rows.insert(len(self._money(view, width)), Content(""))
        return Content("\n").join(row.truncate(width, ellipsis=True) for row in rows[:height])

    def _money(self, view: View, width: int) -> list[Content]:
        forecast = view.snapshot.forecast
        ahead = [] if view.snapshot.exit is not None else _projection(forecast, width)
        if view.snapshot.rental is not None:
            return [*_machine(view.snapshot.rental, forecast, width), *ahead]
        if forecast.spent_usd is None and forecast.burn_usd_h is None:
            return [_row("cost", "no price known", style="$text-muted")]
        burn = "" if forecast.burn_usd_h is None else f"{figures.money(forecast.burn_usd_h)}/h"
        limit = forecast.budget_usd if view.snapshot.exit is not None else None
        parts = [burn, "" if limit is None else f"of {figures.money(limit)}"]
        return [_row("spent", figures.money(forecast.spent_usd), "  ".join(filter(None, parts))), *ahead]

    def _finish(self, view: View) -> list[Content]:
        snapshot, forecast = view.snapshot, view.snapshot.forecast
        until = snapshot.now_ts if snapshot.exit is None else snapshot.exit.ts
        ran = until - snapshot.run.started_at if snapshot.run.started_at else None
        running = _row("running", figures.about(ran))
        if snapshot.exit is not None:
            return [
                _row("ended", figures.moment(snapshot.exit.ts, view.now)),
                _row("ran", figures.duration(ran)),
            ]
        if forecast.eta_s is None:
            return [_row("finish", "unknown", style="$text-muted"), running]
        at = figures.moment(snapshot.now_ts + forecast.eta_s, view.now)
        rows = [_row("finish", at, f"in {figures.about(forecast.eta_s)}")]
        if forecast.eta_low_s is not None and forecast.eta_high_s is not None:
            low, high = (
                figures.moment(snapshot.now_ts + s, view.now)
                for s in (forecast.eta_low_s, forecast.eta_high_s)
            )
            rows.append(_row("80% range", f"{low} to {high}", style=""))
        return [*rows, running]


def _machine(rental: RentalView, forecast: Forecast, width: int) -> list[Content]:
    """Spent by the market's prices, what an hour costs now and stopped, which instance it is."""
    spent = forecast.spent_usd if rental.spent_usd is None else rental.spent_usd
    now = "" if rental.usd_h is None else f"{figures.money(rental.usd_h)}/h"
    rows = [_row("spent", figures.money(spent), now)]
    if rental.instance is None:
        return [*rows, _row("machine", figures.one_line(rental.state, 24) or "not rented yet", style="")]
    stopped = rental.stopped_usd_h
    note = f"stopped ${stopped:.3f}/h" if stopped is not None and width >= 32 else ""
    state = f" {figures.one_line(rental.state, 12)}" if rental.state and width >= 44 else ""
    return [*rows, _row("instance", f"{rental.instance}{state}", note, "")]


def _projection(forecast: Forecast, width: int) -> list[Content]:
    if forecast.projected_usd is None and forecast.budget_usd is None and forecast.spent_usd is None:
        return []
    if forecast.budget_usd is None:
        return [_row("projected", figures.money(forecast.projected_usd), "no budget set")]
    over = forecast.projected_usd is not None and forecast.projected_usd > forecast.budget_usd
    note = f"{'▲ over' if over else 'of'} {figures.money(forecast.budget_usd)}"
    style = "bold $text-error" if over else "bold"
    bar = budget(
        forecast.spent_usd or 0.0,
        forecast.projected_usd,
        forecast.budget_usd,
        width,
        "$text-error" if over else "$primary",
    )
    return [_row("projected", figures.money(forecast.projected_usd), note, style), bar]
