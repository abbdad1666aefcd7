"""The lab itself, and what it holds the judge to on a small set of runs."""

from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.lab import optimum
from tests.lab.draw import make, runs
from tests.lab.faults import FAULTS
from tests.lab.lookalikes import LOOK_ALIKES
from tests.lab.polling import every, poll
from tests.lab.records import LAYOUTS, write
from tests.lab.tape import Tape, columns, readings
from tests.lab.watching import monitor_for, watch
from vasttui.hosts.record import Record
from vasttui.monitor.check import Check
from vasttui.monitor.drive import drive
from vasttui.monitor.skim import drive_columns
from vasttui.watch.replay import judge_of, judge_record

SMALL_SET = range(500_000, 500_000 + 68)
LEAST_RECALL, MOST_FALSE = 0.97, 2


def told(tape: Tape, checks: "list[Check]") -> list[tuple[str, str, float]]:
    """(rule, state, when) of what was raised and resolved until the fault was named."""
    found: list[tuple[str, str, float]] = []
    for check in checks:
        for alert in check.changed:
            found.append((alert.rule, alert.state, check.ts))
            if alert.state == "raised" and alert.rule in tape.truth.rules:
                return found
    return found


def test_what_is_found_on_a_small_set_of_runs_does_not_get_worse():
    ill = found = false = 0
    for tape in runs(SMALL_SET.start, len(SMALL_SET)):
        outcome = watch(tape, attended=False)
        ill += tape.truth.faulty
        found += outcome.seen is not None
        false += bool(outcome.false)
    assert found >= LEAST_RECALL * ill
    assert false <= MOST_FALSE


@settings(max_examples=10, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow])
@given(st.integers(0, 10_000), st.sampled_from([*FAULTS, *LOOK_ALIKES]))
def test_a_run_told_in_columns_raises_what_it_raises_one_by_one(seed: int, what: str):
    tape = shorter(make(seed, what if what in FAULTS else "", what if what in LOOK_ALIKES else ""))
    one_by_one = told(tape, list(drive(monitor_for(tape), readings(tape), until=tape.end + 1)))
    at_once = told(tape, list(drive_columns(monitor_for(tape), *columns(tape), until=tape.end + 1)))
    assert [alert[:2] for alert in at_once] == [alert[:2] for alert in one_by_one]
    assert all(abs(a[2] - b[2]) <= 30 for a, b in zip(at_once, one_by_one, strict=True))


def shorter(tape: Tape, hours: float = 1.0) -> Tape:
    """Known only up to some time: what is compared need not be long."""
    end = min(tape.end, tape.machine.ts[0] + hours * 3600)
    keep = tape.line_ts <= end
    return replace(
        tape,
        line_ts=tape.line_ts[keep],
        line_step=tape.line_step[keep],
        line_loss=tape.line_loss[keep],
        events=tuple(event for event in tape.events if event[0] <= end),
        blind=tuple(span for span in tape.blind if span[0] <= end),
        exit=tape.exit if tape.exit is not None and tape.exit.ts <= end else None,
        end=end,
    )


@pytest.mark.parametrize(
    ("kind", "layout"),
    [
        ("script", "hf"),
        ("hang_io", "json"),
        ("slow", "words"),
        ("nan", "nano"),
        ("worker", "bar"),
        ("", "hf"),
    ],
)
def test_a_tape_written_as_a_record_is_judged_the_same_through_the_real_reader(
    kind: str, layout: str, tmp_path: Path
):
    tape = shorter(short_run(kind))
    write(tape, tmp_path / "run", layout)
    record = Record.open(tmp_path / "run")
    monitor, _ = judge_of(record)
    looks = [one.check for one in judge_record(record, monitor) if one.check is not None]
    direct = told(tape, list(drive(monitor_for(tape), readings(tape))))
    real = told(tape, looks)
    assert [alert[:2] for alert in real] == [alert[:2] for alert in direct]
    assert all(abs(a[2] - b[2]) <= 40 for a, b in zip(real, direct, strict=True))


def short_run(kind: str) -> Tape:
    """The first run of that kind that ends, or is ill, within an hour and tells some hundred lines."""
    for seed in range(700_000, 701_000):
        tape = make(seed, kind)
        over = tape.truth.failed if tape.truth.faulty else tape.end
        if over - tape.machine.ts[0] < 3000 and (kind == "script" or 100 < len(tape.line_ts) < 1500):
            return tape
    raise AssertionError("no such run")


def test_the_same_seed_gives_the_same_run():
    one, two = make(7, "slow"), make(7, "slow")
    assert (one.line_ts == two.line_ts).all()
    assert one.truth == two.truth


def test_every_layout_is_a_line_that_tells_its_step():
    assert all("40" in line(40, 100, 2.0) for line in LAYOUTS.values())


def test_a_poll_sees_a_crash_at_the_next_look():
    tape = make(3, "script")
    outcome = poll(tape, every(1))
    assert outcome.seen is not None
    assert 0 <= outcome.seen - tape.truth.failed <= 60


def test_the_best_schedule_beats_any_fixed_interval():
    at = optimum.grid(120)
    cdf = optimum.published_cdf("Kalos pre-training", at, 0.43)
    best = optimum.best(at, cdf, 0.02, 2.0)
    assert best.minutes == tuple(sorted(best.minutes))
    for minutes in (5, 10, 30, 60):
        looks = 720 / minutes
        assert best.usd < 0.02 * looks * 0.57 + 0.43 * minutes / 2 / 60 * 2.0


def test_keller_and_the_exact_optimum_agree_where_failures_come_evenly():
    at = optimum.grid(200, 100.0)
    cdf = at / 100.0
    one = optimum.best(at, cdf, 0.02, 2.0, running=0 * at + 1)
    assert one.late_min == pytest.approx(optimum.keller_mean_delay(at, cdf, len(one.minutes)), rel=0.15)
