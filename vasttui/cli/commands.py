"""All commands of the command line. Each is loaded when it runs, so that help and status start at once."""

from importlib import import_module

import click

from vasttui import __version__

# command → module that holds it; the help order.
COMMANDS = {
    "run": "run",
    "attach": "run",
    "watch": "watch",
    "check": "watch",
    "status": "state",
    "runs": "state",
    "kill": "act",
    "relaunch": "act",
    "pull": "pull",
    "replay": "records",
    "plot": "plot",
    "parse": "parse",
    "demo": "records",
    "offers": "market",
    "gate": "offers",
    "rent": "market",
    "instances": "instances",
    "init": "setup",
    "doctor": "setup",
    "themes": "setup",
    "line": "line_command",
    "tmux": "tmux",
    "serve": "serve",
}
SHORT_HELP = {
    "run": "Launch a command and attend it.",
    "attach": "Attend a run that someone else started.",
    "watch": "Block, silent, until ALERT, CRASH, DONE or TIMEOUT.",
    "check": "One look now.",
    "status": "What the watcher last saw, without contacting the host.",
    "runs": "List the runs.",
    "kill": "Stop a run's process group.",
    "relaunch": "Launch a new attempt of a run.",
    "pull": "Fetch a run's artifacts and its record.",
    "replay": "Judge a record as if live.",
    "plot": "A series of a run as text: rate, loss, memory, cost.",
    "parse": "What vasttui understands of a log.",
    "demo": "Play a bundled sample run on the screen.",
    "offers": "Machines for rent, priced for the whole plan.",
    "gate": "Does this offer fit the plan?",
    "rent": "Rent a machine for the plan.",
    "instances": "What bills now, ours or not.",
    "init": "Write a plan by questions.",
    "doctor": "Check this machine: keys, ssh, tmux, state folder, hosts.",
    "themes": "List the colour themes.",
    "line": "A run in a few words, for a status bar or a prompt.",
    "tmux": "Open the screen in a pane beside this shell.",
    "serve": "The screen in a browser on this machine.",
}


class Commands(click.Group):
    """A group whose commands live in modules that are imported when needed."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click calls it so
        """In the table's order."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002 - click calls it so
        """Import the command's module."""
        if cmd_name not in COMMANDS:
            return None
        module = import_module(f"vasttui.cli.{COMMANDS[cmd_name]}")
        command: click.Command = getattr(module, f"{cmd_name}_command")
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002 - click calls it so
        """Without importing any of them."""
        with formatter.section("Commands"):
            formatter.write_dl(list(SHORT_HELP.items()))


@click.group(
    cls=Commands,
    invoke_without_command=True,
    context_settings={"help_option_names": ["-h", "--help"]},
)
@click.version_option(__version__, prog_name="vasttui")
@click.option("--readonly", is_flag=True, help="A screen that changes nothing.")
@click.option("--theme", help="One of `vasttui themes`.")
@click.option("--inline", is_flag=True, help="The screen below the prompt, without the alternate screen.")
@click.pass_context
def app(ctx: click.Context, readonly: bool, theme: str | None, inline: bool) -> None:  # noqa: ARG001 - the screen asks for them
    """Attend a training run: catch failures early, without wasting attention, tokens or money.

    Without a command: the screen, with the active run or the start screen.

    Exit codes: 0 done or success, 1 negative answer, 2 usage or bad file, 10 ALERT, 11 CRASH, 12 TIMEOUT,
    69 host unreachable, 75 another watcher holds the run.
    """
    if ctx.invoked_subcommand is None:
        from vasttui.cli.screen import open_start

        ctx.exit(open_start())
