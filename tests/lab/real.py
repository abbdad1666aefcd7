"""Real trainings, really hurt, under the real recorder and watcher: `python -m tests.lab real [NAME …]`.

Each takes a minute or two and leaves nothing behind. What this machine does not allow is said, not failed.
"""

import asyncio
import os
import shlex
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import AsyncGenerator, Callable, Coroutine, Mapping
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import msgspec

from tests.lab.report import duration, table
from tests.support.sshd import ALIAS, SSHD, Sshd
from tests.trainings.memory_limit import entering, memory_limit
from vasttui.hosts.machine import Machine
from vasttui.hosts.protocol import Host
from vasttui.hosts.resolve import Destination, open_host
from vasttui.hosts.ssh import SshTransport
from vasttui.monitor.check import Alert, Check
from vasttui.plan import Plan, RunSpec
from vasttui.watch.journal import Journal
from vasttui.watch.launch import Order
from vasttui.watch.live import LiveSession
from vasttui.watch.paths import known_hosts_path
from vasttui.watch.runs import create_run

VICTIM = Path(__file__).parent / "victim.py"
WARM_S = 25.0
LIMIT_S = 240.0
SAMPLE_S = 1.0


@dataclass(frozen=True, slots=True)
class Seen:
    """What came of one hurt run: when it was hurt, and the first alert that names it."""

    hurt_ts: float
    alert: Alert | None
    looks: int


class NotPossibleError(Exception):
    """This machine does not let us do that."""


def command(*before: str, **options: object) -> str:
    """The victim's command."""
    words = [*before, sys.executable, str(VICTIM)]
    for name, value in options.items():
        words += [f"--{name.replace('_', '-')}", str(value)]
    return shlex.join(words)


@asynccontextmanager
async def attended(line: str, host: Host | None = None, workdir: str = "") -> AsyncGenerator[LiveSession]:
    """The command under the recorder, with a watcher; all of it is ended."""
    plan = Plan(run=RunSpec(command=line, workdir=workdir))
    journal = Journal()
    run = create_run(journal, plan, "")
    session = LiveSession(
        journal, run, plan, host or open_host("", known_hosts=known_hosts_path()), Order(run, plan)
    )
    await session.start()
    try:
        await _until(session, lambda: session.attempt is not None, 30)
        yield session
    finally:
        with suppress(Exception):  # a host that is gone cannot be asked: the group is ended below
            await session.kill()
        await session.close()
        for attempt in journal.attempts(run.name):
            _end_group(Path(attempt.record))


def _end_group(record: Path) -> None:
    with suppress(OSError, ValueError, KeyError):
        os.killpg(pid_of(record), signal.SIGKILL)


def pid_of(record: Path) -> int:
    """The command's process."""
    return int(msgspec.json.decode((record / "pid.json").read_bytes())["pid"])


def victim_pid(session: LiveSession) -> int:
    """The command's process, for runs on this machine."""
    assert session.attempt is not None
    return pid_of(Path(session.attempt.record))


async def _until(session: LiveSession, holds: Callable[[], bool], limit_s: float) -> bool:
    until = time.monotonic() + limit_s
    while not holds():
        if time.monotonic() > until or session.failure is not None:
            return False
        await asyncio.sleep(0.1)
    return True


def _alert(checks: list[Check], rules: tuple[str, ...]) -> Alert | None:
    found = (a for c in checks for a in c.changed if a.state == "raised" and a.rule in rules)
    return next(found, None)


async def _named(session: LiveSession, *rules: str, hurt_ts: float, limit_s: float = LIMIT_S) -> Seen:
    await _until(session, lambda: _alert(session.made, rules) is not None, limit_s)
    return Seen(hurt_ts, _alert(session.made, rules), len(session.made))


async def kill_9() -> Seen:
    """SIGKILL from outside."""
    async with attended(command()) as session:
        await asyncio.sleep(WARM_S)
        hurt = time.time()
        os.kill(victim_pid(session), signal.SIGKILL)
        return await _named(session, "error", hurt_ts=hurt)


async def sigstop() -> Seen:
    """The process is stopped: it is there, and does nothing."""
    async with attended(command()) as session:
        await asyncio.sleep(WARM_S)
        hurt = time.time()
        os.killpg(victim_pid(session), signal.SIGSTOP)
        return await _named(session, "stall", hurt_ts=hurt)


async def throttled() -> Seen:
    """Half of the time it may not run."""
    async with attended(command(steps=6000)) as session:
        await asyncio.sleep(WARM_S)
        hurt = time.time()
        duty = asyncio.create_task(_duty(victim_pid(session)))
        try:
            return await _named(session, "slow", hurt_ts=hurt)
        finally:
            duty.cancel()


async def _duty(pid: int) -> None:
    while True:
        os.killpg(pid, signal.SIGSTOP)
        await asyncio.sleep(0.6)
        os.killpg(pid, signal.SIGCONT)
        await asyncio.sleep(0.3)


async def hog_rlimit() -> Seen:
    """A leak runs into its own limit: MemoryError."""
    limited = ("sh", "-c", 'ulimit -v 600000 && exec "$0" "$@"')
    async with attended(command(*limited, leak_mib=2, steps=6000)) as session:
        begun = time.time()
        seen = await _named(session, "error", "memory", hurt_ts=begun)
        return Seen(_death(session) or begun, seen.alert, seen.looks)


async def hog_cgroup() -> Seen:
    """A leak runs into a control group's limit: the kernel kills without a word."""
    try:
        with memory_limit("vasttui-lab", 300) as folder:
            async with attended(command(*entering(folder), leak_mib=2, steps=6000)) as session:
                begun = time.time()
                seen = await _named(session, "error", "memory", hurt_ts=begun)
                await _until(session, lambda: _death(session) is not None, 60)
                return Seen(_death(session) or begun, seen.alert, seen.looks)
    except OSError as error:
        raise NotPossibleError(f"no memory cgroup here: {error.strerror}") from None


def _death(session: LiveSession) -> float | None:
    ended = session.snapshot().exit
    return ended.ts if ended is not None else None


async def full_tmpfs() -> Seen:
    """Checkpoints fill a small disk."""
    with tempfile.TemporaryDirectory(prefix="vasttui-lab-") as folder:
        _say_if_not(["mount", "-t", "tmpfs", "-o", "size=100m", "tmpfs", folder], "no tmpfs here")
        try:
            line = command(save_to=folder, save_mib=16, save_every=150)
            async with attended(line, workdir=folder) as session:
                begun = time.time()
                seen = await _named(session, "disk", "error", hurt_ts=begun)
                return Seen(_death(session) or begun, seen.alert, seen.looks)
        finally:
            _say_if_not(["umount", folder], "the tmpfs stays")


def _say_if_not(words: list[str], trouble: str) -> None:
    done = subprocess.run(words, capture_output=True, check=False)
    if done.returncode:
        raise NotPossibleError(f"{trouble}: {done.stderr.decode().strip()[:80]}")


async def link_cut() -> Seen:
    """sshd goes away, connections and all."""
    if shutil.which(SSHD) is None:
        raise NotPossibleError("no sshd here")
    with tempfile.TemporaryDirectory(prefix="vasttui-lab-") as folder, Sshd(Path(folder)) as server:
        known = Path(folder) / "known_hosts"
        known.write_text(server.known_hosts_line)
        host = Machine(SshTransport(Destination(ALIAS), config=server.config, known_hosts=known))
        async with attended(command(), host) as session:
            await asyncio.sleep(WARM_S)
            hurt = time.time()
            server.stop()
            seen = await _named(session, "host", hurt_ts=hurt)
            server.start()
            await _until(session, lambda: session.snapshot().link == "up", 60)
            return seen


REAL: Mapping[str, Callable[[], Coroutine[Any, Any, Seen]]] = {
    "kill -9": kill_9,
    "SIGSTOP": sigstop,
    "throttled": throttled,
    "rlimit": hog_rlimit,
    "cgroup": hog_cgroup,
    "tmpfs": full_tmpfs,
    "link cut": link_cut,
}


def run_real(names: list[str]) -> str:
    """Hurt real trainings one after another. Returns the table."""
    rows: list[tuple[str, ...]] = []
    os.environ["VASTTUI_SAMPLE_S"] = str(SAMPLE_S)
    for name, hurt in REAL.items():
        if names and name not in names:
            continue
        with tempfile.TemporaryDirectory(prefix="vasttui-lab-state-") as state:
            os.environ["XDG_STATE_HOME"] = state
            try:
                rows.append(_row(name, asyncio.run(hurt())))
            except NotPossibleError as error:
                rows.append((name, "not possible here", "-", "-", str(error)))
        print("  ".join(rows[-1]), file=sys.stderr, flush=True)
    return table(("hurt by", "named", "after", "looks", "in the watcher's words"), rows)


def _row(name: str, seen: Seen) -> tuple[str, ...]:
    if seen.alert is None:
        return name, "**no**", "-", str(seen.looks), ""
    late = duration(seen.alert.raised_at - seen.hurt_ts)
    return name, seen.alert.rule, late, str(seen.looks), seen.alert.text[:110]
