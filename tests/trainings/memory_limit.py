"""A memory cgroup for one run, so that the kernel really kills it; versions 2 and 1. Needs root."""

import os
import time
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

V1_ROOT, V1_LIMIT = Path("/sys/fs/cgroup/memory"), "memory.limit_in_bytes"
V2_ROOT, V2_LIMIT = Path("/sys/fs/cgroup"), "memory.max"
EMPTY_WAIT_S = 10.0


@contextmanager
def memory_limit(name: str, mib: int) -> Generator[Path]:
    """A fresh cgroup that may hold `mib`; yields its folder. What enters it must be gone at the end.

    Raises:
        PermissionError, OSError: this machine does not let us make one.
    """
    root, limit = (V1_ROOT, V1_LIMIT) if V1_ROOT.is_dir() else (V2_ROOT, V2_LIMIT)
    folder = root / f"{name}-{os.getpid()}"
    folder.mkdir()
    try:
        (folder / limit).write_text(str(mib << 20))
        yield folder
    finally:
        _remove(folder)


def entering(folder: Path) -> list[str]:
    """What to put before a command so that it, and what it starts, runs under the limit."""
    return ["sh", "-c", 'echo 0 > "$0" && exec "$@"', str(folder / "cgroup.procs")]


def _remove(folder: Path) -> None:
    until = time.monotonic() + EMPTY_WAIT_S
    while (folder / "cgroup.procs").read_text().strip() and time.monotonic() < until:
        time.sleep(0.1)
    folder.rmdir()
