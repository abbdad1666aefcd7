"""`vasttui init`, `doctor` and `themes`: before the first run."""

import asyncio
import shutil
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import click

from vasttui.cli.codes import EXIT_DONE, EXIT_NEGATIVE
from vasttui.cli.talking import has_terminal, json_option, narrate, put_json
from vasttui.hosts.protocol import HostError
from vasttui.plan.load import parse_plan
from vasttui.plan.template import Answers, plan_template

GLYPHS = {"pass": "✓", "warn": "!", "fail": "✗"}


@click.command("init")
@click.argument("file", type=click.Path(path_type=Path), default=Path("plan.toml"))
@click.option("--command", help="The training command.")
@click.option("--name", help="What to call the run.")
@click.option("--steps", type=int, help="Total steps.")
@click.option("--host", help="An ssh destination; empty: this machine.")
@click.option("--max-usd", type=float, help="Budget in US dollars.")
@click.option("--yes", "-y", is_flag=True, help="Take the defaults, ask nothing.")
@click.option("--force", is_flag=True, help="Replace an existing file.")
def init_command(
    file: Path,
    command: str | None,
    name: str | None,
    steps: int | None,
    host: str | None,
    max_usd: float | None,
    yes: bool,
    force: bool,
) -> None:
    """Write a commented plan, by questions."""
    if file.exists() and not force:
        raise click.UsageError(f"{file} is there already; --force replaces it")
    asking = not yes and has_terminal()
    answers = Answers(
        command=command or _ask(asking, "Training command", "python train.py"),
        name=name if name is not None else _ask(asking, "Name of the run (empty: from the command)", ""),
        total_steps=steps
        if steps is not None
        else _number(_ask(asking, "Total steps (empty: the log tells)", "")),
        ssh=host if host is not None else _ask(asking, "SSH host (empty: this machine)", ""),
        max_usd=max_usd if max_usd is not None else _amount(_ask(asking, "Budget in $ (empty: none)", "")),
    )
    text = plan_template(answers)
    parse_plan(text, "the answers")
    try:
        file.write_text(text, "utf-8")
    except OSError as error:
        raise click.UsageError(f"{file}: {error.strerror}") from None
    narrate(f"{file} written; edit it, then: vasttui run --plan {file}")


def _ask(asking: bool, question: str, default: str) -> str:
    if not asking:
        return default
    answer: str = click.prompt(question, default=default, show_default=bool(default), err=True)
    return answer


def _number(text: str) -> int | None:
    if not text.strip():
        return None
    try:
        return int(text.replace(",", "").replace("_", ""))
    except ValueError:
        raise click.UsageError(f"{text!r} is no whole number") from None


def _amount(text: str) -> float | None:
    if not text.strip():
        return None
    try:
        return float(text.removeprefix("$"))
    except ValueError:
        raise click.UsageError(f"{text!r} is no amount") from None


@dataclass(frozen=True, slots=True)
class Ailment:
    """One line of the doctor's report."""

    check: str
    status: str
    text: str


@click.command("doctor")
@click.argument("host", required=False)
@json_option
def doctor_command(host: str | None, as_json: bool) -> None:
    """Check this machine, and HOST if given; exit 1 if something fails."""
    found = [*_here(), asyncio.run(_account())]
    if host:
        found += asyncio.run(_there(host))
    if as_json:
        put_json(found)
    else:
        for one in found:
            click.echo(f"{GLYPHS[one.status]} {one.check}: {one.text}")
    raise SystemExit(EXIT_NEGATIVE if any(one.status == "fail" for one in found) else EXIT_DONE)


def _here() -> Iterator[Ailment]:
    version = sys.version_info
    yield Ailment("python", "pass", f"{version.major}.{version.minor}.{version.micro}")
    yield _state()
    for tool, use in (("ssh", "to reach hosts by hand"), ("tmux", "to keep the screen in a pane")):
        path = shutil.which(tool)
        yield Ailment(tool, "pass" if path else "warn", path or f"not found; wanted {use}")
    yield _keys()
    size = shutil.get_terminal_size((0, 0))
    fits = size.columns >= 50 and size.lines >= 15
    yield Ailment(
        "terminal", "pass" if fits else "warn", f"{size.columns}x{size.lines}, the screen wants 50x15 or more"
    )


def _state() -> Ailment:
    from vasttui.watch.journal import Journal
    from vasttui.watch.paths import StateError

    try:
        journal = Journal()
        text = f"{journal.path}, {len(journal.runs())} runs"
        journal.close()
    except StateError as error:
        return Ailment("state", "fail", f"{error}; {error.hint}")
    return Ailment("state", "pass", text)


def _keys() -> Ailment:
    folder = Path.home() / ".ssh"
    keys = sorted(p.stem for p in folder.glob("id_*.pub")) if folder.is_dir() else []
    if keys:
        return Ailment("ssh keys", "pass", ", ".join(keys))
    return Ailment("ssh keys", "warn", f"none in {folder}; ssh-keygen -t ed25519 makes one")


async def _account() -> Ailment:
    """Whether the market's key is there and taken; it is needed for renting alone."""
    from vasttui.cloud.errors import AuthError, CloudError
    from vasttui.cloud.keys import find_key
    from vasttui.watch.access import find_access

    try:
        key = find_key()
    except CloudError as error:
        return Ailment("vast.ai key", "warn", f"{error}, wanted to rent; {error.hint}")
    try:
        async with find_access("").open() as vast:
            user = await vast.user()
    except CloudError as error:
        status = "fail" if isinstance(error, AuthError) else "warn"
        return Ailment("vast.ai key", status, f"{key.source}: {error}; {error.hint}")
    credit = f", ${user.credit:.2f} of credit" if user.credit is not None else ""
    return Ailment("vast.ai key", "pass", f"{key.source}, taken{credit}")


async def _there(destination: str) -> list[Ailment]:
    from vasttui.gate.facts import FACTS_COMMAND, parse_facts
    from vasttui.gate.machine import judge_machine
    from vasttui.hosts.resolve import open_host
    from vasttui.plan import Plan, RunSpec
    from vasttui.watch.paths import known_hosts_path

    host = open_host(destination, known_hosts=known_hosts_path())
    try:
        await host.open()
        facts = parse_facts((await host.run(FACTS_COMMAND, timeout_s=30.0)).out)
    except HostError as error:
        text = str(error).removeprefix(f"{destination}: ")
        return [Ailment(destination, "fail", f"{text}; {error.hint}" if error.hint else text)]
    finally:
        await host.close()
    findings = judge_machine(Plan(run=RunSpec(command="true")), facts)
    return [
        Ailment(destination, "pass", "reachable"),
        *(Ailment(f.check, f.status, f.text) for f in findings),
    ]


@click.command("themes")
@json_option
def themes_command(as_json: bool) -> None:
    """List the colour themes, yours included."""
    from vasttui.cli.screen import user_themes
    from vasttui.tui.themes import load_themes

    themes, problems = load_themes(user_themes())
    for problem in problems:
        narrate(problem)
    if as_json:
        put_json([{"name": theme.name, "dark": theme.dark} for theme in themes])
        return
    for theme in themes:
        click.echo(f"{theme.name}\t{'dark' if theme.dark else 'light'}")
