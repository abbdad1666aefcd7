"""Searching, judging and renting on the screen, against a market of our own making."""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import replace

import pytest
from textual.pilot import Pilot

from tests.tui import fake
from tests.tui.driving import text, until
from tests.tui.fake import FakeSession
from tests.tui.fake_market import NO_ANSWER, OFFERS, FakeMarket, findings, offer
from vasttui.cloud.errors import CreditError, QueryError
from vasttui.tui.app import VastTui
from vasttui.tui.leaving import Leaving
from vasttui.tui.offertable import finding_lines, margin
from vasttui.tui.screens.confirm import ConfirmScreen
from vasttui.tui.screens.help import HelpScreen
from vasttui.tui.screens.instances import InstancesScreen
from vasttui.tui.screens.monitor import MonitorScreen
from vasttui.tui.screens.offers import FILTERS, OffersScreen
from vasttui.tui.screens.start import StartScreen
from vasttui.watch.market import OfferRow, Wish, next_best

SIZES = [(200, 50), (120, 36), (80, 24), (50, 15)]


@asynccontextmanager
async def searching(
    market: FakeMarket | None = None, size: tuple[int, int] = (120, 36), *, readonly: bool = False
) -> AsyncGenerator[tuple[Pilot[Leaving], FakeMarket]]:
    """The offers, once they are there (or once the market has refused)."""
    market = market or FakeMarket()
    market.may_bill = False
    app = VastTui(start=fake.menu(), market=lambda: market, first="offers", readonly=readonly)
    async with app.run_test(size=size, notifications=True) as pilot:
        await until(pilot, lambda: isinstance(app.screen, OffersScreen))
        await until(pilot, lambda: "asking the market" not in text(pilot) or not market.gate.is_set())
        yield pilot, market


def screen_of(pilot: Pilot[Leaving]) -> OffersScreen:
    return next(screen for screen in pilot.app.screen_stack if isinstance(screen, OffersScreen))


def gpus(pilot: Pilot[Leaving]) -> list[str]:
    return [row.gpus for row in screen_of(pilot)._rows]


@pytest.mark.parametrize("size", SIZES)
async def test_offers_show_verdict_and_the_plans_price_at_every_size(size: tuple[int, int]) -> None:
    async with searching(size=size) as (pilot, _):
        shown = text(pilot)
        for wanted in (
            "✔ pass",
            "◆ warn",
            "1x RTX 4090",
            "$3.24",
            "credit $25.00",
            "Gate: 1x RTX 4090",
            "vram",
        ):
            assert wanted in shown
        assert "20.28" in shown, "the need"
        assert "+3.72" in shown, "the margin"


async def test_what_passes_comes_first_and_then_the_cheapest_for_the_plan() -> None:
    async with searching() as (pilot, _):
        rows = screen_of(pilot)._rows
        assert [row.verdict for row in rows] == ["pass", "pass", "pass", "warn", "warn", "fail"]
        assert [row.usd_h for row in rows[:3]] == [0.398, 0.412, 0.871]


async def test_a_machine_that_was_given_up_comes_last_with_the_reason() -> None:
    rows = [replace(OFFERS[2], left_out="given up at gpu, 20m ago"), *OFFERS[3:], *OFFERS[:2]]
    async with searching(FakeMarket(rows)) as (pilot, _):
        assert screen_of(pilot)._rows[-1].left_out
        assert "Offers  6  1 left out, last" in text(pilot)
        await pilot.press("end")
        await until(pilot, lambda: "left out for a day: given up at gpu, 20m ago" in text(pilot))
        await pilot.press("r")
        await until(pilot, lambda: isinstance(pilot.app.screen, ConfirmScreen))
        await until(pilot, lambda: "given up at gpu, 20m ago: it is taken" in " ".join(text(pilot).split()))
    assert rows[0] not in next_best(rows, OFFERS[1])


async def test_s_sorts_by_the_next_column_and_shift_s_turns_it_round() -> None:
    async with searching() as (pilot, _):
        await pilot.press("s", "s", "s", "s")
        await until(pilot, lambda: "by plan ▲" in text(pilot))
        assert gpus(pilot)[0] == "1x RTX 3060"
        await pilot.press("S")
        await until(pilot, lambda: "by plan ▼" in text(pilot))
        assert gpus(pilot)[0] == "2x H100 NVL"


async def test_a_click_on_a_columns_name_sorts_by_it_and_what_is_unknown_comes_last() -> None:
    async with searching() as (pilot, _):
        head = screen_of(pilot).query_one("#offers-head")
        at = text(pilot).splitlines()[head.region.y].index("reliable")
        await pilot.click(offset=(at, head.region.y))
        await until(pilot, lambda: "by reliable ▼" in text(pilot))
        assert gpus(pilot)[-1] == "1x A100 SXM4", "its reliability is not known"


async def test_f_filters_by_the_gates_verdict() -> None:
    async with searching() as (pilot, _):
        await pilot.press("f")
        await until(pilot, lambda: f"5 of 6  {FILTERS[1][0]}" in text(pilot))
        await pilot.press("f")
        await until(pilot, lambda: "3 of 6  pass only" in text(pilot))
        await pilot.press("f")
        await until(pilot, lambda: "✖ fail" in text(pilot))


async def test_words_filter_as_they_are_typed_and_escape_shows_all() -> None:
    async with searching() as (pilot, market):
        await pilot.press("slash", *"4090 ca")
        await until(pilot, lambda: "1 of 6" in text(pilot))
        assert gpus(pilot) == ["1x RTX 4090"]
        await pilot.press("escape")
        await until(pilot, lambda: "Offers  6" in text(pilot))
        assert market.calls == [("search", market.wish.query)]


async def test_the_cursor_stays_on_its_offer_when_rows_move() -> None:
    async with searching() as (pilot, _):
        await pilot.press("down", "down")
        chosen = screen_of(pilot).chosen
        assert chosen is not None
        await pilot.press("s", "s", "f")
        assert screen_of(pilot).chosen == chosen


async def test_e_edits_the_query_and_enter_asks_it() -> None:
    async with searching() as (pilot, market):
        await pilot.press("e", *" verified=any", "enter")
        await until(pilot, lambda: len(market.calls) == 2)
        assert market.calls[1] == ("search", f"{market.wish.query} verified=any")
        await until(pilot, lambda: "verified=any" in text(pilot))


async def test_a_query_that_cannot_be_understood_is_edited_on() -> None:
    async with searching() as (pilot, market):
        market.error = QueryError("unknown field 'gpu_rma'", "did you mean gpu_ram?")
        await pilot.press("e", *" gpu_rma>2", "enter")
        await until(pilot, lambda: "did you mean gpu_ram?" in text(pilot))
        await until(pilot, lambda: "Query: enter searches" in text(pilot))
        assert "1x RTX 4090" in text(pilot), "what was found before stays"
        market.error = None
        await pilot.press("escape", "u")
        await until(pilot, lambda: "did you mean" not in text(pilot))


async def test_nothing_waits_for_a_market_that_does_not_answer() -> None:
    market = FakeMarket()
    market.gate.clear()
    async with searching(market) as (pilot, _):
        await until(pilot, lambda: "asking the market" in text(pilot))
        await pilot.press("question_mark")
        await until(pilot, lambda: isinstance(pilot.app.screen, HelpScreen))
        await pilot.press("escape")
        market.gate.set()
        await until(pilot, lambda: "1x RTX 4090" in text(pilot))


@pytest.mark.parametrize("size", SIZES[1::2])
async def test_an_error_is_a_line_and_what_to_do(size: tuple[int, int]) -> None:
    market = FakeMarket()
    market.error = NO_ANSWER
    async with searching(market, size) as (pilot, _):
        await until(pilot, lambda: "does not answer" in text(pilot))
        assert "look at the network" in " ".join(text(pilot).split())
        market.error = None
        await pilot.press("u")
        await until(pilot, lambda: "✔ pass" in text(pilot))


async def test_offers_that_could_not_be_renewed_stay_and_say_how_old_they_are() -> None:
    async with searching() as (pilot, market):
        market.error = NO_ANSWER
        await pilot.press("u")
        await until(pilot, lambda: "does not answer" in text(pilot))
        assert "✔ pass" in text(pilot)
        assert "old)" in text(pilot)


async def test_old_offers_say_that_they_are() -> None:
    market = FakeMarket()
    market.at = 1.0
    async with searching(market) as (pilot, _):
        await until(pilot, lambda: "old, u asks again" in text(pilot))


async def test_no_offer_says_what_to_change() -> None:
    async with searching(FakeMarket([])) as (pilot, _):
        await until(pilot, lambda: "no offer fits the query" in text(pilot))
        await pilot.press("r")
        await until(pilot, lambda: "no offer is chosen" in text(pilot))


async def test_a_filter_that_leaves_none_says_so() -> None:
    async with searching(FakeMarket(OFFERS[3:4])) as (pilot, _):
        await pilot.press("f")
        await until(pilot, lambda: "none of 1 offers is left by this filter" in text(pilot))


async def test_without_a_plan_offers_are_listed_but_not_judged_or_rented() -> None:
    rows = [replace(row, verdict=None, findings=(), usd=None, hours=None) for row in OFFERS]
    async with searching(FakeMarket(rows, wish=Wish())) as (pilot, market):
        await until(pilot, lambda: "not judged" in text(pilot))
        await pilot.press("r")
        await until(pilot, lambda: "there is no plan to rent for" in text(pilot))
        await pilot.press("f")
        await until(pilot, lambda: "without a plan nothing is judged" in text(pilot))
        assert [call[0] for call in market.calls] == ["search"]


async def test_a_plan_that_cannot_be_read_is_told() -> None:
    rows = [replace(row, verdict=None, findings=()) for row in OFFERS]
    wish = Wish(path="plan.toml", trouble="plan.toml: run.command: missing")
    async with searching(FakeMarket(rows, wish=wish)) as (pilot, _):
        await until(pilot, lambda: "run.command: missing" in text(pilot))


async def test_rent_names_what_is_at_stake_with_the_focus_on_cancel() -> None:
    async with searching() as (pilot, market):
        await pilot.press("r")
        await until(pilot, lambda: isinstance(pilot.app.screen, ConfirmScreen))
        wanted = (
            "1x RTX 4090, 24 GiB, Quebec, CA; offer 7000032", "$0.398/h", "for 60 GB of disk",
            "$3.24 for the plan's 8 h, $0.06 of it to move data; the budget is $5.00", "$25.00, lasts 2d14h",
            "one of 2 more is taken, at most $0.412/h", "llama-lora: python train.py", "machine bills on",
            "It bills from now on",
        )  # fmt: skip
        await until(pilot, lambda: all(each in " ".join(text(pilot).split()) for each in wanted))
        await pilot.press("enter")
        await until(pilot, lambda: pilot.app.screen is screen_of(pilot))
        assert [call[0] for call in market.calls] == ["search"]


@pytest.mark.parametrize("size", SIZES[1::2])
async def test_confirmed_it_is_rented_and_the_bring_up_is_shown(size: tuple[int, int]) -> None:
    async with searching(size=size) as (pilot, market):
        await pilot.press("enter")
        await until(pilot, lambda: isinstance(pilot.app.screen, ConfirmScreen))
        await pilot.press("right", "enter")
        await until(pilot, lambda: isinstance(pilot.app.screen, MonitorScreen))
        assert market.calls[1] == ("rent", 7000032, [7000031, 7000030], False)
        await until(pilot, lambda: "Bring-up" in text(pilot) and "bootstrap" in text(pilot))
        await pilot.press("g")
        await until(pilot, lambda: isinstance(pilot.app.screen, StartScreen))
        assert isinstance(pilot.app, VastTui)
        assert list(pilot.app.kept_sessions) == [market.sessions[0]], "it is watched on, behind the screens"


async def test_what_the_gate_fails_is_rented_only_by_typing_it() -> None:
    async with searching() as (pilot, market):
        await pilot.press("end", "r")
        await until(pilot, lambda: "Rent a machine that the gate fails?" in text(pilot))
        assert "62 GB needed, 40 there" in text(pilot)
        await pilot.press("right", "enter")
        assert isinstance(pilot.app.screen, ConfirmScreen), "the button is not armed"
        assert len(market.calls) == 1
        await pilot.press(*"rent", "space", *"anyway", "enter", "enter")
        await until(pilot, lambda: len(market.calls) == 2)
        assert market.calls[1][0:2] == ("rent", 7000033)
        assert market.calls[1][3] is True


async def test_a_market_that_refuses_to_rent_says_why_and_the_offers_stay() -> None:
    async with searching() as (pilot, market):
        await pilot.press("r")
        await until(pilot, lambda: isinstance(pilot.app.screen, ConfirmScreen))
        market.error = CreditError("the account cannot pay for it", "add credit")
        await pilot.press("right", "enter")
        await until(pilot, lambda: "cannot pay for it; add credit" in " ".join(text(pilot).split()))
        assert isinstance(pilot.app.screen, OffersScreen)


async def test_two_machines_are_never_being_rented_at_once() -> None:
    async with searching() as (pilot, market):
        market.gate.clear()
        await pilot.press("r", "right", "enter")
        await until(pilot, lambda: len(market.calls) == 2)
        await pilot.press("r")
        await until(pilot, lambda: "one is being rented already" in text(pilot))
        assert len(market.calls) == 2
        market.gate.set()
        await until(pilot, lambda: isinstance(pilot.app.screen, MonitorScreen))


async def test_readonly_lists_but_does_not_rent() -> None:
    async with searching(readonly=True) as (pilot, market):
        await pilot.press("r", "enter")
        await until(pilot, lambda: "opened with --readonly" in text(pilot))
        assert isinstance(pilot.app.screen, OffersScreen)
        assert [call[0] for call in market.calls] == ["search"]
        assert "rent" not in {action.label for action in screen_of(pilot).offered()}


async def test_keys_lead_to_help_palette_themes_instances_and_back() -> None:
    async with searching() as (pilot, _):
        await pilot.press("question_mark")
        await until(pilot, lambda: "Edit the query" in text(pilot))
        await pilot.press("escape", "ctrl+p")
        await pilot.press(*"again")
        await until(pilot, lambda: "update: Ask the market again" in text(pilot))
        await pilot.press("escape", "t")
        await until(pilot, lambda: type(pilot.app.screen).__name__ == "ThemeScreen")
        await pilot.press("escape", "i")
        await until(pilot, lambda: isinstance(pilot.app.screen, InstancesScreen))
        await pilot.press("escape")
        await until(pilot, lambda: isinstance(pilot.app.screen, OffersScreen))
        await pilot.press("q")
        await until(pilot, lambda: isinstance(pilot.app.screen, StartScreen))


async def test_the_gates_reasons_scroll_and_begin_anew_with_another_offer() -> None:
    async with searching(size=(50, 15)) as (pilot, _):
        gate = screen_of(pilot).query_one("#gate")
        gate.focus()
        await pilot.press("pagedown", "pagedown")
        await until(pilot, lambda: gate.scroll_y > 0)
        screen_of(pilot).query_one("#offers").focus()
        await pilot.press("down")
        await until(pilot, lambda: gate.scroll_y == 0)


async def test_foreign_text_is_shown_as_it_is() -> None:
    rows = [offer(1, "1x [red]GPU[/]", 0.2, place="\x1b[31mMars[/]"), OFFERS[1]]
    async with searching(FakeMarket(rows)) as (pilot, _):
        assert "[red]GPU[/]" in text(pilot)
        assert "\x1b" not in text(pilot)


async def test_from_a_run_the_offers_open_and_a_new_run_takes_its_place() -> None:
    session, market = FakeSession(), FakeMarket()
    app = VastTui(session, market=lambda: market)
    async with app.run_test(size=(120, 36), notifications=True) as pilot:
        await pilot.press("o")
        await until(pilot, lambda: isinstance(app.screen, OffersScreen) and "✔ pass" in text(pilot))
        await pilot.press("r", "right", "enter")
        await until(pilot, lambda: isinstance(app.screen, MonitorScreen) and "Bring-up" in text(pilot))
        await until(pilot, lambda: session.closed)
        assert app.session is market.sessions[0]
        assert [type(screen) for screen in app.screen_stack] == [MonitorScreen]


async def test_a_screen_without_a_market_says_so() -> None:
    async with VastTui(FakeSession()).run_test(size=(120, 36), notifications=True) as pilot:
        await pilot.press("o")
        await until(pilot, lambda: "opened without a market" in text(pilot))


def test_a_limit_that_is_kept_has_a_margin_above_zero() -> None:
    price = next(one for one in findings() if one.check == "price")
    vram = findings("warn")[0]
    assert margin(price) == pytest.approx(1.69)
    assert margin(vram) == pytest.approx(-8.28)


@pytest.mark.parametrize("width", [44, 70, 120, 190])
def test_a_finding_never_leaves_its_width(width: int) -> None:
    for finding in findings("fail"):
        lines = finding_lines(finding, width)
        assert {line.cell_length <= width for line in lines} == {True}
        assert "".join(finding.text.split()[-1:]) in lines[-1].plain


def test_the_next_best_are_never_much_dearer_and_never_fail() -> None:
    others = next_best(OFFERS, OFFERS[1])
    assert [row.id for row in others] == [7000032, 7000030]
    unknown: OfferRow = replace(OFFERS[1], id=9, usd_h=None, usd=None)
    assert unknown not in next_best([*OFFERS, unknown], OFFERS[1])
