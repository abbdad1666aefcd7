"""Which failure gives which exit code: one table."""

from vasttui.hosts.protocol import HostError, UnreachableError
from vasttui.hosts.record import RecordError
from vasttui.plan.error import PlanError
from vasttui.watch.launch import GateError
from vasttui.watch.lock import HeldError
from vasttui.watch.paths import StateError
from vasttui.watch.session import ControlError

EXIT_DONE = 0
EXIT_NEGATIVE = 1
EXIT_USAGE = 2
EXIT_ALERT = 10
EXIT_CRASH = 11
EXIT_TIMEOUT = 12
EXIT_UNREACHABLE = 69
EXIT_HELD = 75

# The first class that fits wins: special ones first.
CODES: tuple[tuple[type[Exception], int], ...] = (
    (GateError, EXIT_NEGATIVE),
    (HeldError, EXIT_HELD),
    (PlanError, EXIT_USAGE),
    (RecordError, EXIT_USAGE),
    (StateError, EXIT_USAGE),
    (UnreachableError, EXIT_UNREACHABLE),
    (HostError, EXIT_USAGE),
    (ControlError, EXIT_NEGATIVE),
)
VERDICT_CODES = {"DONE": EXIT_DONE, "ALERT": EXIT_ALERT, "CRASH": EXIT_CRASH, "TIMEOUT": EXIT_TIMEOUT}


def explain(error: Exception) -> tuple[int, str] | None:
    """(exit code, one line) of a failure we know; None of one we do not."""
    for known, code in CODES:
        if isinstance(error, known):
            return code, error.one_line if isinstance(error, HostError) else str(error)
    return None
