"""What a face sees of the market: offers judged for the plan, what bills now, and renting one. Types only."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, Protocol

from vasttui.gate.finding import Finding, Status
from vasttui.watch.session import Session

End = Literal["stop", "destroy"]
Whose = Literal["run", "orphan", "foreign"]

DEARER = 1.25  # how much more an hour the next best may cost when the first has gone
MOST = 5
_RANKS: dict[Status | None, int] = {"pass": 0, "warn": 1, None: 1, "fail": 2}


@dataclass(frozen=True, slots=True)
class Wish:
    """The plan as far as renting goes. `path`: where it stands; `query`: what it searches.

    `command` empty: there is no plan, so that offers are neither judged nor rented; `trouble` says why, if
    there is a file. `on_done`, `on_crash`: what becomes of the machine then.
    """

    name: str = ""
    path: str = ""
    command: str = ""
    query: str = ""
    image: str = ""
    disk_gb: float = 0.0
    interruptible: bool = False
    budget_usd: float | None = None
    max_hours: float | None = None
    on_done: str = "keep"
    on_crash: str = "keep"
    trouble: str = ""


@dataclass(frozen=True, slots=True)
class OfferRow:
    """One machine for rent. None is unknown; `reliability` 0 to 1; VRAM of each GPU and our RAM GiB, disk GB.

    `usd_h`: dollars an hour with the plan's disk, `storage_usd_h` the disk's part of it; `usd`: for the
    plan's `hours` and with `moving_usd` for data moved once. `bounded`: the hours are the budget's limit.
    `ends_at`: when its host takes it back, unix s. `verdict` None: there is no plan to judge by. `left_out`:
    why and since when it is not taken unasked, as a machine that was given up within a day.
    """

    id: int
    gpus: str
    machine: int | None = None
    place: str = ""
    vram_gib: float | None = None
    ram_gib: float | None = None
    disk_gb: float | None = None
    down_mbps: float | None = None
    reliability: float | None = None
    cuda: float | None = None
    ends_at: float | None = None
    usd_h: float | None = None
    storage_usd_h: float | None = None
    moving_usd: float | None = None
    usd: float | None = None
    hours: float | None = None
    bounded: bool = False
    verdict: Status | None = None
    findings: tuple[Finding, ...] = ()
    left_out: str = ""


@dataclass(frozen=True, slots=True)
class Listing:
    """One search's result, the best first. `at`: unix s. `passed_over`: listed, but unreadable or unfit."""

    query: str
    rows: tuple[OfferRow, ...]
    at: float
    credit_usd: float | None = None
    passed_over: int = 0


@dataclass(frozen=True, slots=True)
class InstanceRow:
    """One meter that runs. `usd_h` now, `stopped_usd_h` once stopped; `usd` so far, or more if `at_least`.

    `whose`: a run of ours uses it (`run` names it), we rented it and no run does, or it is not ours. `text`
    says so in words. `state`: as the market calls it.
    """

    id: int
    gpus: str
    state: str
    whose: Whose
    text: str
    run: str = ""
    label: str = ""
    place: str = ""
    usd_h: float | None = None
    stopped_usd_h: float | None = None
    usd: float | None = None
    at_least: bool = False
    since: float | None = None


@dataclass(frozen=True, slots=True)
class Bill:
    """Everything of the account that bills, the dearest first. `notes`: what was settled meanwhile.

    `pending`: offers of which it is not known yet whether they were rented.
    """

    rows: tuple[InstanceRow, ...]
    at: float
    credit_usd: float | None = None
    pending: tuple[int, ...] = ()
    notes: tuple[str, ...] = ()
    busy: bool = False

    @property
    def usd_h(self) -> float:
        """All together, as far as known."""
        return sum(row.usd_h or 0.0 for row in self.rows)


def next_best(rows: Sequence[OfferRow], first: OfferRow) -> tuple[OfferRow, ...]:
    """Those to take if `first` has gone or does not come up: none that fails the gate, none much dearer."""
    dearest = (first.usd_h or 0.0) * DEARER
    fit = [
        row
        for row in rows
        if row.id != first.id and row.verdict != "fail" and not row.left_out
        if row.usd_h is not None and row.usd_h <= dearest
    ]
    return tuple(sorted(fit, key=best_first)[: MOST - 1])


def best_first(row: OfferRow) -> tuple[bool, int, bool, float, float]:
    """What passes before what may fit before what fails, what is left out last; then the cheapest."""
    total = row.usd if row.usd is not None else row.usd_h
    return bool(row.left_out), _RANKS[row.verdict], total is None, total or 0.0, row.usd_h or 0.0


class Market(Protocol):
    """The market as a screen uses it. Everything awaited may raise CloudError: one line, and its hint."""

    @property
    def wish(self) -> Wish:
        """What is wanted. Cheap; reads nothing."""
        ...

    @property
    def may_bill(self) -> bool:
        """Our own journal knows of machines that were rented and not given back. Cheap, asks nobody."""
        ...

    async def search(self, query: str) -> Listing:
        """Offers that fit the query, in the market's own language."""
        ...

    async def rent(self, row: OfferRow, others: Sequence[OfferRow] = (), *, force: bool = False) -> Session:
        """A run that begins with renting `row`; one of `others` if that has gone or does not come up."""
        ...

    async def instances(self) -> Bill:
        """Settle what was left open (not with `--readonly`), then read every meter."""
        ...

    async def end(self, instance: int, how: End) -> str:
        """Stop or destroy, confirmed by reading back. What came of it, in words."""
        ...

    async def close(self) -> None:
        """Let go of the connections."""
        ...
