"""The rest of an offer's fine print: is it to be had, how reliable, how long, how fast, which CUDA."""

from collections.abc import Iterator

from vasttui.gate.disk import fetched_gb
from vasttui.gate.finding import Finding, Status
from vasttui.gate.offer import Offer
from vasttui.plan.schema import Plan

_RELIABLE = 0.95
_DAY_H = 24.0
_SPARE_TIME = 1.5
_BF16_CAPABILITY = 800.0
_KERNELS_CAPABILITY = 750.0
_LONG_FETCH_MIN = 30.0
_MEGABITS_IN_GB = 8000.0


def judge_terms(plan: Plan, offer: Offer, now_s: float) -> Iterator[Finding]:
    """Findings in the order a renter asks."""
    if offer.rentable is False or offer.rented is True:
        yield Finding("rentable", "fail", "the offer cannot be rented now; search again")
    yield judge_gpus(plan, offer.num_gpus, offer.gpu_name)
    yield _reliability(plan, offer)
    yield _end(plan, offer, now_s)
    yield _network(plan, offer)
    yield _cuda(plan, offer)
    if (finding := judge_compute(plan, _dotted(offer.compute_cap))) is not None:
        yield finding
    yield _verified(offer)
    yield from _access(plan, offer)


def judge_gpus(plan: Plan, have: int | None, name: str) -> Finding:
    """How many GPUs against `needs.gpus`."""
    need = plan.needs.gpus
    if have is None:
        return Finding(
            "gpus", "warn", f"{need} GPUs needed, how many there are is unknown", need, None, "GPU"
        )
    what = f"{have} × {name}" if name else f"{have}"  # noqa: RUF001
    if have < need:
        return Finding("gpus", "fail", f"{need} GPUs needed, there are {what}", need, have, "GPU")
    more = f", {have - need} more than the plan uses" if have > need else ""
    return Finding("gpus", "pass", f"{what}, {need} needed{more}", need, have, "GPU")


def _reliability(plan: Plan, offer: Offer) -> Finding:
    asked, have = plan.needs.min_reliability, offer.reliability
    need = _RELIABLE if asked is None else asked
    whose = "the usual" if asked is None else "the plan's"
    if have is None:
        return Finding(
            "reliability", "warn", f"reliability unknown, {whose} least is {need:g}", need, None, ""
        )
    status: Status = "pass" if have >= need else ("warn" if asked is None else "fail")
    word = "at least" if have >= need else "below"
    return Finding("reliability", status, f"reliability {have:.3f}, {word} {whose} {need:g}", need, have, "")


def _end(plan: Plan, offer: Offer, now_s: float) -> Finding:
    """The host takes the machine back at `end_date`; an instance cannot be restarted after it."""
    left_s = offer.end_date - now_s if offer.end_date is not None else offer.duration
    hours = plan.needs.hours or plan.budget.max_hours
    if left_s is None:
        return Finding("end_date", "warn", "when the host takes it back is unknown", hours, None, "h")
    left = max(0.0, left_s / 3600)
    have = round(left, 1)
    if hours is None:
        status: Status = "pass" if left >= _DAY_H else "warn"
        return Finding("end_date", status, f"the host takes it back in {_span(left)}", None, have, "h")
    text = f"the host takes it back in {_span(left)}, the plan takes {_span(hours)}"
    if left < hours:
        return Finding("end_date", "warn" if plan.needs.hours is None else "fail", text, hours, have, "h")
    if left < hours * _SPARE_TIME:
        return Finding("end_date", "warn", f"{text}: little to spare", hours, have, "h")
    return Finding("end_date", "pass", text, hours, have, "h")


def _network(plan: Plan, offer: Offer) -> Finding:
    need, have = plan.needs.min_down_mbps, offer.inet_down
    if have is None:
        return Finding("network", "warn", "download speed is unknown", need, None, "Mbit/s")
    if need is not None and have < need:
        return Finding("network", "fail", f"{have:.0f} Mbit/s down, {need:.0f} needed", need, have, "Mbit/s")
    fetched = fetched_gb(plan)
    if not fetched:
        return Finding("network", "pass", f"{have:.0f} Mbit/s down", need, have, "Mbit/s")
    minutes = fetched * _MEGABITS_IN_GB / have / 60
    status: Status = "pass" if minutes <= _LONG_FETCH_MIN else "warn"
    text = f"{fetched:.0f} GB to fetch at {have:.0f} Mbit/s take about {_span(minutes / 60)}"
    return Finding("network", status, text, need, have, "Mbit/s")


def _cuda(plan: Plan, offer: Offer) -> Finding:
    need, have = plan.needs.min_cuda, offer.cuda_max_good
    if have is None:
        return Finding("cuda", "warn", "which CUDA the driver serves is unknown", need, None, "")
    if need is not None and have < need:
        return Finding(
            "cuda", "fail", f"the driver serves CUDA {have:g} at most, {need:g} needed", need, have, ""
        )
    return Finding("cuda", "pass", f"the driver serves CUDA up to {have:g}", need, have, "")


def judge_compute(plan: Plan, capability: float | None) -> Finding | None:
    """Does the GPU's generation (8.9 for an RTX 4090) do what the plan computes in? None: nothing to say."""
    model = plan.model
    if model is None or capability is None:
        return None
    cap = capability * 100
    if model.precision in ("bf16", "pure_bf16") and cap < _BF16_CAPABILITY:
        text = f"compute capability {capability:g} has no bf16 of its own (8.0 and up do); use fp16 here"
        return Finding("compute", "warn", text, _BF16_CAPABILITY / 100, capability, "")
    if model.mode in ("qlora4", "qlora8") and cap < _KERNELS_CAPABILITY:
        text = f"compute capability {capability:g} is older than the quantised kernels are made for (7.5)"
        return Finding("compute", "warn", text, _KERNELS_CAPABILITY / 100, capability, "")
    return Finding("compute", "pass", f"compute capability {capability:g}", None, capability, "")


def _verified(offer: Offer) -> Finding:
    if offer.verification == "verified":
        return Finding("verified", "pass", "the market has tested this machine")
    what = offer.verification or "verification unknown"
    return Finding("verified", "warn", f"{what}: the market does not vouch for this machine")


def _access(plan: Plan, offer: Offer) -> Iterator[Finding]:
    if offer.direct_port_count == 0:
        yield Finding("ssh", "warn", "no direct SSH port, only the market's proxy: slow for files")
    if plan.host.vast is not None and plan.host.vast.interruptible:
        yield Finding(
            "interruptible", "warn", "interruptible: a higher bid stops it without notice; keep checkpoints"
        )


def _dotted(compute_cap: float | None) -> float | None:
    """890, as the API writes it, as 8.9."""
    return None if compute_cap is None else compute_cap / 100


def _span(hours: float) -> str:
    if hours >= 2 * _DAY_H:
        return f"{hours / _DAY_H:.0f} days"
    return f"{hours:.1f} h" if hours >= 1 else f"{hours * 60:.0f} min"
