"""A stand-in for nvidia-smi on an emulated machine: there is no GPU here. Standard library only.

Copied as `nvidia-smi` into the machine's `bin` folder; `gpus.json` beside that folder tells what it shows:
`{"marker": "NAME=value", "driver": "570.133.20", "cuda": "12.8", "load": null, "gpus": [{"name": "RTX 4090",
"mib": 24564, "capability": 890, "watts": 450}]}`. A GPU is busy while a recorded run lives on its machine; a
`load` from 0 to 1 says otherwise.
"""

import argparse
import json
import math
import re
import sys
import time
from pathlib import Path
from typing import Any

RUN_MARK = b"VASTTUI_RUN="
NOTICE = "stand-in for nvidia-smi (vasttui emulator): there is no GPU behind these figures"


def is_busy(marker: bytes) -> bool:
    """Whether a process of a recorded run lives on the machine that `marker` names."""
    for entry in Path("/proc").glob("[0-9]*/environ"):
        try:
            found = entry.read_bytes().split(b"\0")
        except OSError:
            continue  # ended meanwhile, or another user's
        if marker in found and any(one.startswith(RUN_MARK) for one in found):
            return True
    return False


def load_of(machine: dict[str, Any], now: float) -> float:
    """0 to 1, gently moving while busy."""
    if machine.get("load") is not None:
        return float(machine["load"])
    return 0.955 + 0.03 * math.sin(now / 7.0) if is_busy(str(machine["marker"]).encode()) else 0.0


def figures(machine: dict[str, Any], index: int, load: float) -> dict[str, str]:
    """What can be asked for, without units."""
    gpu = machine["gpus"][index]
    used = 3 + (gpu["mib"] - 3) * (0.82 if load > 0 else 0.0)
    power = gpu["watts"] * (0.06 + 0.86 * load)
    return {
        "index": str(index),
        "count": str(len(machine["gpus"])),
        "name": ("NVIDIA GeForce " if re.match(r"RTX \d", gpu["name"]) else "NVIDIA ") + gpu["name"],
        "uuid": f"GPU-00000000-0000-0000-0000-{index:012d}",
        "pci.bus_id": f"00000000:{index + 1:02X}:00.0",
        "utilization.gpu": f"{100 * load:.0f}",
        "utilization.memory": f"{60 * load:.0f}",
        "memory.used": f"{used:.0f}",
        "memory.free": f"{gpu['mib'] - used:.0f}",
        "memory.total": str(gpu["mib"]),
        "temperature.gpu": f"{34 + 34 * load:.0f}",
        "power.draw": f"{power:.2f}",
        "power.limit": f"{gpu['watts']:.2f}",
        "driver_version": str(machine["driver"]),
        "compute_cap": f"{gpu['capability'] / 100:.1f}",
        "pstate": "P2" if load > 0 else "P8",
        "ecc.errors.uncorrected.volatile.total": "[N/A]",
        "clocks_event_reasons.active": "0x0000000000000000",
        "clocks_throttle_reasons.active": "0x0000000000000000",
    }


def table(machine: dict[str, Any], names: list[str], style: list[str]) -> list[str]:
    """The rows of a `--query-gpu`."""
    load = load_of(machine, time.time())
    units = {"utilization": " %", "memory": " MiB", "power": " W"}
    rows = [] if "noheader" in style else [", ".join(names)]
    for index in range(len(machine["gpus"])):
        known = figures(machine, index, load)
        cells = [
            known[name] + ("" if "nounits" in style else units.get(name.partition(".")[0], ""))
            for name in names
        ]
        rows.append(", ".join(cells))
    return rows


def arguments() -> argparse.Namespace:
    """The options that are understood; others end it, as they would the real one."""
    parser = argparse.ArgumentParser(prog="nvidia-smi", description=NOTICE)
    parser.add_argument("--query-gpu", default="")
    parser.add_argument("--format", default="csv")
    parser.add_argument("-l", "--loop", type=float, default=0.0)
    parser.add_argument("-L", "--list-gpus", action="store_true")
    parser.add_argument("-i", "--id", default="")
    return parser.parse_args()


def main() -> int:
    """Print what is asked, again and again with `-l`."""
    given = arguments()
    machine = json.loads((Path(__file__).resolve().parent.parent / "gpus.json").read_text())
    names = [name.strip() for name in given.query_gpu.split(",") if name.strip()]
    for name in names:
        if name not in figures(machine, 0, 0.0):
            sys.stdout.write(f'Field "{name}" is not a valid field to query.\n\n')
            return 2
    while True:
        if given.list_gpus:
            known = [figures(machine, index, 0.0) for index in range(len(machine["gpus"]))]
            rows = [f"GPU {one['index']}: {one['name']} (UUID: {one['uuid']})" for one in known]
        elif names:
            rows = table(machine, names, given.format.split(","))
        else:
            cuda = f"driver {machine['driver']}, CUDA {machine['cuda']}"
            rows = [NOTICE, cuda, *table(machine, ["index", "name", "memory.used", "memory.total"], [])]
        try:
            sys.stdout.write("\n".join(rows) + "\n")
            sys.stdout.flush()
        except BrokenPipeError:
            return 0
        if given.loop <= 0:
            return 0
        time.sleep(given.loop)


if __name__ == "__main__":
    try:
        sys.exit(main())
    except KeyboardInterrupt:
        sys.exit(130)
