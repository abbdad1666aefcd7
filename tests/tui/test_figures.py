"""How numbers and foreign text are written."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vasttui.tui import figures


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (None, "-"),
        (42, "42s"),
        (724, "12m04s"),
        (5460, "1h31m"),
        (273600, "3d04h"),
        (-3, "0s"),
        (59.6, "1m00s"),
    ],
)
def test_a_duration_is_short_and_has_units(seconds: float | None, text: str) -> None:
    assert figures.duration(seconds) == text


@pytest.mark.parametrize(
    ("rate", "text"),
    [(3.42, "3.42/s"), (0.97, "0.970/s"), (0.08, "12.5s/it"), (0.0, "0/s"), (None, "-"), (1234.5, "1234/s")],
)
def test_a_rate_turns_to_seconds_per_step_when_slow(rate: float | None, text: str) -> None:
    assert figures.rate(rate) == text


@pytest.mark.parametrize(
    ("usd", "text"), [(0.42, "$0.42"), (12.3, "$12.30"), (1204.4, "$1,204"), (None, "-")]
)
def test_money_has_cents_until_it_is_much(usd: float | None, text: str) -> None:
    assert figures.money(usd) == text


def test_a_moment_of_another_day_names_the_day() -> None:
    noon = 1_795_003_200.0
    assert figures.moment(noon, noon) == "12:00"
    assert figures.moment(noon + 86400, noon) == "Thu 12:00"
    assert figures.moment(noon + 20 * 86400, noon) == "08 Dec 12:00"


def test_a_moment_out_of_all_range_is_unknown() -> None:
    assert figures.moment(1e30) == figures.moment(float("nan")) == "-"


@pytest.mark.parametrize(
    "hostile",
    ["a\x1b[31mb", "a\x1b]0;title\x07b", "a\nb", "a\u202eb", "a\x9b31mb", "a\x1b]8;;http://x\x1b\\b"],
)
def test_control_sequences_never_reach_the_screen(hostile: str) -> None:
    shown = figures.one_line(hostile)
    assert shown.startswith("a")
    assert all(character.isprintable() for character in shown)


@given(st.text(max_size=2000), st.integers(2, 80))
def test_any_text_becomes_one_printable_line_within_its_limit(foreign: str, limit: int) -> None:
    shown = figures.one_line(foreign, limit)
    assert len(shown) <= limit
    assert not any(ord(character) < 32 or 0x7F <= ord(character) < 0xA0 for character in shown)
