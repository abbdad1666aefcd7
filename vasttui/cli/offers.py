"""`vasttui gate`: does an offer fit the plan, and why."""

import time
from pathlib import Path

import click
import msgspec

from vasttui.cli.at_market import url_option
from vasttui.cli.codes import EXIT_DONE, EXIT_NEGATIVE
from vasttui.cli.talking import json_option, put_json
from vasttui.gate.check import judge, to_json
from vasttui.gate.finding import verdict
from vasttui.gate.offer import Offer, OfferError, offer_from
from vasttui.plan.load import load_plan

GLYPHS = {"pass": "✓", "warn": "!", "fail": "✗"}


@click.command("gate")
@click.option(
    "--plan", "plan_file", type=click.Path(path_type=Path), default=Path("plan.toml"), show_default=True
)
@click.option("--offer", required=True, help="Its number, or a file with one offer as the API returns it.")
@url_option
@json_option
def gate_command(plan_file: Path, offer: str, url: str, as_json: bool) -> None:
    """Does this offer fit the plan? Exit 1 if something fails."""
    plan = load_plan(plan_file)
    findings = judge(plan, _offer(offer, url), time.time())
    if as_json:
        put_json(to_json(findings))
    else:
        for finding in findings:
            click.echo(f"{GLYPHS[finding.status]} {finding.check}: {finding.text}")
        click.echo(verdict(findings), err=True)
    raise SystemExit(EXIT_NEGATIVE if verdict(findings) == "fail" else EXIT_DONE)


def _offer(source: str, url: str) -> Offer:
    path = Path(source)
    if source.isdigit() and not path.exists():
        return _listed(int(source), url)
    try:
        return offer_from(msgspec.json.decode(path.read_bytes()))
    except OSError as error:
        raise click.UsageError(f"{path}: {error.strerror}") from None
    except (OfferError, msgspec.DecodeError, RecursionError) as error:
        raise click.UsageError(f"{path}: {error}") from None


def _listed(offer_id: int, url: str) -> Offer:
    """The offer as the market lists it now, whether it can be had or not."""
    from vasttui.cli.at_market import at_market
    from vasttui.cloud.query import parse_query

    query = parse_query(f"id={offer_id} verified=any rentable=any rented=any")
    found = at_market(url, lambda vast: vast.search(query))
    for offer in found.offers:
        if offer.id == offer_id:
            return offer
    raise click.UsageError(f"the market lists no offer {offer_id}: vasttui offers shows what there is")
