"""Healthy runs that look ill at times: each drawn into a sketch."""

import math
from collections.abc import Callable, Mapping

import numpy as np

from tests.lab.faults import onset
from tests.lab.sketch import EVAL, SAVE, GpuState, Sketch
from tests.lab.tape import START

APART_S = 300.0


def long_eval(s: Sketch) -> None:
    """Evals of many minutes, announced."""
    hit = s.what == EVAL
    s.pause[hit] *= float(s.rng.uniform(300, 1200)) * min(1.0, s.p.hours / 2) / s.p.eval_s
    s.marked[hit] = True


def eval_idle(s: Sketch) -> None:
    """The card does nothing during evals."""
    s.p.eval_util = float(s.rng.uniform(0, 15))
    s.marked[s.what == EVAL] = True


def slow_save(s: Sketch) -> None:
    """Checkpoints go up a slow line."""
    hit = s.what == SAVE
    s.pause[hit] *= float(s.rng.uniform(60, 500)) * min(1.0, s.p.hours / 2) / s.p.save_s
    s.marked[hit] = True


def curriculum(s: Sketch) -> None:
    """Longer sequences from some step on: slower by up to a fifth, by design."""
    k = s.index(onset(s))
    s.gap[k:] *= float(s.rng.uniform(1.1, 1.2))


def loss_spike(s: Sketch) -> None:
    """The loss jumps and comes back; one eval may catch it."""
    k = s.index(onset(s))
    span = max(3, len(s.loss) // 100)
    s.loss[k : k + span] *= float(s.rng.uniform(1.5, 4))
    later = [n for n in s.evals if n >= k]
    if later and s.rng.random() < 0.5:
        s.evals[min(later)] *= float(s.rng.uniform(1.15, 1.6))


def one_nan(s: Sketch) -> None:
    """One loss that is not a number, skipped by the scaler."""
    s.loss[s.index(onset(s))] = np.nan


def buffered(s: Sketch) -> None:
    """The log comes in blocks."""
    s.burst_s = math.exp(s.rng.uniform(math.log(30), math.log(240))) * min(1.0, s.p.hours / 2)


def seldom(s: Sketch) -> None:
    """A line every thousand steps or so."""
    every = max(2, int(s.rng.uniform(120, 420) * min(1.0, s.p.hours / 2) / s.p.gap_s))
    _thin(s, every)


def _thin(s: Sketch, every: int) -> None:
    """Keep each `every`-th line; pauses before the dropped ones go to the next that is kept."""
    n = len(s.gap) // every * every
    if n < 20 * every:
        return
    rows = slice(0, n)
    fold = (n // every, every)
    s.gap, s.pause = s.gap[rows].reshape(fold).sum(1), s.pause[rows].reshape(fold).sum(1)
    what = s.what[rows].reshape(fold)
    s.what = np.where((what == EVAL).any(1), EVAL, np.where((what == SAVE).any(1), SAVE, 0))
    s.marked = np.asarray(s.marked[rows].reshape(fold).any(1))
    s.evals = {k // every: value for k, value in s.evals.items() if k < n}
    if s.what[0]:
        s.what[0], s.gap[0], s.pause[0] = 0, s.gap[0] + s.pause[0], 0.0
    s.step, s.loss = s.step[every - 1 : n : every], s.loss[every - 1 : n : every]
    s.p.log_every *= every
    s.p.total_steps = int(s.step[-1])


def blips(s: Sketch) -> None:
    """The link fails for seconds, several times."""
    ends = sorted(float(onset(s)) for _ in range(4))
    s.blind = tuple((at, at + float(s.rng.uniform(5, 50))) for at in ends)
    s.blind = tuple(span for n, span in enumerate(s.blind) if n == 0 or span[0] > s.blind[n - 1][1] + 60)


def neighbour(s: Sketch) -> None:
    """Someone else uses the machine for up to a minute."""
    ts = s.ts
    before = START
    for at in sorted(onset(s) for _ in range(3)):
        if at <= before + APART_S:
            continue
        before = at
        factor = float(s.rng.uniform(1.4, 2.2))
        s.gap[(ts >= at) & (ts < at + float(s.rng.uniform(15, 60)) / factor)] *= factor


def lazy_start(s: Sketch) -> None:
    """Downloads and compiles for minutes before the first step."""
    s.gap[0] += float(s.rng.uniform(120, 900)) * min(1.0, s.p.hours / 2)


def cache_fills(s: Sketch) -> None:
    """RAM grows through the first epoch, then stays."""
    span = 0.3 * (float(s.ts[-1]) - START)
    grows = s.p.ram_total * (float(s.rng.uniform(0.6, 0.75)) - s.p.ram_share * 0.5)
    slope = max(0.0, grows - s.p.ram_total * s.p.ram_share * 0.5) / span
    s.ram_extra += [(START, slope), (START + span, -slope)]


def busy_dips(s: Sketch) -> None:
    """The card idles for a minute now and then (a shuffle, a validation of the data)."""
    before = START
    for at in sorted(onset(s) for _ in range(3)):
        if at > before + APART_S:
            before = at
            s.gpu_states.append(GpuState(at, at + float(s.rng.uniform(15, 60)), 20.0, 0.4))


LOOK_ALIKES: Mapping[str, Callable[[Sketch], None]] = {
    "long eval": long_eval,
    "idle eval": eval_idle,
    "slow save": slow_save,
    "curriculum": curriculum,
    "loss spike": loss_spike,
    "one nan": one_nan,
    "buffered": buffered,
    "seldom": seldom,
    "blips": blips,
    "neighbour": neighbour,
    "lazy start": lazy_start,
    "cache fills": cache_fills,
    "busy dips": busy_dips,
}
