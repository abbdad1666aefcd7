"""`vasttui watch` and `vasttui check`: looks for shells, scripts and agents."""

import asyncio
import re

import click

from vasttui.cli.codes import EXIT_ALERT, EXIT_CRASH, EXIT_DONE, EXIT_UNREACHABLE, VERDICT_CODES
from vasttui.cli.common import find_run, last_attempt, require_free, session_of
from vasttui.cli.journals import known_journal, watch_journal
from vasttui.cli.policies import Policies
from vasttui.cli.talking import json_option, narrate, put_json
from vasttui.monitor.check import Check
from vasttui.watch.advice import in_shell
from vasttui.watch.live import LiveSession
from vasttui.watch.unattended import OnAlert, Outcome, until_verdict

DURATION = re.compile(r"^(?:(\d+(?:\.\d+)?)h)?(?:(\d+(?:\.\d+)?)m)?(?:(\d+(?:\.\d+)?)s?)?$")


class Duration(click.ParamType[float]):
    """`8h`, `90m`, `1h30m`, `45s` or plain seconds → seconds."""

    name = "duration"

    def convert(self, value: str | float, param: click.Parameter | None, ctx: click.Context | None) -> float:
        """Seconds, more than none."""
        if isinstance(value, (int, float)):
            return float(value)
        match = DURATION.match(value.strip())
        hours, minutes, seconds = (float(part or 0) for part in match.groups()) if match else (0.0, 0.0, 0.0)
        total = hours * 3600 + minutes * 60 + seconds
        if total <= 0:
            self.fail(f"{value!r} is no duration; write 8h, 90m, 1h30m or 45s", param, ctx)
        return total


@click.command("watch")
@click.argument("run")
@click.option("--timeout", "timeout_s", type=Duration(), help="Give up after this long, e.g. 8h.")
@click.option("--on-alert", type=click.Choice(["return", "continue"]), default="return", show_default=True)
@click.option(
    "--stay", is_flag=True, help="After the end: until [ending] idle_minutes have ended the machine."
)
@json_option
def watch_command(run: str, timeout_s: float | None, on_alert: OnAlert, stay: bool, as_json: bool) -> None:
    """Block, silent, until ALERT, CRASH, DONE or TIMEOUT; then one line (and an excerpt if it broke)."""
    journal = watch_journal()
    row = find_run(journal, run)
    last_attempt(journal, row)
    require_free(row)
    raise SystemExit(until_printed(session_of(journal, row), on_alert, timeout_s, as_json, stay))


def until_printed(
    session: LiveSession,
    on_alert: OnAlert,
    timeout_s: float | None,
    as_json: bool = False,
    stay: bool = False,
) -> int:
    """Attend unattended, print the outcome, return its exit code. `stay`: once idling has ended."""

    async def attend() -> Outcome:
        policies = Policies(session)
        policies.stays = stay
        try:
            outcome = await until_verdict(session, on_alert, timeout_s)
            await policies.settle(narrate)
            _print(outcome, as_json)
            _tell_machine(session)
            if session.unwritten:
                narrate(session.unwritten)
            if stay:
                await policies.idle(narrate)
            return outcome
        finally:
            await policies.close()
            await session.close()

    try:
        return VERDICT_CODES[asyncio.run(attend()).verdict]
    except KeyboardInterrupt:
        name = session.run.name
        if session.journal.attempts(name):
            narrate(f"nobody watches {name} now; it goes on: vasttui watch {name}")
        raise


def _print(outcome: Outcome, as_json: bool) -> None:
    if as_json:
        put_json({"verdict": outcome.verdict, "text": outcome.text, "check": outcome.check})
    else:
        click.echo(outcome.text or outcome.verdict.value, nl=not outcome.text)


def _tell_machine(session: LiveSession) -> None:
    """Where it is its record that was looked at: what became of the rented machine."""
    if session.run.host:
        from vasttui.watch.given_back import GivenBack

        if isinstance(session.host, GivenBack):
            narrate(session.host.told)


@click.command("check")
@click.argument("run")
@json_option
def check_command(run: str, as_json: bool) -> None:
    """One look now. Exit 0 healthy or done, 10 with open alerts, 11 crashed, 69 unreachable."""
    journal = known_journal()
    row = find_run(journal, run)
    last_attempt(journal, row)
    session = session_of(journal, row)
    if session.role == "mirror":
        narrate(f"{row.name}: a watcher is active; this look is not written down")
    check = asyncio.run(_one_look(session))
    if as_json:
        put_json(check)
    else:
        click.echo(check.line)
        for alert in check.alerts:
            click.echo(f"{alert.rule}: {alert.text}; next: {in_shell(alert.advice, row.name)}")
        if check.stopped:
            click.echo(check.decision_text)
        _tell_machine(session)
    raise SystemExit(code_of(check))


async def _one_look(session: LiveSession) -> Check:
    try:
        return await session.look_once()
    finally:
        await session.close()


def code_of(check: Check) -> int:
    """The exit code a look stands for."""
    if check.status == "CRASH":
        return EXIT_CRASH
    if check.status == "LOST":
        return EXIT_UNREACHABLE
    return EXIT_ALERT if check.alerts else EXIT_DONE
