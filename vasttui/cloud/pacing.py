"""How often we may ask, what a refusal tells, and when to ask again. Nothing here waits but `turn`."""

import asyncio
import random
import re
import time
from collections import deque
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from email.utils import parsedate_to_datetime

import msgspec

from vasttui.cloud.endpoints import Endpoint
from vasttui.cloud.errors import BusyError, CloudError, NoAnswerError, ServiceError

MARGIN_S = 0.1
MAX_TRIES = 6
MAX_DIALS = 3  # where nobody answers at all, the user is told soon
FIRST_WAIT_S = 0.5
CAP_WAIT_S = 30.0
_THRESHOLD = re.compile(r"threshold\s*[=:]\s*([0-9]+(?:\.[0-9]+)?)")
_TRANSIENT = frozenset({500, 502, 503, 504})


@dataclass(frozen=True, slots=True)
class Clock:
    """Time as the client uses it. `now` never runs backwards; `wall` is unix seconds; `chance` is 0 to 1."""

    now: Callable[[], float] = time.monotonic
    wall: Callable[[], float] = time.time
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep
    chance: Callable[[], float] = random.random


def clock_at(speed: float) -> Clock:
    """A clock that runs so many times as fast as ours, for an emulated market; the time of day stays ours."""
    return Clock(now=lambda: time.monotonic() * speed, sleep=lambda seconds: asyncio.sleep(seconds / speed))


@dataclass(slots=True)
class Lane:
    """One endpoint's recent calls."""

    per_s: float
    at: deque[float] = field(default_factory=deque[float])
    closed_until: float = 0.0


class Pacer:
    """Keeps each endpoint below its published rate, and out of the way after a refusal."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._lanes: dict[tuple[str, str], Lane] = {}

    def due(self, endpoint: Endpoint) -> float:
        """When, by the clock's `now`, the next call may go out."""
        lane = self._lane(endpoint)
        free = lane.at[-endpoint.times] + lane.per_s if len(lane.at) >= endpoint.times else 0.0
        return max(free, lane.closed_until)

    async def turn(self, endpoint: Endpoint) -> None:
        """Wait until a call may go out, and take that turn."""
        while (wait := self.take(endpoint)) > 0:
            await self._clock.sleep(wait)

    def take(self, endpoint: Endpoint) -> float:
        """Take a turn if one is due (0.0), else seconds to wait before asking again."""
        wait = self.due(endpoint) - self._clock.now()
        if wait > 0:
            return wait
        lane = self._lane(endpoint)
        lane.at.append(self._clock.now() + MARGIN_S)
        while len(lane.at) > endpoint.times:
            lane.at.popleft()
        return 0.0

    def answered(self, endpoint: Endpoint) -> None:
        """A reply came: the market counted the call some time before now, so the interval runs from here."""
        at = self._lane(endpoint).at
        if at:
            at[-1] = max(at[-1], self._clock.now() + MARGIN_S)

    def refused(self, endpoint: Endpoint, wait_s: float, threshold_s: float | None = None) -> None:
        """Asked too often: stay away for `wait_s`, and believe the threshold that the refusal named."""
        lane = self._lane(endpoint)
        lane.closed_until = max(lane.closed_until, self._clock.now() + wait_s)
        if threshold_s is not None and endpoint.times == 1:
            lane.per_s = max(lane.per_s, min(threshold_s, CAP_WAIT_S))

    def _lane(self, endpoint: Endpoint) -> Lane:
        lane = self._lanes.setdefault((endpoint.method, endpoint.path), Lane(endpoint.per_s))
        lane.per_s = max(lane.per_s, endpoint.per_s)
        return lane


@dataclass(frozen=True, slots=True)
class Refusal:
    """What a 429 says. `wait_s`: until we may ask again; `threshold_s`: the interval it wants kept."""

    wait_s: float | None = None
    threshold_s: float | None = None
    is_quota: bool = False
    text: str = ""


def read_refusal(headers: Mapping[str, str], body: bytes, wall: float) -> Refusal:
    """A 429 in any of its shapes: plain text, JSON of three kinds, with headers or not. `wall`: unix s."""
    try:
        told = msgspec.json.decode(body[:65536], type=dict[str, object])
    except (msgspec.DecodeError, UnicodeDecodeError):
        told = {"msg": body[:1000].decode("utf-8", "replace")}
    text = next((str(told[name]) for name in ("msg", "detail", "message") if told.get(name)), "")
    threshold = _THRESHOLD.search(text)
    waits = (
        _number(told.get("retry_after")),
        _retry_after(headers.get("retry-after", ""), wall),
    )
    wait_s = max((wait for wait in waits if wait is not None), default=None)
    reset = _number(headers.get("x-ratelimit-reset"))
    is_quota = told.get("error") == "search_quota_exceeded"
    if wait_s is None and reset is not None and (is_quota or headers.get("x-ratelimit-remaining") == "0"):
        wait_s = max(0.0, reset - wall) if reset > 1e9 else reset
    return Refusal(wait_s, float(threshold[1]) if threshold else None, is_quota, text)


def retry_wait(
    endpoint: Endpoint, error: CloudError, tries: int, patience_s: float, chance: float
) -> float | None:
    """Seconds to wait before the next try, None when there must be none.

    Doubles from `FIRST_WAIT_S`, with up to as much again by chance, so that many clients do not come back
    together. `tries` were made; `patience_s` is what the caller would still wait.
    """
    transient = isinstance(error, BusyError | NoAnswerError) or (
        isinstance(error, ServiceError) and error.status in _TRANSIENT
    )
    if not transient or tries >= MAX_TRIES or endpoint.again == "never":
        return None
    if isinstance(error, NoAnswerError) and not error.may_have_happened and tries >= MAX_DIALS:
        return None
    if endpoint.again == "if unsent" and error.may_have_happened:
        return None
    wait = min(FIRST_WAIT_S * 2 ** (tries - 1), CAP_WAIT_S) * (1.0 + chance)
    if isinstance(error, BusyError) and error.wait_s is not None:
        wait = max(wait, error.wait_s)
    return wait if wait <= patience_s else None


def _retry_after(value: str, wall: float) -> float | None:
    """Seconds, from a number or an HTTP date."""
    if (seconds := _number(value)) is not None:
        return seconds
    try:
        return max(0.0, parsedate_to_datetime(value).timestamp() - wall)
    except (ValueError, TypeError, OverflowError):
        return None


def _number(value: object) -> float | None:
    """A finite number that is not negative."""
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return None
    try:
        number = float(value)
    except (ValueError, OverflowError):
        return None
    return number if 0 <= number < 1e12 else None
