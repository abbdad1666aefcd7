"""Bring-up as an act of the crash matrix: from offers to a launched attempt, and on from wherever it died.

The machines of the matrix are rows, so that the host is played here: it says what a fitting machine says, and
holds records, each of which can be begun once. Every write and every call has a moment before and after it.
"""

from collections.abc import AsyncGenerator
from dataclasses import dataclass
from typing import cast

import msgspec

from tests.cloud.conftest import KEY
from tests.rental.endings import MortalJournal
from tests.rental.killing import PLAN, Fate, MortalRentals, Stage
from vasttui.cloud.client import Vast
from vasttui.cloud.keys import Secret
from vasttui.hosts.protocol import Host, HostError, Launch, Output, RecordRef
from vasttui.monitor.reading import Exit, Reading
from vasttui.watch.access import Access
from vasttui.watch.bringup import Board
from vasttui.watch.bringup_journal import BringUps
from vasttui.watch.journal import Attempt, RunRow
from vasttui.watch.launch import HELD
from vasttui.watch.moving_in import MovingIn, Wanted
from vasttui.watch.rentals_journal import Rentals
from vasttui.watch.runs import renew_run, unlaunched_run
from vasttui.watch.session import BringUpStep
from vasttui.watch.stay import Stay

FACTS = """@smi
/usr/bin/nvidia-smi
@gpu
0, NVIDIA GeForce RTX 3090, 24576, 570.133.20, 8.6
@cuda
12.8
@meminfo
MemTotal: 65000000 kB
@df
Filesystem 1024-blocks Used Available Capacity Mounted on
overlay 41943040 1 41943039 1% /
@python
Python 3.11.7
@end
"""
BROUGHT_UP = msgspec.structs.replace(
    PLAN, run=msgspec.structs.replace(PLAN.run, bootstrap=("pip install x",))
)


class ArrivingJournal(MortalJournal):
    """What a bring-up writes of its run has moments too."""

    def add_run(self, run: RunRow) -> None:
        with self._point("note the run"):
            super().add_run(run)

    def move_run(self, name: str, host: str) -> None:
        with self._point("note its address"):
            super().move_run(name, host)

    def add_attempt(self, attempt: Attempt) -> None:
        with self._point("note the attempt"):
            super().add_attempt(attempt)


class ArrivingSteps(BringUps):
    """Every step that is kept has a moment before it and one after it."""

    fate: Fate

    def keep(self, label: str, step: BringUpStep, findings: object = ()) -> None:
        self.fate.pass_by(f"before: keep {step.name}")
        super().keep(label, step, findings)  # type: ignore[arg-type]
        self.fate.pass_by(f"after: keep {step.name}")


@dataclass
class Fitting:
    """A host that fits the plan. `begun`: how often each record was begun, on this machine."""

    fate: Fate
    begun: dict[str, int]
    name: str = "fitting"

    async def open(self) -> None:
        """Always there."""

    async def close(self) -> None:
        """Nothing to let go of."""

    async def run(self, command: str, timeout_s: float = 60.0, max_bytes: int = 65536) -> Output:
        if command.startswith("echo "):
            return Output(0, command.removeprefix("echo "), "")
        if command.startswith("date"):
            return Output(0, "1790000000\n", "")
        return Output(0, FACTS if "@gpu" in command else "", "")

    async def launch(self, record: RecordRef, launch: Launch) -> None:
        self.fate.pass_by("before: begin a record")
        if record.path in self.begun:
            raise HostError(f"{record.path}: {HELD}")
        self.begun[record.path] = 1
        self.fate.pass_by("after: begin a record")

    async def follow(self, record: RecordRef) -> AsyncGenerator[Reading]:
        yield Reading(0.0, exit=Exit(0.0, 0))


@dataclass(frozen=True)
class Held(Access):
    """The process's own client, which it closes itself."""

    vast: Vast | None = None

    def open(self) -> Vast:
        """It."""
        assert self.vast is not None
        return self.vast


async def bring_up(vast: Vast, rentals: Rentals, stage: Stage) -> None:
    """As `vasttui run --plan` does it, for the first time and again."""
    assert isinstance(rentals, MortalRentals)
    fate = rentals.fate
    journal = ArrivingJournal(rentals.path)
    journal.fate = fate
    path = str(stage.folder / "plan.toml")
    launched = [run for run in journal.runs() if journal.attempts(run.name)]
    waiting = unlaunched_run(journal, "", path)
    run = launched[0] if launched else renew_run(journal, waiting, BROUGHT_UP, "", path)
    board = Board(vast.clock.wall, lambda _: None)
    wanted = Wanted(stage.offers[:4])
    moving = MovingIn(
        journal, run, BROUGHT_UP, Held(Secret(KEY), vast.url, vast), wanted, board, lambda _: None
    )
    moving.open_machine = lambda _, label: cast("Host", Fitting(fate, stage.begun.setdefault(label, {})))
    moving.kept.close()
    moving.rentals.close()
    moving.rentals, moving.kept = rentals, ArrivingSteps(journal)
    assert isinstance(moving.kept, ArrivingSteps)
    moving.kept.fate = fate
    rental = rentals.of_run(run.name)
    if rental is not None and rental.state != "closed":
        moving.stay = Stay(rental)
    try:
        attempts = journal.attempts(run.name)
        await (moving.go_on(attempts[-1]) if attempts else moving.go())
    finally:
        moving.kept.close()
        journal.close()


def begun_twice(stage: Stage) -> int:
    """Trainings that were begun although one was begun before."""
    runs = [path for begun in stage.begun.values() for path in begun if "/runs/" in path]
    return max(0, len(runs) - 1)
