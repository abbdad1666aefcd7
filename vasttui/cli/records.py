"""`vasttui replay` and `demo`: records, nothing live."""

import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click
import msgspec

from vasttui.cli.codes import EXIT_DONE, VERDICT_CODES
from vasttui.cli.screen import show
from vasttui.cli.talking import json_option, narrate
from vasttui.hosts.record import Record
from vasttui.monitor.check import Alert
from vasttui.monitor.words import duration
from vasttui.watch.advice import in_shell
from vasttui.watch.demos import DEMO_SPEED, about, demo_names, demo_session
from vasttui.watch.replay import Judged, ReplaySession, judge_of, judge_record
from vasttui.watch.session import ControlError


@click.command("replay")
@click.argument("folder", type=click.Path(path_type=Path))
@json_option
@click.option("--speed", default="max", show_default=True, help="Seconds of run time a second, or max.")
@click.option("--screen", is_flag=True, help="On the screen instead.")
@click.option(
    "--what-if",
    "wishes",
    multiple=True,
    metavar="NAME=VALUE",
    help="Judge again with another threshold of [alerts] (gpu_idle=0.4; slow=off) and print what changes.",
)
def replay_command(folder: Path, as_json: bool, speed: str, screen: bool, wishes: tuple[str, ...]) -> None:
    """Judge a record as if live; the exit code is its verdict's."""
    record = Record.open(folder)
    pace = _speed(speed)
    if wishes:
        raise SystemExit(_what_if(record, wishes, as_json))
    if screen:
        raise SystemExit(show(ReplaySession(record, DEMO_SPEED if pace is None else pace)))
    monitor, notes = judge_of(record)
    for note in (*record.notes, *notes):
        narrate(note)
    code = EXIT_DONE
    for judged in _paced(judge_record(record, monitor), pace):
        for line in _json_lines(judged) if as_json else _text_lines(judged):
            click.echo(line)
        if judged.verdict is not None:
            code = VERDICT_CODES[judged.verdict]
    raise SystemExit(code)


def _what_if(record: Record, wishes: tuple[str, ...], as_json: bool) -> int:
    from vasttui.watch.whatif import backtest

    try:
        differences, end = backtest(record, wishes)
    except ValueError as error:
        raise click.UsageError(str(error)) from None
    for one in differences:
        shown = one.now or one.was
        assert shown is not None
        if as_json:
            facts = {
                "type": "what_if",
                "rule": one.rule,
                "change": one.change,
                "was_ts": one.was and one.was.raised_at,
                "ts": one.now and one.now.raised_at,
                "text": shown.text,
            }
            click.echo(msgspec.json.encode(facts).decode())
        else:
            click.echo(f"{one.change:8} {one.rule:9} {_when(record, one.was, one.now)}  {shown.text}")
    if not differences and not as_json:
        click.echo("no alert, with these thresholds or without")
    for line in _json_lines(end) if as_json else _text_lines(end):
        click.echo(line)
    return VERDICT_CODES[end.verdict] if end.verdict is not None else EXIT_DONE


def _when(record: Record, was: Alert | None, now: Alert | None) -> str:
    """Run time at which it was raised, before and after the change."""
    start = record.info.started_at
    old, new = (duration(a.raised_at - start) if a is not None else "-" for a in (was, now))
    return old if old == new else f"{old} → {new}"


def _speed(text: str) -> float | None:
    """None is as fast as it goes."""
    if text == "max":
        return None
    try:
        speed = float(text)
    except ValueError:
        speed = 0.0
    if not 0 < speed <= 100_000:
        raise click.UsageError(f"--speed {text}: a number above 0, or max")
    return speed


def _paced(judged: Iterator[Judged], speed: float | None) -> Iterator[Judged]:
    before: float | None = None
    for one in judged:
        ts = one.check.ts if one.check is not None else one.ts
        if speed is not None and before is not None and ts > before:
            time.sleep((ts - before) / speed)
        before = ts
        yield one


def _json_lines(judged: Judged) -> Iterator[str]:
    check = judged.check
    if check is None:
        facts: dict[str, Any] = {
            "type": "end",
            "ts": judged.ts,
            "verdict": judged.verdict,
            "checks": judged.checks,
            "bytes": judged.bytes,
        }
        yield msgspec.json.encode(facts).decode()
        return
    yield msgspec.json.encode(
        {
            "type": "check",
            "ts": check.ts,
            "line": check.line,
            "status": check.status,
            "phase": check.phase,
            "step": check.step,
            "total_steps": check.total_steps,
            "next_look_ts": check.next_look_ts,
            "reason": check.reason,
            "decision": check.decision,
            "forecast": check.forecast,
        }
    ).decode()
    for alert in check.changed:
        yield msgspec.json.encode({"type": "alert", "ts": check.ts, **_alert(alert)}).decode()


def _alert(alert: Alert) -> dict[str, Any]:
    state = "resolved" if alert.state == "resolved" else "raised"
    return {
        "rule": alert.rule,
        "state": state,
        "text": alert.text,
        "since": alert.since,
        "advice": alert.advice,
        "log_line": alert.log_line,
    }


def _text_lines(judged: Judged) -> Iterator[str]:
    if judged.check is None:
        yield f"{judged.verdict} after {judged.checks} checks; unattended: {judged.bytes} bytes shown"
        return
    yield judged.check.line
    for alert in judged.check.changed:
        yield f"  {alert.state} {alert.rule}: {alert.text}; next: {in_shell(alert.advice)}"


@click.command("demo")
@click.argument("name", required=False)
@click.option("--speed", type=click.FloatRange(min=0.1, max=100_000), default=DEMO_SPEED, show_default=True)
@click.option("--list", "only_list", is_flag=True, help="Only list the sample runs.")
@click.option("--unattended", is_flag=True, help="Of `rent`: the whole walk without a screen, line by line.")
@click.option(
    "--boot",
    "boot_s",
    type=click.FloatRange(0, 600),
    default=20.0,
    show_default=True,
    help="Of `rent`: seconds that a rented machine takes to boot.",
)
def demo_command(name: str | None, speed: float, only_list: bool, unattended: bool, boot_s: float) -> None:
    """Play a bundled sample run on the screen.

    `rent` instead walks through renting: search, gate, rent, bring-up, run, kill, destroyed, on an emulated
    market whose machines are folders of this one. It costs nothing and leaves nothing behind.
    """
    if name == "rent":
        from vasttui.cli.demo_rent import demo_rent

        raise SystemExit(demo_rent(boot_s, unattended=unattended))
    if only_list:
        for each in demo_names():
            click.echo(f"{each}\t{about(each)}")
        click.echo("rent\tRent a machine, from search to destroyed, on an emulated market.")
        raise SystemExit(EXIT_DONE)
    try:
        session = demo_session(name or demo_names()[0], speed)
    except ControlError as error:
        raise click.UsageError(str(error)) from None
    raise SystemExit(show(session))
