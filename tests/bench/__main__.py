"""`python -m tests.bench [PART…]`: a table of figures, targets and what was measured here."""

import argparse
import sys
import time
from collections.abc import Callable
from importlib import import_module

from tests.bench.row import Row

PARTS = ("startup", "judge", "screen", "paint", "peers", "attach", "crash", "rent")


def show(rows: list[Row]) -> None:
    """One line a figure."""
    for row in rows:
        print(f"{row.figure:<46} {row.target:<10} {row.measured}", flush=True)


def main() -> int:
    """Measure the parts named, or all, one after the other."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__)
    parser.add_argument("parts", nargs="*", metavar="PART", help=f"one of {', '.join(PARTS)}; none: all")
    given = parser.parse_args()
    unknown = [part for part in given.parts if part not in PARTS]
    if unknown:
        parser.error(f"no part called {', '.join(unknown)}; there are: {', '.join(PARTS)}")
    show([Row("figure", "target", "measured")])
    failed = 0
    started = time.perf_counter()
    for part in given.parts or PARTS:
        measure: Callable[[], list[Row]] = import_module(f"tests.bench.{part}").measure
        try:
            show(measure())
        except (RuntimeError, OSError) as error:  # TimeoutError is an OSError
            failed += 1
            print(f"{part}: {error}", file=sys.stderr, flush=True)
    print(f"({time.perf_counter() - started:.0f} s)")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
