"""One pace for all processes of a user: what was asked stands in a small file, under a lock."""

import fcntl
import json
import os
from collections import deque
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any, cast

from vasttui.cloud.endpoints import Endpoint
from vasttui.cloud.pacing import Clock, Lane, Pacer

_MAX_BYTES = 1 << 16
_FAR_S = 3600.0  # a time so far ahead is from before the machine was started anew


class SharedPacer(Pacer):
    """A Pacer whose lanes are those of every process that uses the same file.

    The clock's `now` must be the same for all of them, as `time.monotonic` is on one machine. Where the file
    cannot be used, it paces this process alone.
    """

    def __init__(self, clock: Clock, path: Path) -> None:
        super().__init__(clock)
        self._path = path

    def take(self, endpoint: Endpoint) -> float:
        """As the Pacer's."""
        with self._together():
            return super().take(endpoint)

    def answered(self, endpoint: Endpoint) -> None:
        """As the Pacer's."""
        with self._together():
            super().answered(endpoint)

    def refused(self, endpoint: Endpoint, wait_s: float, threshold_s: float | None = None) -> None:
        """As the Pacer's."""
        with self._together():
            super().refused(endpoint, wait_s, threshold_s)

    @contextmanager
    def _together(self) -> Generator[None]:
        try:
            file = os.fdopen(os.open(self._path, os.O_RDWR | os.O_CREAT, 0o600), "r+", encoding="ascii")
        except OSError:
            yield  # a full or read-only disk: alone is better than not at all
            return
        with file:
            fcntl.flock(file, fcntl.LOCK_EX)
            self._load(file)
            yield
            self._save(file)

    def _load(self, file: IO[str]) -> None:
        file.seek(0)
        try:
            told: object = json.loads(file.read(_MAX_BYTES) or "{}")
        except ValueError:
            return  # cut off by a full disk: it is written anew
        if not isinstance(told, dict):
            return
        latest = self._clock.now() + _FAR_S
        for name, row in cast("dict[str, Any]", told).items():
            method, _, path = name.partition(" ")
            lane = self._lanes.setdefault((method, path), Lane(0.0))
            times = [float(at) for at in row["at"] if float(at) < latest]
            lane.at = deque(sorted({*lane.at, *times}))
            closed = float(row["closed"])
            lane.closed_until = max(lane.closed_until, closed if closed < latest else 0.0)
            lane.per_s = max(lane.per_s, float(row["per_s"]))

    def _save(self, file: IO[str]) -> None:
        rows = {
            f"{method} {path}": {"at": list(lane.at)[-20:], "closed": lane.closed_until, "per_s": lane.per_s}
            for (method, path), lane in self._lanes.items()
        }
        length = file.seek(0, os.SEEK_END)
        file.seek(0)
        file.write(json.dumps(rows).ljust(length))  # cutting a file off costs more than some blanks
