"""The SSH server of an emulated machine: a real shell, SFTP, in the machine's own folder."""

import asyncio
import contextlib
import os
import pty
import signal
import socket
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, cast

import asyncssh

BANNER = (
    "Welcome to an emulated machine. If authentication fails, try again after a few seconds, "
    "and double check your ssh key.\n"
)
# What a login shell that attaches to a tmux without sessions leaves of `ssh host command`.
TMUX_TRAP = "echo no sessions >&2; exit 1"


class Login(asyncssh.SSHServer):
    """Lets in the owners of the keys that the market knows, by any user name."""

    def __init__(self, keys: Callable[[], list[str]]) -> None:
        self._keys = keys
        self._connection: asyncssh.SSHServerConnection | None = None

    def connection_made(self, conn: asyncssh.SSHServerConnection) -> None:
        """Remember whom the banner goes to."""
        self._connection = conn

    def begin_auth(self, username: str) -> bool:  # noqa: ARG002 - asyncssh's signature
        """Greet; a key is always wanted."""
        if self._connection is not None:
            self._connection.send_auth_banner(BANNER)
        return True

    def public_key_auth_supported(self) -> bool:
        """Keys only."""
        return True

    def validate_public_key(self, username: str, key: asyncssh.SSHKey) -> bool:  # noqa: ARG002
        """Whether the market was given this key."""
        offered = key.export_public_key().decode().split()[:2]
        return any(known.split()[:2] == offered for known in self._keys())


class Files(asyncssh.SFTPServer):
    """SFTP whose relative paths start in the machine's home."""

    def __init__(self, chan: Any, home: Path) -> None:
        super().__init__(chan)  # pyright: ignore[reportUnknownMemberType]
        self._home = os.fsencode(home)
        self._chan = chan

    def map_path(self, path: bytes) -> bytes:
        """An absolute path stays what it is."""
        return os.path.normpath(os.path.join(self._home, path))  # noqa: PTH118 - bytes

    def exit(self) -> None:
        """Say that all went well: scp wants to hear it."""
        with contextlib.suppress(OSError):  # they have hung up
            self._chan.exit(0)


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
            server_host_keys=[_host_key()],
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
        arguments = ["bash", "-c", process.command] if process.command else ["bash", "-l"]
        if process.command and self._is_trapped():
            arguments = ["sh", "-c", TMUX_TRAP]
        env = {**self._environ(), **({"TERM": process.term_type} if process.term_type else {})}
        if process.term_type:
            code = await self._in_terminal(process, arguments, env)
        else:
            code = await self._with_pipes(process, arguments, env)
        with contextlib.suppress(asyncssh.Error, OSError):
            if code < 0:
                process.exit_with_signal(signal.Signals(-code).name.removeprefix("SIG"))
            else:
                process.exit(code)
        await process.wait_closed()

    async def _with_pipes(
        self, process: "asyncssh.SSHServerProcess[bytes]", arguments: list[str], env: Mapping[str, str]
    ) -> int:
        (read_in, write_in), (read_out, write_out), (read_err, write_err) = os.pipe(), os.pipe(), os.pipe()
        child = await asyncio.create_subprocess_exec(
            *arguments,
            stdin=read_in,
            stdout=write_out,
            stderr=write_err,
            cwd=self._home,
            env=env,
            start_new_session=True,
        )
        for end in (read_in, write_out, write_err):
            os.close(end)
        await process.redirect(stdin=write_in, stdout=read_out, stderr=read_err)
        code = await child.wait()
        with contextlib.suppress(asyncssh.Error, OSError):
            await process.stdout.drain()
            await process.stderr.drain()
        return code

    async def _in_terminal(
        self, process: "asyncssh.SSHServerProcess[bytes]", arguments: list[str], env: Mapping[str, str]
    ) -> int:
        ours, theirs = pty.openpty()
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
        await process.redirect(stdin=os.dup(ours), stdout=ours)
        code = await child.wait()
        with contextlib.suppress(asyncssh.Error, OSError):
            await process.stdout.drain()
        return code


def _host_key() -> asyncssh.SSHKey:
    return cast("Any", asyncssh).generate_private_key("ssh-ed25519")
