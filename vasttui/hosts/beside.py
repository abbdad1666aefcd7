"""A metrics file that lies in a record, cut at the times when its parts were written."""

from collections.abc import Iterator
from pathlib import Path

from vasttui.logs.sources import moments
from vasttui.monitor.reading import FileChunk

MAX_BYTES = 64 << 20
_HOUR_S = 3600.0
_EVEN_PIECES = 200


def pieces(path: Path, begin: float, end: float, known: int = 0) -> Iterator[tuple[FileChunk, str]]:
    """The file's bytes with their times in order, and a note with the first.

    A part that tells no time comes with the one before it. Of a file that tells none at all the lines are
    spread evenly over the run (a document comes at its end), and the note says so.
    """
    data = path.read_bytes()[:MAX_BYTES] if path.stat().st_size <= MAX_BYTES else b""
    if not data:
        yield FileChunk(begin, path.name, 0, b""), f"{path.name}: empty, or more than {MAX_BYTES >> 20} MiB"
        return
    try:
        told = list(moments(path.name, data))
    except ValueError:
        told = []  # its reader will say what is wrong with it
    timed = [(ts, at) for ts, at in told if ts is not None and begin - _HOUR_S <= ts <= end + _HOUR_S]
    note = "" if timed else f"{path.name} tells no times: its lines are spread evenly over the run"
    if not told:
        timed, note = [(end, len(data))], f"{path.name} tells no times: it is read at the end of the run"
    elif not timed:
        step = max(1, len(told) // _EVEN_PIECES)
        timed = [
            (begin + (end - begin) * at / len(data), at) for _, at in [*told[step - 1 :: step], told[-1]]
        ]
    offset, last_ts = 0, begin
    for ts, at in [*_merged(timed), (timed[-1][0], len(data))]:
        last_ts = max(last_ts, ts)
        if at > max(offset, known):
            start = max(offset, known)
            yield FileChunk(last_ts, path.name, start, data[start:at]), note
            note = ""
        offset = max(offset, at)


def _merged(timed: list[tuple[float, int]]) -> Iterator[tuple[float, int]]:
    """Of parts written at the same time, the last."""
    for (ts, at), (next_ts, _) in zip(timed, [*timed[1:], (float("inf"), 0)], strict=True):
        if next_ts > ts:
            yield ts, at
