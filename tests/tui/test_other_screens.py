"""The charts and the start screen."""

from tests.tui import fake
from tests.tui.driving import monitor, text, until
from tests.tui.driving import opened as attended
from tests.tui.fake import FakeSession
from vasttui.tui.app import VastTui
from vasttui.tui.screens.chart import ChartScreen, limits, shown_keys
from vasttui.tui.screens.start import StartScreen


async def test_m_opens_a_chart_with_axes_and_keys_change_the_series() -> None:
    async with attended(FakeSession(fake.alerting())) as pilot:
        await pilot.press("m")
        await until(pilot, lambda: "┤" in text(pilot) and "11:06" in text(pilot))
        assert "1 Step rate" in text(pilot)
        screen = pilot.app.screen
        assert isinstance(screen, ChartScreen)
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
    async with attended(FakeSession(fake.alerting())) as pilot:
        await pilot.press("m", "plus", "plus")
        screen = pilot.app.screen
        assert isinstance(screen, ChartScreen)
        whole = screen.whole()
        assert screen.zoomed is not None
        assert screen.zoomed.end == whole.end
        await pilot.press("left")
        assert screen.zoomed.end < whole.end
        screen.action_pan(-20)
        assert screen.zoomed.start == whole.start
        await pilot.press("0")
        assert screen.zoomed is None
        await pilot.press("minus")
        assert screen.zoomed is None


async def test_enter_on_the_step_rate_opens_its_chart() -> None:
    async with attended(FakeSession()) as pilot:
        await pilot.press("shift+tab", "enter")
        await until(pilot, lambda: isinstance(pilot.app.screen, ChartScreen))


async def test_a_run_without_points_has_an_empty_chart() -> None:
    from dataclasses import replace

    async with attended(FakeSession(replace(fake.healthy(), series={}))) as pilot:
        assert "no step seen yet" in text(pilot)
        await pilot.press("m")
        await until(pilot, lambda: "nothing to draw yet" in text(pilot))


def test_series_stand_in_a_fixed_order_and_evals_last() -> None:
    assert shown_keys(fake.healthy()) == ["rate", "loss", "gpu", "vram", "eval:eval_loss"]


def test_a_scale_begins_at_zero_where_zero_means_something() -> None:
    from vasttui.tui.decimate import Columns

    columns = Columns(0, 1, ((2.0, 3.0),))
    assert limits("rate", columns)[0] == 0
    assert 1.8 < limits("loss", columns)[0] < 2.0
    assert limits("gpu", columns) == (0.0, 100.0)
    assert limits("loss", Columns(0, 1, (None,))) == (0.0, 1.0)


async def test_the_start_screen_lists_runs_worst_first_and_opens_one() -> None:
    app = VastTui(start=fake.menu())
    async with app.run_test(size=(120, 36), notifications=True) as pilot:
        await until(pilot, lambda: "run-03" in text(pilot))
        shown = text(pilot)
        assert shown.index("CRASH") < shown.index("ALERT:slow") < shown.index("✔ OK")
        await pilot.press("enter")
        await until(pilot, lambda: "llama-lora" in text(pilot))
        first = app.session
        assert isinstance(first, FakeSession)
        await pilot.press("g")
        await until(pilot, lambda: isinstance(app.screen, StartScreen) and first.closed)
        await pilot.press("q")
    assert app.return_value is not None
    assert app.return_value.code == 0


async def test_a_demo_is_replayed() -> None:
    app = VastTui(start=fake.menu())
    async with app.run_test(size=(120, 36), notifications=True) as pilot:
        await until(pilot, lambda: "run-03" in text(pilot))
        await pilot.press("tab", "down", "enter")
        await until(pilot, lambda: "REPLAY" in text(pilot))


async def test_a_run_that_cannot_be_opened_says_why() -> None:
    app = VastTui(start=fake.menu())
    async with app.run_test(size=(120, 36), notifications=True) as pilot:
        await until(pilot, lambda: "run-05" in text(pilot))
        await pilot.press("down", "down", "down", "enter")
        await until(pilot, lambda: "run-05 left no record" in text(pilot))
        assert isinstance(app.screen, StartScreen)


async def test_fifty_runs_and_none_are_both_shown() -> None:
    async with VastTui(start=fake.menu(50)).run_test(size=(80, 24), notifications=True) as pilot:
        await until(pilot, lambda: "run-03" in text(pilot))
    async with VastTui(start=fake.menu(0)).run_test(size=(80, 24), notifications=True) as pilot:
        await until(pilot, lambda: "no run yet" in text(pilot))
        await pilot.press("enter")
        await until(pilot, lambda: "REPLAY" in text(pilot))


async def test_an_unknown_theme_is_named_with_those_there_are() -> None:
    async with VastTui(FakeSession(), theme="nope").run_test(size=(120, 36), notifications=True) as pilot:
        await until(pilot, lambda: "no theme is called nope" in text(pilot))
