"""A character model: eight characters in, the next one out, on sentences that a small grammar makes.

    python chars.py --steps 2400 --step-s 0.5 --style nanogpt --save-every 600

Its own fault, `traceback`: from the batch `--fault-at` on, the text comes from a second shard with an accent
in it, which the vocabulary, built from the first one, does not know.
"""

import random

import numpy as np
from loop import options, train
from nets import Adam, Array, Ints, Perceptron, cross_entropy

CONTEXT, WIDTH, HIDDEN, BATCH = 8, 12, 96, 64
HELD_OUT = 1024
SENTENCES = 3000
WHO = ("a sailor", "the cook", "my sister", "the old judge", "every child", "no pilot")
DID = ("painted", "borrowed", "sold", "dreamt of", "dropped", "repaired")
WHAT = ("a small boat", "the blue door", "seven clocks", "an orange", "the map", "two bicycles")
WHERE = ("in the harbour", "at noon", "behind the mill", "before the storm", "on a sunday")


def sentences(source: random.Random, count: int, *extra: str) -> str:
    """`count` sentences of the grammar; `extra` are more places where things happen."""
    parts = (WHO, DID, WHAT, (*WHERE, *extra))
    return " ".join(" ".join(source.choice(part) for part in parts) + "." for _ in range(count))


class Text:
    """Shards of text, and the numbers of their characters."""

    def __init__(self, seed: int) -> None:
        self._source = random.Random(seed)
        self.shard = sentences(self._source, SENTENCES)
        self.number_of = {char: number for number, char in enumerate(sorted(set(self.shard)))}

    def next_shard(self) -> None:
        """Text of the same kind, with one more place in it."""
        self.shard = sentences(self._source, SENTENCES, "at the café")

    def draw(self, count: int) -> list[str]:
        """`count` windows of CONTEXT characters and the one that follows."""
        starts = [self._source.randrange(len(self.shard) - CONTEXT - 1) for _ in range(count)]
        return [self.shard[at : at + CONTEXT + 1] for at in starts]

    def encode(self, windows: list[str]) -> tuple[Ints, Ints]:
        """Contexts (count, CONTEXT) and the characters that follow them, as numbers."""
        rows = np.array([self.numbers(window) for window in windows])
        return rows[:, :-1], rows[:, -1]

    def numbers(self, text: str) -> list[int]:
        """Characters → numbers."""
        return [self.number_of[char] for char in text]


class Chars:
    """Learnt vectors of the characters, then a perceptron."""

    def __init__(self, seed: int, second_shard_at: int = 0) -> None:
        source = np.random.default_rng(seed)
        self.text = Text(seed)
        self.held_out = self.text.encode(self.text.draw(HELD_OUT))
        count = len(self.text.number_of)
        self.vectors = source.normal(0.0, 0.3, (count, WIDTH))
        self.net = Perceptron.born(source, (CONTEXT * WIDTH, HIDDEN, count))
        self.adam = Adam([self.vectors, *self.net.weights])
        self._second_shard_at = second_shard_at
        self._batches = 0

    def batch(self) -> list[str]:
        self._batches += 1
        if self._batches == self._second_shard_at:
            self.text.next_shard()
        return self.text.draw(BATCH)

    def step(self, batch: list[str], rate: float) -> float:
        contexts, wanted = self.text.encode(batch)
        values = self.net.forward(self.vectors[contexts].reshape(len(contexts), -1))
        loss, slope = cross_entropy(values[-1], wanted)
        grads, below = self.net.backward(values, slope)
        moves = np.zeros_like(self.vectors)
        np.add.at(moves, contexts, below.reshape(*contexts.shape, WIDTH))
        self.adam.move([moves, *grads], rate)
        return loss

    def evaluate(self) -> float:
        contexts, wanted = self.held_out
        values = self.net.forward(self.vectors[contexts].reshape(len(contexts), -1))
        return cross_entropy(values[-1], wanted)[0]

    def state(self) -> dict[str, Array]:
        return {"vectors": self.vectors, **{f"w{i}": w for i, w in enumerate(self.net.weights)}}


def main() -> None:
    given = options("A small character model.", ("traceback",)).parse_args()
    model = Chars(given.seed, given.fault_at if given.fault == "traceback" else 0)
    print(f"{len(model.text.shard)} characters, {len(model.text.number_of)} kinds, max_iters {given.steps}")
    train(model, given)


if __name__ == "__main__":
    main()
