"""What a run can be compared with: its earlier attempts, other runs, and the bundled sample runs."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from vasttui.assets import bundled
from vasttui.hosts.record import Record
from vasttui.monitor.check import Check
from vasttui.monitor.series import Series
from vasttui.watch.journal import Attempt, Journal
from vasttui.watch.replay import judge_of

MOST = 40


@dataclass(frozen=True, slots=True)
class Course:
    """How a run went: its series (unix s) and when it began."""

    name: str
    started_at: float
    series: Mapping[str, Series]


@dataclass(frozen=True, slots=True)
class Past:
    """One that can be laid beside another. `load` reads files or the journal: it belongs in a thread."""

    name: str
    text: str
    load: Callable[[], Course]


def of_record(path: Path, name: str) -> Course:
    """All that a record on this machine's disk tells.

    Raises:
        RecordError: it cannot be read.
    """
    record = Record.open(path)
    monitor, _ = judge_of(record)
    for reading in record.readings():
        monitor.feed(reading)
    return Course(name, monitor.history.run.started_at, monitor.history.series)


def of_looks(checks: Sequence[Check], name: str, started_at: float) -> Course:
    """What the journal holds of a run whose record lies elsewhere: a point a look."""
    rate, cost, step = Series("rate", "steps/s"), Series("cost", "$"), Series("step", "")
    for check in checks:
        for series, value in ((rate, check.rate), (cost, check.forecast.spent_usd), (step, check.step)):
            if value is not None:
                series.append(check.ts, value)
    return Course(name, started_at, {series.name: series for series in (rate, cost, step) if len(series)})


def of_attempt(attempt: Attempt, name: str) -> Course:
    """From its record where that is on this machine, else from the journal's looks."""
    if Path(attempt.record, "run.toml").is_file():
        return of_record(Path(attempt.record), name)
    journal = Journal()  # SQLite connections stay in their thread
    try:
        return of_looks(journal.checks(attempt), name, attempt.started_at)
    finally:
        journal.close()


def earlier(run: str, attempt: int) -> list[Past]:
    """Attempts of `run` other than `attempt`, newest first, then the newest attempt of other runs."""
    journal = Journal()
    try:
        own = [one for one in journal.attempts(run) if one.number != attempt]
        others = [
            attempts[-1]
            for row in journal.runs()
            if row.name != run and (attempts := journal.attempts(row.name))
        ]
    finally:
        journal.close()
    found = [*reversed(own), *others][:MOST]
    return [_past(one) for one in found]


def _past(attempt: Attempt) -> Past:
    name = f"{attempt.run} #{attempt.number}"
    return Past(name, f"attempt {attempt.number} of {attempt.run}", partial(of_attempt, attempt, name))


def samples(besides: str) -> list[Past]:
    """The bundled sample runs, for a replay to be compared with."""
    folders = sorted(path.parent for path in bundled("sample_runs").glob("*/run.toml"))
    return [
        Past(folder.name, "sample run", partial(of_record, folder, folder.name))
        for folder in folders
        if folder.name != besides
    ]
