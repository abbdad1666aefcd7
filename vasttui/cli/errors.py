"""Which failure gives which exit code: one table."""

from vasttui.cli.codes import EXIT_HELD, EXIT_NEGATIVE, EXIT_UNREACHABLE, EXIT_USAGE
from vasttui.cloud.errors import CloudError
from vasttui.hosts.protocol import HostError, UnreachableError
from vasttui.hosts.record import RecordError
from vasttui.plan.error import PlanError
from vasttui.watch.launch import GateError
from vasttui.watch.lock import HeldError
from vasttui.watch.paths import StateError
from vasttui.watch.session import ControlError

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


def explain(error: Exception) -> tuple[int, str] | None:
    """(exit code, one line) of a failure we know; None of one we do not."""
    if isinstance(error, CloudError):
        from vasttui.cli.at_market import exit_code

        return exit_code(error), f"{error}; {error.hint}" if error.hint else str(error)
    for known, code in CODES:
        if isinstance(error, known):
            return code, error.one_line if isinstance(error, HostError) else str(error)
    return None
