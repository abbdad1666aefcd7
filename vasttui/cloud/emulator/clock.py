"""The emulator's time: unix seconds, real, faster, or moved by hand."""

import asyncio
import time
from typing import Protocol


class Clock(Protocol):
    """What the emulator lives by."""

    def now(self) -> float:
        """Unix seconds."""
        ...

    def real_s(self, emulated_s: float) -> float | None:
        """How long that takes on a wall clock; None: time does not pass by itself."""
        ...


class RunningClock:
    """Real time, `speed` times as fast."""

    def __init__(self, speed: float = 1.0) -> None:
        self._speed = speed
        self._start = time.time()
        self._began = time.monotonic()

    def now(self) -> float:
        """Unix seconds."""
        return self._start + (time.monotonic() - self._began) * self._speed

    def real_s(self, emulated_s: float) -> float | None:
        """Wall seconds."""
        return emulated_s / self._speed


class ManualClock:
    """Time that moves only when told; also a client's clock, whose waits then move it."""

    def __init__(self, start: float = 1_790_000_000.0) -> None:
        self._now = start

    def now(self) -> float:
        """Unix seconds."""
        return self._now

    def real_s(self, emulated_s: float) -> float | None:  # noqa: ARG002 - the protocol's
        """It does not pass by itself."""
        return None

    def advance(self, seconds: float) -> None:
        """Let time pass."""
        self._now += max(0.0, seconds)

    async def sleep(self, seconds: float) -> None:
        """A client's wait."""
        self.advance(seconds)
        await asyncio.sleep(0)
