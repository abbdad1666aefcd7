"""The screen in a real pseudo-terminal: first paint, and what it costs while little happens."""

import time

from tests.bench.place import TINY, VASTTUI, Place, place, with_box
from tests.bench.row import Row, spread
from tests.bench.terminal import terminal

REPEATS = 7
SETTLE_S = 10.0
WINDOW_S = 20.0
# What a run on `box` prints while the screen is measured.
PACES = {"a quiet run": "--step-s 60", "a step a second": "--step-s 1 --log-every 1"}


def first_paint(at: Place) -> list[float]:
    """Milliseconds from exec until the run's name is drawn."""
    took: list[float] = []
    for _ in range(REPEATS + 1):
        with terminal(at, VASTTUI, "demo", "healthy", "--speed", "1") as screen:
            took.append(screen.wait_for("healthy") * 1000)
    return took[1:]


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
        rows = [Row("first paint (demo, real terminal)", "≤ 450 ms", spread(first_paint(at), "ms"))]
    for what, options in PACES.items():
        with place() as at, with_box(at) as box:
            cpu, rss = idle(at, box, options)
        rows.append(Row(f"screen over SSH, {what}: CPU", "≤ 1 %", f"{cpu:.1f} %"))
        rows.append(Row(f"screen over SSH, {what}: RSS", "≤ 70 MiB", f"{rss:.0f} MiB"))
    return rows
