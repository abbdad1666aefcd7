"""Other screens beside ours, in the same run: `wandb leet` and nvitop, where they can be found.

They are looked for on the PATH and in `$VASTTUI_PEERS` (a folder of programs); none is a dependency.
"""

import os
import shutil
import subprocess
import time
from pathlib import Path

from tests.bench.place import VASTTUI, Place, place
from tests.bench.row import Row
from tests.bench.terminal import TICKS_A_S, terminal

SETTLE_S, WINDOW_S = 8.0, 20.0
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


def idle(at: Place, name: str, shown: str, *words: str) -> Row:
    """First paint, idle CPU, memory of one screen."""
    with terminal(at, *words) as screen:
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


def measure() -> list[Row]:
    """Ours, then theirs."""
    with place() as at:
        rows = [
            idle(at, "vasttui (replay, paused at its end)", "healthy", VASTTUI, "demo", "--speed", "4000")
        ]
        wandb, nvitop = find("wandb"), find("nvitop")
        if wandb is None:
            rows.append(Row("wandb leet", "", "not installed"))
        else:
            python = str(Path(wandb).parent / "python")
            subprocess.run(
                [python, "-c", _WRITE_RUN], cwd=at.home, env=at.env, check=True, capture_output=True
            )
            made = next((at.home / "wandb").glob("offline-run-*"))
            rows.append(idle(at, "wandb leet (a run that is over)", "loss", wandb, "leet", str(made)))
        if nvitop is None or subprocess.run([nvitop, "--once"], capture_output=True, check=False).returncode:
            rows.append(Row("nvitop", "", "not installed, or no NVIDIA driver here"))
        else:
            rows.append(idle(at, "nvitop", "NVIDIA", nvitop))
    return rows
