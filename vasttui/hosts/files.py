"""A host's files as faces and the watcher see them, however they are reached."""

import stat
from collections.abc import AsyncGenerator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, Protocol

READ_BYTES = 4 << 20
Kind = Literal["file", "folder", "link", "other"]


@dataclass(frozen=True, slots=True)
class Entry:
    """One name in a folder. `size` in bytes; `mtime` unix s, whole seconds where the link tells no more."""

    name: str
    kind: Kind
    size: int = 0
    mtime: int = 0


class Files(Protocol):
    """A host's files. Paths may begin with `~/` and are else relative to the home folder there.

    Every failure is a HostError; a link that fails is an UnreachableError.
    """

    async def scan(self, folder: str) -> list[Entry]:
        """What the folder holds, without `.` and `..`; links are told as links."""
        ...

    async def look(self, path: str) -> Entry | None:
        """What the path leads to, links followed; None if nothing."""
        ...

    def read(self, path: str, offset: int, size: int) -> AsyncGenerator[bytes]:
        """`size` bytes from `offset`, in blocks of at most 4 MiB; fewer where the file ends before."""
        ...

    async def put(self, path: str, source: Path) -> None:
        """Write a file of ours there, whole or not at all, its times kept; folders on the way are made."""
        ...

    async def close(self) -> None:
        """Let go."""
        ...


def entry_of(name: str, mode: int, size: int, mtime: float) -> Entry:
    """From what stat tells."""
    kind: Kind = "other"
    if stat.S_ISREG(mode):
        kind = "file"
    elif stat.S_ISDIR(mode):
        kind = "folder"
    elif stat.S_ISLNK(mode):
        kind = "link"
    return Entry(name, kind, size, int(mtime))
