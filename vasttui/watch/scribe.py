"""What a watcher leaves behind: looks and acts in the journal, the newest look in STATUS.md."""

from collections import deque
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from vasttui.monitor.check import Alert, Check
from vasttui.watch.journal import Attempt, Journal, RunRow
from vasttui.watch.paths import StateError, run_dir
from vasttui.watch.session import Snapshot
from vasttui.watch.status_md import render, replace_file

if TYPE_CHECKING:
    from vasttui.monitor.history import History

MOST_OWED = 1000


class Scribe:
    """Writes for one run. A disk that is full or read-only never ends the watching: it is told instead."""

    def __init__(self, journal: Journal, run: RunRow) -> None:
        self.journal = journal
        self.run = run
        self._owed: deque[tuple[Attempt, Check]] = deque(maxlen=MOST_OWED)
        self.trouble = ""
        """Why the newest look is not in the journal, if it is not."""
        self.ending = ""
        """What becomes of a rented machine, for STATUS.md."""

    @property
    def status_path(self) -> Path:
        """Beside the plan, for its newest run; else in the run's state folder."""
        path = self.run.plan_path
        newest = next((run.name for run in self.journal.runs() if path and run.plan_path == path), None)
        folder = Path(path).parent if newest == self.run.name else run_dir(self.run.name)
        return folder / "STATUS.md"

    def look(self, attempt: Attempt, check: Check, picture: Snapshot, history: "History") -> str:
        """Write down one look, and the end if it saw it. Returns what went wrong, or nothing."""
        from vasttui.monitor.rules.log import cause_of_death  # noqa: PLC0415  with the judge, see live.LATER

        self._owed.append((attempt, check))
        try:
            while self._owed:  # what could not be written before, first
                self.journal.add_check(*self._owed[0])
                self._owed.popleft()
            if history.exit is not None:
                cause = cause_of_death(history)
                fingerprint = cause.fingerprint if cause is not None and not check.stopped else ""
                self.journal.end_attempt(attempt, history.exit, fingerprint)
        except (StateError, OSError) as error:
            self.trouble = f"not written down: {error}; the run goes on"
            return self.trouble
        self.trouble = ""
        return self.page(picture)

    def page(self, picture: Snapshot) -> str:
        """Write STATUS.md. Returns what went wrong, or nothing."""
        text = render(
            picture.run, picture.checks, picture.alerts, picture.ledger, picture.now_ts, self.ending
        )
        try:
            replace_file(self.status_path, text)
        except (StateError, OSError) as error:
            return f"not written down: {error}; the run goes on"
        return ""

    def acknowledged(self, attempt: Attempt, alert: Alert, ts: float) -> None:
        """Write down that the user has seen an alert."""
        self.journal.put_alert(attempt, alert)
        self.journal.end_act(self.journal.begin_act(attempt, ts, "acknowledge", alert.rule), "done")

    def snoozed(self, attempt: Attempt, alert: Alert, ts: float) -> None:
        """Write down that the user put an alert off, and why."""
        self.journal.put_alert(attempt, alert)
        detail = f"{alert.rule} until {alert.snoozed_until:.0f}: {alert.reason}"
        self.journal.end_act(self.journal.begin_act(attempt, ts, "snooze", detail), "done")

    def untold(self, attempt: Attempt, alerts: Iterable[Alert]) -> list[Alert]:
        """Of open alerts, those that no blocking watch has returned for and that nobody has acknowledged."""
        told = {act.detail for act in self.journal.acts(attempt, "told")}
        return [a for a in alerts if a.state == "raised" and _name(a) not in told]

    def tell(self, attempt: Attempt, alerts: Iterable[Alert], ts: float) -> None:
        """Write down that a blocking watch returned these."""
        with suppress(StateError):  # they are told again by the next watch; this one's verdict must not wait
            for alert in self.untold(attempt, alerts):
                self.journal.begin_act(attempt, ts, "told", _name(alert))

    def note_before_relaunch(self, history: "History") -> str:
        """What to know before launching again: the same death twice, the last checkpoint."""
        notes: list[str] = []
        died = [a.fingerprint for a in self.journal.attempts(self.run.name) if a.fingerprint]
        if history.exit is not None and died and died.count(died[-1]) > 1:
            notes.append("the attempt before died of the same error")
        if history.log.last_checkpoint:
            notes.append(f"last checkpoint: {history.log.last_checkpoint}")
        return "; ".join(notes)


def _name(alert: Alert) -> str:
    return f"{alert.rule} {alert.raised_at:.3f}"
