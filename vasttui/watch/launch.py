"""From a plan to a running attempt: look at the machine, prepare it, start the command under the recorder."""

import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

from vasttui.gate.facts import MachineFacts, facts_command, parse_facts
from vasttui.gate.finding import Finding
from vasttui.gate.machine import judge_machine
from vasttui.hosts.protocol import Attached, Host, HostError, Launch, UnreachableError
from vasttui.hosts.record import RunInfo
from vasttui.logs.clean import clean_line
from vasttui.plan import Plan
from vasttui.plan.excerpt import to_excerpt
from vasttui.watch.journal import Attempt, Journal, RunRow
from vasttui.watch.lease import lease_of
from vasttui.watch.paths import run_dir

Report = Callable[[Finding], None]
BOOTSTRAP_TIMEOUT_S = 3600.0
SHOWN_OUTPUT = 200
CLOCKS_AGREE_S = 3.0
SENSIBLE_DIGITS = 13
HELD = "holds a record already"  # how a recorder refuses to begin the same record twice


class GateError(HostError):
    """The machine does not fit the plan; `findings` say why."""

    def __init__(self, findings: tuple[Finding, ...]) -> None:
        failed = [f.text for f in findings if f.status == "fail"]
        super().__init__(
            "; ".join(failed),
            "change the plan or the machine, or launch it all the same (--force, on the screen r)",
        )
        self.findings = findings


@dataclass(frozen=True, slots=True)
class Order:
    """What to launch. `force` goes on although the gate fails; `resume` runs the plan's resume command."""

    run: RunRow
    plan: Plan
    number: int = 1
    resume: bool = False
    force: bool = False

    @property
    def command(self) -> str:
        """The command of this attempt."""
        return (self.plan.run.resume if self.resume else "") or self.plan.run.command


@dataclass(frozen=True, slots=True)
class Look:
    """What was found of a machine: checklist, GPU names and count."""

    findings: tuple[Finding, ...] = ()
    gpu: str = ""
    gpu_count: int | None = None


async def facts_of(host: Host, plan: Plan) -> MachineFacts:
    """What the machine says of itself."""
    output = await host.run(facts_command(plan.run.workdir), timeout_s=30.0)
    return parse_facts(output.out)


def look_from(facts: MachineFacts, findings: tuple[Finding, ...]) -> Look:
    """The checklist, with what the record is to say of the machine."""
    names = sorted({gpu.name for gpu in facts.gpus})
    return Look(findings, ", ".join(names), len(facts.gpus) or None)


async def look_over(host: Host, plan: Plan, report: Report) -> Look:
    """The checklist on the machine that is there."""
    facts = await facts_of(host, plan)
    findings = tuple(judge_machine(plan, facts))
    for finding in findings:
        report(finding)
    return look_from(facts, findings)


async def host_now(host: Host) -> float:
    """Unix seconds by the host's clock; ours where the two agree, or the host has no `date`."""
    output = await host.run("date +%s", timeout_s=30.0)
    ours = time.time()
    theirs = output.out.strip()
    if not (theirs.isascii() and theirs.isdigit() and len(theirs) < SENSIBLE_DIGITS):
        return ours
    if abs(int(theirs) - ours) < CLOCKS_AGREE_S:
        return ours
    return float(theirs)


async def bootstrap(host: Host, plan: Plan, report: Report) -> tuple[Finding, ...]:
    """Run the plan's bootstrap commands one by one; the first that fails ends it.

    Raises:
        HostError: a command failed; the line names it and the end of its output.
    """
    done: list[Finding] = []
    for command in plan.run.bootstrap:
        started = time.monotonic()
        output = await host.run(command, timeout_s=BOOTSTRAP_TIMEOUT_S)
        took_s = time.monotonic() - started
        if output.code != 0:
            said = clean_line(" ".join((output.err or output.out).split())[-SHOWN_OUTPUT:])
            raise HostError(
                f"bootstrap `{command}` failed with exit {output.code}: {said}",
                "mend the command in [run] bootstrap, then launch again",
            )
        finding = Finding("bootstrap", "pass", f"{command} ({took_s:.1f} s)", have=took_s, unit="s")
        report(finding)
        done.append(finding)
    return tuple(done)


async def launch(journal: Journal, host: Host, order: Order, report: Report) -> Attempt:
    """Checklist, bootstrap, launch. The attempt is journalled before the command starts.

    Raises:
        GateError: the machine does not fit and `force` is not given.
        HostError: bootstrap or launch failed.
    """
    look = await look_over(host, order.plan, report)
    if not order.force and any(f.status == "fail" for f in look.findings):
        raise GateError(look.findings)
    done = await bootstrap(host, order.plan, report) if order.number == 1 else ()
    return await begin(journal, host, order, replace(look, findings=look.findings + done))


async def begin(journal: Journal, host: Host, order: Order, look: Look) -> Attempt:
    """Start the command under the recorder; the attempt is journalled before.

    Raises:
        HostError: it did not start.
    """
    started = round(await host_now(host), 3)
    attempt = Attempt(
        run=order.run.name,
        number=order.number,
        record=record_path(order),
        command=order.command,
        started_at=started,
        findings=look.findings,
    )
    journal.add_attempt(attempt)
    try:
        await host.launch(attempt.ref, spec_of(journal, order, attempt, look))
    except UnreachableError as error:
        # No answer is not a no: it may run, so the attempt stays where a watch finds it.
        raise UnreachableError(
            f"{error}; the command may have started", f"vasttui watch {order.run.name} tells"
        ) from None
    except HostError:
        journal.drop_attempt(attempt)
        raise
    return attempt


async def begin_again(journal: Journal, host: Host, order: Order, attempt: Attempt) -> bool:
    """Send the launch of a journalled attempt once more, in case it never left; a record is made only once.

    Whether it was begun now. Raises HostError as `begin` does.
    """
    try:
        await host.launch(attempt.ref, spec_of(journal, order, attempt, Look(attempt.findings)))
    except HostError as error:
        if HELD in str(error):
            return False
        raise
    return True


def spec_of(journal: Journal, order: Order, attempt: Attempt, look: Look) -> Launch:
    """What the recorder is told."""
    plan = order.plan
    info = RunInfo(
        name=attempt.run,
        command=attempt.command,
        started_at=attempt.started_at,
        total_steps=plan.run.total_steps,
        gpu=look.gpu,
        gpu_count=look.gpu_count,
        price_usd_h=plan.host.price_usd_h,
        milestones=plan.run.milestones,
        plan=dict(to_excerpt(plan)),
    )
    return Launch(
        attempt.command,
        workdir=plan.run.workdir,
        env=dict(plan.run.env),
        run_toml=info.to_toml(),
        lease=lease_of(journal, order.run, plan),
    )


def record_path(order: Order) -> str:
    """Where the attempt's record lies: our state folder here, `~/.vasttui` on another host."""
    if not order.run.host:
        return str(_unused(run_dir(order.run.name), order.number))
    stamp = time.strftime("%Y%m%dT%H%M%S", time.gmtime(order.run.created_at))
    return f"~/.vasttui/runs/{order.run.name}-{stamp}/{order.number}"


def _unused(folder: Path, number: int) -> Path:
    """A folder for the attempt: what a command that could not start or a lost journal left there is kept."""
    path, again = folder / str(number), 1
    while path.exists():
        again += 1
        path = folder / f"{number}-{again}"
    return path


def attach(journal: Journal, run: RunRow, log: str, pid: int | None, now: float) -> Attempt:
    """Journal a run that someone else started; for us it begins now (unix s by the host's clock)."""
    attempt = Attempt(
        run=run.name,
        number=1,
        record="",
        command=f"attached to {log}",
        started_at=now,
        attached=Attached(log, pid),
    )
    journal.add_attempt(attempt)
    return attempt
