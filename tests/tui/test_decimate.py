"""Columns of a series: extremes kept, gaps kept."""

import math
from array import array

from hypothesis import given
from hypothesis import strategies as st

from vasttui.tui.decimate import ceiling, decimate, spacing


def made(count: int) -> tuple["array[float]", "array[float]"]:
    return array("d", range(count)), array("d", (i % 100 for i in range(count)))


def test_every_extreme_survives() -> None:
    ts, values = made(100_000)
    values[54_321] = 5000
    columns = decimate(ts, values, 0, 99_999, 200)
    assert max(column[1] for column in columns.values if column) == 5000
    assert len(columns.values) == 200


def test_a_stretch_of_nan_is_a_gap() -> None:
    ts, values = made(100)
    for i in range(40, 60):
        values[i] = math.nan
    columns = decimate(ts, values, 0, 100, 10)
    assert [column is None for column in columns.values] == [False] * 4 + [True] * 2 + [False] * 4


def test_silence_is_a_gap_but_sparse_points_make_a_line() -> None:
    sparse = array("d", [0, 10, 20, 30, 40])
    values = array("d", [1, 1, 1, 1, 1])
    assert None not in decimate(sparse, values, 0, 40, 20).values
    silent = array("d", [0, 1, 2, 3, 4, 90, 91, 92])
    columns = decimate(silent, array("d", [1] * 8), 0, 92, 46)
    assert columns.values[20] is None


def test_an_infinite_value_does_not_hide_its_neighbours() -> None:
    columns = decimate([0.0, 1.0, 2.0], [1.0, math.inf, 3.0], 0, 3, 1)
    assert columns.values == ((1.0, 3.0),)


def test_one_spike_does_not_flatten_the_rest() -> None:
    ts, values = made(100)
    for i in range(100):
        values[i] = 3.0
    values[50] = 1e6
    assert ceiling(decimate(ts, values, 0, 100, 100)) < 4


def test_no_points_and_no_time_give_no_columns() -> None:
    assert decimate([], [], 0, 10, 5).values == (None,) * 5
    assert decimate([], [], 5, 5, 5).values == ()
    assert spacing([]) == 0


@given(
    st.lists(st.tuples(st.floats(0, 1000), st.floats(allow_nan=True, allow_infinity=True)), max_size=60),
    st.integers(1, 40),
)
def test_any_series_gives_its_columns(points: list[tuple[float, float]], count: int) -> None:
    points.sort(key=lambda point: point[0])
    ts, values = [ts for ts, _ in points], [value for _, value in points]
    columns = decimate(ts, values, 0, 1000.0, count)
    assert len(columns.values) == count
    assert all(column is None or column[0] <= column[1] for column in columns.values)
