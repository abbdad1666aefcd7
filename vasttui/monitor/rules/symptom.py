"""What a rule sees, and what it says."""

from collections.abc import Collection
from dataclasses import dataclass

import msgspec

from vasttui.monitor.check import Forecast, Rule
from vasttui.monitor.history import History
from vasttui.plan import Plan

FULL_LENGTH_S = 7200.0
SHORTEST_SCALE = 1 / 60
FULL_PATIENCE = 12.0


@dataclass(frozen=True, slots=True)
class Symptom:
    """A rule holds at this moment.

    `text`: what was seen, against what. `since`: unix s. `immediate`: needs no second look.
    `log_line`: the headline's line in the log. `patience`: how many times longer than others it must last.
    """

    text: str
    advice: str
    since: float
    immediate: bool = False
    log_line: int | None = None
    patience: float = 1.0


class View(msgspec.Struct, frozen=True):
    """The facts at `now`, with the plan they are held against. `forecast` is of the same moment.

    `open`: the rules whose alerts stand; they are let go a little later than they were raised.
    """

    history: History
    plan: Plan
    now: float
    forecast: Forecast
    open: Collection[Rule] = ()

    @property
    def scale(self) -> float:
        """1 for runs of two hours or more; shorter runs shrink every waiting time with their length."""
        if self.forecast.eta_s is None or self.history.baseline is None:
            return 1.0
        expected_s = self.now - self.history.run.started_at + self.forecast.eta_s
        return min(1.0, max(SHORTEST_SCALE, expected_s / FULL_LENGTH_S))

    @property
    def patience(self) -> float:
        """1 for runs of ten minutes or more, less for shorter ones: what lasts under a minute is a dip.

        A run that tells no end is taken to last as long again as it has.
        """
        scale = self.scale
        if self.forecast.eta_s is None:
            scale = min(1.0, 2 * (self.now - self.history.run.started_at) / FULL_LENGTH_S)
        return min(1.0, FULL_PATIENCE * scale)

    @property
    def running(self) -> bool:
        """The command runs as far as we know, and its host answers."""
        return self.history.exit is None and self.history.lost_since is None

    @property
    def training(self) -> bool:
        """Steps are being made: not before the first, not in an eval, a save, a compile."""
        return self.running and self.history.baseline is not None and self.history.activity == "train"
