"""What a run on a rented machine looks like: bring-up first, then the live picture, its machine beside it."""

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from contextlib import suppress
from dataclasses import replace

import msgspec

from vasttui.cloud.errors import CloudError
from vasttui.hosts.protocol import HostError
from vasttui.monitor.check import Phase
from vasttui.plan import Plan
from vasttui.watch.access import Access
from vasttui.watch.bringup import Board
from vasttui.watch.broadcast import Broadcast
from vasttui.watch.ender import Ender
from vasttui.watch.journal import Journal, RunRow
from vasttui.watch.live import LiveSession
from vasttui.watch.lock import HeldError, RunLock
from vasttui.watch.moving_in import MovingIn, Wanted
from vasttui.watch.paths import StateError
from vasttui.watch.rentals_journal import Rental
from vasttui.watch.session import BringUpStep, ControlError, Remedy, RentalView, RunView, Snapshot
from vasttui.watch.stay import Stay

Narrate = Callable[[BringUpStep], None]
NOT_YET = "nothing is launched yet: the machine is being brought up"
LAST_STEPS = ("probe", "baseline")
EVERY_REMEDY: tuple[Remedy, ...] = ("retry", "next", "destroy")


class RentedPicture:
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

    def _machine(self) -> Rental | None:
        """What bills for this run, if anything."""
        rental = self.moving.rentals.of_run(self.run.name)
        return None if rental is None or rental.state == "closed" else rental

    def _launched(self) -> LiveSession:
        if self.live is None:
            raise ControlError(NOT_YET)
        return self.live

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
