"""A training to be hurt: real arithmetic for a fixed share of each step, standard library only.

    python tests/lab/victim.py --steps 2400 --step-s 0.05 [--leak-mib 4] [--save-to DIR --save-mib 8]

Half of a step is computed and half is waited, so that a stopped or throttled process really steps slower.
"""

import argparse
import json
import os
import time
from pathlib import Path


def main() -> None:
    """Train."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--steps", type=int, default=2400)
    parser.add_argument("--step-s", type=float, default=0.05)
    parser.add_argument("--log-every", type=int, default=10)
    parser.add_argument("--leak-mib", type=float, default=0.0, help="MiB that each step forgets to free")
    parser.add_argument("--save-to", default="")
    parser.add_argument("--save-mib", type=float, default=8.0)
    parser.add_argument("--save-every", type=int, default=200)
    options = parser.parse_args()
    forgotten: list[bytearray] = []
    weight = 5.0
    for step in range(1, options.steps + 1):
        until = time.process_time() + options.step_s / 2
        while time.process_time() < until:
            weight -= 1e-6 * (weight - 1.0)
        time.sleep(options.step_s / 2)
        if options.leak_mib:
            forgotten.append(bytearray(os.urandom(1024) * int(options.leak_mib * 1024)))
        if step % options.log_every == 0:
            facts = {"step": step, "total_steps": options.steps, "loss": round((weight - 1) ** 2, 6)}
            print(json.dumps(facts), flush=True)
        if options.save_to and step % options.save_every == 0:
            path = Path(options.save_to) / f"checkpoint-{step}"
            path.write_bytes(os.urandom(1 << 20) * int(options.save_mib))


if __name__ == "__main__":
    main()
