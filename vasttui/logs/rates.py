"""Seconds per step as the log itself tells: declared, by its time stamps, by its clocks, by its ETA."""

import itertools
from collections import deque
from statistics import median

WINDOW = 101
_MAX_RATIOS = 256
_MIN_SPAN_S = 8.0


class Series:
    """Recent (step, seconds) points of one clock; it may start again at each epoch or attempt."""

    def __init__(self) -> None:
        self.points: deque[tuple[float, float]] = deque(maxlen=WINDOW)

    def add(self, step: float, value: float) -> None:
        if self.points and self.points[-1][0] == step:
            return
        self.points.append((step, value))

    @property
    def grows(self) -> bool:
        """Whether the value runs on with the steps, as time since the start does."""
        values = [value for _, value in self.points]
        pairs = list(itertools.pairwise(values))
        return len(pairs) >= 2 and sum(b > a for a, b in pairs) >= 0.9 * len(pairs)

    @property
    def resolution_s(self) -> float:
        """How fine the clock is, in seconds, by the look of its values."""
        return 1.0 if all(value == int(value) for _, value in self.points) else 0.05

    def slope(self, resolution_s: float = 0.0) -> float | None:
        """Find the median of Δseconds/Δstep over spans long enough for the clock's resolution."""
        points = list(self.points)
        if len(points) < 2:
            return None
        slopes: list[float] = []
        left = 0
        for right in range(1, len(points)):
            if points[right][0] <= points[right - 1][0] or points[right][1] < points[right - 1][1]:
                left = right  # a new epoch, attempt or day
            while left < right - 1 and points[right][1] - points[left + 1][1] >= _MIN_SPAN_S * resolution_s:
                left += 1
            run, rise = points[right][0] - points[left][0], points[right][1] - points[left][1]
            if run > 0 and rise >= min(_MIN_SPAN_S, 4.0) * resolution_s and rise > 0:
                slopes.append(rise / run)
        return median(slopes) if slopes else None


class Rates:
    """Everything a log has told of its rate; `seconds_per_step` weighs it."""

    def __init__(self) -> None:
        self.declared: deque[float] = deque(maxlen=WINDOW)
        self.by_speed: deque[float] = deque(maxlen=WINDOW)
        self.clock = Series()
        self.elapsed = Series()
        self.stamps = Series()
        self.eta = Series()
        self.whole_seconds = True
        self.clock_is_interval = False
        self._declared_step: float | None = None

    def declare(self, step: float | None, seconds: float, by_speed: bool = False) -> None:
        """Take a rate said for this step; said again for the same step, it is not news.

        `by_speed`: said as so many a second, perhaps of something that is not the step.
        """
        if not 0 < seconds < 1e6 or (step is not None and step == self._declared_step):
            return
        self._declared_step = step
        (self.by_speed if by_speed else self.declared).append(seconds)

    def stamp(self, step: float, stamp: float) -> None:
        """Take a line's own time."""
        if stamp != int(stamp):
            self.whole_seconds = False
        if not self.stamps.points or self.stamps.points[-1][1] != stamp:
            self.stamps.add(step, stamp)

    def seconds_per_step(self, total: float | None) -> tuple[float | None, str]:
        """Weigh what was told: the seconds, and by which of the tellings."""
        wall = self.stamps.slope(1.0 if self.whole_seconds else 0.05)
        declared = self._declared(wall)
        if declared is not None:
            return declared, "said in the lines"
        clock = self._clock(wall)
        if clock is not None:
            return clock
        if wall is not None:
            return wall, "the lines' time stamps"
        elapsed = self.elapsed.slope(self.elapsed.resolution_s)
        if elapsed is not None:
            return elapsed, "the elapsed time in the lines"
        return self._by_eta(total)

    def _declared(self, wall: float | None) -> float | None:
        told = self.declared or self.by_speed
        if not told:
            return None
        value = median(told)
        stale = len(told) >= 5 and min(told) == max(told)
        elsewhere = told is self.by_speed and wall is not None and value < 0.1 * wall
        if wall is not None and (stale or value > 1.3 * wall or elsewhere):
            return None
        return value

    def _clock(self, wall: float | None) -> tuple[float, str] | None:
        """A bare `time 3.0s`: since the start if it grows, of the steps since the last line, or of one."""
        if not self.clock.points:
            return None
        if self.clock.grows:
            slope = self.clock.slope(self.clock.resolution_s)
            if slope is not None:
                return slope, "the running time in the lines"
        value = median(seconds for _, seconds in self.clock.points)
        steps = [step for step, _ in self.clock.points]
        gaps = [b - a for a, b in itertools.pairwise(steps) if b > a]
        gap = median(gaps) if gaps else 1.0
        options = {"time of one step": value, "time of the steps between two lines": value / gap}
        if wall is None:
            name = list(options)[self.clock_is_interval]
            return (options[name], name) if value > 0 else None
        name = min(options, key=lambda option: abs(options[option] - wall))
        close = abs(options[name] - wall) <= 0.25 * wall
        return (options[name], name) if close else None

    def _by_eta(self, total: float | None) -> tuple[float | None, str]:
        points = list(self.eta.points)
        if total is not None:
            shares = [eta / (total - step) for step, eta in points if total - step >= 5 and eta >= 5]
            if len(shares) >= 3:
                return median(shares), "the remaining time in the lines"
        if len(points) < 4:
            return None, "nothing in the log"
        (early, late) = (next(p for p in points if p[0] >= points[-1][0] / 2), points[-1])
        if late[0] - early[0] >= 5 and early[1] - late[1] >= 4:
            return (early[1] - late[1]) / (late[0] - early[0]), "how the remaining time falls"
        return None, "nothing in the log"


class EpochLength:
    """How many steps make an epoch, where lines tell the epoch and a bar the step.

    Some lines come late, so the usual ratio is the true one.
    """

    def __init__(self) -> None:
        self._ratios: dict[float, int] = {}

    def learn(self, epoch: float | None, step: float | None) -> None:
        """Take an epoch with a fraction, and the step at that time."""
        if epoch and step:
            ratio = float(f"{step / epoch:.3g}")
            if ratio in self._ratios or len(self._ratios) < _MAX_RATIOS:
                self._ratios[ratio] = self._ratios.get(ratio, 0) + 1

    @property
    def steps(self) -> float | None:
        """Steps per epoch; None: not known."""
        usual = max(self._ratios.values(), default=0)
        return min((ratio for ratio, times in self._ratios.items() if times == usual), default=None)
