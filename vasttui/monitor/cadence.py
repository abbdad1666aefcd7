"""When to look: often while failure is likely, seldom once the run is stable, at once when it breaks."""

from dataclasses import dataclass

from vasttui.monitor.check import Phase
from vasttui.plan import Cadence as Table

MIN_SPACING_S = 10.0
EASING_MIN = 1.0
STRETCH_MIN = 10.0
SLACK = 0.2


@dataclass(slots=True)
class Cadence:
    """The phase machine. Feed it each look; ask it for the next. Times are host unix seconds.

    `scale` shrinks the table for runs shorter than two hours (1 for longer ones).
    """

    table: Table
    started_at: float
    phase: Phase = Phase.PROBE
    interval_min: float = 0.0
    healthy_looks: int = 0
    last_look: float = 0.0

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
        """When the table asks for the next look."""
        if self.phase in (Phase.PROBE, Phase.EARLY):
            early = self._next_early(self.last_look, scale)
            if early is not None:
                return early
        interval_s = (self.interval_min or self.table.stabilise) * 60 * scale
        return self.last_look + max(MIN_SPACING_S, interval_s)

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
