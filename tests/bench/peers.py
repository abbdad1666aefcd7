"""Other screens beside ours, in the same run: the toolkit's least, what is installed, `wandb leet`, nvitop.

They are looked for on the PATH and in `$VASTTUI_PEERS` (a folder of programs); none is a dependency. One that
is not there, or cannot run here, has a row that says so: it was not measured.
"""

import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

from tests.bench.place import VASTTUI, Place, place
from tests.bench.row import Row
from tests.bench.terminal import TICKS_A_S, terminal

SETTLE_S, WINDOW_S = 8.0, 20.0
ROOT = str(Path(__file__).parents[2])
# Monitors that need nothing: what they draw first, and how they are asked for a look a second.
MONITORS = {"btop": ("cpu", "btop"), "htop": ("PID", "htop", "-d", "10"), "top": ("PID", "top", "-d", "1")}
# A run that is written down and over, for a screen that reads files.
_WRITE_RUN = """
import math, wandb
run = wandb.init(project="bench", mode="offline", dir=".")
for i in range(1200):
    run.log({"loss": 3 / (i + 1), "rate": 2 + math.sin(i / 9) / 10})
run.finish()
"""


def tree(pid: int) -> list[int]:
    """A process and all below it."""
    try:
        children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    except OSError:
        return []
    return [pid, *(below for child in children for below in tree(int(child)))]


def cost(pids: list[int]) -> tuple[float, float]:
    """(CPU seconds, MiB resident) of these processes together."""
    cpu = rss = 0.0
    for pid in pids:
        stat = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
        cpu += (int(stat[11]) + int(stat[12])) / TICKS_A_S
        rss += int(Path(f"/proc/{pid}/status").read_text().partition("VmRSS:")[2].split()[0]) / 1024
    return cpu, rss


def idle(at: Place, name: str, shown: str, *words: str, cwd: str | None = None) -> Row:
    """First paint, idle CPU, memory of one screen."""
    with terminal(at, *words, cwd=cwd) as screen:
        first = screen.wait_for(shown) * 1000
        time.sleep(SETTLE_S)
        pids = tree(screen.process.pid)
        before, _ = cost(pids)
        time.sleep(WINDOW_S)
        after, rss = cost(pids)
    cpu = (after - before) / WINDOW_S * 100
    return Row(f"{name}: first paint, idle CPU, RSS", "", f"{first:.0f} ms, {cpu:.2f} %, {rss:.0f} MiB")


def find(name: str) -> str | None:
    """A peer's program."""
    return shutil.which(name, path=os.pathsep.join((os.environ.get("VASTTUI_PEERS", ""), os.environ["PATH"])))


def leet(at: Place) -> Row:
    """`wandb leet` on a run that is over: its viewer is a binary of its own, which an install may lack."""
    name, wandb = "wandb leet (a run that is over)", find("wandb")
    if wandb is None:
        return Row(name, "", "not measured: wandb is not installed")
    python = str(Path(wandb).parent / "python")
    try:
        subprocess.run(
            [python, "-c", _WRITE_RUN], cwd=at.home, env=at.env, check=True, capture_output=True, timeout=120
        )
        made = next((at.home / "wandb").glob("offline-run-*"))
        return idle(at, name, "loss", wandb, "leet", str(made))
    except (subprocess.SubprocessError, StopIteration, TimeoutError) as error:
        return Row(name, "", f"not measured: it does not start here ({type(error).__name__})")


def nvitop(at: Place) -> Row:
    """nvitop, which needs the driver's library."""
    program = find("nvitop")
    if program is None:
        return Row("nvitop", "", "not measured: nvitop is not installed")
    tried = subprocess.run([program, "--once"], capture_output=True, text=True, check=False, timeout=60)
    if tried.returncode:
        said = (tried.stderr or tried.stdout).strip().splitlines()
        return Row(
            "nvitop", "", f"not measured: no NVIDIA driver here ({said[-1][:60] if said else 'no word'})"
        )
    return idle(at, "nvitop", "NVIDIA", program)


def measure() -> list[Row]:
    """Ours, the floor, then theirs."""
    bare = (sys.executable, "-m", "tests.tui.on_a_terminal", "still")
    with place() as at:
        rows = [
            idle(at, "vasttui (replay, paused at its end)", "healthy", VASTTUI, "demo", "--speed", "4000"),
            idle(at, "the toolkit with one line of text", "llama-lora", *bare, cwd=ROOT),
        ]
        for name, (shown, *words) in MONITORS.items():
            program = find(name)
            if program is not None:
                rows.append(idle(at, f"{name}, a look a second", shown, program, *words[1:]))
        return [*rows, leet(at), nvitop(at)]
