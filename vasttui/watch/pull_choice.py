"""Which of a host's files a plan's globs mean. The host's names are hostile input: odd ones are refused."""

import os
from dataclasses import dataclass, field
from fnmatch import fnmatchcase

from vasttui.hosts.files import Entry, Files
from vasttui.hosts.protocol import HostError, UnreachableError

MAX_FILES = 50_000
MAX_DEPTH = 64
_LONGEST_NAME = 255
_MAGIC = frozenset("*?[")
ALL = "**"

Parts = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Remote:
    """A file to fetch: `path` on the host, `parts` below the target. `size` bytes, `mtime` unix s."""

    path: str
    parts: Parts
    size: int
    mtime: int

    @property
    def name(self) -> str:
        """What to call it, safe to show."""
        return shown("/".join(self.parts))


@dataclass(slots=True)
class Choice:
    """What was found. `refused`: not fetched, with the reason; `skipped`: worth a word, but no loss."""

    files: dict[Parts, Remote] = field(default_factory=dict[Parts, Remote])
    refused: list[str] = field(default_factory=list[str])
    skipped: list[str] = field(default_factory=list[str])
    unmatched: list[str] = field(default_factory=list[str])


def shown(text: str) -> str:
    """A host's text as a screen may show it."""
    return "".join(c if c.isprintable() else c.encode("unicode_escape", "replace").decode() for c in text)


def is_odd(name: str) -> bool:
    """Whether a file of this name might land elsewhere than it seems, or upset a terminal."""
    return (
        name in ("", ".", "..")
        or "/" in name
        or any(ord(char) < 32 or ord(char) == 127 for char in name)
        or len(os.fsencode(name)) > _LONGEST_NAME
    )


def split_pattern(pattern: str) -> tuple[str | None, Parts]:
    """(where it begins: `/`, `~`, None for the workdir; its components).

    Raises:
        HostError: it climbs out by `..`, or is empty.
    """
    root = "/" if pattern.startswith("/") else "~" if pattern.startswith("~/") else None
    parts = tuple(part for part in pattern.removeprefix("~/").split("/") if part not in ("", "."))
    if not parts or ".." in parts:
        raise HostError(
            f"[ending] pull: {pattern!r} is no path below a folder", "write globs relative to the workdir"
        )
    return root, parts


async def choose(files: Files, workdir: str, patterns: tuple[str, ...]) -> Choice:
    """Every file that the patterns mean; a folder means all that is in it, `**` any depth.

    Raises:
        HostError: a pattern makes no sense, or far too much matches.
    """
    walk = _Walk(files)
    for pattern in patterns:
        root, parts = split_pattern(pattern)
        before = walk.hits
        await walk.match(workdir if root is None else root, (), parts)
        if walk.hits == before:
            walk.choice.unmatched.append(shown(pattern))
    return walk.choice


def join(folder: str, name: str) -> str:
    """A path on a host; an empty folder is its home."""
    return folder + name if folder in ("", "/") else f"{folder}/{name}"


class _Walk:
    def __init__(self, files: Files) -> None:
        self.choice = Choice()
        self.hits = 0
        self._files = files
        self._seen: dict[str, list[Entry]] = {}

    async def match(self, folder: str, at: Parts, pattern: Parts) -> None:
        """All below `folder` that the components mean."""
        if len(at) > MAX_DEPTH:
            self._refuse(folder, f"is deeper than {MAX_DEPTH} folders")
            return
        head, rest = pattern[0], pattern[1:]
        if head == ALL:
            await self._any_depth(folder, at, pattern, rest)
        elif _MAGIC.isdisjoint(head):
            path = join(folder, head)
            entry = await self._files.look(path)
            if entry is not None:
                await self._arrive(Entry(head, entry.kind, entry.size, entry.mtime), path, at, rest)
        else:
            for entry in await self._scan(folder):
                if fnmatchcase(entry.name, head):
                    await self._arrive(entry, join(folder, entry.name), at, rest)

    async def _any_depth(self, folder: str, at: Parts, pattern: Parts, rest: Parts) -> None:
        if rest:
            await self.match(folder, at, rest)
        for entry in await self._scan(folder):
            path = join(folder, entry.name)
            if entry.kind == "folder":
                if not self._odd(entry, path):
                    await self.match(path, (*at, entry.name), pattern)
            elif not rest:
                await self._arrive(entry, path, at, ())

    async def _arrive(self, entry: Entry, path: str, at: Parts, rest: Parts) -> None:
        """A name that fits the pattern so far."""
        if self._odd(entry, path):
            return
        if entry.kind == "link":
            target = await self._files.look(path)
            if target is None or target.kind != "file":
                self.hits += 1
                self.choice.skipped.append(f"{shown(path)}: a link that leads to no file is not followed")
                return
            entry = target
        parts = (*at, path.rpartition("/")[2])
        if entry.kind == "folder":
            await self.match(path, parts, rest or (ALL,))
        elif entry.kind == "other":
            self.choice.skipped.append(f"{shown(path)}: neither a file nor a folder")
        elif not rest:
            self.hits += 1
            self.choice.files[parts] = Remote(path, parts, entry.size, entry.mtime)
            if len(self.choice.files) > MAX_FILES:
                raise HostError(
                    f"more than {MAX_FILES} files match", "narrow the globs of [ending] pull, or pack them"
                )

    def _odd(self, entry: Entry, path: str) -> bool:
        if is_odd(entry.name):
            self.hits += 1
            self._refuse(path, "has a name that is not safe here: rename it there")
            return True
        return False

    def _refuse(self, path: str, why: str) -> None:
        self.choice.refused.append(f"{shown(path)} {why}")

    async def _scan(self, folder: str) -> list[Entry]:
        if folder not in self._seen:
            try:
                self._seen[folder] = sorted(await self._files.scan(folder), key=lambda one: one.name)
            except UnreachableError:
                raise
            except HostError as error:
                self._seen[folder] = []
                if await self._files.look(folder or "~") is not None:
                    self.choice.refused.append(shown(str(error)))
        return self._seen[folder]
