"""Acts on a run: written down before they are sent, with their outcome after."""

from vasttui.hosts.protocol import Host, HostError, Stopped
from vasttui.watch.journal import Attempt, Journal

KILL_GRACE_S = 10.0


async def stop_attempt(
    journal: Journal, host: Host, attempt: Attempt, now: float, grace_s: float = KILL_GRACE_S
) -> Stopped:
    """Stop the attempt's whole process group. `now`: unix s of the order; `grace_s` between TERM and KILL.

    Raises:
        HostError: the order could not be given, or its outcome is not known.
    """
    act = journal.begin_act(attempt, now, "kill")
    try:
        stopped = await host.stop(attempt.ref, grace_s)
    except HostError as error:
        journal.end_act(act, f"failed: {error}")
        raise
    journal.end_act(act, stopped.text)
    return stopped
