"""`python -m tests.lab`: all policies on the same simulated runs, as tables; `… real`: hurt real trainings.

Without options: the held-out runs that docs/detection.md reports.
"""

import argparse
import sys
import time

from tests.lab.draw import HELD_OUT_SEED
from tests.lab.page import write_page, write_real
from tests.lab.policies import judge_runs
from tests.lab.report import bounds_table, kinds_table, policies_table, targets, targets_table


def main() -> int:
    """Run the lab. Exit 1 where a figure that was asked for is missed."""
    parser = argparse.ArgumentParser(prog="python -m tests.lab", description=__doc__)
    parser.add_argument("what", nargs="*", metavar="real [NAME …]", help="hurt real trainings instead")
    parser.add_argument("--runs", type=int, default=2000)
    parser.add_argument("--seed", type=int, default=HELD_OUT_SEED, help="rules are tuned below 1000000 only")
    parser.add_argument("--cores", type=int, default=2)
    parser.add_argument("--minutes", type=float, default=60.0, help="stop beginning new runs after so long")
    parser.add_argument("--write", action="store_true", help="write docs/detection.md (or detection-real.md)")
    options = parser.parse_args()
    if options.what[:1] == ["real"]:
        return real(options.what[1:], write=options.write)
    began = time.monotonic()
    rows = judge_runs(options.seed, options.runs, options.cores, options.minutes * 60)
    hours = sum(row.hours for row in rows)
    if options.write:
        write_page(rows, f"python -m tests.lab --runs {len(rows)} --seed {options.seed} --write")
    print(targets_table(rows), policies_table(rows), kinds_table(rows), bounds_table(), sep="\n\n")
    print(f"{len(rows)} runs, {hours:.0f} run-hours in {time.monotonic() - began:.0f} s", file=sys.stderr)
    return 0 if all(reached for *_, reached in targets(rows)) else 1


def real(names: list[str], write: bool) -> int:
    """Hurt real trainings."""
    from tests.lab.real import run_real

    text = run_real(names)
    if write:
        write_real(text)
    print(text)
    return 0


if __name__ == "__main__":
    sys.exit(main())
