"""How long commands and imports take, beside an interpreter that does nothing."""

import sys
from statistics import median

from tests.bench.place import VASTTUI, Place, place
from tests.bench.row import Row, spread

REPEATS = 10
IMPORTS = (
    "vasttui.cli.commands",
    "vasttui.watch.live",
    "vasttui.tui.app",
    "textual.app",
    "asyncssh",
    "httpx",
)


def timed(at: Place, *words: str) -> list[float]:
    """Milliseconds from start to end, a few times; the first, which fills caches, does not count."""
    return [at.run(*words).wall_s * 1000 for _ in range(REPEATS + 1)][1:]


def measure() -> list[Row]:
    """Process times; imports with the bare interpreter taken off."""
    with place() as at:
        bare = timed(at, sys.executable, "-c", "pass")
        rows = [Row("python -c pass", "", spread(bare, "ms"))]
        for word, target in (("line", "60 ms"), ("--help", "120 ms"), ("status", "200 ms")):
            took = timed(at, VASTTUI, word)
            ratio = median(took) / median(bare)
            rows.append(Row(f"vasttui {word}", f"≤ {target}", f"{spread(took, 'ms')}, {ratio:.1f} x bare"))
        for module in IMPORTS:
            took = [value - median(bare) for value in timed(at, sys.executable, "-c", f"import {module}")]
            rows.append(Row(f"import {module}", "", spread(took, "ms")))
    return rows
