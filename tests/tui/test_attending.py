"""Alerts at work: snoozed, filtered, found in the log; a replay by look and by alert."""

from dataclasses import replace

import pytest

from tests.tui import fake
from tests.tui.driving import monitor, opened, text, until, write
from tests.tui.fake import FakeSession
from vasttui.monitor.alerts import AlertBook
from vasttui.monitor.rules.symptom import Symptom
from vasttui.monitor.series import Series
from vasttui.tui.logjump import find_alert, find_line, find_step, headline, offset_at, parse_time, step_at
from vasttui.tui.logtext import lines_around
from vasttui.tui.panes.alerts import AlertFeed, entry
from vasttui.tui.panes.playback import PlaybackBar
from vasttui.tui.screens.log import LogScreen
from vasttui.tui.screens.snooze import SnoozeScreen
from vasttui.tui.terminal import notification
from vasttui.watch.session import Snapshot


async def test_a_snooze_asks_for_a_reason_and_how_long() -> None:
    session = FakeSession(fake.alerting())
    async with opened(session) as pilot:
        await pilot.press("s")
        await until(pilot, lambda: isinstance(pilot.app.screen, SnoozeScreen))
        assert "48% of the baseline" in text(pilot)
        await pilot.press("enter")
        await until(pilot, lambda: "say why" in text(pilot))
        await pilot.press(*"known", "down", "enter")
        await until(pilot, lambda: session.calls == [("snooze", "slow", 3600.0, "known")])
        await until(pilot, lambda: "snoozed until 12:46: known" in text(pilot))
        assert not monitor(pilot).has_class("-loud") or "STOP AND FIX" in text(pilot)


async def test_escape_leaves_an_alert_unsnoozed() -> None:
    session = FakeSession(fake.alerting())
    async with opened(session) as pilot:
        await pilot.press("s", "escape")
        await until(pilot, lambda: pilot.app.screen is monitor(pilot))
        assert session.calls == []


async def test_a_mirror_and_a_readonly_screen_snooze_nothing() -> None:
    session = FakeSession(replace(fake.alerting(), role="mirror"))
    async with opened(session) as pilot:
        await pilot.press("s")
        await until(pilot, lambda: "mirrors another watcher" in text(pilot))
    async with opened(FakeSession(fake.alerting()), readonly=True) as pilot:
        await pilot.press("s")
        await until(pilot, lambda: "--readonly" in text(pilot))


async def test_without_an_alert_there_is_nothing_to_snooze_or_to_go_to() -> None:
    async with opened(FakeSession()) as pilot:
        await pilot.press("s")
        await until(pilot, lambda: "no alert holds" in text(pilot))
        await pilot.press("j")
        await until(pilot, lambda: "no alert to go to" in text(pilot))


def test_a_snoozed_alert_that_still_holds_is_raised_again() -> None:
    book = AlertBook()
    symptom = Symptom("slow", "look", 0.0, immediate=True)
    book.look(10.0, {"slow": symptom}, 5.0)
    snoozed = book.snooze("slow", 100.0, "known")
    assert snoozed is not None
    assert (snoozed.state, snoozed.reason) == ("acknowledged", "known")
    book.look(50.0, {"slow": symptom}, 5.0)
    assert book.open["slow"].state == "acknowledged"
    book.look(101.0, {"slow": symptom}, 5.0)
    assert book.open["slow"].state == "raised"
    assert book.snooze("nan", 100.0, "none") is None


async def test_an_alert_that_wakes_rings_again() -> None:
    session = FakeSession(fake.alerting())
    async with opened(session) as pilot:
        rung: list[bool] = []
        pilot.app.bell = lambda: rung.append(True)  # type: ignore[method-assign]
        await session.snooze("slow", 60, "known")
        await until(pilot, lambda: "snoozed until" in text(pilot))
        session.push(replace(fake.alerting(), step=6300))
        await until(pilot, lambda: "6300/20000" in text(pilot))
        assert rung == [True]


def test_a_snoozed_alert_tells_until_when_and_why() -> None:
    alert = replace(
        fake.slow_alert("acknowledged"), snoozed_until=fake.NOW + 600, reason="[b]evals run beside it"
    )
    assert "snoozed until 11:56: [b]evals run beside it" in entry(alert, fake.NOW, 100).plain


async def test_f_lists_all_alerts_then_those_that_hold_then_each_rule() -> None:
    async with opened(FakeSession(fake.alerting())) as pilot:
        feed = pilot.app.screen.query_one(AlertFeed)
        counts: list[int] = []
        for _ in range(4):
            await pilot.press("f")
            counts.append(sum(not option.disabled for option in feed.options))
        assert counts == [1, 1, 1, 2]
        await pilot.press("f")
        assert "only those that hold" in text(pilot)


async def test_j_goes_to_the_alerts_line_in_the_log() -> None:
    async with opened(FakeSession(fake.crashed())) as pilot:
        await pilot.press("j")
        await until(pilot, lambda: isinstance(pilot.app.screen, LogScreen))
        await until(pilot, lambda: "▶ RuntimeError: CUDA error" in text(pilot) or "▶     loss" in text(pilot))


def timed(lines: int = 20_000) -> tuple[Snapshot, bytes]:
    """A log with a line a second, and the series that say when and at which step each was written."""
    rows = [b"step %06d/99999 loss=2.%06d\n" % (i, i) for i in range(lines)]
    written, steps = Series("log_bytes", "B"), Series("step", "")
    total = 0
    for i, row in enumerate(rows):
        total += len(row)
        written.append(fake.START + i, total)
        steps.append(fake.START + i, i)
    return replace(fake.healthy(), series={"log_bytes": written, "step": steps}, log_bytes=total), b"".join(
        rows
    )


async def test_colon_goes_to_a_step_a_time_a_line_and_a_share() -> None:
    snapshot, log = timed()
    async with opened(FakeSession(snapshot, log=log)) as pilot:
        await pilot.press("l")
        await until(pilot, lambda: "step 019999" in text(pilot))
        for wanted, shown in (
            ("1234", "▶ step 001234"), ("L500", "▶ step 000499"), ("50%", "▶ step 01000"),
            ("11:30", "▶ step 001400"), ("nonsense", "not understood: nonsense"),
        ):  # fmt: skip
            await pilot.press("colon")
            await write(pilot, wanted)
            await until(pilot, lambda told=shown: told in text(pilot))
        await pilot.press("colon")
        await write(pilot, "99999")
        await until(pilot, lambda: "99999 is not in" in text(pilot))
        await pilot.press("colon", "escape")
        assert isinstance(pilot.app.screen, LogScreen)


async def test_the_log_tells_when_its_top_line_was_written_and_at_which_step() -> None:
    snapshot, log = timed()
    async with opened(FakeSession(snapshot, log=log)) as pilot:
        await pilot.press("l", "g")
        await until(pilot, lambda: "11:06:40, step 0" in text(pilot))


async def test_a_step_of_a_resumed_run_is_found_in_its_last_passage() -> None:
    snapshot, log = timed(100)
    for i in range(60, 100):
        snapshot.series["step"].values[i] = i - 30
    session = FakeSession(snapshot, log=log)
    found = await find_step(session.read_log, snapshot, 40)
    assert found is not None
    assert (await find_step(session.read_log, snapshot, 500)) is None


async def test_an_alert_is_found_in_a_huge_log_by_its_time_and_text_in_bounded_reads() -> None:
    snapshot, log = timed(400_000)
    at = len(log) // 2
    log = log[:at] + b"RuntimeError: CUDA error: device-side assert triggered\n" + log[at:]
    session = FakeSession(snapshot, log=log)
    raised = fake.START + 200_000
    alert = replace(fake.crashed().alerts[0], since=raised - 10, raised_at=raised + 10)
    found = await find_alert(session.read_log, snapshot, alert)
    assert found is not None
    assert log[found:].startswith(b"RuntimeError")
    assert sum(session.reads) < 1 << 20
    session.push(snapshot)
    lines, headed = await lines_around(session, alert)
    assert headed is not None
    assert lines[headed].startswith("RuntimeError")


async def test_lines_are_counted_from_one_and_past_the_end_there_is_none() -> None:
    session = FakeSession(log=b"one\ntwo\nthree\n")
    found = [[step async for step in find_line(session.read_log, line)][-1].found for line in (1, 2, 3, 9)]
    assert found == [0, 4, 8, None]


def test_times_are_read_as_people_write_them() -> None:
    now = fake.NOW
    assert parse_time("11:30", now) == fake.START + 1400
    assert parse_time("11:30:05", now) == fake.START + 1405
    assert parse_time("-10m", now) == now - 600
    assert parse_time("23:00", now) == fake.START + 42800 - 86400
    assert parse_time("2026-11-18 11:30", now) == fake.START + 1400
    assert parse_time("25:00", now) is None
    assert parse_time("step", now) is None


def test_an_offset_and_a_time_answer_each_other() -> None:
    snapshot, _ = timed(100)
    offset = offset_at(snapshot, fake.START + 50)
    assert offset is not None
    assert step_at(snapshot, offset) == (fake.START + 50, 50.0)
    assert offset_at(fake.healthy(), fake.START) is None
    assert step_at(fake.healthy(), 10) is None


def test_a_headline_is_what_of_an_alerts_text_stands_in_the_log() -> None:
    assert headline(fake.crashed().alerts[0]) == b"RuntimeError"


async def test_a_replay_goes_by_look_and_by_alert_and_where_its_bar_is_clicked() -> None:
    shown = fake.replayed()
    assert shown.playback is not None
    playback = replace(
        shown.playback, looks=(fake.NOW - 90, fake.NOW + 40), alerts=(fake.NOW - 600, fake.NOW + 70)
    )
    session = FakeSession(replace(shown, playback=playback))
    async with opened(session) as pilot:
        for key, ts in (
            ("comma", fake.NOW - 90),
            ("full_stop", fake.NOW + 40),
            ("exclamation_mark", fake.NOW + 70),
        ):
            session.calls.clear()
            await pilot.press(key)
            await until(pilot, lambda to=ts: session.calls == [("seek", to)])
        session.calls.clear()
        await pilot.click(PlaybackBar, offset=(50, 0))
        await until(pilot, lambda: len(session.calls) == 1)
        assert fake.START < session.calls[0][1] < fake.START + 7200  # type: ignore[operator]


async def test_a_replay_without_alerts_says_so() -> None:
    shown = replace(fake.replayed(), alerts=(), checks=())
    async with opened(FakeSession(shown)) as pilot:
        await pilot.press("exclamation_mark")
        await until(pilot, lambda: "no alert" in text(pilot))
        await pilot.press("comma")
        await until(pilot, lambda: "before the first look" in text(pilot))


@pytest.mark.parametrize(
    ("env", "told"),
    [
        ({"TERM": "xterm-kitty"}, "\x1b]99;;▲ a, b\x1b\\"),
        ({"TERM": "foot"}, "\x1b]777;notify;vasttui;▲ a, b\x1b\\"),
        ({"TERM": "xterm-256color"}, "\x1b]9;▲ a, b\x07"),
        ({"TERM": "tmux-256color", "TMUX": "/tmp/x"}, "\x1bPtmux;\x1b\x1b]9;▲ a, b\x07\x1b\\"),
    ],
)
def test_a_notification_is_written_as_the_terminal_reads_it(env: dict[str, str], told: str) -> None:
    assert notification("▲ a; b\x1b]0;evil\x07", env) == told


@pytest.mark.parametrize("looked_at", [True, False])
async def test_a_new_alert_notifies_only_who_does_not_look(
    looked_at: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    written: list[str] = []
    monkeypatch.setattr("vasttui.tui.terminal._write", lambda app, data: written.append(data))  # pyright: ignore[reportUnknownLambdaType, reportUnknownArgumentType]
    session = FakeSession()
    async with opened(session) as pilot:
        pilot.app.app_focus = looked_at
        session.push(fake.alerting())
        await until(pilot, lambda: monitor(pilot).has_class("-loud"))
        await until(pilot, lambda: any("ALERT" in data for data in written))
        assert any("\x1b]9;▲ llama-lora: slow" in data for data in written) is not looked_at
