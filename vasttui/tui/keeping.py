"""The session that is shown, and those that are watched on behind the screens."""

import asyncio

from textual.app import App

from vasttui.tui.leaving import Leaving
from vasttui.tui.start import StartMenu
from vasttui.watch.session import Session


class Keeping(App[Leaving]):
    """A live run that is left for another is watched on until the end; mixed into the application."""

    session: Session | None
    menu: StartMenu | None
    _kept: dict[str, Session]

    def let_go(self) -> None:
        """Another is shown now; a live run is watched on, behind the screens."""
        session, self.session = self.session, None
        if session is None:
            return
        snapshot = session.snapshot()
        if snapshot.role == "replay" or snapshot.link == "ended" or self.menu is None:
            self.run_worker(session.close(), group="close", exit_on_error=False)
        else:
            self._kept[snapshot.run.name] = session

    @property
    def kept_sessions(self) -> list[Session]:
        """Those watched behind the screens."""
        return list(self._kept.values())

    def keeps(self, run: str) -> bool:
        """It is watched behind the screens."""
        return run in self._kept

    async def open_run(self, name: str) -> Session:
        """The session that is kept on this run, else a new one."""
        assert self.menu is not None
        return self._kept.pop(name, None) or await self.menu.open(name)

    async def close_sessions(self) -> None:
        """End all watching, never a run."""
        shown = [] if self.session is None else [self.session]
        kept, self._kept = list(self._kept.values()), {}
        await asyncio.gather(*(session.close() for session in (*shown, *kept)))
