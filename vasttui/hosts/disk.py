"""This machine's own files."""

import asyncio
import contextlib
import os
import shutil
from collections.abc import AsyncGenerator, Callable
from pathlib import Path
from typing import TypeVar

from vasttui.hosts.files import READ_BYTES, Entry, entry_of
from vasttui.hosts.protocol import HostError

T = TypeVar("T")


async def in_thread(work: Callable[..., T], *given: object) -> T:
    """As `asyncio.to_thread`, but when cancelled it waits: nobody closes a file that a thread still uses."""
    future = asyncio.get_running_loop().run_in_executor(None, work, *given)
    try:
        return await asyncio.shield(future)
    except asyncio.CancelledError:
        await asyncio.wait([future])
        raise


class LocalFiles:
    """`hosts.files.Files` of this machine."""

    async def scan(self, folder: str) -> list[Entry]:
        """What the folder holds."""
        try:
            return await asyncio.to_thread(_scan, _here(folder))
        except OSError as error:
            raise _failure(error, folder) from None

    async def look(self, path: str) -> Entry | None:
        """What the path leads to."""
        try:
            found = await asyncio.to_thread(os.stat, _here(path))
        except (FileNotFoundError, NotADirectoryError):
            return None
        except (OSError, ValueError) as error:
            raise _failure(error, path) from None
        return entry_of(Path(path).name, found.st_mode, found.st_size, found.st_mtime)

    async def read(self, path: str, offset: int, size: int) -> AsyncGenerator[bytes]:
        """A part of a file."""
        try:
            handle = await asyncio.to_thread(os.open, _here(path), os.O_RDONLY | os.O_NONBLOCK)
        except OSError as error:
            raise _failure(error, path) from None
        try:
            while size > 0:
                block = await in_thread(os.pread, handle, min(READ_BYTES, size), offset)
                if not block:
                    return
                yield block
                offset += len(block)
                size -= len(block)
        except OSError as error:
            raise _failure(error, path) from None
        finally:
            os.close(handle)

    async def put(self, path: str, source: Path) -> None:
        """Copy a file there."""
        target = _here(path)
        try:
            await asyncio.to_thread(_copy, source, target)
        except OSError as error:
            raise _failure(error, path) from None

    async def close(self) -> None:
        """Nothing to let go of."""


def _here(path: str) -> Path:
    return Path.home() / Path(path).expanduser()


def _scan(folder: Path) -> list[Entry]:
    found: list[Entry] = []
    with os.scandir(folder) as entries:
        for one in entries:
            with contextlib.suppress(FileNotFoundError):  # it went while we looked
                seen = one.stat(follow_symlinks=False)
                found.append(entry_of(one.name, seen.st_mode, seen.st_size, seen.st_mtime))
    return found


def _copy(source: Path, target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    draft = target.with_name(f".{target.name}.{os.getpid()}")
    shutil.copy2(source, draft)
    draft.replace(target)


def _failure(error: Exception, path: str) -> HostError:
    why = error.strerror if isinstance(error, OSError) else str(error)
    return HostError(f"{path!r}: {why}")
