"""Which offer: searched, judged by the gate, priced for the whole plan, the best first."""

import time
from dataclasses import dataclass

from vasttui.cloud.client import Vast
from vasttui.cloud.errors import CloudError
from vasttui.cloud.query import parse_query
from vasttui.gate.check import judge
from vasttui.gate.finding import Finding, Status, verdict
from vasttui.gate.offer import Offer
from vasttui.gate.price import cost_of
from vasttui.monitor.words import usd
from vasttui.plan import Plan
from vasttui.plan.schema import RunSpec, VastSpec

DEARER = 1.25  # how much more an hour the next best may cost when the first has gone
MOST = 5
_NO_PLAN = Plan(run=RunSpec(command="-"))


@dataclass(frozen=True, slots=True)
class Choice:
    """One offer as it is judged: dollars an hour with the plan's disk, dollars for the plan's hours.

    `verdict` is None where there is no plan to judge by; `findings` are empty then. `left_out`: why its
    machine is not taken unasked.
    """

    offer: Offer
    usd_h: float | None
    usd: float | None
    hours: float | None
    findings: tuple[Finding, ...] = ()
    verdict: Status | None = None
    left_out: str = ""

    @property
    def key(self) -> tuple[bool, float, float]:
        """The cheapest for the whole plan first; without hours, by the hour; unknown prices last."""
        total = self.usd if self.usd is not None else self.usd_h
        return (total is None, total or 0.0, self.usd_h or 0.0)

    @property
    def gpus(self) -> str:
        """`2x RTX 4090`."""
        return f"{self.offer.num_gpus or '?'}x {self.offer.gpu_name or '?'}"


def choice_of(offer: Offer, plan: Plan | None, now_s: float) -> Choice:
    """The offer, priced; judged where there is a plan. `now_s`: unix seconds."""
    cost = cost_of(plan or _NO_PLAN, offer)
    findings = tuple(judge(plan, offer, now_s)) if plan is not None else ()
    return Choice(
        offer,
        cost.hourly if cost is not None else None,
        cost.total if cost is not None else None,
        cost.hours if cost is not None else None,
        findings,
        verdict(findings) if plan is not None else None,
    )


async def search(vast: Vast, plan: Plan | None, query: str = "") -> list[Choice]:
    """Offers that fit the query (default: the plan's), the cheapest for the whole plan first."""
    spec = (plan.host.vast if plan is not None else None) or VastSpec()
    found = await vast.search(
        parse_query(query or spec.query),
        order="dph_total",
        storage_gb=spec.disk_gb,
        interruptible=spec.interruptible,
    )
    now_s = time.time()
    choices = [choice_of(offer, plan, now_s) for offer in found.offers if offer.id is not None]
    return sorted(choices, key=lambda choice: choice.key)


def to_try(rows: list[Choice], offer: int | None, *, force: bool) -> list[Choice]:
    """Those to try, the best first, none much dearer; never one that the gate fails, unless forced.

    Raises:
        CloudError: there is none; the message says why.
    """
    if offer is not None:
        rows = [row for row in rows if row.offer.id == offer]
        if not rows:
            raise CloudError(
                f"offer {offer} is not among what the plan's query finds",
                "look again: vasttui offers --plan …",
            )
    if not rows:
        raise CloudError(
            "no offer fits the plan's query", "ask for less in [host] vast query, or try again later"
        )
    fit = [row for row in rows if force or row.verdict != "fail"]
    if not fit:
        why = next(one.text for one in rows[0].findings if one.status == "fail")
        raise CloudError(
            f"none of {len(rows)} offers passes the gate; the cheapest, {rows[0].offer.id}: {why}",
            "change the plan, or --force",
        )
    most = (fit[0].usd_h or 0.0) * DEARER
    return [row for row in fit if row.usd_h is not None and row.usd_h <= most][:MOST] or fit[:1]


def not_dearer(rows: list[Choice], usd_h: float | None) -> tuple[Offer, ...]:
    """Their offers, as far as they cost little more than what was agreed to (None: whatever they cost).

    Raises:
        CloudError: all are dearer.
    """
    if usd_h is None:
        return tuple(row.offer for row in rows)
    found = tuple(row.offer for row in rows if (row.usd_h or 0.0) <= usd_h * DEARER)
    if not found:
        cheapest = min(row.usd_h or 0.0 for row in rows)
        raise CloudError(
            f"the cheapest other offer is ${cheapest:.3f} an hour, over a quarter more than ${usd_h:.3f}",
            "choose one by hand: vasttui offers",
        )
    return found


def at_stake(rows: list[Choice]) -> str:
    """Which machine, what it costs an hour and for the plan, and what else may be taken."""
    first = rows[0]
    price = "an unknown price" if first.usd_h is None else f"${first.usd_h:.3f} an hour"
    total = (
        f", {usd(first.usd)} for the plan's {first.hours:g} h"
        if first.usd is not None and first.hours
        else ""
    )
    where = f", {first.offer.geolocation}" if first.offer.geolocation else ""
    others = rows[1:]
    also = ""
    if others:
        dearest = max(row.usd_h or 0.0 for row in others)
        also = f" If it has gone or does not boot: one of {len(others)} more, at most ${dearest:.3f} an hour."
    machine = f"offer {first.offer.id}, {first.gpus} (machine {first.offer.machine_id}{where})"
    return f"Rent {machine} at {price}{total}?{also}"
