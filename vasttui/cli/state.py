"""`vasttui status` and `vasttui runs`: what is known without contacting any host."""

from time import time

import click

from vasttui.cli.codes import EXIT_DONE
from vasttui.cli.journals import known_journal
from vasttui.monitor.words import duration
from vasttui.watch.advice import in_shell
from vasttui.watch.journal import Journal
from vasttui.watch.lock import holder
from vasttui.watch.runs import Overview, overview

json_option = click.option("--json", "as_json", is_flag=True, help="One JSON document on stdout.")


@click.command("status")
@click.argument("run", required=False)
@json_option
def status_command(run: str | None, as_json: bool) -> None:
    """What the watcher last saw: of RUN, else of every active run (else of the newest)."""
    journal = known_journal()
    known = overview(journal)
    chosen = [o for o in known if o.run.name == run] if run else [o for o in known if o.active] or known[:1]
    if run and not chosen:
        from vasttui.cli.common import find_run

        name = find_run(journal, run).name
        chosen = [o for o in known if o.run.name == name]
    if as_json:
        from vasttui.cli.talking import put_json

        put_json([_facts(o) for o in chosen])
        raise SystemExit(EXIT_DONE)
    if not chosen:
        click.echo("no runs yet; vasttui run -- python train.py starts one", err=True)
    for one in chosen:
        click.echo(_line(one))
        for alert in one.check.alerts if one.check is not None else ():
            click.echo(f"  {alert.rule}: {alert.text}; next: {in_shell(alert.advice, one.run.name)}")
        if one.check is not None:
            click.echo(f"  {one.check.decision}: {one.check.decision_text}")
        click.echo(f"  {_watched(one, journal)}", err=True)


@click.command("runs")
@json_option
def runs_command(as_json: bool) -> None:
    """List the runs, newest first."""
    known = overview(known_journal())
    if as_json:
        from vasttui.cli.talking import put_json

        put_json([_facts(o) for o in known])
        raise SystemExit(EXIT_DONE)
    if not known:
        click.echo("no runs yet; vasttui run -- python train.py starts one", err=True)
    for one in known:
        click.echo(_line(one))


def _line(one: Overview) -> str:
    seen = f"{one.status}, not looked at yet"
    if one.check is not None:  # STOPPED, where the line for scripts says CRASH
        seen = one.check.line.removesuffix(one.check.status) + one.check.word
    return f"{one.run.name}\t{one.run.host or 'this machine'}\t{seen}"


def _watched(one: Overview, journal: Journal) -> str:
    if not one.active:
        from vasttui.cli.common import stopped_machine

        told = stopped_machine(journal, one.run) if one.run.host else ""
        return f"over; {told or 'vasttui relaunch starts a new attempt'}"
    pid = holder(one.run.name)
    if pid is not None:
        return f"watched by process {pid}"
    seen = f", last look {duration(time() - one.check.ts)} ago" if one.check is not None else ""
    return f"nobody watches it{seen}: vasttui watch {one.run.name}"


def _facts(one: Overview) -> dict[str, object]:
    return {
        "run": one.run.name,
        "host": one.run.host or "local",
        "status": one.check.status if one.check is not None else one.status,
        "active": one.active,
        "attempt": one.attempt.number if one.attempt is not None else None,
        "command": one.attempt.command if one.attempt is not None else None,
        "started_at": one.attempt.started_at if one.attempt is not None else None,
        "ended": one.attempt.ended if one.attempt is not None else None,
        "watcher_pid": holder(one.run.name) if one.active else None,
        "line": one.check.line if one.check is not None else None,
        "check": one.check,
    }
