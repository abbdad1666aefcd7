"""The smallest real training: linear regression by SGD, standard library only, launched by tests.

    python tests/trainings/tiny.py --steps 200 --step-s 0.02 --log-every 5

Every step draws four noisy points of a line and moves slope and intercept down the gradient of the squared
error; `--step-s` then sleeps, which stands in for the time an accelerator would take. Faults are real: at
`--crash-at` a list is read past its end, at `--hang-at` a queue is read that nobody feeds.
"""

import argparse
import json
import queue
import random
import sys
import time

SLOPE, INTERCEPT, NOISE = 3.0, -1.0, 0.1
BATCH = 4
BAR_CELLS = 20


def batch(source: random.Random) -> list[tuple[float, float]]:
    """`BATCH` points (x, y) of the line, with noise on y."""
    xs = [source.uniform(-1.0, 1.0) for _ in range(BATCH)]
    return [(x, SLOPE * x + INTERCEPT + source.gauss(0.0, NOISE)) for x in xs]


def loss_of(weights: tuple[float, float], points: list[tuple[float, float]]) -> float:
    """Mean squared error."""
    slope, intercept = weights
    return sum((slope * x + intercept - y) ** 2 for x, y in points) / len(points)


def descend(
    weights: tuple[float, float], points: list[tuple[float, float]], rate: float
) -> tuple[float, float]:
    """One SGD step."""
    slope, intercept = weights
    errors = [(slope * x + intercept - y, x) for x, y in points]
    slope -= rate * 2 * sum(error * x for error, x in errors) / len(points)
    intercept -= rate * 2 * sum(error for error, _ in errors) / len(points)
    return slope, intercept


def tell(style: str, step: int, steps: int, loss: float, pace: float) -> None:
    """One sign of progress. `pace`: steps a second so far."""
    if style == "json":
        print(json.dumps({"step": step, "total_steps": steps, "loss": round(loss, 6)}))
    elif style == "bar":
        filled = "#" * (BAR_CELLS * step // steps)
        end = "\n" if step == steps else ""
        sys.stdout.write(f"\r{step}/{steps} [{filled:<{BAR_CELLS}}] {pace:.2f} steps/s, loss={loss:.4f}{end}")
    else:
        print(f"step {step}/{steps} loss {loss:.4f}")
    sys.stdout.flush()


def tell_eval(style: str, step: int, value: float) -> None:
    """The loss on points never trained on."""
    if style == "json":
        print(json.dumps({"step": step, "eval_loss": round(value, 6)}))
    else:
        print(f"{chr(10) if style == 'bar' else ''}eval: step {step} eval_loss {value:.4f}")
    sys.stdout.flush()


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Linear regression by SGD, with faults on demand.")
    parser.add_argument("--steps", type=int, default=200)
    parser.add_argument("--step-s", type=float, default=0.02, help="seconds slept a step")
    parser.add_argument("--log-every", type=int, default=5)
    parser.add_argument("--eval-every", type=int, default=0)
    parser.add_argument("--style", choices=["plain", "json", "bar"], default="plain")
    parser.add_argument("--crash-at", type=int, default=0, help="raise IndexError after this step")
    parser.add_argument("--hang-at", type=int, default=0, help="wait for ever after this step")
    parser.add_argument("--exit", type=int, default=0, help="exit status at the end")
    parser.add_argument("--seed", type=int, default=0)
    return parser.parse_args()


def train(given: argparse.Namespace) -> tuple[float, float]:
    """All steps; the weights it arrives at."""
    source = random.Random(given.seed)
    held_out = [point for _ in range(16) for point in batch(source)]
    rates = [0.2, 0.1, 0.05]
    weights = (0.0, 0.0)
    started = time.monotonic()
    for step in range(1, given.steps + 1):
        points = batch(source)
        rate = rates[min(len(rates) - 1, 3 * step // (given.steps + 1))]
        weights = descend(weights, points, rate)
        time.sleep(given.step_s)
        if step % given.log_every == 0 or step == given.steps:
            pace = step / max(1e-9, time.monotonic() - started)
            tell(given.style, step, given.steps, loss_of(weights, points), pace)
        if given.eval_every and step % given.eval_every == 0:
            tell_eval(given.style, step, loss_of(weights, held_out))
        if step == given.crash_at:
            points[BATCH] = (0.0, 0.0)  # one past the end
        if step == given.hang_at:
            queue.Queue[None]().get()  # nobody feeds it
    return weights


def main() -> int:
    given = arguments()
    slope, intercept = train(given)
    print(f"done: y = {slope:.3f} x + {intercept:.3f}", flush=True)
    return int(given.exit)


if __name__ == "__main__":
    sys.exit(main())
