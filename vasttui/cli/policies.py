"""The plan's policies beside an unattended watch; nothing at all for a machine that is not rented."""

import asyncio
from collections.abc import Callable

from vasttui.watch.live import LiveSession


class Policies:
    """Watches beside `session`; to be made inside a running loop."""

    def __init__(self, session: LiveSession) -> None:
        self._task: asyncio.Task[None] | None = None
        self._run = session.run.name
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

    async def close(self) -> None:
        """What is under way is taken up by the next watch."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)
            self._rentals.close()
