"""Where state lives: XDG folders, private to the user."""

from pathlib import Path

import platformdirs

from vasttui.hosts.protocol import HostError


class StateError(HostError):
    """State on disk cannot be read or written."""


def state_dir() -> Path:
    """`~/.local/state/vasttui` or `$XDG_STATE_HOME/vasttui`, made 0700.

    Raises:
        StateError: it cannot be made (read-only home, full disk).
    """
    path = Path(platformdirs.user_state_path("vasttui"))
    try:
        path.mkdir(parents=True, exist_ok=True, mode=0o700)
    except OSError as error:
        raise StateError(
            f"{path}: {error.strerror}", "set XDG_STATE_HOME to a folder that can be written"
        ) from None
    return path


def config_dir() -> Path:
    """`~/.config/vasttui` or `$XDG_CONFIG_HOME/vasttui`; need not exist."""
    return Path(platformdirs.user_config_path("vasttui"))


def run_dir(name: str) -> Path:
    """The state folder of one run."""
    path = state_dir() / "runs" / name
    try:
        path.mkdir(parents=True, exist_ok=True, mode=0o700)
    except OSError as error:
        raise StateError(f"{path}: {error.strerror}", "free space or check the folder's owner") from None
    return path


def known_hosts_path() -> Path:
    """Our own pinned host keys."""
    return state_dir() / "known_hosts"
