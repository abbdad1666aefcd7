"""Runs of real commands under the real recorder."""

import asyncio
import json
import os
import signal
import time
from collections.abc import AsyncIterator, Callable
from contextlib import aclosing, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from vasttui.hosts.local import LocalTransport
from vasttui.hosts.machine import Machine, Retry
from vasttui.hosts.protocol import Launch, RecordRef
from vasttui.monitor.reading import Exit, Position, Reading

LIMIT_S = 20.0


@dataclass(slots=True)
class Heard:
    """What a follower has brought so far; checks that no byte is lost or doubled as it goes."""

    log: bytearray = field(default_factory=bytearray)
    readings: list[Reading] = field(default_factory=list[Reading])

    def take(self, reading: Reading) -> None:
        self.readings.append(reading)
        for chunk in reading.chunks:
            assert chunk.offset == len(self.log), f"chunk at {chunk.offset}, {len(self.log)} expected"
            self.log += chunk.data

    @property
    def exit(self) -> Exit | None:
        return next((reading.exit for reading in self.readings if reading.exit), None)

    @property
    def notes(self) -> str:
        return "\n".join(note for reading in self.readings for note in reading.notes)


async def hear(
    host: Machine,
    record: RecordRef,
    until: Callable[[Heard], bool] | None = None,
    heard: Heard | None = None,
    start: Position = Position(),
) -> Heard:
    """Follow until `until` holds (or the channel ends by itself)."""
    heard = heard or Heard()
    async with asyncio.timeout(LIMIT_S), aclosing(host.follow(record, start)) as readings:
        async for reading in readings:
            heard.take(reading)
            if until is not None and until(heard):
                break
    return heard


class Parts:
    """A command that writes ten lines, then ten more whenever it is let: no test races its run."""

    def __init__(self, folder: Path, count: int) -> None:
        self._folder = folder
        self._let = 0
        waits = [f"while [ ! -e {folder}/go{n} ]; do sleep 0.02; done; " for n in range(1, count)]
        writes = [f"for i in 0 1 2 3 4 5 6 7 8 9; do echo line {n}$i; done; " for n in range(count)]
        self.command = writes[0] + "".join(a + b for a, b in zip(waits, writes[1:], strict=True))
        self.output = b"".join(b"line %d%d\n" % (n, i) for n in range(count) for i in range(10))
        self._ends = [len(self.output) * (n + 1) // count for n in range(count)]

    def is_heard(self, heard: "Heard") -> bool:
        """Whether the part that was let last has come, and another waits."""
        return self._let < len(self._ends) - 1 and len(heard.log) == self._ends[self._let]

    def go_on(self) -> None:
        """Let the next part be written."""
        self._let += 1
        (self._folder / f"go{self._let}").touch()


def pids(folder: str | Path) -> dict[str, Any]:
    return json.loads((Path(folder) / "pid.json").read_text())


async def eventually(holds: Callable[[], bool], what: str) -> None:
    """Wait for a condition of the world outside."""
    limit = time.monotonic() + LIMIT_S
    while not holds():
        assert time.monotonic() < limit, f"never happened: {what}"
        await asyncio.sleep(0.02)


def is_gone(pid: int) -> bool:
    try:
        stat = Path(f"/proc/{pid}/stat").read_text()
    except OSError:
        return True
    return stat.rsplit(")", 1)[1].split()[0] in "ZX"


@pytest.fixture
async def local() -> AsyncIterator[Machine]:
    host = Machine(LocalTransport(), retry=Retry(first_s=0.05, cap_s=0.2))
    yield host
    await host.close()


Start = Callable[..., Any]


@pytest.fixture
async def start(tmp_path: Path) -> AsyncIterator[Start]:
    """`await start(host, command)` launches in a fresh record; whatever is left is killed at the end."""
    records: list[Path] = []

    async def launch(host: Machine, command: str, name: str = "record", **more: Any) -> RecordRef:
        folder = tmp_path / name
        records.append(folder)
        toml = f"name = 'r'\ncommand = {json.dumps(command)}\n"
        await host.launch(RecordRef(str(folder)), Launch(command, run_toml=toml, **more))
        return RecordRef(str(folder))

    yield launch
    for folder in records:
        with suppress(OSError):
            os.killpg(pids(folder)["pid"], signal.SIGKILL)
        _end_recorders(folder)


def _end_recorders(folder: Path) -> None:
    """The recorder and its heir, which may hold a lease for as long as nobody answers it."""
    for entry in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):
            if str(folder).encode() in (entry / "cmdline").read_bytes().split(b"\0"):
                os.kill(int(entry.name), signal.SIGKILL)
