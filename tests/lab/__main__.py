"""`python -m tests.lab`: all policies on the same simulated runs, as tables.

`--runs 2000 --seed 1000000` are the held-out runs that docs/detection.md reports.
"""

import argparse
import sys
from time import perf_counter

from tests.lab.draw import HELD_OUT_SEED
from tests.lab.policies import judge_runs
from tests.lab.report import bounds_table, kinds_table, policies_table, targets_table


def main() -> int:
    """Run the lab."""
    parser = argparse.ArgumentParser(prog="python -m tests.lab", description=__doc__)
    parser.add_argument("--runs", type=int, default=2000)
    parser.add_argument("--seed", type=int, default=HELD_OUT_SEED, help="training seeds lie below 1000000")
    parser.add_argument("--cores", type=int, default=2)
    parser.add_argument("what", nargs="*", metavar="real [NAME …]", help="hurt real trainings instead")
    options = parser.parse_args()
    if options.what and options.what[0] == "real":
        from tests.lab.real import run_real

        print(run_real(options.what[1:]))
        return 0
    began = perf_counter()
    rows = judge_runs(options.seed, options.runs, options.cores)
    took = perf_counter() - began
    hours = sum(row.hours for row in rows)
    print(targets_table(rows), policies_table(rows), kinds_table(rows), bounds_table(), sep="\n\n")
    print(f"{len(rows)} runs, {hours:.0f} run-hours in {took:.0f} s", file=sys.stderr)
    return 0


if __name__ == "__main__":
    sys.exit(main())
