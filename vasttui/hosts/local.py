"""This machine, by subprocesses."""

import asyncio
import contextlib
import os
import shlex
import signal
import sys
from asyncio import subprocess
from pathlib import Path

from vasttui.hosts.disk import LocalFiles
from vasttui.hosts.files import Files
from vasttui.hosts.protocol import HostError
from vasttui.hosts.transport import BLOCK_BYTES, Bounded, Finished

_STDERR_BYTES = 8192
_LEFTOVER_S = 0.5


class LocalTransport:
    """Commands of this machine's /bin/sh."""

    name = "this machine"
    recorder: str | None = shlex.join([sys.executable, "-SE", str(Path(__file__).with_name("recorder.py"))])

    async def open(self) -> None:
        """Nothing to connect."""

    async def close(self) -> None:
        """Nothing to let go of."""

    async def files(self) -> Files:
        """Its files."""
        return LocalFiles()

    async def exec(
        self, command: str, data: bytes = b"", timeout_s: float = 60.0, max_bytes: int = 65536
    ) -> Finished:
        """Run a shell command to its end."""
        process = await _start(command)
        out, err = Bounded(max_bytes), Bounded(max_bytes)
        try:
            async with asyncio.timeout(timeout_s):
                await asyncio.gather(
                    _give(process, data, hold=False), _drain(process.stdout, out), _drain(process.stderr, err)
                )
                code = await process.wait()
        except TimeoutError:
            raise HostError(f"no end within {timeout_s:g} s: {command[:100]}") from None
        finally:
            await _end(process)
            with contextlib.suppress(TimeoutError):  # something it left behind may hold its pipes
                async with asyncio.timeout(_LEFTOVER_S):
                    await _drain(process.stdout, Bounded(0))
                    await _drain(process.stderr, Bounded(0))
        return Finished(code, out.value(), err.value())

    async def stream(self, command: str, data: bytes = b"", hold: bool = False) -> "LocalStream":
        """Start a shell command."""
        stream = LocalStream(await _start(command))
        try:
            await stream.give(data, hold)
        except BaseException:  # cancelled half way: nobody else knows this process
            await stream.close()
            raise
        return stream


class LocalStream:
    """A subprocess's stdout."""

    def __init__(self, process: subprocess.Process) -> None:
        self._process = process
        self._err = Bounded(_STDERR_BYTES)
        self._errors = asyncio.create_task(_drain(process.stderr, self._err))

    async def give(self, data: bytes, hold: bool) -> None:
        """What it reads; `hold` keeps its stdin open."""
        await _give(self._process, data, hold)

    async def read(self) -> bytes:
        """The next block; empty at the end."""
        assert self._process.stdout is not None
        return await self._process.stdout.read(BLOCK_BYTES)

    async def ended(self) -> tuple[int | None, str]:
        """Exit status and stderr."""
        await self._errors
        return await self._process.wait(), self._err.value().decode("utf-8", "replace")

    async def close(self) -> None:
        """End the subprocess; a recorder's follower, never the run."""
        await _end(self._process)
        await self._errors
        await _drain(self._process.stdout, Bounded(0))  # to its end, so that the pipe is closed


async def _start(command: str) -> subprocess.Process:
    pipe = asyncio.subprocess.PIPE
    try:
        return await asyncio.create_subprocess_exec(
            "/bin/sh", "-c", command, stdin=pipe, stdout=pipe, stderr=pipe, start_new_session=True
        )
    except OSError as error:
        raise HostError(f"cannot start a process on this machine: {error.strerror}") from None


async def _give(process: subprocess.Process, data: bytes, hold: bool) -> None:
    assert process.stdin is not None
    with contextlib.suppress(ConnectionError):  # it ended without reading; its status tells
        process.stdin.write(data)
        await process.stdin.drain()
    if not hold:
        process.stdin.close()


async def _drain(reader: asyncio.StreamReader | None, into: Bounded) -> None:
    assert reader is not None
    while block := await reader.read(BLOCK_BYTES):
        into.add(block)


async def _end(process: subprocess.Process) -> None:
    """Kill the process and what it started in its session; what made its own (a launched run) stays."""
    assert process.stdin is not None
    process.stdin.close()
    if process.returncode is None:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        await process.wait()
