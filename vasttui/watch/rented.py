"""A run on a rented machine: bring-up first, then the live watch, with the meter beside it.

Before the launch this session shows the steps (`Snapshot.bringup`) and, where one has failed, what can be
done about it (`remedies`). After it everything is the `LiveSession`'s.
"""

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

import msgspec

from vasttui.cloud.errors import CloudError
from vasttui.gate.offer import Offer
from vasttui.hosts.protocol import Host, HostError, Stopped
from vasttui.monitor.check import Phase
from vasttui.plan import Plan
from vasttui.plan.error import PlanError
from vasttui.plan.load import load_plan
from vasttui.plan.write import plan_text
from vasttui.watch.access import Access
from vasttui.watch.bringup import Board
from vasttui.watch.broadcast import Broadcast
from vasttui.watch.ender import Ender, running_rental
from vasttui.watch.ending import Ground, How, NotPulledError, end_run
from vasttui.watch.given_back import GivenBack
from vasttui.watch.journal import Attempt, Journal, RunRow
from vasttui.watch.live import LiveSession
from vasttui.watch.lock import HeldError, RunLock
from vasttui.watch.moving_in import NO_KEY, MovingIn, UnfitError, Wanted
from vasttui.watch.paths import StateError
from vasttui.watch.probing import follow_probe
from vasttui.watch.rentals_journal import EndKind, Rental
from vasttui.watch.rented_host import RentedHost, host_of
from vasttui.watch.session import BringUpStep, ControlError, Meter, Remedy, RentalView, RunView, Snapshot
from vasttui.watch.stay import Stay, priced

Narrate = Callable[[BringUpStep], None]
NOT_YET = "nothing is launched yet: the machine is being brought up"
READ_METER_S = 600.0
LAST_STEPS = ("probe", "baseline")
EVERY_REMEDY: tuple[Remedy, ...] = ("retry", "next", "destroy")


class RentedSession:
    """One run on a rented machine. `failure`: why the bring-up stands; `live`: the watch, once launched.

    `narrate` hears of every step that changes, `report` of what happens on the market.
    """

    def __init__(
        self,
        journal: Journal,
        run: RunRow,
        plan: Plan,
        access: Access | None,
        wanted: Wanted,
        *,
        narrate: Narrate = lambda _: None,
        report: Callable[[str], None] = lambda _: None,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self.journal = journal
        self.plan = plan
        self.access = access
        self.failure: CloudError | HostError | HeldError | None = None
        self.live: LiveSession | None = None
        self.ender: Ender | None = None
        self.launched = asyncio.Event()
        self.stopped = asyncio.Event()
        self.narrate = narrate
        self._clock = clock
        self._news = Broadcast()
        self._lock = RunLock(run.name)
        self._message = ""
        self._not_pulled = ""
        self._tasks: list[asyncio.Task[None]] = []
        self.board = Board(clock, self._step_changed)
        self.moving = MovingIn(journal, run, plan, access, wanted, self.board, report)
        rental = self.moving.rentals.of_run(run.name)
        if rental is not None:
            self.board.restore(self.moving.kept.steps(rental.label))
        if rental is not None and rental.state != "closed":
            self.moving.stay = Stay(rental)

    @property
    def run(self) -> RunRow:
        """The run; its host is known once the machine answers."""
        return self.moving.run

    # -- pictures ------------------------------------------------------------------------------------

    def snapshot(self) -> Snapshot:
        """The live picture, or the bring-up's."""
        seen = self.live.snapshot() if self.live is not None else self._before_launch()
        rental = self._rental()
        forecast = seen.forecast
        if rental is None and seen.exit is not None:  # given back: nothing burns any more
            forecast = msgspec.structs.replace(forecast, burn_usd_h=None)
        return replace(
            seen,
            bringup=self.board.steps,
            remedies=self._remedies(),
            rental=rental,
            forecast=forecast,
            message=seen.message or self._message,
        )

    def changes(self) -> AsyncIterator[Snapshot]:
        """A picture whenever there is news."""
        return self._news.pictures(self.snapshot)

    def _before_launch(self) -> Snapshot:
        run = self.run
        stay = self.moving.stay
        view = RunView(
            name=run.name,
            command=self.plan.run.command,
            host=run.host,
            started_at=run.created_at,
            total_steps=self.plan.run.total_steps,
            price_usd_h=stay.rental.usd_h if stay is not None else None,
        )
        return Snapshot(
            run=view,
            role="mirror" if isinstance(self.failure, HeldError) else "watcher",
            link="ended" if self.failure is not None else "connecting",
            now_ts=self._clock(),
            phase=Phase.PROBE,
            findings=self.moving.findings,
        )

    def _rental(self) -> RentalView | None:
        stay = self.moving.stay
        if stay is None:
            return None
        return replace(stay.view(self._clock()), not_pulled=self._not_pulled)

    def _remedies(self) -> tuple[Remedy, ...]:
        if not any(step.state == "failed" for step in self.board.steps):
            return ()
        if self._tasks and not self.stopped.is_set():
            return ()
        return EVERY_REMEDY if self.moving.stay is not None else ("retry",)

    # -- life ----------------------------------------------------------------------------------------

    async def start(self) -> None:
        """Go on where the run stands: bring-up, or the watch."""
        if self._tasks and not self.stopped.is_set():
            return
        self.failure = None
        self.stopped.clear()
        self._tasks = [asyncio.create_task(self._go())]

    async def close(self) -> None:
        """End the watching; machine and run go on, and so does the bill."""
        await self._end_tasks()
        if self.live is not None:
            await self.live.close()
        if self.moving.rentals.of_run(self.run.name) is None:  # nothing was ever rented for it
            self.journal.drop_run_if_never_launched(self.run)
        await self.moving.let_go()
        self._lock.release()
        self._news.close()

    async def until_launched(self) -> None:
        """Wait for the launch.

        Raises:
            CloudError, HostError, HeldError: the bring-up stands, and why.
        """
        await self.start()
        waits = [asyncio.create_task(event.wait()) for event in (self.launched, self.stopped)]
        try:
            await asyncio.wait(waits, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for wait in waits:
                wait.cancel()
            await asyncio.gather(*waits, return_exceptions=True)
        if self.failure is not None:
            raise self.failure

    async def _go(self) -> None:
        try:
            if self.live is None:
                if (attempt := self._attempt()) is None:
                    self._lock.acquire()
                    await self.moving.go()
                else:
                    await self._go_on(attempt)
                self._attend()
            self.launched.set()
        except (CloudError, HostError, HeldError) as error:
            self._fail(error)
        except Exception as error:  # noqa: BLE001 - a fault of ours must show on the screen, not vanish with the task
            fault = f"the bring-up broke: {type(error).__name__}: {error}"
            self._fail(HostError(fault, "the machine bills on: vasttui instances shows it"))
        finally:
            self._news.tell()

    async def _go_on(self, attempt: Attempt) -> None:
        """Before an attempt is attended: was it ever begun? Where another watcher has it, that one knows."""
        with suppress(HeldError):
            self._lock.acquire()
            await self.moving.go_on(attempt)

    def _attend(self) -> None:
        """From here on the live session watches; it takes the run's lock over."""
        moving = self.moving
        rental = moving.stay.rental if moving.stay is not None else None
        inner, moving.host = moving.host, None
        if inner is not None and rental is not None:
            host: Host = RentedHost(self.run.host, rental, self.access, self._moved, inner)
        else:
            host = host_of(moving.rentals, self.run, self.access)
            if isinstance(host, GivenBack):
                self._message = host.told
        self._lock.release()
        self.live = LiveSession(self.journal, self.run, priced(self.plan, rental), host)
        self.live.meter_ended = lambda: running_rental(moving.rentals, self.run.name) is None
        self._tasks += self._watching(self.live)

    def _watching(self, live: LiveSession) -> list[asyncio.Task[None]]:
        """The watch, and the plan's policies beside it."""
        self.ender = Ender(live, self.moving.rentals, self.access.open if self.access is not None else None)
        work = (self._relay(live), self.ender.watch(), self._read_meter())
        return [asyncio.create_task(one) for one in work]

    async def _read_meter(self) -> None:
        """State and price of the machine, at once where they are not known, then now and then."""
        stay = self.moving.stay
        wait_s = 0.0 if stay is not None and stay.instance is None else READ_METER_S
        while True:
            await asyncio.sleep(wait_s)
            with suppress(CloudError):  # what was read before still holds
                await self.moving.read_meter()
                self._news.tell()
            wait_s = READ_METER_S

    def _moved(self, place: str) -> None:
        """The machine came back at another address."""
        self.journal.move_run(self.run.name, place)
        self.moving.run = replace(self.run, host=place)

    async def _relay(self, live: LiveSession) -> None:
        """The live session's news are ours; the last steps of the bring-up are read from them."""
        await live.start()
        async for seen in live.changes():
            if self.moving.stay is not None and live.role == "watcher":
                follow_probe(self.board, self.plan, seen)
            self._news.tell()

    # -- controls ------------------------------------------------------------------------------------

    async def check_now(self) -> None:
        """Look now."""
        await self._launched().check_now()

    async def pause(self, paused: bool) -> None:
        """Hold or resume the cadence."""
        await self._launched().pause(paused)

    async def acknowledge(self, rule: str) -> None:
        """The user has seen this alert."""
        await self._launched().acknowledge(rule)

    async def snooze(self, rule: str, seconds: float, reason: str) -> None:
        """Silence an alert for a while."""
        await self._launched().snooze(rule, seconds, reason)

    async def kill(self, meter: Meter = "keep") -> Stopped:
        """Stop the process group, then the meter where that is asked; the outcome of both."""
        if self.live is None:
            if meter == "keep":
                raise ControlError(f"{NOT_YET}; to end the bill, destroy it")
            await self._end_tasks()
            return Stopped(
                True, False, False, await self._end_meter("stop" if meter == "stop" else "destroy")
            )
        if meter == "keep":
            return await self.live.kill()
        if meter == "forfeit":
            return await self._end_run(How("destroy", force=True, reason="asked"))
        return await self._end_run(How(meter, reason="asked"))

    async def relaunch(self, new_instance: bool = False) -> None:
        """A new attempt here, or on another machine."""
        if new_instance:
            await self.remedy("next")
        elif isinstance(self.failure, UnfitError):  # the user has seen why, and wants it all the same
            self.moving.wanted = replace(self.moving.wanted, force=True)
            await self.remedy("retry")
        elif self.live is not None and self._machine() is None:
            raise ControlError("its machine was given back: relaunch it on a new one")
        else:
            await self._launched().relaunch()

    async def remedy(self, choice: Remedy) -> None:
        """What to do about a step that failed: the step again, the next machine, or the end of this one.

        Another machine is searched for before this one is given back: where there is none, it is kept.
        """
        offers = await self._others() if choice == "next" else ()
        await self._end_tasks()
        if choice == "destroy":
            await self._end_meter("destroy")
            return
        if self.live is not None and choice == "retry":
            self.board.clear("probe")
            self.board.begin("probe", "starting the command again")
            self._tasks = self._watching(self.live)
            await self.live.relaunch()
            return
        self._reread_plan()
        failed = self.board.current
        if choice == "next":
            try:
                await self._leave(f"given up at {failed or 'the run'}", offers)
            except ControlError:
                if self.live is not None:
                    self._tasks = self._watching(self.live)
                raise
            failed = "rent"
        self.board.clear(failed or "rent")
        await self.start()

    async def read_log(self, offset: int, size: int) -> tuple[int, bytes]:
        """Bytes of the run's log."""
        return await self._launched().read_log(offset, size)

    async def seek(self, ts: float) -> None:  # noqa: ARG002 - the protocol's
        """Refused."""
        raise ControlError("this run is live: there is nothing to seek in")

    async def set_speed(self, speed: float) -> None:  # noqa: ARG002 - the protocol's
        """Refused."""
        raise ControlError("this run is live: it has the speed it has")

    def _reread_plan(self) -> None:
        """Before the launch the plan may still be mended: its file counts, but for the name and the host."""
        path = Path(self.run.plan_path)
        if self.live is not None or not self.run.plan_path or not path.exists():
            return
        try:
            fresh = load_plan(path)
        except PlanError as error:
            raise ControlError(str(error)) from None
        run = msgspec.structs.replace(fresh.run, name=self.plan.run.name)
        host = msgspec.structs.replace(self.plan.host, vast=fresh.host.vast or self.plan.host.vast)
        self.plan = self.moving.plan = msgspec.structs.replace(fresh, run=run, host=host)
        self.journal.replan(self.run.name, plan_text(self.plan))

    # -- small things --------------------------------------------------------------------------------

    async def _others(self) -> tuple[Offer, ...]:
        self._reread_plan()
        self._say("looking for another machine")
        try:
            found = await self.moving.others()
        except CloudError as error:
            kept = "; this machine is kept" if self._machine() is not None else ""
            raise ControlError(f"{error}; {error.hint}{kept}" if error.hint else f"{error}{kept}") from None
        finally:
            self._say("")
        return found

    async def _leave(self, why: str, offers: tuple[Offer, ...]) -> None:
        """This machine is given back, and not taken again; the next one gets a new attempt."""
        rental = self.moving.stay.rental if self.moving.stay is not None else None
        if self.live is not None:
            if self._machine() is not None:
                await self._end_run(How("destroy", reason=why, bad=why))
            await self.live.close()
            self.live = None
            self.launched.clear()
        else:
            self._say(await self.moving.give_back(why))
        number = len(self.journal.attempts(self.run.name)) + 1
        wanted = self.moving.wanted
        usd_h = wanted.usd_h or (rental.usd_h if rental is not None else None)
        self.moving.wanted = replace(
            wanted,
            offers=offers,
            usd_h=usd_h,
            another=True,
            retake=None,
            may_search=True,
            number=number,
            resume=number > 1,
        )

    def _machine(self) -> Rental | None:
        """What bills for this run, if anything."""
        rental = self.moving.rentals.of_run(self.run.name)
        return None if rental is None or rental.state == "closed" else rental

    async def _end_run(self, how: How) -> Stopped:
        """The process, what it made, the meter; each said while it happens."""
        live, rental = self._launched(), self._machine()
        if live.role != "watcher":
            raise ControlError("another watcher holds this run: this screen only mirrors it")
        if rental is None or self.access is None:
            raise ControlError("no machine bills" if rental is None else f"no API key is at hand; {NO_KEY}")
        ground = Ground(
            self.journal, self.moving.rentals, self.run, self.plan, live.host, rental, self.access.open
        )
        try:
            ended = await end_run(ground, how, self._say, lambda progress: self._say(progress.line))
        except NotPulledError as error:
            self._not_pulled = error.trouble
            self._say(f"{error}; k asks again: stop it, or give up what could not be pulled")
            raise ControlError(self._message) from None
        except (CloudError, HostError) as error:
            raise ControlError(f"{error}; {error.hint}" if error.hint else str(error)) from None
        self._not_pulled = ""
        if how.meter == "destroy":
            self.moving.stay = None
        self._close_steps()
        live.hear_end()
        live.tell_ending(ended.text)
        stopped = ended.stopped or Stopped(True, False, False, "")
        return replace(stopped, text=ended.text)

    def _close_steps(self) -> None:
        """What was under way is over with the machine's end."""
        for step in self.board.steps:
            if step.state == "doing":
                self.board.end(step.name, "ended before it was over", "warned")

    async def _end_meter(self, meter: EndKind) -> str:
        """Stop or destroy, confirmed by reading back."""
        try:
            said = await self.moving.end(meter)
        except CloudError as error:
            raise ControlError(f"{error}; {error.hint}" if error.hint else str(error)) from None
        self._say(said)
        self._close_steps()
        if meter == "destroy":
            self.moving.wanted = replace(self.moving.wanted, offers=(), may_search=False)
            self.stopped.set()
        return said

    def _launched(self) -> LiveSession:
        if self.live is None:
            raise ControlError(NOT_YET)
        return self.live

    def _attempt(self) -> Attempt | None:
        """The one that is to be attended; None: it is to be launched first."""
        attempts = self.journal.attempts(self.run.name)
        return attempts[-1] if len(attempts) >= self.moving.wanted.number else None

    def _fail(self, error: CloudError | HostError | HeldError) -> None:
        self.failure = error
        hint = getattr(error, "hint", "")
        text = f"{error}; {hint}" if hint else str(error)
        step = self.board.current
        if step and not isinstance(error, HeldError):
            self.board.end(step, text, "failed")
        self._message = text
        self._lock.release()
        self.stopped.set()

    def _step_changed(self, step: BringUpStep) -> None:
        stay = self.moving.stay
        if step.name in LAST_STEPS and step.state in ("done", "warned") and stay is not None:
            with suppress(StateError):  # a full disk: it is read from the run again next time
                self.moving.kept.keep(stay.rental.label, step)
        self.narrate(step)
        self._news.tell()

    def _say(self, message: str) -> None:
        self._message = message
        self._news.tell()

    async def _end_tasks(self) -> None:
        tasks, self._tasks = self._tasks, []
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        self._lock.release()
        self.stopped.set()
