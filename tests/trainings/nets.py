"""Nets small enough to read: a multilayer perceptron with its gradients, and Adam."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Literal

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
Ints = NDArray[np.int64]
Bend = Literal["tanh", "leaky"]

LEAK = 0.1
ADAM_FAST, ADAM_SLOW, ADAM_TINY = 0.9, 0.999, 1e-8


@dataclass
class Perceptron:
    """Dense layers with a bend between them; `weights` is flat: matrix, bias, matrix, bias, …."""

    weights: list[Array]
    bend: Bend

    @classmethod
    def born(cls, source: np.random.Generator, sizes: Sequence[int], bend: Bend = "tanh") -> "Perceptron":
        """A net of these layer sizes with He-scaled random weights."""
        weights: list[Array] = []
        for wide, narrow in pairwise(sizes):
            weights += [source.normal(0.0, (2.0 / wide) ** 0.5, (wide, narrow)), np.zeros(narrow)]
        return cls(weights, bend)

    def forward(self, x: Array) -> list[Array]:
        """x of (batch, first size) → the values of every layer, input first, output last."""
        values = [x]
        last = len(self.weights) - 2
        for at in range(0, len(self.weights), 2):
            x = x @ self.weights[at] + self.weights[at + 1]
            if at < last:
                x = np.tanh(x) if self.bend == "tanh" else np.maximum(x, LEAK * x)
            values.append(x)
        return values

    def backward(self, values: list[Array], slope: Array) -> tuple[list[Array], Array]:
        """Gradients of the weights, and of the input, from the loss's slope at the output."""
        grads: list[Array] = []
        for at in range(len(self.weights) - 2, -1, -2):
            below = values[at // 2]
            grads = [below.T @ slope, slope.sum(axis=0), *grads]
            slope = slope @ self.weights[at].T
            if at:
                slope = slope * (
                    (1.0 - below**2) if self.bend == "tanh" else np.where(below > 0.0, 1.0, LEAK)
                )
        return grads, slope


def cross_entropy(logits: Array, wanted: Ints) -> tuple[float, Array]:
    """Mean loss over the batch and its slope at the logits."""
    logits = logits - logits.max(axis=1, keepdims=True)
    shares = np.exp(logits)
    shares /= shares.sum(axis=1, keepdims=True)
    rows = np.arange(len(wanted))
    loss = float(-np.log(shares[rows, wanted] + 1e-300).mean())
    shares[rows, wanted] -= 1.0
    return loss, shares / len(wanted)


@dataclass
class Adam:
    """Kingma and Ba 2015, with bias correction."""

    weights: list[Array]
    count: int = 0
    means: list[Array] = field(default_factory=list[Array])
    squares: list[Array] = field(default_factory=list[Array])

    def __post_init__(self) -> None:
        self.means = [np.zeros_like(w) for w in self.weights]
        self.squares = [np.zeros_like(w) for w in self.weights]

    def move(self, grads: list[Array], rate: float) -> None:
        """One step down, in place."""
        self.count += 1
        scale = rate * (1 - ADAM_SLOW**self.count) ** 0.5 / (1 - ADAM_FAST**self.count)
        for at, grad in enumerate(grads):
            self.means[at] += (1 - ADAM_FAST) * (grad - self.means[at])
            self.squares[at] += (1 - ADAM_SLOW) * (grad**2 - self.squares[at])
            self.weights[at] -= scale * self.means[at] / (np.sqrt(self.squares[at]) + ADAM_TINY)
