"""A run on a rented machine: its bring-up, what to do where that fails, and the ends of its meter."""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import replace

import pytest
from textual.pilot import Pilot

from tests.tui import fake
from tests.tui.driving import monitor, opened, settled, text, until
from tests.tui.fake import FakeSession
from tests.tui.fake_market import bringing_up, rented
from vasttui.cli.codes import EXIT_CRASH
from vasttui.monitor.reading import Exit
from vasttui.tui import resting
from vasttui.tui.actions import BY_ID, Context, offered
from vasttui.tui.app import VastTui
from vasttui.tui.health import health, is_coming_up
from vasttui.tui.leaving import Leaving, leaving
from vasttui.tui.panes.bringup import rows
from vasttui.tui.screens.confirm import ConfirmScreen
from vasttui.watch.session import BringUpStep, Snapshot

SIZES = [(200, 50), (120, 36), (80, 24), (50, 15)]


@asynccontextmanager
async def asked(
    snapshot: Snapshot, *keys: str, size: tuple[int, int] = (120, 36), readonly: bool = False
) -> AsyncGenerator[tuple[Pilot[Leaving], FakeSession, str]]:
    """A question on the screen, and its text without line breaks and frames."""
    session = FakeSession(snapshot)
    async with opened(session, size, readonly) as pilot:
        await pilot.press(*keys)
        await until(pilot, lambda: isinstance(pilot.app.screen, ConfirmScreen))
        shown = await settled(pilot, "Cancel")
        yield pilot, session, " ".join(shown.replace("┃", " ").split())


async def test_a_run_stopped_on_purpose_is_shown_calmly() -> None:
    session = FakeSession(fake.healthy())
    async with opened(session) as pilot:
        rung: list[bool] = []
        pilot.app.bell = lambda: rung.append(True)  # type: ignore[method-assign]
        session.push(fake.stopped())
        await until(pilot, lambda: "STOPPED on purpose" in text(pilot))
        assert not monitor(pilot).has_class("-loud")
        assert rung == []
        assert "CRASH" not in text(pilot)
        assert leaving(monitor(pilot).view).code == EXIT_CRASH


@pytest.mark.parametrize("size", SIZES)
async def test_the_bring_up_is_shown_line_by_line_in_the_steps_place(size: tuple[int, int]) -> None:
    async with opened(FakeSession(bringing_up()), size) as pilot:
        await until(pilot, lambda: "Bring-up  5 of 9 done" in text(pilot))
        shown = text(pilot)
        for wanted in ("rent", "◆ gate", "▶ bootstrap", "Installing collected packages", "baseline"):
            assert wanted in shown
        assert "Step rate" not in shown


async def test_before_the_launch_the_footer_offers_nothing_that_needs_one() -> None:
    session = FakeSession(bringing_up())
    async with opened(session, (200, 50)) as pilot:
        await until(pilot, lambda: "q leave" in text(pilot))
        assert "relaunch" not in text(pilot)
        assert "check now" not in text(pilot)
        session.push(rented())
        await until(pilot, lambda: "relaunch" in text(pilot) and "check now" in text(pilot))


def test_a_machine_that_failed_the_checklist_may_be_launched_on_all_the_same() -> None:
    ids = {action.id for action in offered(Context(unlaunched=True, unfit=True))}
    assert "relaunch" in ids
    assert "check" not in ids


async def test_when_the_run_trains_the_bring_up_gives_way() -> None:
    session = FakeSession(bringing_up())
    async with opened(session) as pilot:
        await until(pilot, lambda: "Bring-up" in text(pilot))
        over = tuple(replace(step, state="done", took_s=1.0) for step in session.current.bringup)
        session.push(replace(rented(), bringup=over))
        await until(pilot, lambda: "Step rate" in text(pilot))
        assert "Bring-up" not in text(pilot)
        assert "30512345" in text(pilot)
        assert "stopped $0.008/h" in text(pilot)


@pytest.mark.parametrize("size", SIZES)
async def test_a_failed_step_says_why_and_offers_its_keys(size: tuple[int, int]) -> None:
    async with opened(FakeSession(bringing_up(failed=True)), size) as pilot:
        await until(pilot, lambda: "✖ bootstrap" in text(pilot))
        shown = text(pilot)
        for wanted in ("y try again", "n next machine", "d destroy", "MEND OR END IT", "exit 1"):
            assert wanted in shown


async def test_y_tries_the_failed_step_again() -> None:
    session = FakeSession(bringing_up(failed=True))
    async with opened(session) as pilot:
        await pilot.press("y")
        await until(pilot, lambda: session.calls == [("remedy", "retry")])


@pytest.mark.parametrize(
    ("key", "choice", "said"),
    [("n", "next", "This machine is destroyed and left out"), ("d", "destroy", "destroyed with everything")],
)
async def test_a_machine_is_given_back_only_after_a_question(key: str, choice: str, said: str) -> None:
    async with asked(bringing_up(failed=True), key) as (pilot, session, shown):
        for wanted in (said, "instance 30512345", "bootstrap: `pip install", "$0.412/h"):
            assert wanted in shown
        await pilot.press("enter")
        await until(pilot, lambda: pilot.app.screen is monitor(pilot))
        assert session.calls == []
        await pilot.press(key)
        await until(pilot, lambda: isinstance(pilot.app.screen, ConfirmScreen))
        await pilot.press("right", "enter")
        await until(pilot, lambda: session.calls == [("remedy", choice)])


async def test_a_choice_in_the_pane_can_be_clicked() -> None:
    session = FakeSession(bringing_up(failed=True))
    async with opened(session) as pilot:
        await until(pilot, lambda: "what now?" in text(pilot))
        lines = text(pilot).splitlines()
        y = next(i for i, line in enumerate(lines) if "what now?" in line)
        await pilot.click(offset=(lines[y].index("y try again") + 3, y))
        await until(pilot, lambda: session.calls == [("remedy", "retry")])


async def test_remedies_are_in_the_palette() -> None:
    session = FakeSession(bringing_up(failed=True))
    async with opened(session) as pilot:
        await pilot.press("ctrl+p", *"try again")
        await until(pilot, lambda: "failed step of the bring-up" in text(pilot))
        await pilot.press("enter")
        await until(pilot, lambda: session.calls == [("remedy", "retry")])


async def test_the_bring_ups_end_is_asked_with_k_too() -> None:
    async with asked(bringing_up(), "k") as (pilot, session, shown):
        assert "being brought up. End its bill?" in shown
        assert "Nothing runs there yet, so nothing is fetched. Confirmed by reading back." in shown
        assert "Kill the process" not in shown
        await pilot.press("down", "down", "enter")
        await until(pilot, lambda: session.calls == [("kill", "destroy")])


@pytest.mark.parametrize("size", SIZES)
async def test_kill_on_a_rented_machine_has_three_ends_each_with_its_cost(size: tuple[int, int]) -> None:
    wanted = ("bills $0.412/h", "disk $0.0083/h", "nothing bills", "llama-lora", "30512345")
    async with asked(rented(), "k", size=size) as (pilot, _, __):
        await until(pilot, lambda: all(word in text(pilot) for word in wanted))


async def test_what_could_not_be_pulled_may_be_given_up_from_the_screen() -> None:
    shown = rented()
    assert shown.rental is not None
    refused = replace(shown, rental=replace(shown.rental, not_pulled="nothing matches out/**"))
    async with asked(refused, "k") as (pilot, session, text_shown):
        assert "Given up: nothing matches out/**." in text_shown
        await pilot.press(*["down"] * 4, "enter")
        await until(pilot, lambda: session.calls == [("kill", "forfeit")])


@pytest.mark.parametrize(("downs", "call"), [(1, ("kill",)), (2, ("kill", "stop")), (3, ("kill", "destroy"))])
async def test_each_end_is_carried_out_by_its_own_button(downs: int, call: tuple[str, ...]) -> None:
    async with asked(rented(), "k") as (pilot, session, shown):
        assert "fetched and checked first" in shown
        assert "step 6000, 7m ago: 200 steps" in shown
        await pilot.press(*["down"] * downs, "enter")
        await until(pilot, lambda: session.calls == [call])


async def test_a_run_that_ended_on_a_rented_machine_still_has_a_meter_to_end() -> None:
    ended = replace(rented(), link="ended", exit=Exit(fake.NOW, 0))
    async with asked(ended, "k") as (pilot, session, shown):
        assert "The run is over. End the machine's bill?" in shown
        assert "Kill the process" not in shown
        await pilot.press("enter")
        await until(pilot, lambda: pilot.app.screen is monitor(pilot))
        assert session.calls == []


@pytest.mark.parametrize(("downs", "call"), [(1, ("relaunch",)), (2, ("relaunch", "elsewhere"))])
async def test_relaunch_goes_to_the_same_machine_or_a_new_one(downs: int, call: tuple[str, ...]) -> None:
    async with asked(rented(), "r") as (pilot, session, shown):
        for wanted in ("On this machine", "On a new machine", "bills $0.412/h"):
            assert wanted in shown
        await pilot.press("down", "enter")
        assert session.calls == []
        await pilot.press("escape", "r")
        await until(pilot, lambda: isinstance(pilot.app.screen, ConfirmScreen))
        await pilot.press(*"relaunch", *["down"] * (downs + 1), "enter")
        await until(pilot, lambda: session.calls == [call])


async def test_a_run_whose_machine_is_gone_relaunches_only_on_a_new_one() -> None:
    over = tuple(replace(step, state="done") for step in bringing_up().bringup)
    gone = replace(rented(), rental=None, bringup=over, link="ended")
    async with asked(gone, "r") as (pilot, session, shown):
        assert "given back: nothing bills" in shown
        assert "On this machine" not in shown
        await pilot.press(*"relaunch", "enter", "enter")
        await until(pilot, lambda: session.calls == [("relaunch", "elsewhere")])
    assert health(gone).decision == "MACHINE GONE"


@pytest.mark.parametrize("key", ["k", "r", "y", "n", "d"])
async def test_readonly_refuses_every_act_on_a_rented_machine(key: str) -> None:
    session = FakeSession(bringing_up(failed=True))
    async with opened(session, readonly=True) as pilot:
        await pilot.press(key)
        await until(pilot, lambda: "opened with --readonly" in " ".join(text(pilot).split()))
        assert session.calls == []
        assert pilot.app.screen is monitor(pilot)


def test_readonly_offers_nothing_that_changes_or_spends() -> None:
    everything = Context(readonly=True, rented=True, market=True, remedies=("retry", "next", "destroy"))
    ids = {action.id for action in offered(everything)}
    assert not ids & {"kill", "relaunch", "retry", "next", "destroy", "acknowledge"}
    assert "with --readonly" in BY_ID["destroy"].refused(everything)


def test_remedies_are_offered_only_where_the_session_does() -> None:
    ids = {action.id for action in offered(Context(rented=True, remedies=("retry",)))}
    assert ids & {"retry", "next", "destroy"} == {"retry"}


@pytest.mark.parametrize("size", [(100, 30), (44, 9), (44, 6), (30, 4), (20, 1)])
@pytest.mark.parametrize("failed", [True, False])
def test_the_steps_fit_into_any_room(size: tuple[int, int], failed: bool) -> None:
    width, height = size
    lines = rows(bringing_up(failed=failed).bringup, fake.NOW, width, height)
    assert 1 <= len(lines) <= height
    assert all(line.cell_length <= width for line in lines)


def test_where_room_is_short_what_is_done_and_what_waits_is_told_in_a_line_each() -> None:
    lines = [line.plain for line in rows(bringing_up().bringup, fake.NOW, 60, 7)]
    assert lines[0] == "✔ rent, boot, ssh, gpu  1m18s"
    assert lines[-1] == "○ transfer, probe, baseline"
    assert any("│ Installing" in line for line in lines)


def test_a_probe_that_waits_on_a_run_taken_up_again_is_no_bring_up() -> None:
    steps = tuple(replace(step, state="done") for step in bringing_up().bringup[:7])
    taken_up = replace(rented(), bringup=(*steps, BringUpStep("probe"), BringUpStep("baseline")))
    assert not is_coming_up(taken_up)
    assert health(taken_up).word == "OK"


def test_output_of_the_machine_is_shown_without_its_control_sequences() -> None:
    step = BringUpStep("bootstrap", "doing", "\x1b[2Jx", fake.NOW, None, ("\x1b]0;title\x07[bold]y[/]",))
    shown = "\n".join(line.plain for line in rows((step,), fake.NOW, 60, 5))
    assert "\x1b" not in shown
    assert "[bold]y[/]" in shown


async def test_a_real_screen_outlives_its_collections_of_garbage(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(VastTui, "is_headless", False)
    monkeypatch.setattr(resting, "COLLECT_EVERY_S", 0.01)
    monkeypatch.setattr(resting, "_keep_what_stands", lambda: None)
    async with opened(FakeSession()) as pilot:
        await pilot.pause(0.2)
        assert pilot.app.is_running
