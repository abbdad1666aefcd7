"""A market on loopback, whose time moves only when someone waits."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack

import pytest

from vasttui.cloud.client import Vast
from vasttui.cloud.emulator.clock import ManualClock
from vasttui.cloud.emulator.emulator import Emulator, Settings
from vasttui.cloud.emulator.faults import Fault
from vasttui.cloud.keys import Secret
from vasttui.cloud.pacing import Clock

KEY = "test-key-0123456789abcdef"
Open = Callable[..., Awaitable[tuple[Emulator, Vast]]]


def clock_of(manual: ManualClock) -> Clock:
    """The emulator's time as a client's: a wait is over at once, and time has passed."""
    return Clock(now=manual.now, wall=manual.now, sleep=manual.sleep, chance=lambda: 0.0)


@pytest.fixture
async def market() -> AsyncIterator[Open]:
    """`emulator, vast = await market(fault, …)`: rows without real machines, published rate limits."""
    async with AsyncExitStack() as stack:

        async def start(
            *faults: Fault,
            credit_usd: float = 25.0,
            key: str = KEY,
            timeout_s: float = 5.0,
            patience_s: float = 120.0,
        ) -> tuple[Emulator, Vast]:
            manual = ManualClock()
            settings = Settings(faults=faults, credit_usd=credit_usd, machines=False)
            emulator = await stack.enter_async_context(Emulator(KEY, settings, manual))
            vast = Vast(
                Secret(key), emulator.url, clock=clock_of(manual), timeout_s=timeout_s, patience_s=patience_s
            )
            return emulator, await stack.enter_async_context(vast)

        yield start
