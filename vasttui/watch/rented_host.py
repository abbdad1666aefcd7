"""The host of a rented machine: where the link is lost, the market is asked what became of the instance.

So a machine that was outbid or stopped is named as such, and one that came back at another address is found.
"""

import time
from collections.abc import AsyncGenerator, Callable
from contextlib import aclosing

import msgspec

from vasttui.cloud.errors import CloudError
from vasttui.cloud.instance import Instance
from vasttui.hosts.files import Files
from vasttui.hosts.protocol import Host, HostError, Launch, Output, RecordRef, Stopped
from vasttui.hosts.resolve import open_host
from vasttui.monitor.reading import Position, Reading
from vasttui.watch.access import Access
from vasttui.watch.boot import address, destination, why_bad
from vasttui.watch.given_back import GivenBack
from vasttui.watch.journal import RunRow
from vasttui.watch.paths import known_hosts_path
from vasttui.watch.rentals_journal import Rental, Rentals
from vasttui.watch.runs import NOT_UP
from vasttui.watch.stay import machine_at
from vasttui.watch.stopped_machine import resting

ASK_EVERY_S = 60.0


class RentedHost:
    """A `Host` that follows its instance. `moved` hears of a new address."""

    def __init__(
        self,
        place: str,
        rental: Rental,
        access: Access | None,
        moved: Callable[[str], None] = lambda _: None,
        inner: Host | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.place = place
        self._rental = rental
        self._access = access
        self._moved = moved
        self._inner = inner or machine_at(place, rental.label)
        self._clock = clock
        self._asked_at = float("-inf")
        self._note = ""

    @property
    def name(self) -> str:
        """Its address."""
        return self._inner.name

    async def open(self) -> None:
        """Connect."""
        await self._inner.open()

    async def close(self) -> None:
        """Let go of the link."""
        await self._inner.close()

    async def launch(self, record: RecordRef, launch: Launch) -> None:
        """Start a command."""
        await self._inner.launch(record, launch)

    async def follow(self, record: RecordRef, start: Position = Position()) -> AsyncGenerator[Reading]:
        """The live channel; goes on at the machine's new address where that has changed."""
        position = start
        while True:
            inner = self._inner
            async with aclosing(inner.follow(record, position)) as readings:
                async for reading in readings:
                    position = reading.position
                    yield reading if reading.reachable else await self._explained(reading)
                    if self._inner is not inner:
                        break
                else:
                    return
            await inner.close()

    async def probe(self, record: RecordRef, start: Position = Position()) -> Reading:
        """One look."""
        reading = await self._inner.probe(record, start)
        if reading.reachable:
            return reading
        inner = self._inner
        explained = await self._explained(reading)
        if self._inner is inner:
            return explained
        await inner.close()
        return await self._inner.probe(record, start)

    async def stop(self, record: RecordRef, grace_s: float = 10.0) -> Stopped:
        """End a run's processes."""
        return await self._inner.stop(record, grace_s)

    async def run(self, command: str, timeout_s: float = 60.0, max_bytes: int = 65536) -> Output:
        """A one-off command."""
        return await self._inner.run(command, timeout_s, max_bytes)

    async def read_log(self, record: RecordRef, offset: int, size: int) -> tuple[int, bytes]:
        """Bytes of the log."""
        return await self._inner.read_log(record, offset, size)

    async def files(self) -> Files:
        """Its files."""
        return await self._inner.files()

    async def renew(self, record: RecordRef, pulled: bool = False) -> None:
        """Renew the run's lease."""
        await self._inner.renew(record, pulled)

    async def _explained(self, reading: Reading) -> Reading:
        """The reading, with what the market says of the instance; asked at most once a minute."""
        if self._access is not None and self._clock() - self._asked_at >= ASK_EVERY_S:
            self._asked_at = self._clock()
            try:
                self._note = self._judged(await self._ask(self._access))
            except CloudError as error:
                self._note = f"the market was asked in vain: {error}"
        return msgspec.structs.replace(reading, notes=(*reading.notes, self._note)) if self._note else reading

    async def _ask(self, access: Access) -> Instance | None:
        async with access.open() as vast:
            return await vast.instance(self._rental.instance or 0)

    def _judged(self, one: Instance | None) -> str:
        if one is None:
            return f"instance {self._rental.instance} is gone: nothing bills"
        if why := why_bad(one):
            return f"instance {one.id} does not run: {why}"
        places = [destination(place) for place in (one.direct, one.proxy) if place is not None]
        if self.place not in places and (place := address(one)) is not None:
            self.place = destination(place)
            self._inner = machine_at(place, self._rental.label)
            self._moved(self.place)
            return f"instance {one.id} has moved to {self.place}"
        return f"instance {one.id} is {one.actual_status or 'being placed'}, says the market"


def host_of(rentals: Rentals, run: RunRow, access: Access | None = None, *, to_look: bool = False) -> Host:
    """Where a run lives, rented or not. `to_look`: for a machine that we stopped its record stands in.

    Raises:
        HostError: its machine is not up yet.
    """
    if run.host == NOT_UP:
        beside = f" --plan {run.plan_path}" if run.plan_path else ""
        raise HostError(
            f"{run.name}: its machine is not up yet", f"vasttui run{beside} goes on with bringing it up"
        )
    rental = rentals.of_run(run.name)
    if rental is None:
        return open_host(run.host, known_hosts=known_hosts_path())
    journal = rentals.journal
    if rental.state == "closed" and journal.attempts(run.name):
        return GivenBack(journal, run, rental)
    if to_look and (rests := resting(rentals, run.name)) is not None:
        return GivenBack(journal, run, rental, rests)
    return RentedHost(run.host, rental, access, moved=lambda place: journal.move_run(run.name, place))
