"""A run on a rented machine with a real shell, in a market whose time moves by hand."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import msgspec

from tests.cloud.conftest import KEY, clock_of
from vasttui.cloud.client import Vast
from vasttui.cloud.emulator.clock import ManualClock
from vasttui.cloud.emulator.emulator import Emulator
from vasttui.cloud.keys import Secret
from vasttui.cloud.query import parse_query
from vasttui.hosts.machine import Machine, Retry
from vasttui.hosts.protocol import Launch
from vasttui.hosts.resolve import parse_destination
from vasttui.hosts.ssh import SshTransport
from vasttui.plan import Plan, RunSpec
from vasttui.plan.schema import Budget, Ending, HostSpec, VastSpec
from vasttui.watch.boot import destination
from vasttui.watch.ending import Ground
from vasttui.watch.journal import Attempt, Journal, RunRow
from vasttui.watch.rental import rent
from vasttui.watch.rentals_journal import Rentals

QUERY = "num_gpus=1 direct_port_count>=1 gpu_ram>=20"
TRAIN = (
    "mkdir -p out; echo model > out/model.pt;"
    ' for i in $(seq 20); do echo "step $i/20 loss 1.0"; sleep 0.02; done'
)


@dataclass
class Place:
    """The market, the journal, and how to make a run there."""

    emulator: Emulator
    clock: ManualClock
    folder: Path
    journal: Journal
    rentals: Rentals
    key: Path

    def open_vast(self) -> Vast:
        return Vast(Secret(KEY), self.emulator.url, clock=clock_of(self.clock))

    @property
    def there(self) -> set[int]:
        return set(self.emulator.world.instances)

    async def run(
        self,
        command: str = TRAIN,
        pull: Sequence[str] = ("out/**",),
        max_usd: float | None = None,
        **ending: object,
    ) -> Ground:
        """Rented, launched; what an end of it is made on."""
        plan = Plan(
            run=RunSpec(command=command, total_steps=20),
            host=HostSpec(vast=VastSpec(query=QUERY, disk_gb=40), price_usd_h=0.3),
            budget=Budget(max_usd=max_usd),
            ending=msgspec.convert({"pull": pull, **ending}, Ending),
        )
        async with self.open_vast() as vast:
            found = await vast.search(parse_query(QUERY), order="dph_total", storage_gb=40)
            rented = await rent(vast, self.rentals, plan, found.offers, run="r")
            await self.emulator.advance(5.0)
        place = destination(rented.place)
        run = RunRow("r", self.clock.now(), place, "", str(self.folder / "plan.toml"))
        self.journal.add_run(run)
        config = self.folder / "config"
        config.write_text(f"Host *\n  IdentityFile {self.key}\n  IdentitiesOnly yes\n")
        host = Machine(
            SshTransport(parse_destination(place), known_hosts=self.folder / "known", config=config),
            retry=Retry(first_s=0.1, cap_s=0.2),
        )
        attempt = Attempt("r", 1, "~/.vasttui/runs/r/1", command, self.clock.now())
        self.journal.add_attempt(attempt)
        await host.launch(attempt.ref, Launch(command, run_toml="name = 'r'\n"))
        return Ground(self.journal, self.rentals, run, plan, host, rented.rental, self.open_vast)


async def is_over(ground: Ground) -> None:
    """Until the command has ended."""
    await ground.host.run("until test -e ~/.vasttui/runs/r/1/exit.json; do sleep 0.05; done", timeout_s=20)
