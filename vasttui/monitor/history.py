"""All that readings have told of a run so far: the one place where facts are kept, none judged."""

import math
from array import array
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from itertools import groupby
from typing import TYPE_CHECKING

from vasttui.logs.events import Activity, ActivityKind, ErrorMarker, EvalPoint, LogEvent, Progress
from vasttui.logs.reader import LogReader
from vasttui.monitor.baseline import (
    MEASURED_AGAIN,
    MEASURED_ON,
    Baseline,
    enough_to_measure,
    outgrown,
    probe_pace,
    refined,
)
from vasttui.monitor.drift import LONGEST_COUNTED_GAPS, Drift
from vasttui.monitor.metrics_file import MetricsFile
from vasttui.monitor.pace import Advance, Advances, Pace
from vasttui.monitor.reading import Chunk, Exit, FileChunk, Reading, Sample, gauges
from vasttui.monitor.run import Run
from vasttui.monitor.series import Mark, SeriesBook

if TYPE_CHECKING:
    from vasttui.monitor.rules.symptom import Symptom

BASELINE_WINDOW_S = 120.0
MAX_ERRORS = 200
CLEAR_WRITE_MIB = 64.0
SETTLE_S = 5.5
OVER_AFTER_S = 60.0
OVER_AFTER_GAPS = 3.0


@dataclass(slots=True)
class History:
    """Facts of one attempt. Times are host unix seconds; `now` is the newest time heard of.

    `writes`: (when, MiB) of the clear drops in free disk space, as a checkpoint makes them; `freed_mib`: what
    was given back by then, as a run does that keeps only its newest. `eval_judged`: what the eval rule said
    of so many evals; only another one changes it.
    """

    run: Run
    probe_steps: int
    log: LogReader
    now: float = 0.0
    pace: Pace = field(default_factory=Pace)
    drift: Drift = field(default_factory=lambda: Drift(0.7))
    baseline: Baseline | None = None
    series: SeriesBook = field(default_factory=SeriesBook)
    marks: list[Mark] = field(default_factory=list[Mark])
    evals: list[EvalPoint] = field(default_factory=list[EvalPoint])
    errors: list[ErrorMarker] = field(default_factory=list[ErrorMarker])
    samples: tuple[Sample, ...] = ()
    step: int | None = None
    total_steps: int | None = None
    loss: float | None = None
    claimed_s_per_step: float | None = None
    nan_since: float | None = None
    nan_count: int = 0
    activity: ActivityKind = "prepare"
    activity_since: float = 0.0
    longest_eval_s: float = 0.0
    last_byte_ts: float | None = None
    log_bytes: int = 0
    exit: Exit | None = None
    alive: bool | None = None
    stopped_on_purpose: bool = False
    meter_ended: bool = False
    lost_since: float | None = None
    lost_why: str = ""
    interrupted: bool = False
    writes: list[tuple[float, float]] = field(default_factory=list[tuple[float, float]])
    freed_mib: float = 0.0
    metrics_file: MetricsFile | None = None
    eval_judged: "tuple[tuple[int, bool], Symptom | None] | None" = None
    _settled: bool = True
    _measured_at: int = 0
    _undrifted: Advance | None = None

    def __post_init__(self) -> None:
        self.total_steps = self.run.total_steps
        self.now = self.activity_since = self.run.started_at

    def take(self, reading: Reading) -> None:
        """Add what a reading brought."""
        self.note_drift(reading.ts)
        self.now = max(self.now, reading.ts)
        if not reading.reachable:
            self._lose(reading)
            return
        self.lost_since, self.lost_why = None, ""
        for chunk in reading.chunks:
            self._take_chunk(chunk)
        if reading.events:
            self.last_byte_ts = max(reading.events[-1].ts or reading.ts, self.last_byte_ts or 0.0)
            self._take_events(reading.events)
        for chunk in reading.files:
            self._take_file(chunk)
        if reading.samples:
            self._take_samples(reading.samples)
        if reading.alive is not None:
            self.alive = reading.alive
        if reading.exit is not None and self.exit is None:
            self._take_exit(reading.exit)
        self._measure_baseline()
        if not reading.chunks:
            self.pass_time(reading.ts)

    def _lose(self, reading: Reading) -> None:
        """The host does not answer; the last note may say why."""
        self.lost_since = reading.ts if self.lost_since is None else self.lost_since
        self.lost_why = next((note for note in reversed(reading.notes) if note.startswith("instance ")), "")

    def _take_exit(self, ended: Exit) -> None:
        self._take_events(self.log.finish(ended.ts))
        if self.metrics_file is not None:
            self._take_told(self.metrics_file.finish(ended.ts))
        self.exit, self.alive = ended, False

    def _take_chunk(self, chunk: Chunk) -> None:
        if chunk.offset != self.log_bytes and self.log_bytes:
            self._take_events(self.log.feed(b"\n", chunk.ts))  # bytes are missing: half a line stays one
        self.last_byte_ts = max(chunk.ts, self.last_byte_ts or chunk.ts)
        self.log_bytes = chunk.offset + len(chunk.data)
        self.series.add("log_bytes", chunk.ts, self.log_bytes)
        self._settled = False
        self._take_events(self.log.feed(chunk.data, chunk.ts))

    def take_lines(
        self, ts: "array[float]", steps: "array[float]", losses: "array[float]", whole: Advances
    ) -> None:
        """Progress lines of a quiet stretch, their losses finite, and the advances that they complete."""
        pace = self.pace
        pace.extend(whole, int(steps[-1]))
        self.series.extend("loss", ts, losses)
        rates = [steps / gap for gap, steps in zip(whole.gaps, whole.steps, strict=True)]
        self.series.extend("rate", whole.ts, array("d", rates))
        self.series.extend("step", ts, steps)
        self.step, self.loss, self.last_byte_ts, self.alive = int(steps[-1]), losses[-1], ts[-1], True
        self.now, self._measured_at = max(self.now, ts[-1]), pace.count

    def take_gauges(self, ts: "array[float]", gauges: Mapping[str, "array[float]"], newest: Sample) -> None:
        """Samples of a quiet stretch; `newest` is the last of them."""
        for name, values in gauges.items():
            self.series.extend(name, ts, values)
        self.samples, self.alive, self.now = (newest,), True, max(self.now, ts[-1])

    def pass_time(self, now: float) -> None:
        """Nothing came up to `now`: of errors that nothing followed, the reader now says which stand."""
        self.now = max(self.now, now)
        settle_ts = self.settle_ts
        if settle_ts is not None and now >= settle_ts:
            self._settled = True
            self._take_events(self.log.feed(b"", now))
        if self._seems_over(now):
            self.exit = Exit(self.last_sign_ts)

    def _seems_over(self, now: float) -> bool:
        """A log without a process to look at reached its total, and has been quiet since."""
        if self.exit is not None or self.alive is not None or self.lost_since is not None:
            return False
        if self.step is None or self.total_steps is None or self.step < self.total_steps:
            return False
        gap_s = self.pace.slowest_gap_s() or 0.0
        return now - (self.last_byte_ts or now) > max(OVER_AFTER_S, OVER_AFTER_GAPS * gap_s)

    @property
    def settle_ts(self) -> float | None:
        """When the log reader will make up its mind about its last lines; None when it has."""
        if self._settled or self.last_byte_ts is None or self.exit is not None:
            return None
        return self.last_byte_ts + SETTLE_S

    def _take_file(self, chunk: FileChunk) -> None:
        """Bytes of the `[log] file`. With the first step it tells, it counts the run in place of the text."""
        file = self.metrics_file = self.metrics_file or MetricsFile()
        counted = file.tells_steps
        events = file.take(chunk)
        if file.tells_steps and not counted:
            self.pace, self.step, self.baseline, self.claimed_s_per_step = Pace(), None, None, None
            self.total_steps = self.run.total_steps
        self._take_told(events)

    def _take_told(self, events: list[LogEvent]) -> None:
        """Events of the `[log] file`: figures that move on prove that training does."""
        if any(isinstance(event, Progress) for event in events):
            self.log.training_moved(self.now)
        self._take_all(events)

    def _take_events(self, events: Iterable[LogEvent]) -> None:
        """Events of the text, but for what the `[log] file` tells better."""
        file = self.metrics_file
        if file is not None and (file.tells_steps or file.tells_evals):
            known = (*((Progress,) if file.tells_steps else ()), *((EvalPoint,) if file.tells_evals else ()))
            events = [event for event in events if not isinstance(event, known)]
        self._take_all(events)

    def _take_all(self, events: Iterable[LogEvent]) -> None:
        for event in events:
            match event:
                case Progress():
                    self._take_progress(event)
                case EvalPoint():
                    self._take_eval(event)
                case ErrorMarker():
                    self.errors.append(event)
                    del self.errors[:-MAX_ERRORS]
                case Activity():
                    self._turn_to(event.kind, self._time(event.ts))

    def _take_progress(self, event: Progress) -> None:
        ts = self._time(event.ts)
        if event.total_steps is not None:
            self.total_steps = event.total_steps
        if event.seconds_per_step is not None:
            self.claimed_s_per_step = event.seconds_per_step
        if event.loss is not None:
            self._take_loss(ts, event.loss)
        if event.step is None:
            return
        moved = self.step is None or event.step != self.step
        self.step = event.step
        advance = self.pace.sight(ts, event.step, not self.interrupted)
        if advance is not None:
            self.series.add("rate", ts, 1 / advance.s_per_step)
            self.interrupted = False
            self._undrifted = advance
        elif (rate := self.series.get("rate")) and rate.ts[-1] == ts and len(self.pace):
            rate.values[-1] = 1 / self.pace[-1].s_per_step  # more of the burst that ended it
        if moved:
            self.series.add("step", ts, event.step)
            self._turn_to("train", ts)

    def _take_loss(self, ts: float, loss: float) -> None:
        self.loss = loss
        self.series.add("loss", ts, loss)
        if math.isfinite(loss):
            self.nan_since, self.nan_count = None, 0
        else:
            self.nan_since = ts if self.nan_since is None else self.nan_since
            self.nan_count += 1

    def _take_eval(self, event: EvalPoint) -> None:
        ts = self._time(event.ts)
        self.evals.append(event)
        self.marks.append(Mark(ts, "eval", event.step))
        self._interrupt(ts)
        for name, value in event.metrics.items():
            self.series.add(f"eval:{name}", ts, value)

    def _interrupt(self, ts: float) -> None:
        """Something else lies before the next step; of a block of text, inside the step that it ended."""
        self.interrupted = True
        if len(self.pace) and self.pace.ts[-1] >= ts:
            self.pace.training[-1] = 0

    def _turn_to(self, kind: ActivityKind, ts: float) -> None:
        if kind == self.activity:
            return
        if self.activity == "eval":
            self.longest_eval_s = max(self.longest_eval_s, ts - self.activity_since)
        if kind == "checkpoint":
            self.marks.append(Mark(ts, "checkpoint", self.step, self.log.last_checkpoint or ""))
        if kind != "train":
            self._interrupt(ts)
        self.activity, self.activity_since = kind, ts

    def _take_samples(self, samples: tuple[Sample, ...]) -> None:
        for ts, rows in groupby(samples, key=lambda sample: sample.ts):
            self.samples = tuple(rows)
            self.now = max(self.now, ts)
            figures = gauges(self.samples)
            self._note_write(ts, figures.get("disk"))
            for name, value in figures.items():
                self.series.add(name, ts, value)

    def _note_write(self, ts: float, free_mib: float | None) -> None:
        series = self.series.get("disk")
        if free_mib is None or series is None:
            return
        written = series.values[-1] - free_mib
        if written > CLEAR_WRITE_MIB:
            self.writes.append((ts, written))
        elif -written > CLEAR_WRITE_MIB:
            self.freed_mib -= written

    def _measure_baseline(self) -> None:
        """Once the probe is over, again while the same pace goes on, and when the run outgrows it."""
        pace = self.pace
        if pace.count == self._measured_at:
            return
        known, self._measured_at = self.baseline, pace.count
        if known is None:
            if not enough_to_measure(pace, self.probe_steps):
                return
        elif pace.count % 16 == 0 and outgrown(known, pace):
            known = None
        elif pace.count not in MEASURED_AGAIN or self.drift.score > 0:
            return
        seconds = probe_pace(pace.recent(MEASURED_ON))
        if not seconds:
            return
        if known is not None and not refined(known, seconds):
            seconds = known.seconds_per_step
        start = max(self.now - BASELINE_WINDOW_S, pace.ts[0])
        self.baseline = Baseline(
            seconds_per_step=seconds,
            gap_s=pace.typical_gap_s() or seconds,
            util_pct=self.series.mean("gpu", start),
            power_w=self.series.mean("power", start),
            mem_used_mib=self.series.mean("vram", start),
            power_flicker_w=self.series.flicker("power", start),
        )
        self.drift.reset()

    def note_drift(self, now: float) -> None:
        """The newest training step against the baseline, once all of the burst that ended it is there."""
        advance, base = self._undrifted, self.baseline
        if advance is None or now <= advance.ts:
            return
        self._undrifted = None
        whole = self.pace[-1] if len(self.pace) and self.pace.ts[-1] == advance.ts else advance
        if base is None or not whole.training:
            return
        counted = min(whole.gap_s, LONGEST_COUNTED_GAPS * base.gap_s)
        slowness = whole.s_per_step / base.seconds_per_step
        self.drift.add(whole.ts, whole.gap_s, slowness, counted, self.pace.count)

    def _time(self, ts: float | None) -> float:
        return self.now if ts is None else ts

    @property
    def last_sign_ts(self) -> float:
        """When the run last showed that it gets on: a step if it prints steps, else any byte."""
        if self.pace.last_ts is not None:
            return self.pace.last_ts
        return self.last_byte_ts if self.last_byte_ts is not None else self.run.started_at
