"""What bills, on the screen, and ending it; the start screen's way there."""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

import pytest
from textual.pilot import Pilot

from tests.tui import fake
from tests.tui.driving import text, until
from tests.tui.fake import FakeSession
from tests.tui.fake_market import INSTANCES, NO_ANSWER, FakeMarket, rented
from vasttui.tui.app import VastTui
from vasttui.tui.leaving import Leaving
from vasttui.tui.screens.confirm import ConfirmScreen
from vasttui.tui.screens.instances import InstancesScreen
from vasttui.tui.screens.monitor import MonitorScreen
from vasttui.tui.screens.offers import OffersScreen
from vasttui.tui.screens.start import StartScreen

SIZES = [(200, 50), (120, 36), (80, 24), (50, 15)]


@asynccontextmanager
async def listing(
    market: FakeMarket | None = None, size: tuple[int, int] = (120, 36), *, readonly: bool = False
) -> AsyncGenerator[tuple[Pilot[Leaving], FakeMarket]]:
    """The instances, from the start screen."""
    market = market or FakeMarket()
    market.may_bill = False
    app = VastTui(start=fake.menu(), market=lambda: market, readonly=readonly)
    async with app.run_test(size=size, notifications=True) as pilot:
        await until(pilot, lambda: "run-03" in text(pilot))
        await pilot.press("i")
        await until(pilot, lambda: isinstance(app.screen, InstancesScreen))
        await until(pilot, lambda: "asking the market" not in text(pilot))
        yield pilot, market


def flat(pilot: Pilot[Leaving]) -> str:
    return " ".join(text(pilot).split())


@pytest.mark.parametrize("size", SIZES)
async def test_every_meter_is_shown_and_orphans_are_marked(size: tuple[int, int]) -> None:
    async with listing(size=size) as (pilot, _):
        shown = text(pilot)
        for wanted in ("▲ orphan", "✔ run", "○ not ours", "30512399", "$0.412/h", "≥ $214.20", "$0.692/h"):
            assert wanted in shown
        assert "▲ no run uses 30512399" in shown


async def test_nothing_that_bills_is_said_plainly() -> None:
    async with listing(FakeMarket(bill=())) as (pilot, _):
        await until(pilot, lambda: "no instance: nothing bills" in text(pilot))
        await pilot.press("d")
        await until(pilot, lambda: "no instance is chosen" in text(pilot))


async def test_destroy_wants_the_instances_number_typed_and_asks_again_afterwards() -> None:
    async with listing() as (pilot, market):
        await pilot.press("down", "d")
        await until(pilot, lambda: "Destroy instance 30512399?" in text(pilot))
        shown = flat(pilot)
        for wanted in (
            "rented for qwen-sft, no run uses it",
            "$0.42",
            "$0.211/h",
            "Everything on its disk is lost",
        ):
            assert wanted in shown
        await pilot.press("enter")
        await until(pilot, lambda: isinstance(pilot.app.screen, InstancesScreen))
        assert len(market.calls) == 1
        await pilot.press("d")
        await until(pilot, lambda: isinstance(pilot.app.screen, ConfirmScreen))
        await pilot.press(*"30512399", "enter", "enter")
        await until(pilot, lambda: market.calls[1:] == [("end", 30512399, "destroy"), ("instances",)])
        await until(pilot, lambda: "is gone: nothing bills" in flat(pilot))
        await until(pilot, lambda: "▲ orphan" not in text(pilot))


async def test_stop_names_the_instance_and_what_bills_on() -> None:
    async with listing() as (pilot, market):
        await pilot.press("s")
        await until(pilot, lambda: "Stop instance 30512345?" in text(pilot))
        wanted = ("Run llama-lora uses it and would die", "bills $0.0108/h")
        await until(pilot, lambda: all(each in flat(pilot) for each in wanted))
        await pilot.press("right", "enter")
        await until(pilot, lambda: ("end", 30512345, "stop") in market.calls)


async def test_what_is_not_ours_is_said_before_it_is_ended() -> None:
    async with listing(FakeMarket(bill=INSTANCES[2:])) as (pilot, _):
        await pilot.press("d")
        await until(pilot, lambda: "not rented here: be sure" in flat(pilot))


async def test_readonly_shows_but_ends_nothing() -> None:
    async with listing(readonly=True) as (pilot, market):
        await pilot.press("d")
        await until(pilot, lambda: "destroy: this screen was opened with" in flat(pilot))
        await pilot.press("s")
        await until(pilot, lambda: "stop: this screen was opened with" in flat(pilot))
        assert market.calls == [("instances",)]


async def test_a_market_that_does_not_answer_leaves_what_bills_unknown() -> None:
    market = FakeMarket()
    market.error = NO_ANSWER
    async with listing(market) as (pilot, _):
        await until(pilot, lambda: "what bills is not known" in text(pilot))
        market.error = None
        await pilot.press("u")
        await until(pilot, lambda: "▲ orphan" in text(pilot))
        market.error = NO_ANSWER
        await pilot.press("u")
        await until(pilot, lambda: "does not answer" in text(pilot))
        assert "▲ orphan" in text(pilot), "what was known stays"


async def test_enter_opens_the_run_that_uses_it() -> None:
    async with listing() as (pilot, _):
        await pilot.press("down", "enter")
        await until(pilot, lambda: "no run of ours uses this instance" in flat(pilot))
        await pilot.press("up", "enter")
        await until(pilot, lambda: isinstance(pilot.app.screen, MonitorScreen))


async def test_from_the_run_that_uses_it_enter_leads_back_to_it() -> None:
    session = FakeSession(rented())
    app = VastTui(session, market=FakeMarket)
    async with app.run_test(size=(120, 36), notifications=True) as pilot:
        await pilot.press("i")
        await until(pilot, lambda: "✔ run" in text(pilot))
        await pilot.press("enter")
        await until(pilot, lambda: isinstance(app.screen, MonitorScreen))
        assert app.session is session
        assert not session.closed


async def test_the_start_screen_tells_of_meters_that_serve_no_run() -> None:
    market = FakeMarket()
    app = VastTui(start=fake.menu(), market=lambda: market)
    async with app.run_test(size=(120, 36), notifications=True) as pilot:
        await until(pilot, lambda: "▲ 1 of 3 without a run, $0.692/h together" in text(pilot))
        await pilot.press("tab", "down", "enter")
        await until(pilot, lambda: isinstance(app.screen, InstancesScreen))
        await pilot.press("o")
        await until(pilot, lambda: isinstance(app.screen, OffersScreen))
        await pilot.press("escape", "escape")
        await until(pilot, lambda: isinstance(app.screen, StartScreen))


@pytest.mark.parametrize("size", SIZES[2:])
async def test_the_start_screen_asks_nobody_where_nothing_was_rented(size: tuple[int, int]) -> None:
    market = FakeMarket()
    market.may_bill = False
    app = VastTui(start=fake.menu(), market=lambda: market)
    async with app.run_test(size=size, notifications=True) as pilot:
        await until(pilot, lambda: "instances" in text(pilot) and "run-03" in text(pilot))
        await pilot.press("question_mark")
        await until(pilot, lambda: "Search machines for rent" in text(pilot))
        await pilot.press("escape", "o")
        await until(pilot, lambda: isinstance(app.screen, OffersScreen))
        assert ("instances",) not in market.calls


async def test_a_start_screen_without_a_market_offers_none() -> None:
    async with VastTui(start=fake.menu()).run_test(size=(120, 36), notifications=True) as pilot:
        await until(pilot, lambda: "run-03" in text(pilot))
        assert "Renting" not in text(pilot)
        await pilot.press("o")
        await until(pilot, lambda: "opened without a market" in flat(pilot))
