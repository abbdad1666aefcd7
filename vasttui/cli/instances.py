"""`vasttui instances`: every meter that runs, ours or not, and ending one."""

import time
from typing import TYPE_CHECKING

import click

from vasttui.cli.at_market import at_market, is_readonly, open_rentals, require_writable, url_option
from vasttui.cli.codes import EXIT_NEGATIVE
from vasttui.cli.journals import known_journal
from vasttui.cli.talking import ask, json_option, narrate, put_json, yes_option
from vasttui.logs.clean import clean_line
from vasttui.monitor.words import duration, usd

if TYPE_CHECKING:
    from collections.abc import Iterator

    from vasttui.cloud.client import Vast
    from vasttui.watch.meters import Meter
    from vasttui.watch.reconcile import Reconciled
    from vasttui.watch.rentals_journal import EndKind, Rentals


@click.command("instances")
@click.option("--stop", type=click.IntRange(min=1), metavar="ID", help="Stop this one; its disk bills on.")
@click.option("--destroy", type=click.IntRange(min=1), metavar="ID", help="Destroy this one and its disk.")
@url_option
@json_option
@yes_option
@click.pass_context
def instances_command(
    ctx: click.Context, stop: int | None, destroy: int | None, url: str, as_json: bool, yes: bool
) -> None:
    """Every instance of the account that bills, ours or not, and what it costs."""
    readonly = is_readonly(ctx)
    if stop is not None and destroy is not None:
        raise click.UsageError("--stop or --destroy, not both")
    target = destroy if destroy is not None else stop
    if target is not None:
        require_writable(ctx, "stop or destroy")
    rentals = open_rentals(known_journal())

    async def look(vast: "Vast") -> "tuple[Reconciled, float | None]":
        from vasttui.watch.credit import take_reading
        from vasttui.watch.reconcile import end, reconcile

        found = await reconcile(vast, rentals, readonly=readonly, report=narrate)
        take_reading(rentals, found.account, found.meters, None, vast.clock.wall())
        if target is not None:
            kind: EndKind = "destroy" if destroy is not None else "stop"
            if not ask(_ending(found, target, kind), yes):
                raise SystemExit(EXIT_NEGATIVE)
            narrate(await end(vast, rentals, found.account, target, kind))
            found = await reconcile(vast, rentals, report=narrate)
        credit = (await vast.user()).credit
        take_reading(rentals, found.account, found.meters, credit, vast.clock.wall())
        return found, credit

    from vasttui.watch.credit import account_line

    found, credit = at_market(url, look)
    account = account_line(rentals, found.account, time.time())
    if as_json:
        put_json({**_bill(found, credit), "account": account})
    else:
        _show(found, credit)
        for line in (account, *_unfinished(rentals, found)):
            if line:
                narrate(clean_line(line))


def _ending(found: "Reconciled", target: int, kind: "EndKind") -> str:
    meter = next((one for one in found.meters if one.instance.id == target), None)
    if meter is None:
        raise click.UsageError(f"there is no instance {target}: vasttui instances lists them")
    one = meter.instance
    gpus = f"{one.num_gpus or '?'}x {one.gpu_name or '?'}"
    after = "Everything on its disk is lost." if kind == "destroy" else "Its disk bills on."
    if kind == "destroy" and meter.whose == "run" and meter.rental is not None:
        after += f" Nothing is pulled: vasttui kill {meter.rental.run} --destroy pulls first."
    return f"{kind.capitalize()} instance {target} ({gpus}, {meter.text}, {_cost(meter)})? {after}"


def _cost(meter: "Meter") -> str:
    rate = "$?/h" if meter.usd_h is None else f"${meter.usd_h:.3f}/h"
    more = " at least" if meter.at_least else ""
    return f"{rate}, {usd(meter.usd)}{more} so far"


def _show(found: "Reconciled", credit: float | None) -> None:
    for meter in found.meters:
        one = meter.instance
        status = one.actual_status or "being placed"
        gpus = f"{one.num_gpus or '?'}x {one.gpu_name or '?'}"
        click.echo(clean_line(f"{one.id}  {status:<10}  {gpus:<18}  {_cost(meter)}  {meter.text}"))
    for pending in found.pending:
        narrate(f"offer {pending.offer}: whether it was rented is not known yet; look again in a minute")
    if found.busy:
        narrate("another vasttui is renting just now")
    if not found.meters:
        narrate("nothing bills")
    else:
        total = sum(meter.usd or 0.0 for meter in found.meters)
        narrate(f"together ${found.usd_h:.3f} an hour, {usd(total)} so far")
    if credit is not None:
        lasts = f", enough for {duration(credit / found.usd_h * 3600)}" if found.usd_h and credit > 0 else ""
        narrate(f"credit {usd(credit)}{lasts}")
    for meter in found.orphans:
        narrate(f"no run uses {meter.instance.id}: vasttui instances --destroy {meter.instance.id} ends it")


def _unfinished(rentals: "Rentals", found: "Reconciled") -> "Iterator[str]":
    """Ends of runs that a process of ours began and did not live to finish."""
    from vasttui.watch.ending import unfinished_end

    for meter in found.meters:
        run = meter.rental.run if meter.rental is not None else ""
        attempts = rentals.journal.attempts(run) if run else []
        begun = unfinished_end(rentals.journal, attempts[-1]) if attempts else None
        if begun is not None:
            yield f"the end of {run} was begun and not finished: vasttui kill {run} --{begun[0]} goes on"


def _bill(found: "Reconciled", credit: float | None) -> dict[str, object]:
    return {
        "instances": [
            {
                "id": meter.instance.id,
                "label": meter.instance.label,
                "status": meter.instance.actual_status,
                "gpu_name": meter.instance.gpu_name,
                "num_gpus": meter.instance.num_gpus,
                "whose": meter.whose,
                "run": meter.rental.run if meter.rental is not None and meter.whose == "run" else None,
                "usd_h": meter.usd_h,
                "usd": meter.usd,
                "at_least": meter.at_least,
                "started_at": meter.instance.start_date,
            }
            for meter in found.meters
        ],
        "usd_h": found.usd_h,
        "usd": sum(meter.usd or 0.0 for meter in found.meters),
        "credit_usd": credit,
        "pending": [{"offer": one.offer, "label": one.label} for one in found.pending],
        "notes": list(found.notes),
    }
