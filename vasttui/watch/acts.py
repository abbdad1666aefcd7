"""Acts on a run: written down before they are sent, with their outcome after."""

import signal
from dataclasses import replace

from vasttui.hosts.protocol import Host, HostError, Stopped
from vasttui.monitor.reading import Exit
from vasttui.watch.journal import Attempt, Journal
from vasttui.watch.paths import StateError

KILL_GRACE_S = 10.0
FAILED = "failed: "
NOTHING_RAN = "nothing was running"  # how a host says that there was nothing to stop
SHELL_CODE = 128  # and the signal: how a shell tells of one


async def stop_attempt(
    journal: Journal, host: Host, attempt: Attempt, now: float, grace_s: float = KILL_GRACE_S
) -> Stopped:
    """Stop the attempt's whole process group. `now`: unix s of the order; `grace_s` between TERM and KILL.

    Raises:
        HostError: the order could not be given, or its outcome is not known.
    """
    try:
        act = journal.begin_act(attempt, now, "kill")
    except StateError as error:
        # A full disk here must not keep a run alive and billing there; the user is told instead.
        stopped = await host.stop(attempt.ref, grace_s)
        return replace(stopped, text=f"{stopped.text}; not written down: {error}")
    try:
        stopped = await host.stop(attempt.ref, grace_s)
    except HostError as error:
        journal.end_act(act, f"{FAILED}{error}")
        raise
    journal.end_act(act, stopped.text)
    return stopped


def was_killed(journal: Journal, attempt: Attempt, ended: Exit) -> bool:
    """Whether a kill from here ended it, not something of its own.

    A kill that came too late ended nothing; one whose outcome is not known did, if the process had TERM. What
    was never heard of again went with its machine, where that was stopped or destroyed.
    """
    if ended.code is None and ended.signal is None:
        ends = journal.acts(attempt, "end")
        meant = [act for act in ends if act.ts <= ended.ts]
        return any(not act.outcome.startswith(FAILED) for act in meant)
    outcomes = [act.outcome for act in journal.acts(attempt, "kill")]
    by_term = ended.signal == signal.SIGTERM or ended.code == SHELL_CODE + signal.SIGTERM
    return any(by_term if said.startswith(FAILED) else said != NOTHING_RAN for said in outcomes)
