"""What an offer costs for the whole plan: GPU, storage and bandwidth, against the budget."""

from dataclasses import dataclass

from vasttui.gate.disk import checkpoint_bytes, fetched_gb
from vasttui.gate.estimate import GB
from vasttui.gate.finding import Finding, Status
from vasttui.gate.offer import Offer
from vasttui.plan.schema import Plan, VastSpec

_HOURS_A_MONTH = 720.0
_OVER_BUDGET = 1.1


@dataclass(frozen=True, slots=True)
class Cost:
    """Dollars: an hour of it all, moving data once, and the plan's whole; `hours` None where unknown.

    `bounded`: the hours are the budget's limit, not an expectation.
    """

    hourly: float
    moving: float
    hours: float | None
    bounded: bool

    @property
    def total(self) -> float | None:
        """For the whole plan."""
        return None if self.hours is None else self.hourly * self.hours + self.moving


def cost_of(plan: Plan, offer: Offer) -> Cost | None:
    """What the plan would cost there; None where the offer tells no price."""
    hourly = _hourly(plan.host.vast or VastSpec(), offer)
    if hourly is None:
        return None
    moving = (fetched_gb(plan) or 0.0) * (offer.inet_down_cost or 0.0)
    if (each := checkpoint_bytes(plan)) is not None:
        moving += each.need / GB * (offer.inet_up_cost or 0.0)
    hours = plan.needs.hours or plan.budget.max_hours
    return Cost(hourly, moving, hours, bounded=plan.needs.hours is None)


def _hourly(vast: VastSpec, offer: Offer) -> float | None:
    """Dollars an hour with the plan's disk: the listed total holds only the disk it was searched with."""
    if vast.interruptible and offer.min_bid is not None:
        base = offer.min_bid
    elif offer.dph_base is not None:
        base = offer.dph_base
    else:
        return offer.dph_total
    return base + vast.disk_gb * (offer.storage_cost or 0.0) / _HOURS_A_MONTH


def judge_price(plan: Plan, offer: Offer) -> Finding:
    """The projected total against `budget.max_usd`, and the hourly price against `host.vast.max_usd_h`."""
    cost = cost_of(plan, offer)
    limit_h = plan.host.vast.max_usd_h if plan.host.vast is not None else None
    limit = plan.budget.max_usd
    if cost is None:
        return Finding(
            "price", "warn", "the offer tells no price; look it up before renting", limit, None, "USD"
        )
    hour = f"${cost.hourly:.3f} an hour with its disk"
    if limit_h is not None and cost.hourly > limit_h:
        text = f"{hour}, above the plan's ${limit_h:.3f} an hour; take a cheaper offer or raise max_usd_h"
        return Finding("price", "fail", text, limit_h, round(cost.hourly, 4), "USD/h")
    if cost.total is None:
        bought = (
            ""
            if limit is None
            else f"; ${limit:.2f} buys {max(0.0, limit - cost.moving) / cost.hourly:.1f} h"
        )
        text = f"{hour}{bought}; give needs.hours to project the whole plan"
        return Finding("price", "pass", text, limit, None, "USD")
    sum_text = f"{cost.hours:g} h × ${cost.hourly:.3f} + ${cost.moving:.2f} to move data"  # noqa: RUF001
    if limit is None:
        text = f"${cost.total:.2f} for the plan = {sum_text}; no budget is set"
        return Finding("price", "pass", text, None, round(cost.total, 2), "USD")
    status = _against(cost, cost.total, limit)
    word = "within" if cost.total <= limit else "above"
    text = f"${cost.total:.2f} for the plan, {word} the budget of ${limit:.2f} = {sum_text}"
    return Finding("price", status, text, limit, round(cost.total, 2), "USD")


def _against(cost: Cost, total: float, limit: float) -> Status:
    """Only the user's own hours make it a misfit: a limit on hours need not be reached."""
    if total <= limit:
        return "pass"
    return "fail" if total > limit * _OVER_BUDGET and not cost.bounded else "warn"
