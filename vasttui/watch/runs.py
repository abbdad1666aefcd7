"""Making runs: names, the plan they keep, and rows that lists show."""

import re
import shlex
import time
from dataclasses import dataclass
from pathlib import PurePosixPath

from vasttui.monitor.check import Check
from vasttui.plan import Plan
from vasttui.plan.write import plan_text
from vasttui.watch.journal import Attempt, Journal, RunRow
from vasttui.watch.lock import holder

NOT_UP = "vast.ai, not up yet"
"""What stands as the host of a run until its rented machine has an address; no ssh destination."""
NOT_IN_NAMES = re.compile(r"[^A-Za-z0-9._-]+")
LONGEST_NAME = 60
WRAPPERS = frozenset(
    {"python", "python3", "uv", "run", "bash", "sh", "accelerate", "torchrun", "launch", "env"}
)


class NameTakenError(Exception):
    """A run of that name is there already."""


@dataclass(frozen=True, slots=True)
class Overview:
    """One run as a list shows it. `state`: the last status, with `ended` and `new` for none."""

    run: RunRow
    attempt: Attempt | None
    check: Check | None

    @property
    def active(self) -> bool:
        """It was launched and has not been seen to end."""
        return self.attempt is not None and self.attempt.ended is None

    @property
    def status(self) -> str:
        """The status of the newest look, as people read it."""
        return (
            self.check.word
            if self.check is not None
            else "NEW"
            if self.attempt is not None
            else "NOT LAUNCHED"
        )


def overview(journal: Journal) -> list[Overview]:
    """All runs, newest first, each with its newest attempt and look."""
    found: list[Overview] = []
    for run in journal.runs():
        attempts = journal.attempts(run.name)
        attempt = attempts[-1] if attempts else None
        found.append(Overview(run, attempt, journal.last_check(attempt) if attempt is not None else None))
    return found


def create_run(journal: Journal, plan: Plan, name: str, plan_path: str = "") -> RunRow:
    """Write down a new run. An explicit `name` must be free; one made from the plan gets a number.

    Raises:
        NameTakenError: the name is used; the message says what to do.
    """
    wanted = clean_name(name or plan.run.name or name_from_command(plan.run.command))
    if name and journal.run(wanted) is not None:
        raise NameTakenError(
            f"a run called {wanted!r} is there already: vasttui relaunch {wanted}, or another --name"
        )
    row = RunRow(
        name=_free_name(journal, wanted),
        created_at=time.time(),
        host=plan.host.ssh or (NOT_UP if plan.host.vast is not None else ""),
        plan=plan_text(plan),
        plan_path=plan_path,
    )
    journal.add_run(row)
    return row


def unlaunched_run(journal: Journal, name: str, plan_path: str) -> RunRow | None:
    """A run of that name (else of that plan) whose machine was never brought up; nobody is at it now."""
    for run in journal.runs():
        same = run.name == name if name else bool(plan_path) and run.plan_path == plan_path
        if same and not journal.attempts(run.name) and holder(run.name) is None:
            return run
    return None


def renew_run(journal: Journal, waiting: RunRow | None, plan: Plan, name: str, plan_path: str) -> RunRow:
    """Write down a new run, in place of one that waits: with the plan as it is now.

    Raises:
        NameTakenError: the name is used; the message says what to do.
    """
    if waiting is not None:
        journal.drop_run_if_never_launched(waiting)
        name = waiting.name
    return create_run(journal, plan, name, plan_path)


def clean_name(text: str) -> str:
    """A name that is safe as a folder, an argument and on a screen."""
    return NOT_IN_NAMES.sub("-", text).strip("-.")[:LONGEST_NAME] or "run"


def name_from_command(command: str) -> str:
    """`python train.py --lr 1` → `train`."""
    try:
        words = shlex.split(command)
    except ValueError:
        words = command.split()
    for word in words:
        path = PurePosixPath(word)
        if word.startswith("-") or "=" in word or path.name in WRAPPERS:
            continue
        return path.stem
    return "run"


def _free_name(journal: Journal, wanted: str) -> str:
    name, number = wanted, 1
    while journal.run(name) is not None:
        number += 1
        name = f"{wanted}-{number}"
    return name
