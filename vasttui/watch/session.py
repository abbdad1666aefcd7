"""What a face sees of a run, live, mirrored or replayed: one immutable picture, one set of controls."""

from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, field
from typing import Literal, Protocol

from vasttui.gate.finding import Finding
from vasttui.hosts.protocol import Stopped
from vasttui.monitor.baseline import Baseline
from vasttui.monitor.check import Alert, Check, Forecast, Ledger, Phase, Verdict
from vasttui.monitor.reading import Exit, Sample
from vasttui.monitor.series import Mark, Series

Role = Literal["watcher", "mirror", "replay"]
Link = Literal["connecting", "up", "lost", "ended"]
Meter = Literal["keep", "stop", "destroy", "forfeit"]
"""What a kill does to the rented machine: leave it billing, stop it (storage bills on), give it back once all
is pulled, or give it back with whatever could not be pulled."""
StepState = Literal["waiting", "doing", "done", "warned", "failed"]
Remedy = Literal["retry", "next", "destroy"]
"""What can be done about a bring-up that failed: the step again, the next machine, or end it."""


@dataclass(frozen=True, slots=True)
class RunView:
    """The run as its header shows it. `price_usd_h` None: the machine costs nothing we know of."""

    name: str
    command: str
    host: str
    attempt: int = 1
    started_at: float = 0.0
    total_steps: int | None = None
    price_usd_h: float | None = None
    gpu: str = ""
    gpu_count: int | None = None


@dataclass(frozen=True, slots=True)
class BringUpStep:
    """One line of a rented machine's way to its first training step (unix s; `took_s` once it is over).

    `name`: rent, boot, ssh, gpu, gate, bootstrap, transfer, probe or baseline; `text`: what was found, or why
    it failed; `tail`: the last lines of streamed output.
    """

    name: str
    state: StepState = "waiting"
    text: str = ""
    started_at: float | None = None
    took_s: float | None = None
    tail: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class RentalView:
    """The machine that is paid for: US dollars an hour while it runs, and stopped; `spent_usd` so far.

    `not_pulled`: why it was not given back although that was asked: what would have been lost.
    """

    instance: int | None
    label: str
    usd_h: float | None = None
    stopped_usd_h: float | None = None
    spent_usd: float | None = None
    state: str = ""
    not_pulled: str = ""


@dataclass(frozen=True, slots=True)
class Playback:
    """Where a replay stands: `start`, `end` and `at` in run time (unix s).

    `looks` and `alerts`: when the whole record has them, once it has been read ahead.
    """

    start: float
    end: float
    at: float
    speed: float
    paused: bool
    looks: tuple[float, ...] = ()
    alerts: tuple[float, ...] = ()


@dataclass(frozen=True, slots=True, eq=False)
class Snapshot:
    """Everything a screen shows, at one time (`now_ts`: host's clock, unix s).

    `step`, `rate`, `loss` are live (free looks); `check` is the last judged look. `alerts` newest first,
    resolved ones included; `checks` oldest first, bounded. `series` keys: rate loss gpu vram ram disk power
    temp, and `eval:<metric>`; they are shared and append-only. `stopped`: it is over because it was killed
    from here. `message` is one line about the state of the link or the watch itself, for the user.
    `relaunch_note` is what to know before a relaunch (the same error twice, the last checkpoint). `bringup`
    and `rental` are empty for a machine we did not rent; `remedies` are offered while a step of the bring-up
    has failed.
    """

    run: RunView
    role: Role
    link: Link
    now_ts: float
    phase: Phase
    next_look_ts: float | None = None
    paused: bool = False
    step: int | None = None
    rate: float | None = None
    loss: float | None = None
    activity: str = ""
    check: Check | None = None
    checks: tuple[Check, ...] = ()
    alerts: tuple[Alert, ...] = ()
    findings: tuple[Finding, ...] = ()
    forecast: Forecast = Forecast()
    ledger: Ledger = Ledger()
    baseline: Baseline | None = None
    series: Mapping[str, Series] = field(default_factory=dict[str, Series])
    marks: tuple[Mark, ...] = ()
    samples: tuple[Sample, ...] = ()
    longest_eval_s: float = 0.0
    log_bytes: int = 0
    exit: Exit | None = None
    verdict: Verdict | None = None
    stopped: bool = False
    playback: Playback | None = None
    message: str = ""
    relaunch_note: str = ""
    bringup: tuple[BringUpStep, ...] = ()
    remedies: tuple[Remedy, ...] = ()
    rental: RentalView | None = None


class ControlError(Exception):
    """A control was refused: one line, why and what to do."""


class Session(Protocol):
    """A run on a screen. Controls raise ControlError with one line when this session cannot do them."""

    def snapshot(self) -> Snapshot:
        """The picture now. Cheap; never waits."""
        ...

    def changes(self) -> AsyncIterator[Snapshot]:
        """A new picture whenever something changed; slow readers skip, never queue."""
        ...

    async def start(self) -> None:
        """Begin (connect, catch up). Returns at once; trouble shows in the snapshots."""
        ...

    async def close(self) -> None:
        """End the watching, never the run."""
        ...

    async def check_now(self) -> None:
        """Look now."""
        ...

    async def pause(self, paused: bool) -> None:
        """Hold or resume the cadence (of a replay: the playback)."""
        ...

    async def acknowledge(self, rule: str) -> None:
        """The user has seen this alert."""
        ...

    async def snooze(self, rule: str, seconds: float, reason: str) -> None:
        """Silence an alert that holds; if it still does after `seconds`, it is raised again."""
        ...

    async def kill(self, meter: Meter = "keep") -> Stopped:
        """Stop the process group, verified; then pull artifacts and end the meter where that is asked."""
        ...

    async def relaunch(self, new_instance: bool = False) -> None:
        """Start a new attempt with the plan's resume command (else its command), elsewhere if asked."""
        ...

    async def remedy(self, choice: Remedy) -> None:
        """What to do about a bring-up that failed; one of the snapshot's `remedies`."""
        ...

    async def read_log(self, offset: int, size: int) -> tuple[int, bytes]:
        """`size` bytes from `offset` (negative: from the end). Returns (log's length, bytes)."""
        ...

    async def seek(self, ts: float) -> None:
        """Replays only: go to this run time."""
        ...

    async def set_speed(self, speed: float) -> None:
        """Replays only: seconds of run time a second."""
        ...
