"""The work of a pull: groups of files fetched, compared with the host's hashes, and given their names."""

import asyncio
import contextlib
import os
import shlex
import shutil
from collections.abc import Callable, Iterator
from contextlib import aclosing
from dataclasses import dataclass
from pathlib import Path

from vasttui.hosts.disk import in_thread
from vasttui.hosts.files import Files
from vasttui.hosts.protocol import Host, HostError, UnreachableError
from vasttui.watch.pull_choice import Choice, Parts, Remote
from vasttui.watch.pull_target import Part, RefusedError, Target
from vasttui.watch.pull_told import Progress, Pulled, Report, size

AT_ONCE = 4
GROUP_FILES, GROUP_BYTES, GROUP_CHARS = 64, 1 << 30, 40_000
TRIES = 3
_HASH_BYTES_PER_S = 50e6
_NO_TOOL = 9
# Of each file the first so many bytes: a log may grow while it is fetched.
_HASHES = (
    'if command -v sha256sum >/dev/null 2>&1; then s="sha256sum"; elif command -v shasum >/dev/null 2>&1;'
    f' then s="shasum -a 256"; else exit {_NO_TOOL}; fi; while [ $# -gt 1 ]; do'
    ' case "$2" in /*) f=$2 ;; "~/"*) f=$HOME/${2#"~/"} ;; *) f=$HOME/$2 ;; esac;'
    ' head -c "$1" "$f" 2>/dev/null | $s; shift 2; done'
)


@dataclass(slots=True)
class _Job:
    """One file on its way. `grown`: it was longer afterwards."""

    remote: Remote
    place: Path
    part: Part
    grown: bool = False


class Work:
    """One pull. `clock`: seconds."""

    def __init__(
        self,
        host: Host,
        files: Files,
        target: Target,
        choice: Choice,
        report: Report,
        clock: Callable[[], float],
    ) -> None:
        self._host = host
        self._files = files
        self._target = target
        self._choice = choice
        self._report = report
        self._clock = clock
        self._began = clock()
        self._done_bytes = 0
        self._done_files = 0
        self._bytes = sum(one.size for one in choice.files.values())
        self._result = Pulled(
            target.root,
            files=len(choice.files),
            failed=list(choice.refused),
            skipped=choice.skipped,
            unmatched=choice.unmatched,
        )

    async def run(self) -> Pulled:
        """All files, a group at a time: fetch, verify, name."""
        wanted = [one for one in self._choice.files.values() if not self._is_here(one)]
        self._need_room(wanted)
        self._tell("")
        for group in _groups(wanted):
            left = group
            for _ in range(TRIES):
                left = await self._fetch_group(left)
                if not left:
                    break
            for one in left:
                self._fail(one, f"not as on the host after {TRIES} tries: does it change all the time?")
        self._result.took_s = self._clock() - self._began
        self._tell("")
        return self._result

    def _is_here(self, remote: Remote) -> bool:
        with contextlib.suppress(RefusedError, OSError):
            if self._target.standing(self._target.place(remote.parts), remote) == "same":
                self._result.same += 1
                self._end(remote)
                return True
        return False

    def _need_room(self, wanted: list[Remote]) -> None:
        need, room = sum(one.size for one in wanted), shutil.disk_usage(self._target.root).free
        if need > room:
            raise HostError(
                f"{self._target.root}: {size(need)} are to be fetched, {size(room)} are free",
                "free space, or give another --to",
            )

    async def _fetch_group(self, group: list[Remote]) -> list[Remote]:
        """Fetch and verify; what has to be fetched again."""
        slots = asyncio.Semaphore(AT_ONCE)

        async def one(remote: Remote) -> _Job | None:
            async with slots:
                return await self._fetch(remote)

        tasks = [asyncio.create_task(one(remote)) for remote in group]
        try:
            jobs = [job for job in await asyncio.gather(*tasks) if job is not None]
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
        again: list[Remote] = []
        hashes = await self._hashes([job.remote for job in jobs])
        for job in jobs:
            told = hashes.get(job.remote.parts, "")
            if (told and told != job.part.digest) or job.part.size != job.remote.size:
                job.part.path.unlink(missing_ok=True)
                self._done_bytes -= job.part.size
                if (newer := await self._look_again(job.remote)) is not None:
                    again.append(newer)
                continue
            self._name(job)
        return again

    async def _fetch(self, remote: Remote) -> _Job | None:
        """One file into its part; None if it cannot be had, which is noted."""
        try:
            place = self._target.place(remote.parts)
            part = Part(place, remote)
        except (RefusedError, OSError) as error:
            self._fail(remote, str(error))
            return None
        job = _Job(remote, place, part)
        try:
            while await in_thread(part.resume_some):
                pass
            if part.size > remote.size:
                part.restart()
            self._done_bytes += part.size
            async with aclosing(self._files.read(remote.path, part.size, remote.size - part.size)) as blocks:
                async for block in blocks:
                    await in_thread(part.add, block)
                    self._done_bytes += len(block)
                    self._result.fetched_bytes += len(block)
                    self._tell(remote.name)
            after = await self._files.look(remote.path)
        except UnreachableError:
            raise
        except HostError as error:
            self._fail(remote, str(error))
            return None
        except OSError as error:
            raise HostError(f"{part.path}: {error.strerror}", "free space there, then pull again") from None
        finally:
            part.close()
        if after is not None and (after.size, after.mtime) != (remote.size, remote.mtime):
            job.grown = True
        return job

    async def _look_again(self, remote: Remote) -> Remote | None:
        entry = await self._files.look(remote.path)
        if entry is None or entry.kind != "file":
            self._fail(remote, "it went away while it was fetched")
            return None
        self._bytes += entry.size - remote.size
        return Remote(remote.path, remote.parts, entry.size, entry.mtime)

    async def _hashes(self, group: list[Remote]) -> dict[Parts, str]:
        """SHA-256 of each file as the host computes it; none where it cannot."""
        asked = [one for one in group if one.path.isascii() or _is_text(one.path)]
        if not asked:
            return {}
        words = [word for one in asked for word in (str(one.size), one.path)]
        timeout_s = 60.0 + sum(one.size for one in asked) / _HASH_BYTES_PER_S
        self._tell("comparing with the host's hashes")
        output = await self._host.run(shlex.join(["sh", "-c", _HASHES, "sh", *words]), timeout_s)
        if output.code == _NO_TOOL:
            self._result.unverified = True
            return {}
        lines = [line.split()[0] if line.split() else "" for line in output.out.splitlines()]
        if len(lines) != len(asked):
            raise HostError(f"{self._host.name}: the files' hashes could not be read", "pull again")
        return {one.parts: line for one, line in zip(asked, lines, strict=True)}

    def _name(self, job: _Job) -> None:
        try:
            aside = self._target.put(job.part, job.place, job.remote)
        except OSError as error:
            self._fail(job.remote, f"{job.place}: {error.strerror}")
            return
        if aside:
            self._result.aside.append(aside)
        if job.grown:
            self._result.moved_on.append(
                f"{job.remote.name}: it was written to meanwhile; here is what it was at the start"
            )
        self._result.fetched += 1
        self._done_files += 1
        self._tell(job.remote.name)

    def _fail(self, remote: Remote, why: str) -> None:
        self._result.failed.append(why if remote.name in why else f"{remote.name}: {why}")

    def _end(self, remote: Remote) -> None:
        self._done_files += 1
        self._done_bytes += remote.size

    def _tell(self, name: str) -> None:
        took_s = self._clock() - self._began
        speed = self._result.fetched_bytes / took_s if took_s > 0.5 and self._result.fetched_bytes else None
        self._report(
            Progress(name, self._done_files, self._result.files, self._done_bytes, self._bytes, speed)
        )


def _groups(wanted: list[Remote]) -> Iterator[list[Remote]]:
    """Parts of the work whose hashes are asked for by one command."""
    group: list[Remote] = []
    bytes_, chars = 0, 0
    for one in wanted:
        length = 2 * len(one.path) + 24
        full = len(group) == GROUP_FILES or bytes_ + one.size > GROUP_BYTES or chars + length > GROUP_CHARS
        if group and full:
            yield group
            group, bytes_, chars = [], 0, 0
        group.append(one)
        bytes_, chars = bytes_ + one.size, chars + length
    if group:
        yield group


def _is_text(path: str) -> bool:
    """Whether a command can name it."""
    try:
        os.fsencode(path).decode()
    except UnicodeDecodeError:
        return False
    return True
