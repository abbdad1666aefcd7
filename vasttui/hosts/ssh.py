"""A machine over SSH: `~/.ssh/config`, the agent, pinned host keys. Nothing but `open_host` imports this."""

import asyncio
import contextlib
import os
from pathlib import Path

import asyncssh

from vasttui.hosts.files import Files
from vasttui.hosts.hostkeys import HostKeys
from vasttui.hosts.protocol import HostError, UnreachableError
from vasttui.hosts.resolve import Destination
from vasttui.hosts.sftp import open_sftp
from vasttui.hosts.ssh_errors import CONNECT_S, explain, reason
from vasttui.hosts.ssh_settings import Settings, address, identities, jumps, known_hosts_files, shown
from vasttui.hosts.transport import BLOCK_BYTES, Bounded, Finished

KEEPALIVE_S = 15.0
KEEPALIVE_COUNT = 3
_CLOSE_S = 2.0
_MAX_JUMPS = 8
_STDERR_BYTES = 8192


class SshTransport:
    """One SSH connection, made when needed and again after it was lost."""

    recorder = None

    def __init__(
        self,
        destination: Destination,
        *,
        known_hosts: Path | None = None,
        host_key_alias: str | None = None,
        config: Path | None = None,
    ) -> None:
        self._destination = destination
        self._pins = known_hosts
        self._alias = host_key_alias
        self._config = config or Path("~/.ssh/config").expanduser()
        self._lock = asyncio.Lock()
        self._hops: list[asyncssh.SSHClientConnection] = []

    @property
    def name(self) -> str:
        """As the user wrote it."""
        return shown(self._destination)

    async def open(self) -> None:
        """Connect."""
        await self._connection()

    async def close(self) -> None:
        """Close, without waiting long for a peer that may be dead."""
        hops, self._hops = self._hops, []
        for connection in reversed(hops):
            connection.close()
            try:
                async with asyncio.timeout(_CLOSE_S):
                    await connection.wait_closed()
            except TimeoutError:
                connection.abort()

    async def exec(
        self, command: str, data: bytes = b"", timeout_s: float = 60.0, max_bytes: int = 65536
    ) -> Finished:
        """Run a shell command to its end."""
        stream = await self.stream(command, data)
        out = Bounded(max_bytes)
        try:
            async with asyncio.timeout(timeout_s):
                while block := await stream.read():
                    out.add(block)
                code, err = await stream.ended()
        except TimeoutError:
            raise HostError(f"{self.name}: no end within {timeout_s:g} s: {command[:100]}") from None
        finally:
            await stream.close()
        if code is None:
            raise UnreachableError(f"{self.name}: the link broke")
        return Finished(code, out.value(), err.encode())

    async def stream(self, command: str, data: bytes = b"", hold: bool = False) -> "SshStream":
        """Start a shell command."""
        connection = await self._connection()
        try:
            async with asyncio.timeout(CONNECT_S):
                process: asyncssh.SSHClientProcess[bytes] = await connection.create_process(
                    command, encoding=None, request_pty=False
                )
        except TimeoutError:
            await self.close()
            raise UnreachableError(f"{self.name}: no answer within {CONNECT_S:g} s") from None
        except (asyncssh.Error, OSError) as error:
            raise UnreachableError(f"{self.name}: {reason(error)}") from None
        with contextlib.suppress(OSError):  # it ended without reading: what it printed and its status tell
            process.stdin.write(data)
            if not hold:
                process.stdin.write_eof()
        return SshStream(process, self.name)

    async def files(self) -> Files:
        """Its files, by SFTP on the same connection."""
        return await open_sftp(await self._connection(), self.name)

    async def _connection(self) -> asyncssh.SSHClientConnection:
        async with self._lock:
            if not self._hops or any(hop.is_closed() for hop in self._hops):
                await self.close()
                try:
                    await self._connect(self._destination, final=True)
                except BaseException:
                    await self.close()
                    raise
            return self._hops[-1]

    async def _connect(self, destination: Destination, *, final: bool, depth: int = 0) -> None:
        """Connect to `destination`, through the jump hosts that its config asks for."""
        settings = self._settings(destination)
        for jump in jumps(settings) if not self._hops and depth < _MAX_JUMPS else []:
            if jump.host != destination.host:  # `Host *` with a ProxyJump names the jump host too
                await self._connect(jump, final=False, depth=depth + 1)
        keys = HostKeys(self._pins, known_hosts_files(settings))
        alias = self._alias if final else None
        try:
            connection = await asyncssh.connect(
                **address(destination),
                **identities(settings),
                **({"host_key_alias": alias} if alias else {}),
                config=self._config_files(),
                tunnel=self._hops[-1] if self._hops else None,
                known_hosts=keys.look_up,
                client_factory=lambda: _Client(keys),
                connect_timeout=CONNECT_S,
                keepalive_interval=KEEPALIVE_S,
                keepalive_count_max=KEEPALIVE_COUNT,
                password_auth=False,
                kbdint_auth=False,
                agent_forwarding=False,
                x11_forwarding=False,
            )
        except (asyncssh.Error, OSError, TimeoutError, ValueError) as error:
            raise explain(error, destination, settings, keys) from None
        self._hops.append(connection)
        keys.pin()

    def _settings(self, destination: Destination) -> Settings:
        """What `~/.ssh/config` says of this destination; loads no keys."""
        try:
            return Settings(**address(destination), config=self._config_files(), client_keys=None)
        except (asyncssh.Error, OSError, ValueError) as error:
            raise HostError(f"{self._config}: {error}", "correct that line of the ssh config") from None

    def _config_files(self) -> list[str]:
        return [str(self._config)] if os.access(self._config, os.R_OK) else []


class SshStream:
    """A remote command's stdout."""

    def __init__(self, process: "asyncssh.SSHClientProcess[bytes]", name: str) -> None:
        self._process = process
        self._name = name
        self._err = Bounded(_STDERR_BYTES)
        self._errors = asyncio.create_task(self._drain_errors())

    async def read(self) -> bytes:
        """The next block; empty at the end."""
        try:
            return await self._process.stdout.read(BLOCK_BYTES)
        except (asyncssh.Error, OSError) as error:
            raise UnreachableError(f"{self._name}: {reason(error)}") from None

    async def ended(self) -> tuple[int | None, str]:
        """Exit status and stderr."""
        await self._errors
        await self._process.wait_closed()
        return self._process.returncode, self._err.value().decode("utf-8", "replace")

    async def close(self) -> None:
        """Close the channel; what runs at its other end sees its stdin end."""
        self._errors.cancel()
        self._process.close()
        with contextlib.suppress(TimeoutError, asyncssh.Error, OSError):  # the link may be dead
            async with asyncio.timeout(_CLOSE_S):
                await self._process.wait_closed()

    async def _drain_errors(self) -> None:
        with contextlib.suppress(asyncssh.Error, OSError):  # `read` tells of a broken link
            while block := await self._process.stderr.read(BLOCK_BYTES):
                self._err.add(block)


class _Client(asyncssh.SSHClient):
    def __init__(self, keys: HostKeys) -> None:
        self._keys = keys

    def validate_host_public_key(
        self,
        host: str,  # noqa: ARG002 - asyncssh's signature
        addr: str,  # noqa: ARG002
        port: int,  # noqa: ARG002
        key: asyncssh.SSHKey,
    ) -> bool:
        return self._keys.accepts(key)
