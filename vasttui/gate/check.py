"""The gate: one plan, one offer → findings with the numbers that decided them. Pure and fast."""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from vasttui.gate.disk import disk_need
from vasttui.gate.estimate import said
from vasttui.gate.finding import Finding, verdict
from vasttui.gate.fit import fit
from vasttui.gate.offer import Offer
from vasttui.gate.price import judge_price
from vasttui.gate.ram import ram_need
from vasttui.gate.terms import judge_terms
from vasttui.gate.vram import vram_estimate, vram_need
from vasttui.plan.schema import Plan

SAY_VRAM = "give [needs] vram_gb, or [model] params_b and mode"
_SHARED_OUT = ("ddp", "zero1", "zero2", "zero3", "fsdp")


def judge(plan: Plan, offer: Offer, now_s: float) -> list[Finding]:
    """What speaks for and against this offer. `now_s`: unix seconds, for the host's end date."""
    return [
        *_sizes(plan, offer),
        judge_price(plan, offer),
        *judge_terms(plan, offer, now_s),
    ]


def _sizes(plan: Plan, offer: Offer) -> Iterator[Finding]:
    gpus = gpus_used(plan, offer.num_gpus)
    yield judge_vram(plan, gpus, offer.vram_gib) or Finding(
        "vram",
        "warn",
        f"the plan does not say how much VRAM it needs; {SAY_VRAM}",
        None,
        None if offer.vram_gib is None else round(offer.vram_gib, 2),
        "GiB",
    )
    if (ram := ram_need(plan, gpus)) is not None:
        share = (
            "on the whole machine (the share is unknown)" if offer.share is None else "in this offer's share"
        )
        yield fit("ram", ram, offer.ram_gib, f"RAM {share}")
    yield from _disk(plan, offer)


def judge_vram(plan: Plan, gpus: int, have: float | None) -> Finding | None:
    """VRAM on each of `gpus` GPUs, `have` GiB there; None where the plan tells nothing of it.

    A given figure wins over the estimate, but one that the plan's own model cannot live with is said.
    """
    need = vram_need(plan, gpus)
    if need is None:
        return None
    finding = fit("vram", need, have, f"VRAM on {'the GPU' if gpus == 1 else f'each of {gpus} GPUs'}")
    alone = vram_estimate(plan, gpus)
    if plan.needs.vram_gb is None or alone is None:
        return finding
    spread = f"{said(alone.need)} ({said(alone.low)} to {said(alone.high)})"
    text = f"{finding.text}; its model is estimated at {spread}"
    doubtful = finding.status == "pass" and have is not None and have < alone.low
    return replace(finding, status="warn" if doubtful else finding.status, text=text)


def _disk(plan: Plan, offer: Offer) -> Iterator[Finding]:
    """What the offer has, and what the plan would rent of it: a rented disk cannot grow."""
    need = disk_need(plan)
    rented = plan.host.vast.disk_gb if plan.host.vast is not None else None
    have = offer.disk_space
    if rented is not None and have is not None and rented > have:
        text = f"the plan rents {rented:.0f} GB of disk, the offer has {have:.0f} GB at most"
        yield Finding("disk", "fail", text, rented, round(have, 2), "GB")
        return
    if need is None:
        return
    finding = fit("disk", need, have, "disk in the offer")
    if rented is not None and rented < need.need and finding.status != "fail":
        text = f"{finding.text}; the plan rents only {rented:.0f} GB, which cannot grow: raise disk_gb"
        finding = replace(finding, status="warn", text=text)
    yield finding


def gpus_used(plan: Plan, there: int | None) -> int:
    """How many GPUs share the work: a launcher that shards takes all there are."""
    if plan.model is not None and plan.model.sharding in _SHARED_OUT and there is not None:
        return max(plan.needs.gpus, there)
    return plan.needs.gpus


def to_json(findings: Sequence[Finding]) -> dict[str, object]:
    """`gate --json`: the verdict and every finding."""
    rows = [
        {
            "check": finding.check,
            "status": finding.status,
            "need": finding.need,
            "have": finding.have,
            "unit": finding.unit,
            "text": finding.text,
        }
        for finding in findings
    ]
    return {"verdict": verdict(findings), "findings": rows}
