"""The journal: what was launched, every look, every alert, every act. SQLite in WAL mode.

One writer a run (the watcher, which holds the run's lock), any number of readers. Checks and alerts are
stored whole (JSON), so that a reader shows exactly what the watcher saw.
"""

from dataclasses import dataclass, field

import msgspec

from vasttui.gate.finding import Finding
from vasttui.hosts.protocol import Attached, RecordRef
from vasttui.monitor.check import Alert, Check
from vasttui.monitor.reading import Exit
from vasttui.watch.journal_file import JournalFile, Statement


@dataclass(frozen=True, slots=True)
class RunRow:
    """One run: its plan (TOML text), its host (`""`: this machine), where the plan file lies."""

    name: str
    created_at: float
    host: str
    plan: str
    plan_path: str = ""


@dataclass(frozen=True, slots=True)
class Attempt:
    """One launch. `fingerprint` names the traceback it died of, if it did."""

    run: str
    number: int
    record: str
    command: str
    started_at: float
    attached: Attached | None = None
    findings: tuple[Finding, ...] = field(default=())
    ended: Exit | None = None
    fingerprint: str = ""

    @property
    def ref(self) -> RecordRef:
        """Where its record lies on the host."""
        return RecordRef(self.record, self.attached)


@dataclass(frozen=True, slots=True)
class Act:
    """Something that was done to a run, written down before it was done. `outcome` empty: not known."""

    ts: float
    kind: str
    detail: str = ""
    outcome: str = ""


class Journal(JournalFile):
    """Opened per process; cheap. All texts in it are plain, none of them a secret."""

    # -- runs ----------------------------------------------------------------------------------------

    def add_run(self, run: RunRow) -> None:
        """Write down a new run."""
        self.require_file()
        self._write(
            (
                "INSERT INTO runs VALUES(?,?,?,?,?)",
                (run.name, run.created_at, run.host, run.plan, run.plan_path),
            )
        )

    def drop_run_if_never_launched(self, run: RunRow) -> None:
        """Take back a run of which nothing was ever launched, so that its name is free again."""
        self._write(
            (
                "DELETE FROM runs WHERE name=? AND NOT EXISTS (SELECT 1 FROM attempts WHERE run=?)",
                (run.name, run.name),
            )
        )

    def move_run(self, name: str, host: str) -> None:
        """Write down where a run lives now."""
        self._write(("UPDATE runs SET host=? WHERE name=?", (host, name)))

    def replan(self, name: str, plan: str) -> None:
        """Write down a run's plan as it is now (TOML text)."""
        self._write(("UPDATE runs SET plan=? WHERE name=?", (plan, name)))

    def run(self, name: str) -> RunRow | None:
        """The run called `name`."""
        row = self._db.execute("SELECT * FROM runs WHERE name=?", (name,)).fetchone()
        return RunRow(*row) if row else None

    def runs(self) -> list[RunRow]:
        """All runs, newest first."""
        return [
            RunRow(*row)
            for row in self._db.execute("SELECT * FROM runs ORDER BY created_at DESC, rowid DESC")
        ]

    def add_attempt(self, attempt: Attempt) -> None:
        """Write down a launch, before it is made."""
        self.require_file()
        self._write(
            (
                "INSERT INTO attempts VALUES(?,?,?,?,?,?,?,?,?)",
                (
                    attempt.run,
                    attempt.number,
                    attempt.record,
                    attempt.command,
                    attempt.started_at,
                    _text(attempt.attached),
                    _text(attempt.findings),
                    _text(attempt.ended),
                    attempt.fingerprint,
                ),
            )
        )

    def attempts(self, run: str) -> list[Attempt]:
        """All launches of a run, oldest first."""
        rows = self._db.execute("SELECT * FROM attempts WHERE run=? ORDER BY number", (run,))
        return [
            Attempt(
                *row[:5],
                attached=msgspec.json.decode(row[5], type=Attached | None),
                findings=msgspec.json.decode(row[6], type=tuple[Finding, ...]),
                ended=msgspec.json.decode(row[7], type=Exit | None),
                fingerprint=row[8],
            )
            for row in rows
        ]

    def end_attempt(self, attempt: Attempt, ended: Exit, fingerprint: str) -> None:
        """Write down how an attempt ended."""
        self._write(
            (
                "UPDATE attempts SET ended=?, fingerprint=? WHERE run=? AND number=?",
                (_text(ended), fingerprint, attempt.run, attempt.number),
            )
        )

    def drop_attempt(self, attempt: Attempt) -> None:
        """Take back an attempt whose launch failed before anything ran."""
        self._write(("DELETE FROM attempts WHERE run=? AND number=?", (attempt.run, attempt.number)))

    # -- looks ---------------------------------------------------------------------------------------

    def add_check(self, attempt: Attempt, check: Check) -> None:
        """Write down one look and the alerts it changed, in one transaction; twice is once."""
        look = "INSERT OR IGNORE INTO checks VALUES(?,?,?,?)"
        values = (attempt.run, attempt.number, check.ts, _text(check))
        self._write((look, values), *(_putting(attempt, alert) for alert in check.changed))

    def put_alert(self, attempt: Attempt, alert: Alert) -> None:
        """Write down an alert's new state."""
        self._write(_putting(attempt, alert))

    def checks(self, attempt: Attempt, after: float = 0.0) -> list[Check]:
        """Looks of an attempt after a time, oldest first."""
        rows = self._db.execute(
            "SELECT body FROM checks WHERE run=? AND attempt=? AND ts>? ORDER BY ts",
            (attempt.run, attempt.number, after),
        )
        return [msgspec.json.decode(body, type=Check) for (body,) in rows]

    def last_check(self, attempt: Attempt) -> Check | None:
        """The newest look of an attempt."""
        row = self._db.execute(
            "SELECT body FROM checks WHERE run=? AND attempt=? ORDER BY ts DESC LIMIT 1",
            (attempt.run, attempt.number),
        ).fetchone()
        return msgspec.json.decode(row[0], type=Check) if row else None

    def rates(self, attempt: Attempt, newest: int) -> list[float | None]:
        """Steps a second at the newest looks of an attempt, oldest first."""
        rows = self._db.execute(
            "SELECT json_extract(body, '$.rate') FROM checks WHERE run=? AND attempt=?"
            " ORDER BY ts DESC LIMIT ?",
            (attempt.run, attempt.number, newest),
        ).fetchall()
        return [rate for (rate,) in reversed(rows)]

    def alerts(self, attempt: Attempt) -> list[Alert]:
        """All alerts of an attempt, newest first."""
        rows = self._db.execute(
            "SELECT body FROM alerts WHERE run=? AND attempt=? ORDER BY raised_at DESC, rowid DESC",
            (attempt.run, attempt.number),
        )
        return [msgspec.json.decode(body, type=Alert) for (body,) in rows]

    # -- acts ----------------------------------------------------------------------------------------

    def begin_act(self, attempt: Attempt, ts: float, kind: str, detail: str = "") -> int:
        """Write down what is about to be done. Returns the act's id."""
        return self._write(
            (
                "INSERT INTO acts(run, attempt, ts, kind, detail) VALUES(?,?,?,?,?)",
                (attempt.run, attempt.number, ts, kind, detail),
            )
        )

    def end_act(self, act_id: int, outcome: str) -> None:
        """Write down what came of it."""
        self._write(("UPDATE acts SET outcome=? WHERE id=?", (outcome, act_id)))

    def acts(self, attempt: Attempt, kind: str) -> list[Act]:
        """Acts of one kind on an attempt, oldest first."""
        rows = self._db.execute(
            "SELECT ts, kind, detail, outcome FROM acts WHERE run=? AND attempt=? AND kind=? ORDER BY id",
            (attempt.run, attempt.number, kind),
        )
        return [Act(*row) for row in rows]


def _putting(attempt: Attempt, alert: Alert) -> Statement:
    values = (attempt.run, attempt.number, alert.rule, alert.raised_at, _text(alert))
    return "INSERT OR REPLACE INTO alerts VALUES(?,?,?,?,?)", values


def _text(value: object) -> str:
    return msgspec.json.encode(value).decode()
