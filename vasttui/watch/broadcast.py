"""One wake-up for every reader of pictures: slow readers skip, never queue."""

import asyncio
from collections.abc import AsyncIterator, Callable

from vasttui.watch.session import Snapshot

LEAST_INTERVAL_S = 0.1


class Broadcast:
    """Tells any number of readers that there is news; each takes the newest picture when it is ready."""

    def __init__(self) -> None:
        self._events: set[asyncio.Event] = set()
        self._closed = False

    def tell(self) -> None:
        """There is news."""
        for event in self._events:
            event.set()

    def close(self) -> None:
        """No more news will come; readers get a last picture and end."""
        self._closed = True
        self.tell()

    async def pictures(self, take: Callable[[], Snapshot]) -> AsyncIterator[Snapshot]:
        """The picture now, and again whenever there was news, at most ten a second."""
        event = asyncio.Event()
        self._events.add(event)
        try:
            yield take()
            while not self._closed:
                await event.wait()
                event.clear()
                yield take()
                await asyncio.sleep(LEAST_INTERVAL_S)
        finally:
            self._events.discard(event)
