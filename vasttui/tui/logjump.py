"""Where in a log something stands: a step, a time, a line, an alert. Bounded reads at any size."""

import re
from bisect import bisect_left, bisect_right
from collections.abc import AsyncIterator
from datetime import datetime, timedelta

from vasttui.monitor.check import Alert
from vasttui.monitor.series import Series
from vasttui.tui.logwindow import Progress, Read
from vasttui.watch.session import Snapshot

BLOCK = 1024 * 1024
COUNTED = 8 * 1024 * 1024  # a log of this size is counted through; a larger one is entered by time
_WINDOW = 4 * 1024 * 1024
_SLACK = 64 * 1024
_AGO = re.compile(r"-\s*(\d+(?:\.\d+)?)\s*([smhd])")
_CLOCK = re.compile(r"(?:(\d{4}-\d\d-\d\d)[ T])?(\d{1,2}):(\d\d)(?::(\d\d))?")
_UNITS_S = {"s": 1.0, "m": 60.0, "h": 3600.0, "d": 86400.0}
HELP = "a step (1200), a time (21:38, -10m), a line (L500), a share (50%)"


def offset_at(snapshot: Snapshot, ts: float) -> int | None:
    """The byte that was written next at `ts`; None where nothing is known of the log's times."""
    series = snapshot.series.get("log_bytes")
    if not series:
        return None
    i = bisect_left(series.ts, ts)
    return int(series.values[i - 1]) if i else 0


def time_of_step(snapshot: Snapshot, step: int) -> tuple[float, float] | None:
    """When the run came to `step`: (the last sign before, the first at or past it), unix s."""
    series = snapshot.series.get("step")
    if not series or step > max(series.values[-1], 0):
        return None
    i = _first_past(series, step)
    return series.ts[max(0, i - 1)], series.ts[min(i, len(series) - 1)]


def _first_past(series: Series, step: int) -> int:
    """The newest crossing: a resumed run passes its steps twice, and its values may fall in between."""
    falls = [i for i in range(1, len(series)) if series.values[i] < series.values[i - 1]]
    start = falls[-1] if falls and series.values[falls[-1]] <= step else 0
    return bisect_left(series.values, step, lo=start)


async def find_step(read: Read, snapshot: Snapshot, step: int) -> int | None:
    """The byte where `step` is told, by the time it was reached, then by the number itself."""
    when = time_of_step(snapshot, step)
    if when is None:
        return None
    begin, end = offset_at(snapshot, when[0]), offset_at(snapshot, when[1] + 1e-3)
    if begin is None or end is None:
        return None
    begin = max(0, begin - _SLACK)
    _, data = await read(begin, min(_WINDOW, end - begin + _SLACK))
    found = [match.start() for match in re.finditer(rb"(?<![\d.])0*%d(?![\d.]*\d)" % step, data)]
    if not found:
        return end
    near = min(found, key=lambda at: abs(begin + at - end))
    return begin + near


async def find_line(read: Read, line: int) -> AsyncIterator[Progress]:
    """The byte where line `line` (from 1) begins, counted in blocks; `found` is in the last progress."""
    at = seen = 0
    while True:
        length, block = await read(at, BLOCK)
        count = block.count(b"\n")
        if line <= 1 or seen + count >= line - 1:
            yield Progress(at, length, at + _nth_line(block, line - 1 - seen))
            return
        at += len(block)
        seen += count
        yield Progress(at, length)
        if not block or at >= length:
            return


async def find_line_number(read: Read, offset: int, known: tuple[int, int] = (0, 1)) -> int:
    """The number of the line that begins at `offset`; all from a `known` (byte, number) to it is read."""
    at, lines = known if known[0] <= offset else (0, 1)
    while at < offset:
        _, block = await read(at, min(BLOCK, offset - at))
        if not block:
            break
        lines += block.count(b"\n")
        at += len(block)
    return lines


def _nth_line(block: bytes, skip: int) -> int:
    at = 0
    for _ in range(skip):
        at = block.index(b"\n", at) + 1
    return at


async def find_alert(read: Read, snapshot: Snapshot, alert: Alert) -> int | None:
    """The byte of an alert's headline, else of what was written when it began."""
    length, _ = await read(-1, 1)
    if alert.log_line is not None and length <= COUNTED:
        async for progress in find_line(read, alert.log_line):
            if progress.found is not None:
                return progress.found
    begin, end = offset_at(snapshot, alert.since), offset_at(snapshot, alert.raised_at + 1.0)
    if begin is None or end is None:
        return None
    if alert.log_line is None:
        return max(0, min(begin, length - 1))
    begin = max(0, min(begin, end - _SLACK) - _SLACK)
    _, data = await read(begin, min(_WINDOW, end - begin + _SLACK))
    where = data.rfind(headline(alert))
    return begin + where if where >= 0 else end


def headline(alert: Alert) -> bytes:
    """What of an alert's text stands in the log: up to how the process ended."""
    return re.split(r" \((?:exit|signal)|: |; ", alert.text, maxsplit=1)[0].encode()[:60]


def parse_time(text: str, now: float) -> float | None:
    """`21:38`, `21:38:12`, `2026-11-23 21:38`, `-10m`: unix s by the clock here; None if it is neither."""
    if ago := _AGO.fullmatch(text.strip()):
        return now - float(ago[1]) * _UNITS_S[ago[2]]
    match = _CLOCK.fullmatch(text.strip())
    if match is None:
        return None
    here = datetime.fromtimestamp(now).astimezone()
    try:
        if match[1]:
            here = here.replace(
                **dict(zip(("year", "month", "day"), map(int, match[1].split("-")), strict=True))
            )
        then = here.replace(
            hour=int(match[2]), minute=int(match[3]), second=int(match[4] or 0), microsecond=0
        )
    except ValueError:
        return None
    if not match[1] and then.timestamp() > now + 60:
        then -= timedelta(days=1)
    return then.timestamp()


def step_at(snapshot: Snapshot, offset: int) -> tuple[float, float | None] | None:
    """(unix s, step) of what stands at a byte: when it was written, how far the run was."""
    written, steps = snapshot.series.get("log_bytes"), snapshot.series.get("step")
    if not written:
        return None
    ts = written.ts[min(bisect_right(written.values, offset), len(written) - 1)]
    i = bisect_right(steps.ts, ts) if steps else 0
    return ts, steps.values[i - 1] if steps and i else None
