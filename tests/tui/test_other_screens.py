"""The start screen."""

from tests.tui import fake
from tests.tui.driving import text, until
from tests.tui.fake import FakeSession
from vasttui.tui.app import VastTui
from vasttui.tui.screens.start import StartScreen


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
        await until(pilot, lambda: isinstance(app.screen, StartScreen) and app.keeps("llama-lora"))
        assert not first.closed
        await app.close_sessions()
        assert first.closed
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
