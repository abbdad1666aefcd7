"""A small real training for the emulated machines: a line fitted by SGD, standard library only.

    python3 training.py --steps 300

Every step descends the squared error of a few noisy points; a pause stands in for the work of a GPU. Every
hundredth step is evaluated on points that it never trains on, and a checkpoint is written.
"""

import argparse
import json
import random
import time
from pathlib import Path

SLOPE, INTERCEPT, NOISE, RATE = 3.0, -1.0, 0.1, 0.02

Weights = tuple[float, float]
Points = list[tuple[float, float]]


def points(chance: random.Random, count: int) -> Points:
    """Points (x, y) of the line, with noise on y."""
    xs = [chance.uniform(-1.0, 1.0) for _ in range(count)]
    return [(x, SLOPE * x + INTERCEPT + chance.gauss(0.0, NOISE)) for x in xs]


def error(weights: Weights, of: Points) -> float:
    """Mean squared."""
    return sum((weights[0] * x + weights[1] - y) ** 2 for x, y in of) / len(of)


def step(weights: Weights, of: Points) -> Weights:
    """Down the gradient."""
    errors = [(weights[0] * x + weights[1] - y, x) for x, y in of]
    slope = weights[0] - RATE * 2 * sum(e * x for e, x in errors) / len(of)
    return slope, weights[1] - RATE * 2 * sum(e for e, _ in errors) / len(of)


def main() -> None:
    """Train, and tell of it."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--steps", type=int, default=300)
    parser.add_argument("--step-s", type=float, default=0.1)
    parser.add_argument("--eval-every", type=int, default=100)
    given = parser.parse_args()
    chance = random.Random(7)
    weights, held_out = (0.0, 0.0), points(random.Random(8), 64)
    for number in range(1, given.steps + 1):
        seen = points(chance, 8)
        weights = step(weights, seen)
        time.sleep(given.step_s)
        if number % 5 == 0:
            print(f"step {number}/{given.steps} loss {error(weights, seen):.4f}", flush=True)
        if number % given.eval_every == 0:
            print("evaluating ...", flush=True)
            time.sleep(given.step_s * 5)
            print(f"step {number}/{given.steps} eval_loss {error(weights, held_out):.4f}", flush=True)
            Path("checkpoint.json").write_text(json.dumps({"step": number, "weights": weights}))
            print(f"checkpoint saved at step {number}", flush=True)


if __name__ == "__main__":
    main()
