"""A wave fitted by plain gradient descent on the squared error.

    python waves.py --steps 1200 --step-s 0.5 --rate 0.02

Its own fault, `nan`, needs no code: a `--rate` that is too high, reached by a long `--warmup`, makes the
weights grow without end at the step where the rate becomes more than the curvature bears.
"""

import numpy as np
from loop import options, train
from nets import Array, Perceptron

BATCH, HELD_OUT = 64, 512
NOISE = 0.05


class Waves:
    """A perceptron whose units nothing keeps from growing."""

    def __init__(self, seed: int) -> None:
        self._source = np.random.default_rng(seed)
        self.net = Perceptron.born(self._source, (1, 48, 48, 1), "leaky")
        self.held_out = self.draw(HELD_OUT)

    def draw(self, count: int) -> tuple[Array, Array]:
        """`count` places (count, 1) and noisy heights of the wave there."""
        x = self._source.uniform(-1.0, 1.0, (count, 1))
        return x, np.sin(5.0 * x) + self._source.normal(0.0, NOISE, x.shape)

    def batch(self) -> tuple[Array, Array]:
        return self.draw(BATCH)

    def step(self, batch: tuple[Array, Array], rate: float) -> float:
        x, wanted = batch
        values = self.net.forward(x)
        error = values[-1] - wanted
        grads, _ = self.net.backward(values, 2 * error / len(x))
        for at, grad in enumerate(grads):
            self.net.weights[at] -= rate * grad
        return float((error**2).mean())

    def evaluate(self) -> float:
        x, wanted = self.held_out
        return float(((self.net.forward(x)[-1] - wanted) ** 2).mean())

    def state(self) -> dict[str, Array]:
        return {f"w{i}": w for i, w in enumerate(self.net.weights)}


def main() -> None:
    given = options("A wave, fitted.").parse_args()
    train(Waves(given.seed), given)


if __name__ == "__main__":
    main()
