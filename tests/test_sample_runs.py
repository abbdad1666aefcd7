"""Each bundled sample run is judged to be what its name says, and tells nothing of where it was made."""

import re
from dataclasses import dataclass
from itertools import takewhile
from pathlib import Path

import pytest

from tests.trainings.samples import SAMPLES as SPECS
from tests.trainings.samples import Sample
from vasttui.assets import bundled
from vasttui.hosts.record import Record
from vasttui.hosts.samples import read_samples
from vasttui.monitor.check import Alert, Check, Verdict
from vasttui.watch.replay import judge_of, judge_record

SAMPLES = sorted(path.parent.name for path in bundled("sample_runs").glob("*/run.toml"))
LARGEST_BYTES = 300_000
SHORTEST_S, LONGEST_S = 7 * 60, 25 * 60
MACHINE = re.compile(rb"/(?:work|root|tmp|home|Users)/|site-packages|\.venv")


@dataclass(frozen=True, slots=True)
class Expected:
    """The rules that are raised, in order, and how it ends. `late`: rules that only the end may raise."""

    verdict: Verdict
    rules: tuple[str, ...] = ()
    late: tuple[str, ...] = ()


EXPECTED = {
    "healthy": Expected(Verdict.DONE),
    "traceback": Expected(Verdict.CRASH, late=("error",)),
    "oom-kill": Expected(Verdict.CRASH, ("memory",), late=("error",)),
    "stall": Expected(Verdict.CRASH, ("stall",), late=("error",)),
    "slowdown": Expected(Verdict.DONE, ("slow",)),
    "eval-turns-bad": Expected(Verdict.DONE, ("eval",)),
    "nan": Expected(Verdict.DONE, ("nan",)),
}


def folder(name: str) -> Path:
    return bundled("sample_runs") / name


def judged(name: str) -> tuple[Record, list[Check], Verdict | None]:
    """The record, all looks at it, and its verdict."""
    record = Record.open(folder(name))
    monitor, notes = judge_of(record)
    assert notes == ()
    *looks, end = judge_record(record, monitor)
    return record, [one.check for one in looks if one.check is not None], end.verdict


def raised(checks: list[Check]) -> list[Alert]:
    return [alert for check in checks for alert in check.changed if alert.state == "raised"]


def test_every_sample_run_has_its_expectation():
    assert set(SAMPLES) == set(EXPECTED)


@pytest.mark.parametrize("name", SAMPLES)
def test_a_sample_run_opens_without_notes(name: str):
    record = Record.open(folder(name))
    assert record.notes == ()
    assert record.info.name == name
    assert record.exit is not None
    assert SHORTEST_S < record.exit.ts - record.info.started_at < LONGEST_S
    assert [note for reading in record.readings() for note in reading.notes] == []


@pytest.mark.parametrize("name", SAMPLES)
def test_a_sample_run_is_judged_to_be_what_its_name_says(name: str):
    record, checks, verdict = judged(name)
    assert record.exit is not None
    ended = record.exit.ts
    before = list(takewhile(lambda check: check.ts < ended, checks))
    expected = EXPECTED[name]
    assert tuple(alert.rule for alert in raised(before)) == expected.rules
    assert tuple(alert.rule for alert in raised(checks[len(before) :])) == expected.late
    assert verdict is expected.verdict


@pytest.mark.parametrize("name", SAMPLES)
def test_a_sample_run_says_in_one_line_how_it_was_made(name: str):
    first, *_ = (folder(name) / "ABOUT").read_text("utf-8").splitlines()
    assert "recorded" in first
    info = Record.open(folder(name)).info
    assert ("price" in first) is (info.price_usd_h is not None)


@pytest.mark.parametrize("sample", SPECS, ids=lambda sample: sample.name)
def test_what_is_bundled_is_what_the_recording_command_makes(sample: Sample):
    info = Record.open(folder(sample.name)).info
    assert (info.command, info.total_steps) == (sample.command, sample.steps)
    assert (folder(sample.name) / "ABOUT").read_text("utf-8") == sample.about


@pytest.mark.parametrize("name", SAMPLES)
def test_a_sample_run_is_small_and_tells_nothing_of_where_it_was_made(name: str):
    for path in folder(name).iterdir():
        data = path.read_bytes()
        assert len(data) < LARGEST_BYTES, path
        assert MACHINE.search(data) is None, path


@pytest.mark.parametrize("name", SAMPLES)
def test_what_no_machine_told_is_blank_in_the_samples(name: str):
    rows = [row for batch in read_samples(folder(name) / "samples.csv", 0) for row in batch.rows]
    assert len(rows) > 60
    assert {(row.gpu, row.util_pct, row.power_w) for row in rows} == {(None, None, None)}
    assert all(row.ram_total_mib and row.disk_free_mib for row in rows)
