"""One watcher a run: an OS lock that dies with its holder."""

import fcntl
import os
import time
from contextlib import suppress
from pathlib import Path
from typing import IO

from vasttui.watch.paths import run_dir

# Who only asks for the holder has the lock for an instant: that is waited out.
PAUSES_S = (0.0, 0.02, 0.05)


class HeldError(Exception):
    """Another watcher holds the run. `pid` is who, if it could be read."""

    def __init__(self, run: str, pid: int | None) -> None:
        who = f"process {pid}" if pid else "another process"
        super().__init__(f"{run}: already watched by {who}; vasttui status {run} tells what it sees")
        self.pid = pid


class RunLock:
    """An exclusive lock on a run, held until `release` or the end of the process."""

    def __init__(self, run: str) -> None:
        self.run = run
        self._path = run_dir(run) / "watch.lock"
        self._file: IO[str] | None = None

    def acquire(self) -> None:
        """Take the lock.

        Raises:
            HeldError: another process has it.
        """
        # Kept open on purpose: closing it would release the lock.
        file = open_lock(self._path)
        if file is None:
            return
        if not any(_locked(file, pause_s) for pause_s in PAUSES_S):
            file.close()
            raise HeldError(self.run, _read_pid(self._path))
        # A full disk here must not end the watching: the lock holds, only whose it is stays untold.
        with suppress(OSError):
            os.ftruncate(file.fileno(), 0)
            os.write(file.fileno(), f"{os.getpid()}\n".encode("ascii"))
        self._file = file

    def release(self) -> None:
        """Give it back."""
        if self._file is not None:
            self._file.close()
            self._file = None


def open_lock(path: Path) -> IO[str] | None:
    """A file to lock; None where there is none and none can be made: then nobody else has made it either.

    A lock is no reason not to end a run on a disk that is full or read-only: it needs no room.
    """
    try:
        return path.open("a+", encoding="ascii")
    except OSError:
        with suppress(OSError):
            return path.open(encoding="ascii")
    return None


def holder(run: str) -> int | None:
    """The pid that holds the run's lock now; None when nobody does."""
    path = run_dir(run) / "watch.lock"
    if not path.exists():
        return None
    with path.open(encoding="ascii") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except OSError:
            return _read_pid(path) or -1
    return None


def _locked(file: IO[str], pause_s: float) -> bool:
    time.sleep(pause_s)
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True


def _read_pid(path: Path) -> int | None:
    try:
        return int(path.read_text("ascii"))
    except (OSError, ValueError):
        return None
