"""What `~/.ssh/config` says of a destination. Imported only by the ssh transport."""

from pathlib import Path
from typing import Any, cast

import asyncssh

from vasttui.hosts.hostkeys import SSH_FILES
from vasttui.hosts.resolve import Destination, parse_destination

Settings = asyncssh.SSHClientConnectionOptions
_DEFAULT_KEYS = ("id_ed25519", "id_ecdsa", "id_rsa", "id_ed25519_sk", "id_ecdsa_sk", "id_dsa")


def shown(destination: Destination) -> str:
    """As the user would write it."""
    user = f"{destination.user}@" if destination.user else ""
    host = f"[{destination.host}]" if ":" in destination.host else destination.host
    return f"{user}{host}" + (f":{destination.port}" if destination.port else "")


def address(destination: Destination) -> dict[str, Any]:
    """Only what was said; the rest is the config's to say."""
    given = {"host": destination.host, "port": destination.port, "username": destination.user}
    return {key: value for key, value in given.items() if value is not None}


def jumps(settings: Settings) -> list[Destination]:
    """The jump hosts of the config, the first to connect to first."""
    said = settings.tunnel if isinstance(settings.tunnel, str) else ""
    return [parse_destination(jump) for jump in said.split(",") if jump and jump.lower() != "none"]


def _words(settings: Settings, option: str) -> list[str]:
    """An option of the config that is a list."""
    return list(cast("list[str] | tuple[()]", settings.config.get(option, ())))


def identity_files(settings: Settings) -> list[Path]:
    """The key files of the config, else the usual ones; those that exist."""
    named = _words(settings, "IdentityFile")
    paths = [Path(name) for name in named] or [Path("~/.ssh") / name for name in _DEFAULT_KEYS]
    return [path.expanduser() for path in paths if path.expanduser().is_file()]


def identities(settings: Settings) -> dict[str, Any]:
    """Key files that are missing are passed over, and locked ones left to the agent, as ssh does."""
    named = _words(settings, "IdentityFile")
    files = [str(path) for path in identity_files(settings)]
    return {"client_keys": files, "ignore_encrypted": True} if named else {}


def known_hosts_files(settings: Settings) -> list[Path]:
    """Where ssh itself keeps the keys it knows."""
    named = _words(settings, "UserKnownHostsFile") + _words(settings, "GlobalKnownHostsFile")
    return [Path(name) for name in named] or list(SSH_FILES)
