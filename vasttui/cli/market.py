"""`vasttui offers` and `vasttui rent`: what there is to rent, and renting it."""

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import click

from vasttui.cli.at_market import at_market, open_rentals, require_writable, url_option
from vasttui.cli.codes import EXIT_DONE, EXIT_NEGATIVE
from vasttui.cli.talking import ask, json_option, narrate, put_json, yes_option
from vasttui.cloud.errors import CloudError
from vasttui.logs.clean import clean_line
from vasttui.monitor.words import duration, usd
from vasttui.plan import Plan
from vasttui.plan.load import load_plan
from vasttui.watch.paths import known_hosts_path

if TYPE_CHECKING:
    from vasttui.cloud.client import Vast
    from vasttui.cloud.instance import Endpoint
    from vasttui.watch.choosing import Choice
    from vasttui.watch.rental import Rented
    from vasttui.watch.rentals_journal import Rentals

GLYPHS = {"pass": "✓", "warn": "!", "fail": "✗"}
HEADER = (
    f"{'offer':>10}  {'GPUs':<18}  {'VRAM':>9}  {'price':>8}  {'plan':>9}  {'gate':<4}  {'rely':>5}"
    f"  {'down':>11}  where"
)


@click.command("offers")
@click.argument("query", nargs=-1)
@click.option("--plan", "plan_file", type=click.Path(path_type=Path), help="Judge and price by this plan.")
@click.option("--limit", type=click.IntRange(min=1), default=20, show_default=True, help="How many to show.")
@url_option
@json_option
def offers_command(
    query: tuple[str, ...], plan_file: Path | None, limit: int, url: str, as_json: bool
) -> None:
    """Machines for rent, the cheapest for the whole plan first.

    vasttui offers 'gpu_ram>=24 reliability>0.98' --plan plan.toml
    """
    plan = load_plan(plan_file) if plan_file is not None else None
    rentals = open_rentals()
    rows = at_market(url, lambda vast: _listed(vast, rentals, plan, " ".join(query)))
    rentals.close()
    if as_json:
        put_json([_facts(row) for row in rows[:limit]])
        raise SystemExit(EXIT_DONE)
    if not rows:
        narrate("no offer fits the query; ask for less: a smaller gpu_ram, verified=any")
        raise SystemExit(EXIT_NEGATIVE)
    narrate(HEADER)
    for row in rows[:limit]:
        click.echo(_line(row))
    if len(rows) > limit:
        narrate(f"{len(rows) - limit} more: --limit {len(rows)}")
    if left_out := sum(bool(row.left_out) for row in rows):
        narrate(f"{left_out} left out, last: given up within a day; --offer ID of run and rent takes one")


async def _listed(vast: "Vast", rentals: "Rentals", plan: Plan | None, query: str) -> "list[Choice]":
    """The best first; what was given up lately last."""
    from vasttui.watch.choosing import search
    from vasttui.watch.given_up import given_up, marked

    return marked(await search(vast, plan, query), given_up(rentals, vast.url, vast.clock.wall()))


def _facts(choice: "Choice") -> dict[str, object]:
    """For `--json`."""
    offer = choice.offer
    return {
        "id": offer.id,
        "machine_id": offer.machine_id,
        "gpu_name": offer.gpu_name,
        "num_gpus": offer.num_gpus,
        "vram_gib": offer.vram_gib,
        "ram_gib": offer.ram_gib,
        "disk_gb": offer.disk_space,
        "reliability": offer.reliability,
        "down_mbps": offer.inet_down,
        "geolocation": offer.geolocation,
        "usd_h": choice.usd_h,
        "hours": choice.hours,
        "usd_plan": choice.usd,
        "verdict": choice.verdict,
        "why": [one.text for one in choice.findings if one.status != "pass"],
        "left_out": choice.left_out or None,
    }


def _line(choice: "Choice") -> str:
    """For people."""
    offer = choice.offer
    cells = (
        f"{offer.id or '-':>10}",
        f"{choice.gpus:<18}",
        f"{offer.vram_gib or 0:5.0f} GiB",
        "      -/h" if choice.usd_h is None else f"${choice.usd_h:.3f}/h",
        f"{usd(choice.usd):>9}",
        f"{choice.verdict or '-':<4}",
        "    -" if offer.reliability is None else f"{offer.reliability * 100:4.1f}%",
        f"{offer.inet_down or 0:6.0f} Mb/s",
        offer.geolocation or "-",
        *((f"left out: {clean_line(choice.left_out)}",) if choice.left_out else ()),
    )
    return "  ".join(cells)


@click.command("rent")
@click.option(
    "--plan", "plan_file", type=click.Path(path_type=Path), default=Path("plan.toml"), show_default=True
)
@click.option("--offer", type=click.IntRange(min=1), help="This offer and no other.")
@click.option("--another", is_flag=True, help="Although one that no run uses is rented already.")
@click.option("--force", is_flag=True, help="Rent although the checklist fails.")
@url_option
@json_option
@yes_option
@click.pass_context
def rent_command(
    ctx: click.Context,
    plan_file: Path,
    offer: int | None,
    another: bool,
    force: bool,
    url: str,
    as_json: bool,
    yes: bool,
) -> None:
    """Rent a machine for the plan; prints its ssh destination once SSH answers there."""
    require_writable(ctx, "rent")
    plan = load_plan(plan_file)
    rentals = open_rentals()
    try:
        rented, place = at_market(
            url, lambda vast: _rent(vast, rentals, plan, offer, another=another, force=force, yes=yes)
        )
    except KeyboardInterrupt:
        narrate("interrupted: what was rented bills on; vasttui instances shows it, vasttui rent takes it up")
        raise
    from vasttui.watch.boot import destination

    if as_json:
        one = rented.instance
        put_json({"instance": one.id, "ssh": destination(place), "usd_h": one.dph_total, "label": one.label})
    else:
        click.echo(destination(place))
    narrate(f"vasttui run --plan {plan_file}   # brings the run up there, with its meter and its lease")
    narrate(f"vasttui instances --destroy {rented.instance.id}   # ends the bill")


async def _rent(
    vast: "Vast",
    rentals: "Rentals",
    plan: Plan,
    offer: int | None,
    *,
    another: bool,
    force: bool,
    yes: bool,
) -> "tuple[Rented, Endpoint]":
    from vasttui.watch.choosing import at_stake, search, to_try
    from vasttui.watch.given_up import given_up, without
    from vasttui.watch.reconcile import reconcile
    from vasttui.watch.rental import rent

    began = vast.clock.now()

    def report(line: str) -> None:
        narrate(f"{duration(vast.clock.now() - began):>7}  {line}")

    found = await reconcile(vast, rentals, patient=True, report=report)
    rented = None if another else await _taken_up(vast, rentals, plan, found.account, report)
    if rented is None:
        left_out = given_up(rentals, found.account, vast.clock.wall())
        rows = await search(vast, plan)
        rows = to_try(without(rows, left_out) if offer is None else rows, offer, force=force)
        for finding in rows[0].findings:
            if finding.status != "pass":
                narrate(f"{GLYPHS[finding.status]} {finding.check}: {finding.text}")
        # Click asks on the terminal itself: nothing else waits meanwhile.
        if not ask(at_stake(rows), yes):
            raise SystemExit(EXIT_NEGATIVE)
        offers = [row.offer for row in rows]
        rented = await rent(
            vast,
            rentals,
            plan,
            offers,
            account=found.account,
            another=another,
            retake=offers[0].machine_id,
            report=report,
        )
    return rented, await _until_ssh(vast, rented, report)


async def _taken_up(
    vast: "Vast", rentals: "Rentals", plan: Plan, account: str, report: Callable[[str], None]
) -> "Rented | None":
    """What was rented for this plan before and is free: there is nothing to agree to, it bills already."""
    from vasttui.watch.rental import NoMachineError, owner_of, rent, to_take_up

    if not to_take_up(rentals, account, owner_of(plan)):
        return None
    try:
        return await rent(vast, rentals, plan, (), account=account, report=report)
    except NoMachineError:
        return None


async def _until_ssh(vast: "Vast", rented: "Rented", report: Callable[[str], None]) -> "Endpoint":
    from vasttui.hosts.protocol import HostError
    from vasttui.hosts.resolve import open_host
    from vasttui.watch.boot import destination, public_keys, wait_ssh

    instance_id = rented.instance.id
    for key in public_keys():
        await vast.attach_key(instance_id, key)

    async def attempt(place: "Endpoint") -> None:
        host = open_host(
            destination(place), known_hosts=known_hosts_path(), host_key_alias=rented.rental.label
        )
        try:
            await host.run("true", timeout_s=30.0)
        finally:
            await host.close()

    try:
        return await wait_ssh(vast, rented.instance, attempt, report)
    except HostError as error:
        raise CloudError(
            f"instance {instance_id} runs and bills, but SSH does not answer: {error}",
            f"again: vasttui rent; end it: vasttui instances --destroy {instance_id}",
        ) from None
