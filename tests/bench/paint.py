"""From a key to its picture on a real terminal, with 100k points, 50k log lines, and more streaming in."""

import os
import sys
import time
from contextlib import suppress
from pathlib import Path

from tests.bench.place import Place, place
from tests.bench.row import Row
from tests.bench.terminal import CONTROL, Terminal, terminal

ROOT = str(Path(__file__).parents[2])
# Key, what its picture says, the key that goes back.
KEYS = (
    ("?", "Silence the alert", "\x1b"),
    ("l", "follows", "\x1b"),
    ("m", "crosshair", "\x1b"),
    ("k", "Kill this", "\x1b"),
)
ROUNDS = 12
SETTLE_S = 0.4


def answer_ms(screen: Terminal, master: int, key: str, shown: str) -> float:
    """Milliseconds from a key to the words of its picture."""
    start = len(screen.drawn)
    began = time.perf_counter()
    os.write(master, key.encode())
    with screen.news:
        while shown.encode() not in CONTROL.sub(b"", bytes(screen.drawn[start:])):
            if not screen.news.wait(10):
                raise TimeoutError(f"{key!r} did not bring {shown!r}")
    return (time.perf_counter() - began) * 1000


def answers(at: Place) -> list[float]:
    """One figure a key press, the first of each screen (it is loaded then) left out."""
    took: list[float] = []
    with terminal(at, sys.executable, "-m", "tests.tui.on_a_terminal", "streaming", cwd=ROOT) as screen:
        screen.wait_for("llama-lora")
        time.sleep(3)
        for turn in range(ROUNDS):
            for key, shown, back in KEYS:
                ms = answer_ms(screen, screen.master, key, shown)
                if turn:
                    took.append(ms)
                time.sleep(SETTLE_S)
                with suppress(OSError):
                    os.write(screen.master, back.encode())
                time.sleep(SETTLE_S)
    return sorted(took)


def measure() -> list[Row]:
    """Median and 95th percentile."""
    with place() as at:
        took = answers(at)
    p50, p95 = took[len(took) // 2], took[int(len(took) * 0.95)]
    return [
        Row(
            "key to picture under load (real terminal)",
            "p95 ≤ 50 ms",
            f"p50 {p50:.0f} ms, p95 {p95:.0f} ms, n={len(took)}",
        )
    ]
