"""A rented machine's way to its first training step: named steps, each timed and told."""

from collections.abc import Callable, Iterable
from dataclasses import replace

from vasttui.logs.clean import clean_line
from vasttui.watch.session import BringUpStep, StepState

STEPS = ("rent", "boot", "ssh", "gpu", "gate", "bootstrap", "transfer", "probe", "baseline")
TAIL_LINES = 12
OVER: frozenset[StepState] = frozenset({"done", "warned", "failed"})
_MAX_TEXT = 400


class Board:
    """Where the steps stand. `tell` hears of every step that changed; `clock` is unix seconds."""

    def __init__(self, clock: Callable[[], float], tell: Callable[[BringUpStep], None]) -> None:
        self._clock = clock
        self._tell = tell
        self._steps = {name: BringUpStep(name) for name in STEPS}

    @property
    def steps(self) -> tuple[BringUpStep, ...]:
        """All of them, in order."""
        return tuple(self._steps.values())

    @property
    def current(self) -> str:
        """The step that is being done or has failed, else the first that waits; empty when all are over."""
        for state in ("failed", "doing", "waiting"):
            for step in self._steps.values():
                if step.state == state:
                    return step.name
        return ""

    def is_over(self, name: str) -> bool:
        """Whether it was done, well or with a warning."""
        return self._steps[name].state in ("done", "warned")

    def begin(self, name: str, text: str = "") -> None:
        """It is being done from now on."""
        self._put(BringUpStep(name, "doing", clean_line(text, _MAX_TEXT), self._clock()))

    def say(self, name: str, text: str) -> None:
        """What is known of it by now."""
        text = clean_line(text, _MAX_TEXT).strip()
        if text != self._steps[name].text:
            self._put(replace(self._steps[name], text=text))

    def stream(self, name: str, lines: Iterable[str]) -> None:
        """More of its output."""
        tail = (*self._steps[name].tail, *lines)[-TAIL_LINES:]
        self._put(replace(self._steps[name], tail=tail))

    def end(self, name: str, text: str, state: StepState = "done") -> None:
        """It is over; what was found, or why it failed. Its output stays only where it failed."""
        step = self._steps[name]
        took_s = 0.0 if step.started_at is None else max(0.0, self._clock() - step.started_at)
        text = clean_line(text, _MAX_TEXT)
        tail = step.tail if state == "failed" else ()
        self._put(replace(step, state=state, text=text, took_s=took_s, tail=tail))

    def clear(self, first: str = STEPS[0]) -> None:
        """This step and all after it are to be done (again)."""
        for name in STEPS[STEPS.index(first) :]:
            self._steps[name] = BringUpStep(name)

    def restore(self, steps: Iterable[BringUpStep]) -> None:
        """What an earlier process has done."""
        for step in steps:
            if step.name in self._steps:
                self._steps[step.name] = step

    def _put(self, step: BringUpStep) -> None:
        self._steps[step.name] = step
        self._tell(step)
