"""Stopped and ended from outside: by a signal, or with the terminal taken away."""

import asyncio
import os
import signal
from types import FrameType

from textual.app import App

from vasttui.tui.leaving import Leaving
from vasttui.tui.terminal import is_gone

_LOOK_FOR_TERMINAL_S = 2.0
_CLOSE_LIMIT_S = 5.0


class Hangup(App[Leaving]):
    """Leaves in order when the terminal goes or a signal comes; mixed into the application."""

    _orphaned = False
    _suspended = False
    _last_task: asyncio.Task[None] | None = None

    async def close_sessions(self) -> None:
        """End all watching, never a run."""
        raise NotImplementedError

    def last_word(self) -> Leaving:
        """What the shell is told when the screen closes now."""
        raise NotImplementedError

    def heed_hangups(self) -> None:
        """To be called once the application runs."""
        self.set_interval(_LOOK_FOR_TERMINAL_S, self._look_for_terminal)
        loop = asyncio.get_running_loop()
        for number in (signal.SIGTERM, signal.SIGHUP):
            try:
                loop.add_signal_handler(number, self._ended_by, number)
            except (NotImplementedError, RuntimeError, ValueError):
                return  # not the main thread, or a system without signals: the default applies
        self._heed_suspension(loop)

    def _heed_suspension(self, loop: asyncio.AbstractEventLoop) -> None:
        """The toolkit takes the terminal anew at any SIGCONT; one that wakes nobody must not do that.

        GNU `timeout` sends one with its SIGTERM. Taken twice, the terminal could not be given back as it was.
        """
        suspend, resume = signal.getsignal(signal.SIGTSTP), signal.getsignal(signal.SIGCONT)
        if not callable(suspend) or not callable(resume):
            return

        def suspended(number: int, frame: FrameType | None) -> None:
            self._suspended = True
            suspend(number, frame)

        def woken(number: int, frame: FrameType | None) -> None:
            if self._suspended:
                self._suspended = False
                resume(number, frame)
            else:  # the picture may be gone, after a SIGSTOP
                loop.call_soon_threadsafe(lambda: self.refresh(layout=True))

        signal.signal(signal.SIGTSTP, suspended)
        signal.signal(signal.SIGCONT, woken)

    def _ended_by(self, number: signal.Signals) -> None:
        if not self._look_for_terminal():
            self.exit(Leaving(128 + number, f"ended by {number.name}. {self.last_word().text}".rstrip(". ")))

    def _look_for_terminal(self) -> bool:
        """True: it is gone, and the end has begun. Writing to it would block, so nothing is restored."""
        if not is_gone(self):
            return False
        if not self._orphaned:
            self._orphaned = True
            self._last_task = asyncio.create_task(self._end_without_terminal())
        return True

    async def _end_without_terminal(self) -> None:
        try:
            await asyncio.wait_for(self.close_sessions(), _CLOSE_LIMIT_S)
        finally:
            os._exit(128 + signal.SIGHUP)
