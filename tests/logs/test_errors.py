"""Which texts end a run, and which only look like it."""

import pytest

from tests.logs.crashes import BAR, CRASHES, GO, MAIN, TB, steps
from tests.logs.failures import FAILURES
from tests.logs.runtimes import RUNTIMES
from vasttui.logs.events import ErrorMarker, LogEvent
from vasttui.logs.reader import LogReader
from vasttui.logs.summary import summarise


def errors(events: list[LogEvent]) -> list[ErrorMarker]:
    return [event for event in events if isinstance(event, ErrorMarker)]


ALL = [*CRASHES, *FAILURES, *RUNTIMES]


@pytest.mark.parametrize(("text", "wanted"), [c[1:] for c in ALL], ids=[c[0] for c in ALL])
def test_a_text_gives_its_markers(text: str, wanted: list[tuple[str, bool]]) -> None:
    reader = LogReader()
    summary = summarise(reader, [*reader.feed(text.encode()), *reader.finish()])
    assert [(error.kind, error.fatal) for error in summary.errors] == wanted


def test_the_headline_is_the_last_line_and_its_number() -> None:
    reader = LogReader()
    marker = errors(
        [*reader.feed((GO + TB + MAIN + "ValueError: bad batch 17\n").encode()), *reader.finish()]
    )[0]
    assert marker.text == "ValueError: bad batch 17"
    assert marker.line == GO.count("\n") + 4


def test_two_deaths_of_one_cause_have_the_same_fingerprint() -> None:
    prints: list[str] = []
    for number in (17, 23):
        reader = LogReader()
        reader.feed((TB + MAIN + f"ValueError: bad batch {number} at 0x7f{number}\n").encode())
        prints += [marker.fingerprint for marker in errors(reader.finish())]
    assert prints[0] == prints[1]


def test_a_death_is_told_after_a_silence_though_the_log_has_no_end() -> None:
    reader = LogReader()
    assert errors(reader.feed((GO + TB + MAIN + "ValueError: bad batch\n").encode(), ts=100.0)) == []
    told = errors(reader.feed(b"", ts=106.0))
    assert [(m.kind, m.fatal, m.ts) for m in told] == [("traceback", True, 100.0)]
    assert errors(reader.finish(ts=200.0)) == []


def test_an_error_that_training_outlives_is_withdrawn_and_explained() -> None:
    reader = LogReader()
    reader.feed((GO + TB + MAIN + "ValueError: bad sample\n" + steps(6, 9)).encode())
    assert errors(reader.finish()) == []
    assert [w.text for w in reader.explain.withdrawn] == ["ValueError: bad sample"]


def test_nan_is_told_once_until_the_loss_is_finite_again() -> None:
    text = GO + steps(6, 12, loss="nan") + steps(12, 15) + steps(15, 18, loss="nan")
    reader = LogReader()
    assert [m.kind for m in errors(reader.feed(text.encode()))] == ["nan", "nan"]


def test_text_of_an_error_is_free_of_control_sequences_and_bounded() -> None:
    reader = LogReader()
    evil = "ValueError: \x1b]0;owned\x07\x1b[31m" + "x" * 5000 + "\n"
    reader.feed((TB + MAIN + evil).encode())
    text = errors(reader.finish())[0].text
    assert "\x1b" not in text
    assert "owned" not in text
    assert len(text) <= 400


def test_a_traceback_glued_to_a_bar_does_not_hide_the_step() -> None:
    reader = LogReader()
    events = [*reader.feed((BAR + TB + MAIN + "KeyError: 'x'\n").encode()), *reader.finish()]
    summary = summarise(reader, events)
    assert summary.step == 123
    assert summary.errors[0].line == 4
