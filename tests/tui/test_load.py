"""The screen under load: 100k points and 50k log lines, more streaming in, a host that answers late."""

import asyncio
import time
from importlib.util import find_spec

import pytest

from tests.tui.driving import monitor, opened, settled, text, until
from tests.tui.fake import FakeSession
from tests.tui.streaming import StreamingSession
from vasttui.tui.resting import SCREENS
from vasttui.tui.screens.chart import ChartScreen
from vasttui.tui.screens.confirm import ConfirmScreen
from vasttui.tui.screens.log import LogScreen

# What must never come back: a chart of 1.4 s, a log read as a whole. The figure itself (50 ms) is measured
# by `python -m tests.bench paint`; here other tests slow everything down.
LONGEST_S = 0.3


class Stalls:
    """The CPU time that the loop spends between two looks at it: load by others does not count."""

    def __init__(self) -> None:
        self.spans: list[float] = []
        self._task = asyncio.create_task(self._watch())

    async def _watch(self) -> None:
        before = time.thread_time()
        while True:
            await asyncio.sleep(0)
            now = time.thread_time()
            self.spans.append(now - before)
            before = now

    async def stop(self) -> list[float]:
        """The spans, longest first."""
        self._task.cancel()
        await asyncio.gather(self._task, return_exceptions=True)
        return sorted(self.spans, reverse=True)


async def test_a_modal_opens_and_nothing_holds_the_loop_up_while_all_streams_in() -> None:
    async with opened(StreamingSession()) as pilot:
        await until(pilot, lambda: monitor(pilot).view.snapshot.step != 6200)
        stalls = Stalls()
        pilot.app.simulate_key("l")
        await until(
            pilot, lambda: isinstance(pilot.app.screen, LogScreen) and bool(pilot.app.screen.window.lines)
        )
        pilot.app.simulate_key("escape")
        await until(pilot, lambda: pilot.app.screen is monitor(pilot))
        pilot.app.simulate_key("m")
        await until(pilot, lambda: isinstance(pilot.app.screen, ChartScreen))
        pilot.app.simulate_key("escape")
        pilot.app.simulate_key("k")
        await until(pilot, lambda: isinstance(pilot.app.screen, ConfirmScreen))
        longest = await stalls.stop()
    assert longest[0] < LONGEST_S, [round(span * 1000) for span in longest[:12]]


async def test_opening_a_question_lays_out_nothing_below_it(monkeypatch: pytest.MonkeyPatch) -> None:
    async with opened(FakeSession()) as pilot:
        await settled(pilot, "llama-lora")
        done: list[object] = []
        monkeypatch.setattr(monitor(pilot), "_refresh_layout", done.append)
        await pilot.press("k")
        await until(pilot, lambda: isinstance(pilot.app.screen, ConfirmScreen))
        await until(pilot, lambda: "Kill this run?" in text(pilot))
        assert done == []


def test_what_is_loaded_in_a_quiet_moment_exists() -> None:
    assert all(find_spec(name) is not None for name in SCREENS)
