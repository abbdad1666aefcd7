"""The one watcher of a run: live channel and cadence into the judge, looks into the journal and STATUS.md.

Without the run's lock it is a mirror: it follows the same host, but shows the looks that the watcher
journalled instead of making its own. Taking up a run again works alike: the record is read from its
start, and the looks that the journal holds are made again at their times, so none is lost or doubled.
"""

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from dataclasses import replace
from importlib import import_module

import msgspec

from vasttui.gate.finding import Finding
from vasttui.hosts.protocol import Host, HostError, Stopped
from vasttui.monitor.check import Alert, Check
from vasttui.monitor.reading import Reading
from vasttui.plan import Plan
from vasttui.watch.acts import stop_attempt, was_killed
from vasttui.watch.broadcast import Broadcast
from vasttui.watch.channel import Channel
from vasttui.watch.journal import Attempt, Journal, RunRow
from vasttui.watch.judging import JUDGE, Judging
from vasttui.watch.last_word import end_written
from vasttui.watch.launch import Order, launch
from vasttui.watch.lock import HeldError, RunLock
from vasttui.watch.notify import Notifier
from vasttui.watch.picture import Stage, cover, picture
from vasttui.watch.scribe import Scribe
from vasttui.watch.session import ControlError, Meter, Remedy, Role, RunView, Snapshot

# Imported while the host is reached, once the screen stands: they are a third of a start.
LATER = (JUDGE, "vasttui.gate.machine")
NOT_RENTED = "this machine was not rented by vasttui: there is no meter of ours to end"
JOURNAL_POLL_S = 1.0
SLEPT_S = 2.0


class LiveSession:
    """Attends one run. `order` None: the run's newest attempt is taken up; else it is launched first.

    `made` holds the looks this session made itself; `finished` is set when there is nothing more to attend.
    `meter_ended` is asked, once the run is over, whether its machine has stopped costing.
    """

    def __init__(
        self,
        journal: Journal,
        run: RunRow,
        plan: Plan,
        host: Host,
        order: Order | None = None,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self.journal = journal
        self.run = run
        self.plan = plan
        self.host = host
        self.order = order
        self.failure: HostError | None = None
        self.attempt: Attempt | None = None
        self.finished = asyncio.Event()
        self.made: list[Check] = []
        self.meter_ended: Callable[[], bool] = lambda: False
        self._clock = clock
        self._hold_until = 0.0
        self._lock = RunLock(run.name)
        self._news = Broadcast()
        self._task: asyncio.Task[None] | None = None
        self._scribe = Scribe(journal, run)
        self._notifier = Notifier(self._say)
        self._channel: Channel | None = None
        self._stage = Stage(self._view(None), self._take_lock())
        self._judging = Judging(plan, run.name, self._stage.checks, clock)

    # -- pictures ------------------------------------------------------------------------------------

    @property
    def role(self) -> Role:
        """`watcher` with the run's lock, `mirror` without."""
        return self._stage.role

    @property
    def checks(self) -> list[Check]:
        """All looks of this attempt, oldest first."""
        return self._stage.checks

    @property
    def unwritten(self) -> str:
        """Why the newest look is not in the journal, if it is not."""
        return self._scribe.trouble

    def snapshot(self) -> Snapshot:
        """The picture now."""
        if not self._judging.begun:
            return cover(self._stage, self._clock())
        return picture(self._judging.monitor, self._stage, self._judging.now)

    def changes(self) -> AsyncIterator[Snapshot]:
        """A picture whenever there is news."""
        return self._news.pictures(self.snapshot)

    async def start(self) -> None:
        """Begin to attend, or begin again after a failure; trouble shows in the pictures and in `failure`."""
        if self._task is not None and not self._task.done():
            return
        self.failure = None
        self._task = asyncio.create_task(self._attend())

    async def close(self) -> None:
        """End the watching; the run goes on."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)
        await self._notifier.close()
        await self.host.close()
        if self.role == "watcher" and self.order is not None:
            self.journal.drop_run_if_never_launched(self.run)
        self._lock.release()
        self._news.close()

    def untold(self) -> list[Alert]:
        """Open alerts that nobody was told of yet; empty until the run's past is known."""
        if not self._judging.live:
            return []
        return self._scribe.untold(self._current(), self._judging.monitor.alerts.open.values())

    def tell(self, check: Check) -> None:
        """A blocking watch returns this look."""
        self._scribe.tell(self._current(), check.alerts, check.ts)

    def hear_end(self) -> None:
        """Its end was written down by whoever stopped it: the host may be gone before it tells."""
        ended = end_written(self.journal, self._current())
        if self._channel is not None and ended is not None:
            self._channel.insert(Reading(ended.ts, exit=ended))

    def tell_ending(self, text: str) -> None:
        """What becomes of the machine: shown, and told in STATUS.md."""
        self._scribe.ending = text
        trouble = self._scribe.page(self.snapshot()) if self.checks else ""
        self._say(trouble or text)

    # -- controls ------------------------------------------------------------------------------------

    async def check_now(self) -> None:
        """Look now."""
        self._only_as_watcher()
        if not self._judging.live:
            raise ControlError("no look yet: still catching up with the run")
        self._look("asked")

    async def pause(self, paused: bool) -> None:
        """Hold the cadence; events on the live channel still show."""
        self._only_as_watcher()
        self._stage.paused = paused
        self._news.tell()

    async def acknowledge(self, rule: str) -> None:
        """Mark an alert as seen; journalled."""
        self._only_as_watcher()
        if (alert := self._judging.acknowledge(rule)) is not None:
            self._scribe.acknowledged(self._current(), alert, self._judging.now)
        self._news.tell()

    async def snooze(self, rule: str, seconds: float, reason: str) -> None:
        """Silence an alert for a while, with a reason; journalled."""
        self._only_as_watcher()
        if (alert := self._judging.snooze(rule, seconds, reason)) is not None:
            self._scribe.snoozed(self._current(), alert, self._judging.now)
        self._news.tell()

    async def kill(self, meter: Meter = "keep") -> Stopped:
        """Stop the whole process group, journalled before it is sent, verified after."""
        self._only_as_watcher()
        if meter != "keep":
            raise ControlError(NOT_RENTED)
        try:
            stopped = await stop_attempt(self.journal, self.host, self._current(), self._judging.now)
        except HostError as error:
            raise ControlError(error.one_line) from None
        self._say(stopped.text)
        return stopped

    async def remedy(self, choice: Remedy) -> None:  # noqa: ARG002 - the protocol's
        """Refused."""
        raise ControlError(NOT_RENTED)

    async def relaunch(self, new_instance: bool = False) -> None:
        """Stop what still runs, then launch a new attempt with the resume command."""
        self._only_as_watcher()
        if new_instance:
            raise ControlError(NOT_RENTED)
        if self.order is not None:  # the launch failed: the user has seen why, and wants it all the same
            self.order = replace(self.order, force=True)
            await self.start()
            return
        attempt = self._current()
        if attempt.attached is not None:
            raise ControlError("this run was started by someone else: launch it again where it was launched")
        if not self._judging.ended:
            stopped = await self.kill()
            if not stopped.gone:
                raise ControlError(f"not relaunched: {stopped.text}")
        await self._end_task()
        self.order = Order(self.run, self.plan, attempt.number + 1, resume=True, force=True)
        await self.start()

    async def read_log(self, offset: int, size: int) -> tuple[int, bytes]:
        """Bytes of the log, wherever it lies."""
        try:
            return await self.host.read_log(self._current().ref, offset, size)
        except HostError as error:
            raise ControlError(str(error)) from None

    async def seek(self, ts: float) -> None:  # noqa: ARG002 - the protocol's
        """Refused."""
        raise ControlError("this run is live: there is nothing to seek in")

    async def set_speed(self, speed: float) -> None:  # noqa: ARG002 - the protocol's
        """Refused."""
        raise ControlError("this run is live: it has the speed it has")

    async def look_once(self) -> Check:
        """One look for a shell; written down unless another watcher holds the run.

        Raises:
            HostError: no answer.
        """
        await self.start()
        async for _ in self.changes():
            if self.failure is not None:
                raise self.failure
            if self.made:
                return self.made[-1]
            if self.finished.is_set() and self.checks:
                return self.checks[-1]
            if self._judging.live and self.role == "watcher":
                self._look("asked")
            elif self._judging.live:
                return self._judging.monitor.look(self._judging.now, "asked")
        raise HostError("the run could not be looked at", "vasttui status shows what was last seen")

    # -- attending -----------------------------------------------------------------------------------

    async def _attend(self) -> None:
        try:
            await self._begin()
            while True:
                await self._follow()
                self.finished.set()
                self._news.tell()
                await self._await_relaunch()
        except HostError as error:
            self._fail(error)
        except Exception as error:  # noqa: BLE001 - a fault of ours must show on the screen, not vanish with the task
            fault = f"the watcher broke: {type(error).__name__}: {error}"
            self._fail(HostError(fault, "the run goes on; watch it again, and please report this"))
        finally:
            self.finished.set()
            self._news.tell()

    async def _begin(self) -> None:
        self.finished.clear()
        self._say("connecting")
        await asyncio.gather(self.host.open(), *(asyncio.to_thread(import_module, name) for name in LATER))
        if self.order is not None:
            self._stage.findings = ()
            self.attempt = await launch(self.journal, self.host, self.order, self._report)
            self.order = None
        else:
            self.attempt = self.journal.attempts(self.run.name)[-1]
        self._reset(self.attempt)
        self._say("")

    async def _await_relaunch(self) -> None:
        """The attempt is over: look for a newer one, and at a machine that costs while nothing runs."""
        while True:
            await asyncio.sleep(JOURNAL_POLL_S)
            newest = self.journal.attempts(self.run.name)[-1]
            if newest.number > self._current().number:
                self.attempt = newest
                self._reset(newest)
                self.finished.clear()
                return
            if self.role == "mirror":
                self._mirror()
                self._news.tell()
            else:
                self._judging.monitor.history.meter_ended = self.meter_ended()
                self._judging.tick()
                self._look_if_due()

    def _reset(self, attempt: Attempt) -> None:
        """A fresh judge for the attempt, and the looks it already had."""
        self._judging.begin(attempt, self.journal.checks(attempt))
        stage = self._stage
        stage.run, stage.findings, stage.link = self._view(attempt), attempt.findings, "up"
        stage.relaunch_note = ""

    async def _follow(self) -> None:
        channel = self._channel = Channel(self.host, replace(self._current().ref, file=self.plan.log.file))
        try:
            while not channel.over and not self._is_over():
                wait_s, asked = self._wait_s(), self._clock()
                reading = await channel.next(wait_s)
                if self._clock() - asked > wait_s + SLEPT_S:
                    self._hold_until = self._clock() + SLEPT_S  # we slept: first hear what came meanwhile
                if reading is not None:
                    self._take(reading)
                elif self._judging.live:
                    self._judging.tick()
                    self._judge()
        finally:
            self._channel = None
            await channel.close()
        self._stage.link = "ended"

    def _wait_s(self) -> float:
        if self.role == "mirror" or not self._judging.live or self._stage.paused:
            return JOURNAL_POLL_S
        return self._judging.wait_s()

    def _take(self, reading: Reading) -> None:
        """News from the host. A reading without any says that the backlog is over, and what time it is."""
        if not reading.reachable:
            ended = end_written(self.journal, self._current())
            reading = msgspec.structs.replace(
                reading, ts=self._judging.now, reachable=ended is not None, exit=ended
            )
        if reading.exit is not None:
            killed = was_killed(self.journal, self._current(), reading.exit)
            self._judging.monitor.history.stopped_on_purpose = killed
        self._judging.feed(reading)
        if reading.reachable and self._stage.link == "lost":
            self._say("")
        self._stage.link = "up" if reading.reachable else "lost"
        if reading.notes:
            self._say("; ".join(reading.notes))
        file = self._judging.monitor.history.metrics_file
        if reading.files and file is not None and file.trouble:
            self._say(file.trouble)
        told = reading.chunks or reading.samples or reading.exit or reading.notes or reading.files
        if reading.reachable and not told:
            self._judging.set_clock(reading.ts)
        if reading.reachable and (not told or reading.exit is not None):
            self._judging.catch_up(self.journal.alerts(self._current()))
        self._judge()

    def _judge(self) -> None:
        if self._judging.live and self.role == "mirror":
            self._mirror()
        elif self._judging.live:
            self._look_if_due()
        self._news.tell()

    def _mirror(self) -> None:
        """Take over the looks that the watcher journalled since; if it has gone, become the watcher."""
        after = self._stage.checks[-1].ts if self._stage.checks else 0.0
        self._judging.add_looks(self.journal.checks(self._current(), after))
        self._stage.role = self._take_lock()
        if self.role == "watcher":
            self._say("the other watcher has gone: this one watches now")

    def _look_if_due(self) -> None:
        if self._clock() < self._hold_until:
            return
        if self._judging.due and (self._judging.ended or not self._stage.paused):
            self._look()

    def _look(self, reason: str = "") -> None:
        """One look: judged, journalled, written to STATUS.md."""
        check = self._judging.look(reason)
        self.made.append(check)
        history = self._judging.monitor.history
        trouble = self._scribe.look(self._current(), check, self.snapshot(), history)
        if trouble:
            self._say(trouble)
        self._notifier.look(self.run.name, check, self.plan.notify.urls)
        self._stage.relaunch_note = self._scribe.note_before_relaunch(history)
        self._news.tell()

    # -- small things --------------------------------------------------------------------------------

    def _is_over(self) -> bool:
        """The exit is known and has been shown."""
        exit_seen = self._judging.ended and self._judging.live
        return exit_seen and (self.role == "mirror" or not self._judging.due)

    def _take_lock(self) -> Role:
        try:
            self._lock.acquire()
        except HeldError:
            return "mirror"
        return "watcher"

    def _only_as_watcher(self) -> None:
        if self.role != "watcher":
            raise ControlError("another watcher holds this run: this screen only mirrors it")

    def _current(self) -> Attempt:
        if self.attempt is None:
            raise ControlError("nothing is launched yet")
        return self.attempt

    def _report(self, finding: Finding) -> None:
        self._stage.findings = (*self._stage.findings, finding)
        self._news.tell()

    def _say(self, message: str) -> None:
        self._stage.message = message
        self._news.tell()

    def _fail(self, error: HostError) -> None:
        self.failure = error
        self._stage.link = "ended" if self.attempt is None else "lost"
        self._say(error.one_line)

    async def _end_task(self) -> None:
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)

    def _view(self, attempt: Attempt | None) -> RunView:
        return RunView(
            name=self.run.name,
            command=attempt.command if attempt is not None else self.plan.run.command,
            host=self.host.name,
            attempt=attempt.number if attempt is not None else 1,
            started_at=attempt.started_at if attempt is not None else self._clock(),
            total_steps=self.plan.run.total_steps,
            price_usd_h=self.plan.host.price_usd_h,
        )
