"""A rented machine that a run lives on: how it is shown, reached and paid for."""

from dataclasses import dataclass
from pathlib import Path

import msgspec

from vasttui.cloud.instance import Endpoint, Instance
from vasttui.gate.offer import Offer
from vasttui.hosts.protocol import Host, HostError
from vasttui.hosts.resolve import open_host
from vasttui.logs.clean import clean_line
from vasttui.plan import Plan
from vasttui.watch.boot import destination
from vasttui.watch.meters import cost_so_far
from vasttui.watch.paths import known_hosts_path
from vasttui.watch.rentals_journal import Rental
from vasttui.watch.session import RentalView

_HELLO = "vasttui-hello"


@dataclass(frozen=True, slots=True)
class Stay:
    """One rental, and the instance as it was last seen (None: not asked)."""

    rental: Rental
    instance: Instance | None = None

    def view(self, now: float) -> RentalView:
        """As a screen shows it at `now` (unix s)."""
        one, rental = self.instance, self.rental
        if one is None:
            return RentalView(rental.instance, rental.label, rental.usd_h)
        cost = cost_so_far(one, now)
        return RentalView(
            one.id,
            rental.label,
            one.dph_total if one.dph_total is not None else rental.usd_h,
            one.storage_total_cost,
            cost.usd if cost is not None else None,
            one.actual_status,
        )


def priced(plan: Plan, rental: Rental | None) -> Plan:
    """The plan with the price that is really paid, disk included."""
    if rental is None or rental.usd_h is None:
        return plan
    host = msgspec.structs.replace(plan.host, price_usd_h=rental.usd_h)
    return msgspec.structs.replace(plan, host=host)


def promised(one: Instance) -> Offer:
    """What the market says that the machine has."""
    return Offer(gpu_name=one.gpu_name, num_gpus=one.num_gpus, gpu_ram=one.gpu_ram)


def machine_at(place: Endpoint | str, label: str, known_hosts: Path | None = None) -> Host:
    """The rented machine there; its host key is pinned under the rental's label."""
    spec = place if isinstance(place, str) else destination(place)
    return open_host(spec, known_hosts=known_hosts or known_hosts_path(), host_key_alias=label)


async def hello(host: Host) -> None:
    """Log in and run a command.

    Raises:
        HostError: no login, or a login that swallows commands.
    """
    await host.open()
    said = await host.run(f"echo {_HELLO}", timeout_s=30.0)
    if _HELLO not in said.out:
        instead = clean_line(said.err or said.out, 80).strip() or "nothing"
        raise HostError(
            f"{host.name}: its login swallows commands (tmux at login?) and says: {instead}",
            "touch ~/.no_auto_tmux there",
        )
