"""A run on a rented machine: bring-up first, then the live watch, with the meter beside it.

Before the launch this session shows the steps (`Snapshot.bringup`) and, where one has failed, what can be
done about it (`remedies`). After it everything is the `LiveSession`'s.
"""

from dataclasses import replace
from pathlib import Path

import msgspec

from vasttui.cloud.errors import CloudError
from vasttui.gate.offer import Offer
from vasttui.hosts.protocol import HostError, Stopped
from vasttui.plan.error import PlanError
from vasttui.plan.load import load_plan
from vasttui.plan.write import plan_text
from vasttui.watch.ending import Ground, How, NotPulledError, end_run
from vasttui.watch.moving_in import NO_KEY, UnfitError
from vasttui.watch.rentals_journal import EndKind
from vasttui.watch.rented_life import RentedLife
from vasttui.watch.rented_picture import NOT_YET
from vasttui.watch.session import ControlError, Meter, Remedy
from vasttui.watch.stopped_machine import resting


class RentedSession(RentedLife):
    """What can be done with it: the watch's controls, the ends of the meter, the next machine."""

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
        elif (rests := resting(self.moving.rentals, self.run.name)) is not None:
            raise ControlError(f"{rests.text}; in a shell, {rests.ways_on}")
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

    # -- leaving and ending ------------------------------------------------------------------------------

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
