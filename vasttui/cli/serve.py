"""`vasttui serve`: the screen in a browser on this machine (extra `web`: textual-serve)."""

import shlex
import socket
import sys
from importlib import import_module
from typing import Any

import click

LOOPBACK = "127.0.0.1"


@click.command("serve", context_settings={"ignore_unknown_options": True})
@click.option("--port", type=click.IntRange(1, 65535), default=8700, show_default=True)
@click.argument("words", nargs=-1, type=click.UNPROCESSED)
def serve_command(port: int, words: tuple[str, ...]) -> None:
    """Serve `vasttui WORDS…` (the screen, where none are given) to browsers on this machine.

    It has no login, so it listens on the loopback alone; from elsewhere: ssh -L 8700:127.0.0.1:8700 HOST.
    Each visitor gets a screen of their own: the first watches the run, others mirror it.
    """
    try:
        module: Any = import_module("textual_serve.server")  # an extra, without types
    except ImportError:
        raise click.UsageError("serving needs the extra: pip install 'vasttui[web]'") from None
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((LOOPBACK, port))
        except OSError as error:
            raise click.UsageError(f"port {port}: {error.strerror}; choose another with --port") from None
    command = shlex.join([sys.executable, "-m", "vasttui", *words])
    click.echo(f"http://{LOOPBACK}:{port}  ends with Ctrl+C", err=True)
    module.Server(command, host=LOOPBACK, port=port, title="vasttui").serve()
