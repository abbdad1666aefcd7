"""Ending a run's rented machine from the shell: what each way costs, one question, and the end read back."""

import time
from typing import TYPE_CHECKING

import click

from vasttui.cli.at_market import at_market
from vasttui.cli.codes import EXIT_DONE, EXIT_HELD, EXIT_NEGATIVE
from vasttui.cli.pull import OneLine
from vasttui.cli.talking import ask, narrate
from vasttui.cloud.errors import CloudError
from vasttui.logs.clean import clean_line
from vasttui.monitor.words import duration, usd
from vasttui.plan import Plan
from vasttui.watch.journal import Attempt, Journal, RunRow

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from vasttui.cloud.instance import Instance
    from vasttui.watch.access import Access
    from vasttui.watch.ending import Ground, How
    from vasttui.watch.rentals_journal import EndKind, Rental, Rentals


def rental_of(rentals: "Rentals", run: RunRow, what: str) -> "Rental":
    """What a run's machine was rented as.

    Raises:
        click.UsageError: it was not rented, or was given back.
    """
    rental = rentals.of_run(run.name)
    if rental is None and run.host and rentals.any_open():
        # Rented by `vasttui rent`, launched by --host: the addresses tell.
        from vasttui.watch.reconcile import reconcile

        at_market("", lambda vast: reconcile(vast, rentals, report=narrate))
        rental = rentals.of_run(run.name)
    if rental is None:
        raise click.UsageError(
            f"{run.name} runs on {run.host or 'this machine'}, not rented by vasttui: nothing to {what}"
        )
    return rental


def access_of(rental: "Rental") -> "Access":
    """How its market is reached. Raises CloudError if there is no key."""
    from vasttui.watch.access import access_to

    return access_to(rental.account)


def look_at(rental: "Rental") -> "Instance | None":
    """The machine as the market tells of it now."""
    return at_market(rental.account.rpartition("#")[0], lambda vast: vast.instance(rental.instance or 0))


def costs(one: "Instance", plan: Plan, how: "How", lies_in: "Path | None" = None) -> "Iterator[str]":
    """What each way costs from now on, a line each; the one that was asked for is marked.

    `lies_in`: it is stopped, and all was pulled there before.
    """
    marks = {kind: "→" if how.meter == kind else " " for kind in ("stop", "destroy")}
    disk = _rate(one.storage_total_cost)
    if one.is_running:
        yield f"    kept       {_rate(one.dph_total)}"
    yield f"  {marks['stop']} stopped    {disk} for its disk, which is kept; its GPU may be taken then"
    pulls = ", ".join(plan.ending.pull)
    if not how.pull:
        lost = "NOTHING is pulled first"
    elif pulls:
        lost = f"{pulls} and the record are pulled first"
    else:
        lost = "only the record is pulled first (no [ending] pull in the plan)"
    if lies_in is not None:
        lost = f"all was pulled before, into {lies_in}"
    elif how.pull and one.inet_up_cost:
        lost += f" (traffic ${one.inet_up_cost:.3f}/GB)"
    yield f"  {marks['destroy']} destroyed  $0/h; everything on its disk is lost, {lost}"


def _rate(usd_h: float | None) -> str:
    return "$?/h" if usd_h is None else f"${usd_h:.3f}/h" if usd_h >= 0.01 else f"${usd_h:.4f}/h"


def question(run: RunRow, attempt: Attempt | None, one: "Instance", kind: "EndKind") -> str:
    """Names the run, its age, the machine and what it has cost."""
    from vasttui.watch.meters import cost_so_far

    age = (
        ""
        if attempt is None
        else f" (attempt {attempt.number}, {duration(time.time() - attempt.started_at)} old)"
    )
    cost = cost_so_far(one, time.time())
    so_far = f", {usd(cost.usd)} so far" if cost is not None else ""
    machine = f"instance {one.id} ({one.num_gpus or '?'}x {one.gpu_name or '?'}{so_far})"
    return f"Kill {run.name}{age} and {kind} its machine, {machine}?"


def end_rented(ground: "Ground", how: "How", attempt: Attempt | None, yes: bool) -> int | None:
    """Ask, end, tell. Exit code, or None where the answer was no."""
    from vasttui.watch.stopped_machine import pulled_before, resting

    one = look_at(ground.rental)
    if one is None:
        narrate(f"instance {ground.rental.instance} is gone: nothing bills")
        return EXIT_DONE
    rests = (
        attempt is not None and not one.is_running and resting(ground.rentals, ground.run.name) is not None
    )
    lies_in = pulled_before(ground.journal, attempt) if attempt is not None and rests else None
    for line in costs(one, ground.plan, how, lies_in):
        narrate(clean_line(line))
    if not ask(clean_line(question(ground.run, attempt, one, how.meter)), yes):
        return None
    carry_out(ground, how)
    return EXIT_DONE


def carry_out(ground: "Ground", how: "How") -> None:
    """End it with a line a step. What keeps it from ending is one line and an exit code.

    Raises:
        CloudError: it is not known to have ended.
    """
    import asyncio

    from vasttui.watch.ending import EndingElsewhereError, NotPulledError, end_run

    line = OneLine()

    def tell(text: str) -> None:
        line.end()
        narrate(clean_line(text))

    async def go() -> None:
        try:
            await end_run(ground, how, tell, line.show)
        finally:
            line.end()
            await ground.host.close()

    try:
        asyncio.run(go())
    except (NotPulledError, EndingElsewhereError) as error:
        narrate(f"vasttui: {clean_line(error.one_line)}")
        raise SystemExit(EXIT_NEGATIVE if isinstance(error, NotPulledError) else EXIT_HELD) from None


def ground_of(journal: Journal, rentals: "Rentals", run: RunRow, plan: Plan, rental: "Rental") -> "Ground":
    """What an end is made on.

    Raises:
        CloudError: there is no key for the market it was rented at.
    """
    from vasttui.watch.ending import Ground
    from vasttui.watch.rented_host import host_of

    if rental.instance is None:
        raise CloudError(f"{run.name}: its machine has not been rented yet", "look: vasttui instances")
    return Ground(journal, rentals, run, plan, host_of(rentals, run), rental, access_of(rental).open)
