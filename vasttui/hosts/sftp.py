"""Files of a host over SFTP. Only `ssh` imports this."""

import contextlib
import os
import posixpath
import stat
from collections.abc import AsyncGenerator
from pathlib import Path
from typing import cast

import asyncssh

from vasttui.hosts.files import READ_BYTES, Entry, entry_of
from vasttui.hosts.protocol import HostError, UnreachableError
from vasttui.hosts.ssh_errors import reason

_LOST = (asyncssh.SFTPConnectionLost, asyncssh.SFTPNoConnection)
_NONE = (asyncssh.SFTPNoSuchFile, asyncssh.SFTPNoSuchPath)
_MODES = {1: stat.S_IFREG, 2: stat.S_IFDIR, 3: stat.S_IFLNK}  # by SSH_FILEXFER_TYPE


async def open_sftp(connection: asyncssh.SSHClientConnection, name: str) -> "SftpFiles":
    """SFTP on a connection; `name` is what to call the machine.

    Raises:
        HostError: the machine has no SFTP.
    """
    try:
        client = await connection.start_sftp_client(path_errors="surrogateescape")
    except (asyncssh.ChannelOpenError, asyncssh.SFTPError) as error:
        raise HostError(
            f"{name}: no SFTP there: {reason(error)}", "install openssh-sftp-server on that host"
        ) from None
    except (asyncssh.Error, OSError) as error:
        raise UnreachableError(f"{name}: {reason(error)}") from None
    return SftpFiles(client, name)


class SftpFiles:
    """`hosts.files.Files` of one connection."""

    def __init__(self, client: asyncssh.SFTPClient, name: str) -> None:
        self._client = client
        self._name = name

    async def scan(self, folder: str) -> list[Entry]:
        """What the folder holds."""
        found: list[Entry] = []
        try:
            async for one in self._client.scandir(_there(folder)):
                name = os.fsdecode(one.filename)
                if name not in (".", ".."):
                    found.append(_entry(name, one.attrs))
        except (asyncssh.Error, OSError) as error:
            raise self._failure(error, folder) from None
        return found

    async def look(self, path: str) -> Entry | None:
        """What the path leads to."""
        try:
            return _entry(posixpath.basename(path), await self._client.stat(_there(path)))
        except _NONE:
            return None
        except (asyncssh.Error, OSError) as error:
            raise self._failure(error, path) from None

    async def read(self, path: str, offset: int, size: int) -> AsyncGenerator[bytes]:
        """A part of a file; within a block many requests are under way at once."""
        try:
            async with self._client.open(_there(path), "rb") as file:
                while size > 0:
                    block = cast("bytes", await file.read(min(READ_BYTES, size), offset))
                    if not block:
                        return
                    yield block
                    offset += len(block)
                    size -= len(block)
        except (asyncssh.Error, OSError) as error:
            raise self._failure(error, path) from None

    async def put(self, path: str, source: Path) -> None:
        """Upload a file."""
        target = _there(path)
        folder, base = posixpath.split(target)
        draft = posixpath.join(folder, f".{base[:200]}.part")
        try:
            if folder:
                await self._client.makedirs(folder, exist_ok=True)
            await self._client.put(str(source), draft, preserve=True)
            with contextlib.suppress(*_NONE):  # what is replaced, where rename does not replace
                await self._client.remove(target)
            await self._client.rename(draft, target)
        except (asyncssh.Error, OSError) as error:
            raise self._failure(error, path) from None

    async def close(self) -> None:
        """End the SFTP session; the connection stays."""
        self._client.exit()
        with contextlib.suppress(asyncssh.Error, OSError):  # the link may be dead
            await self._client.wait_closed()

    def _failure(self, error: Exception, path: str) -> HostError:
        if isinstance(error, asyncssh.SFTPError) and not isinstance(error, _LOST):
            return HostError(f"{self._name}: {path!r}: {error.reason}")
        return UnreachableError(f"{self._name}: {reason(error)}")


def _there(path: str) -> str:
    """SFTP begins in the home folder and knows no `~`."""
    return "." if path in ("", "~", "~/") else path.removeprefix("~/")


def _entry(name: str, attrs: asyncssh.SFTPAttrs) -> Entry:
    mode = attrs.permissions or 0
    if not stat.S_IFMT(mode):  # newer servers tell the type apart from the permissions
        mode = _MODES.get(attrs.type, 0)
    return entry_of(name, mode, attrs.size or 0, attrs.mtime or 0)
