"""A machine over SSH: `~/.ssh/config`, the agent, pinned host keys. The only module that imports asyncssh."""

import asyncio
import contextlib
import os
import socket
from pathlib import Path
from typing import Any, cast

import asyncssh

from vasttui.hosts.hostkeys import SSH_FILES, HostKeys
from vasttui.hosts.protocol import HostError, UnreachableError
from vasttui.hosts.resolve import Destination, parse_destination
from vasttui.hosts.transport import BLOCK_BYTES, Bounded, Finished

CONNECT_S = 10.0
KEEPALIVE_S = 15.0
KEEPALIVE_COUNT = 3
_CLOSE_S = 2.0
_MAX_JUMPS = 8
_STDERR_BYTES = 8192
_DEFAULT_KEYS = ("id_ed25519", "id_ecdsa", "id_rsa", "id_ed25519_sk", "id_ecdsa_sk", "id_dsa")


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
        return _shown(self._destination)

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
                process.stdin.write(data)
                if not hold:
                    process.stdin.write_eof()
        except TimeoutError:
            await self.close()
            raise UnreachableError(f"{self.name}: no answer within {CONNECT_S:g} s") from None
        except (asyncssh.Error, OSError) as error:
            raise UnreachableError(f"{self.name}: {_reason(error)}") from None
        return SshStream(process, self.name)

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
        for jump in _jumps(settings) if not self._hops and depth < _MAX_JUMPS else []:
            if jump.host != destination.host:  # `Host *` with a ProxyJump names the jump host too
                await self._connect(jump, final=False, depth=depth + 1)
        keys = HostKeys(self._pins, _known_hosts_files(settings))
        alias = self._alias if final else None
        try:
            connection = await asyncssh.connect(
                **_address(destination),
                **_identities(settings),
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

    def _settings(self, destination: Destination) -> asyncssh.SSHClientConnectionOptions:
        """What `~/.ssh/config` says of this destination; loads no keys."""
        try:
            return asyncssh.SSHClientConnectionOptions(
                **_address(destination), config=self._config_files(), client_keys=None
            )
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
            raise UnreachableError(f"{self._name}: {_reason(error)}") from None

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


def explain(
    error: Exception,
    destination: Destination,
    settings: asyncssh.SSHClientConnectionOptions,
    keys: HostKeys,
) -> UnreachableError:
    """The cause of a failed connection, and the way out."""
    name = _shown(destination)
    at = f"{name} ({settings.host}:{settings.port})"
    if isinstance(error, asyncssh.HostKeyNotVerifiable) and "revoked" in str(error):
        return UnreachableError(f"{name}: its host key is marked as revoked", "do not use this machine")
    if isinstance(error, asyncssh.HostKeyNotVerifiable):
        return keys.refusal(name)
    if isinstance(error, asyncssh.KeyExchangeFailed) and keys.knows:
        return keys.refusal(name)
    if isinstance(error, asyncssh.PermissionDenied):
        return UnreachableError(
            f"{name}: the login as {settings.username} was refused; tried {_tried(settings)}",
            "add the public key to the host's ~/.ssh/authorized_keys (or to the provider's account), "
            "or load its private key with ssh-add",
        )
    if isinstance(error, socket.gaierror):
        return UnreachableError(
            f"{name}: no host of that name", "it is neither in ~/.ssh/config nor in DNS: check the spelling"
        )
    if isinstance(error, TimeoutError):
        return UnreachableError(
            f"{at}: no answer within {CONNECT_S:g} s", "is the machine running, and the port the right one?"
        )
    if isinstance(error, ConnectionRefusedError) or "refused" in str(error).lower():
        return UnreachableError(
            f"{at}: connection refused",
            "nothing listens there: is the machine up, and the port the right one?",
        )
    return UnreachableError(f"{at}: {_reason(error)}")


def _reason(error: Exception) -> str:
    text = getattr(error, "strerror", None) or str(error) or type(error).__name__
    return str(text).splitlines()[0][:200]


def _shown(destination: Destination) -> str:
    user = f"{destination.user}@" if destination.user else ""
    host = f"[{destination.host}]" if ":" in destination.host else destination.host
    return f"{user}{host}" + (f":{destination.port}" if destination.port else "")


def _address(destination: Destination) -> dict[str, Any]:
    """Only what was said; the rest is the config's to say."""
    given = {"host": destination.host, "port": destination.port, "username": destination.user}
    return {key: value for key, value in given.items() if value is not None}


def _identity_files(settings: asyncssh.SSHClientConnectionOptions) -> list[Path]:
    """The key files of the config, else the usual ones; those that exist."""
    named = _words(settings, "IdentityFile")
    paths = [Path(name) for name in named] or [Path("~/.ssh") / name for name in _DEFAULT_KEYS]
    return [path.expanduser() for path in paths if path.expanduser().is_file()]


def _identities(settings: asyncssh.SSHClientConnectionOptions) -> dict[str, Any]:
    """Key files that are missing are passed over, and locked ones left to the agent, as ssh does."""
    named = _words(settings, "IdentityFile")
    files = [str(path) for path in _identity_files(settings)]
    return {"client_keys": files, "ignore_encrypted": True} if named and files else {}


def _jumps(settings: asyncssh.SSHClientConnectionOptions) -> list[Destination]:
    """The jump hosts of the config, the first to connect to first."""
    said = settings.tunnel if isinstance(settings.tunnel, str) else ""
    return [parse_destination(jump) for jump in said.split(",") if jump and jump.lower() != "none"]


def _words(settings: asyncssh.SSHClientConnectionOptions, option: str) -> list[str]:
    """An option of the config that is a list."""
    return list(cast("list[str] | tuple[()]", settings.config.get(option, ())))


def _known_hosts_files(settings: asyncssh.SSHClientConnectionOptions) -> list[Path]:
    named = _words(settings, "UserKnownHostsFile") + _words(settings, "GlobalKnownHostsFile")
    return [Path(name) for name in named] or list(SSH_FILES)


def _tried(settings: asyncssh.SSHClientConnectionOptions) -> str:
    files: list[str] = []
    for path in _identity_files(settings):
        try:
            asyncssh.read_private_key(path)
            files.append(str(path))
        except (asyncssh.KeyImportError, asyncssh.KeyEncryptionError, OSError) as error:
            files.append(f"{path} ({'locked' if 'passphrase' in str(error).lower() else 'unreadable'})")
    agent = "the agent's keys" if os.environ.get("SSH_AUTH_SOCK") else "no agent"
    return f"{', '.join(files) or 'no key files'} and {agent}"
