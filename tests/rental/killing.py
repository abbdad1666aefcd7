"""A process that dies at a chosen point: before or after any request, before or after any journal write."""

from collections import Counter
from collections.abc import AsyncGenerator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.cloud.conftest import KEY, clock_of
from vasttui.cloud.client import Vast
from vasttui.cloud.emulator.clock import ManualClock
from vasttui.cloud.emulator.emulator import Emulator, Settings
from vasttui.cloud.emulator.faults import Fault
from vasttui.cloud.endpoints import Endpoint
from vasttui.cloud.keys import Secret
from vasttui.cloud.query import parse_query
from vasttui.cloud.replies import Json
from vasttui.cloud.wire import Wire
from vasttui.gate.offer import Offer
from vasttui.plan import Plan
from vasttui.plan.schema import HostSpec, RunSpec, VastSpec
from vasttui.watch.journal import Journal
from vasttui.watch.rentals_journal import Rentals

QUERY = "num_gpus=1 direct_port_count>=1 gpu_ram>=20"
PLAN = Plan(
    run=RunSpec(command="python train.py"),
    host=HostSpec(vast=VastSpec(query=QUERY, image="pytorch/pytorch", disk_gb=40)),
)


class KilledError(BaseException):
    """The process is dead: no line of it runs from here on."""


@dataclass
class Fate:
    """Counts the points that are passed, and kills at one of them: its name and how often it was passed."""

    at: tuple[str, int] | None = None
    passed: Counter[str] = field(default_factory=Counter[str])
    dead: bool = False

    def pass_by(self, point: str) -> None:
        if self.dead or self.at == (point, self.passed[point]):
            self.dead = True
            raise KilledError(point)
        self.passed[point] += 1


class MortalWire(Wire):
    """Every request has a moment before it and one after it."""

    fate: Fate

    async def call(
        self,
        endpoint: Endpoint,
        target: int | str = "",
        *,
        query: Mapping[str, str] | None = None,
        body: object = None,
    ) -> Json:
        name = endpoint.what.replace(" {}", "")
        self.fate.pass_by(f"before: {name}")
        try:
            return await super().call(endpoint, target, query=query, body=body)
        finally:
            self.fate.pass_by(f"after: {name}")


class MortalRentals(Rentals):
    """Every write has a moment before it and one after it."""

    fate: Fate

    def _write(self, statement: str, values: tuple[object, ...]) -> int:
        name = " ".join(statement.partition("(")[0].split()[:3])
        self.fate.pass_by(f"before: {name}")
        done = super()._write(statement, values)
        self.fate.pass_by(f"after: {name}")
        return done


class MortalVast(Vast):
    """The client on such a wire."""

    async def __aexit__(self, *_: object) -> None:
        """Whoever only borrows it leaves it open; the process closes it."""

    def __init__(self, secret: Secret, url: str, fate: Fate, **options: Any) -> None:
        super().__init__(secret, url, **options)
        self._wire.__class__ = MortalWire
        assert isinstance(self._wire, MortalWire)
        self._wire.fate = fate


@dataclass
class Stage:
    """One emulated market and one state folder, for one process after the other."""

    emulator: Emulator
    clock: ManualClock
    folder: Path
    offers: tuple[Offer, ...] = ()
    begun: dict[str, dict[str, int]] = field(default_factory=dict[str, dict[str, int]])

    def client(self, fate: Fate) -> Vast:
        """A client that dies where `fate` says."""
        return MortalVast(
            Secret(KEY), self.emulator.url, fate, clock=clock_of(self.clock), timeout_s=0.3, patience_s=60.0
        )

    @asynccontextmanager
    async def process(self, fate: Fate | None = None) -> AsyncGenerator[tuple[Vast, Rentals]]:
        """A process: its client and its journal. Killed by `fate`, it leaves just like that."""
        fate = fate or Fate()
        journal = Journal(self.folder / "journal.db")
        rentals = MortalRentals(journal)
        rentals.fate = fate
        vast = self.client(fate)
        try:
            yield vast, rentals
        finally:
            await vast.close()
            rentals.close()
            journal.close()

    @property
    def there(self) -> set[int]:
        """What really exists, and bills."""
        return set(self.emulator.world.instances)


@asynccontextmanager
async def staged(folder: Path, *faults: Fault, credit_usd: float = 25.0) -> AsyncGenerator[Stage]:
    """A market with these faults; the offers were searched before they strike."""
    clock = ManualClock()
    folder.mkdir(parents=True, exist_ok=True)  # noqa: ASYNC240 - a temporary folder
    async with Emulator(KEY, Settings(machines=False, credit_usd=credit_usd), clock) as emulator:
        stage = Stage(emulator, clock, folder)
        async with stage.process() as (vast, _):
            found = await vast.search(parse_query(QUERY), order="dph_total", storage_gb=40)
            stage.offers = found.offers
        for fault in faults:
            emulator.world.faults.add(fault)
        yield stage
