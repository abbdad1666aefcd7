"""Every point at which a rental's process can die, times every fault of the market.

A cell is one life: rent (and end) until killed, then a new process that reconciles, looks, and rents again.
What must hold: whatever exists is shown with its cost, and there is never more than one machine.
"""

from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from tests.rental.arriving import begun_twice, bring_up
from tests.rental.endings import kill_it, launched, relaunch_elsewhere, stop_it
from tests.rental.killing import PLAN, Fate, KilledError, Stage, staged
from vasttui.cloud.client import Vast
from vasttui.cloud.emulator.faults import Fault
from vasttui.cloud.errors import CloudError
from vasttui.watch.reconcile import SETTLE_S, account_of, end, reconcile
from vasttui.watch.rental import rent
from vasttui.watch.rentals_journal import Rentals

FAULTS: dict[str, tuple[Fault, ...]] = {
    "none": (),
    "lost_reply": (Fault(kind="lost_reply", route="create"),),
    "no_reply, made": (Fault(kind="no_reply", route="create", done=True),),
    "no_reply, not made": (Fault(kind="no_reply", route="create"),),
    "500, made": (Fault(kind="server_error", route="create", done=True),),
    "500, not made": (Fault(kind="server_error", route="create"),),
    "500 everywhere": tuple(
        Fault(kind="server_error", route=route, status=503, times=2)
        for route in ("list", "show", "user", "destroy", "manage")
    ),
    "429 on create": (Fault(kind="too_many_requests", route="create"),),
    "429 everywhere": tuple(
        Fault(kind="too_many_requests", route=route, seconds=5.0)
        for route in ("list", "show", "user", "destroy", "manage")
    ),
    "offer_gone": (Fault(kind="offer_gone", times=2),),
    "create_fails_leaves, told": (Fault(kind="create_leaves_instance"),),
    "create_fails_leaves, silent": (Fault(kind="create_leaves_instance", told=False),),
    "credit_low": (Fault(kind="credit_low"),),
    "stuck_loading": (Fault(kind="stuck_loading"),),
    "boot_fails": (Fault(kind="boot_fails", seconds=5.0),),
    "outbid": (Fault(kind="outbid", seconds=0.0),),
    "host_offline": (Fault(kind="host_offline", seconds=0.0),),
    "no_ports_shown": (Fault(kind="no_ports_shown", times=None),),
    "slow_destroy": (Fault(kind="boot_fails", seconds=5.0), Fault(kind="slow_destroy", seconds=45.0)),
    "destroy_ignored": (Fault(kind="boot_fails", seconds=5.0), Fault(kind="destroy_ignored", times=2)),
    "lost destroy reply": (
        Fault(kind="boot_fails", seconds=5.0),
        Fault(kind="lost_reply", route="destroy"),
    ),
}
REPEATS = 2  # of a point that is passed often, these many occasions are tried


@dataclass(frozen=True, slots=True)
class Life:
    """What one cell came to. `unseen` bill and are not shown; `most`: machines that ran at one time."""

    point: str
    fault: str
    unseen: int
    most: int
    left_open: int

    @property
    def is_good(self) -> bool:
        """Nothing bills unseen, nothing was rented twice, no intent stays open."""
        return self.unseen == 0 and self.most <= 1 and self.left_open == 0


Act = Callable[[Vast, Rentals, Stage], Awaitable[None]]


async def rent_it(vast: Vast, rentals: Rentals, stage: Stage) -> None:
    """The offers that were found, cheapest first."""
    await rent(vast, rentals, PLAN, stage.offers)


async def rent_and_stop(vast: Vast, rentals: Rentals, stage: Stage) -> None:
    """Rent, then stop."""
    rented = await rent(vast, rentals, PLAN, stage.offers)
    await end(vast, rentals, await account_of(vast), rented.instance.id, "stop")


async def rent_and_destroy(vast: Vast, rentals: Rentals, stage: Stage) -> None:
    """Rent, then destroy."""
    rented = await rent(vast, rentals, PLAN, stage.offers)
    await end(vast, rentals, await account_of(vast), rented.instance.id, "destroy")


async def rent_after_a_crash(vast: Vast, rentals: Rentals, stage: Stage) -> None:
    """Rent when an earlier process has died with its create just answered."""
    with suppress(KilledError, CloudError):
        async with stage.process(Fate(("after: rent offer", 0))) as (earlier, theirs):
            await rent(earlier, theirs, PLAN, stage.offers)
    await rent(vast, rentals, PLAN, stage.offers)


ACTS: dict[str, Act] = {
    "rent": rent_it,
    "stop": rent_and_stop,
    "destroy": rent_and_destroy,
    "rent again": rent_after_a_crash,
    "kill": kill_it,
    "kill, stop": stop_it,
    "relaunch": relaunch_elsewhere,
    "bring up": bring_up,
}
# These begin with a run that is launched, and the next process does them again.
AGAIN: frozenset[Act] = frozenset({kill_it, stop_it, relaunch_elsewhere})
# Faults that may strike them.
AT_ENDS = (
    *("none", "500 everywhere", "429 everywhere", "host_offline", "outbid"),
    *("slow_destroy", "destroy_ignored", "lost destroy reply"),
)
AT_STOPS = ("none", "500 everywhere", "outbid")
AT_RELAUNCH = (
    *("none", "500 everywhere", "destroy_ignored", "lost destroy reply"),
    *("lost_reply", "no_reply, made", "create_fails_leaves, silent"),
)

AT_BRINGING_UP = (
    *("none", "lost_reply", "no_reply, made", "500 everywhere", "429 everywhere"),
    *("create_fails_leaves, told", "boot_fails", "outbid", "host_offline", "no_ports_shown"),
    "destroy_ignored",
)


def faults_of(name: str) -> tuple[str, ...]:
    """Those worth trying with an act."""
    chosen = {"kill": AT_ENDS, "kill, stop": AT_STOPS, "relaunch": AT_RELAUNCH}
    if name == "bring up":
        return AT_BRINGING_UP
    return chosen.get(name, tuple(FAULTS))


async def live(folder: Path, fault: str, act: Act, at: tuple[str, int] | None) -> tuple[Life, Fate]:
    """One life, killed at `at`, and the next one."""
    fate = Fate(at)
    begins = act in AGAIN  # what strikes then are the faults, not what was there before
    async with staged(folder, *(() if begins else FAULTS[fault])) as stage:
        if begins:
            async with stage.process() as (vast, rentals):
                await launched(vast, rentals, stage)
            for one in FAULTS[fault]:
                stage.emulator.world.faults.add(one)
        with suppress(KilledError, CloudError):
            async with stage.process(fate) as (vast, rentals):
                await act(vast, rentals, stage)
        async with stage.process() as (vast, rentals):
            unseen = await _unseen(vast, rentals, stage)
            with suppress(CloudError):
                await (act if begins or act is bring_up else rent_it)(vast, rentals, stage)
            # Whatever was under way comes to its end.
            await stage.emulator.advance(SETTLE_S)
            unseen += await _unseen(vast, rentals, stage)
            left_open = len((await reconcile(vast, rentals)).pending)
            if act is kill_it:
                left_open += len(stage.there)  # it was asked for twice
            if act is bring_up:
                left_open += begun_twice(stage)
        return Life(at[0] if at else "none", fault, unseen, _most(stage), left_open), fate


async def _unseen(vast: Vast, rentals: Rentals, stage: Stage) -> int:
    """What exists and is not shown as ours; a market in trouble is asked again, as a person would."""
    try:
        found = await reconcile(vast, rentals)
    except CloudError:
        found = await reconcile(vast, rentals)
    await stage.emulator.settle()
    ours = {meter.instance.id for meter in found.meters if meter.whose != "foreign" and meter.usd is not None}
    return len(stage.there - ours)


def _most(stage: Stage) -> int:
    """How many machines ran, or were about to, at one time; one that was ordered to stop does not count."""
    world = stage.emulator.world
    moments: list[tuple[float, int]] = []
    for one in [*world.past, *world.instances.values()]:
        if not any(what == "place" for _, what in one.history):
            continue  # never more than a stopped rest
        ends = [at for at, what in one.history if what in ("stopped", "outbid", "gone")]
        moments += [(one.created_at, 1), (min([one.destroyed_at or world.now, *ends]), -1)]
    at_once = most = 0
    for _, change in sorted(moments):
        at_once += change
        most = max(most, at_once)
    return most


async def points_of(folder: Path, fault: str, act: Act) -> list[tuple[str, int]]:
    """The points that such a life passes; of those passed often, the first and the last."""
    _, fate = await live(folder, fault, act, None)
    chosen: list[tuple[str, int]] = []
    for point, times in fate.passed.items():
        chosen += [(point, 0)] + ([(point, times - 1)] if times >= REPEATS else [])
    return chosen
