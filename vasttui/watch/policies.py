"""When the plan ends a rented machine by itself. Pure: what was seen comes in, what is due comes out."""

from dataclasses import dataclass
from typing import Literal

from vasttui.monitor.check import Verdict
from vasttui.monitor.reading import Exit
from vasttui.monitor.words import duration, usd
from vasttui.plan import Plan
from vasttui.plan.schema import EndAction

Policy = Literal["on_done", "on_crash", "on_budget", "on_idle", "asked"]
"""Keys of `[ending]`; `asked`: by hand."""
POLICIES: tuple[Policy, ...] = ("on_done", "on_crash", "on_budget", "on_idle")


@dataclass(frozen=True, slots=True)
class Seen:
    """What the policies judge. `by_us`: the run was killed from here, and whoever did chose for the machine.

    `spent_usd`: what the run's machines have cost so far, storage and traffic included. Times unix s.
    """

    now: float
    exit: Exit | None = None
    verdict: Verdict | None = None
    by_us: bool = False
    spent_usd: float | None = None


@dataclass(frozen=True, slots=True)
class Due:
    """An end that is due: which line of the plan wants it, what it does, and why in words."""

    policy: Policy
    meter: Literal["stop", "destroy"]
    why: str

    @property
    def text(self) -> str:
        """For screen, STATUS.md and journal."""
        return f"{self.policy} = {self.meter}: {self.why}"


def due(plan: Plan, seen: Seen) -> Due | None:
    """What is to be done about the machine now; None: nothing.

    A run that ended short of its work counts as crashed. A kill from here settles `on_done` and `on_crash`;
    a machine that was kept then still idles.
    """
    ending = plan.ending
    if seen.exit is None:
        return _budget(plan, seen)
    if not seen.by_us:
        policy: Policy = "on_done" if seen.verdict is Verdict.DONE else "on_crash"
        action = ending.on_done if policy == "on_done" else ending.on_crash
        if found := _due(policy, action, "the run is done" if policy == "on_done" else "the run broke off"):
            return found
    idle_s = seen.now - seen.exit.ts
    if ending.idle_minutes is not None and idle_s >= ending.idle_minutes * 60.0:
        return _due("on_idle", ending.on_idle, f"nothing has run for {duration(idle_s)}")
    return None


def next_at(plan: Plan, seen: Seen, usd_h: float | None) -> float | None:
    """When something will be due if nothing else happens (unix s); None: nothing will."""
    if due(plan, seen) is not None:
        return seen.now
    ending = plan.ending
    if seen.exit is not None:
        idles = ending.idle_minutes is not None and ending.on_idle != "keep"
        return seen.exit.ts + (ending.idle_minutes or 0.0) * 60.0 if idles else None
    most = plan.budget.max_usd
    if most is None or ending.on_budget == "keep" or not usd_h:
        return None
    return seen.now + (most - (seen.spent_usd or 0.0)) / usd_h * 3600.0


def _budget(plan: Plan, seen: Seen) -> Due | None:
    most, spent = plan.budget.max_usd, seen.spent_usd
    if most is None or spent is None or spent < most:
        return None
    return _due("on_budget", plan.ending.on_budget, f"{usd(spent)} of {usd(most)} are spent")


def _due(policy: Policy, action: EndAction, why: str) -> Due | None:
    return None if action == "keep" else Due(policy, action, why)
