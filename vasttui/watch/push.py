"""Bringing what was pulled to another machine, so that a resume command finds its checkpoints there."""

from collections.abc import Callable
from fnmatch import fnmatchcase
from pathlib import Path

import msgspec

from vasttui.hosts.protocol import Host, HostError
from vasttui.plan import Plan
from vasttui.watch.pull_choice import ALL, Parts, join, split_pattern
from vasttui.watch.pull_target import MANIFEST
from vasttui.watch.pull_told import size


async def push(host: Host, plan: Plan, folder: Path, tell: Callable[[str], None]) -> str:
    """Upload what a pull of this plan has put into `folder`, times kept. What was done, in words.

    Raises:
        HostError: it cannot be written there.
    """
    wanted = [(there, folder / "/".join(parts)) for parts, there in _places(plan, folder)]
    wanted.sort(key=lambda one: one[1].stat().st_mtime)  # the newest checkpoint is the newest there too
    if not wanted:
        return "nothing was pulled that could be brought back"
    files = await host.files()
    done = sent = 0
    try:
        for there, source in wanted:
            seen = await files.look(there)
            length = source.stat().st_size
            if seen is None or seen.size != length:
                tell(f"bringing back {done + 1} of {len(wanted)}: {source.name}, {size(length)}")
                await files.put(there, source)
                sent += length
            done += 1
    except OSError as error:
        raise HostError(f"{error.filename}: {error.strerror}", "pull again, or relaunch without it") from None
    finally:
        await files.close()
    return f"{done} pulled file{'s' if done > 1 else ''} brought back ({size(sent)})"


def _places(plan: Plan, folder: Path) -> list[tuple[Parts, str]]:
    """(where a pulled file lies here, where it belongs there)."""
    try:
        manifest = msgspec.json.decode((folder / MANIFEST).read_bytes(), type=dict[str, tuple[int, int]])
    except (OSError, msgspec.MsgspecError):
        return []
    patterns = [split_pattern(pattern) for pattern in plan.ending.pull]
    found: list[tuple[Parts, str]] = []
    for key in manifest:
        parts = tuple(key.split("/"))
        path = folder / key
        root = next((root or plan.run.workdir for root, pattern in patterns if _fits(parts, pattern)), None)
        if root is not None and path.is_file() and not path.is_symlink():
            found.append((parts, join(root, key)))
    return found


def _fits(parts: Parts, pattern: Parts) -> bool:
    """Whether a glob means this path; one that ends at a folder means all in it."""
    if not pattern:
        return True
    if pattern[0] == ALL:
        return not pattern[1:] or _fits(parts, pattern[1:]) or (bool(parts) and _fits(parts[1:], pattern))
    return bool(parts) and fnmatchcase(parts[0], pattern[0]) and _fits(parts[1:], pattern[1:])
