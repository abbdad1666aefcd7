"""What an unattended reader is shown when a blocking watch returns: one line, little more when it broke."""

from collections.abc import Callable

from vasttui.logs.clean import excerpt
from vasttui.monitor.check import Check, Verdict

TAIL_BYTES = 65536
EXCERPT_LINES = 12
EXCERPT_BYTES = 1200
EXCERPT_RULES = frozenset({"error", "nan"})


def wants_excerpt(check: Check) -> bool:
    """Whether the log itself helps: a crash or an error, not a slow or idle machine."""
    if check.stopped:
        return False
    return check.verdict is Verdict.CRASH or any(a.rule in EXCERPT_RULES for a in check.changed)


def report(check: Check, tail: bytes = b"", put: Callable[[str], str] = str) -> str:
    """The summary line; on ALERT and CRASH the alerts this look raised and a bounded excerpt of `tail`.

    `put`: how the reader is to be advised. A run that was stopped on purpose has no more to tell than that.
    """
    lines = [check.line]
    if check.stopped:
        lines.append(check.decision_text)
    elif check.verdict in (Verdict.ALERT, Verdict.CRASH):
        raised = [a for a in check.changed if a.state == "raised"] or list(check.alerts)
        lines += [f"{a.rule}: {a.text}; next: {put(a.advice)}" for a in raised]
        if tail and wants_excerpt(check):
            lines += [f"| {line}" for line in excerpt(tail, EXCERPT_LINES, EXCERPT_BYTES)]
    return "".join(f"{line}\n" for line in lines)
