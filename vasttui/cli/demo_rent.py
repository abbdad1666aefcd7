"""`vasttui demo rent`: from search to destroyed on the emulated market, in a home of its own.

The market is a child process that ends with us, however we end; its machines are folders of this one. Neither
the user's journal nor keys are touched: HOME, the state folder and the account are the demo's.
"""

import asyncio
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory, gettempdir
from typing import TYPE_CHECKING, Any, cast

import click

from vasttui.cli.codes import EXIT_DONE, EXIT_NEGATIVE
from vasttui.cli.narrating import Narrator
from vasttui.cli.screen import require_terminal, screen_options, start_menu
from vasttui.cli.talking import narrate
from vasttui.monitor.words import duration, usd
from vasttui.watch.access import emulated_speed
from vasttui.watch.session import Snapshot

if TYPE_CHECKING:
    from vasttui.watch.rented import RentedSession

KEY = "demo-account"
FOLDER = "vasttui-demo-"
STEPS = 600
START_LIMIT_S = 30.0
WALK_LIMIT_S = 900.0
PLAN = """\
# The plan of `vasttui demo rent`.
[run]
name = "demo"
command = "python3 train.py --steps {steps} --eval-every 50"
bootstrap = [
    "cp '{training}' train.py",
    "for part in one two three; do echo part $part is ready; sleep 0.2; done",
]
total_steps = {steps}
probe_steps = 30
[host]
vast = {{ query = "num_gpus=1 gpu_ram>=20 direct_port_count>=1", image = "pytorch/pytorch", disk_gb = 40 }}
[needs]
vram_gb = 20
hours = 4
[budget]
max_usd = 5
[eval]
metric = "eval_loss"
goal = "min"
[ending]
pull = ["checkpoint.json"]
"""
HINT = "an emulated market: no money is spent, and everything ends with this command"


def demo_rent(boot_s: float, *, unattended: bool) -> int:
    """The exit code."""
    if not unattended:
        require_terminal()
    options = {} if unattended else screen_options()
    with demo_market(boot_s):
        narrate(HINT)
        if unattended:
            return asyncio.run(_walk())
        code = _on_screen(options)
    narrate("the demo's market has closed, its machines are gone")
    return code


@contextmanager
def demo_market(boot_s: float) -> Generator[str]:
    """The emulator as our child, and an environment in which everything is its. Yields its address."""
    _sweep()
    name = f"{FOLDER}{os.getpid()}-"
    with TemporaryDirectory(prefix=name, ignore_cleanup_errors=True) as folder:
        home = Path(folder)
        _furnish(home)
        pace = ["--lax"] if emulated_speed() != 1.0 else []
        child = subprocess.Popen(
            [
                sys.executable,
                "-m",
                "vasttui.cloud.emulator",
                "--boot",
                str(boot_s),
                "--until-stdin-ends",
                *pace,
            ],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env={**os.environ, "VAST_API_KEY": KEY},
            text=True,
            start_new_session=True,  # so that Ctrl+C is ours to handle: its machines end in order
        )
        try:
            assert child.stdout is not None
            url = child.stdout.readline().split()[-1:]
            if not url:
                raise click.ClickException("the demo's market did not start; VASTTUI_DEBUG=1 may tell why")
            with _environment(home, url[0]):
                yield url[0]
        finally:
            assert child.stdin is not None
            child.stdin.close()
            try:
                child.wait(START_LIMIT_S)
            except subprocess.TimeoutExpired:
                child.kill()
                child.wait()
            assert child.stdout is not None
            child.stdout.close()


def _sweep() -> None:
    """Folders of demos that were killed."""
    for folder in Path(gettempdir()).glob(f"{FOLDER}*-*"):
        pid = folder.name.removeprefix(FOLDER).partition("-")[0]
        if not pid.isdecimal() or folder.stat().st_uid != os.getuid():
            continue
        try:
            os.kill(int(pid), 0)
        except ProcessLookupError:
            shutil.rmtree(folder, ignore_errors=True)
        except (PermissionError, OverflowError):
            continue  # someone else's process by now


def _furnish(home: Path) -> None:
    """A key to log in with, and the plan."""
    import asyncssh

    from vasttui.cloud.emulator import training

    ssh = home / ".ssh"
    ssh.mkdir(mode=0o700)
    key = cast("Any", asyncssh).generate_private_key("ssh-ed25519", comment="vasttui demo")
    key.write_private_key(str(ssh / "id_ed25519"))
    key.write_public_key(str(ssh / "id_ed25519.pub"))
    (home / "plan.toml").write_text(PLAN.format(steps=STEPS, training=training.__file__), "utf-8")


@contextmanager
def _environment(home: Path, url: str) -> Generator[None]:
    """As if the demo's home were ours; put back afterwards."""
    before, where = dict(os.environ), Path.cwd()
    for name in ("XDG_STATE_HOME", "XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_CACHE_HOME", "SSH_AUTH_SOCK"):
        os.environ.pop(name, None)
    os.environ.update(HOME=str(home), VAST_API_KEY=KEY, VAST_URL=url)
    os.chdir(home)
    try:
        yield
    finally:
        os.chdir(where)
        os.environ.clear()
        os.environ.update(before)


def _on_screen(options: dict[str, object]) -> int:
    """The offers first: r rents the one under the cursor, k ends it."""
    from vasttui.tui import app
    from vasttui.watch.journal import Journal

    class Demo(app.VastTui):
        """Begins with the offers."""

        CSS_PATH = Path(app.__file__).with_name("vasttui.tcss")  # not beside this file

        def on_ready(self) -> None:
            """Search at once."""
            self.show_offers()

    last = asyncio.run(app.attend(Demo(start=start_menu(Journal()), **options)))  # type: ignore[arg-type]
    return last.code


async def _walk() -> int:
    """The same without a screen: every station told, the time from `rent` to the first step measured."""
    from vasttui.plan.load import load_plan
    from vasttui.watch.dealing import Dealer
    from vasttui.watch.market import best_first, next_best
    from vasttui.watch.rented import RentedSession as Renting

    path = Path("plan.toml")
    dealer = Dealer(load_plan(path), path)
    try:
        async with asyncio.timeout(WALK_LIMIT_S):
            listing = await dealer.search(dealer.wish.query)
            first = min(listing.rows, key=best_first)
            narrate(f"search: {len(listing.rows)} offers fit the query {listing.query!r}")
            for finding in first.findings:
                narrate(f"gate: {finding.status} {finding.check}: {finding.text}")
            narrate(f"rent: {first.gpus} at ${first.usd_h or 0:.3f} an hour, {usd(first.usd)} for the plan")
            session = await dealer.rent(first, next_best(listing.rows, first))
            assert isinstance(session, Renting)
            try:
                await _live_through(session)
            finally:
                await session.close()
            left = (await dealer.instances()).rows
            narrate("instances: nothing bills" if not left else f"instances: {len(left)} still bill")
            return EXIT_NEGATIVE if left else EXIT_DONE
    finally:
        await dealer.close()


async def _live_through(session: "RentedSession") -> None:
    """Bring-up, some steps, the baseline, the end of run and meter."""
    began = time.monotonic()
    session.narrate = Narrator(began).step
    await session.until_launched()
    first_step_s: float | None = None
    looked = False
    async for seen in session.changes():
        if seen.step and first_step_s is None:
            first_step_s = time.monotonic() - began
            narrate(f"run: first training step {first_step_s:.1f} s after the rent")
        if _has_settled(seen):
            break
        if not looked and _waits_for_a_look(seen):
            looked = True
            await session.check_now()
    if (check := session.snapshot().check) is not None:
        narrate(f"run: {check.line}")
    narrate("kill: the process, then artifacts, then the machine")
    narrate(f"destroyed: {(await session.kill('destroy')).text}")
    click.echo(f"rent confirmed to first training step: {first_step_s or 0.0:.1f} s")
    narrate(f"the whole walk took {duration(time.monotonic() - began)}")


def _waits_for_a_look(seen: Snapshot) -> bool:
    return any(step.name == "baseline" and step.state == "doing" for step in seen.bringup)


def _has_settled(seen: Snapshot) -> bool:
    """The bring-up is over, well or not; if well, there is something to pull."""
    over = all(step.state in ("done", "warned") for step in seen.bringup)
    made = any(mark.kind in ("eval", "checkpoint") for mark in seen.marks)
    return (over and made) or seen.exit is not None or bool(seen.remedies)
