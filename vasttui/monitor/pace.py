"""How fast a run steps, told from when its log showed which step.

An *advance* is the stretch between two sightings of the step. Logs print every n steps, in bursts, or
late; so rates are always steps over time between advances, and medians are weighted by steps.
"""

from array import array
from collections import deque
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import islice, pairwise
from statistics import median

RECENT = 64
KEPT = 256
MIN_ADVANCES = 4
SHORTEST_GAP_S = 1.0


@dataclass(frozen=True, slots=True)
class Advance:
    """`steps` done in `gap_s` seconds up to `ts`. `training` False: an eval or a save lay between."""

    ts: float
    step: int
    steps: int
    gap_s: float
    training: bool

    @property
    def s_per_step(self) -> float:
        """Seconds a step took on average within this advance."""
        return self.gap_s / self.steps


@dataclass(slots=True)
class Pace:
    """The advances of one attempt, newest last; a counter that jumps back begins anew."""

    first_ts: float | None = None
    first_step: int = 0
    last_ts: float | None = None
    last_step: int = 0
    count: int = 0
    advances: deque[Advance] = field(default_factory=lambda: deque[Advance](maxlen=KEPT))
    _steps: "array[float]" = field(default_factory=lambda: array("d", [0.0]))
    _seconds: "array[float]" = field(default_factory=lambda: array("d", [0.0]))

    def sight(self, ts: float, step: int, training: bool) -> Advance | None:
        """The log showed `step` at `ts`. Returns the advance that this completes, if it does."""
        if self.last_ts is None or step < self.last_step:
            self.first_ts, self.first_step = ts, step
            self.last_ts, self.last_step = ts, step
            self.advances.clear()
            self._steps, self._seconds = array("d", [0.0]), array("d", [0.0])
            return None
        if step == self.last_step:
            return None
        steps, gap_s = step - self.last_step, ts - self.last_ts
        self.last_step = step
        if gap_s <= 0:
            # One burst of text: it belongs to the advance that the burst ended.
            if self.advances:
                last = self.advances.pop()
                self.advances.append(Advance(ts, step, last.steps + steps, last.gap_s, last.training))
                self._steps[-1] += steps
            else:
                self.first_step = step
            return None
        self.last_ts = ts
        last = self.advances[-1] if self.advances else None
        if last is not None and last.gap_s < SHORTEST_GAP_S and last.training == training:
            # Pushes come in tenths of a second: shorter stretches would measure the channel.
            self.advances.pop()
            self._steps.pop()
            self._seconds.pop()
            steps, gap_s = steps + last.steps, gap_s + last.gap_s
        advance = Advance(ts, step, steps, gap_s, training)
        self.advances.append(advance)
        self._steps.append(self._steps[-1] + steps)
        self._seconds.append(self._seconds[-1] + gap_s)
        if gap_s < SHORTEST_GAP_S:
            return None
        self.count += 1
        return advance

    def recent(self, n: int = RECENT) -> Sequence[Advance]:
        """The newest `n` advances, oldest first."""
        newest = list(islice(reversed(self.advances), n))
        newest.reverse()
        return newest

    def blocks(self, n: int, parts: int) -> list[tuple[float, float]]:
        """The newest `n` advances, warm-up left out, in up to `parts` stretches: (steps, seconds)."""
        end = len(self._steps) - 1
        begin = max(1 if end > MIN_ADVANCES else 0, end - n)
        count = min(parts, end - begin)
        edges = [begin + (end - begin) * i // count for i in range(count + 1)] if count > 0 else []
        return [
            (self._steps[b] - self._steps[a], self._seconds[b] - self._seconds[a]) for a, b in pairwise(edges)
        ]

    def slowest_gap_s(self) -> float | None:
        """The longest of the recent gaps between sightings: silence up to here is this run's normal."""
        gaps = [a.gap_s for a in self.recent()]
        return max(gaps) if len(gaps) >= MIN_ADVANCES else None

    def typical_gap_s(self) -> float | None:
        """The median recent gap between sightings."""
        gaps = [a.gap_s for a in self.recent()]
        return median(gaps) if gaps else None


def weighted_median(advances: Iterable[Advance]) -> float | None:
    """Median seconds a step, each advance weighing as many steps as it holds; None without any."""
    pairs = sorted((a.s_per_step, a.steps) for a in advances)
    half = sum(steps for _, steps in pairs) / 2
    seen = 0.0
    for value, steps in pairs:
        seen += steps
        if seen >= half:
            return value
    return None


def current_s_per_step(pace: Pace, now: float, window_s: float) -> float | None:
    """Seconds a training step takes now: over the advances of the last `window_s`, at least three."""
    whole = [a for a in pace.recent() if a.gap_s >= SHORTEST_GAP_S]
    training = [a for a in whole if a.training] or whole
    if not training:
        return None
    fresh = [a for a in training if a.ts > now - window_s]
    return weighted_median(fresh if len(fresh) >= 3 else training[-3:])
