"""`samples.csv`: one row a GPU (one row on a host with none) every few seconds; a blank cell is unknown."""

import math
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from vasttui.monitor.reading import Sample

COLUMNS = (
    "ts",
    "gpu",
    "util_pct",
    "mem_used_mib",
    "mem_total_mib",
    "temp_c",
    "power_w",
    "ram_used_mib",
    "ram_total_mib",
    "disk_free_mib",
)
_MAX_LINE_BYTES = 4096


@dataclass(frozen=True, slots=True)
class Batch:
    """The rows of one time. `offset`: the byte of samples.csv where the next batch begins."""

    ts: float
    rows: tuple[Sample, ...]
    offset: int
    notes: tuple[str, ...] = ()


def parse_row(line: bytes, columns: tuple[str, ...] = COLUMNS) -> Sample | None:
    """One row → a Sample; None if it has no usable time. A cell that is no finite number is unknown."""
    cells = dict(zip(columns, line.decode("ascii", "replace").split(","), strict=False))
    values = {name: _number(cells.get(name, "")) for name in COLUMNS}
    ts, gpu = values.pop("ts"), values.pop("gpu")
    if ts is None:
        return None
    return Sample(ts=ts, gpu=None if gpu is None else int(gpu), **values)


def read_samples(path: Path, start: int = 0) -> Iterator[Batch]:
    """Batches of rows from byte `start` of `path`; a missing file has none.

    A last line without its newline is left for the next reader. Rows that cannot be used are counted in a
    note of the last batch.
    """
    try:
        file = path.open("rb")
    except FileNotFoundError:
        return
    except OSError as error:
        yield Batch(0.0, (), start, (f"{path.name}: {error.strerror}",))
        return
    with file:
        columns = parse_header(file.readline(_MAX_LINE_BYTES))
        offset = start if start or columns is None else file.tell()
        file.seek(offset)
        yield from _batches(iter(lambda: file.readline(_MAX_LINE_BYTES), b""), columns or COLUMNS, offset)


def parse_header(line: bytes) -> tuple[str, ...] | None:
    """The column names, or None if the first line is not a header (a row already, or garbage)."""
    names = tuple(name.strip() for name in line.decode("ascii", "replace").split(","))
    return names if names[0] == COLUMNS[0] else None


def _batches(lines: Iterator[bytes], columns: tuple[str, ...], offset: int) -> Iterator[Batch]:
    rows: list[Sample] = []
    unusable = 0
    whole = offset  # where the last line that ends in a newline ends
    for line in lines:
        complete = line.endswith(b"\n")
        row = parse_row(line, columns) if complete else None
        if row is None:
            unusable += 1
        elif rows and row.ts != rows[0].ts:
            yield Batch(rows[0].ts, tuple(rows), offset)
            rows = [row]
        else:
            rows.append(row)
        offset += len(line)
        whole = offset if complete else whole
    notes = (f"samples.csv: {unusable} line(s) could not be used",) if unusable else ()
    if rows or notes:
        yield Batch(rows[0].ts if rows else 0.0, tuple(rows), whole, notes)


def _number(text: str) -> float | None:
    try:
        value = float(text)
    except ValueError:
        return None
    return value if math.isfinite(value) else None
