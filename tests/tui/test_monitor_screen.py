"""The main screen: what it shows, what each key does, what it does when things go wrong."""

from dataclasses import replace

import pytest

from tests.tui import fake
from tests.tui.driving import monitor, opened, text, until
from tests.tui.fake import FakeSession
from vasttui.monitor.check import Alert
from vasttui.tui.app import VastTui
from vasttui.tui.panes.alerts import AlertFeed, key_of
from vasttui.tui.panes.header import ProgressLine, When
from vasttui.tui.panes.rate import RatePane
from vasttui.tui.screens.confirm import ConfirmScreen
from vasttui.tui.screens.help import HelpScreen
from vasttui.tui.screens.log import LogScreen
from vasttui.tui.screens.theme import ThemeScreen

LOADED_S = 20.0  # other work may hold this process up; what must not be waited for would last longer


async def test_the_first_paint_answers_the_four_questions() -> None:
    async with opened(FakeSession()) as pilot:
        shown = text(pilot)
    for wanted in (
        "llama-lora", "root@203.0.113.7:40100", "6200/20000", "31.0%", "done in 1h31m", "$1.12 of $5.00",
        "next look in 12m", "3.42/s", "LOOK SELDOM", "GPU", "97%", "71.2/80.0 GiB", "all 3 fit", "no alert",
    ):  # fmt: skip
        assert wanted in shown


async def test_a_new_snapshot_is_painted() -> None:
    session = FakeSession()
    async with opened(session) as pilot:
        session.push(replace(session.current, step=7777, rate=1.5))
        await until(pilot, lambda: "7777/20000" in text(pilot) and "1.50/s" in text(pilot))
        assert session.started


async def test_only_the_countdown_changes_with_a_second() -> None:
    soon = fake.healthy()
    async with opened(FakeSession(replace(soon, next_look_ts=fake.NOW + 124))) as pilot:
        screen = monitor(pilot)
        drawn: list[str] = []
        screen._received -= 2
        screen._shown_at -= 2
        for pane in screen.query(RatePane):
            pane.show = lambda view: drawn.append("rate")  # type: ignore[method-assign]
        screen._tick()
        assert "next look in 2m0" in screen.query_one(When)._shown.plain  # type: ignore[union-attr]
        assert drawn == []


async def test_an_alert_changes_frame_bell_and_focus_of_the_eye_once() -> None:
    session = FakeSession()
    async with opened(session) as pilot:
        rung: list[bool] = []
        pilot.app.bell = lambda: rung.append(True)  # type: ignore[method-assign]
        session.push(fake.alerting())
        await until(pilot, lambda: monitor(pilot).has_class("-loud"))
        session.push(replace(fake.alerting(), step=6300))
        await until(pilot, lambda: "6300/20000" in text(pilot))
        assert rung == [True]
        assert "STOP AND FIX" in text(pilot)
        assert "48% of the baseline" in text(pilot)


async def test_an_alert_that_stood_before_the_screen_opened_does_not_ring() -> None:
    session = FakeSession(fake.alerting())
    async with VastTui(session).run_test() as pilot:
        rung: list[bool] = []
        pilot.app.bell = lambda: rung.append(True)  # type: ignore[method-assign]
        session.push(replace(fake.alerting(), step=6300))
        await until(pilot, lambda: monitor(pilot).view.snapshot.step == 6300)
        assert rung == []


async def test_a_key_uses_its_control() -> None:
    session = FakeSession(fake.alerting())
    async with opened(session) as pilot:
        keys: dict[str, tuple[object, ...]] = {
            "c": ("check_now",),
            "p": ("pause", True),
            "a": ("acknowledge", "slow"),
        }
        for key, call in keys.items():
            session.calls.clear()
            await pilot.press(key)
            await until(pilot, lambda wanted=call: session.calls == [wanted])


async def test_a_paused_cadence_says_so_and_p_resumes_it() -> None:
    session = FakeSession(replace(fake.healthy(), paused=True))
    async with opened(session) as pilot:
        assert "cadence paused" in text(pilot)
        await pilot.press("p")
        await until(pilot, lambda: session.calls == [("pause", False)])


async def test_a_refused_control_is_one_line_on_the_screen() -> None:
    session = FakeSession()
    session.refuse = "the host does not answer [bold]; try again"
    async with opened(session) as pilot:
        await pilot.press("c")
        await until(pilot, lambda: "does not answer [bold]" in text(pilot))


async def test_a_control_that_breaks_does_not_take_the_screen_along() -> None:
    session = FakeSession()

    async def broken() -> None:
        raise ValueError("unforeseen")

    session.check_now = broken  # type: ignore[method-assign]
    async with opened(session) as pilot:
        await pilot.press("c")
        await until(pilot, lambda: "unforeseen" in text(pilot))
        assert pilot.app.is_running


async def test_kill_asks_with_the_focus_on_cancel_and_names_what_it_costs() -> None:
    session = FakeSession()
    async with opened(session) as pilot:
        await pilot.press("k")
        await until(pilot, lambda: isinstance(pilot.app.screen, ConfirmScreen))
        shown = text(pilot)
        for wanted in ("llama-lora", "root@203.0.113.7", "$0.34 spent", "$0.51/h", "step 6000", "200 steps"):
            assert wanted in shown
        await pilot.press("enter")
        await until(pilot, lambda: pilot.app.screen is monitor(pilot))
        assert session.calls == []


async def test_kill_kills_only_by_its_button() -> None:
    session = FakeSession()
    async with opened(session) as pilot:
        await pilot.press("k")
        await until(pilot, lambda: isinstance(pilot.app.screen, ConfirmScreen))
        await pilot.press("k", "y", "right", "enter")
        await until(pilot, lambda: session.calls == [("kill",)])
        await until(pilot, lambda: "none is left" in text(pilot))


async def test_relaunch_wants_its_word_typed() -> None:
    session = FakeSession(replace(fake.crashed(), relaunch_note="it died of the same error twice"))
    async with opened(session) as pilot:
        await pilot.press("r")
        await until(pilot, lambda: isinstance(pilot.app.screen, ConfirmScreen))
        assert "attempt 2" in text(pilot)
        assert "same error twice" in text(pilot)
        await pilot.press("shift+tab", *"relaun", "enter")
        assert session.calls == []
        await pilot.press(*"ch", "enter", "enter")
        await until(pilot, lambda: session.calls == [("relaunch",)])


async def test_escape_leaves_a_question_unanswered() -> None:
    session = FakeSession()
    async with opened(session) as pilot:
        await pilot.press("r", "escape")
        await until(pilot, lambda: pilot.app.screen is monitor(pilot))
        assert session.calls == []


async def test_a_run_that_ended_cannot_be_killed_and_says_why() -> None:
    session = FakeSession(fake.crashed())
    async with opened(session) as pilot:
        await pilot.press("k")
        await until(pilot, lambda: "has ended already" in text(pilot))
        assert pilot.app.screen is monitor(pilot)


async def test_a_mirror_says_so_and_touches_nothing() -> None:
    session = FakeSession(fake.mirrored())
    async with opened(session) as pilot:
        assert "MIRROR, read-only" in text(pilot)
        await pilot.press("k", "r", "c", "p")
        await until(pilot, lambda: "mirrors another watcher" in text(pilot))
        assert session.calls == []
        assert pilot.app.screen is monitor(pilot)


async def test_readonly_touches_nothing() -> None:
    session = FakeSession(fake.alerting())
    async with opened(session, readonly=True) as pilot:
        await pilot.press("k", "r", "c", "p", "a")
        await until(pilot, lambda: "--readonly" in text(pilot))
        assert session.calls == []


async def test_enter_opens_the_log_around_an_alert_and_closes_it() -> None:
    session = FakeSession(fake.crashed())
    async with opened(session) as pilot:
        await pilot.press("enter")
        await until(pilot, lambda: "▶ RuntimeError: CUDA error" in text(pilot))
        assert "│     loss.backward()" in text(pilot)
        await pilot.press("enter")
        await until(pilot, lambda: "loss.backward()" not in text(pilot))


async def test_an_alert_without_a_line_shows_the_logs_tail() -> None:
    session = FakeSession(fake.alerting())
    async with opened(session) as pilot:
        await pilot.press("enter")
        await until(pilot, lambda: "│ step 399/20000" in text(pilot))


async def test_the_headline_of_a_huge_log_is_found_from_its_end_in_bounded_reads() -> None:
    session = FakeSession(fake.crashed(), log=b"x\n" * 6_000_000 + fake.TRACEBACK)
    async with opened(session) as pilot:
        await pilot.press("enter")
        await until(pilot, lambda: "▶ RuntimeError: CUDA error" in text(pilot))
        assert sum(session.reads) <= 1 << 20


async def test_log_and_names_are_never_markup() -> None:
    calm = fake.alerting()
    hostile = "[bold red]x[/] [@click=app.quit]y[/] \x1b]0;t\x07"
    run = replace(calm.run, name=hostile, host=hostile, command=hostile, gpu=hostile)
    alert = replace(fake.slow_alert(), text=hostile, advice=hostile)
    session = FakeSession(
        replace(calm, run=run, alerts=(alert,), message=hostile), log=hostile.encode() + b"\n"
    )
    async with opened(session, size=(160, 45)) as pilot:
        await pilot.press("enter")
        await until(pilot, lambda: "│ [bold red]x[/]" in text(pilot))
        await pilot.press("k")
        await until(pilot, lambda: isinstance(pilot.app.screen, ConfirmScreen))
        assert text(pilot).count("[bold red]x[/]") >= 3
        await pilot.press("escape", "l")
        await until(pilot, lambda: "Log of [bold red]x[/]" in text(pilot))


async def test_a_slow_host_does_not_hold_up_a_modal() -> None:
    session = FakeSession(delay_s=3600.0)  # it never answers while this test lasts
    async with opened(session) as pilot:
        await pilot.press("c", "p", "enter")
        await until(pilot, lambda: len(session.calls) == 2, LOADED_S)
        await pilot.press("k")
        await until(pilot, lambda: isinstance(pilot.app.screen, ConfirmScreen), LOADED_S)


async def test_a_watching_that_breaks_says_so_and_c_begins_again() -> None:
    session = FakeSession()
    async with opened(session) as pilot:
        session.end(OSError("the journal is gone [red]"))
        await until(pilot, lambda: "the journal is gone [red]" in text(pilot))
        await until(pilot, lambda: "c watches again" in text(pilot))
        assert "NOT WATCHED" in text(pilot)
        session.ended = None
        await pilot.press("c")
        session.push(replace(session.current, step=9000))
        await until(pilot, lambda: "9000/20000" in text(pilot))
        assert "NOT WATCHED" not in text(pilot)


async def test_a_watching_that_ends_without_a_verdict_is_not_taken_for_health() -> None:
    session = FakeSession()
    async with opened(session) as pilot:
        session.end()
        await until(pilot, lambda: "stopped without a verdict" in text(pilot))


async def test_a_watching_that_ends_with_the_run_is_in_order() -> None:
    session = FakeSession(fake.crashed())
    async with opened(session) as pilot:
        session.end()
        await pilot.pause(0.05)
        assert "CRASH" in monitor(pilot).view.health.word
        assert monitor(pilot).view.broken == ""


async def test_help_shows_every_key_and_closes() -> None:
    async with opened(FakeSession(), size=(120, 50)) as pilot:
        await pilot.press("question_mark")
        await until(pilot, lambda: isinstance(pilot.app.screen, HelpScreen))
        await until(pilot, lambda: "Stop the process and check that it is gone" in text(pilot))
        await pilot.press("escape")
        await until(pilot, lambda: pilot.app.screen is monitor(pilot))


async def test_themes_are_seen_while_choosing_and_escape_goes_back() -> None:
    async with opened(FakeSession()) as pilot:
        before = pilot.app.theme
        await pilot.press("t")
        await until(pilot, lambda: isinstance(pilot.app.screen, ThemeScreen))
        await pilot.press("down")
        await until(pilot, lambda: pilot.app.theme != before)
        await pilot.press("escape")
        assert pilot.app.theme == before
        await pilot.press("t", "down", "enter")
        await until(pilot, lambda: pilot.app.screen is monitor(pilot))
        assert pilot.app.theme != before


async def test_w_changes_the_span_of_the_step_rate() -> None:
    async with opened(FakeSession(fake.healthy(5000))) as pilot:
        await pilot.press("w", "w")
        await until(pilot, lambda: "last 1h00m" in text(pilot))


async def test_the_palette_offers_what_can_be_done_now() -> None:
    async with opened(FakeSession(), size=(120, 50)) as pilot:
        await pilot.press("ctrl+p")
        await until(pilot, lambda: "Read the log: search, follow" in text(pilot))
        assert "Play or pause the replay" not in text(pilot)
        await pilot.press(*"kill")
        await until(pilot, lambda: "kill: Stop the process" in text(pilot))
        await pilot.press("enter")
        await until(pilot, lambda: isinstance(pilot.app.screen, ConfirmScreen))


@pytest.mark.parametrize("key", ["q", "ctrl+c", "ctrl+q"])
async def test_leaving_names_the_command_that_watches_again(key: str) -> None:
    session = FakeSession()
    async with opened(session) as pilot:
        await pilot.press(key)
    assert pilot.app.return_value is not None
    assert pilot.app.return_value.code == 0
    assert "vasttui watch llama-lora" in pilot.app.return_value.text
    assert session.calls == []


async def test_leaving_a_crashed_run_exits_with_its_code() -> None:
    async with opened(FakeSession(fake.crashed())) as pilot:
        await pilot.press("q")
    assert pilot.app.return_value is not None
    assert pilot.app.return_value.code == 11


async def test_a_replay_is_played_by_its_keys() -> None:
    session = FakeSession(fake.replayed())
    async with opened(session) as pilot:
        assert "REPLAY" in text(pilot)
        assert "x60" in text(pilot)
        keys: dict[str, tuple[object, ...]] = {
            "left": ("seek", fake.NOW - 144),
            "right": ("seek", fake.NOW + 144),
            "plus": ("set_speed", 120.0),
            "minus": ("set_speed", 30.0),
            "space": ("pause", True),
        }
        for key, call in keys.items():
            session.calls.clear()
            await pilot.press(key)
            await until(pilot, lambda wanted=call: session.calls == [wanted])


async def test_a_replay_asks_but_kills_nothing() -> None:
    session = FakeSession(fake.replayed())
    async with opened(session) as pilot:
        await pilot.press("k")
        await until(pilot, lambda: "nothing to stop" in text(pilot))
        await pilot.press("right", "enter")
        await until(pilot, lambda: pilot.app.screen is monitor(pilot))
        assert session.calls == []


async def test_a_live_run_cannot_be_played() -> None:
    session = FakeSession()
    async with opened(session) as pilot:
        await pilot.press("space", "left", "plus")
        await until(pilot, lambda: "only a replay can be played" in text(pilot))
        assert session.calls == []


async def test_a_click_in_the_footer_does_what_the_key_does() -> None:
    async with opened(FakeSession()) as pilot:
        await pilot.click("#footer", offset=(12, 0))
        await until(pilot, lambda: isinstance(pilot.app.screen, HelpScreen))


async def test_the_cursor_stays_on_its_alert_when_another_comes_in() -> None:
    session = FakeSession(fake.alerting())
    async with opened(session) as pilot:
        feed = pilot.app.screen.query_one(AlertFeed)
        newer = Alert("disk", "raised", fake.NOW - 5, "disk fills", "free some", fake.NOW)
        await pilot.press("down")
        chosen = feed.chosen
        assert chosen is not None
        session.push(replace(session.current, alerts=(newer, *session.current.alerts)))
        await until(pilot, lambda: feed.option_count == 3)
        assert feed.chosen is not None
        assert key_of(feed.chosen) == key_of(chosen)


async def test_every_size_passes_the_two_second_test() -> None:
    async with opened(FakeSession(fake.alerting()), size=(200, 50)) as pilot:
        for size in ((200, 50), (120, 36), (80, 24), (50, 15)):
            await pilot.resize_terminal(*size)
            for wanted in (
                "STOP AND FIX",
                "next look in",
                "31.0%",
                "3h11m",
                "$5.62",
                "▲ slow",
                "kill",
                "1.62/s",
            ):
                await until(pilot, lambda told=wanted: told in text(pilot))


async def test_a_screen_too_small_says_what_it_needs() -> None:
    async with opened(FakeSession(), size=(38, 9)) as pilot:
        assert "vasttui needs 40 x 10" in text(pilot)
        assert "this is 38 x 9" in text(pilot)


def _shape(shown: str) -> tuple[int, int]:
    lines = shown.split("\n")
    return len(lines[0]), len(lines)


async def test_resizing_is_followed_at_once() -> None:
    async with opened(FakeSession(fake.alerting())) as pilot:
        for size in ((50, 15), (38, 9), (200, 50), (80, 24), (120, 36)):
            await pilot.resize_terminal(*size)
            await until(pilot, lambda wanted=size: _shape(text(pilot)) == wanted)


async def test_a_crash_of_the_screen_shows_no_local_variables() -> None:
    app = VastTui(FakeSession())

    def broken() -> None:
        secret = str(1234567 * 1000)
        raise RuntimeError("broken while drawing" + secret[:0])

    async def crash() -> None:
        async with app.run_test() as pilot:
            app.call_later(broken)
            await pilot.pause()

    with pytest.raises(RuntimeError):
        await crash()
    shown = "".join(str(renderable) for renderable in app._exit_renderables)
    assert "1234567000" not in shown


async def test_a_hundred_thousand_points_are_drawn_without_a_stall() -> None:
    session = FakeSession(fake.healthy(100_000))
    async with opened(session, size=(200, 50)) as pilot:
        session.push(replace(session.current, step=8888))
        await until(pilot, lambda: "8888/20000" in text(pilot))


async def test_behind_the_log_only_an_alert_is_told_and_all_stands_there_on_the_way_back() -> None:
    session = FakeSession()
    async with opened(session) as pilot:
        await pilot.press("l")
        await until(pilot, lambda: isinstance(pilot.app.screen, LogScreen))
        session.push(replace(fake.alerting(), step=7777))
        await until(pilot, lambda: "slow for" in text(pilot))
        assert monitor(pilot).query_one(ProgressLine).view.snapshot.step != 7777  # type: ignore[union-attr]
        await pilot.press("escape")
        await until(pilot, lambda: "7777/20000" in text(pilot) and "STOP AND FIX" in text(pilot))


async def test_the_picture_below_a_question_follows_the_terminals_size() -> None:
    async with opened(FakeSession(), (80, 24)) as pilot:
        await pilot.press("k")
        await until(pilot, lambda: isinstance(pilot.app.screen, ConfirmScreen))
        await pilot.resize_terminal(120, 36)
        await until(pilot, lambda: text(pilot).count("q leave") == 1 and "q leave" in text(pilot)[-140:])
        assert "Kill this run?" in text(pilot)
