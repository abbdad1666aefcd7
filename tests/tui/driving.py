"""Opening the screen in a test, reading it, waiting for it."""

import time
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager

from textual.pilot import Pilot
from textual.widgets import Input

from tests.tui.fake import FakeSession
from vasttui.tui.app import VastTui
from vasttui.tui.leaving import Leaving
from vasttui.tui.screens.monitor import MonitorScreen


@asynccontextmanager
async def opened(
    session: FakeSession, size: tuple[int, int] = (120, 36), readonly: bool = False
) -> AsyncGenerator[Pilot[Leaving]]:
    """The screen on a session, after its first paint."""
    async with VastTui(session, readonly=readonly).run_test(size=size, notifications=True) as pilot:
        await pilot.pause()
        yield pilot


def monitor(pilot: Pilot[Leaving]) -> MonitorScreen:
    """The main screen, wherever it is in the stack."""
    return next(screen for screen in pilot.app.screen_stack if isinstance(screen, MonitorScreen))


def text(pilot: Pilot[Leaving]) -> str:
    """What the terminal shows, as text."""
    strips = pilot.app.screen._compositor.render_strips()
    return "\n".join("".join(segment.text for segment in strip) for strip in strips)


async def write(pilot: Pilot[Leaving], words: str) -> None:
    """Into the field that has the focus, at once, then enter: every key pressed costs a picture."""
    field = pilot.app.focused
    assert isinstance(field, Input)
    field.value = words
    await pilot.press("enter")


async def settled(pilot: Pilot[Leaving], word: str, limit_s: float = 5.0) -> str:
    """The screen's text once `word` stands there and nothing moves any more."""
    before = ""

    def stands() -> bool:
        nonlocal before
        now, last = text(pilot), before
        before = now
        return word in now and now == last

    deadline = time.monotonic() + limit_s
    while not stands():
        assert time.monotonic() < deadline, f"it never stood still with {word!r}; the screen:\n{before}"
        await pilot.pause(0.1)
    return before


async def until(pilot: Pilot[Leaving], holds: Callable[[], bool], limit_s: float = 5.0) -> None:
    """Wait for a condition, with a limit."""
    deadline = time.monotonic() + limit_s
    while not holds():
        assert time.monotonic() < deadline, f"it never came to hold; the screen:\n{text(pilot)}"
        await pilot.pause(0.01)
