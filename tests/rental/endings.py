"""Kill and relaunch as acts of the crash matrix: the process, the pull, the meter, the next machine.

The machines of the matrix are rows, so that the run's host is played here: a process that is stopped, and
one file to fetch. Every write to the journal and every call to the host has a moment before and after it.
"""

from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import cast

from tests.rental.killing import PLAN, Fate, MortalRentals, Stage
from vasttui.cloud.client import Vast
from vasttui.hosts.disk import LocalFiles
from vasttui.hosts.protocol import Host, Output, Stopped
from vasttui.watch.ending import Ground, How, end_run, to_leave
from vasttui.watch.journal import Attempt, Journal, RunRow
from vasttui.watch.rental import rent
from vasttui.watch.rentals_journal import Rentals

NO_SHA256 = 9


class MortalJournal(Journal):
    """Acts have a moment before they are written down and one after."""

    fate: Fate

    def begin_act(self, attempt: Attempt, ts: float, kind: str, detail: str = "") -> int:
        with self._point(f"note {kind}"):
            return super().begin_act(attempt, ts, kind, detail)

    def end_act(self, act_id: int, outcome: str) -> None:
        with self._point("note outcome"):
            super().end_act(act_id, outcome)

    @contextmanager
    def _point(self, name: str) -> Generator[None]:
        self.fate.pass_by(f"before: {name}")
        yield
        self.fate.pass_by(f"after: {name}")


@dataclass
class Played:
    """A host whose run is stopped when it is told to, and whose files lie in a folder here."""

    fate: Fate
    name: str = "played"

    async def stop(self, record: object, grace_s: float) -> Stopped:
        self.fate.pass_by("before: stop the process")
        self.fate.pass_by("after: stop the process")
        return Stopped(True, True, False, "1 process(es) ended by SIGTERM")

    async def files(self) -> LocalFiles:
        self.fate.pass_by("before: pull")
        return LocalFiles()

    async def run(self, command: str, timeout_s: float = 60.0, max_bytes: int = 65536) -> Output:
        self.fate.pass_by("after: pull, before the names")
        return Output(NO_SHA256, "", "")

    async def close(self) -> None:
        """Nothing to let go of."""


@contextmanager
def on_ground(vast: Vast, rentals: Rentals) -> Generator[Ground]:
    """What an end of the run `r` is made on, in this process."""
    assert isinstance(rentals, MortalRentals)
    journal = MortalJournal(rentals.path)
    journal.fate = rentals.fate
    run = journal.run("r")
    rental = rentals.of_run("r")
    assert run is not None
    assert rental is not None
    host = cast("Host", Played(rentals.fate))
    try:
        yield Ground(journal, rentals, run, PLAN, host, rental, lambda: vast)
    finally:
        journal.close()


async def launched(vast: Vast, rentals: Rentals, stage: Stage) -> None:
    """A run on a rented machine, with a record to pull."""
    await rent(vast, rentals, PLAN, stage.offers, run="r")
    record = stage.folder / "host" / "1"
    _write(record)
    rentals.journal.add_run(RunRow("r", stage.clock.now(), "played", "", str(stage.folder / "plan.toml")))
    rentals.journal.add_attempt(Attempt("r", 1, str(record), "true", stage.clock.now()))


def _write(record: Path) -> None:
    record.mkdir(parents=True)
    (record / "run.log").write_text("step 1\n")


async def _end(vast: Vast, rentals: Rentals, how: How) -> None:
    rental = rentals.of_run("r")
    if rental is not None and rental.state != "closed":
        with on_ground(vast, rentals) as ground:
            await end_run(ground, how)


async def kill_it(vast: Vast, rentals: Rentals, stage: Stage) -> None:
    """Process, artifacts, destroy."""
    await _end(vast, rentals, How("destroy", reason="asked"))


async def stop_it(vast: Vast, rentals: Rentals, stage: Stage) -> None:
    """Process, artifacts, stop."""
    await _end(vast, rentals, How("stop", reason="asked"))


async def relaunch_elsewhere(vast: Vast, rentals: Rentals, stage: Stage) -> None:
    """Leave the machine, which is left out from then on; rent another; the next attempt."""
    if len(rentals.journal.attempts("r")) > 1:
        return
    if to_leave(rentals, "r") is not None:
        await _end(vast, rentals, How("destroy", reason="elsewhere", bad="left for another"))
    rented = await rent(vast, rentals, PLAN, stage.offers, run="r")
    first = next(one for one in rentals.rentals(rented.rental.account) if one.run == "r")
    assert rented.rental.machine != first.machine
    rentals.journal.add_attempt(Attempt("r", 2, str(stage.folder / "host" / "2"), "true", stage.clock.now()))
