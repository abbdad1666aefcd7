"""What was rented and what was ordered of it, written down before it is sent: tables in journal.db.

Every write is on the disk when it returns: an intent must outlive the process, and the machine, that had it.
"""

import fcntl
import sqlite3
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Literal

from vasttui.watch.journal import Journal
from vasttui.watch.lock import open_lock
from vasttui.watch.paths import StateError

SCHEMA = """
CREATE TABLE IF NOT EXISTS rentals(
    label TEXT PRIMARY KEY, account TEXT NOT NULL, owner TEXT NOT NULL, asked_at REAL NOT NULL,
    offer INTEGER NOT NULL, machine INTEGER, usd_h REAL, budget_s REAL NOT NULL,
    state TEXT NOT NULL DEFAULT 'asked', instance INTEGER, run TEXT NOT NULL DEFAULT '',
    note TEXT NOT NULL DEFAULT '');
CREATE TABLE IF NOT EXISTS rental_orders(
    id INTEGER PRIMARY KEY, account TEXT NOT NULL, instance INTEGER NOT NULL, kind TEXT NOT NULL,
    ts REAL NOT NULL, done_at REAL, outcome TEXT NOT NULL DEFAULT '');
CREATE TABLE IF NOT EXISTS meter_readings(
    account TEXT NOT NULL, instance INTEGER NOT NULL, ts REAL NOT NULL, usd REAL NOT NULL,
    usd_h REAL NOT NULL, PRIMARY KEY(account, instance));
CREATE TABLE IF NOT EXISTS credit_readings(
    account TEXT NOT NULL, ts REAL NOT NULL, credit_usd REAL NOT NULL, metered_usd REAL NOT NULL);
"""
_RENTAL = "label, account, owner, asked_at, offer, machine, usd_h, budget_s, state, instance, run, note"
_ORDER = "id, account, instance, kind, ts, done_at, outcome"

State = Literal["asked", "made", "ready", "closed"]
EndKind = Literal["stop", "destroy"]


@dataclass(frozen=True, slots=True)
class Rental:
    """One create. `label` is unique and on the instance too; `account` names service and account, no key.

    `owner` is what it was rented for, `run` the run that uses it (empty: none does). `asked` means that it
    is not known whether there is an instance; `made` that it boots; `ready` that it was handed over.
    `budget_s`: how long it may boot.
    """

    label: str
    account: str
    owner: str
    asked_at: float
    offer: int
    machine: int | None = None
    usd_h: float | None = None
    budget_s: float = 600.0
    state: State = "asked"
    instance: int | None = None
    run: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class Ordered:
    """A stop or destroy. `done_at` None: not known to have happened."""

    id: int
    account: str
    instance: int
    kind: EndKind
    ts: float
    done_at: float | None = None
    outcome: str = ""


class Rentals:
    """The rental tables of a journal. Opened per process; holds no secret."""

    def __init__(self, journal: Journal) -> None:
        self.journal = journal
        self.path = journal.path
        try:
            self._db = journal.connection()
            self._db.execute("PRAGMA synchronous=FULL")
            self._make_tables()
        except sqlite3.Error as error:
            raise StateError(
                f"{self.path}: {error}", "move the file away to start afresh, or set XDG_STATE_HOME"
            ) from None

    def close(self) -> None:
        """Let go of the file."""
        self.journal.let_go(self._db)

    def _make_tables(self) -> None:
        try:
            self._db.executescript(SCHEMA)
        except sqlite3.Error as error:
            if not self.journal.anyhow:
                raise
            self._db = self.journal.go_on_in_memory(error)
            self._db.executescript(SCHEMA)

    @contextmanager
    def alone(self) -> Generator[bool]:
        """True if no other process rents now, and none will inside; an OS lock that dies with its holder."""
        file = open_lock(self.path.with_name("renting.lock"))
        if file is None:
            yield True
            return
        with file:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except OSError:
                yield False
            else:
                yield True

    # -- rentals -------------------------------------------------------------------------------------

    def ask(self, rental: Rental) -> None:
        """Write down what is about to be rented."""
        self.journal.require_file()
        values = (
            rental.label,
            rental.account,
            rental.owner,
            rental.asked_at,
            rental.offer,
            rental.machine,
            rental.usd_h,
            rental.budget_s,
            rental.run,
        )
        self._write(
            "INSERT INTO rentals(label, account, owner, asked_at, offer, machine, usd_h, budget_s, run)"
            " VALUES(?,?,?,?,?,?,?,?,?)",
            values,
        )

    def move(
        self,
        label: str,
        state: State,
        instance: int | None = None,
        note: str | None = None,
        usd_h: float | None = None,
    ) -> None:
        """Write down what is known of it now; an instance once known stays, so do note and price."""
        self._write(
            "UPDATE rentals SET state=?, instance=COALESCE(?, instance), note=COALESCE(?, note),"
            " usd_h=COALESCE(?, usd_h) WHERE label=?",
            (state, instance, note, usd_h, label),
        )

    def bind(self, account: str, instance: int, run: str) -> None:
        """From now on this run uses the instance."""
        self._write("UPDATE rentals SET run=? WHERE account=? AND instance=?", (run, account, instance))

    def rentals(self, account: str) -> list[Rental]:
        """All of an account, oldest first."""
        rows = self._db.execute(
            f"SELECT {_RENTAL} FROM rentals WHERE account=? ORDER BY rowid",  # noqa: S608 - our own words
            (account,),
        )
        return [Rental(*row) for row in rows]

    def at_market(self, url: str) -> list[Rental]:
        """All of every account of one market, oldest first."""
        rows = self._db.execute(
            f"SELECT {_RENTAL} FROM rentals WHERE substr(account, 1, ?)=? ORDER BY rowid",  # noqa: S608 - as above
            (len(url) + 1, f"{url}#"),
        )
        return [Rental(*row) for row in rows]

    def of_run(self, run: str) -> Rental | None:
        """The newest rental that this run uses or has used, of whatever account."""
        rows = self._db.execute(
            f"SELECT {_RENTAL} FROM rentals WHERE run=? AND instance IS NOT NULL"  # noqa: S608 - our own words
            " ORDER BY rowid DESC LIMIT 1",
            (run,),
        )
        return next((Rental(*row) for row in rows), None)

    def any_open(self) -> bool:
        """Whether anything was rented, by whatever account, that is not known to be over."""
        return self._db.execute("SELECT 1 FROM rentals WHERE state!='closed' LIMIT 1").fetchone() is not None

    def of_instance(self, account: str, instance: int) -> Rental | None:
        """The rental that became this instance."""
        return next((one for one in self.rentals(account) if one.instance == instance), None)

    # -- orders --------------------------------------------------------------------------------------

    def order(self, account: str, instance: int, kind: EndKind, ts: float) -> int:
        """Write down what is about to be ordered; an order like it that is still open is taken up. Its id."""
        for one in self.orders(account):
            if one.done_at is None and (one.instance, one.kind) == (instance, kind):
                return one.id
        return self._write(
            "INSERT INTO rental_orders(account, instance, kind, ts) VALUES(?,?,?,?)",
            (account, instance, kind, ts),
        )

    def end_order(self, order_id: int, done_at: float | None, outcome: str) -> None:
        """Write down what came of it; `done_at` None: it is still to be done."""
        self._write("UPDATE rental_orders SET done_at=?, outcome=? WHERE id=?", (done_at, outcome, order_id))

    def started(self, account: str, instance: int) -> None:
        """It was started again: what stopped it before does no longer hold."""
        self._write(
            "UPDATE rental_orders SET done_at=0, outcome=outcome || '; started again'"
            " WHERE account=? AND instance=? AND kind='stop' AND done_at > 0",
            (account, instance),
        )

    def orders(self, account: str) -> list[Ordered]:
        """All of an account, oldest first."""
        rows = self._db.execute(
            f"SELECT {_ORDER} FROM rental_orders WHERE account=? ORDER BY id",  # noqa: S608 - our own words
            (account,),
        )
        return [Ordered(*row) for row in rows]

    # -- meters --------------------------------------------------------------------------------------

    def bill(self, account: str, instance: int, ts: float, usd: float, usd_h: float) -> None:
        """Write down what a meter said last: dollars so far, and an hour from then on."""
        self._write(
            "INSERT OR REPLACE INTO meter_readings VALUES(?,?,?,?,?)", (account, instance, ts, usd, usd_h)
        )

    def rate(self, account: str, instance: int) -> float | None:
        """Dollars an hour, as a meter said last."""
        rows = self._db.execute(
            "SELECT usd_h FROM meter_readings WHERE account=? AND instance=?", (account, instance)
        )
        return next((float(usd_h) for (usd_h,) in rows), None)

    def billed(self, run: str, besides: int | None = None) -> float:
        """What the machines of a run have cost by their last readings, one of them left out."""
        rows = self._db.execute(
            "SELECT SUM(m.usd) FROM meter_readings m JOIN rentals r"
            " ON r.account=m.account AND r.instance=m.instance WHERE r.run=? AND m.instance IS NOT ?",
            (run, besides),
        )
        return float(rows.fetchone()[0] or 0.0)

    def metered(self, account: str) -> float:
        """What all meters of an account have ever said, each by its last reading."""
        rows = self._db.execute("SELECT SUM(usd) FROM meter_readings WHERE account=?", (account,))
        return float(rows.fetchone()[0] or 0.0)

    def note_credit(self, account: str, ts: float, credit_usd: float) -> None:
        """Write down the account's credit beside what the meters say by then."""
        values = (account, ts, credit_usd, self.metered(account))
        self._write("INSERT INTO credit_readings VALUES(?,?,?,?)", values)

    def credits(self, account: str, since: float = 0.0) -> list[tuple[float, float, float]]:
        """(unix s, credit, all meters) by time."""
        rows = self._db.execute(
            "SELECT ts, credit_usd, metered_usd FROM credit_readings WHERE account=? AND ts>=? ORDER BY ts",
            (account, since),
        )
        return [(float(ts), float(credit), float(metered)) for ts, credit, metered in rows]

    def _write(self, statement: str, values: tuple[object, ...]) -> int:
        try:
            return int(self._db.execute(statement, values).lastrowid or 0)
        except sqlite3.Error as error:
            if self.journal.anyhow and (memory := self.journal.go_on_in_memory(error)) is not self._db:
                self._db = memory
                return self._write(statement, values)
            raise StateError(f"{self.path}: {error}", "free disk space; nothing was sent") from None
