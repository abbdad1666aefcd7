"""Whether steps have become slower for good: a cumulative sum over the seconds trained.

Page's test (Biometrika 1954): every second adds how much slower than the reference it was, the sum never
falls below zero, and the last time it left zero is the estimate of when the change came. Deep slowdowns
cross the bar within a minute, shallow ones take longer, single long steps never do: each advance counts
with a bounded slowness and a bounded length, and evals and saves are left out.
"""

from dataclasses import dataclass

SLOWEST_COUNTED = 2.5
LONGEST_COUNTED_GAPS = 3.0
REFERENCE_SHARE = 0.95
MOST_KEPT_FACTOR = 2.0
MOST_AT_ONCE = 0.45  # of the bar: three steps at least


@dataclass(slots=True)
class Drift:
    """The running sum. `limit`: the share of the baseline's rate that counts as slow; `bar_s`: what counts.

    `since`: when the sum last left zero (unix s); `first`: the pace's count of advances then.
    """

    limit: float
    bar_s: float = 32.0
    score: float = 0.0
    since: float = 0.0
    first: int = 0

    @property
    def reference(self) -> float:
        """Seconds a step over those of the baseline: above, the sum grows; just short of the limit."""
        return max(1.05, REFERENCE_SHARE / self.limit) if self.limit > 0 else float("inf")

    def add(self, ts: float, gap_s: float, slowness: float, counted_s: float, count: int) -> None:
        """One training advance: `slowness` times the baseline, `counted_s` of its seconds count."""
        if self.score <= 0.0:
            self.since, self.first = ts - gap_s, count - 1
        excess = (min(slowness, SLOWEST_COUNTED) - self.reference) * counted_s
        self.score = max(0.0, self.score + min(excess, MOST_AT_ONCE * self.bar_s))

    def reset(self) -> None:
        """Another baseline: begin anew."""
        self.score = 0.0

    def cap(self) -> None:
        """Long slowness is not remembered for ever: the sum stays near enough to the bar to come back."""
        self.score = min(self.score, MOST_KEPT_FACTOR * self.bar_s)
