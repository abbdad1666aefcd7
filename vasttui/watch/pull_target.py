"""The folder that pulled files land in: nothing leaves it, nothing of the user's is lost in it."""

import contextlib
import fcntl
import hashlib
import os
import stat
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from typing import Literal

import msgspec

from vasttui.hosts.protocol import HostError
from vasttui.watch.pull_choice import Parts, Remote, shown

MANIFEST = ".vasttui-pulled.json"
PART = ".part"
RESUME_BYTES = 16 << 20
Standing = Literal["new", "same", "ours", "other"]


class RefusedError(Exception):
    """This file cannot land here; the text says why."""


class Target:
    """One folder. The manifest tells what we have put there: path → (size, mtime in ns)."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self._manifest: dict[str, tuple[int, int]] = {}

    @contextmanager
    def held(self) -> Generator["Target"]:
        """Made if it is not there, and nobody else pulls into it meanwhile."""
        handle = -1
        try:
            self.root.mkdir(parents=True, exist_ok=True)
            self.root = self.root.resolve()
            handle = os.open(self.root, os.O_RDONLY | os.O_DIRECTORY)
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(handle)
            raise HostError(
                f"{self.root}: another vasttui pulls into it just now", "wait for it, or give another --to"
            ) from None
        except OSError as error:
            raise HostError(f"{self.root}: {error.strerror}", "give a folder that can be written") from None
        self._load()
        try:
            yield self
        finally:
            self._save()
            os.close(handle)

    def place(self, parts: Parts) -> Path:
        """Where a file lands; folders on the way are made, links on the way refused."""
        if parts == (MANIFEST,):
            raise RefusedError("that name is ours")
        folder = self.root
        for part in parts[:-1]:
            folder /= part
            with contextlib.suppress(FileExistsError):
                folder.mkdir()
            if not stat.S_ISDIR(folder.lstat().st_mode):
                raise RefusedError(f"{folder} is a link or a file: nothing is written through it")
        path = folder / parts[-1]
        with contextlib.suppress(FileNotFoundError):
            if not stat.S_ISREG(path.lstat().st_mode):
                raise RefusedError(f"{path} is there and no file: move it away")
        return path

    def standing(self, path: Path, remote: Remote) -> Standing:
        """What lies there already: the same, an older one that we pulled, or something else."""
        try:
            there = path.lstat()
        except FileNotFoundError:
            return "new"
        if (there.st_size, int(there.st_mtime)) == (remote.size, remote.mtime):
            return "same"
        pulled = self._manifest.get("/".join(remote.parts))
        return "ours" if pulled == (there.st_size, there.st_mtime_ns) else "other"

    def put(self, part: "Part", path: Path, remote: Remote) -> str:
        """Give a whole, verified part its name. Returns what was moved aside for it, if anything."""
        aside = ""
        if self.standing(path, remote) == "other" and digest(path) != part.digest:
            number = 1
            while (old := path.with_name(f"{path.name}.before-{number}")).exists():
                number += 1
            path.rename(old)
            aside = f"{remote.name}: the one here was another; it is now {shown(old.name)}"
        part.path.replace(path)
        os.utime(path, (remote.mtime, remote.mtime))
        self._manifest["/".join(remote.parts)] = (remote.size, path.stat().st_mtime_ns)
        return aside

    def _load(self) -> None:
        with contextlib.suppress(OSError, msgspec.MsgspecError):  # without it, what differs is kept aside
            path = self.root / MANIFEST
            if not path.is_symlink():
                self._manifest = msgspec.json.decode(path.read_bytes(), type=dict[str, tuple[int, int]])

    def _save(self) -> None:
        draft = self.root / f"{MANIFEST}{PART}"
        with contextlib.suppress(OSError, UnicodeEncodeError):
            draft.unlink(missing_ok=True)
            draft.write_bytes(msgspec.json.encode(self._manifest))
            draft.replace(self.root / MANIFEST)


class Part:
    """A file that is not whole yet. Its name holds the version it is of, so that only that one is resumed."""

    def __init__(self, place: Path, remote: Remote) -> None:
        version = f"{remote.size}-{remote.mtime}"
        self.path = place.with_name(f".{place.name[:80]}.{version}{PART}")
        for old in place.parent.glob(f".{_literal(place.name[:80])}.*-*{PART}"):
            if old != self.path:
                old.unlink(missing_ok=True)  # of a version that is no more
        flags = os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC
        self._handle = os.open(self.path, flags, 0o644)
        self._hash = hashlib.sha256()
        self.size = 0

    def resume_some(self) -> bool:
        """Take in a piece of what an earlier pull has brought; False at its end."""
        block = os.read(self._handle, RESUME_BYTES)
        self._hash.update(block)
        self.size += len(block)
        return bool(block)

    def restart(self) -> None:
        """Throw away what there is."""
        os.ftruncate(self._handle, 0)
        os.lseek(self._handle, 0, os.SEEK_SET)
        self._hash, self.size = hashlib.sha256(), 0

    def add(self, block: bytes) -> None:
        """The next bytes."""
        rest = memoryview(block)
        while rest:
            rest = rest[os.write(self._handle, rest) :]
        self._hash.update(block)
        self.size += len(block)

    @property
    def digest(self) -> str:
        """SHA-256 of what there is, in hex."""
        return self._hash.hexdigest()

    def close(self) -> None:
        """Let go of the file."""
        os.close(self._handle)


def digest(path: Path) -> str:
    """SHA-256 of a file, in hex."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _literal(text: str) -> str:
    return "".join(f"[{char}]" if char in "*?[" else char for char in text)
