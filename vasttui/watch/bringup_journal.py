"""What is done of a rented machine's bring-up: a table in journal.db, so that a restart goes on there."""

import sqlite3
from dataclasses import replace

import msgspec

from vasttui.gate.finding import Finding
from vasttui.watch.journal import Journal
from vasttui.watch.paths import StateError
from vasttui.watch.session import BringUpStep

SCHEMA = """
CREATE TABLE IF NOT EXISTS bringup_steps(
    label TEXT NOT NULL, name TEXT NOT NULL, body TEXT NOT NULL, findings TEXT NOT NULL DEFAULT '[]',
    PRIMARY KEY(label, name));
"""


class BringUps:
    """Steps that are over, by the rental's label. Opened per process."""

    def __init__(self, journal: Journal) -> None:
        self.path = journal.path
        self._journal = journal
        try:
            self._db = journal.connection()
            self._db.executescript(SCHEMA)
        except sqlite3.Error as error:
            raise StateError(
                f"{self.path}: {error}", "move the file away to start afresh, or set XDG_STATE_HOME"
            ) from None

    def close(self) -> None:
        """Let go of the file."""
        self._journal.let_go(self._db)

    def keep(self, label: str, step: BringUpStep, findings: tuple[Finding, ...] = ()) -> None:
        """Write down that a step is over, with the findings it made."""
        body = msgspec.json.encode(replace(step, tail=())).decode()
        self._write(
            "INSERT OR REPLACE INTO bringup_steps VALUES(?,?,?,?)",
            (label, step.name, body, msgspec.json.encode(findings).decode()),
        )

    def forget(self, label: str, name: str) -> None:
        """A step is to be done again."""
        self._write("DELETE FROM bringup_steps WHERE label=? AND name=?", (label, name))

    def steps(self, label: str) -> list[BringUpStep]:
        """What is over."""
        rows = self._db.execute("SELECT body FROM bringup_steps WHERE label=? ORDER BY rowid", (label,))
        return [msgspec.json.decode(body, type=BringUpStep) for (body,) in rows]

    def findings(self, label: str) -> tuple[Finding, ...]:
        """What the steps have found of the machine."""
        rows = self._db.execute("SELECT findings FROM bringup_steps WHERE label=? ORDER BY rowid", (label,))
        found = [msgspec.json.decode(text, type=tuple[Finding, ...]) for (text,) in rows]
        return tuple(finding for findings in found for finding in findings)

    def _write(self, statement: str, values: tuple[object, ...]) -> None:
        try:
            self._db.execute(statement, values)
        except sqlite3.Error as error:
            raise StateError(
                f"{self.path}: {error}", "free disk space; the machine goes on billing"
            ) from None
