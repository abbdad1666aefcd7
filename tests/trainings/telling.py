"""How a training tells of itself: four ways to write the same log."""

import json
import math
import sys
from dataclasses import dataclass

BAR_CELLS = 30


@dataclass
class Plain:
    """`step 120/3000 loss 0.5312 lr 0.0100`."""

    steps: int

    def step(self, step: int, loss: float, rate: float, took_s: float) -> str:
        return f"step {step}/{self.steps} loss {loss:.4f} lr {rate:.2e}\n"

    def evaluation(self, step: int, loss: float, held_out: float) -> str:
        return f"eval: step {step} eval_loss {held_out:.4f}\n"

    def saved(self, step: int, path: str) -> str:
        return f"saved checkpoint {path}\n"


@dataclass
class JsonLines:
    """One JSON object a line."""

    steps: int

    def step(self, step: int, loss: float, rate: float, took_s: float) -> str:
        return self._line(step=step, total_steps=self.steps, loss=_cut(loss), lr=rate)

    def evaluation(self, step: int, loss: float, held_out: float) -> str:
        return self._line(step=step, eval_loss=_cut(held_out))

    def saved(self, step: int, path: str) -> str:
        return self._line(step=step, message=f"saved checkpoint {path}")

    def _line(self, **facts: float | str) -> str:
        return json.dumps(facts) + "\n"


@dataclass
class NanoGpt:
    """The two lines that nanoGPT and its many children print."""

    steps: int

    def step(self, step: int, loss: float, rate: float, took_s: float) -> str:
        return f"iter {step}: loss {loss:.4f}, time {took_s * 1000:.2f}ms\n"

    def evaluation(self, step: int, loss: float, held_out: float) -> str:
        return f"step {step}: train loss {loss:.4f}, val loss {held_out:.4f}\n"

    def saved(self, step: int, path: str) -> str:
        return f"saving checkpoint to {path}\n"


@dataclass
class Bar:
    """A bar of its own that a carriage return redraws."""

    steps: int

    def step(self, step: int, loss: float, rate: float, took_s: float) -> str:
        filled = "=" * (BAR_CELLS * step // self.steps)
        pace = 1 / took_s if took_s else 0.0
        end = "\n" if step == self.steps else ""
        return f"\r{step}/{self.steps} [{filled:<{BAR_CELLS}}] {pace:.2f} steps/s, loss={loss:.4f}{end}"

    def evaluation(self, step: int, loss: float, held_out: float) -> str:
        return f"\neval: step {step} eval_loss {held_out:.4f}\n"

    def saved(self, step: int, path: str) -> str:
        return f"\nsaved checkpoint {path}\n"


Style = Plain | JsonLines | NanoGpt | Bar
STYLES: dict[str, type[Style]] = {"plain": Plain, "json": JsonLines, "nanogpt": NanoGpt, "bar": Bar}


def put(text: str) -> None:
    """Onto stdout, at once."""
    sys.stdout.write(text)
    sys.stdout.flush()


def _cut(value: float) -> float:
    return round(value, 5) if math.isfinite(value) else value
