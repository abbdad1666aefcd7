"""`python -m tests.rental [ACT …]`: the crash matrix, points by faults. Exit 1 if anything bills unseen."""

import asyncio
import os
import sys
import tempfile
from collections import defaultdict
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

from tests.rental.matrix import ACTS, FAULTS, Life, faults_of, live, points_of

RAM = "/dev/shm" if Path("/dev/shm").is_dir() else None


def lived(cell: tuple[str, str]) -> list[Life]:
    """All lives of one act under one fault."""
    # Every write of a journal waits for the disk; nothing here is about disks.
    with tempfile.TemporaryDirectory(dir=RAM) as folder:
        os.environ["XDG_STATE_HOME"] = folder
        return asyncio.run(_lives(Path(folder), *cell))


async def _lives(folder: Path, name: str, fault: str) -> list[Life]:
    points = await points_of(folder / "points", fault, ACTS[name])
    return [
        (await live(folder / str(number), fault, ACTS[name], point))[0] for number, point in enumerate(points)
    ]


def _table(name: str, lives: list[Life]) -> list[str]:
    """One row a point, one column a fault: lives, and how many of them ended badly."""
    faults = list(faults_of(name))
    cells: defaultdict[tuple[str, str], list[Life]] = defaultdict(list)
    for life in lives:
        cells[life.point, life.fault].append(life)
    points = list(dict.fromkeys(life.point for life in lives))
    width = max(map(len, points))
    rows = [f"{name}: killed at a point (rows) under a fault (columns); ok, or what went wrong", ""]
    rows += [f"  {number:2d} {fault}" for number, fault in enumerate(faults, 1)] + [""]
    rows.append(" " * width + "".join(f"{number:4d}" for number in range(1, len(faults) + 1)))
    for point in points:
        row = (_cell(cells[point, fault]) for fault in faults)
        rows.append(point.ljust(width) + "".join(f"{cell:>4}" for cell in row))
    return rows


def _cell(lives: list[Life]) -> str:
    if not lives:
        return "-"
    bad = sum(not life.is_good for life in lives)
    return f"!{bad}" if bad else "ok"


def main() -> int:
    """Print the tables and the sum."""
    lives: list[Life] = []
    names = sys.argv[1:] or list(ACTS)
    with ProcessPoolExecutor() as pool:
        under = {name: pool.map(lived, [(name, fault) for fault in faults_of(name)]) for name in names}
        for name in names:
            found = [life for lives_of in under[name] for life in lives_of]
            sys.stdout.write("\n".join(_table(name, found)) + "\n\n")
            sys.stdout.flush()
            lives += found
    orphans = sum(life.unseen for life in lives)
    twice = sum(life.most > 1 for life in lives)
    still_open = sum(life.left_open > 0 for life in lives)
    sys.stdout.write(
        f"{len(lives)} lives, {len({life.point for life in lives})} points, {len(FAULTS)} faults;"
        f" orphans: {orphans}, rented twice: {twice}, intents left open: {still_open}\n"
    )
    return 0 if all(life.is_good for life in lives) else 1


if __name__ == "__main__":
    sys.exit(main())
