"""`python -m tests.tui.on_a_terminal STATE`: the screen on a real terminal, on a session made up here.

`still` is the toolkit alone: a line, and a modal of a line. `bare` is the same; it and `streaming` tell at
their end how long the loop was held up at most.
"""

import asyncio
import sys
import time
from collections.abc import Awaitable
from typing import Any, ClassVar

from textual.app import App, ComposeResult
from textual.binding import BindingType
from textual.screen import ModalScreen
from textual.widgets import Static

from tests.tui import fake
from tests.tui.streaming import StreamingSession
from vasttui.tui.app import VastTui, attend, run_session

STATES = {
    "healthy": fake.healthy,
    "alerting": fake.alerting,
    "crashed": fake.crashed,
    "replayed": fake.replayed,
    "mirrored": fake.mirrored,
}
LOOK_S = 0.004
WARM_S = 2.5  # the first paint, and what is loaded after it, is measured elsewhere


class BareModal(ModalScreen[None]):
    """One line."""

    BINDINGS: ClassVar[list[BindingType]] = [("escape", "dismiss", "")]

    def compose(self) -> ComposeResult:
        yield Static("a modal")


class Bare(App[None]):
    """The toolkit alone."""

    BINDINGS: ClassVar[list[BindingType]] = [("k", "ask", ""), ("q", "quit", "")]

    def compose(self) -> ComposeResult:
        yield Static("llama-lora")

    def action_ask(self) -> None:
        self.push_screen(BareModal())


async def watched(runs: Awaitable[Any]) -> float:
    """The longest time, in ms of CPU, that the loop gave to others in one go while `runs` ran."""
    spans = [0.0]

    async def look() -> None:
        await asyncio.sleep(WARM_S)
        before = time.thread_time()
        while True:
            await asyncio.sleep(LOOK_S)
            now = time.thread_time()
            spans.append(now - before)
            before = now

    looking = asyncio.create_task(look())
    await runs
    looking.cancel()
    return max(spans) * 1000


if __name__ == "__main__":
    if sys.argv[1] in ("streaming", "bare"):
        runs = attend(VastTui(StreamingSession())) if sys.argv[1] == "streaming" else Bare().run_async()
        sys.stderr.write(f"longest stall {asyncio.run(watched(runs)):.0f} ms\n")
        sys.exit(0)
    if sys.argv[1] == "still":
        sys.exit(Bare().run())
    sys.exit(run_session(fake.FakeSession(STATES[sys.argv[1]]())))
