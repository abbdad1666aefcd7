"""A bring-up as lines on stderr: each step when it begins, when it is over, and what it says meanwhile."""

import time
from dataclasses import dataclass, field

from vasttui.cli.talking import narrate
from vasttui.monitor.words import duration
from vasttui.watch.session import BringUpStep

QUIET_S = 2.0  # between lines of the probe, whose steps may be many a second
GLYPHS = {"doing": "·", "done": "✓", "warned": "!", "failed": "✗"}


@dataclass(slots=True)
class Narrator:
    """Tells each change once, with the time since its first line."""

    began: float = field(default_factory=time.monotonic)
    told: dict[str, str] = field(default_factory=dict[str, str])
    spoke: float = 0.0
    tails: dict[str, tuple[str, ...]] = field(default_factory=dict[str, tuple[str, ...]])

    def step(self, step: BringUpStep) -> None:
        """A step has changed."""
        if step.state == "waiting":
            return
        for line in self._new_lines(step):
            self._line("  |", step.name, line)
        text = step.text.strip()
        if self.told.get(step.name) == f"{step.state} {text}" or (step.state == "doing" and not text):
            return
        now = time.monotonic()
        if step.state == "doing" and step.name == "probe" and now - self.spoke < QUIET_S:
            return
        self.told[step.name], self.spoke = f"{step.state} {text}", now
        took = f" ({duration(step.took_s)})" if step.took_s is not None and step.state != "doing" else ""
        self._line(GLYPHS[step.state], step.name, f"{text}{took}")

    def _new_lines(self, step: BringUpStep) -> tuple[str, ...]:
        """Of its output, what was not told: the tail moves on by as many lines as are new."""
        before = self.tails.get(step.name, ())
        self.tails[step.name] = step.tail
        if step.state != "doing":
            return ()
        for kept in range(min(len(before), len(step.tail)), 0, -1):
            if before[-kept:] == step.tail[:kept]:
                return step.tail[kept:]
        return step.tail

    def _line(self, glyph: str, name: str, text: str) -> None:
        narrate(f"{duration(time.monotonic() - self.began):>7}  {glyph} {name:<9}  {text}")
