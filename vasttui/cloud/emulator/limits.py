"""The published rate limits, kept as strictly as they are written."""

from collections import defaultdict, deque
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Limit:
    """At most `times` calls in any `per_s` seconds; who comes too early waits `penalty_s` more."""

    per_s: float
    times: int = 1
    penalty_s: float = 0.0


LIMITS: dict[str, Limit] = {
    "search": Limit(60.0, times=10),
    "create": Limit(4.5, penalty_s=12.0),
    "destroy": Limit(3.0),
    "show": Limit(2.0),
    "list": Limit(1.0),
    "manage": Limit(1.0),
    "reboot": Limit(1.0),
    "recycle": Limit(1.0),
    "bid": Limit(5.5),
    "logs": Limit(1.0),
    "attach": Limit(1.0),
}


class Limiter:
    """Counts the calls of each key."""

    def __init__(self, *, strict: bool = True) -> None:
        self._strict = strict
        self._calls: defaultdict[tuple[str, str], deque[float]] = defaultdict(deque)
        self._banned: dict[tuple[str, str], float] = {}
        self.refused = 0

    def admit(self, key: str, route: str, now: float) -> float | None:
        """None, or the threshold in seconds that this call comes too early for."""
        limit = LIMITS.get(route)
        if limit is None or not self._strict:
            return None
        lane = self._calls[key, route]
        while lane and now - lane[0] >= limit.per_s:
            lane.popleft()
        if now < self._banned.get((key, route), 0.0) or len(lane) >= limit.times:
            self.refused += 1
            if limit.penalty_s:
                self._banned[key, route] = now + limit.penalty_s
            return limit.per_s / limit.times
        lane.append(now)
        return None
