"""The SSH server of an emulated machine: a real shell in the machine's own folder."""

import asyncio
import contextlib
import fcntl
import os
import pty
import signal
import socket
import struct
import termios
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, cast

import asyncssh

from vasttui.cloud.emulator.login import Files, Login

# What a login shell that attaches to a tmux without sessions leaves of `ssh host command`.
TMUX_TRAP = "echo no sessions >&2; exit 1"
_BLOCK = 1 << 16
_GONE = (asyncssh.Error, OSError)  # the client has hung up, or the command reads no more


class Shell:
    """Serves SSH connections, each on a socket of its own."""

    def __init__(
        self,
        home: Path,
        environ: Callable[[], Mapping[str, str]],
        keys: Callable[[], list[str]],
        is_trapped: Callable[[], bool],
    ) -> None:
        self._home = home
        self._environ = environ
        self._is_trapped = is_trapped

        def make_files(chan: Any) -> Files:
            return Files(chan, home)

        self._tasks: set[asyncio.Task[None]] = set()
        self._options = asyncssh.SSHServerConnectionOptions(
            server_factory=lambda: Login(keys),
            server_host_keys=[cast("Any", asyncssh).generate_private_key("ssh-ed25519")],
            process_factory=self._run,
            encoding=None,
            sftp_factory=make_files,
            allow_scp=True,
            line_editor=False,
            login_timeout=30,
        )

    def serve(self, sock: socket.socket) -> None:
        """Take a connection over."""
        task = asyncio.create_task(self._serve(sock))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def close(self) -> None:
        """Hang up."""
        tasks = list(self._tasks)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def _serve(self, sock: socket.socket) -> None:
        connection: asyncssh.SSHServerConnection | None = None
        try:
            connection = await asyncssh.run_server(sock, options=self._options)
            await connection.wait_closed()
        except (asyncssh.Error, OSError):
            return  # a login that failed; the client has been told
        finally:
            if connection is None:
                sock.close()
            else:
                connection.abort()

    async def _run(self, process: "asyncssh.SSHServerProcess[bytes]") -> None:
        arguments = ["bash", *(["-c", process.command] if process.command else [])]
        if process.command and self._is_trapped():
            arguments = ["sh", "-c", TMUX_TRAP]
        env = {**self._environ(), **({"TERM": process.term_type} if process.term_type else {})}
        run = self._in_terminal if process.term_type else self._with_pipes
        code = await run(process, arguments, env)
        with contextlib.suppress(*_GONE):
            if code < 0:
                process.exit_with_signal(signal.Signals(-code).name.removeprefix("SIG"))
            else:
                process.exit(code)
        await process.wait_closed()

    async def _with_pipes(
        self, process: "asyncssh.SSHServerProcess[bytes]", arguments: list[str], env: Mapping[str, str]
    ) -> int:
        pipe = asyncio.subprocess.PIPE
        child = await asyncio.create_subprocess_exec(
            *arguments, stdin=pipe, stdout=pipe, stderr=pipe, cwd=self._home, env=env, start_new_session=True
        )
        assert child.stdin
        assert child.stdout
        assert child.stderr
        feeding = asyncio.create_task(_feed(process, child.stdin))
        await asyncio.gather(_tell(child.stdout, process.stdout), _tell(child.stderr, process.stderr))
        code = await child.wait()
        feeding.cancel()
        await asyncio.gather(feeding, return_exceptions=True)
        return code

    async def _in_terminal(
        self, process: "asyncssh.SSHServerProcess[bytes]", arguments: list[str], env: Mapping[str, str]
    ) -> int:
        ours, theirs = pty.openpty()
        _resize(ours, *process.term_size[:2])
        child = await asyncio.create_subprocess_exec(
            *arguments,
            stdin=theirs,
            stdout=theirs,
            stderr=theirs,
            cwd=self._home,
            env=env,
            start_new_session=True,
        )
        os.close(theirs)
        loop, reader = asyncio.get_running_loop(), asyncio.StreamReader()
        reading, _ = await loop.connect_read_pipe(
            lambda: asyncio.StreamReaderProtocol(reader), os.fdopen(os.dup(ours), "rb", 0)
        )
        feeding = asyncio.create_task(_type(process, ours))
        with contextlib.suppress(OSError):  # how a terminal says that its last process has ended
            await _tell(reader, process.stdout)
        reading.close()
        feeding.cancel()
        await asyncio.gather(feeding, return_exceptions=True)
        os.close(ours)
        return await child.wait()


async def _feed(process: "asyncssh.SSHServerProcess[bytes]", target: asyncio.StreamWriter) -> None:
    """The client's input to the command, and its end."""
    with contextlib.suppress(*_GONE):
        while block := await process.stdin.read(_BLOCK):
            target.write(block)
            await target.drain()
    target.close()
    with contextlib.suppress(*_GONE):
        await target.wait_closed()


async def _type(process: "asyncssh.SSHServerProcess[bytes]", terminal: int) -> None:
    """The client's keys and window to the terminal."""
    with contextlib.suppress(*_GONE):
        while True:
            try:
                block = await process.stdin.read(_BLOCK)
            except asyncssh.TerminalSizeChanged as changed:
                _resize(terminal, changed.width, changed.height)
                continue
            if not block:
                return
            await asyncio.to_thread(os.write, terminal, block)


async def _tell(source: asyncio.StreamReader, target: "asyncssh.SSHWriter[bytes]") -> None:
    """The command's output to the client, to its end even where nobody listens any more."""
    listens = True
    while block := await source.read(_BLOCK):
        try:
            if listens:
                target.write(block)
                await target.drain()
        except _GONE:
            listens = False


def _resize(terminal: int, width: int, height: int) -> None:
    fcntl.ioctl(terminal, termios.TIOCSWINSZ, struct.pack("HHHH", height or 24, width or 80, 0, 0))
