"""How an attempt ended, written down by whoever ends its machine.

A channel that still follows the run may be cut off before the exit has come through it, so that the watcher
would be left with a link that is lost for good. What is noted here it finds in the journal.
"""

import shlex

from vasttui.hosts.protocol import Host, HostError
from vasttui.hosts.record import EXIT_JSON, parse_exit
from vasttui.monitor.reading import Exit
from vasttui.watch.journal import Attempt, Journal

_IN_HOME = 'case "$1" in "~/"*) f=$HOME/${1#"~/"} ;; *) f=$1 ;; esac; cat "$f"'


async def exit_on(host: Host, attempt: Attempt) -> Exit | None:
    """What the record on the host says; None: it does not, or the host does not answer."""
    if attempt.attached is not None:
        return None
    words = ["sh", "-c", _IN_HOME, "vasttui", f"{attempt.record}/{EXIT_JSON}"]
    try:
        said = await host.run(shlex.join(words), timeout_s=30.0)
    except HostError:
        return None
    return parse_exit(said.out.encode())[0] if said.code == 0 else None


def write_end(journal: Journal, attempt: Attempt, ended: Exit) -> None:
    """Write down how it ended, unless a watcher has seen that itself."""
    if end_written(journal, attempt) is None:
        journal.end_attempt(attempt, ended, attempt.fingerprint)


def end_written(journal: Journal, attempt: Attempt) -> Exit | None:
    """How it ended, as far as the journal knows."""
    return next((one.ended for one in journal.attempts(attempt.run) if one.number == attempt.number), None)
