"""A run whose rented machine was stopped by us: nothing runs there, its disk is kept and bills on."""

from dataclasses import dataclass
from pathlib import Path

from vasttui.watch.journal import Attempt, Journal
from vasttui.watch.rentals_journal import Rental, Rentals

PULL = "pull"
PULLED = "done"
"""How the journal names an act of pulling, and its outcome once all that the plan asks for is here."""


@dataclass(frozen=True, slots=True)
class Resting:
    """`stopped_at`: unix s; `disk_usd_h`: what its disk costs, by the last reading of its meter."""

    rental: Rental
    stopped_at: float
    disk_usd_h: float | None = None

    @property
    def text(self) -> str:
        """The machine, and what it costs."""
        rate = f" at ${self.disk_usd_h:.4f} an hour" if self.disk_usd_h is not None else ""
        return f"its machine, instance {self.rental.instance}, is stopped; its disk bills on{rate}"

    @property
    def ways_on(self) -> str:
        """How it is started again, and how the bill is ended."""
        run = self.rental.run
        return f"vasttui relaunch {run} starts it again, vasttui kill {run} --destroy ends the bill"

    @property
    def line(self) -> str:
        """All of it."""
        return f"{self.text}; {self.ways_on}"


def resting(rentals: Rentals, run: str) -> Resting | None:
    """The run's machine, if we have stopped it since the newest launch and have not started it again."""
    rental = rentals.of_run(run)
    attempts = rentals.journal.attempts(run)
    if rental is None or rental.state == "closed" or rental.instance is None or not attempts:
        return None
    ends = [one for one in rentals.orders(rental.account) if one.instance == rental.instance]
    done = [one.done_at for one in ends if one.kind == "stop" and one.done_at is not None]
    if not done or max(done) < attempts[-1].started_at:
        return None
    return Resting(rental, max(done), rentals.rate(rental.account, rental.instance))


def pulled_before(journal: Journal, attempt: Attempt) -> Path | None:
    """Where all was pulled to when the run had been stopped; None: not all was, or it is there no more."""
    pulls = journal.acts(attempt, PULL)
    if not pulls or pulls[-1].outcome != PULLED:
        return None
    folder = Path(pulls[-1].detail)
    return folder if folder.is_dir() else None
