"""The wire to an emulated machine: loopback ports that count what passes and can be cut."""

import asyncio
import contextlib
import socket
from collections.abc import Awaitable, Callable

_BLOCK = 1 << 16
Dial = Callable[[], Awaitable[socket.socket | None]]


class Relay:
    """One listening port. `dial` gives a socket to the machine, None when nobody answers there."""

    def __init__(self, dial: Dial, count: Callable[[int, int], None]) -> None:
        self._dial = dial
        self._count = count
        self._server: asyncio.Server | None = None
        self._links: set[asyncio.Task[None]] = set()
        self.port = 0

    async def open(self) -> None:
        """Listen on a free loopback port."""
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", 0)
        self.port = int(self._server.sockets[0].getsockname()[1])

    async def close(self) -> None:
        """Stop listening and cut what is connected."""
        if self._server is not None:
            self._server.close()
            self._server = None
        self.port = 0
        await self.cut()

    async def cut(self) -> None:
        """Break all connections, as a lost link would."""
        links, self._links = self._links, set()
        for link in links:
            link.cancel()
        await asyncio.gather(*links, return_exceptions=True)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._links.add(task)
        try:
            machine = await self._dial()
            if machine is None:
                return
            far_reader, far_writer = await asyncio.open_connection(sock=machine)
            try:
                async with asyncio.TaskGroup() as group:
                    group.create_task(self._pump(reader, far_writer, inward=True))
                    group.create_task(self._pump(far_reader, writer, inward=False))
            finally:
                await _end(far_writer)
        except asyncio.CancelledError:
            writer.transport.abort()  # cut
        finally:
            self._links.discard(task)
            await _end(writer)

    async def _pump(
        self, source: asyncio.StreamReader, target: asyncio.StreamWriter, *, inward: bool
    ) -> None:
        with contextlib.suppress(OSError):  # either end hung up
            while block := await source.read(_BLOCK):
                self._count(0 if inward else len(block), len(block) if inward else 0)
                target.write(block)
                await target.drain()
        with contextlib.suppress(OSError):
            target.write_eof() if target.can_write_eof() else target.close()


async def _end(writer: asyncio.StreamWriter) -> None:
    writer.close()
    with contextlib.suppress(OSError, asyncio.CancelledError):
        await writer.wait_closed()
