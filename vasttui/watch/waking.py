"""A machine that was stopped, started again: it may have another address, and its GPU may be taken."""

from collections.abc import Callable

from vasttui.cloud.client import Vast
from vasttui.cloud.errors import CloudError
from vasttui.cloud.instance import Endpoint
from vasttui.watch.boot import boot_budget_s, destination, wait_running, wait_ssh
from vasttui.watch.journal import Journal, RunRow
from vasttui.watch.rentals_journal import Rental, Rentals
from vasttui.watch.stay import hello, machine_at

Report = Callable[[str], None]


async def wake(vast: Vast, journal: Journal, run: RunRow, rental: Rental, report: Report) -> RunRow:
    """Start the machine if it does not run, and wait for its SSH server. The run, where it lives now.

    Raises:
        CloudError: it is gone, its GPU is taken (then the start is taken back), or it does not come up.
        HostError: it runs and bills, but SSH does not answer.
    """
    assert rental.instance is not None
    one = await vast.instance(rental.instance)
    if one is None:
        raise CloudError(f"instance {rental.instance} is gone", f"vasttui relaunch {run.name} --new-instance")
    if not one.is_running or one.intended_status != "running":
        report(f"starting instance {rental.instance}")
        started = await vast.start(rental.instance)
        if started.queued:
            await vast.stop(rental.instance)  # else it starts, and bills, whenever a GPU is free
            raise CloudError(
                f"instance {rental.instance} cannot start: its GPU is taken",
                f"try again later, or elsewhere: vasttui relaunch {run.name} --new-instance",
            )
        one = await wait_running(vast, one.id, vast.clock.wall(), boot_budget_s(0.0, None), report)
    _note_start(journal, rental)  # also where it was started by hand

    async def attempt(place: Endpoint) -> None:
        host = machine_at(place, rental.label)
        try:
            await hello(host)
        finally:
            await host.close()

    place = await wait_ssh(vast, one, attempt, report)
    journal.move_run(run.name, destination(place))
    found = journal.run(run.name)
    assert found is not None
    return found


def _note_start(journal: Journal, rental: Rental) -> None:
    """It bills as a running machine again, whatever becomes of the launch."""
    rentals = Rentals(journal)
    try:
        rentals.started(rental.account, rental.instance or 0)
    finally:
        rentals.close()
