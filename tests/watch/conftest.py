"""Real runs on this machine, under the real recorder, in a state folder of their own."""

import asyncio
import os
import shlex
import signal
import sys
from collections.abc import AsyncIterator, Callable
from contextlib import suppress
from pathlib import Path

import msgspec
import pytest

from vasttui.hosts.resolve import open_host
from vasttui.monitor.check import Check
from vasttui.plan import Plan, RunSpec
from vasttui.watch.journal import Journal, RunRow
from vasttui.watch.launch import Order
from vasttui.watch.live import LiveSession
from vasttui.watch.paths import known_hosts_path
from vasttui.watch.runs import create_run

TINY = Path(__file__).parent.parent / "trainings" / "tiny.py"
LIMIT_S = 60.0


def tiny(**options: object) -> str:
    """The command of a tiny real training; `crash_at=50` is `--crash-at 50`."""
    words = [sys.executable, str(TINY)]
    for name, value in {"steps": 100, "step_s": 0.01, "log_every": 5, **options}.items():
        words += [f"--{name.replace('_', '-')}", str(value)]
    return shlex.join(words)


@pytest.fixture
def journal(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Journal:
    """A fresh state folder and its journal."""
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    return Journal()


Attend = Callable[..., LiveSession]


@pytest.fixture
async def attend(journal: Journal) -> AsyncIterator[Attend]:
    """`attend(tiny(...))` makes a session that launches, `attend(run=row)` takes one up; all are ended."""
    sessions: list[LiveSession] = []

    def make(command: str = "", *, run: RunRow | None = None, **tables: object) -> LiveSession:
        plan = Plan(run=RunSpec(command=command or "true"), **tables)  # type: ignore[arg-type]
        fresh = run is None
        row = run or create_run(journal, plan, "")
        if not fresh:
            from vasttui.cli.common import plan_of

            plan = plan_of(row)
        host = open_host(row.host, known_hosts=known_hosts_path())
        session = LiveSession(journal, row, plan, host, Order(row, plan) if fresh else None)
        sessions.append(session)
        return session

    yield make
    for session in sessions:
        await session.close()
    for row in journal.runs():
        for attempt in journal.attempts(row.name):
            kill_group(Path(attempt.record))


def kill_group(record: Path) -> None:
    """End what a test left running."""
    with suppress(OSError, ValueError, KeyError):
        facts = msgspec.json.decode((record / "pid.json").read_bytes())
        with suppress(ProcessLookupError):
            os.killpg(facts["pid"], signal.SIGKILL)


async def until(session: LiveSession, holds: Callable[[LiveSession], bool]) -> None:
    """Wait for a state of the session, told by its own news."""
    async with asyncio.timeout(LIMIT_S):
        async for _ in session.changes():
            if holds(session):
                return


def told(checks: list[Check]) -> list[tuple[str, str]]:
    """(rule, state) of every alert that looks changed, in order."""
    return [(a.rule, a.state) for check in checks for a in check.changed]
