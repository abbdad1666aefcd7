"""A run being made up: line times from step times with texture; faults and look-alikes are drawn into it."""

from dataclasses import dataclass, field

import numpy as np
from msgspec import structs

from tests.lab.profile import Profile
from tests.lab.tape import SAMPLE_S, START, Floats, Ints, Machine, Pauses, Tape, Truth
from vasttui.logs.events import Activity, EvalPoint, LogEvent
from vasttui.monitor.reading import Exit

EVAL, SAVE = 1, 2
LONGEST_STALL_S = 40.0
IDLE_POWER = 0.16


@dataclass(frozen=True, slots=True)
class GpuState:
    """From `since` to `until` the card shows this: percent, share of its power, share of its jitter."""

    since: float
    until: float
    util: float
    power: float
    jitter: float = 1.0


@dataclass(slots=True)
class Sketch:
    """Line i came `gap[i] + pause[i]` seconds after line i-1; `what[i]` says what the pause was for."""

    seed: int
    p: Profile
    rng: np.random.Generator
    gap: Floats
    pause: Floats
    what: Ints
    marked: Floats
    step: Ints
    loss: Floats
    evals: dict[int, float]
    truth: Truth = field(default_factory=Truth)
    exit: Exit | None = None
    end: float = 0.0
    silent_from: float = float("inf")
    gpu_states: list[GpuState] = field(default_factory=list[GpuState])
    ram_extra: list[tuple[float, float]] = field(default_factory=list[tuple[float, float]])
    vram_from: tuple[float, float] | None = None
    blind: tuple[tuple[float, float], ...] = ()
    said: list[tuple[float, LogEvent]] = field(default_factory=list[tuple[float, LogEvent]])
    burst_s: float = 0.0

    @property
    def ts(self) -> Floats:
        """When each line is written."""
        return START + np.cumsum(self.gap + self.pause)

    def index(self, ts: float) -> int:
        """The first line at or after `ts`."""
        return int(np.searchsorted(self.ts, ts))

    def over_at(self, ts: float, code: int | None = 0, signal: int | None = None) -> None:
        """The command ends then, and so does its log."""
        self.exit, self.end, self.silent_from = Exit(ts, code, signal), ts, min(self.silent_from, ts)


def healthy(seed: int, p: Profile, rng: np.random.Generator) -> Sketch:
    """A run that does all its steps; the texture is in its step times."""
    n = p.total_steps // p.log_every
    step = np.arange(1, n + 1, dtype=np.int64) * p.log_every
    i = np.arange(n)
    jitter = np.exp(rng.normal(0, p.jitter / np.sqrt(min(p.log_every, 9)), n))
    gap = p.gap_s * jitter * (1 + (p.warm_factor - 1) * np.exp(-i * p.log_every / 20))
    clock = np.cumsum(gap)
    knots = rng.normal(0, p.drift, max(4, int(clock[-1] / p.drift_s) + 3))
    gap *= np.exp(np.interp(clock / p.drift_s, np.arange(len(knots)), knots))
    if p.throttle:
        gap *= 1 + p.throttle * (1 - np.exp(-clock / 1200))
    stalls = rng.random(n) < p.stall_share
    gap[stalls] += np.minimum(LONGEST_STALL_S, p.stall_s * (1 + rng.pareto(1.5, int(stalls.sum()))))
    gap[0] += p.startup_s
    pause, what = np.zeros(n), np.zeros(n, dtype=np.int64)
    saves = _after(step, p.save_every)
    pause[saves], what[saves] = p.save_s * np.exp(rng.normal(0, 0.25, len(saves))), SAVE
    evals = _after(step, p.eval_every)
    pause[evals] += p.eval_s * np.exp(rng.normal(0, 0.04, len(evals)))
    what[evals] = EVAL
    loss = curve(p, step / p.total_steps) * np.exp(rng.normal(0, p.loss_noise, n))
    marked = np.where(what == EVAL, p.eval_marked, p.save_marked)
    values = {
        int(k): float(curve(p, step[k - 1] / p.total_steps) * 1.05 * np.exp(rng.normal(0, p.eval_noise)))
        for k in evals
    }
    return Sketch(seed, p, rng, gap, pause, what, marked, step, loss, values)


def curve(p: Profile, share: Floats | float) -> Floats | float:
    """The loss after a share of the steps: a power law between its first and last value."""
    return p.loss_last + (p.loss_first - p.loss_last) * ((1 + 40 * np.asarray(share)) ** -0.7 - 41**-0.7)


def _after(step: Ints, every: int) -> Ints:
    """Lines before which a pause lies: those after each multiple of `every`; none before the last line."""
    return np.flatnonzero(step[:-1] % every == 0) + 1


def finish(s: Sketch) -> Tape:
    """The columns of it."""
    ts = s.ts
    if s.exit is None and not s.truth.faulty:
        s.over_at(float(ts[-1]) + float(s.rng.uniform(1, 15)))
    end = s.end or float(ts[-1])
    pauses = _pauses(s, ts)
    events = _told(s, ts, min(end, s.silent_from)) + s.said
    events.sort(key=lambda pair: pair[0])
    shown = int(np.searchsorted(ts, min(s.silent_from, end), side="right"))
    if s.burst_s:
        ts, events = _buffered(ts, s.burst_s, end), [(_burst(t, s.burst_s, end), e) for t, e in events]
        events = [(t, structs.replace(e, ts=t)) for t, e in events]
    rows = np.arange(shown)
    if s.burst_s:  # of the lines of one block the last tells how far it is
        rows = rows[np.append(np.diff(ts[:shown]) > 0, [True] * min(1, shown))]
    evals = tuple((t, next(iter(e.metrics.values()))) for t, e in events if isinstance(e, EvalPoint))
    return Tape(
        seed=s.seed,
        truth=s.truth,
        total_steps=s.p.total_steps,
        line_ts=ts[rows],
        line_step=s.step[rows],
        line_loss=s.loss[rows],
        events=tuple(events),
        machine=_machine(s, pauses, float(s.ts[0]), end),
        pauses=pauses,
        exit=s.exit,
        end=end,
        hours_planned=s.p.hours,
        budget_usd=s.p.budget_usd,
        blind=s.blind,
        bytes_a_line=s.p.bytes_a_line,
        evals=evals,
    )


def _pauses(s: Sketch, ts: Floats) -> Pauses:
    at = np.flatnonzero(s.what > 0)
    begin = ts[at - 1]
    return Pauses(begin, begin + s.pause[at], s.marked[at])


def _told(s: Sketch, ts: Floats, until: float) -> list[tuple[float, LogEvent]]:
    """What the log says of evals and saves."""
    told: list[tuple[float, LogEvent]] = []
    for k in np.flatnonzero(s.what > 0).tolist():
        begin = float(ts[k - 1]) + 0.01
        if begin > until:
            break
        if s.marked[k]:
            told.append((begin, Activity(begin, "eval" if s.what[k] == EVAL else "checkpoint")))
        done = begin + float(s.pause[k])
        if s.what[k] == EVAL and done <= until:
            told.append((done, EvalPoint(done, int(s.step[k - 1]), {"eval_loss": s.evals[k]})))
    return told


def _buffered(ts: Floats, burst_s: float, end: float) -> Floats:
    return np.minimum(START + np.ceil((ts - START) / burst_s) * burst_s, end)


def _burst(ts: float, burst_s: float, end: float) -> float:
    return min(float(START + np.ceil((ts - START) / burst_s) * burst_s), end)


def _machine(s: Sketch, pauses: Pauses, first_line: float, end: float) -> Machine:
    p, rng = s.p, s.rng
    t = START + SAMPLE_S * np.arange(1, max(2, int((end - START) / SAMPLE_S) + 1))
    n = len(t)
    ram = p.ram_total * (p.ram_share + 0.02 * (1 - np.exp(-(t - START) / 600)) + rng.normal(0, 0.002, n))
    for since, mib_s in s.ram_extra:
        ram += np.maximum(0.0, t - since) * mib_s
    disk = p.disk_mib - _kept(s, pauses, t)
    if not p.gpu:
        return Machine(t, None, None, None, 0.0, np.minimum(ram, p.ram_total * 0.999), p.ram_total, disk)
    util, power = np.full(n, p.util), np.ones(n)
    jitter = np.ones(n)
    before = t < first_line - p.gap_s
    util[before], power[before] = 8.0, 0.3
    which = np.searchsorted(pauses.begin, t, side="right") - 1
    inside = (which >= 0) & (t < pauses.end[np.maximum(which, 0)]) if len(pauses.begin) else which >= 0
    at = np.flatnonzero(s.what > 0)
    evaluating = inside & (s.what[at][np.maximum(which, 0)] == EVAL) if len(at) else inside
    saving = inside & ~evaluating
    util[evaluating], power[evaluating] = p.eval_util, 0.5 + 0.004 * p.eval_util
    util[saving], power[saving] = 6.0, 0.35
    for state in s.gpu_states:
        hit = (t >= state.since) & (t < state.until)
        if state.jitter == 1.0:  # a way of training, not of standing still: pauses look as ever
            hit &= ~inside
        util[hit], power[hit], jitter[hit] = state.util, state.power, state.jitter
    util = np.clip(util + rng.normal(0, 1, n) * p.util_jitter * jitter, 0, 100)
    power = np.maximum(20.0, p.power * power * (1 + rng.normal(0, 0.04, n) * jitter))
    vram = p.vram_total * np.where(before, 0.1, p.vram_share) + rng.normal(0, 20, n)
    if s.vram_from is not None:
        vram = np.where(t >= s.vram_from[0], p.vram_total * s.vram_from[1] + rng.normal(0, 15, n), vram)
    vram = np.minimum(vram, p.vram_total * 0.9995)
    return Machine(
        t, np.round(util), np.round(power, 1), vram, p.vram_total, np.minimum(ram, p.ram_total * 0.999),
        p.ram_total, disk,
    )  # fmt: skip


def _kept(s: Sketch, pauses: Pauses, t: Floats) -> Floats:
    """MiB that saves take up at `t`: each `save_mib`, the newest `keep` of them."""
    at = np.flatnonzero(s.what > 0)
    done = pauses.end[s.what[at] == SAVE]
    return s.p.save_mib * np.minimum(np.searchsorted(done, t, side="right"), s.p.keep)
