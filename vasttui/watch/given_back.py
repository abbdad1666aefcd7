"""The host of a run whose rented machine was given back or stopped: its record, as it was pulled, stands in.

So such a run opens as what it is, one that is over, with all its curves and its log. Nothing is asked of
any network.
"""

import asyncio
from collections.abc import AsyncGenerator
from pathlib import Path
from typing import NoReturn

from vasttui.hosts.files import Files
from vasttui.hosts.protocol import HostError, Launch, Output, RecordRef, Stopped
from vasttui.hosts.record import Record, RecordError
from vasttui.monitor.reading import Exit, Position, Reading
from vasttui.watch.acts import NOTHING_RAN
from vasttui.watch.journal import Attempt, Journal, RunRow
from vasttui.watch.last_word import end_written
from vasttui.watch.pull import pull_folder
from vasttui.watch.rentals_journal import Rental
from vasttui.watch.stopped_machine import Resting


class GivenBack:
    """A `Host` that is no more, or that sleeps. `lies_in`: its newest attempt's record; None: not pulled."""

    def __init__(self, journal: Journal, run: RunRow, rental: Rental, rests: Resting | None = None) -> None:
        self.rests = rests
        self._journal = journal
        self._run = run
        self._rental = rental
        attempts = journal.attempts(run.name)
        self.lies_in = self._folder(attempts[-1]) if attempts else None

    @property
    def name(self) -> str:
        """What stands where an address would."""
        from_what = "its record" if self.lies_in is not None else "no record"
        fate = "is stopped" if self.rests is not None else "was given back"
        return f"{from_what}, instance {self._rental.instance} {fate}"

    @property
    def told(self) -> str:
        """One line for who opens the run."""
        if self.rests is not None:
            return self.rests.line
        if self.lies_in is None:
            return "its machine was given back, and its record was not pulled: what is known are the looks"
        return f"its machine was given back: this is its record, {self.lies_in}"

    async def open(self) -> None:
        """Nothing to connect to."""

    async def close(self) -> None:
        """Nothing to let go of."""

    async def follow(self, record: RecordRef, start: Position = Position()) -> AsyncGenerator[Reading]:
        """The whole record, then how the run ended."""
        attempt = self._attempt(record)
        folder = self._folder(attempt)
        now, position, ended = attempt.started_at, start, None
        if folder is not None:
            for reading in Record.open(folder).readings(start):
                now, position, ended = reading.ts, reading.position, reading.exit
                yield reading
                await asyncio.sleep(0)
        if ended is None:
            ended = self._ended(attempt, now)
            yield Reading(max(now, ended.ts), exit=ended, alive=False, position=position)

    async def probe(self, record: RecordRef, start: Position = Position()) -> Reading:
        """How it ended."""
        attempt = self._attempt(record)
        ended = self._ended(attempt, attempt.started_at)
        return Reading(ended.ts, exit=ended, alive=False, position=start)

    async def stop(self, record: RecordRef, grace_s: float = 10.0) -> Stopped:  # noqa: ARG002 - the protocol's
        """Nothing is left to stop."""
        return Stopped(True, False, False, NOTHING_RAN)

    async def read_log(self, record: RecordRef, offset: int, size: int) -> tuple[int, bytes]:
        """Bytes of the pulled log."""
        folder = self._folder(self._attempt(record))
        if folder is None:
            self._refuse()
        return Record.open(folder).read_log(offset, size)

    async def launch(self, record: RecordRef, launch: Launch) -> None:  # noqa: ARG002 - the protocol's
        """Refused."""
        self._refuse()

    async def run(self, command: str, timeout_s: float = 60.0, max_bytes: int = 65536) -> Output:  # noqa: ARG002
        """Refused."""
        self._refuse()

    async def files(self) -> Files:
        """Refused."""
        self._refuse()

    async def renew(self, record: RecordRef, pulled: bool = False) -> None:
        """There is no lease any more."""

    def _refuse(self) -> NoReturn:
        if self.rests is not None:
            raise HostError(f"{self._run.name}: {self.rests.text}", self.rests.ways_on)
        raise HostError(
            f"{self._run.name}: its machine was given back",
            f"vasttui relaunch {self._run.name} --new-instance rents another",
        )

    def _attempt(self, record: RecordRef) -> Attempt:
        return next(one for one in self._journal.attempts(self._run.name) if one.record == record.path)

    def _folder(self, attempt: Attempt) -> Path | None:
        """Where its record was pulled to, wherever that was."""
        told = [Path(act.detail) for act in reversed(self._journal.acts(attempt, "pull"))]
        for folder in (*told, pull_folder(self._run)):
            try:
                return Record.open(folder / f"record-{attempt.number}").path
            except RecordError:
                continue
        return None

    def _ended(self, attempt: Attempt, now: float) -> Exit:
        """As the journal has it; else it is not known how, and nothing was seen of it after the last look."""
        looks = self._journal.last_check(attempt)
        return end_written(self._journal, attempt) or Exit(max(now, looks.ts if looks is not None else now))
