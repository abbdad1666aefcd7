"""Ending a run on a rented machine: the process, then what it made, then the meter.

ended = await end_run(Ground(journal, rentals, run, plan, host, rental, access.open), How("destroy"))

Each step is written down before it is made, and the whole may be done again: what is stopped stays stopped,
what was pulled is not pulled twice, and an order to the market that was not confirmed is taken up.
"""

import fcntl
import time
from collections.abc import Callable, Generator
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from vasttui.cloud.errors import CloudError
from vasttui.hosts.protocol import Host, HostError, Stopped
from vasttui.monitor.reading import Exit
from vasttui.monitor.words import usd
from vasttui.plan import Plan
from vasttui.watch.acts import KILL_GRACE_S, stop_attempt
from vasttui.watch.given_up import BAD
from vasttui.watch.journal import Attempt, Journal, RunRow
from vasttui.watch.last_word import exit_on, write_end
from vasttui.watch.lock import open_lock
from vasttui.watch.meters import Cost, cost_so_far
from vasttui.watch.paths import run_dir
from vasttui.watch.pull import pull, pull_folder
from vasttui.watch.pull_told import Pulled, Report
from vasttui.watch.reconcile import STOPPED, end
from vasttui.watch.rentals_journal import EndKind, Rental, Rentals
from vasttui.watch.stopped_machine import PULL, PULLED, pulled_before, resting

if TYPE_CHECKING:
    from vasttui.cloud.client import Vast

END = "end"
"""The act of ending as the journal names it; its detail is `stop` or `destroy`."""


class NotPulledError(HostError):
    """What the run made could not be fetched, so that the machine was not given back. `trouble`: what."""

    def __init__(self, run: str, trouble: str, is_stopped: bool = False) -> None:
        again = (
            f"its machine is stopped: vasttui relaunch {run} starts it again"
            if is_stopped
            else f"vasttui pull {run} tries again"
        )
        kept = "" if is_stopped else "; --stop keeps the disk"
        super().__init__(
            f"not destroyed, it bills on: not all could be pulled: {trouble}",
            f"{again}; vasttui kill {run} --destroy --force gives it up{kept}",
        )
        self.trouble = trouble


class EndingElsewhereError(HostError):
    """Another process of ours ends this run."""


@dataclass(frozen=True, slots=True)
class Ground:
    """What an end is made on. `open_vast`: a client of the account, closed again by us."""

    journal: Journal
    rentals: Rentals
    run: RunRow
    plan: Plan
    host: Host
    rental: Rental
    open_vast: "Callable[[], Vast]"

    @property
    def attempts(self) -> list[Attempt]:
        """All launches, oldest first."""
        return self.journal.attempts(self.run.name)


@dataclass(frozen=True, slots=True)
class How:
    """`meter`: stop it (its disk bills on) or give it back. `pull`: fetch first; `force`: go on without.

    `reason`: for the journal. `bad`: why the machine is not to be rented again for a day.
    """

    meter: EndKind
    pull: bool = True
    force: bool = False
    grace_s: float = KILL_GRACE_S
    to: Path | None = None
    reason: str = ""
    bad: str = ""


@dataclass(slots=True)
class Ended:
    """What came of it. `lines`: one a step, for people. `cost`: of this machine, in all."""

    stopped: Stopped | None = None
    pulled: Pulled | None = None
    cost: Cost | None = None
    lines: list[str] = field(default_factory=list[str])

    @property
    def text(self) -> str:
        """All of it in one line, what became of the meter first: a narrow screen cuts the end off."""
        return "; ".join(reversed(self.lines))


Tell = Callable[[str], None]


@contextmanager
def only_one(run: str) -> Generator[None]:
    """No two processes end a run at once; an OS lock that dies with its holder.

    Raises:
        EndingElsewhereError: another one is at it.
    """
    with open_lock(run_dir(run) / "ending.lock") or nullcontext() as file:
        try:
            if file is not None:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            raise EndingElsewhereError(
                f"{run}: another vasttui ends it just now", "look: vasttui instances"
            ) from None
        yield


async def end_run(
    ground: Ground, how: How, tell: Tell = lambda _: None, progress: Report = lambda _: None
) -> Ended:
    """Stop the process, fetch what it made, end the meter, and read back that it is so.

    A stop keeps the disk, so a pull that fails does not hold it up; a destroy loses it, so it does.

    Raises:
        EndingElsewhereError: another process ends it just now.
        NotPulledError: not all could be fetched; nothing was destroyed, and the machine bills on.
        CloudError: the market does not say that it is done; the order stays open and is finished later.
    """
    journal, was = ground.journal, ground.journal.anyhow
    with only_one(ground.run.name):
        journal.anyhow = True  # a full disk here must not keep a bill going
        try:
            return await _end_run(ground, how, tell, progress)
        finally:
            journal.anyhow = was
            if journal.unwritten and not was:  # who asked for that beforehand tells it too
                tell(journal.unwritten)


async def _end_run(ground: Ground, how: How, tell: Tell, progress: Report) -> Ended:
    ended = Ended()

    def say(line: str) -> None:
        ended.lines.append(line)
        tell(line)

    attempts = ground.attempts
    # A run of which nothing was launched has nothing to stop and nothing to lose.
    act = None
    if attempts:
        detail = f"{how.meter} {ground.rental.instance}" + (f": {how.reason}" if how.reason else "")
        act = ground.journal.begin_act(attempts[-1], time.time(), END, detail)
    try:
        if attempts:
            ended.stopped = await _stop(ground, attempts[-1], how, say)
            if how.pull and not await _all_pulled(ground, attempts[-1], say):
                gone = ended.stopped is not None and ended.stopped.gone
                ended.pulled = await _pull(ground, how, gone, say, progress)
        ended.cost = await end_meter(ground, how, say)
        if attempts:  # it ran to the machine's end, if nothing else is known
            write_end(ground.journal, attempts[-1], Exit(time.time()))
    except (HostError, CloudError) as error:
        if act is not None:
            ground.journal.end_act(act, f"failed: {error}")
        raise
    if act is not None:
        ground.journal.end_act(act, ended.text)
    return ended


async def end_meter(ground: Ground, how: How, tell: Tell = lambda _: None) -> Cost | None:
    """The market's part: order, read back, and write down what the machine has cost.

    Raises:
        CloudError: it is not known to have happened.
    """
    rental = ground.rental
    assert rental.instance is not None
    if how.bad:
        ground.rentals.move(rental.label, rental.state, note=f"{BAD}{how.bad}")
    async with ground.open_vast() as vast:
        seen = await vast.instance(rental.instance)
        said = await end(vast, ground.rentals, rental.account, rental.instance, how.meter)
        cost = cost_so_far(seen, vast.clock.wall()) if seen is not None else None
    if cost is not None and seen is not None:
        rate = 0.0 if how.meter == "destroy" else seen.storage_total_cost or 0.0
        ground.rentals.bill(rental.account, rental.instance, vast.clock.wall(), cost.usd, rate)
        said += f"; {usd(cost.usd)} in all"
    tell(said)
    return cost


async def _stop(ground: Ground, attempt: Attempt, how: How, say: Tell) -> Stopped | None:
    unknown = attempt.attached is not None and attempt.attached.pid is None
    if attempt.ended is not None or unknown:
        return None
    try:
        stopped = await stop_attempt(ground.journal, ground.host, attempt, time.time(), how.grace_s)
    except HostError as error:
        say(f"the process could not be stopped ({error}); it ends with the machine")
        return None
    say(stopped.text)
    if stopped.gone and (exited := await exit_on(ground.host, attempt)) is not None:
        write_end(ground.journal, attempt, exited)
    return stopped


async def _all_pulled(ground: Ground, attempt: Attempt, say: Tell) -> bool:
    """Whether all was pulled before the machine was stopped: on a stopped disk nothing has changed since.

    Raises:
        CloudError: it is not known whether the machine is stopped.
    """
    folder = pulled_before(ground.journal, attempt) if resting(ground.rentals, ground.run.name) else None
    if folder is None:
        return False
    async with ground.open_vast() as vast:
        one = await vast.instance(ground.rental.instance or 0)
    if one is not None and one.actual_status not in STOPPED:  # started by hand: there may be more by now
        return False
    say(f"all was pulled before its machine was stopped, into {folder}")
    return True


async def _pull(ground: Ground, how: How, gone: bool, say: Tell, progress: Report) -> Pulled | None:
    """`gone`: nothing runs there any more. Raises NotPulledError where going on would lose something."""
    to = how.to or pull_folder(ground.run)
    attempts = ground.attempts
    gone = gone or attempts[-1].ended is not None
    act = ground.journal.begin_act(attempts[-1], time.time(), PULL, str(to.resolve()))
    pulled: Pulled | None = None
    try:
        pulled = await pull(ground.host, ground.plan, attempts, to, progress)
        trouble = pulled.trouble
    except HostError as error:
        rests = resting(ground.rentals, ground.run.name)
        trouble = error.one_line if rests is None else f"its machine is stopped ({error})"
    ground.journal.end_act(act, f"failed: {trouble}" if trouble else PULLED if gone else "while it ran")
    if pulled is not None:
        say(f"{pulled.text}, in {pulled.folder}")
        for line in pulled.remarks:
            say(line)
    else:
        say(f"not pulled: {trouble}")
    if trouble and how.meter == "destroy" and not how.force:
        raise NotPulledError(ground.run.name, trouble, resting(ground.rentals, ground.run.name) is not None)
    return pulled


def to_leave(rentals: Rentals, run: str) -> Rental | None:
    """The machine that a relaunch elsewhere leaves.

    None: none bills, or what bills was rented for the next attempt already, by a process that died since.
    """
    rental = rentals.of_run(run)
    if rental is None or rental.state == "closed":
        return None
    attempts = rentals.journal.attempts(run)
    return None if not attempts or rental.asked_at > attempts[-1].started_at else rental


def unfinished_end(journal: Journal, attempt: Attempt) -> tuple[EndKind, str] | None:
    """(kind, why) of an end that was begun and not seen through: our process died, or a policy's failed."""
    acts = journal.acts(attempt, END)
    if not acts:
        return None
    what, _, why = acts[-1].detail.partition(": ")
    failed = acts[-1].outcome.startswith("failed") and why.startswith("on_")
    if acts[-1].outcome and not failed:
        return None
    return ("destroy" if what.startswith("destroy") else "stop"), why
