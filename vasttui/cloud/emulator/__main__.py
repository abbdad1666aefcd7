"""`python -m vasttui.cloud.emulator --port P --key KEY`: the market on a loopback port, until it is ended."""

import asyncio
import contextlib
import errno
import os
import signal
import sys
import threading
from collections.abc import Callable
from typing import Any

import click

from vasttui.cloud.emulator.clock import RunningClock
from vasttui.cloud.emulator.emulator import Emulator, Settings
from vasttui.cloud.emulator.faults import Fault, parse_fault
from vasttui.cloud.emulator.world import Times


def _faults(_context: click.Context, _option: click.Parameter, given: tuple[str, ...]) -> tuple[Fault, ...]:
    try:
        return tuple(parse_fault(text) for text in given)
    except ValueError as error:
        raise click.BadParameter(str(error)) from None


def _seconds(name: str, default: float, text: str) -> Callable[[Any], Any]:
    return click.option(name, type=click.FloatRange(min=0), default=default, show_default=True, help=text)


@click.command()
@click.option("--port", default=0, help="Loopback port; 0 takes a free one.")
@click.option("--key", default=None, help="The account's key. Default: $VAST_API_KEY, else `emulated`.")
@click.option("--seed", default=1, show_default=True, help="Which market.")
@click.option("--credit", default=25.0, show_default=True, help="Dollars on the account.")
@click.option(
    "--speed", type=click.FloatRange(min=0.001), default=1.0, show_default=True, help="Times real time."
)
@_seconds("--boot", 20.0, "Seconds from rented to running.")
@_seconds("--sshd", 2.0, "Seconds from running to an SSH server that answers.")
@_seconds("--destroy", 1.0, "Seconds from destroyed to gone.")
@click.option(
    "--fault", "faults", multiple=True, callback=_faults, help="KIND or KIND:seconds=5,times=2; repeatable."
)
@click.option("--lax", is_flag=True, help="Keep no rate limits.")
@click.option("--until-stdin-ends", is_flag=True, help="End when whoever holds our stdin has gone.")
def main(
    port: int,
    key: str | None,
    seed: int,
    credit: float,
    speed: float,
    boot: float,
    sshd: float,
    destroy: float,
    faults: tuple[Fault, ...],
    lax: bool,
    until_stdin_ends: bool,
) -> None:
    """Emulate Vast.ai on this machine: an invented market, real shells, no money."""
    settings = Settings(
        seed=seed, credit_usd=credit, times=Times(boot, sshd, destroy), faults=faults, strict_limits=not lax
    )
    account_key = key or os.environ.get("VAST_API_KEY") or "emulated"
    emulator = Emulator(account_key, settings, RunningClock(speed), port)
    try:
        asyncio.run(_serve(emulator, until_stdin_ends=until_stdin_ends))
    except OSError as error:
        if error.errno not in (errno.EADDRINUSE, errno.EACCES):
            raise
        click.echo(f"port {port} cannot be had: {os.strerror(error.errno)}; choose another", err=True)
        sys.exit(2)


async def _serve(emulator: Emulator, *, until_stdin_ends: bool) -> None:
    ended = asyncio.Event()
    loop = asyncio.get_running_loop()
    if until_stdin_ends:
        # A thread, so that any kind of stdin will do; it is left behind at the end.
        threading.Thread(target=_wait_for_end, args=(loop, ended), daemon=True).start()
    for one in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        loop.add_signal_handler(one, ended.set)
    async with emulator:
        sys.stdout.write(f"listening on {emulator.url}\n")
        sys.stdout.flush()
        await ended.wait()


def _wait_for_end(loop: asyncio.AbstractEventLoop, ended: asyncio.Event) -> None:
    while os.read(0, 4096):
        pass
    with contextlib.suppress(RuntimeError):  # the loop has ended before
        loop.call_soon_threadsafe(ended.set)


if __name__ == "__main__":
    main()
