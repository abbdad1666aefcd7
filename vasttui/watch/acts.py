"""Acts on a run: written down before they are sent, with their outcome after."""

from dataclasses import replace

from vasttui.hosts.protocol import Host, HostError, Stopped
from vasttui.watch.journal import Attempt, Journal
from vasttui.watch.paths import StateError

KILL_GRACE_S = 10.0


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
        journal.end_act(act, f"failed: {error}")
        raise
    journal.end_act(act, stopped.text)
    return stopped
