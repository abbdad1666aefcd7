"""A run that someone else started: by its log and its pid, with the recorder's help or without python3."""

import asyncio
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import aclosing
from pathlib import Path

import pytest

from tests.hosts.conftest import LIMIT_S, Heard, eventually, hear, is_gone
from vasttui.hosts import calls, posix
from vasttui.hosts.local import LocalStream, LocalTransport
from vasttui.hosts.machine import Machine, Retry
from vasttui.hosts.protocol import Attached, HostError, Launch, RecordRef
from vasttui.monitor.reading import Position, Reading

pytestmark = pytest.mark.real


class Bare(LocalTransport):
    """This machine, as if its recorder had to be copied and found no python3 to run it."""

    recorder = None

    async def stream(self, command: str, data: bytes = b"", hold: bool = False) -> LocalStream:
        return await super().stream(f"exit {calls.NO_PYTHON}", data, hold)


@pytest.fixture
async def bare(monkeypatch: pytest.MonkeyPatch) -> Machine:
    monkeypatch.setattr(posix, "LOOK_EVERY_S", 0.1)
    return Machine(Bare(), retry=Retry(0.05, 0.2))


@pytest.fixture(params=["recorder", "posix"])
def host(request: pytest.FixtureRequest, local: Machine, bare: Machine) -> Machine:
    return local if request.param == "recorder" else bare


@pytest.fixture
def process(tmp_path: Path) -> Iterator[subprocess.Popen[bytes]]:
    """Someone's run: writes a line when told to, ends when told to."""
    script = (
        f"exec > {tmp_path}/train.log 2>&1; echo begun; "
        f"while [ ! -e {tmp_path}/go ]; do sleep 0.02; done; echo more; "
        f"while [ ! -e {tmp_path}/end ]; do sleep 0.02; done; echo last"
    )
    with subprocess.Popen(["sh", "-c", script], start_new_session=True) as process:
        while not (tmp_path / "train.log").exists() or not (tmp_path / "train.log").stat().st_size:
            pass
        yield process
        if process.poll() is None:
            process.kill()


Spawn = Callable[..., "subprocess.Popen[bytes]"]


@pytest.fixture
def spawn() -> Iterator[Spawn]:
    """`spawn("sleep", "300")`; killed at the end."""
    started: list[subprocess.Popen[bytes]] = []

    def start(*words: str) -> "subprocess.Popen[bytes]":
        started.append(subprocess.Popen(words))
        return started[-1]

    yield start
    for one in started:
        one.kill()
        one.wait(10)


def attached(log: Path, pid: int | None = None) -> RecordRef:
    return RecordRef("", Attached(str(log), pid))


async def test_a_run_is_followed_to_its_vanishing(
    host: Machine, process: subprocess.Popen[bytes], tmp_path: Path
) -> None:
    def lead(heard: Heard) -> bool:
        if bytes(heard.log) == b"begun\n":
            (tmp_path / "go").touch()
        if bytes(heard.log) == b"begun\nmore\n" and not (tmp_path / "end").exists():
            assert heard.readings[-1].alive is True
            (tmp_path / "end").touch()
        return False

    heard = await hear(host, attached(tmp_path / "train.log", process.pid), lead)
    assert bytes(heard.log) == b"begun\nmore\nlast\n"
    assert heard.exit is not None
    assert (heard.exit.code, heard.exit.signal) == (None, None)
    assert any(sample.ram_total_mib for r in heard.readings for sample in r.samples)


async def test_without_a_pid_life_is_unknown(host: Machine, tmp_path: Path) -> None:
    log = tmp_path / "train.log"
    log.write_bytes(b"step 1\n")
    reading = await host.probe(attached(log))
    assert (reading.alive, reading.exit, reading.position) == (None, None, Position(log=7))
    assert reading.samples
    log.write_bytes(b"step 1\nstep 2\n")
    again = await host.probe(attached(log), reading.position)
    assert [(c.offset, c.data) for c in again.chunks] == [(7, b"step 2\n")]


async def test_a_long_log_is_read_at_its_head_and_its_tail(host: Machine, tmp_path: Path) -> None:
    log = tmp_path / "train.log"
    size = 2 << 30
    with log.open("wb") as file:
        file.write(b"total steps 5000\n")
        file.truncate(size)
        file.seek(size - 40)
        file.write(b"\nstep 4998\nstep 4999\n")
    reading = await host.probe(attached(log))
    assert reading.chunks[0].offset == 0
    assert reading.chunks[0].data.startswith(b"total steps 5000\n")
    assert reading.position.log == size
    read = sum(len(chunk.data) for chunk in reading.chunks)
    assert read <= (1 << 20) + (1 << 16)
    assert b"step 4999" in reading.chunks[-1].data
    assert any("skipped" in note or "only the end" in note for note in reading.notes)
    rest = await host.probe(attached(log), reading.position)
    assert rest.chunks == ()


async def test_a_log_that_was_cut_is_read_from_its_start(host: Machine, tmp_path: Path) -> None:
    log = tmp_path / "train.log"
    log.write_bytes(b"a long first life\n")
    before = await host.probe(attached(log))
    log.write_bytes(b"new\n")
    after = await host.probe(attached(log), before.position)
    assert [(c.offset, c.data) for c in after.chunks] == [(0, b"new\n")]
    assert "cut" in after.notes[0]
    assert after.position.log == 4


async def test_a_log_that_is_replaced_while_followed_is_read_from_its_start(
    local: Machine, tmp_path: Path
) -> None:
    log = tmp_path / "train.log"
    log.write_bytes(b"old life\n")
    readings: list[Reading] = []
    async with asyncio.timeout(LIMIT_S), aclosing(local.follow(attached(log))) as channel:
        async for reading in channel:
            readings.append(reading)
            if reading.chunks and reading.chunks[0].data == b"old life\n":
                (tmp_path / "next").write_bytes(b"new\n")
                (tmp_path / "next").replace(log)
            if reading.chunks and reading.chunks[0].data == b"new\n":
                break
    assert readings[-1].chunks[0].offset == 0
    assert readings[-1].position.log == 4
    assert any("replaced" in note for r in readings for note in r.notes)


async def test_stop_ends_the_pid_and_its_children_and_nothing_else(
    local: Machine, tmp_path: Path, spawn: Spawn
) -> None:
    code = (
        "import subprocess, time; p = subprocess.Popen(['sleep', '300']); "
        f"open({str(tmp_path / 'child')!r}, 'w').write(str(p.pid)); time.sleep(300)"
    )
    run, child = spawn(sys.executable, "-c", code), tmp_path / "child"
    await eventually(lambda: child.exists() and child.read_text() != "", "the child")
    stopped = await local.stop(attached(tmp_path / "log", run.pid), grace_s=2)
    assert (stopped.gone, stopped.was_running) == (True, True)
    assert is_gone(int(child.read_text()))
    assert run.wait(5) == -signal.SIGTERM
    assert not is_gone(os.getpid())  # its process group is ours


async def test_stop_without_python_ends_the_pid(bare: Machine, tmp_path: Path, spawn: Spawn) -> None:
    run = spawn("sleep", "300")
    stopping = asyncio.create_task(bare.stop(attached(tmp_path / "log", run.pid), grace_s=1))
    await eventually(lambda: run.poll() is not None, "its end")
    stopped = await stopping
    assert (stopped.gone, stopped.was_running, stopped.killed) == (True, True, False)


async def test_stop_without_a_pid_is_refused(host: Machine, tmp_path: Path) -> None:
    with pytest.raises(HostError, match="pid is not known"):
        await host.stop(attached(tmp_path / "log"))


async def test_a_missing_log_is_refused(host: Machine, tmp_path: Path) -> None:
    with pytest.raises(HostError) as caught:
        await host.probe(attached(tmp_path / "none.log"))
    assert "path" in caught.value.hint


async def test_read_log_reads_any_part(host: Machine, tmp_path: Path) -> None:
    (tmp_path / "log").write_bytes(b"one\ntwo\nthree\n")
    assert await host.read_log(attached(tmp_path / "log"), -6, 100) == (14, b"three\n")
    assert await host.read_log(attached(tmp_path / "log"), 4, 3) == (14, b"two")


async def test_launching_without_python_is_refused_with_a_way_out(bare: Machine, tmp_path: Path) -> None:
    with pytest.raises(HostError, match="no python3") as caught:
        await bare.launch(RecordRef(str(tmp_path / "r")), Launch("true"))
    assert "install python3" in caught.value.hint
    with pytest.raises(HostError, match="no python3"):
        await hear(bare, RecordRef(str(tmp_path / "r")))
