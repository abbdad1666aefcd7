"""The plan's policies beside an unattended watch; nothing at all for a machine that is not rented."""

import asyncio
from collections.abc import Callable

from vasttui.monitor.words import duration
from vasttui.watch.live import LiveSession


class Policies:
    """Watches beside `session`; to be made inside a running loop."""

    def __init__(self, session: LiveSession) -> None:
        self._task: asyncio.Task[None] | None = None
        self._run = session.run.name
        self.stays = False
        if not session.run.host:
            return
        from vasttui.cloud.errors import CloudError
        from vasttui.watch.access import access_to
        from vasttui.watch.ender import Ender, running_rental
        from vasttui.watch.rentals_journal import Rentals

        self._rentals = Rentals(session.journal)
        rental = running_rental(self._rentals, session.run.name)
        if rental is None:
            self._rentals.close()
            return
        try:
            open_vast = access_to(rental.account).open
        except CloudError:
            open_vast = None  # told where it is needed
        self._ender = Ender(session, self._rentals, open_vast)
        self._task = asyncio.create_task(self._ender.watch())

    async def settle(self, tell: Callable[[str], None]) -> None:
        """Do what is due, wait for what is under way, and tell it."""
        if self._task is not None:
            await self._ender.settle(tell)
            from vasttui.watch.ender import bills_on

            if line := bills_on(self._rentals, self._run):
                tell(line)

            if (at := self._ender.idle_at()) is not None and not self.stays:
                left_s = max(0.0, at - self._ender.now())
                tell(
                    f"nothing runs there: idle_minutes end it in {duration(left_s)} if somebody is here then:"
                    f" vasttui watch {self._run} --stay; [ending] lease_minutes lets the machine do it alone"
                )

    async def idle(self, tell: Callable[[str], None]) -> None:
        """Stay until the plan's `idle_minutes` have ended the machine."""
        if self._task is not None:
            await self._ender.idle(tell)

    async def close(self) -> None:
        """What is under way is taken up by the next watch."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)
            self._rentals.close()
