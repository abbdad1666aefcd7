import sqlite3
from pathlib import Path

import pytest

from vasttui.gate.finding import Finding
from vasttui.hosts.protocol import Attached
from vasttui.monitor.check import Alert, Check, Forecast, Phase, Verdict
from vasttui.monitor.reading import Exit
from vasttui.watch.journal import Attempt, Journal, RunRow
from vasttui.watch.paths import StateError

ALERT = Alert("slow", "raised", 10.0, "1.00/s is 50% of 2.00/s", "look at power", 20.0, log_line=3)
ATTEMPT = Attempt(
    "a", 1, "/records/a/1", "python train.py", 5.0, findings=(Finding("disk", "pass", "plenty"),)
)


def check(ts: float, *changed: Alert) -> Check:
    return Check(
        ts=ts,
        line=f"line at {ts}",
        status="OK",
        phase=Phase.CRUISE,
        next_look_ts=ts + 60,
        step=1,
        total_steps=2,
        rate=0.5,
        decision="LOOK SELDOM",
        decision_text="healthy",
        forecast=Forecast(eta_s=3.0),
        changed=changed,
        verdict=Verdict.ALERT if changed else None,
    )


@pytest.fixture
def journal(tmp_path: Path) -> Journal:
    journal = Journal(tmp_path / "journal.db")
    journal.add_run(RunRow("a", 1.0, "", "[run]\n"))
    journal.add_attempt(ATTEMPT)
    return journal


def test_what_was_written_is_read_back_whole(journal: Journal):
    journal.add_check(ATTEMPT, check(20.0, ALERT))
    assert journal.attempts("a") == [ATTEMPT]
    assert journal.checks(ATTEMPT) == [check(20.0, ALERT)]
    assert journal.alerts(ATTEMPT) == [ALERT]


def test_a_check_written_twice_is_one_check(journal: Journal):
    journal.add_check(ATTEMPT, check(20.0))
    journal.add_check(ATTEMPT, check(20.0))
    assert len(journal.checks(ATTEMPT)) == 1


def test_a_second_process_reads_while_the_first_writes(journal: Journal):
    reader = Journal(journal.path)
    journal.add_check(ATTEMPT, check(20.0))
    journal.add_check(ATTEMPT, check(30.0))
    assert [c.ts for c in reader.checks(ATTEMPT, after=20.0)] == [30.0]


def test_an_attached_attempt_and_its_end_are_kept(journal: Journal):
    attached = Attempt("a", 2, "", "attached", 6.0, attached=Attached("/log", 7))
    journal.add_attempt(attached)
    journal.end_attempt(attached, Exit(9.0, 1), "ValueError")
    last = journal.attempts("a")[-1]
    assert last.attached == Attached("/log", 7)
    assert (last.ended, last.fingerprint) == (Exit(9.0, 1), "ValueError")


def test_an_act_is_there_before_its_outcome(journal: Journal):
    act = journal.begin_act(ATTEMPT, 1.0, "kill")
    assert journal.acts(ATTEMPT, "kill")[0].outcome == ""
    journal.end_act(act, "gone")
    assert journal.acts(ATTEMPT, "kill")[0].outcome == "gone"


def test_the_journal_is_private(journal: Journal):
    assert journal.path.stat().st_mode & 0o777 == 0o600


def test_a_file_that_is_no_journal_is_one_line(tmp_path: Path):
    path = tmp_path / "journal.db"
    path.write_text("not a database, only some text that is long enough to look like one" * 10)
    with pytest.raises(StateError, match=r"journal\.db: file is not a database"):
        Journal(path)


def test_a_journal_of_a_newer_version_is_left_alone(journal: Journal):
    db = sqlite3.connect(journal.path)
    db.execute("PRAGMA user_version=99")
    db.close()
    with pytest.raises(StateError, match="newer vasttui"):
        Journal(journal.path)
