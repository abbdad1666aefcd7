"""One attempt before the judge: the looks it already had are made again at their times, then it is live."""

from collections import deque
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING

from vasttui.monitor.check import Alert, Check, Rule
from vasttui.monitor.reading import Reading
from vasttui.monitor.run import Run
from vasttui.plan import Plan
from vasttui.watch.journal import Attempt

if TYPE_CHECKING:
    from vasttui.monitor.monitor import Monitor

# The judge is imported while the host is reached, once the screen stands: it is a fifth of a start.
JUDGE = "vasttui.monitor.monitor"
LONGEST_WAIT_S = 60.0
SHORTEST_WAIT_S = 0.05


class Judging:
    """`checks`: the looks so far, oldest first. `live`: the past is known, and looks are our own.

    Times are the host's clock; how far it is from `clock` is learnt when the host tells what time it is.
    """

    def __init__(self, plan: Plan, run: str, checks: list[Check], clock: Callable[[], float]) -> None:
        self.checks = checks
        self.live = False
        self._plan = plan
        self._run = run
        self._clock = clock
        self._skew_s = 0.0
        self._owed: deque[Check] = deque()
        self._monitor: Monitor | None = None

    @property
    def begun(self) -> bool:
        """There is a judge; before, nothing is known."""
        return self._monitor is not None

    @property
    def monitor(self) -> "Monitor":
        """The judge of this attempt; before there is one, of a run that begins now."""
        if self._monitor is None:
            self._monitor = self._judge(Run(self._run, self._clock(), self._plan.run.total_steps))
        return self._monitor

    def begin(self, attempt: Attempt, looks: Iterable[Check]) -> None:
        """A fresh judge for the attempt, which owes the `looks` it already had."""
        total, price = self._plan.run.total_steps, self._plan.host.price_usd_h
        self._monitor = self._judge(Run(self._run, attempt.started_at, total, price))
        self._owed = deque(looks)
        self.live = False
        self.checks.clear()

    def _judge(self, run: Run) -> "Monitor":
        from vasttui.monitor.monitor import Monitor  # noqa: PLC0415  see JUDGE

        return Monitor(self._plan, run)

    # -- time ----------------------------------------------------------------------------------------

    @property
    def now(self) -> float:
        """The host's clock, and never before what it has already told."""
        return max(self._clock() + self._skew_s, self.monitor.history.now)

    def set_clock(self, ts: float) -> None:
        """The host says that it is `ts` now."""
        self._skew_s = ts - self._clock()

    def wait_s(self) -> float:
        """How long nothing is due, if nothing comes."""
        wake = self.monitor.wake_ts
        wait_s = LONGEST_WAIT_S if wake is None else wake - self.now
        return min(LONGEST_WAIT_S, max(SHORTEST_WAIT_S, wait_s))

    # -- looks ---------------------------------------------------------------------------------------

    @property
    def ended(self) -> bool:
        """The exit is known."""
        return self.monitor.history.exit is not None

    @property
    def due(self) -> bool:
        """A look is due."""
        return self.monitor.due(self.now)

    def tick(self) -> None:
        """Nothing has come: silence may turn into suspicion."""
        self.monitor.tick(self.now)

    def look(self, reason: str = "") -> Check:
        """Judge all that is known by now; the look is one of `checks`."""
        check = self.monitor.look(self.now, reason)
        self.checks.append(check)
        return check

    # -- the past ------------------------------------------------------------------------------------

    def feed(self, reading: Reading) -> None:
        """News from the host, after the looks that were made before it."""
        self._repeat(before=reading.ts)
        self.monitor.feed(reading)

    def add_looks(self, looks: Iterable[Check]) -> None:
        """Take over looks that someone else made meanwhile."""
        self._owed.extend(looks)
        self._repeat()

    def catch_up(self, alerts: Iterable[Alert]) -> None:
        """The backlog is over: make the last of the old looks, and let seen `alerts` stay seen."""
        if self.live:
            return
        self._repeat()
        for alert in alerts:
            if alert.state == "acknowledged" and alert.snoozed_until is not None:
                self.monitor.snooze(alert.rule, alert.snoozed_until, alert.reason)
            elif alert.state == "acknowledged":
                self.monitor.acknowledge(alert.rule)
        self.live = True

    def _repeat(self, before: float = float("inf")) -> None:
        """Make the journalled looks again at their times; what was shown then stays what is shown."""
        while self._owed and self._owed[0].ts < before:
            check = self._owed.popleft()
            self.monitor.tick(check.ts)
            self.monitor.repeat(check)
            self.checks.append(check)

    # -- what the user says --------------------------------------------------------------------------

    def acknowledge(self, rule: str) -> Alert | None:
        """The user has seen this alert; None where it is not open."""
        known = self._open(rule)
        return self.monitor.acknowledge(known) if known is not None else None

    def snooze(self, rule: str, seconds: float, reason: str) -> Alert | None:
        """The user wants to hear of it again in `seconds`; None where it is not open."""
        known = self._open(rule)
        return self.monitor.snooze(known, self.now + seconds, reason) if known is not None else None

    def _open(self, rule: str) -> Rule | None:
        return next((known for known in self.monitor.alerts.open if str(known) == rule), None)
