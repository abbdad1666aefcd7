"""Which host keys are trusted: those ssh knows, those we pinned at first contact, never a changed one.

Imported only by the ssh transport: asyncssh costs 0.2 s.
"""

import os
from collections.abc import Sequence
from pathlib import Path

import asyncssh

from vasttui.hosts.protocol import UnreachableError

SSH_FILES = (Path("~/.ssh/known_hosts"), Path("~/.ssh/known_hosts2"), Path("/etc/ssh/ssh_known_hosts"))
_MAX_FILE_BYTES = 16 << 20

KnownKeys = tuple[list[asyncssh.SSHKey], list[asyncssh.SSHKey], list[asyncssh.SSHKey]]


class HostKeys:
    """Judges the key of one connection attempt. `pins` None: only keys that ssh knows are trusted."""

    def __init__(self, pins: Path | None, ssh_files: Sequence[Path] = SSH_FILES) -> None:
        self._pins = pins
        self._files = [path.expanduser() for path in ssh_files]
        self._name = ""
        self._known: list[tuple[asyncssh.SSHKey, Path]] = []
        self._certified = False
        self._revoked = False
        self._offered: asyncssh.SSHKey | None = None

    def look_up(self, host: str, _addr: str, port: int | None) -> KnownKeys:
        """Answer asyncssh before the handshake: (trusted, authorities, revoked) for `host`."""
        self._name = f"[{host}]:{port}" if port else host
        trusted: list[asyncssh.SSHKey] = []
        authorities: list[asyncssh.SSHKey] = []
        revoked: list[asyncssh.SSHKey] = []
        for path in [*self._files, *([self._pins] if self._pins else [])]:
            keys, signers, bad = _read(path, self._name)
            self._known += [(key, path) for key in keys]
            trusted += keys
            authorities += signers
            revoked += bad
        self._certified = bool(authorities)
        return trusted, authorities, revoked

    @property
    def knows(self) -> bool:
        """Whether any key of the host was known before."""
        return bool(self._known) or self._certified

    def accepts(self, key: asyncssh.SSHKey) -> bool:
        """Answer asyncssh on a key that is not among the trusted ones: first contact only."""
        self._offered = key
        return self._pins is not None and not self.knows

    def pin(self) -> None:
        """After a handshake that proved the key: remember a first one."""
        if self._offered is None or self._pins is None:
            return
        line = f"{self._name} {self._offered.export_public_key('openssh').decode().strip()}\n"
        try:
            self._pins.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            handle = os.open(self._pins, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
            with os.fdopen(handle, "w") as file:
                file.write(line)
        except OSError as error:
            raise UnreachableError(
                f"{self._pins}: the host's key cannot be remembered: {error.strerror}",
                "make that place writable; without it a changed key could not be noticed",
            ) from None

    def refusal(self, host: str) -> UnreachableError:
        """Why the key was not accepted, for the user."""
        if not self._known:
            return UnreachableError(
                f"{host}: its host key is not known and cannot be pinned",
                f"connect once with `ssh {host}` and compare the key's fingerprint",
            )
        path = self._known[0][1]
        known = ", ".join(sorted({_said(key) for key, _ in self._known}))
        offered = _said(self._offered) if self._offered else "none of that kind"
        return UnreachableError(
            f"{host}: its host key has changed: {known} was known, {offered} is offered",
            "another machine, or someone in between; if it was rebuilt: "
            f"ssh-keygen -R '{self._name}' -f {path}",
        )


def _said(key: asyncssh.SSHKey) -> str:
    return f"{key.algorithm.decode().removeprefix('ssh-')} {key.get_fingerprint()}"


def _read(path: Path, name: str) -> KnownKeys:
    """The keys a known-hosts file has for `name`; lines that cannot be read are passed over, as ssh does."""
    try:
        with path.open("rb") as file:
            text = file.read(_MAX_FILE_BYTES).decode("utf-8", "replace")
    except OSError:
        return [], [], []
    trusted: list[asyncssh.SSHKey] = []
    authorities: list[asyncssh.SSHKey] = []
    revoked: list[asyncssh.SSHKey] = []
    for line in text.splitlines():
        if not line.strip() or line.lstrip().startswith("#"):
            continue
        try:
            found = asyncssh.import_known_hosts(line).match(name, "", None)
        except ValueError:
            continue
        trusted += found[0]
        authorities += found[1]
        revoked += found[2]
    return trusted, authorities, revoked
