from array import array
from itertools import chain

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vasttui.monitor.drift import MOST_AT_ONCE, Drift
from vasttui.monitor.pace import Advances, Pace, gaps_of


def drifted(*slownesses: float, gap_s: float = 10.0) -> Drift:
    drift = Drift(0.7)
    for n, slowness in enumerate(slownesses):
        drift.add(gap_s * (n + 1), gap_s, slowness, gap_s, n + 1)
    return drift


def test_the_usual_pace_adds_nothing():
    assert drifted(*[1.0, 1.2, 0.9, 1.3] * 50).score == 0


def test_half_the_pace_crosses_the_bar_within_two_minutes():
    assert drifted(*[2.0] * 12).score >= Drift(0.7).bar_s


def test_a_change_is_dated_at_its_first_slow_step():
    drift = drifted(*[1.0] * 20, *[1.7] * 6)
    assert (drift.since, drift.first) == (200.0, 20)


def test_one_very_long_step_alone_never_crosses_the_bar():
    drift = drifted(1.0, 1.0, 500.0, gap_s=600.0)
    assert drift.score == pytest.approx(MOST_AT_ONCE * drift.bar_s)


@given(st.lists(st.floats(0.1, 10), max_size=60))
def test_the_sum_is_never_negative(slownesses: list[float]):
    assert drifted(*slownesses).score >= 0


@given(st.lists(st.tuples(st.floats(1.0, 7.9), st.integers(1, 20)), min_size=1, max_size=80))
def test_advances_taken_at_once_are_those_taken_one_by_one(rows: list[tuple[float, int]]):
    one, many = Pace(), Pace()
    one.sight(0.0, 0, training=True)
    many.sight(0.0, 0, training=True)
    ts, steps = array("d"), array("d")
    for gap_s, done in rows:
        ts.append((ts[-1] if ts else 0.0) + gap_s)
        steps.append((steps[-1] if steps else 0) + done)
        one.sight(ts[-1], int(steps[-1]), training=True)
    if min(gaps_of(ts, 0.0)) < 1.0:
        return  # too short to be an advance of its own: such stretches go one by one
    many.extend(Advances(ts, gaps_of(ts, 0.0), gaps_of(steps, 0)), int(steps[-1]))
    assert (many.count, many.last_ts, many.last_step) == (one.count, one.last_ts, one.last_step)
    assert (many.gaps, many.steps, many.training) == (one.gaps, one.steps, one.training)
    assert list(chain(*many.blocks(512, 8))) == pytest.approx(list(chain(*one.blocks(512, 8))))


def test_what_was_unfinished_is_held_by_the_first_of_many():
    one, many = Pace(), Pace()
    for pace in (one, many):
        for ts, step in ((0.0, 0), (1.5, 1), (2.25, 2)):
            pace.sight(ts, step, training=True)
    one.sight(3.0, 3, training=True)
    assert many.unfinished == (0.75, 1.0)
    many.extend(Advances(array("d", [3.0]), array("d", [1.5]), array("d", [2.0])), 3)
    assert (many.gaps, many.steps, many.count) == (one.gaps, one.steps, one.count)
    assert list(chain(*many.blocks(512, 8))) == pytest.approx(list(chain(*one.blocks(512, 8))))


def test_a_pause_is_expected_where_one_came_at_a_divisor():
    pace, ts = Pace(), 0.0
    pace.sight(ts, 0, training=True)
    for step in range(1, 31):
        ts += 130.0 if step - 1 in (10, 20) else 2.0
        pace.sight(ts, step, training=True)
    assert pace.rhythms == {10: 130.0}
    assert pace.expected_pause_s() == 130.0
    pace.sight(ts + 2, 34, training=True)
    pace.sight(ts + 4, 35, training=True)
    assert pace.expected_pause_s() == 0.0
