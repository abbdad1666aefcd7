"""The plan's policies carried out: beside a live watch of a run on a rented machine.

ender = ender_of(live, rentals, access.open); task = asyncio.create_task(ender.watch())
"""

import asyncio
import time
from collections.abc import Callable
from contextlib import suppress
from typing import TYPE_CHECKING

from vasttui.cloud.errors import CloudError
from vasttui.cloud.instance import Instance
from vasttui.hosts.protocol import HostError
from vasttui.logs.clean import clean_line
from vasttui.watch.acts import was_killed
from vasttui.watch.ending import (
    EndingElsewhereError,
    Ground,
    How,
    NotPulledError,
    end_run,
    only_one,
    unfinished_end,
)
from vasttui.watch.lease import renew_every_s
from vasttui.watch.live import LiveSession
from vasttui.watch.meters import cost_so_far, usd_h_now
from vasttui.watch.policies import POLICIES, Due, Policy, Seen, due, next_at
from vasttui.watch.rentals_journal import Rental, Rentals

if TYPE_CHECKING:
    from vasttui.cloud.client import Vast

ASK_EVERY_S = 300.0
RETRY_S = (30.0, 600.0)
IDLE_LOOK_S = 60.0  # so often it is looked whether a new attempt runs
SHORTEST_IDLE_S = 0.5
_LONGEST_WAIT_S = 600.0
_NOTHING_S = 30.0


def running_rental(rentals: Rentals, run: str) -> Rental | None:
    """What a run's machine was rented as, unless it was given back or stopped by us."""
    rental = rentals.of_run(run)
    if rental is None or rental.state == "closed":
        return None
    attempts = rentals.journal.attempts(run)
    launched_at = attempts[-1].started_at if attempts else rental.asked_at
    ended = any(
        one.instance == rental.instance and one.done_at is not None and one.done_at >= launched_at
        for one in rentals.orders(rental.account)
    )
    return None if ended else rental


def bills_on(rentals: Rentals, run: str) -> str:
    """That a run's machine goes on billing, and how to end that; empty where it does not."""
    rental = running_rental(rentals, run)
    if rental is None or rental.instance is None:
        return ""
    price = f" at ${rental.usd_h:.3f} an hour" if rental.usd_h is not None else ""
    how = f"vasttui kill {run} --destroy" if rentals.journal.attempts(run) else ""
    how = how or f"vasttui instances --destroy {rental.instance}"
    return f"instance {rental.instance} bills on{price}; {how} ends that"


class Ender:
    """One run's. `open_vast` None: no key is at hand, which is told where one is needed."""

    def __init__(
        self,
        live: LiveSession,
        rentals: Rentals,
        open_vast: "Callable[[], Vast] | None",
        clock: Callable[[], float] = time.time,
    ) -> None:
        self.told: list[str] = []
        self._live = live
        self._rentals = rentals
        self._open_vast = open_vast
        self._clock = clock
        self._news = asyncio.Event()
        self._meter: Instance | None = None
        self._asked_at = 0.0
        self._failures = 0
        self._retry_at = 0.0
        self._renewed_at = 0.0
        self._busy = asyncio.Lock()

    async def watch(self) -> None:
        """Until cancelled. What is under way then is taken up by the next watch."""
        listening = asyncio.create_task(self._listen())
        try:
            while True:
                try:
                    await self.consider()
                except Exception as error:  # noqa: BLE001 - a fault of ours must be seen, and not end the policies
                    self._fail()
                    self._say(f"the plan's policies broke: {type(error).__name__}: {error}")
                with suppress(TimeoutError):
                    async with asyncio.timeout(self._wait_s()):
                        await self._news.wait()
                self._news.clear()
        finally:
            listening.cancel()
            await asyncio.gather(listening, return_exceptions=True)

    async def consider(self) -> None:
        """Do what is due now, to its end. Only the watcher does, never a mirror."""
        async with self._busy:
            live = self._live
            rental = running_rental(self._rentals, live.run.name)
            if live.role != "watcher" or live.attempt is None or rental is None or not live.checks:
                return
            now = self._clock()
            await self._renew(now)
            if now < self._retry_at:
                return
            try:
                with only_one(live.run.name):
                    begun = self._unfinished()
            except EndingElsewhereError:
                return
            found = begun or due(live.plan, await self._seen(rental))
            if found is not None:
                await self._act(rental, found)

    async def settle(self, tell: Callable[[str], None]) -> None:
        """The watch is over: do what is due, wait for what is under way, and tell all of it."""
        await self.consider()
        for line in self.told:
            tell(clean_line(line))

    def now(self) -> float:
        """Unix s by its clock."""
        return self._clock()

    def idle_at(self) -> float | None:
        """When the plan ends the machine because nothing runs there (unix s); None: it does not, or did."""
        rental = running_rental(self._rentals, self._live.run.name)
        judged = self._judged(self._clock())
        if rental is None or judged.exit is None:
            return None
        at = next_at(self._live.plan, judged, rental.usd_h)
        return None if at is None else max(at, self._retry_at)

    async def idle(self, tell: Callable[[str], None]) -> None:
        """Stay after the end until `idle_minutes` have ended the machine, or a new attempt runs."""
        told = len(self.told)
        while (at := self.idle_at()) is not None:
            await asyncio.sleep(max(SHORTEST_IDLE_S, min(IDLE_LOOK_S, at - self._clock())))
            await self.consider()
            for line in self.told[told:]:
                tell(clean_line(line))
            told = len(self.told)

    async def _listen(self) -> None:
        was: tuple[object, ...] = ()
        async for seen in self._live.changes():
            now = (seen.exit is not None, seen.verdict, seen.check is not None and seen.check.reason)
            if now != was:
                was = now
                self._news.set()

    def _wait_s(self) -> float:
        rental = running_rental(self._rentals, self._live.run.name)
        if rental is None or self._live.role != "watcher":
            return _NOTHING_S  # a new attempt, or the watcher's end, may change that
        now = self._clock()
        at = next_at(self._live.plan, self._judged(now), rental.usd_h)
        longest_s = min(_LONGEST_WAIT_S, renew_every_s(self._live.plan) or _LONGEST_WAIT_S)
        until = [now + longest_s, *([] if at is None else [at])]
        return max(1.0, max(min(until), self._retry_at) - now)

    async def _renew(self, now: float) -> None:
        """Somebody attends the run that is over: the machine need not end itself."""
        live, every_s = self._live, renew_every_s(self._live.plan)
        if every_s is None or live.attempt is None or live.snapshot().exit is None:
            return
        if now - self._renewed_at >= every_s:
            self._renewed_at = now
            with suppress(HostError):  # it is renewed again in a while
                await live.host.renew(live.attempt.ref)

    def _unfinished(self) -> Due | None:
        """An end that an earlier process began."""
        attempt = self._live.attempt
        begun = unfinished_end(self._live.journal, attempt) if attempt is not None else None
        if begun is None:
            return None
        kind, why = begun
        found: list[Policy] = [policy for policy in POLICIES if why.startswith(policy)]
        return Due(found[0] if found else "asked", kind, "begun before, and gone on with")

    def _judged(self, now: float) -> Seen:
        seen, live = self._live.snapshot(), self._live
        attempt, exit_, check = live.attempt, seen.exit, seen.check
        if exit_ is not None and (check is None or check.ts < exit_.ts):
            exit_ = None  # heard of, but not judged yet: a verdict is to come
        by_us = attempt is not None and exit_ is not None and was_killed(live.journal, attempt, exit_)
        return Seen(max(now, seen.now_ts), exit_, seen.verdict, by_us, self._spent(now))

    async def _seen(self, rental: Rental) -> Seen:
        now = self._clock()
        plan = self._live.plan
        wants = plan.budget.max_usd is not None and plan.ending.on_budget != "keep"
        if wants and self._open_vast is not None and now - self._asked_at >= ASK_EVERY_S:
            self._asked_at = now
            with suppress(CloudError):  # the last reading still holds; the market is asked again later
                async with self._open_vast() as vast:
                    self._meter = await vast.instance(rental.instance or 0)
                if self._meter is not None and (cost := cost_so_far(self._meter, now)) is not None:
                    rate = usd_h_now(self._meter) or 0.0
                    self._rentals.bill(rental.account, rental.instance or 0, now, cost.usd, rate)
        return self._judged(now)

    def _spent(self, now: float) -> float | None:
        """All machines of the run together; the forecast's figure where the market told nothing."""
        if self._meter is None:
            return self._live.snapshot().forecast.spent_usd
        cost = cost_so_far(self._meter, now)
        before = self._rentals.billed(self._live.run.name, besides=self._meter.id)
        return None if cost is None else before + cost.usd

    async def _act(self, rental: Rental, found: Due) -> None:
        if self._open_vast is None:
            self._say(f"{found.text}; no API key is at hand, so the machine bills on: set VAST_API_KEY")
            self._fail()
            return
        live = self._live
        ground = Ground(live.journal, self._rentals, live.run, live.plan, live.host, rental, self._open_vast)
        self._say(found.text)
        try:
            try:
                await end_run(ground, How(found.meter, reason=found.text), self._say)
            except NotPulledError as error:
                self._say(f"{error}; it is stopped instead, which keeps its disk")
                await end_run(ground, How("stop", pull=False, reason=found.text), self._say)
        except (HostError, CloudError) as error:
            self._fail()
            again = f"again in {self._retry_at - self._clock():.0f} s"
            self._say(f"{found.policy} = {found.meter} failed: {error}; {again}")

    def _fail(self) -> None:
        first, most = RETRY_S
        self._retry_at = self._clock() + min(most, first * 2**self._failures)
        self._failures += 1

    def _say(self, line: str) -> None:
        self.told.append(line)
        self._live.tell_ending(line)
