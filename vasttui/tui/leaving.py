"""What the shell is told when the screen closes."""

import shlex
from dataclasses import dataclass

from vasttui.monitor.check import Verdict
from vasttui.tui.figures import one_line
from vasttui.tui.view import View

_CODES = {Verdict.DONE: 0, Verdict.CRASH: 11}


@dataclass(frozen=True, slots=True)
class Leaving:
    """Exit code and the lines to print."""

    code: int
    text: str


def leaving(view: View) -> Leaving:
    """What became of the run, and the command that watches it again while it goes on."""
    snapshot = view.snapshot
    name = one_line(snapshot.run.name, 80)
    if snapshot.role == "replay":
        return Leaving(0, f"replay of {name} closed")
    verdict = snapshot.verdict
    if snapshot.stopped:
        return Leaving(_CODES[Verdict.CRASH], f"{name}: stopped {view.health.headline}")
    if verdict is Verdict.DONE or verdict is Verdict.CRASH:
        return Leaving(_CODES[verdict], f"{name}: {verdict.value}. {view.health.headline}")
    if view.context.ended:
        return Leaving(0, f"{name} has ended; its record stays")
    again = f"vasttui watch {shlex.quote(name)}"
    if snapshot.role == "mirror":
        return Leaving(0, f"mirror closed; {name} is still watched elsewhere")
    return Leaving(
        0, f"{name} goes on, but nobody watches it now. Watch it again: {again}   (or the screen: vasttui)"
    )


def also_left(last: Leaving, others: list[str]) -> Leaving:
    """The same, and the runs behind the screens that nobody watches now either."""
    if not others:
        return last
    names = ", ".join(one_line(name, 80) for name in sorted(others))
    return Leaving(last.code, f"{last.text}\nnobody watches these now either: {names}".lstrip())
