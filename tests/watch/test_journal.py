import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.disks import fill, small_disk
from vasttui.gate.finding import Finding
from vasttui.hosts.protocol import Attached
from vasttui.monitor.check import Alert, Check, Forecast, Phase, Verdict
from vasttui.monitor.reading import Exit
from vasttui.watch.journal import Attempt, Journal, RunRow
from vasttui.watch.paths import StateError
from vasttui.watch.rentals_journal import Rental, Rentals

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


@pytest.fixture
def full(tmp_path: Path) -> Iterator[Journal]:
    """The path of a journal on a full disk; nobody has it open."""
    with small_disk(tmp_path / "disk", "300k") as disk:
        journal = Journal(disk / "journal.db")
        journal.add_run(RunRow("a", 1.0, "", "[run]\n"))
        journal.add_attempt(ATTEMPT)
        journal.close()
        fill(disk)
        yield journal


def test_on_a_full_disk_the_journal_is_read_and_what_is_added_stays_in_memory(full: Journal):
    with pytest.raises(StateError, match=r"journal\.db: disk I/O error"):
        Journal(full.path)
    journal = Journal(full.path, anyhow=True)
    assert journal.attempts("a") == [ATTEMPT]
    journal.end_act(journal.begin_act(ATTEMPT, 1.0, "kill"), "gone")
    assert journal.acts(ATTEMPT, "kill")[0].outcome == "gone"
    assert "nothing is written down; free space there" in journal.unwritten
    rentals = Rentals(journal)
    rentals.bill("account", 7, 1.0, 0.5, 0.1)
    assert rentals.metered("account") == 0.5
    rentals.close()
    assert Journal(full.path, anyhow=True).acts(ATTEMPT, "kill") == []


def test_nothing_is_launched_or_rented_that_would_be_known_in_memory_only(full: Journal):
    journal = Journal(full.path, anyhow=True)
    with pytest.raises(StateError, match="nothing is written down"):
        journal.add_attempt(ATTEMPT)
    with pytest.raises(StateError, match="nothing is written down"):
        Rentals(journal).ask(Rental("l", "account", "r", 1.0, 7))


def test_a_disk_that_fills_up_meanwhile_is_left_for_memory_where_that_is_wanted(tmp_path: Path):
    with small_disk(tmp_path / "disk", "300k") as disk:
        journal = Journal(disk / "journal.db")
        journal.add_run(RunRow("a", 1.0, "", "[run]\n"))
        rentals = Rentals(journal)
        fill(disk)
        with pytest.raises(StateError, match="database or disk is full"):
            journal.move_run("a", "x" * 9000)
        assert journal.unwritten == ""
        journal.anyhow = True
        rentals.bill("account", 7, 1.0, 0.5, 0.1)
        journal.move_run("a", "there")
        moved = journal.run("a")
        assert (moved.host if moved else "", rentals.metered("account")) == ("there", 0.5)
        assert "database or disk is full" in journal.unwritten
