"""The processes of emulated machines, found by the mark in their environment, whatever sessions they made."""

import contextlib
import os
import signal
import time
from collections.abc import Iterator
from pathlib import Path

from vasttui.cloud.emulator.nvidia_smi import RUN_MARK

MARK = "VASTTUI_MACHINE"
_ROUNDS = 50


def environments() -> Iterator[tuple[int, list[bytes]]]:
    """(pid, entries of its environment) of every process of ours. Only on systems with /proc."""
    for entry in Path("/proc").glob("[0-9]*/environ"):
        try:
            yield int(entry.parent.name), entry.read_bytes().split(b"\0")
        except OSError:
            continue  # ended meanwhile, or another user's


def marked(prefix: str) -> list[int]:
    """Pids of the processes whose mark begins so."""
    wanted = f"{MARK}={prefix}".encode()
    return [
        pid
        for pid, environ in environments()
        if pid != os.getpid() and any(one.startswith(wanted) for one in environ)
    ]


def busy_marks() -> set[str]:
    """The marks of the machines where a recorded run lives."""
    wanted = f"{MARK}=".encode()
    found: set[str] = set()
    for _, environ in environments():
        if any(one.startswith(RUN_MARK) for one in environ):
            found |= {one[len(wanted) :].decode() for one in environ if one.startswith(wanted)}
    return found


def kill_marked(prefix: str) -> bool:
    """Kill them all, those they start meanwhile too; whether none is left."""
    for _ in range(_ROUNDS):
        pids = marked(prefix)
        if not pids:
            return True
        for pid in pids:
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.kill(pid, signal.SIGKILL)
        time.sleep(0.01)
    return False
