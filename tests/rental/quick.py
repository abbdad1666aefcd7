"""An emulated market with real machines, twenty times as fast for whoever asks it, and runs rented there."""

import asyncio
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

import msgspec

from tests.cloud.conftest import KEY
from tests.support.sshd import make_key
from vasttui.cloud.client import Vast
from vasttui.cloud.emulator import training
from vasttui.cloud.emulator.clock import RunningClock
from vasttui.cloud.emulator.emulator import Emulator, Settings
from vasttui.cloud.emulator.faults import Fault
from vasttui.cloud.emulator.world import Times
from vasttui.cloud.keys import Secret
from vasttui.cloud.pacing import clock_at
from vasttui.cloud.query import parse_query
from vasttui.plan import Plan
from vasttui.plan.schema import HostSpec, Needs, RunSpec, VastSpec
from vasttui.watch.access import Access
from vasttui.watch.journal import Journal
from vasttui.watch.moving_in import Wanted
from vasttui.watch.rented import RentedSession
from vasttui.watch.runs import renew_run, unlaunched_run
from vasttui.watch.session import Snapshot

SPEED = 20.0
QUERY = "num_gpus=1 direct_port_count>=1 gpu_ram>=20"
LIMIT_S = 30.0
FAST = clock_at(SPEED)


class QuickAccess(Access):
    """Its clients wait a twentieth."""

    def open(self) -> Vast:
        """A client."""
        return Vast(self.secret, self.url, clock=FAST)


def plan(*bootstrap: str, command: str = "", query: str = QUERY, **run: object) -> Plan:
    """A training of a few seconds on a rented machine."""
    command = command or f"python3 {training.__file__} --steps 3000 --step-s 0.01"
    spec = RunSpec(command=command, name="tiny", bootstrap=bootstrap, probe_steps=20, **run)  # type: ignore[arg-type]
    return Plan(run=spec, host=HostSpec(vast=VastSpec(query=query)), needs=Needs(vram_gb=20))


@dataclass
class Town:
    """A market, a home and a journal; sessions that it opened are closed with it."""

    emulator: Emulator
    home: Path
    sessions: list[RentedSession] = field(default_factory=list[RentedSession])

    @property
    def access(self) -> QuickAccess:
        """With the account's key."""
        return QuickAccess(Secret(KEY), self.emulator.url)

    @property
    def there(self) -> set[int]:
        """What really exists, and bills."""
        return set(self.emulator.world.instances)

    async def wanted(self) -> Wanted:
        """The three cheapest offers, all of one price class."""
        async with self.access.open() as vast:
            found = await vast.search(parse_query(QUERY), order="dph_total", storage_gb=40)
        return Wanted(found.offers[:3], 1.0)

    async def session(self, plan: Plan, wanted: Wanted | None = None) -> RentedSession:
        """As `vasttui run --plan` opens one: a run that was not launched goes on."""
        journal = Journal()
        path = str(self.home / "plan.toml")
        run = renew_run(journal, unlaunched_run(journal, "", path), plan, "", path)
        made = RentedSession(journal, run, plan, self.access, wanted or await self.wanted())
        self.sessions.append(made)
        return made

    def machine(self, instance: int) -> Path:
        """A machine's home folder."""
        return self.emulator.machines[instance].home


@asynccontextmanager
async def town(home: Path, *faults: Fault) -> AsyncGenerator[Town]:
    """HOME must be `home` already."""
    (home / ".ssh").mkdir(mode=0o700, parents=True)
    make_key(home / ".ssh" / "id_ed25519")
    settings = Settings(times=Times(boot_s=4.0, sshd_s=1.0, destroy_s=1.0), faults=faults)
    async with Emulator(KEY, settings, RunningClock(SPEED)) as emulator:
        made = Town(emulator, home)
        try:
            yield made
        finally:
            for session in made.sessions:
                await session.close()


async def until(session: RentedSession, holds: Callable[[Snapshot], bool]) -> Snapshot:
    """The first picture that `holds`."""
    async with asyncio.timeout(LIMIT_S):
        async for seen in session.changes():
            if holds(seen):
                return seen
    raise AssertionError("the session ended")


def state_of(seen: Snapshot, name: str) -> str:
    """Of one step."""
    return next(step.state for step in seen.bringup if step.name == name)


def with_bootstrap(given: Plan, *commands: str) -> Plan:
    """The plan, mended."""
    return msgspec.structs.replace(given, run=msgspec.structs.replace(given.run, bootstrap=commands))
