"""When to look: often while failure is likely, seldom once the run is stable, at once when it breaks.

The adaptive cadence spaces looks by the hazard instead of a table. Published times of failure are about
evenly spread over log time, a density f(t) = p / (t L); Keller's best density of looks is then
sqrt(v f / (2 c)), so the wait after t minutes is sqrt(K t) with K = 2 c L / (v p). A look that costs as much
as half a minute of machine time and p = 0.43 give K = 20 min where looks are all there is; where a live
channel reports nine failures in ten by itself, K = 200 min.
"""

from dataclasses import dataclass
from math import sqrt

from vasttui.monitor.check import Phase
from vasttui.plan import Cadence as Table

MIN_SPACING_S = 10.0
EASING_MIN = 1.0
STRETCH_MIN = 10.0
SLACK = 0.2
POLLED_K_MIN = 20.0
PUSHED_K_MIN = 200.0
LONGEST_WAIT_MIN = 240.0


@dataclass(slots=True)
class Cadence:
    """The phase machine. Feed it each look; ask it for the next. Times are host unix seconds.

    `scale` shrinks the table for runs shorter than two hours (1 for longer ones). `pushed`: a live channel
    tells what happens between looks.
    """

    table: Table
    started_at: float
    phase: Phase = Phase.PROBE
    interval_min: float = 0.0
    healthy_looks: int = 0
    last_look: float = 0.0
    pushed: bool = False

    def __post_init__(self) -> None:
        self.last_look = self.started_at

    def looked(
        self, now: float, *, probed: bool, healthy: bool, alerting: bool, changed: bool, scale: float
    ) -> None:
        """A look was made. `probed`: a baseline is there. `changed`: an alert came, went or worsened."""
        self.last_look = now
        if alerting:
            self._alert(changed)
        elif self.phase is Phase.ALERT:
            self._enter(Phase.STABILISE, self.table.stabilise)
        else:
            self._advance(now, probed, healthy, scale)

    def next_look(self, scale: float) -> float:
        """When the table, or the hazard, asks for the next look."""
        if self.table.mode == "adaptive" and self.phase is not Phase.ALERT:
            return self._next_by_hazard(scale)
        if self.phase in (Phase.PROBE, Phase.EARLY):
            early = self._next_early(self.last_look, scale)
            if early is not None:
                return early
        interval_s = (self.interval_min or self.table.stabilise) * 60 * scale
        return self.last_look + max(MIN_SPACING_S, interval_s)

    def _next_by_hazard(self, scale: float) -> float:
        first = self.started_at + self.table.early[0] * 60 * scale
        if self.last_look < first - MIN_SPACING_S / 2:
            return first
        minutes = max(1.0, (self.last_look - self.started_at) / 60)
        wait_min = sqrt((PUSHED_K_MIN if self.pushed else POLLED_K_MIN) * minutes)
        return self.last_look + max(MIN_SPACING_S, min(LONGEST_WAIT_MIN, wait_min) * 60)

    def _alert(self, changed: bool) -> None:
        first, longest = self.table.alert
        if self.phase is not Phase.ALERT or changed:
            self._enter(Phase.ALERT, first)
        else:
            self.interval_min = min(longest, self.interval_min + EASING_MIN)

    def _advance(self, now: float, probed: bool, healthy: bool, scale: float) -> None:
        if self.phase is Phase.PROBE and probed:
            self.phase = Phase.EARLY
        if self.phase is Phase.EARLY and self._next_early(now, scale) is None:
            self._enter(Phase.STABILISE, self.table.stabilise)
        elif self.phase is Phase.STABILISE:
            self.healthy_looks = self.healthy_looks + 1 if healthy else 0
            if self.healthy_looks >= self.table.healthy_looks:
                self._enter(Phase.CRUISE, self.table.cruise[0])
        elif self.phase is Phase.CRUISE and healthy:
            self.interval_min = min(self.table.cruise[1], self.interval_min + STRETCH_MIN)

    def _enter(self, phase: Phase, interval_min: float) -> None:
        self.phase, self.interval_min, self.healthy_looks = phase, interval_min, 0

    def _next_early(self, after: float, scale: float) -> float | None:
        """The first early look that is not about the same time as `after`."""
        previous = 0.0
        for minutes in self.table.early:
            slack_s = max(SLACK * (minutes - previous) * 60 * scale, MIN_SPACING_S / 2)
            due = self.started_at + minutes * 60 * scale
            if due > after + slack_s:
                return max(due, self.last_look + MIN_SPACING_S)
            previous = minutes
        return None
