"""Who may log in on an emulated machine, and where their files are."""

import contextlib
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import asyncssh

BANNER = (
    "Welcome to an emulated machine. If authentication fails, try again after a few seconds, "
    "and double check your ssh key.\n"
)


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
