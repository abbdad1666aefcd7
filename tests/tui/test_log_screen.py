"""The log view: bounded reads, search, follow."""

from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.tui import fake
from tests.tui.driving import monitor, opened, text, until, write
from tests.tui.fake import FakeSession
from vasttui.tui.logwindow import BLOCK, MAX_LINES, LogWindow, Progress, search
from vasttui.tui.panes.logview import LogView
from vasttui.tui.screens.log import LogScreen

LONG = b"".join(b"line %07d\n" % i for i in range(40_000))


async def test_the_tail_comes_first_and_only_it_is_read() -> None:
    session = FakeSession(log=LONG)
    async with opened(session) as pilot:
        await pilot.press("l")
        await until(pilot, lambda: "line 0039999" in text(pilot))
        assert sum(session.reads) <= BLOCK
        await pilot.press("escape")
        await until(pilot, lambda: pilot.app.screen is monitor(pilot))


async def test_home_end_and_scrolling_read_what_is_needed() -> None:
    session = FakeSession(log=LONG)
    async with opened(session) as pilot:
        await pilot.press("l")
        await until(pilot, lambda: "line 0039999" in text(pilot))
        await pilot.press("g")
        await until(pilot, lambda: "line 0000000" in text(pilot))
        await pilot.press("pagedown", "down")
        await until(pilot, lambda: "line 0000040" in text(pilot))
        await pilot.press("G")
        await until(pilot, lambda: "line 0039999" in text(pilot))
        view = pilot.app.screen.query_one(LogView)
        before = view.window.start
        view.scroll_home(animate=False)
        await pilot.press("up")
        await until(pilot, lambda: view.window.start < before)
        top = view.window.lines[view.scroll_offset.y].offset
        assert before - 100 < top < before


async def test_search_finds_marks_and_goes_on_both_ways() -> None:
    session = FakeSession(
        log=LONG.replace(b"line 0000123", b"NEEDLE [b]1").replace(b"line 0030000", b"needle 2")
    )
    async with opened(session) as pilot:
        await pilot.press("l")
        await until(pilot, lambda: "line 0039999" in text(pilot))
        await pilot.press("g", "slash")
        await write(pilot, "needle")
        await until(pilot, lambda: "▶ NEEDLE [b]1" in text(pilot))
        await pilot.press("n")
        await until(pilot, lambda: "▶ needle 2" in text(pilot))
        await pilot.press("n")
        await until(pilot, lambda: "does not stand after" in text(pilot))
        await pilot.press("N")
        await until(pilot, lambda: "▶ NEEDLE [b]1" in text(pilot))


async def test_e_goes_to_the_last_error() -> None:
    async with opened(FakeSession()) as pilot:
        await pilot.press("l")
        await until(pilot, lambda: isinstance(pilot.app.screen, LogScreen))
        await pilot.press("e")
        await until(pilot, lambda: "▶ RuntimeError" in text(pilot))


async def test_following_shows_what_comes_and_standing_says_how_much() -> None:
    session = FakeSession()
    async with opened(session) as pilot:
        await pilot.press("l")
        await until(pilot, lambda: "RuntimeError" in text(pilot))
        screen = pilot.app.screen
        assert isinstance(screen, LogScreen)
        session.log += b"a new line\n"
        session.current = replace(session.current, log_bytes=len(session.log))
        screen._poll()
        await until(pilot, lambda: "a new line" in text(pilot))
        await pilot.press("f")
        session.log += b"another\n"
        session.current = replace(session.current, log_bytes=len(session.log))
        screen._poll()
        await until(pilot, lambda: "8 B newer" in text(pilot))
        assert "another" not in text(pilot)


async def test_a_slow_host_leaves_the_log_screen_usable() -> None:
    session = FakeSession(delay_s=30.0)
    async with opened(session) as pilot:
        await pilot.press("l")
        await until(pilot, lambda: "reading" in text(pilot))
        await pilot.press("escape")
        await until(pilot, lambda: pilot.app.screen is monitor(pilot), 1.0)


async def test_a_line_still_being_written_is_read_again() -> None:
    session = FakeSession(log=b"one\ntw")
    window = LogWindow(session.read_log)
    await window.tail()
    session.log = b"one\ntwo\nthree\n"
    await window.after()
    assert [line.text for line in window.lines] == ["one", "two", "three"]


async def test_a_window_never_grows_past_its_bound() -> None:
    session = FakeSession(log=LONG)
    window = LogWindow(session.read_log)
    await window.at(0)
    while (await window.after())[0]:
        assert len(window.lines) <= MAX_LINES
    assert window.lines[-1].text == "line 0039999"
    while await window.before():
        assert len(window.lines) <= MAX_LINES
    assert window.lines[0].text == "line 0000000"


async def test_one_endless_line_is_shown_in_pieces() -> None:
    session = FakeSession(log=b"x" * (5 * BLOCK))
    window = LogWindow(session.read_log)
    await window.tail()
    assert len(window.lines) == 1
    assert await window.before() == 1


@settings(max_examples=40, deadline=None)
@given(st.binary(min_size=0, max_size=400), st.integers(0, 400))
async def test_any_bytes_make_a_window(data: bytes, offset: int) -> None:
    window = LogWindow(FakeSession(log=data).read_log)
    await window.at(min(offset, len(data)))
    assert not any(ord(letter) < 32 or letter == "\x7f" for line in window.lines for letter in line.text)
    assert 0 <= window.start <= window.end <= len(data)


async def test_a_match_across_two_blocks_is_found_both_ways() -> None:
    from vasttui.tui import logwindow

    log = b"." * (logwindow.SEARCH_BLOCK - 3) + b"needle" + b"." * 100
    session = FakeSession(log=log)
    ahead = [step async for step in search(session.read_log, "needle", 0)]
    assert ahead[-1].found == logwindow.SEARCH_BLOCK - 3
    back = [step async for step in search(session.read_log, "NEEDLE", len(log), forward=False)]
    assert back[-1].found == logwindow.SEARCH_BLOCK - 3
    none = [step async for step in search(session.read_log, "absent", 0)]
    assert none[-1] == Progress(len(log), len(log), None)


def test_the_fake_log_ends_in_a_traceback() -> None:
    assert fake.log_bytes().endswith(fake.TRACEBACK)
