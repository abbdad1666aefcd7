"""From `rent` confirmed to the first training step, on the emulated market with a boot of 20 s."""

import re

from tests.bench.place import place
from tests.bench.row import Row, spread

REPEATS = 3
BOOT_S = 20
SAID = re.compile(r"first training step: ([0-9.]+) s")


def measure() -> list[Row]:
    """The walk of `vasttui demo rent`, which ends with nothing billing or fails."""
    took: list[float] = []
    for _ in range(REPEATS):
        with place() as at:
            said = at.vasttui("demo", "rent", "--unattended", "--boot", str(BOOT_S)).out
        found = SAID.search(said)
        if found is None:
            raise RuntimeError(f"demo rent told no time: {said.strip()[-300:]}")
        took.append(float(found[1]))
    return [Row(f"rent → first training step, boot {BOOT_S} s", "≤ 30 s", spread(took, "s", 1))]
