"""Fetching a run's artifacts and its record: resumed, verified, and nothing lost at either end.

pulled = await pull(host, plan, journal.attempts(run.name), pull_folder(run))
"""

import asyncio
import contextlib
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import msgspec

from vasttui.hosts.files import Files
from vasttui.hosts.protocol import Host, HostError, UnreachableError
from vasttui.plan import Plan
from vasttui.watch.journal import Attempt, RunRow
from vasttui.watch.paths import run_dir
from vasttui.watch.pull_choice import Choice, Parts, Remote, choose, join
from vasttui.watch.pull_target import Target
from vasttui.watch.pull_told import Progress, Pulled, Report
from vasttui.watch.pull_work import Work

RECORD_FILES = ("run.toml", "run.log", "run.idx", "samples.csv", "exit.json", "notes.log")
RENEW_S = 60.0
RECONNECT_S = 2.0


def pull_folder(run: RunRow) -> Path:
    """Where a run's files go by default: `pulled/NAME` beside the plan, else in the state folder."""
    if run.plan_path:
        return Path(run.plan_path).parent / "pulled" / run.name
    return run_dir(run.name) / "pulled"


async def pull(
    host: Host,
    plan: Plan,
    attempts: Sequence[Attempt],
    to: Path,
    report: Report = lambda _: None,
    clock: Callable[[], float] = time.monotonic,
) -> Pulled:
    """Fetch the files of `[ending] pull` and the attempts' records (as `record-N/`) into `to`.

    What is here already is not fetched again; a `.part` of an earlier pull is resumed. A link that breaks is
    made again as long as every time more comes. `clock`: seconds.

    Raises:
        HostError: no answer, no room, or globs that make no sense. What has come stays.
    """
    most = done = 0

    def seen(progress: Progress) -> None:
        nonlocal done
        done = max(done, progress.bytes_done)
        report(progress)

    while True:
        try:
            return await _pull_once(host, plan, attempts, to, seen, clock)
        except UnreachableError:
            if done <= most:
                raise
            most, done = done, 0
            await asyncio.sleep(RECONNECT_S)


async def _pull_once(
    host: Host,
    plan: Plan,
    attempts: Sequence[Attempt],
    to: Path,
    report: Report,
    clock: Callable[[], float],
) -> Pulled:
    files = await host.files()
    renewing = asyncio.create_task(_renew(host, attempts[-1])) if plan.ending.lease_minutes else None
    try:
        workdir = await _workdir(files, plan, attempts[-1])
        choice = await choose(files, workdir, plan.ending.pull)
        for attempt in attempts:
            await _add_record(files, choice, attempt, newest=attempt is attempts[-1])
        with Target(to).held() as target:
            pulled = await Work(host, files, target, choice, report, clock).run()
        if renewing is not None and pulled.is_complete and attempts[-1].attached is None:
            await host.renew(attempts[-1].ref, pulled=True)
        return pulled
    finally:
        if renewing is not None:
            renewing.cancel()
            await asyncio.gather(renewing, return_exceptions=True)
        await files.close()


async def _renew(host: Host, attempt: Attempt) -> None:
    while True:
        with contextlib.suppress(HostError):  # the pull itself tells of a link that fails
            await host.renew(attempt.ref)
        await asyncio.sleep(RENEW_S)


async def _workdir(files: Files, plan: Plan, attempt: Attempt) -> str:
    """Where the run's relative paths begin: as its recorder wrote it down, else as the plan says."""
    if attempt.attached is None:
        with contextlib.suppress(HostError, msgspec.MsgspecError):
            text = b"".join([block async for block in files.read(f"{attempt.record}/pid.json", 0, 1 << 16)])
            found = msgspec.json.decode(text, type=dict[str, object]).get("workdir")
            if isinstance(found, str) and found.startswith("/"):
                return found
    return plan.run.workdir


async def _add_record(files: Files, choice: Choice, attempt: Attempt, *, newest: bool) -> None:
    """The record's files, or the log of a run that someone else started."""
    folder = f"record-{attempt.number}"
    if attempt.attached is not None:
        places = {"run.log": attempt.attached.log}
    else:
        places = {name: join(attempt.record, name) for name in RECORD_FILES}
    found = 0
    for name, path in places.items():
        entry = await files.look(path)
        if entry is not None and entry.kind == "file":
            parts: Parts = (folder, name)
            choice.files[parts] = Remote(path, parts, entry.size, entry.mtime)
            found += 1
    if newest and not found:
        choice.refused.append(f"the record of attempt {attempt.number} is not on the host any more")
