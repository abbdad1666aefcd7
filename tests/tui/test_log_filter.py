"""Only the lines that fit a pattern; long lines wrapped."""

import asyncio
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.tui import fake
from tests.tui.driving import monitor, opened, text, until, write
from tests.tui.fake import FakeSession
from vasttui.tui import logfilter
from vasttui.tui.logfilter import FilteredLog, parse_pattern
from vasttui.tui.panes.logview import LogView
from vasttui.tui.screens.log import LogScreen

LOG = b"".join(
    b"step %05d loss=2.31%s\n" % (i, b" EVAL_loss=2.2" if i % 500 == 0 else b" nan" if i == 7777 else b"")
    for i in range(20_000)
)


@pytest.mark.parametrize(
    ("pattern", "fits"),
    [
        ("loss", ["a loss", "LOSS nan", "eval loss"]),
        ("loss -eval", ["a loss", "LOSS nan"]),
        ("nan|inf", ["LOSS nan", "inf"]),
        ("loss nan|eval", ["LOSS nan", "eval loss"]),
        ("-loss", ["inf", "", "-"]),
        ("-", ["-"]),
        ("(a+)+$", []),
    ],
)
def test_a_pattern_is_words_either_and_not(pattern: str, fits: list[str]) -> None:
    lines = ["a loss", "LOSS nan", "eval loss", "inf", "", "-"]
    known = parse_pattern(pattern)
    assert known is not None
    data = "\n".join(lines).lower().encode()
    assert [lines[data.count(b"\n", 0, begin)] for begin, _ in logfilter.spans(data, known)] == [
        line for line in fits if line or len(fits) > 1
    ]


def test_no_word_is_no_pattern() -> None:
    assert parse_pattern("  | ") is None


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.sampled_from(["a", "b", "ab", "", "c" * 40]), max_size=30),
    st.sampled_from(["a", "a|c", "-a", "a b", "zz"]),
    st.integers(0, 400),
    st.booleans(),
)
def test_it_finds_what_a_plain_loop_finds_wherever_it_begins(
    lines: list[str], words: str, at: int, ended: bool
) -> None:
    log = "\n".join(lines).encode() + (b"\n" if ended and lines else b"")
    pattern = parse_pattern(words)
    assert pattern is not None
    wanted = [(i + 1, line) for i, line in enumerate(log.decode().split("\n")) if pattern.fits(line.encode())]
    if not log or log.endswith(b"\n"):
        wanted = [(i, line) for i, line in wanted if i <= log.count(b"\n")]

    async def read(offset: int, size: int) -> tuple[int, bytes]:
        begin = max(0, len(log) + offset) if offset < 0 else offset
        return len(log), log[begin : begin + size]

    async def all_of_it() -> list[tuple[int | None, str]]:
        found = FilteredLog(read, pattern, lambda _: None)
        await found.at(min(at, len(log)))
        while found.start > 0:
            await found.before()
        while (await found.after())[0]:
            pass
        return [(line.number, line.text) for line in found.lines]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(logfilter, "SEARCH_BLOCK", 64)
        patch.setattr(logfilter, "WANTED", 3)
        assert asyncio.run(all_of_it()) == wanted


async def test_only_the_lines_that_fit_are_shown_with_their_numbers_and_escape_shows_all() -> None:
    session = FakeSession(replace(fake.healthy(), log_bytes=len(LOG)), log=LOG)
    async with opened(session) as pilot:
        await pilot.press("l")
        await until(pilot, lambda: "step 19999" in text(pilot))
        await pilot.press("ampersand")
        await write(pilot, "eval -01500")
        await until(pilot, lambda: "  19501 step 19500 loss=2.31 EVAL_loss" in text(pilot))
        assert "only eval -01500: 39" in text(pilot)
        assert "step 01500" not in text(pilot)
        session.log += b"step 20000 EVAL again\n"
        session.push(replace(session.current, log_bytes=len(session.log)))
        await until(pilot, lambda: "  20001 step 20000 EVAL again" in text(pilot))
        await pilot.press("g")
        await until(pilot, lambda: "      1 step 00000" in text(pilot))
        await pilot.press("escape")
        await until(pilot, lambda: "step 00001" in text(pilot) and "only" not in text(pilot))
        await pilot.press("escape")
        await until(pilot, lambda: pilot.app.screen is monitor(pilot))


async def test_a_pattern_that_nothing_fits_is_given_up_with_escape() -> None:
    async with opened(FakeSession(replace(fake.healthy(), log_bytes=len(LOG)), log=LOG)) as pilot:
        await pilot.press("l")
        await until(pilot, lambda: "step 19999" in text(pilot))
        await pilot.press("ampersand")
        await write(pilot, "no such word")
        await until(pilot, lambda: "only no such word: 0" in text(pilot))
        await pilot.press("ampersand")
        await write(pilot, "")
        await until(pilot, lambda: "step 19999" in text(pilot))


async def test_long_lines_go_on_below_and_the_top_stays() -> None:
    log = b"".join(b"%03d " % i + b"word " * 55 + b"end%03d\n" % i for i in range(200))
    async with opened(FakeSession(replace(fake.healthy(), log_bytes=len(log)), log=log), (80, 24)) as pilot:
        await pilot.press("l")
        await until(pilot, lambda: "199 word" in text(pilot))
        assert "end199" not in text(pilot)
        await pilot.press("w")
        await until(pilot, lambda: "end199" in text(pilot))
        screen = pilot.app.screen
        assert isinstance(screen, LogScreen)
        view = screen.query_one(LogView)
        assert view.virtual_size.height == 4 * len(view.window.lines)
        await pilot.press("colon")
        await write(pilot, "L100")
        await until(pilot, lambda: "▶ 099 word" in text(pilot))
        await pilot.press("slash")
        await write(pilot, "end120")
        await until(pilot, lambda: "end120" in text(pilot))
        await pilot.resize_terminal(120, 24)
        await until(pilot, lambda: view.virtual_size.height == 3 * len(view.window.lines))
        await pilot.press("w")
        await until(pilot, lambda: view.virtual_size.height == len(view.window.lines))
