"""A run that never rests: points and log lines stream in while the host answers late."""

import asyncio
from dataclasses import replace

from tests.tui import fake
from tests.tui.fake import FakeSession
from vasttui.watch.session import Snapshot

POINTS, LINES = 100_000, 50_000
EVERY_S = 0.1
DELAY_S = 0.3


class StreamingSession(FakeSession):
    """`points` in the series at first; then a point and 50 log lines every 100 ms, over a link of 300 ms."""

    def __init__(self, points: int = POINTS, lines: int = LINES) -> None:
        log = b"".join(b"step %06d/999999 loss=2.31 lr=3e-4 tok/s=12345\n" % i for i in range(lines))
        super().__init__(replace(fake.healthy(points), log_bytes=len(log)), log=log, delay_s=DELAY_S)
        self._task: asyncio.Task[None] | None = None

    async def start(self) -> None:
        """Begin to stream."""
        await super().start()
        self._task = asyncio.create_task(self._stream())

    async def close(self) -> None:
        """End it."""
        if self._task is not None:
            self._task.cancel()
        await super().close()

    async def _stream(self) -> None:
        step = 6200
        grown = bytearray(self.log)
        while True:
            await asyncio.sleep(EVERY_S)
            step += 1
            for i in range(50):
                grown += b"step %06d/999999 loss=2.31 lr=3e-4 tok/s=%05d\n" % (step, i)
            self.log = bytes(grown[-8_000_000:])
            self.push(self._next(step))

    def _next(self, step: int) -> Snapshot:
        now = self.current.now_ts + EVERY_S
        for name, value in (("rate", 3.4 + step % 7 / 50), ("loss", 2.3 - step % 11 / 90), ("gpu", 97.0)):
            self.current.series[name].append(now, value)
        return replace(self.current, now_ts=now, step=step, rate=3.4, log_bytes=len(self.log))
