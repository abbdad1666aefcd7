"""From offers to a launched attempt on a rented machine, step by step; each may be begun again."""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace

from vasttui.cloud.client import Vast
from vasttui.cloud.errors import CloudError
from vasttui.cloud.instance import Endpoint, Instance
from vasttui.gate.facts import MachineFacts
from vasttui.gate.finding import Finding, verdict
from vasttui.gate.machine import judge_machine
from vasttui.gate.offer import Offer
from vasttui.hosts.protocol import Host, UnreachableError
from vasttui.plan import Plan
from vasttui.watch.access import Access
from vasttui.watch.boot import destination, public_keys
from vasttui.watch.bringup import Board
from vasttui.watch.bringup_journal import BringUps
from vasttui.watch.choosing import not_dearer, search, to_try
from vasttui.watch.given_up import BAD, given_up, without
from vasttui.watch.journal import Attempt, Journal, RunRow
from vasttui.watch.launch import GateError, Look, Order, begin, begin_again, facts_of, look_from
from vasttui.watch.prepare import prepare
from vasttui.watch.pull import pull_folder
from vasttui.watch.push import push
from vasttui.watch.reaching import reach
from vasttui.watch.reconcile import account_of, end
from vasttui.watch.rental import Rented, owner_of, rent, to_take_up
from vasttui.watch.rentals_journal import EndKind, Rental, Rentals
from vasttui.watch.session import BringUpStep
from vasttui.watch.stay import Stay, machine_at, priced, promised
from vasttui.watch.transfer import measure

NO_KEY = "set VAST_API_KEY; until then this machine bills on"
_OF_GPUS = frozenset({"gpus", "promise"})


class UnfitError(GateError):
    """The machine is not what was promised, or too small for the plan."""

    def __init__(self, findings: tuple[Finding, ...]) -> None:
        super().__init__(findings)
        self.hint = "take the next machine, change the plan, or go on all the same (--force, on the screen r)"


@dataclass(frozen=True, slots=True)
class Wanted:
    """What was agreed to: these offers, the best first. `force`: although the gate fails.

    `usd_h`: what the first costs; another machine may cost a quarter more. `may_search`: one may be looked
    for where no offer is given. Without either nothing new is rented. `number`, `resume`: which attempt.
    `retake`: the machine of the first offer, where it was chosen although it was given up lately.
    """

    offers: tuple[Offer, ...] = ()
    usd_h: float | None = None
    force: bool = False
    another: bool = False
    may_search: bool = False
    number: int = 1
    resume: bool = False
    retake: int | None = None


@dataclass(slots=True)
class MovingIn:
    """One run on its way. `stay` is known once a machine is rented, `host` once it answers."""

    journal: Journal
    run: RunRow
    plan: Plan
    access: Access | None
    wanted: Wanted
    board: Board
    report: Callable[[str], None]
    open_machine: Callable[[Endpoint | str, str], Host] = machine_at
    rentals: Rentals = field(init=False)
    kept: BringUps = field(init=False)
    stay: Stay | None = None
    host: Host | None = None
    findings: tuple[Finding, ...] = ()

    def __post_init__(self) -> None:
        self.rentals = Rentals(self.journal)
        self.kept = BringUps(self.journal)

    async def go(self) -> Attempt:
        """All steps to the launch.

        Raises:
            CloudError: the market does not give a machine, or does not answer.
            HostError: the machine does not answer, does not fit, or the plan's commands fail there.
        """
        async with self._open() as vast:
            rented = await self._rent(vast)
            self.stay = Stay(rented.rental, rented.instance)
            await self._reach(vast, rented)
        assert self.host is not None
        facts = await self._examine(self.host, rented.instance)
        await self._prepare(self.host)
        await self._bring_back(self.host)
        await self._measure(self.host)
        return await self._launch(self.host, look_from(facts, self.findings))

    async def go_on(self, attempt: Attempt) -> None:
        """An attempt that was journalled but never seen: its launch is sent again, in case it never left.

        Raises:
            HostError: the launch failed; nothing runs.
        """
        rental = self.stay.rental if self.stay is not None else None
        if rental is None or self.journal.checks(attempt):
            return
        host = self.host or self.open_machine(self.run.host, rental.label)
        try:
            await begin_again(self.journal, host, self._order(rental, attempt.number), attempt)
        except UnreachableError:
            await host.close()  # the watch shows that, and goes on trying
            return
        self.host = host

    async def read_meter(self) -> None:
        """What the market says of the instance now: state and price.

        Raises:
            CloudError: it cannot be asked.
        """
        stay = self.stay
        if stay is None or stay.rental.instance is None:
            return
        async with self._open() as vast:
            one = await vast.instance(stay.rental.instance)
        if self.stay is stay and one is not None:
            self.stay = replace(stay, instance=one)

    async def let_go(self) -> None:
        """The link and the journals; the machine stays."""
        if self.host is not None:
            await self.host.close()
            self.host = None
        self.rentals.close()
        self.kept.close()

    async def end(self, kind: EndKind) -> str:
        """Stop or destroy the machine, read back; what came of it, in words."""
        stay = self.stay
        if stay is None or stay.rental.instance is None:
            return "nothing is rented"
        if self.host is not None:
            await self.host.close()
            self.host = None
        async with self._open() as vast:
            said = await end(vast, self.rentals, stay.rental.account, stay.rental.instance, kind)
        if kind == "destroy":
            self.stay = None
        return said

    async def give_back(self, why: str) -> str:
        """Destroy it, as one that is not to be rented again for a day."""
        rental = self.stay.rental if self.stay is not None else None
        if rental is not None and rental.instance is not None:
            # The order first: once it is noted as bad, nothing else would look after it.
            self.rentals.order(rental.account, rental.instance, "destroy", time.time())
            self.rentals.move(rental.label, rental.state, note=f"{BAD}{why}")
        return await self.end("destroy")

    # -- the steps -----------------------------------------------------------------------------------

    async def _rent(self, vast: Vast) -> Rented:
        account = await account_of(vast)
        offers: Sequence[Offer] = self.wanted.offers
        owner = owner_of(self.plan)
        taken = not self.wanted.another and to_take_up(self.rentals, account, owner, self.run.name)
        if not offers and not taken:
            self.board.begin("rent", "searching")
            if not self.wanted.may_search:
                raise CloudError("no machine is rented for this run any more", f"{self._command} rents one")
            offers = await self._found(vast, account)
        rented = await rent(
            vast,
            self.rentals,
            self.plan,
            offers,
            account=account,
            run=self.run.name,
            keys=public_keys(),
            another=self.wanted.another,
            retake=self.wanted.retake,
            report=self.report,
            board=self.board,
            made=self._made,
        )
        label = rented.rental.label
        known = self.kept.steps(label)
        if known:
            self.board.restore(known)
        for step in self.board.steps[:2]:
            self.kept.keep(label, step)
        return rented

    async def others(self) -> tuple[Offer, ...]:
        """What may be rented instead of the machine that is there, the best first; nothing is changed.

        Raises:
            CloudError: nothing can be had, and why.
        """
        rental = self.stay.rental if self.stay is not None else None
        async with self._open() as vast:
            account = rental.account if rental is not None else await account_of(vast)
            return await self._found(vast, account, rental)

    async def _found(self, vast: Vast, account: str, besides: Rental | None = None) -> tuple[Offer, ...]:
        left_out = given_up(self.rentals, account, vast.clock.wall())
        if besides is not None and besides.machine is not None:
            left_out[besides.machine] = "the one that is there"
        rows = to_try(without(await search(vast, self.plan), left_out), None, force=self.wanted.force)
        usd_h = self.wanted.usd_h or (besides.usd_h if besides is not None else None)
        return not_dearer(rows, usd_h)

    def _made(self, rental: Rental) -> None:
        """It bills from now on, whatever becomes of it."""
        self.stay = Stay(rental)
        self.wanted = replace(self.wanted, another=False)

    async def _reach(self, vast: Vast, rented: Rented) -> None:
        def say(line: str) -> None:
            self.report(line)
            self.board.say("ssh", line)

        self.board.begin("ssh", "waiting for the machine's SSH server")
        place, self.host = await reach(vast, rented, self.open_machine, say)
        way = "directly" if place == rented.instance.direct else "through the proxy"
        self.run = replace(self.run, host=destination(place))
        self.journal.move_run(self.run.name, self.run.host)
        self._over("ssh", f"{destination(place)}, {way}")

    async def _examine(self, host: Host, one: Instance) -> MachineFacts:
        """What is really there against what was promised and what the plan needs."""
        self.board.begin("gpu", "asking nvidia-smi")
        facts = await facts_of(host, self.plan)
        self.findings = tuple(judge_machine(self.plan, facts, promised(one)))
        of_gpus = tuple(f for f in self.findings if f.check in _OF_GPUS)
        sizes = ", ".join(dict.fromkeys(f"{g.total_mib / 1024:.1f} GiB" for g in facts.gpus if g.total_mib))
        names = ", ".join(dict.fromkeys(gpu.name for gpu in facts.gpus))
        self._judged("gpu", of_gpus, f"{len(facts.gpus)} x {names or 'no GPU'}, {sizes}: as promised")
        rest = tuple(f for f in self.findings if f.check not in _OF_GPUS)
        self.board.begin("gate")
        passed = ", ".join(f.check for f in rest if f.status == "pass")
        self._judged("gate", rest, f"{passed} fit the plan")
        return facts

    def _judged(self, name: str, findings: tuple[Finding, ...], well: str) -> None:
        status = verdict(findings)
        if status == "pass":
            self._over(name, well, findings)
            return
        text = "; ".join(f.text for f in findings if f.status == status)
        if status == "fail" and not self.wanted.force:
            raise UnfitError(findings)
        self._over(name, text, findings, warned=True)

    async def _prepare(self, host: Host) -> None:
        label = self._label
        self.board.begin("bootstrap", "nothing to do" if not self.plan.run.bootstrap else "")
        await prepare(
            host,
            self.plan,
            f"~/.vasttui/bringup/{label}",
            lambda text: self.board.say("bootstrap", text),
            lambda lines: self.board.stream("bootstrap", lines),
        )
        count = len(self.plan.run.bootstrap)
        self._over(
            "bootstrap", f"{count} command{'s' if count > 1 else ''} done" if count else "none in the plan"
        )

    async def _bring_back(self, host: Host) -> None:
        """What an earlier machine has made and we have pulled: its resume command looks for it."""
        if not self.wanted.resume or not self.plan.ending.pull:
            return
        folder, before = pull_folder(self.run), self._step("bootstrap").text
        said = await push(host, self.plan, folder, lambda line: self.board.say("bootstrap", line))
        self._over("bootstrap", f"{before}; {said}")

    async def _measure(self, host: Host) -> None:
        if self.board.is_over("transfer"):
            return
        self.board.begin("transfer", "measuring")
        text, is_slow = await measure(host, self.plan)
        self._over("transfer", text, warned=is_slow)

    async def _launch(self, host: Host, look: Look) -> Attempt:
        self.board.begin("probe", "starting the command")
        assert self.stay is not None
        return await begin(self.journal, host, self._order(self.stay.rental, self.wanted.number), look)

    def _order(self, rental: Rental, number: int) -> Order:
        plan = priced(self.plan, rental)
        return Order(self.run, plan, number, self.wanted.resume, self.wanted.force)

    def _open(self) -> Vast:
        if self.access is None:
            raise CloudError("the market is not asked: no API key is at hand", NO_KEY)
        return self.access.open()

    @property
    def _command(self) -> str:
        return f"vasttui run --plan {self.run.plan_path or 'plan.toml'}"

    @property
    def _label(self) -> str:
        assert self.stay is not None
        return self.stay.rental.label

    def _over(
        self, name: str, text: str, findings: tuple[Finding, ...] = (), *, warned: bool = False
    ) -> None:
        self.board.end(name, text, "warned" if warned else "done")
        self.kept.keep(self._label, self._step(name), findings)

    def _step(self, name: str) -> BringUpStep:
        return next(step for step in self.board.steps if step.name == name)
