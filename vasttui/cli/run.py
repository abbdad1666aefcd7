"""`vasttui run` and `vasttui attach`: begin to attend."""

import asyncio
import shlex
from pathlib import Path

import click
import msgspec

from vasttui.cli.at_market import url_option
from vasttui.cli.codes import EXIT_DONE
from vasttui.cli.common import host_of
from vasttui.cli.screen import require_terminal, show
from vasttui.cli.talking import narrate, yes_option
from vasttui.cli.watch import until_printed
from vasttui.gate.finding import Finding
from vasttui.hosts.protocol import Attached, Host, HostError, RecordRef, UnreachableError
from vasttui.hosts.resolve import open_host
from vasttui.plan import HostSpec, Plan, RunSpec
from vasttui.plan.load import load_plan
from vasttui.watch.journal import Journal, RunRow
from vasttui.watch.launch import Order, attach, host_now, launch
from vasttui.watch.live import LiveSession
from vasttui.watch.paths import known_hosts_path
from vasttui.watch.runs import NameTakenError, create_run

GLYPHS = {"pass": "✓", "warn": "!", "fail": "✗"}


@click.command("run", context_settings={"allow_interspersed_args": False})
@click.option(
    "--plan", "plan_file", type=click.Path(path_type=Path), help="The plan; without a command ./plan.toml."
)
@click.option("--host", help="An ssh destination or alias; `local` is this machine.")
@click.option("--name", default="", help="What to call the run.")
@click.option("--steps", type=click.IntRange(min=1), help="Total steps, if the log does not tell.")
@click.option("--price", type=click.FloatRange(min=0), help="US dollars an hour, for cost and budget.")
@click.option("--detach", is_flag=True, help="Launch, print the run's name, return.")
@click.option("--unattended", is_flag=True, help="Launch, then block as `vasttui watch` does.")
@click.option("--force", is_flag=True, help="Launch although the checklist fails.")
@click.option("--offer", type=click.IntRange(min=1), help="Where the plan rents: this offer and no other.")
@url_option
@yes_option
@click.argument("command", nargs=-1, type=click.UNPROCESSED)
@click.pass_context
def run_command(
    ctx: click.Context,
    plan_file: Path | None,
    host: str | None,
    name: str,
    steps: int | None,
    price: float | None,
    detach: bool,
    unattended: bool,
    force: bool,
    offer: int | None,
    url: str,
    yes: bool,
    command: tuple[str, ...],
) -> None:
    """Launch a command and attend it on the screen.

    vasttui run -- python train.py

    It runs in the plan's [run] workdir. A relative one, or none, counts from the folder you are in, not from
    the plan's; on another host from the home there.
    """
    if not (detach or unattended):
        require_terminal()
    path = _plan_path(plan_file, command)
    plan = _plan(path, command, host, steps, price)
    if plan.host.vast is not None and not plan.host.ssh:
        from vasttui.cli.run_rented import Renting, run_rented

        given = Renting(plan, path, name, offer, url, force, yes, detach, unattended)
        raise SystemExit(run_rented(ctx, given))
    open_host(plan.host)  # what is no destination is refused before anything is written down
    journal = Journal()
    try:
        run = create_run(journal, plan, name, str(path.resolve()) if path is not None else "")
    except NameTakenError as error:
        raise click.UsageError(str(error)) from None
    _tell_what_lacks(journal, run, plan)
    order = Order(run, plan, force=force)
    target = host_of(run)
    if detach:
        try:
            asyncio.run(launch_order(journal, target, order))
        except HostError:
            journal.drop_run_if_never_launched(run)
            raise
        click.echo(run.name)
        raise SystemExit(EXIT_DONE)
    session = LiveSession(journal, run, plan, target, order)
    raise SystemExit(until_printed(session, "return", None) if unattended else show(session))


@click.command("attach")
@click.argument("host")
@click.option("--log", required=True, help="The log's path on the host.")
@click.option("--pid", type=click.IntRange(min=1), help="The training's process id, to see it end.")
@click.option("--plan", "plan_file", type=click.Path(path_type=Path), help="Thresholds, total steps, evals.")
@click.option("--name", default="", help="What to call the run.")
@click.option("--steps", type=click.IntRange(min=1), help="Total steps, if the log does not tell.")
@click.option("--price", type=click.FloatRange(min=0), help="US dollars an hour, for cost and budget.")
@click.option("--unattended", is_flag=True, help="Block as `vasttui watch` does.")
@click.option("--detach", is_flag=True, help="Only remember the run, print its name, return.")
def attach_command(
    host: str,
    log: str,
    pid: int | None,
    plan_file: Path | None,
    name: str,
    steps: int | None,
    price: float | None,
    unattended: bool,
    detach: bool,
) -> None:
    """Attend a run that someone else started, by its log (and pid) on HOST (`local`: this machine)."""
    if not (detach or unattended):
        require_terminal()
    stem = Path(log).stem
    plan = _plan(plan_file, (f"attached to {log}",) if plan_file is None else (), host, steps, price)
    where = str(Path(log).expanduser().resolve()) if not plan.host.ssh else log
    now = asyncio.run(_reach(open_host(plan.host, known_hosts=known_hosts_path()), Attached(where, pid)))
    journal = Journal()
    beside = str(plan_file.resolve()) if plan_file is not None else ""
    try:
        run = create_run(journal, plan, name or (stem if journal.run(stem) is None else ""), beside)
    except NameTakenError as error:
        raise click.UsageError(str(error)) from None
    _tell_what_lacks(journal, run, plan)
    attach(journal, run, where, pid, now)
    if detach:
        click.echo(run.name)
        raise SystemExit(EXIT_DONE)
    session = LiveSession(journal, run, plan, host_of(run))
    raise SystemExit(until_printed(session, "return", None) if unattended else show(session))


async def _reach(host: Host, attached: Attached) -> float:
    """Look once, so that a wrong address, log or pid is told at once; returns the host's time."""
    try:
        await host.open()
        await _see_log(host, attached)
        if attached.pid is not None and (await host.run(f"kill -0 {attached.pid}")).code != 0:
            raise HostError(
                f"no process {attached.pid} on {host.name}", "without --pid the log alone is followed"
            )
        return await host_now(host)
    finally:
        await host.close()


async def _see_log(host: Host, attached: Attached) -> None:
    try:
        await host.read_log(RecordRef("", attached), -1, 1)
    except UnreachableError:
        raise
    except HostError as error:
        raise HostError(str(error), error.hint or f"--log is the path of a file on {host.name}") from None


async def launch_order(journal: Journal, host: Host, order: Order) -> None:
    try:
        await host.open()
        await launch(journal, host, order, _tell)
    finally:
        await host.close()


def _tell_what_lacks(journal: Journal, run: RunRow, plan: Plan) -> None:
    if plan.notify.urls:
        from vasttui.watch.notify import missing_extra

        if line := missing_extra(plan.notify.urls):
            narrate(line)
    if plan.ending.lease_minutes is not None:
        from vasttui.watch.lease import no_lease

        if line := no_lease(journal, run, plan):
            narrate(line)


def _tell(finding: Finding) -> None:
    narrate(f"{GLYPHS[finding.status]} {finding.check}: {finding.text}")


def _plan_path(plan_file: Path | None, command: tuple[str, ...]) -> Path | None:
    if plan_file is not None:
        return plan_file
    if command:
        return None
    default = Path("plan.toml")
    if default.exists():
        return default
    raise click.UsageError("nothing to run: give a command after --, or a plan (vasttui init writes one)")


def _plan(
    path: Path | None, command: tuple[str, ...], host: str | None, steps: int | None, price: float | None
) -> Plan:
    """The plan file, if any, with what the command line says laid over it."""
    text = command[0] if len(command) == 1 else shlex.join(command)
    plan = load_plan(path) if path is not None else Plan(run=RunSpec(command=text))
    run, spec = plan.run, plan.host
    if command:
        run = msgspec.structs.replace(run, command=text)
    if steps is not None:
        run = msgspec.structs.replace(run, total_steps=steps)
    if host is not None:
        spec = HostSpec(ssh="" if host == "local" else host, price_usd_h=spec.price_usd_h)
    if price is not None:
        spec = msgspec.structs.replace(spec, price_usd_h=price)
    if not spec.ssh and spec.vast is None:
        # A command given here means files of this folder, also when it is launched again from another.
        run = msgspec.structs.replace(run, workdir=str(Path.cwd() / Path(run.workdir).expanduser()))
    return msgspec.structs.replace(plan, run=run, host=spec)
