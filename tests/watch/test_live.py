import asyncio
import sqlite3
import time
from collections.abc import AsyncGenerator
from pathlib import Path

import pytest

from tests.watch.conftest import Attend, kill_group, tiny, told, until
from vasttui.hosts.local import LocalTransport
from vasttui.hosts.machine import Machine
from vasttui.hosts.protocol import HostError, RecordRef
from vasttui.hosts.record import Record
from vasttui.monitor import cadence, monitor
from vasttui.monitor.check import Verdict
from vasttui.monitor.reading import Exit, Position, Reading
from vasttui.monitor.rules import progress
from vasttui.plan import Needs
from vasttui.watch.acts import NOTHING_RAN
from vasttui.watch.journal import Journal
from vasttui.watch.launch import GateError, Order, launch
from vasttui.watch.replay import judge_of, judge_record
from vasttui.watch.scribe import Scribe
from vasttui.watch.session import ControlError
from vasttui.watch.unattended import until_verdict

pytestmark = pytest.mark.real


class Vanished(Machine):
    """A host that does not answer any more."""

    def __init__(self) -> None:
        super().__init__(LocalTransport())

    async def follow(self, record: RecordRef, start: Position = Position()) -> AsyncGenerator[Reading]:
        while True:
            yield Reading(time.time(), reachable=False, position=start)
            await asyncio.sleep(0.05)


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Waiting times that suit runs of seconds; the rules are the same."""
    monkeypatch.setattr(progress, "SHORTEST_SILENCE_S", 2.0)
    monkeypatch.setattr(monitor, "MIN_SPACING_S", 0.5)
    monkeypatch.setattr(cadence, "MIN_SPACING_S", 0.5)
    monkeypatch.setattr(monitor, "CONFIRM_S", 1.0)


async def test_a_locked_journal_holds_no_timeout_up_and_gets_its_looks_later(
    journal: Journal, attend: Attend
) -> None:
    first = attend("sleep 60")
    await first.look_once()
    await first.close()
    assert first.attempt is not None
    before = len(journal.checks(first.attempt))
    other = sqlite3.connect(journal.path, isolation_level=None)
    session = attend(run=first.run)
    session.journal = session._scribe.journal = Journal(busy_s=0.1)  # pyright: ignore[reportPrivateUsage]
    other.execute("BEGIN IMMEDIATE")
    asked = time.monotonic()
    outcome = await until_verdict(session, "return", 0.5)
    assert outcome.verdict is Verdict.TIMEOUT
    assert time.monotonic() - asked < 2.0
    assert "database is locked" in session.unwritten
    assert len(journal.checks(first.attempt)) == before
    other.execute("ROLLBACK")
    other.close()
    await session.check_now()
    assert session.unwritten == ""
    assert len(journal.checks(first.attempt)) == before + len(session.made)
    assert len(session.made) > 1


async def test_a_run_that_does_its_work_is_done_in_one_line(attend: Attend):
    outcome = await until_verdict(attend(tiny()), "return", 30)
    assert outcome.verdict is Verdict.DONE
    assert outcome.text.count("\n") == 1
    assert " 100/100 " in outcome.text
    assert len(outcome.text) <= 121


async def test_a_crash_shows_the_headline_and_a_bounded_excerpt(attend: Attend, journal: Journal):
    session = attend(tiny(crash_at=50))
    outcome = await until_verdict(session, "return", 30)
    assert outcome.verdict is Verdict.CRASH
    assert "IndexError" in outcome.text.splitlines()[1]
    assert len(outcome.text) < 2000
    assert [check.reason for check in session.made] == ["exit"]
    assert session.attempt is not None
    (attempt,) = journal.attempts(session.run.name)
    assert attempt.ended is not None
    assert attempt.ended.code == 1
    assert attempt.fingerprint


async def test_exit_0_with_work_left_is_an_alert(attend: Attend):
    command = 'for i in $(seq 1 30); do echo "step $i/100 loss 1"; sleep 0.02; done'
    outcome = await until_verdict(attend(command), "return", 30)
    assert outcome.verdict is Verdict.ALERT
    assert "ended at 30/100 with exit 0" in outcome.text


async def test_status_md_holds_the_newest_look(attend: Attend, journal: Journal):
    session = attend(tiny())
    outcome = await until_verdict(session, "return", 30)
    page = Scribe(journal, session.run).status_path.read_text("utf-8")
    assert page.startswith(f"# {session.run.name}: DONE")
    assert outcome.text in page


async def test_a_timeout_looks_once_more_and_leaves_the_run_alone(attend: Attend):
    session = attend(tiny(steps=10_000))
    outcome = await until_verdict(session, "return", 1.5)
    assert outcome.verdict is Verdict.TIMEOUT
    assert outcome.text.endswith(("PROBE\n", "WARMUP\n", "OK\n"))
    assert session.snapshot().exit is None


async def test_a_second_screen_is_a_mirror_that_shows_the_watchers_looks(attend: Attend):
    first = attend(tiny(steps=3000))
    await first.start()
    await until(first, lambda s: (s.snapshot().step or 0) > 20)
    second = attend(run=first.run)
    await second.start()
    assert second.role == "mirror"
    await first.check_now()
    await until(second, lambda s: len(s.checks) == 1)
    assert second.checks == first.checks
    with pytest.raises(ControlError, match="only mirrors"):
        await second.kill()


async def test_a_mirror_becomes_the_watcher_when_the_watcher_goes(attend: Attend):
    first = attend(tiny(steps=3000))
    await first.start()
    await until(first, lambda s: (s.snapshot().step or 0) > 20)
    second = attend(run=first.run)
    await second.start()
    await first.close()
    await until(second, lambda s: s.role == "watcher")
    await second.check_now()
    assert second.made


async def test_kill_ends_the_whole_group_and_is_journalled_first(attend: Attend, journal: Journal):
    session = attend(tiny(steps=10_000))
    await session.start()
    await until(session, lambda s: (s.snapshot().step or 0) > 10)
    stopped = await session.kill()
    assert stopped.gone
    await until(session, lambda s: s.finished.is_set())
    assert session.attempt is not None
    (act,) = journal.acts(session.attempt, "kill")
    assert act.outcome == stopped.text


async def test_a_run_stopped_on_purpose_is_told_calmly_and_watch_returns(attend: Attend, journal: Journal):
    first = attend(tiny(steps=10_000))
    await first.start()
    await until(first, lambda s: (s.snapshot().step or 0) > 10)
    await first.kill()
    await until(first, lambda s: s.finished.is_set())
    assert first.snapshot().stopped
    assert first.snapshot().alerts == ()
    assert first.checks[-1].decision == "LOOK SELDOM"
    page = Scribe(journal, first.run).status_path.read_text("utf-8")
    assert page.startswith(f"# {first.run.name}: STOPPED\n")
    assert "stopped on purpose (killed by SIGTERM)" in page
    await first.close()
    outcome = await until_verdict(attend(run=first.run), "return", 30)
    assert outcome.verdict is Verdict.CRASH
    assert outcome.text.splitlines()[0].endswith(" CRASH")
    assert outcome.text.splitlines()[1].startswith("stopped on purpose (killed by SIGTERM)")
    assert len(outcome.text.splitlines()) == 2


async def test_an_end_that_a_lost_host_cannot_tell_is_known_from_the_journal(
    attend: Attend, journal: Journal
):
    first = attend(tiny(steps=10_000))
    await first.start()
    await until(first, lambda s: (s.snapshot().step or 0) > 10)
    await first.close()
    assert first.attempt is not None
    second = attend(run=first.run)
    second.host = Vanished()
    await second.start()
    await until(second, lambda s: s.snapshot().link == "lost")
    journal.end_act(journal.begin_act(first.attempt, time.time(), "kill"), "1 process(es) ended by SIGTERM")
    journal.end_attempt(first.attempt, Exit(time.time(), signal=15), "")
    await until(second, lambda s: s.finished.is_set())
    assert second.snapshot().link == "ended"
    assert second.snapshot().stopped
    kill_group(Path(first.attempt.record))


async def test_a_kill_that_came_too_late_leaves_a_crash_a_crash(attend: Attend, journal: Journal):
    first = attend(tiny(crash_at=20))
    await first.start()
    await until(first, lambda s: s.finished.is_set())
    assert (await first.kill()).text == NOTHING_RAN
    await first.close()
    second = attend(run=first.run)
    await second.start()
    await until(second, lambda s: s.finished.is_set())
    assert not second.snapshot().stopped
    assert [alert.rule for alert in second.snapshot().alerts] == ["error"]


async def test_a_relaunch_is_a_new_attempt_and_the_same_death_is_said(attend: Attend, journal: Journal):
    session = attend(tiny(crash_at=50))
    await session.start()
    await until(session, lambda s: s.finished.is_set())
    assert session.snapshot().relaunch_note == ""
    await session.relaunch()
    await until(session, lambda s: s.finished.is_set() and s.snapshot().run.attempt == 2)
    assert [a.number for a in journal.attempts(session.run.name)] == [1, 2]
    assert "same error" in session.snapshot().relaunch_note


async def test_a_screen_goes_over_to_an_attempt_that_was_launched_elsewhere(attend: Attend, journal: Journal):
    session = attend(tiny(steps=50))
    await session.start()
    await until(session, lambda s: s.finished.is_set())
    order = Order(session.run, session.plan, 2, resume=True)
    await launch(journal, session.host, order, lambda _: None)
    await until(session, lambda s: s.snapshot().run.attempt == 2 and s.finished.is_set())
    assert session.snapshot().verdict is Verdict.DONE


async def test_taking_up_a_run_keeps_every_look_once(attend: Attend, journal: Journal):
    first = attend(tiny(steps=700))
    await first.start()
    await until(first, lambda s: (s.snapshot().step or 0) > 100)
    await first.check_now()
    await until(first, lambda s: (s.snapshot().step or 0) > 300)
    await first.check_now()
    before = list(first.checks)
    await first.close()

    second = attend(run=first.run)
    await second.start()
    await until(second, lambda s: bool(s.checks) and s.snapshot().link == "up")
    assert second.checks[: len(before)] == before
    await until(second, lambda s: s.finished.is_set())
    assert second.attempt is not None
    assert journal.checks(second.attempt) == second.checks
    assert [c.ts for c in second.checks] == sorted({c.ts for c in second.checks})


async def test_what_the_user_has_seen_stays_seen_when_the_run_is_taken_up(attend: Attend):
    first = attend('for i in $(seq 1 400); do echo "step $i/400 loss nan"; sleep 0.05; done')
    await first.start()
    await until(first, lambda s: bool(s.snapshot().alerts))
    await first.acknowledge("nan")
    await first.close()
    second = attend(run=first.run)
    await second.start()
    await until(second, lambda s: [a.state for a in s.snapshot().alerts] == ["acknowledged"])


@pytest.mark.parametrize("fault", [{"crash_at": 150}, {}])
async def test_a_replay_of_the_record_gives_the_same_alerts(attend: Attend, fault: dict[str, int]):
    session = attend(tiny(steps=300, **fault))
    await session.start()
    await until(session, lambda s: s.finished.is_set())
    assert session.attempt is not None
    record = Record.open(Path(session.attempt.record))
    judged = list(judge_record(record, judge_of(record)[0]))
    assert told([j.check for j in judged if j.check is not None]) == told(session.checks)
    assert judged[-1].verdict == session.checks[-1].verdict


async def test_an_alert_that_nobody_was_told_of_makes_the_next_watch_return_once(attend: Attend):
    first = attend('for i in $(seq 1 400); do echo "step $i/400 loss nan"; sleep 0.05; done')
    await first.start()
    await until(first, lambda s: bool(s.snapshot().alerts))
    await first.close()
    second = attend(run=first.run)
    assert (await until_verdict(second, "return", 20)).verdict is Verdict.ALERT
    await second.close()
    assert (await until_verdict(attend(run=first.run), "return", 2)).verdict is Verdict.TIMEOUT


async def test_a_hang_is_an_alert_and_its_replay_says_the_same(attend: Attend, impatient: None):
    session = attend(tiny(steps=600, hang_at=500))
    outcome = await until_verdict(session, "return", 60)
    assert outcome.verdict is Verdict.ALERT
    assert "stall: step 500" in outcome.text
    await until(session, lambda s: s.checks[-1].ts > s.snapshot().alerts[0].raised_at + 3)
    assert session.attempt is not None
    kill_group(Path(session.attempt.record))
    await until(session, lambda s: s.finished.is_set())
    record = Record.open(Path(session.attempt.record))
    judged = [j.check for j in judge_record(record, judge_of(record)[0]) if j.check is not None]
    assert told(judged) == told(session.checks) == [("stall", "raised"), ("error", "raised")]


async def test_a_machine_that_does_not_fit_is_refused_and_launched_when_the_user_insists(attend: Attend):
    session = attend(tiny(), needs=Needs(ram_gb=100_000))
    await session.start()
    await until(session, lambda s: s.finished.is_set())
    assert isinstance(session.failure, GateError)
    assert session.snapshot().link == "ended"
    await session.relaunch()
    await until(session, lambda s: s.snapshot().verdict is Verdict.DONE)


async def test_a_command_that_is_not_there_is_told_before_anything_runs(attend: Attend, journal: Journal):
    session = attend("no-such-program --x")
    with pytest.raises(HostError, match="not found"):
        await until_verdict(session, "return", 30)
    assert journal.attempts(session.run.name) == []


async def test_a_record_that_cannot_be_made_is_one_line(attend: Attend, tmp_path: Path):
    session = attend(tiny())
    runs = tmp_path / "state" / "vasttui" / "runs" / session.run.name
    (runs / "1").symlink_to("nowhere")
    await session.start()
    await until(session, lambda s: s.finished.is_set())
    assert session.failure is not None
    assert "\n" not in str(session.failure)
