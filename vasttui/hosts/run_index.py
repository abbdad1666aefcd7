"""`run.idx`: when which bytes of the log came, a line each; and what is taken where nothing tells."""

import math
from dataclasses import dataclass, replace

RUN_LOG = "run.log"
RUN_IDX = "run.idx"
DAY_S = 86400.0
LONGEST_RUN_S = 366 * DAY_S
SPREAD_POINTS = 10_000
SPREAD_LEAST_S = 1.0
SPREAD = f"{RUN_IDX}: no usable line; the log is taken as written evenly from start to end"


@dataclass(frozen=True, slots=True)
class IndexPoint:
    """At `ts` (unix s) the log held `offset` bytes."""

    ts: float
    offset: int


def parse_index(data: bytes, log_bytes: int | None = None) -> tuple[tuple[IndexPoint, ...], tuple[str, ...]]:
    """Lines `<unix_s> <offset>` → points with ever-growing offsets and times that never go back.

    Lines that cannot be read, or that go back, are left out and counted in a note. Offsets past
    `log_bytes` (None: unknown) are cut to it.
    """
    *lines, rest = data.split(b"\n")
    points: list[IndexPoint] = []
    unusable = 1 if rest.strip() else 0
    beyond = 0
    for line in lines:
        point = _parse_point(line)
        if point is None or (points and point.offset < points[-1].offset):
            unusable += 1
            continue
        if log_bytes is not None and point.offset > log_bytes:
            beyond += 1
            point = replace(point, offset=log_bytes)
        if points and point.ts < points[-1].ts:
            point = replace(point, ts=points[-1].ts)
        points.append(point)
    notes: list[str] = []
    if unusable:
        notes.append(f"{RUN_IDX}: {unusable} line(s) could not be used")
    if beyond:
        notes.append(f"{RUN_IDX}: {beyond} line(s) speak of more bytes than {RUN_LOG} holds ({log_bytes})")
    return tuple(points), tuple(notes)


def _parse_point(line: bytes) -> IndexPoint | None:
    try:
        ts_text, offset_text = line.split()
        point = IndexPoint(float(ts_text), int(offset_text))
    except ValueError:
        return None
    return point if math.isfinite(point.ts) and point.offset >= 0 else None


def spread(log_bytes: int, begin: float, end: float) -> tuple[IndexPoint, ...]:
    """Evenly, since nothing tells when the bytes came: better than none for an hour and then all at once."""
    if not 0 < end - begin <= LONGEST_RUN_S:
        return ()
    count = max(1, min(SPREAD_POINTS, log_bytes, int((end - begin) / SPREAD_LEAST_S)))
    return tuple(
        IndexPoint(begin + (end - begin) * n / count, log_bytes * n // count) for n in range(1, count + 1)
    )
