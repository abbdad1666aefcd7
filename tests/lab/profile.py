"""What a run is like when nothing is wrong with it: drawn once a run, from ranges met in real trainings."""

import math
from dataclasses import dataclass

import numpy as np

SHORT_RUNS = 0.3


@dataclass(slots=True)
class Profile:
    """Traits of one run. Seconds, steps, MiB, percent, watts."""

    hours: float
    s_per_step: float
    log_every: int
    total_steps: int
    startup_s: float
    warm_factor: float
    jitter: float
    drift: float
    drift_s: float
    stall_share: float
    stall_s: float
    throttle: float
    eval_every: int
    eval_s: float
    eval_marked: bool
    eval_util: float
    save_every: int
    save_s: float
    save_marked: bool
    save_mib: float
    keep: int
    gpu: bool
    util: float
    util_jitter: float
    power: float
    vram_total: float
    vram_share: float
    ram_total: float
    ram_share: float
    disk_mib: float
    loss_first: float
    loss_last: float
    loss_noise: float
    eval_noise: float
    bytes_a_line: int
    budget_usd: float | None = None

    @property
    def gap_s(self) -> float:
        """Seconds between lines while it trains."""
        return self.s_per_step * self.log_every


def draw(rng: np.random.Generator, hours: float | None = None) -> Profile:
    """A healthy run's traits: fine-tunes of 20-120 min and trainings of 2-12 h."""
    if hours is None:
        low, high = (1 / 3, 2.0) if rng.random() < SHORT_RUNS else (2.0, 12.0)
        hours = _between(rng, low, high)
    seconds = hours * 3600
    s_per_step = min(_between(rng, 0.05, 15.0), seconds / 200)
    gap_s = min(max(_between(rng, 1.0, 60.0), s_per_step), seconds / 60)
    log_every = max(1, round(gap_s / s_per_step))
    total = max(60 * log_every, int(seconds / s_per_step) // log_every * log_every)
    eval_period_s = max(_between(rng, 300, 3600), seconds / 40)
    save_period_s = max(_between(rng, 600, 7200), seconds / 20)
    vram_total = float(rng.choice([24_564, 46_068, 81_559]))
    ram_total = float(rng.choice([64_000, 128_000, 257_000]))
    gpu = bool(rng.random() < 0.97)
    first = float(rng.uniform(2.0, 11.0))
    return Profile(
        hours=hours,
        s_per_step=s_per_step,
        log_every=log_every,
        total_steps=total,
        startup_s=_between(rng, 4, 90) * min(1.0, hours),
        warm_factor=float(rng.uniform(1.0, 2.5)),
        jitter=_between(rng, 0.01, 0.12),
        drift=float(rng.uniform(0.0, 0.045)),
        drift_s=_between(rng, 120, 3600),
        stall_share=_between(rng, 1e-4, 1e-2),
        stall_s=_between(rng, 0.5, 4.0),
        throttle=float(rng.uniform(0.03, 0.1)) if rng.random() < 0.2 else 0.0,
        eval_every=_whole(eval_period_s / s_per_step, log_every),
        eval_s=_between(rng, 5, 300) * min(1.0, hours / 2),
        eval_marked=bool(rng.random() < 0.7) or not gpu,
        eval_util=float(rng.uniform(60, 98)),
        save_every=_whole(save_period_s / s_per_step, log_every),
        save_s=_between(rng, 1, 30),
        save_marked=bool(rng.random() < 0.6),
        save_mib=_between(rng, 200, 30_000),
        keep=int(rng.integers(1, 4)),
        gpu=gpu,
        util=float(rng.uniform(72, 99)),
        util_jitter=float(rng.uniform(1, 8)),
        power=float(rng.uniform(180, 650)),
        vram_total=vram_total,
        vram_share=float(rng.uniform(0.4, 0.94)),
        ram_total=ram_total,
        ram_share=float(rng.uniform(0.08, 0.6)),
        disk_mib=_between(rng, 150_000, 900_000),
        loss_first=first,
        loss_last=first * float(rng.uniform(0.15, 0.7)),
        loss_noise=float(rng.uniform(0.005, 0.08)),
        eval_noise=float(rng.uniform(0.001, 0.012)),
        bytes_a_line=int(rng.integers(60, 180)),
    )


def _between(rng: np.random.Generator, low: float, high: float) -> float:
    """Log-uniform."""
    return math.exp(rng.uniform(math.log(low), math.log(high)))


def _whole(steps: float, log_every: int) -> int:
    """Every so many steps, a multiple of the log's interval."""
    return max(1, round(steps / log_every)) * log_every
