"""What the trainings here share: options, the loop, checkpoints, and the faults that any of them can have.

A step is real gradient descent on the CPU and takes a millisecond or so; `--step-s` sleeps the rest of the
time that an accelerator would be busy. Faults come true at step `--fault-at`:

    stall   the loader's thread takes a lock that it holds already; the loop waits for a batch for ever
    slow    every step takes twice as long
    leak    every step keeps a copy of its activations (`--leak-kib`), until the memory is gone
"""

import argparse
import itertools
import queue
import threading
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Generic, Protocol, TypeVar

import numpy as np
from nets import Array
from telling import STYLES, Style, put

JITTER = 0.06
AHEAD = 4
SHARED_FAULTS = ("stall", "slow", "leak")

Batch = TypeVar("Batch")


class Model(Protocol[Batch]):
    """What the loop trains."""

    def batch(self) -> Batch:
        """Data for one step."""
        ...

    def step(self, batch: Batch, rate: float) -> float:
        """One step down the gradient; the batch's loss before it."""
        ...

    def evaluate(self) -> float:
        """The loss on data that is never trained on."""
        ...

    def state(self) -> dict[str, Array]:
        """What a checkpoint holds."""
        ...


def options(about: str, faults: tuple[str, ...] = ()) -> argparse.ArgumentParser:
    """The options of every script; `faults` are those of its own."""
    parser = argparse.ArgumentParser(description=about)
    parser.add_argument("--steps", type=int, default=1000)
    parser.add_argument("--step-s", type=float, default=0.0, help="seconds a step takes, played by sleeping")
    parser.add_argument("--log-every", type=int, default=10)
    parser.add_argument("--eval-every", type=int, default=100)
    parser.add_argument("--eval-s", type=float, default=0.0, help="seconds an evaluation takes, likewise")
    parser.add_argument("--save-every", type=int, default=0, help="0: no checkpoints")
    parser.add_argument("--out", default="out", help="where checkpoints go")
    parser.add_argument("--style", choices=list(STYLES), default="plain")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--rate", type=float, default=0.003, help="learning rate")
    parser.add_argument("--warmup", type=int, default=0, help="steps until the learning rate is reached")
    parser.add_argument("--decay", action="store_true", help="then let it fall to nothing by the last step")
    parser.add_argument("--fault", choices=["none", *SHARED_FAULTS, *faults], default="none")
    parser.add_argument("--fault-at", type=int, default=0, help="the step at which it comes true")
    parser.add_argument("--leak-kib", type=int, default=256, help="what `leak` keeps of each step")
    return parser


class Loader(Generic[Batch]):
    """Makes batches ahead of time in a thread of its own."""

    def __init__(self, model: Model[Batch], hang_at: int = 0) -> None:
        self._model = model
        self._hang_at = hang_at
        self._lock = threading.Lock()
        self._ready: queue.Queue[Batch] = queue.Queue(AHEAD)
        threading.Thread(target=self._fill, daemon=True).start()

    def next(self) -> Batch:
        """The next batch; waits until there is one."""
        return self._ready.get()

    def _fill(self) -> None:
        for number in itertools.count(1):
            with self._lock:
                if number == self._hang_at:
                    self._rewind()
                batch = self._model.batch()
            self._ready.put(batch)

    def _rewind(self) -> None:
        with self._lock:  # the caller holds it: the fault `stall`
            pass


@dataclass
class Pace:
    """Lets each step take its time, with the small unevenness of a real machine."""

    step_s: float
    source: np.random.Generator
    slow_at: int = 0
    took_s: float = 0.0
    _begun: float = field(default_factory=time.monotonic)

    def rest(self, step: int) -> None:
        """Sleep what is left of this step's time."""
        wanted_s = self.step_s * (2.0 if self.slow_at and step >= self.slow_at else 1.0)
        wanted_s *= max(0.5, self.source.normal(1.0, JITTER))
        time.sleep(max(0.0, self._begun + wanted_s - time.monotonic()))
        self.took_s = time.monotonic() - self._begun

    def begin(self) -> None:
        """A step begins."""
        self._begun = time.monotonic()


def rate_at(step: int, given: argparse.Namespace) -> float:
    """The learning rate: up in a line, then flat, or down in a line."""
    if step <= given.warmup:
        return given.rate * step / given.warmup
    left = (given.steps - step) / max(1, given.steps - given.warmup)
    return given.rate * (left if given.decay else 1.0)


def train(model: Model[Batch], given: argparse.Namespace) -> None:
    """All steps of `given`, told in its style."""
    style = STYLES[given.style](given.steps)
    faults = {given.fault: given.fault_at}
    pace = Pace(given.step_s, np.random.default_rng(given.seed + 1), faults.get("slow", 0))
    loader = Loader(model, faults.get("stall", 0))
    kept: list[Array] = []
    for step in range(1, given.steps + 1):
        pace.begin()
        rate = rate_at(step, given)
        loss = model.step(loader.next(), rate)
        if "leak" in faults and step >= given.fault_at:
            kept.append(np.full(int(given.leak_kib) * 128, loss))
        pace.rest(step)
        if step % given.log_every == 0 or step == given.steps:
            put(style.step(step, loss, rate, pace.took_s))
        _between(model, given, style, step, loss)


def _between(model: Model[Batch], given: argparse.Namespace, style: Style, step: int, loss: float) -> None:
    """Evaluation and checkpoint, when they are due."""
    if given.eval_every and step % given.eval_every == 0:
        value = model.evaluate()
        time.sleep(given.eval_s)
        put(style.evaluation(step, loss, value))
    if given.save_every and step % given.save_every == 0:
        folder = Path(given.out)
        folder.mkdir(parents=True, exist_ok=True)
        path = folder / f"step-{step}.npz"
        put(style.saved(step, str(path)))
        np.savez(path, allow_pickle=False, **model.state())
