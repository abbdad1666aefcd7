"""How fast a run steps, told from when its log showed which step.

An *advance* is the stretch between two sightings of the step. Logs print every n steps, in bursts, or
late; so rates are always steps over time between advances, and medians are weighted by steps. Kept as
columns: a run of any length is cheap to hold, and a quiet stretch of it cheap to take in at once.
"""

from array import array
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import accumulate, chain, pairwise
from operator import sub
from statistics import median
from typing import NamedTuple

import msgspec

RECENT = 64
MIN_ADVANCES = 4
SHORTEST_GAP_S = 1.0
MOST_KEPT = 200_000
PAUSE_FACTOR = 3.0
PAUSE_OVER_S = 8.0
MOST_RHYTHMS = 12
MOST_WARM = 12
YOUNG = 128
WARM_SHARE = 0.9


class Advance(msgspec.Struct, frozen=True, gc=False):
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


class Advances(NamedTuple):
    """Whole training advances as columns, none a pause: when each ended (unix s), its seconds and steps."""

    ts: "array[float]"
    gaps: "array[float]"
    steps: "array[float]"


def _doubles() -> "array[float]":
    return array("d")


@dataclass(slots=True)
class Pace:
    """The advances of one attempt, newest last; a counter that jumps back begins anew.

    `rhythms`: step → longest pause that came there without a word; a run pauses again at its multiples.
    """

    first_ts: float | None = None
    first_step: int = 0
    last_ts: float | None = None
    last_step: int = 0
    count: int = 0
    ts: "array[float]" = field(default_factory=_doubles)
    steps: "array[float]" = field(default_factory=_doubles)
    gaps: "array[float]" = field(default_factory=_doubles)
    training: bytearray = field(default_factory=bytearray)
    rhythms: dict[int, float] = field(default_factory=dict[int, float])
    measured: tuple[tuple[int, int, int, int], tuple[float | None, float]] | None = None
    _all_steps: "array[float]" = field(default_factory=lambda: array("d", [0.0]))
    _all_seconds: "array[float]" = field(default_factory=lambda: array("d", [0.0]))
    _gap_figures: tuple[float, float] | None = None

    def __len__(self) -> int:
        return len(self.ts)

    def sight(self, ts: float, step: int, training: bool) -> Advance | None:
        """The log showed `step` at `ts`. Returns the advance that this completes, if it does."""
        if self.last_ts is None or step < self.last_step:
            self._begin(ts, step)
            return None
        if step == self.last_step:
            return None
        self._gap_figures = None
        steps, gap_s = step - self.last_step, ts - self.last_ts
        self.last_step = step
        if gap_s <= 0:
            # One burst of text: it belongs to the advance that the burst ended.
            if self.ts:
                self.steps[-1] += steps
                self._all_steps[-1] += steps
            else:
                self.first_step = step
            return None
        self.last_ts = ts
        if self.gaps and self.gaps[-1] < SHORTEST_GAP_S and self.training[-1] == training:
            # Pushes come in tenths of a second: shorter stretches would measure the channel.
            self.ts[-1] = ts
            self.steps[-1] += steps
            self.gaps[-1] += gap_s
            self._all_steps[-1] += steps
            self._all_seconds[-1] += gap_s
        else:
            self._append(ts, steps, gap_s, training)
        if self.gaps[-1] < SHORTEST_GAP_S:
            return None
        self.count += 1
        if training:
            self._note_pause(step - steps, gap_s)
        return self[-1]

    @property
    def unfinished(self) -> tuple[float, float]:
        """Seconds and steps of a newest training advance that is too short yet to be whole; else noughts."""
        if not self.gaps or self.gaps[-1] >= SHORTEST_GAP_S or not self.training[-1]:
            return 0.0, 0.0
        return self.gaps[-1], self.steps[-1]

    def extend(self, whole: Advances, last_step: int) -> None:
        """Many at once (each at least `SHORTEST_GAP_S` long); the first holds what was unfinished."""
        ts, gaps, steps = whole
        if self.unfinished[0]:
            for column in (self.ts, self.steps, self.gaps, self.training, self._all_steps, self._all_seconds):
                column.pop()
        self._gap_figures = None
        self.ts += ts
        self.steps += steps
        self.gaps += gaps
        self.training += b"\x01" * len(ts)
        self._all_steps.extend(list(accumulate(steps, initial=self._all_steps[-1]))[1:])
        self._all_seconds.extend(list(accumulate(gaps, initial=self._all_seconds[-1]))[1:])
        self.count += len(ts)
        self.last_ts, self.last_step = ts[-1], last_step
        self._trim()

    def __getitem__(self, index: int) -> Advance:
        """One advance; -1 is the newest. `step` is only right for the newest."""
        return Advance(
            self.ts[index],
            self.last_step,
            int(self.steps[index]),
            self.gaps[index],
            bool(self.training[index]),
        )

    def recent(self, n: int = RECENT) -> Sequence[Advance]:
        """The newest `n` advances, oldest first."""
        return [self[i] for i in range(-min(n, len(self.ts)), 0)]

    def blocks(self, n: int, parts: int) -> list[tuple[float, float]]:
        """The newest `n` advances, warm-up left out, in up to `parts` stretches: (steps, seconds)."""
        all_steps, seconds = self._all_steps, self._all_seconds
        end = len(all_steps) - 1
        warm = min(MOST_WARM, end // 4) if end > MIN_ADVANCES else 0
        begin = max(warm, end - n, self._warmed_up(end))
        count = min(parts, end - begin)
        edges = [begin + (end - begin) * i // count for i in range(count + 1)] if count > 0 else []
        return [(all_steps[b] - all_steps[a], seconds[b] - seconds[a]) for a, b in pairwise(edges)]

    def _warmed_up(self, end: int) -> int:
        """Of a young run whose later half steps clearly faster: where that half begins; else 0."""
        if not MIN_ADVANCES <= end <= YOUNG:
            return 0
        half = end // 2
        early = self._all_seconds[half] / max(1.0, self._all_steps[half])
        late_steps = self._all_steps[end] - self._all_steps[half]
        late = (self._all_seconds[end] - self._all_seconds[half]) / max(1.0, late_steps)
        return half if late < WARM_SHARE * early else 0

    def slowest_gap_s(self) -> float | None:
        """The longest of the recent gaps between sightings: silence up to here is this run's normal."""
        return self._figures()[1] if len(self.gaps) >= MIN_ADVANCES else None

    def typical_gap_s(self) -> float | None:
        """The median recent gap between sightings."""
        return self._figures()[0] if self.gaps else None

    def expected_pause_s(self) -> float:
        """How long a pause may be expected after the newest step, by what came at its divisors; 0: none."""
        within = self.steps[-1] / 2 if self.steps else 0
        due = [
            longest
            for step, longest in self.rhythms.items()
            if min(self.last_step % step, step - self.last_step % step) <= within
        ]
        return max(due, default=0.0)

    def _figures(self) -> tuple[float, float]:
        """(median, longest) of the recent gaps."""
        if self._gap_figures is None:
            gaps = sorted(self.gaps[-RECENT:])
            self._gap_figures = (gaps[len(gaps) // 2] + gaps[(len(gaps) - 1) // 2]) / 2, gaps[-1]
        return self._gap_figures

    def _note_pause(self, step: int, gap_s: float) -> None:
        """A gap far beyond the others, at a step whose multiples may pause again."""
        if step <= 0 or len(self.gaps) <= MIN_ADVANCES or gap_s < PAUSE_OVER_S:
            return
        typical = median(self.gaps[-17:-1])
        if gap_s < PAUSE_FACTOR * typical:
            return
        known = next((k for k in self.rhythms if step % k == 0), None)
        if known is not None:
            self.rhythms[known] = max(self.rhythms[known], gap_s)
        elif len(self.rhythms) < MOST_RHYTHMS:
            self.rhythms[step] = gap_s

    def _append(self, ts: float, steps: float, gap_s: float, training: bool) -> None:
        self.ts.append(ts)
        self.steps.append(steps)
        self.gaps.append(gap_s)
        self.training.append(training)
        self._all_steps.append(self._all_steps[-1] + steps)
        self._all_seconds.append(self._all_seconds[-1] + gap_s)
        self._trim()

    def _trim(self) -> None:
        if len(self.ts) > MOST_KEPT:
            for column in (self.ts, self.steps, self.gaps, self.training, self._all_steps, self._all_seconds):
                del column[: MOST_KEPT // 2]

    def _begin(self, ts: float, step: int) -> None:
        self.first_ts, self.first_step = ts, step
        self.last_ts, self.last_step = ts, step
        self.ts, self.steps, self.gaps, self.training = _doubles(), _doubles(), _doubles(), bytearray()
        self._all_steps, self._all_seconds = array("d", [0.0]), array("d", [0.0])
        self.rhythms.clear()
        self.measured = None
        self._gap_figures = None


def weighted_median(advances: Iterable[Advance]) -> float | None:
    """Median seconds a step, each advance weighing as many steps as it holds; None without any."""
    return _median_of(sorted((a.s_per_step, a.steps) for a in advances))


def typical_s_per_step(advances: Sequence[Advance]) -> float | None:
    """Seconds a step on average, pauses far beyond the median left out: blocks of text quantise medians."""
    middle = weighted_median(advances)
    if middle is None:
        return None
    usual = [a for a in advances if a.s_per_step <= PAUSE_FACTOR * middle]
    return sum(a.gap_s for a in usual) / sum(a.steps for a in usual)


def _median_of(pairs: Sequence[tuple[float, float]]) -> float | None:
    half = sum(steps for _, steps in pairs) / 2
    seen = 0.0
    for value, steps in pairs:
        seen += steps
        if seen >= half:
            return value
    return None


def current_s_per_step(pace: Pace, now: float, window_s: float) -> float | None:
    """Seconds a training step takes now: over the advances of the last `window_s`, at least three."""
    least = now - window_s
    whole: list[tuple[float, float]] = []
    trained: list[tuple[float, float]] = []
    for i in range(len(pace.ts) - 1, max(-1, len(pace.ts) - 1 - RECENT), -1):
        if len(trained) >= 3 and pace.ts[i] <= least:
            break
        if pace.gaps[i] >= SHORTEST_GAP_S:
            pair = (pace.gaps[i] / pace.steps[i], pace.steps[i])
            whole.append(pair)
            if pace.training[i]:
                trained.append(pair)
    chosen = trained or whole
    return _median_of(sorted(chosen)) if chosen else None


def gaps_of(ts: "array[float]", before: float) -> "array[float]":
    """Seconds from each time to the one before it; `before` comes before the first."""
    return array("d", map(sub, ts, chain((before,), ts)))


__all__ = ["Advance", "Pace", "current_s_per_step", "gaps_of", "typical_s_per_step", "weighted_median"]
