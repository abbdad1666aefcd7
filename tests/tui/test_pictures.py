"""The pure pictures: step rate, bars, big words, alert entries, checks, findings."""

from dataclasses import replace

import pytest

from tests.tui import fake
from vasttui.monitor.check import Verdict
from vasttui.monitor.reading import Exit
from vasttui.tui import bars
from vasttui.tui.bigtext import big, big_width
from vasttui.tui.health import health
from vasttui.tui.panes.alerts import entry, ordered
from vasttui.tui.panes.checklist import finding_row
from vasttui.tui.panes.checks import table
from vasttui.tui.ratechart import RateChart, draw
from vasttui.tui.tone import Tone


def rate_chart(**changes: object) -> RateChart:
    snapshot = fake.alerting()
    chart = RateChart(
        snapshot.series["rate"], fake.START, fake.NOW, 3.4, marks=snapshot.marks, alerts=snapshot.alerts
    )
    return replace(chart, **changes)  # type: ignore[arg-type]


@pytest.mark.parametrize("size", [(80, 14), (40, 6), (30, 4), (12, 2), (200, 30)])
def test_the_rate_fills_its_room_exactly(size: tuple[int, int]) -> None:
    lines = draw(rate_chart(), *size).split("\n", allow_blank=True)
    assert len(lines) == size[1]
    assert {line.cell_length for line in lines[:-1]} <= {size[0], size[0] - 7, size[0] - 14}


def test_the_rate_shows_marks_alerts_and_both_lines() -> None:
    shown = draw(rate_chart(), 80, 14).plain
    assert all(sign in shown for sign in ("◆", "■", "▲", "━", "base", "70%"))


def test_an_unknown_stretch_of_the_rate_stays_empty() -> None:
    snapshot = fake.healthy(400)
    series = snapshot.series["rate"]
    for i in range(100, 300):
        series.values[i] = float("nan")
    shown = draw(RateChart(series, series.ts[0], series.ts[-1]), 47, 8)
    middle = "".join(line.plain[7:][15:25] for line in shown.split("\n")[:6])
    assert middle.strip() == ""


def test_a_rate_without_points_says_so() -> None:
    assert "no step seen yet" in draw(RateChart(None, 0, 10), 60, 8).plain


@pytest.mark.parametrize("tone", list(Tone))
def test_every_tone_has_a_glyph_of_its_own(tone: Tone) -> None:
    assert len(tone.glyph) == 1
    assert [other.glyph for other in Tone].count(tone.glyph) == 1


@pytest.mark.parametrize("word", ["PROBE", "WARMUP", "OK", "WATCH", "ALERT", "CRASH", "DONE", "LOST", "WAIT"])
def test_every_status_word_is_drawn_in_full(word: str) -> None:
    lines = big(word)
    assert len(lines) == 3
    assert {len(line) for line in lines} == {big_width(word)}
    for letter in word:
        assert any(line.strip() for line in big(letter))


def test_a_bar_never_leaves_its_width() -> None:
    for share in (None, -1.0, 0.0, 0.333, 1.0, 7.0, float("nan")):
        assert bars.progress(share, 20, "").cell_length == 20
    for spent, projected in ((0.0, None), (1.0, 3.0), (4.0, 9.0), (9.0, 9.0)):
        assert bars.budget(spent, projected, 5.0, 20, "").cell_length == 20


def test_what_lies_past_the_budget_looks_different() -> None:
    assert "╪" in bars.budget(1, 8, 5, 30, "").plain
    assert "╪" not in bars.budget(1, 4, 5, 30, "").plain


def test_an_alert_says_what_since_when_and_what_to_do() -> None:
    shown = entry(fake.slow_alert(), fake.NOW).plain
    assert "▲ slow  since 11:36, holds 10m" in shown
    assert "48% of the baseline" in shown
    assert "→ look for another process" in shown


def test_a_resolved_alert_is_one_line_with_its_duration() -> None:
    shown = entry(fake.slow_alert("resolved"), fake.NOW, 200).plain
    assert "\n" not in shown
    assert "✔ slow  since 11:36, resolved after 9m" in shown


def test_alerts_that_hold_come_first_then_the_newest() -> None:
    alerts = fake.crashed().alerts
    assert [alert.rule for alert in ordered((alerts[1], alerts[0]))] == ["error", "slow"]


def test_checks_are_a_table_whose_fields_stand_under_each_other() -> None:
    rows = table(fake.alerting().checks, 100, fake.NOW)
    assert rows[0].plain.split() == ["time", "step", "rate", "eta", "gpu", "mem", "eval", "status"]
    assert "ALERT:slow" in rows[1].plain
    column = rows[0].plain.index("rate") + len("rate")
    assert all(row.plain[column - 6 : column] == "3.42/s" for row in rows[1:])


def test_a_narrow_table_keeps_time_and_status() -> None:
    assert table(fake.alerting().checks, 24, fake.NOW)[0].plain.split() == ["time", "status"]


def test_a_finding_shows_need_and_have() -> None:
    finding = fake.alerting().findings[1]
    assert "✖ disk" in finding_row(finding, 80).plain
    assert "need 62  have 40 GB" in finding_row(finding, 80).plain
    assert "40 GB < 62" in finding_row(finding, 30).plain


def test_health_of_a_run_whose_watching_ended_is_not_ok() -> None:
    state = health(fake.healthy(), "the watching stopped")
    assert (state.word, state.decision) == ("LOST", "NOT WATCHED")


def test_an_acknowledged_alert_is_no_longer_loud() -> None:
    snapshot = replace(fake.healthy(), alerts=(fake.slow_alert(),))
    assert health(snapshot).loud
    seen = health(replace(snapshot, alerts=(fake.slow_alert("acknowledged"),)))
    assert not seen.loud
    assert seen.word == "ALERT"


def test_a_run_that_ended_well_while_an_alert_held_is_not_simply_done() -> None:
    ended = replace(fake.alerting(), exit=Exit(fake.NOW - 42, 0), verdict=Verdict.DONE)
    state = health(ended)
    assert (state.word, state.decision, state.tone) == ("DONE", "DONE, BUT", Tone.WATCH)
    assert state.headline.startswith("slow at ")
    assert health(replace(ended, alerts=(fake.slow_alert("resolved"),))).decision == "DONE"
