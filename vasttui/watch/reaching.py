"""The first way to a rented machine on which somebody can log in."""

from collections.abc import Callable

from vasttui.cloud.client import Vast
from vasttui.cloud.instance import Endpoint
from vasttui.hosts.protocol import Host
from vasttui.watch.boot import let_in, public_keys, wait_ssh
from vasttui.watch.rental import Rented
from vasttui.watch.stay import hello

Open = Callable[[Endpoint | str, str], Host]


async def reach(
    vast: Vast, rented: Rented, open_machine: Open, say: Callable[[str], None]
) -> tuple[Endpoint, Host]:
    """Wait for its SSH server; the way that answered, and the open host. All others are closed again.

    A login that is refused is asked for once more: keys are sometimes not let in at the first time.

    Raises:
        CloudError: it does not come up, or lets nobody in.
        HostError: it answers, but cannot be used.
    """
    label = rented.rental.label
    tried: dict[Endpoint, Host] = {}
    asked_again = False

    async def attempt(place: Endpoint) -> None:
        nonlocal asked_again
        host = open_machine(place, label)
        try:
            await hello(host)
        except BaseException as error:
            await host.close()
            if "refused" in str(error) and "login" in str(error) and not asked_again:
                asked_again = True
                await let_in(vast, rented.instance.id, public_keys())
            raise
        tried[place] = host

    try:
        place = await wait_ssh(vast, rented.instance, attempt, say)
        return place, tried.pop(place)
    finally:
        for host in tried.values():
            await host.close()
