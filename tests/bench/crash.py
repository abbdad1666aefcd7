"""From the end of a training on an SSH host to the return of `vasttui watch`."""

import json
import time

from tests.bench.place import TINY, Place, place, with_box
from tests.bench.row import Row, spread

REPEATS = 10
CRASH, DONE = 11, 0
ENDS = {"crash": ("--crash-at 45", CRASH), "done": ("", DONE)}


def delay_s(at: Place, box: str, name: str, options: str, code: int) -> float:
    """Seconds between the exit in the record and the end of the watch, which has been up for a while."""
    command = f"python3 {TINY} --steps 50 --step-s 0.1 {options}"
    at.vasttui("run", "--host", box, "--name", name, "--detach", "--", command)
    at.vasttui("watch", name, codes=(code,))
    returned = time.time()
    (record,) = at.records(name)
    return returned - float(json.loads((record / "exit.json").read_text())["ts"])


def measure() -> list[Row]:
    """Crash and done."""
    rows: list[Row] = []
    with place() as at, with_box(at) as box:
        for what, (options, code) in ENDS.items():
            took = [delay_s(at, box, f"{what}{i}", options, code) for i in range(REPEATS)]
            rows.append(Row(f"{what} on an SSH host → watch returns", "≤ 2 s", spread(took, "s", 2)))
    return rows
