"""Two moons told apart by a perceptron.

    python moons.py --steps 1200 --step-s 0.5

Its own fault, `overfit`: it learns from 32 examples, some of them mislabelled, with far more weights than
they can fill; the evaluation, on clean points, gets better at first and then really worse.
"""

import numpy as np
from loop import options, train
from nets import Adam, Array, Ints, Perceptron, cross_entropy

BATCH, HELD_OUT = 64, 1000
NOISE = 0.2
FEW, MISLABELLED = 32, 0.15


def moons(source: np.random.Generator, count: int) -> tuple[Array, Ints]:
    """`count` points (count, 2) on two half circles, and which of the two."""
    side = source.integers(0, 2, count)
    angle = source.uniform(0.0, np.pi, count)
    x = np.where(side == 0, np.cos(angle), 1.0 - np.cos(angle))
    y = np.where(side == 0, np.sin(angle), 0.5 - np.sin(angle))
    return np.stack([x, y], axis=1) + source.normal(0.0, NOISE, (count, 2)), side


class Moons:
    """A perceptron of two hidden layers."""

    def __init__(self, seed: int, overfit: bool = False) -> None:
        self._source = np.random.default_rng(seed)
        self.held_out = moons(self._source, HELD_OUT)
        self.net = Perceptron.born(self._source, (2, 64, 64, 2))
        self.adam = Adam(self.net.weights)
        self._few: tuple[Array, Ints] | None = None
        if overfit:
            points, side = moons(self._source, FEW)
            side[: int(FEW * MISLABELLED)] ^= 1
            self._few = points, side

    def batch(self) -> tuple[Array, Ints]:
        return self._few or moons(self._source, BATCH)

    def step(self, batch: tuple[Array, Ints], rate: float) -> float:
        points, side = batch
        values = self.net.forward(points)
        loss, slope = cross_entropy(values[-1], side)
        self.adam.move(self.net.backward(values, slope)[0], rate)
        return loss

    def evaluate(self) -> float:
        points, side = self.held_out
        return cross_entropy(self.net.forward(points)[-1], side)[0]

    def state(self) -> dict[str, Array]:
        return {f"w{i}": w for i, w in enumerate(self.net.weights)}


def main() -> None:
    given = options("Two moons, told apart.", ("overfit",)).parse_args()
    train(Moons(given.seed, given.fault == "overfit"), given)


if __name__ == "__main__":
    main()
