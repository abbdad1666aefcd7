"""What judging a reading gives: checks, alerts, the figures behind them."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Literal

import msgspec

Rule = Literal["stall", "slow", "gpu_idle", "memory", "error", "eval", "nan", "disk", "host", "cost", "idle"]
AlertState = Literal["raised", "acknowledged", "resolved"]
Decision = Literal["LOOK SELDOM", "LOOK OFTEN", "STOP AND FIX"]
STOPPED = "STOPPED"


class Phase(StrEnum):
    """Where the cadence stands."""

    PROBE = "probe"
    EARLY = "early"
    STABILISE = "stabilise"
    CRUISE = "cruise"
    ALERT = "alert"


class Verdict(StrEnum):
    """Why a blocking watch returned."""

    DONE = "DONE"
    ALERT = "ALERT"
    CRASH = "CRASH"
    TIMEOUT = "TIMEOUT"


@dataclass(frozen=True, slots=True)
class Alert:
    """A rule that holds. `text`: what was seen, against what, since when. `advice`: what to do next.

    `log_line` is the headline's line in the log, where there is one. `snoozed_until`: an acknowledged alert
    that still holds then is raised again; `reason` is why it was put off.
    """

    rule: Rule
    state: AlertState
    since: float
    text: str
    advice: str
    raised_at: float
    resolved_at: float | None = None
    log_line: int | None = None
    snoozed_until: float | None = None
    reason: str = ""


class Forecast(msgspec.Struct, frozen=True, gc=False):
    """What is to come, in seconds from now and US dollars; None where unknown. The range is 80 %."""

    eta_s: float | None = None
    eta_low_s: float | None = None
    eta_high_s: float | None = None
    spent_usd: float | None = None
    burn_usd_h: float | None = None
    projected_usd: float | None = None
    budget_usd: float | None = None


@dataclass(frozen=True, slots=True)
class Ledger:
    """What watching itself has cost: looks, bytes and lines shown, and what failures cost until seen."""

    looks: int = 0
    bytes_shown: int = 0
    lines_shown: int = 0
    detection_s: float = 0.0
    detection_usd: float = 0.0


@dataclass(frozen=True, slots=True)
class Check:
    """One judged reading. `line` is the 8-field summary; `next_look_ts` when the next is due.

    `alerts` are those open now, `changed` those this look raised or resolved. `rate` is steps a second.
    `reason` says why it was made: a phase of the cadence, a rule, `exit`, `milestone 1000`, ….
    `stopped`: it ended because it was killed from here; its status is CRASH, since its work is not done.
    """

    ts: float
    line: str
    status: str
    phase: Phase
    next_look_ts: float | None
    step: int | None
    total_steps: int | None
    rate: float | None
    decision: Decision
    decision_text: str
    forecast: Forecast
    alerts: tuple[Alert, ...] = ()
    changed: tuple[Alert, ...] = ()
    verdict: Verdict | None = None
    reason: str = ""
    stopped: bool = False

    @property
    def word(self) -> str:
        """The status as people read it: a run that was stopped on purpose has not crashed."""
        return STOPPED if self.stopped else self.status
