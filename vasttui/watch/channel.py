"""The live channel of a host as something that can be waited on for so long and no longer."""

import asyncio
from contextlib import aclosing, suppress

from vasttui.hosts.protocol import Host, HostError, RecordRef
from vasttui.monitor.reading import Reading

QUEUE = 256


class Channel:
    """Follows a record in a task of its own, so that waiting for news can time out without breaking the link.

    `over`: the channel has brought its last reading, and it was taken.
    """

    def __init__(self, host: Host, record: RecordRef) -> None:
        self.over = False
        self._queue: asyncio.Queue[Reading | HostError | None] = asyncio.Queue(QUEUE)
        self._task = asyncio.create_task(self._pump(host, record))

    async def next(self, wait_s: float) -> Reading | None:
        """The next reading; None if none came within `wait_s`, or when it is `over`.

        Raises:
            HostError: the channel cannot be kept up.
        """
        try:
            # Not wait_for: until Python 3.12 it can swallow a cancellation that comes with the result.
            async with asyncio.timeout(wait_s):
                news = await self._queue.get()
        except TimeoutError:
            return None
        if isinstance(news, HostError):
            raise news
        self.over = news is None
        return news

    def insert(self, reading: Reading) -> None:
        """News that came another way; dropped where there are more than enough."""
        with suppress(asyncio.QueueFull):
            self._queue.put_nowait(reading)

    async def close(self) -> None:
        """Let go of the link; never touches the run."""
        self._task.cancel()
        await asyncio.gather(self._task, return_exceptions=True)

    async def _pump(self, host: Host, record: RecordRef) -> None:
        try:
            async with aclosing(host.follow(record)) as readings:
                async for reading in readings:
                    await self._queue.put(reading)
            await self._queue.put(None)
        except HostError as error:
            await self._queue.put(error)
