"""The screen in a real pseudo-terminal: first paint, and what it costs while little happens."""

import subprocess
import sys
import time
from statistics import median

from tests.bench.place import TINY, VASTTUI, Place, place, with_box
from tests.bench.row import Row, spread
from tests.bench.terminal import terminal

REPEATS = 7
SETTLE_S = 10.0
WINDOW_S = 20.0
# What a run on `box` prints while the screen is measured.
PACES = {"a quiet run": "--step-s 60", "a step a second": "--step-s 1 --log-every 1"}


def starts(number: int) -> dict[str, tuple[str, ...]]:
    """Screens whose first paint is timed, and the words that open them: a replay and a run here."""
    return {
        "healthy": ("demo", "healthy", "--speed", "1"),
        f"painted{number}": ("run", "--name", f"painted{number}", "--", "sleep", "5"),
    }


def first_paint(at: Place) -> dict[str, list[float]]:
    """Milliseconds from exec until the run's name is drawn; in turn with `import textual` alone."""
    took: dict[str, list[float]] = {}
    for number in range(REPEATS + 1):
        for name, words in starts(number).items():
            with terminal(at, VASTTUI, *words) as screen:
                took.setdefault(words[0], []).append(screen.wait_for(name) * 1000)
        began = time.perf_counter()
        subprocess.run([sys.executable, "-c", "import textual.app"], check=True)
        took.setdefault("textual", []).append((time.perf_counter() - began) * 1000)
    return {name: values[1:] for name, values in took.items()}


def idle(at: Place, box: str, options: str) -> tuple[float, float]:
    """(CPU %, RSS MiB) of the screen on a run over SSH."""
    command = f"python3 {TINY} --steps 100000 {options}"
    with terminal(at, VASTTUI, "run", "--host", box, "--name", "idle", "--", command) as screen:
        screen.wait_for("idle")
        time.sleep(SETTLE_S)
        before = screen.cpu_s()
        time.sleep(WINDOW_S)
        return (screen.cpu_s() - before) / WINDOW_S * 100, screen.rss_mib()


def measure() -> list[Row]:
    """First paint, then the idle screen with SSH connected."""
    with place() as at:
        took = first_paint(at)
    alone = took.pop("textual")
    rows = [Row("import textual, alone", "", spread(alone, "ms"))]
    for what, values in took.items():
        times = f"{median(values) / median(alone):.1f} x import: "
        rows.append(Row(f"first paint ({what}, real terminal)", "≤ 450 ms", times + spread(values, "ms")))
    for what, options in PACES.items():
        with place() as at, with_box(at) as box:
            cpu, rss = idle(at, box, options)
        rows.append(Row(f"screen over SSH, {what}: CPU", "≤ 1 %", f"{cpu:.1f} %"))
        rows.append(Row(f"screen over SSH, {what}: RSS", "≤ 70 MiB", f"{rss:.0f} MiB"))
    return rows
