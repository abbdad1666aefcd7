"""The lease of a run on a rented machine: what the recorder there is told, and keeping it renewed."""

from vasttui.hosts.protocol import Lease
from vasttui.plan import Plan
from vasttui.plan.schema import EndAction
from vasttui.watch.journal import Journal, RunRow
from vasttui.watch.rentals_journal import Rentals

ONSTART = "env | grep -E '^CONTAINER_(ID|API_KEY)=' >> /etc/environment"
"""Lets a login see the container's own, restricted key; without it only onstart does."""
SHARE = 3.0
"""A lease is renewed this often in its time."""


def lease_of(journal: Journal, run: RunRow, plan: Plan) -> Lease | None:
    """For a launch of `run`; None: the plan wants none, or its machine was not rented by us.

    A plan that keeps the machine has it stopped: nobody is there to keep it for.
    """
    minutes = plan.ending.lease_minutes
    if minutes is None or not run.host:
        return None
    rentals = Rentals(journal)
    try:
        rental = rentals.of_run(run.name)
    finally:
        rentals.close()
    if rental is None:
        return None
    url = rental.account.rpartition("#")[0]
    return Lease(minutes, _act(plan.ending.on_done), _act(plan.ending.on_crash), url)


def no_lease(journal: Journal, run: RunRow, plan: Plan) -> str:
    """What to say where the plan asks for a lease that `run` will not have; empty where it will."""
    if plan.ending.lease_minutes is None or lease_of(journal, run, plan) is not None:
        return ""
    return (
        "[ending] lease_minutes does nothing here: it needs a machine that vasttui has rented for this run;"
        " vasttui run without --host takes up what vasttui rent has rented"
    )


def _act(action: EndAction) -> str:
    return "stop" if action == "keep" else action


def renew_every_s(plan: Plan) -> float | None:
    """How often whoever attends an ended run says that he is there; None: there is no lease."""
    minutes = plan.ending.lease_minutes
    return None if minutes is None else minutes * 60.0 / SHARE
