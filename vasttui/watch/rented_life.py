"""A run on a rented machine from its bring-up to its watch, and taken up again wherever it stood."""

import asyncio
from contextlib import suppress
from dataclasses import replace

from vasttui.cloud.errors import CloudError
from vasttui.hosts.protocol import Host, HostError
from vasttui.watch.ender import Ender, running_rental
from vasttui.watch.given_back import GivenBack
from vasttui.watch.journal import Attempt
from vasttui.watch.live import LiveSession
from vasttui.watch.lock import HeldError
from vasttui.watch.probing import follow_probe
from vasttui.watch.rented_host import RentedHost, host_of
from vasttui.watch.rented_picture import RentedPicture
from vasttui.watch.stay import priced

READ_METER_S = 600.0


class RentedLife(RentedPicture):
    """Goes on by itself: what was journalled is not done twice."""

    async def start(self) -> None:
        """Go on where the run stands: bring-up, or the watch."""
        if self._tasks and not self.stopped.is_set():
            return
        self.failure = None
        self.stopped.clear()
        self._tasks = [asyncio.create_task(self._go())]

    async def close(self) -> None:
        """End the watching; machine and run go on, and so does the bill."""
        await self._end_tasks()
        if self.live is not None:
            await self.live.close()
        if self.moving.rentals.of_run(self.run.name) is None:  # nothing was ever rented for it
            self.journal.drop_run_if_never_launched(self.run)
        await self.moving.let_go()
        self._lock.release()
        self._news.close()

    async def until_launched(self) -> None:
        """Wait for the launch.

        Raises:
            CloudError, HostError, HeldError: the bring-up stands, and why.
        """
        await self.start()
        waits = [asyncio.create_task(event.wait()) for event in (self.launched, self.stopped)]
        try:
            await asyncio.wait(waits, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for wait in waits:
                wait.cancel()
            await asyncio.gather(*waits, return_exceptions=True)
        if self.failure is not None:
            raise self.failure

    async def _go(self) -> None:
        try:
            if self.live is None:
                if (attempt := self._attempt()) is None:
                    self._lock.acquire()
                    await self.moving.go()
                else:
                    await self._go_on(attempt)
                self._attend()
            self.launched.set()
        except (CloudError, HostError, HeldError) as error:
            self._fail(error)
        except Exception as error:  # noqa: BLE001 - a fault of ours must show on the screen, not vanish with the task
            fault = f"the bring-up broke: {type(error).__name__}: {error}"
            self._fail(HostError(fault, "the machine bills on: vasttui instances shows it"))
        finally:
            self._news.tell()

    async def _go_on(self, attempt: Attempt) -> None:
        """Before an attempt is attended: was it ever begun? Where another watcher has it, that one knows."""
        with suppress(HeldError):
            self._lock.acquire()
            await self.moving.go_on(attempt)

    def _attempt(self) -> Attempt | None:
        """The one that is to be attended; None: it is to be launched first."""
        attempts = self.journal.attempts(self.run.name)
        return attempts[-1] if len(attempts) >= self.moving.wanted.number else None

    def _attend(self) -> None:
        """From here on the live session watches; it takes the run's lock over."""
        moving = self.moving
        rental = moving.stay.rental if moving.stay is not None else None
        inner, moving.host = moving.host, None
        if inner is not None and rental is not None:
            host: Host = RentedHost(self.run.host, rental, self.access, self._moved, inner)
        else:
            host = host_of(moving.rentals, self.run, self.access, to_look=True)
            if isinstance(host, GivenBack):
                self._message = host.told
        self._lock.release()
        paid = rental or moving.rentals.of_run(self.run.name)
        self.live = LiveSession(self.journal, self.run, priced(self.plan, paid), host)
        self.live.meter_ended = lambda: running_rental(moving.rentals, self.run.name) is None
        self._tasks += self._watching(self.live)

    def _watching(self, live: LiveSession) -> list[asyncio.Task[None]]:
        """The watch, and the plan's policies beside it."""
        self.ender = Ender(live, self.moving.rentals, self.access.open if self.access is not None else None)
        work = (self._relay(live), self.ender.watch(), self._read_meter())
        return [asyncio.create_task(one) for one in work]

    async def _read_meter(self) -> None:
        """State and price of the machine, at once where they are not known, then now and then."""
        stay = self.moving.stay
        wait_s = 0.0 if stay is not None and stay.instance is None else READ_METER_S
        while True:
            await asyncio.sleep(wait_s)
            with suppress(CloudError):  # what was read before still holds
                await self.moving.read_meter()
                self._news.tell()
            wait_s = READ_METER_S

    def _moved(self, place: str) -> None:
        """The machine came back at another address."""
        self.journal.move_run(self.run.name, place)
        self.moving.run = replace(self.run, host=place)

    async def _relay(self, live: LiveSession) -> None:
        """The live session's news are ours; the last steps of the bring-up are read from them."""
        await live.start()
        async for seen in live.changes():
            if self.moving.stay is not None and live.role == "watcher":
                follow_probe(self.board, self.plan, seen)
            self._news.tell()

    def _fail(self, error: CloudError | HostError | HeldError) -> None:
        self.failure = error
        hint = getattr(error, "hint", "")
        text = f"{error}; {hint}" if hint else str(error)
        step = self.board.current
        if step and not isinstance(error, HeldError):
            self.board.end(step, text, "failed")
        self._message = text
        self._lock.release()
        self.stopped.set()

    async def _end_tasks(self) -> None:
        tasks, self._tasks = self._tasks, []
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        self._lock.release()
        self.stopped.set()
