"""The journal's file: opened for writing, or where that cannot be, a copy of it in memory.

A process that can only read (a full disk, a file system that is read-only) still knows all that was written
down, and goes on with its copy; what it adds to that is lost with it.
"""

import sqlite3
from collections.abc import Callable, Sequence
from pathlib import Path

from vasttui.watch.paths import StateError, state_dir

SCHEMA = """
CREATE TABLE IF NOT EXISTS runs(
    name TEXT PRIMARY KEY, created_at REAL NOT NULL, host TEXT NOT NULL, plan TEXT NOT NULL,
    plan_path TEXT NOT NULL DEFAULT '');
CREATE TABLE IF NOT EXISTS attempts(
    run TEXT NOT NULL, number INTEGER NOT NULL, record TEXT NOT NULL, command TEXT NOT NULL,
    started_at REAL NOT NULL, attached TEXT NOT NULL DEFAULT 'null', findings TEXT NOT NULL DEFAULT '[]',
    ended TEXT NOT NULL DEFAULT 'null', fingerprint TEXT NOT NULL DEFAULT '',
    PRIMARY KEY(run, number));
CREATE TABLE IF NOT EXISTS checks(
    run TEXT NOT NULL, attempt INTEGER NOT NULL, ts REAL NOT NULL, body TEXT NOT NULL,
    PRIMARY KEY(run, attempt, ts));
CREATE TABLE IF NOT EXISTS alerts(
    run TEXT NOT NULL, attempt INTEGER NOT NULL, rule TEXT NOT NULL, raised_at REAL NOT NULL,
    body TEXT NOT NULL,
    PRIMARY KEY(run, attempt, rule, raised_at));
CREATE TABLE IF NOT EXISTS acts(
    id INTEGER PRIMARY KEY, run TEXT NOT NULL, attempt INTEGER NOT NULL, ts REAL NOT NULL, kind TEXT NOT NULL,
    detail TEXT NOT NULL DEFAULT '', outcome TEXT NOT NULL DEFAULT '');
"""
VERSION = 1
BUSY_S = 10.0
"""How long a write waits for another process's."""
_FULL = ("full", "No space", "I/O")
# Without the memory that processes share beside a WAL, which takes room on the disk; then without a lock.
_READINGS = (("mode=rw", "PRAGMA locking_mode=EXCLUSIVE"), ("mode=ro", ""), ("immutable=1", ""))

Statement = tuple[str, tuple[object, ...]]


class JournalFile:
    """The file, and how it is written.

    `anyhow`: where the file cannot be written, go on with a copy of it in memory, and say so in `unwritten`:
    for what must work on a full disk too, above all ending a run and its bill. `busy_s`: how long a write
    waits for another process's.
    """

    def __init__(self, path: Path | None = None, *, anyhow: bool = False, busy_s: float = BUSY_S) -> None:
        self.path = path or state_dir() / "journal.db"
        self.anyhow = anyhow
        self.busy_s = busy_s
        self.unwritten = ""
        try:
            self._db = _opened(self.path, busy_s, self._migrate)
        except (sqlite3.Error, OSError) as error:
            copy = _read_anyhow(self.path) if anyhow else None
            if copy is None:
                helps = _hint(error, "move the file away to start afresh")
                raise StateError(f"{self.path}: {error}", f"{helps}, or set XDG_STATE_HOME") from None
            self._migrate(copy)
            self._db = copy
            self._lament(error)

    def close(self) -> None:
        """Let go of the file."""
        self._db.close()

    def connection(self) -> sqlite3.Connection:
        """For other tables of the same file: one of their own, or the copy in memory.

        Raises:
            sqlite3.Error: the file cannot be opened.
        """
        if self.unwritten:
            return self._db
        return sqlite3.connect(self.path, timeout=self.busy_s, isolation_level=None)

    def require_file(self) -> None:
        """What is written next must outlive this process.

        Raises:
            StateError: it would not.
        """
        if self.unwritten:
            raise StateError(self.unwritten, "nothing is launched or rented that would not be known later")

    def let_go(self, db: sqlite3.Connection) -> None:
        """Close a `connection`; the copy in memory stays."""
        if db is not self._db:
            db.close()

    def go_on_in_memory(self, error: Exception) -> sqlite3.Connection:
        """The file could not be written (`error`): from now on a copy of it in memory is used.

        Raises:
            sqlite3.Error: it cannot be read either.
        """
        if not self.unwritten:
            self._db = _copied(self._db)
            self._lament(error)
        return self._db

    def _lament(self, error: Exception) -> None:
        helps = _hint(error, "see that it can be written")
        self.unwritten = f"{self.path}: {error}: nothing is written down; {helps}"

    def _migrate(self, db: sqlite3.Connection) -> None:
        version: int = db.execute("PRAGMA user_version").fetchone()[0]
        if version > VERSION:
            raise StateError(
                f"{self.path}: written by a newer vasttui (journal version {version})", "upgrade vasttui"
            )
        if version < VERSION:
            db.executescript(SCHEMA)
            db.execute(f"PRAGMA user_version={VERSION}")

    def _write(self, *statements: Statement) -> int:
        """All of them or none; the last one's row id."""
        try:
            return _in_one(self._db, statements)
        except sqlite3.Error as error:
            if self.anyhow and not self.unwritten:
                try:
                    return _in_one(self.go_on_in_memory(error), statements)
                except sqlite3.Error as again:
                    error = again
            helps = _hint(error, "free disk space")
            raise StateError(f"{self.path}: {error}", f"{helps}; the run itself goes on") from None


def _in_one(db: sqlite3.Connection, statements: Sequence[Statement]) -> int:
    """One transaction, taken back where any of it fails."""
    try:
        db.execute("BEGIN IMMEDIATE")
        row = 0
        for statement, values in statements:
            row = int(db.execute(statement, values).lastrowid or 0)
        db.execute("COMMIT")
    except sqlite3.Error:
        if db.in_transaction:
            db.execute("ROLLBACK")
        raise
    return row


def _opened(path: Path, busy_s: float, migrate: Callable[[sqlite3.Connection], None]) -> sqlite3.Connection:
    """The file, made if it is not there, in WAL mode and with its tables.

    Raises:
        sqlite3.Error, OSError: it cannot be opened for writing.
    """
    db = sqlite3.connect(path, timeout=busy_s, isolation_level=None)
    try:
        db.execute("PRAGMA journal_mode=WAL")
        db.execute("PRAGMA synchronous=NORMAL")
        migrate(db)
        path.chmod(0o600)
    except (sqlite3.Error, OSError):
        db.close()  # its locks would keep a copy from being read
        raise
    return db


def _copied(db: sqlite3.Connection) -> sqlite3.Connection:
    """All of it in memory.

    Raises:
        sqlite3.Error: it cannot be read.
    """
    memory = sqlite3.connect(":memory:", isolation_level=None)
    try:
        db.backup(memory)
        memory.execute("SELECT count(*) FROM sqlite_master").fetchone()
    except sqlite3.Error:
        memory.close()
        raise
    return memory


def _read_anyhow(path: Path) -> sqlite3.Connection | None:
    """A copy in memory of a file that cannot be opened for writing; None: it cannot be read either."""
    for how, pragma in _READINGS if path.exists() else ():
        try:
            db = sqlite3.connect(
                f"{path.absolute().as_uri()}?{how}", uri=True, timeout=0.2, isolation_level=None
            )
        except sqlite3.Error:
            continue
        try:
            if pragma:
                db.execute(pragma)
            return _copied(db)
        except sqlite3.Error:
            continue  # the next way asks less of the disk
        finally:
            db.close()
    return None


def _hint(error: Exception, otherwise: str) -> str:
    """What helps against a failure of the file."""
    said = str(error)
    if "locked" in said:
        return "another program holds it: try again"
    return "free space there" if any(words in said for words in _FULL) else otherwise
