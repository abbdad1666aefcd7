"""From a key to its picture on a real terminal, with 100k points, 50k log lines, and more streaming in.

Beside it, in the same run, the least that the toolkit can do: a screen of one line and a modal of one line.
"""

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
BARE = (("k", "a modal", "\x1b"),)
ROUNDS, BARE_ROUNDS = 12, 15
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


def answers(at: Place, state: str, keys: tuple[tuple[str, str, str], ...], rounds: int) -> list[float]:
    """One figure a key press, the first of each screen left out: its style is read then.

    The last of them is the longest time that the loop was held up, by its own work alone.
    """
    took: list[float] = []
    with terminal(at, sys.executable, "-m", "tests.tui.on_a_terminal", state, cwd=ROOT) as screen:
        screen.wait_for("llama-lora")
        time.sleep(3)
        for turn in range(rounds + 1):
            for key, shown, back in keys:
                ms = answer_ms(screen, screen.master, key, shown)
                if turn:
                    took.append(ms)
                time.sleep(SETTLE_S)
                with suppress(OSError):
                    os.write(screen.master, back.encode())
                time.sleep(SETTLE_S)
        os.write(screen.master, b"q")
        screen.wait_for("longest stall")
        stall = screen.text().rpartition("longest stall ")[2].split()[0]
    return [*took, float(stall)]


def told(took: list[float]) -> str:
    """Median and 95th percentile."""
    took = sorted(took)
    return f"p50 {took[len(took) // 2]:.0f} ms, p95 {took[int(len(took) * 0.95)]:.0f} ms, n={len(took)}"


def measure() -> list[Row]:
    """The floor before and after, ours between."""
    with place() as at:
        bare = answers(at, "bare", BARE, BARE_ROUNDS)[:-1]
        *took, stall = answers(at, "streaming", KEYS, ROUNDS)
        bare += answers(at, "bare", BARE, BARE_ROUNDS)[:-1]
    return [
        Row("a bare modal of the toolkit: key to picture", "", told(bare)),
        Row("key to picture under load (real terminal)", "p95 ≤ 50 ms", told(took)),
        Row("the loop held up at most, under load", "≤ 50 ms", f"{stall:.0f} ms of its own work"),
    ]
