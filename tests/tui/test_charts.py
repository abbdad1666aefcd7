"""The chart screen: series, crosshair, zoom, pan, comparison; the graphs behind it."""

import math
from collections.abc import Callable
from dataclasses import replace
from functools import partial

import pytest
from msgspec import structs
from textual.content import Content

from tests.tui import fake
from tests.tui.driving import monitor, opened, text, until
from tests.tui.fake import FakeSession
from vasttui.tui.chartdata import Lines, Span, graph_of, shifted, told_at
from vasttui.tui.chartlayout import all_charts, one_chart, plot_room, time_axis
from vasttui.tui.graph import Graph, line_of, plot, room_for
from vasttui.tui.panes.chartview import ChartView
from vasttui.tui.quantities import quantity, shown_keys
from vasttui.tui.screens.chart import ChartScreen
from vasttui.tui.screens.choose import ChooseScreen
from vasttui.tui.screens.log import LogScreen
from vasttui.tui.ticks import ticks
from vasttui.watch.past import Course, Past, of_looks

WHOLE = Span(fake.START, fake.NOW)


def known(*past: Past) -> Callable[[str, int], list[Past]]:
    def earlier(run: str, attempt: int) -> list[Past]:
        return list(past)

    return earlier


def chart_of(pilot: object) -> ChartScreen:
    screen = pilot.app.screen  # type: ignore[attr-defined]
    assert isinstance(screen, ChartScreen)
    return screen


def drawn(key: str = "rate", width: int = 90, height: int = 20, **changes: object) -> str:
    room = plot_room(width, height, axis=True)
    graph = graph_of(key, fake.alerting(), WHOLE, room, Lines())
    return one_chart(replace(graph, **changes), room, axis=True).plain  # type: ignore[arg-type]


async def test_m_opens_a_chart_and_keys_change_the_series() -> None:
    async with opened(FakeSession(fake.alerting())) as pilot:
        await pilot.press("m")
        await until(pilot, lambda: "2/s" in text(pilot) and "╷11:10" in text(pilot))
        assert "1 Step rate" in text(pilot)
        screen = chart_of(pilot)
        await pilot.press("2")
        assert screen.key == "loss"
        await pilot.press("right_square_bracket")
        assert screen.key == "gpu"
        await pilot.press("left_square_bracket", "left_square_bracket")
        assert screen.key == "rate"
        await pilot.press("5")
        await until(pilot, lambda: "●" in text(pilot))
        assert screen.key == "eval:eval_loss"
        await pilot.press("escape")
        await until(pilot, lambda: pilot.app.screen is monitor(pilot))


async def test_a_chart_zooms_and_pans_within_the_run() -> None:
    async with opened(FakeSession(fake.alerting())) as pilot:
        await pilot.press("m", "plus", "plus")
        screen = chart_of(pilot)
        whole = screen.whole()
        assert screen.zoomed is not None
        assert screen.zoomed.end == whole.end
        await pilot.press("comma")
        assert screen.zoomed.end < whole.end
        screen.action_pan(-20)
        assert screen.zoomed.start == whole.start
        await pilot.press("full_stop")
        assert screen.zoomed.start > whole.start
        await pilot.press("0")
        assert screen.zoomed is None
        await pilot.press("minus")
        assert screen.zoomed is None


async def test_the_crosshair_tells_time_value_and_share_of_the_baseline() -> None:
    async with opened(FakeSession(fake.alerting())) as pilot:
        await pilot.press("m", "left", "shift+left")
        screen = chart_of(pilot)
        assert screen.cursor is not None
        await until(pilot, lambda: "of baseline" in text(pilot) and "▲ slow" in text(pilot))
        before = screen.cursor
        await pilot.press("right")
        assert screen.cursor > before
        await pilot.press("escape")
        assert screen.cursor is None
        assert pilot.app.screen is screen


async def test_the_crosshair_goes_from_event_to_event_and_on_to_the_log_there() -> None:
    session = FakeSession(fake.alerting())
    async with opened(session) as pilot:
        await pilot.press("m", "n", "n")
        screen = chart_of(pilot)
        assert screen.cursor == fake.NOW - 1800
        await until(pilot, lambda: "◆ eval 1000" in text(pilot))
        await pilot.press("N")
        assert screen.cursor == fake.NOW - 1900
        await pilot.press("N")
        await until(pilot, lambda: "nothing was marked before" in text(pilot))
        await pilot.press("enter")
        await until(pilot, lambda: isinstance(pilot.app.screen, LogScreen))


async def test_a_zoom_keeps_the_crosshair_where_it_is_and_it_takes_the_view_along() -> None:
    async with opened(FakeSession(fake.alerting())) as pilot:
        await pilot.press("m", "n", "plus", "plus")
        screen = chart_of(pilot)
        assert screen.cursor is not None
        assert screen.zoomed is not None
        assert screen.zoomed.start <= screen.cursor <= screen.zoomed.end
        for _ in range(60):
            screen.action_move(10)
        assert screen.zoomed.start <= screen.cursor <= screen.zoomed.end
        assert screen.cursor == screen.whole().end


async def test_mouse_points_wheel_zooms_and_drag_pans() -> None:
    async with opened(FakeSession(fake.alerting())) as pilot:
        await pilot.press("m")
        screen = chart_of(pilot)
        await pilot.hover(ChartView, offset=(60, 10))
        await until(pilot, lambda: screen.cursor is not None)
        view = screen.query_one(ChartView)
        view.post_message(ChartView.Turned(60, 0.5))
        await until(pilot, lambda: screen.zoomed is not None)
        assert screen.zoomed is not None
        start = screen.zoomed.start
        view.post_message(ChartView.Dragged(10))
        await until(pilot, lambda: screen.zoomed is not None and screen.zoomed.start < start)


async def test_all_series_stand_under_each_other_with_one_crosshair() -> None:
    async with opened(FakeSession(fake.alerting()), size=(160, 45)) as pilot:
        await pilot.press("m", "a", "n")
        await until(
            pilot, lambda: all(name in text(pilot) for name in ("Loss", "VRAM", "GPU busy", "eval_loss"))
        )
        await until(pilot, lambda: text(pilot).count("│") > 20)


async def test_a_run_is_compared_with_an_earlier_one(monkeypatch: pytest.MonkeyPatch) -> None:
    looks = tuple(replace(one, ts=one.ts - 5000, rate=1.0) for one in fake.healthy().checks)
    past = Past("before #1", "attempt 1", partial(of_looks, looks, "before #1", fake.START - 5000))
    monkeypatch.setattr("vasttui.watch.past.earlier", known(past))
    async with opened(FakeSession()) as pilot:
        await pilot.press("m", "c")
        await until(pilot, lambda: isinstance(pilot.app.screen, ChooseScreen))
        await pilot.press("enter")
        await until(pilot, lambda: "⠒ before #1" in text(pilot))
        await pilot.press("left", "left", "left")
        await until(pilot, lambda: "before #1 1.00/s" in text(pilot))
        await pilot.press("c")
        await until(pilot, lambda: "before #1" not in text(pilot))


async def test_with_nothing_to_compare_it_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("vasttui.watch.past.earlier", known())
    async with opened(FakeSession()) as pilot:
        await pilot.press("m", "c")
        await until(pilot, lambda: "no earlier attempt" in text(pilot))


async def test_enter_on_the_step_rate_opens_its_chart() -> None:
    async with opened(FakeSession()) as pilot:
        await pilot.press("shift+tab", "enter")
        await until(pilot, lambda: isinstance(pilot.app.screen, ChartScreen))


async def test_a_run_without_points_has_an_empty_chart() -> None:
    empty = replace(
        fake.healthy(),
        series={},
        checks=(),
        forecast=structs.replace(fake.healthy().forecast, spent_usd=None),
    )
    async with opened(FakeSession(empty)) as pilot:
        assert "no step seen yet" in text(pilot)
        await pilot.press("m")
        await until(pilot, lambda: "nothing to draw yet" in text(pilot))


def test_series_stand_in_a_fixed_order_and_evals_after_them() -> None:
    assert shown_keys(fake.healthy()) == ["rate", "loss", "gpu", "vram", "eval:eval_loss"]


def test_what_was_spent_is_a_series_too() -> None:
    calm = fake.healthy()
    looks = tuple(
        replace(c, forecast=structs.replace(c.forecast, spent_usd=i / 10)) for i, c in enumerate(calm.checks)
    )
    assert shown_keys(replace(calm, checks=looks))[-1] == "cost"


def test_a_scale_begins_at_zero_where_zero_means_something() -> None:
    room, calm = plot_room(80, 20, axis=True), fake.healthy()
    lows = {key: graph_of(key, calm, WHOLE, room, Lines()).low for key in ("rate", "gpu", "vram", "loss")}
    assert lows["rate"] == lows["gpu"] == lows["vram"] == 0
    assert lows["loss"] > 1


@pytest.mark.parametrize(
    ("low", "high", "most", "expected"),
    [
        (0, 2.4, 5, [0, 0.5, 1, 1.5, 2]),
        (0, 100, 3, [0, 50, 100]),
        (1.93, 2.71, 4, [2, 2.2, 2.4, 2.6]),
        (0, 1e-5, 2, [0, 5e-6, 1e-5]),
        (3, 3, 4, []),
    ],
)
def test_a_scale_has_round_values(low: float, high: float, most: int, expected: list[float]) -> None:
    assert ticks(low, high, most) == pytest.approx(expected)


def test_times_on_the_axis_are_round_and_keep_apart() -> None:
    row = time_axis(fake.START, fake.START + 3 * 3600, 100).plain
    assert len(row) == 100
    assert row.split() == ["╷11:30", "╷12:00", "╷12:30", "╷13:00", "╷13:30"]


def test_a_chart_fills_its_room_and_shows_marks_levels_and_spans() -> None:
    lines = drawn().split("\n")
    assert len(lines) == 20
    assert {len(line) for line in lines[:-2]} == {90}
    assert all(sign in drawn() for sign in ("◆", "■", "▲", "━", "base", "70%"))


def test_the_crosshair_runs_from_top_to_bottom_and_marks_the_value() -> None:
    shown = drawn(cursor=fake.NOW - 1000)
    assert shown.count("│") == 17
    assert shown.count("◉") == 1


def test_a_gap_stays_empty_in_a_chart() -> None:
    series = fake.series("loss", "", 300, 2.0, 0.0)
    for i in range(100, 200):
        series.values[i] = math.nan
    room = plot_room(75, 12, axis=False)
    start, end = series.ts[0], series.ts[-1]
    rows = plot(Graph((line_of(series, start, end, room),), start, end, 0, 4, quantity("loss").tick), room)
    assert "".join(row.plain[8:][22:38] for row in rows).strip() == ""


def test_a_course_is_laid_over_from_the_same_start() -> None:
    series = fake.series("rate", "steps/s", 10, 2.0, 0.0)
    moved = shifted(Course("x", series.ts[0], {"rate": series}), 1000.0)
    assert list(moved.series["rate"].ts)[:2] == [1000.0, 1002.0]
    assert moved.series["rate"].values == series.values


def test_the_crosshair_tells_the_step_where_it_is_known() -> None:
    calm = fake.healthy()
    steps = fake.series("step", "", 2, 0, 0.0)
    steps.values[0], steps.values[1] = 6100, 6200
    shown = told_at("rate", replace(calm, series={**calm.series, "step": steps}), fake.NOW - 1, 1.0)
    assert "step 6100" in shown.plain


def test_a_grid_keeps_the_chosen_series_in_view() -> None:
    keys = [f"eval:{i}" for i in range(12)]

    def one(key: str, wide: int, high: int, *, axis: bool) -> Content:
        return Content("\n").join([Content("." * wide)] * high)

    shown = all_charts(keys, "eval:11", 60, 21, lambda _: Content("1"), one).plain
    assert shown.split("\n")[14].startswith("11 ")
    assert len(shown.split("\n")) == 21


@pytest.mark.parametrize("size", [(8, 1), (20, 3), (40, 6), (200, 50)])
def test_a_graph_fits_any_room(size: tuple[int, int]) -> None:
    room = room_for(*size, levels=True)
    assert room is not None
    graph = graph_of("rate", fake.alerting(), WHOLE, room, Lines(), cursor=fake.NOW)
    assert {row.cell_length for row in plot(graph, room)} == {size[0]}


def test_there_is_no_room_for_a_plot_in_seven_columns() -> None:
    assert room_for(7, 5, levels=False) is None
