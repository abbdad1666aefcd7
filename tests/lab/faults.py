"""What goes wrong, and what only looks as if it did: each drawn into a sketch, with its truth."""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np

from tests.lab.sketch import EVAL, IDLE_POWER, SAVE, GpuState, Sketch
from tests.lab.tape import START, Truth
from vasttui.logs.events import ErrorMarker
from vasttui.monitor.check import Rule

FOREVER = float("inf")
SEEN_AFTER_S = 3 * 3600.0
FIRST_LINES = 12


@dataclass(frozen=True, slots=True)
class Fault:
    """`share`: how often it is met on one rented machine, among faults (see docs/detection.md)."""

    share: float
    draw: Callable[[Sketch, bool], None]
    rules: frozenset[Rule]


def truth(s: Sketch, kind: str, borderline: bool, begins: float, failed: float | None = None) -> None:
    """Write down what is true."""
    s.truth = Truth(
        kind,
        "borderline" if borderline else "blatant",
        begins=begins,
        failed=begins if failed is None else failed,
        rules=FAULTS[kind].rules,
    )


def onset(s: Sketch) -> float:
    """Any time in the run, rather early than late; not before there is something to compare with."""
    ts = s.ts
    first = float(ts[min(len(ts) // 3, max(FIRST_LINES, 50 // s.p.log_every + 5))])
    return first + (START + 0.92 * (float(ts[-1]) - START) - first) * float(s.rng.random()) ** 1.5


def _marker(s: Sketch, ts: float, kind: str, text: str) -> None:
    s.said.append((ts, ErrorMarker(ts, kind, 1, text, True, text)))  # type: ignore[arg-type]


def _minutes(s: Sketch, low: float, high: float) -> float:
    """START + so many minutes (log-uniform), inside the run."""
    minutes = math.exp(s.rng.uniform(math.log(low), math.log(high)))
    return min(START + minutes * 60, START + 0.95 * (float(s.ts[-1]) - START))


def script(s: Sketch, borderline: bool) -> None:
    """A wrong path, key, type or import: dies within minutes."""
    at = _minutes(s, 0.2, 4)
    _marker(s, at - 0.05, "traceback", "KeyError: 'labels'")
    s.over_at(at, 1)
    truth(s, "script", borderline, at - 0.1, at)


def load(s: Sketch, borderline: bool) -> None:
    """The model or the first batches do not fit."""
    at = _minutes(s, 1, 15)
    if s.rng.random() < 0.6:
        s.gap[0] += at - START
    _marker(s, at - 0.05, "oom", "torch.OutOfMemoryError: CUDA out of memory.")
    s.over_at(at, 1)
    truth(s, "load", borderline, at - 0.1, at)


def killed(s: Sketch, borderline: bool) -> None:
    """The kernel kills it without a word."""
    at = _minutes(s, 5, 120)
    s.over_at(at, None, 9)
    s.ram_extra.append((at - 12, s.p.ram_total * (0.97 - s.p.ram_share) / 12))
    truth(s, "killed", borderline, at - 12, at)


def leak(s: Sketch, borderline: bool) -> None:
    """RAM grows until the kernel kills it."""
    begins = onset(s)
    room = s.p.ram_total * (0.97 - s.p.ram_share)
    minutes = s.rng.uniform(100, 300) if borderline else s.rng.uniform(15, 90)
    fails = begins + float(minutes) * 60
    ts = s.ts
    if fails > ts[-1] - 60:
        fails = float(ts[-1]) - 60
        begins = max(begins - 3600, START + 120, fails - float(minutes) * 60)
    s.ram_extra.append((begins, room / (fails - begins)))
    s.over_at(fails, None, 9)
    truth(s, "leak", borderline, begins, fails)


def pressure(s: Sketch, borderline: bool) -> None:
    """VRAM is all but full from then on."""
    s.p.gpu = True
    at = onset(s)
    s.vram_from = (at, float(s.rng.uniform(0.975, 0.98) if borderline else s.rng.uniform(0.985, 0.998)))
    truth(s, "pressure", borderline, at)


def _hang(s: Sketch, kind: str, borderline: bool, state: GpuState) -> None:
    ts = s.ts
    k = s.index(state.since)
    while s.what[k] and k < len(ts) - 1:  # not in a pause: nothing would be missing yet
        k += 1
    begins = float(ts[k - 1])
    s.silent_from = begins + 1e-3
    s.gpu_states.append(GpuState(begins, FOREVER, state.util, state.power, state.jitter))
    s.end = begins + SEEN_AFTER_S
    truth(s, kind, borderline, begins)


def hang_spin(s: Sketch, borderline: bool) -> None:
    """A collective waits for ever: 100 % busy at a fraction of the power, or at a frozen one."""
    power = s.rng.uniform(0.6, 0.95) if borderline else s.rng.uniform(0.2, 0.45)
    _hang(s, "hang_spin", borderline, GpuState(onset(s), FOREVER, 100.0, float(power), 0.05))


def hang_io(s: Sketch, borderline: bool) -> None:
    """It waits for data that never come."""
    util = s.rng.uniform(2, 9) if borderline else 0.0
    _hang(s, "hang_io", borderline, GpuState(onset(s), FOREVER, float(util), IDLE_POWER, 0.2))


def slow(s: Sketch, borderline: bool) -> None:
    """Steps take longer from then on: throttling, a starved loader, a noisy host."""
    at = onset(s)
    share = float(s.rng.uniform(0.58, 0.65) if borderline else s.rng.uniform(0.3, 0.52))
    k = s.index(at)
    s.gap[k:] /= share
    begins = float(s.ts[k - 1])
    starved = s.rng.random() < 0.5
    util, power = (s.p.util * share, 0.3 + 0.7 * share) if starved else (s.p.util, 0.45 + 0.5 * share)
    s.gpu_states.append(GpuState(begins, FOREVER, util, power))
    s.end = min(float(s.ts[-1]), begins + SEEN_AFTER_S)
    truth(s, "slow", borderline, begins)


def gpu_idle(s: Sketch, borderline: bool) -> None:
    """The card waits part of the time, and steps are a little slower."""
    s.p.gpu = True
    at = onset(s)
    k = s.index(at)
    s.gap[k:] /= float(s.rng.uniform(0.76, 0.95))
    util = float(s.rng.uniform(46, 54) if borderline else s.rng.uniform(8, 38))
    begins = float(s.ts[k - 1])
    s.gpu_states.append(GpuState(begins, FOREVER, util, 0.4 + util / 200))
    s.end = min(float(s.ts[-1]), begins + SEEN_AFTER_S)
    truth(s, "gpu_idle", borderline, begins)


def nan(s: Sketch, borderline: bool) -> None:
    """The loss is not a number from then on; borderline: in most lines."""
    k = s.index(onset(s))
    bad = np.arange(len(s.loss)) >= k
    if borderline:
        bad &= s.rng.random(len(s.loss)) < 0.75
        bad[k] = True
    s.loss[bad] = np.nan
    truth(s, "nan", borderline, float(s.ts[k]))
    s.end = min(float(s.ts[-1]), float(s.ts[k]) + SEEN_AFTER_S)


def evals(s: Sketch, borderline: bool) -> None:
    """Evals turn: they settle well above the best, or go up and up."""
    p = s.p
    p.eval_every = max(p.log_every, p.total_steps // 14 // p.log_every * p.log_every)
    fresh = np.flatnonzero(s.step[:-1] % p.eval_every == 0) + 1
    s.pause[s.what == EVAL], s.what[s.what == EVAL] = 0.0, 0
    s.pause[fresh], s.what[fresh], s.marked[fresh] = p.eval_s, EVAL, p.eval_marked
    at = fresh.tolist()
    turn = int(s.rng.integers(4, 10))
    value = 2.0
    best = value
    for n, k in enumerate(at):
        if n < turn:
            value = best = 1.5 + 2.0 * 0.7**n
        elif borderline:
            value = best * float(1.16 + 0.03 * s.rng.random())
        else:
            value = best * (1.2 + 0.2 * (n - turn))
        s.evals[k] = value * float(np.exp(s.rng.normal(0, p.eval_noise)))
    begins = float(s.ts[at[turn] - 1] + s.pause[at[turn]])
    truth(s, "eval", borderline, begins)
    s.end = float(s.ts[-1])


def disk(s: Sketch, borderline: bool) -> None:
    """Every save is kept, until one does not fit."""
    p = s.p
    fits = 3 if borderline else int(s.rng.integers(4, 11))
    p.save_every = max(p.log_every, p.total_steps // (fits + 3) // p.log_every * p.log_every)
    s.pause[s.what == SAVE], s.what[s.what == SAVE] = 0.0, 0
    at = np.flatnonzero(s.step[:-1] % p.save_every == 0) + 1
    s.pause[at] += p.save_s
    s.what[at] = np.where(s.what[at] == EVAL, EVAL, SAVE)
    s.what[at], s.marked[at] = SAVE, p.save_marked
    p.keep, p.save_mib = 10**6, max(p.save_mib, 2000.0)
    p.disk_mib = p.save_mib * (fits + float(s.rng.uniform(0.2, 0.8)))
    ts = s.ts
    fails = float(ts[at[fits] - 1] + 0.5 * s.pause[at[fits]])
    _marker(s, fails - 0.05, "disk", "OSError: [Errno 28] No space left on device")
    s.over_at(fails, 1)
    truth(s, "disk", borderline, float(ts[at[1] - 1]), fails)


def host(s: Sketch, borderline: bool) -> None:
    """The machine does not answer any more."""
    at = onset(s)
    s.blind = ((at, FOREVER),)
    s.end = min(float(s.ts[-1]), at + SEEN_AFTER_S)
    truth(s, "host", borderline, at)


def short(s: Sketch, borderline: bool) -> None:
    """Exit 0 with work left."""
    share = s.rng.uniform(0.7, 0.85) if borderline else s.rng.uniform(0.1, 0.6)
    at = float(s.ts[int(len(s.ts) * share)]) + 2.0
    s.over_at(at, 0)
    truth(s, "short", borderline, at)


def worker(s: Sketch, borderline: bool) -> None:
    """One part dies with a fatal message, the rest waits."""
    k = s.index(onset(s))
    begins = float(s.ts[k - 1]) + 0.5
    s.silent_from = begins
    _marker(s, begins, "nccl", "NCCL watchdog: collective operation timeout")
    s.gpu_states.append(GpuState(begins, FOREVER, 100.0, 0.4, 0.05))
    s.end = begins + SEEN_AFTER_S
    truth(s, "worker", borderline, begins)


def cost(s: Sketch, borderline: bool) -> None:
    """It will cost more than the budget."""
    ts = s.ts
    full = 2.0 * (float(ts[-1]) - START) / 3600
    s.p.budget_usd = full * float(s.rng.uniform(0.84, 0.88) if borderline else s.rng.uniform(0.4, 0.75))
    begins = float(ts[max(FIRST_LINES, len(ts) // 20)])
    truth(s, "cost", borderline, START, begins)
    s.end = min(float(ts[-1]), begins + SEEN_AFTER_S)


def left_on(s: Sketch, borderline: bool) -> None:
    """It is done, and the machine still costs."""
    at = float(s.ts[-1]) + 3.0
    s.over_at(at, 0)
    truth(s, "left_on", borderline, at)


_ERROR: frozenset[Rule] = frozenset(("error",))
_STALL: frozenset[Rule] = frozenset(("stall", "error"))
_SLOW: frozenset[Rule] = frozenset(("slow", "gpu_idle", "cost", "stall"))
FAULTS: Mapping[str, Fault] = {
    "script": Fault(0.39, script, _ERROR),
    "load": Fault(0.12, load, _ERROR),
    "killed": Fault(0.03, killed, frozenset(("error", "memory"))),
    "leak": Fault(0.05, leak, frozenset(("memory", "error"))),
    "pressure": Fault(0.01, pressure, frozenset(("memory",))),
    "hang_spin": Fault(0.06, hang_spin, _STALL),
    "hang_io": Fault(0.05, hang_io, _STALL),
    "worker": Fault(0.01, worker, _STALL),
    "slow": Fault(0.05, slow, _SLOW),
    "gpu_idle": Fault(0.03, gpu_idle, _SLOW),
    "nan": Fault(0.02, nan, frozenset(("nan",))),
    "eval": Fault(0.02, evals, frozenset(("eval",))),
    "disk": Fault(0.06, disk, frozenset(("disk", "error"))),
    "host": Fault(0.05, host, frozenset(("host",))),
    "short": Fault(0.01, short, _ERROR),
    "cost": Fault(0.01, cost, frozenset(("cost",))),
    "left_on": Fault(0.03, left_on, frozenset()),
}
