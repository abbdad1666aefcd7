"""What the log reader makes of recorded runs, against their truth; and how fast it is.

    python tests/bench/logs.py FOLDER_OF_RUNS [--speed] [--only NAME]

A run is a folder with `run.log`, `run.idx` and `truth.json`. Each line of the first table is one run:
what was asked, what came out, whether it is right. The second table gives speeds beside `grep -c`
of three markers on the same bytes.
"""

import argparse
import itertools
import json
import math
import os
import re
import subprocess
import sys
import tempfile
import time
import tracemalloc
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Any

from vasttui.logs.events import ErrorMarker, EvalPoint, LogEvent, Progress
from vasttui.logs.reader import LogReader
from vasttui.logs.summary import ParseSummary, summarise

# A truth's failure → the kinds its text may rightly be given, and whether the run ended by it.
FAILURES: dict[str, tuple[frozenset[str], bool]] = {
    "exception": (frozenset({"traceback"}), True),
    "exception_rank1": (frozenset({"traceback"}), True),
    "disk_full": (frozenset({"disk"}), True),
    "nan_loss": (frozenset({"nan"}), False),
    "oom_kill": (frozenset({"killed", "oom"}), True),
    "segfault": (frozenset({"segfault"}), True),
    "no_cuda": (frozenset({"cuda"}), True),
    "rank_sigkill": (frozenset({"killed"}), True),
    "memory_error": (frozenset({"oom"}), True),
}
SILENT = frozenset({"hang", "quiet_exit", "time_limit", "sigkill", "slowdown", "sigterm"})


@dataclass(frozen=True, slots=True)
class Answer:
    """One question put to one run."""

    run: str
    what: str
    expected: str
    got: str
    ok: bool


@dataclass(frozen=True, slots=True)
class Record:
    """A run and what is true of it."""

    name: str
    log: bytes
    idx: list[tuple[float, int]]
    truth: dict[str, Any]


def load(folder: Path) -> Record:
    """Read one run's folder."""
    idx = [line.split() for line in (folder / "run.idx").read_text().splitlines()]
    truth = json.loads((folder / "truth.json").read_text())
    return Record(
        folder.name, (folder / "run.log").read_bytes(), [(float(a), int(b)) for a, b in idx if a and b], truth
    )


def parse(record: Record) -> tuple[ParseSummary, float]:
    """Parse a whole log at once, as `vasttui parse` does: what it tells, and its log interval."""
    reader = LogReader()
    events = [*reader.feed(record.log), *reader.finish()]
    return summarise(reader, events), log_interval(events)


def judge(record: Record) -> Iterator[Answer]:
    """Put every question to one run."""
    got, interval = parse(record)
    yield from judge_step(record, got, interval)
    yield from judge_total(record, got)
    yield from judge_rate(record, got)
    yield from judge_evals(record, got, interval)
    yield from judge_errors(record, got)
    yield from judge_timeline(record, interval)


def judge_step(record: Record, got: ParseSummary, interval: float) -> Iterator[Answer]:
    truth = record.truth
    last = truth["last_step"]
    if not truth["steps_in_log"] or last is None:
        yield Answer(record.name, "step", "none", str(got.step), got.step is None)
        return
    near = got.step is not None and abs(got.step - last) <= max(interval, 1)
    lost = (
        not truth["unbuffered"] and truth["outcome"] == "failed" and got.step is not None and got.step <= last
    )
    yield Answer(record.name, "step", str(last), str(got.step), near or lost)


def log_interval(events: list[LogEvent]) -> float:
    """The usual gap between two steps that the log tells."""
    steps = [e.step for e in events if isinstance(e, Progress) and e.step is not None]
    gaps = [b - a for a, b in itertools.pairwise(steps) if b > a]
    return max(median(gaps), gaps[-1]) if gaps else 1


def judge_total(record: Record, got: ParseSummary) -> Iterator[Answer]:
    total = record.truth["total_steps"]
    if total is None or not record.truth["steps_in_log"] or record.truth["last_step"] is None:
        return
    told = tells_total(record.log, total) or got.total_steps is not None
    if told:
        ok = got.total_steps is not None and abs(got.total_steps - total) <= 0.1 * total
        yield Answer(record.name, "total", str(total), str(got.total_steps), ok)


def tells_total(log: bytes, total: int) -> bool:
    """Whether the text says the total at all: after a slash, `of`, or as `total steps`."""
    return (
        re.search(
            rb"(?:/ *|of )" + str(total).encode() + rb"\b|(?:max|total)\w*[ _]steps\W+%d\b" % total, log
        )
        is not None
    )


def judge_rate(record: Record, got: ParseSummary) -> Iterator[Answer]:
    truth = record.truth
    steps = truth["steps"]
    if got.seconds_per_step is None or len(steps) < 3 or not truth["steps_in_log"]:
        return
    pace = [(b[0] - a[0]) / (b[1] - a[1]) for a, b in itertools.pairwise(steps) if b[1] > a[1]]
    overall, recent = median(pace), median(pace[-60:])
    mean = (steps[-1][0] - steps[0][0]) / max(1, len(steps) - 1)
    ok = any(
        abs(got.seconds_per_step / want - 1) <= 0.1 for want in (overall, recent, mean, median(pace[-10:]))
    )
    yield Answer(record.name, "s/step", f"{overall:.3f}", f"{got.seconds_per_step:.3f}", ok)


def judge_evals(record: Record, got: ParseSummary, interval: float) -> Iterator[Answer]:
    """Every evaluation that the text holds is found; none is made up."""
    wanted = [(s, m, v) for s, m, v in record.truth["evals"] if in_text(record.log, v)]
    if record.truth["framework"] == "xgboost":
        wanted = [w for w in wanted if w[0] % 5 == 0]
    tolerance = max(interval, 1)
    missed = [w for w in wanted if not any(matches(w, e.step, e.metrics, tolerance) for e in got.evals)]
    if wanted:
        found = f"{len(wanted) - len(missed)}/{len(wanted)}"
        yield Answer(record.name, "evals", f"{len(wanted)}/{len(wanted)}", found, not missed)
    if record.truth["steps_in_log"]:
        steps = {w[0] for w in record.truth["evals"]}
        false = [
            e
            for e in got.evals
            if e.step is not None and not any(abs(e.step - s) <= tolerance for s in steps)
        ]
        yield Answer(record.name, "false evals", "0", str(len(false)), not false)


def in_text(log: bytes, value: object) -> bool:
    """Whether a value, cut to what its framework prints, stands in the text."""
    if not isinstance(value, int | float) or not math.isfinite(value):
        return False
    forms = {f"{value:.{digits}f}" for digits in range(1, 7)} | {
        f"{value:.{digits}g}" for digits in range(3, 7)
    }
    forms |= {f"{value:.6e}", f"{value:.6E}", repr(value)}
    forms = {re.escape(form.encode()) for form in forms if len(form.strip("0.-")) >= 2}
    return value == 0 or re.search(rb"(?<![\d.])(?:" + b"|".join(forms) + rb")(?![\d])", log) is not None


def matches(
    want: tuple[int, str, float], step: int | None, metrics: dict[str, float], tolerance: float
) -> bool:
    at, _, value = want
    if step is not None and abs(step - at) > tolerance:
        return False
    return any(abs(found - value) <= 0.01 * max(abs(value), 0.05) for found in metrics.values())


def judge_errors(record: Record, got: ParseSummary) -> Iterator[Answer]:
    failed: dict[str, str] = record.truth["failure"] or {}
    failure = failed.get("kind")
    found = [(e.kind, e.fatal) for e in got.errors]
    if failure in FAILURES:
        kinds, fatal = FAILURES[failure]
        fatal = fatal or record.truth["outcome"] == "failed"
        ok = any(kind in kinds and is_fatal == fatal for kind, is_fatal in found)
        yield Answer(record.name, "error", f"{'|'.join(sorted(kinds))} fatal={fatal}", str(found), ok)
    elif failure is None or failure in SILENT:
        yield Answer(record.name, "error", "none", str(found), not found)
    else:
        yield Answer(record.name, "error", failure, str(found), bool(found))


def judge_timeline(record: Record, interval: float) -> Iterator[Answer]:
    """Replay by the index: how far, in the median, the told step lags behind the true one."""
    truth = record.truth["steps"]
    if not record.truth["steps_in_log"] or len(truth) < 3 or not record.truth["unbuffered"]:
        return
    errors: list[float] = []
    for ts, step in timeline(record):
        before = [s for t, s in truth if t <= ts + 0.001]
        if before:
            errors.append(abs(step - before[-1]))
    if errors:
        yield Answer(
            record.name,
            "timeline",
            f"<={interval:g}",
            f"{median(errors):g}",
            median(errors) <= max(interval, 1),
        )


def timeline(record: Record) -> Iterator[tuple[float, int]]:
    """(time, step) as a tail-er would have been told."""
    reader, at = LogReader(), 0
    for ts, offset in record.idx:
        steps = [e.step for e in reader.feed(record.log[at:offset], ts) if isinstance(e, Progress)]
        told = [step for step in steps if step is not None]
        if told:
            yield ts, told[-1]
        at = max(at, offset)


def table(answers: list[Answer], failures_only: bool) -> str:
    """The printed table, and the count of what is right."""
    rows = [a for a in answers if not (failures_only and a.ok)]
    wide = max((len(a.run) for a in rows), default=4)
    lines = [f"{'run':{wide}} {'what':12} {'expected':>24} {'got':>36}  ok"]
    lines += [
        f"{a.run:{wide}} {a.what:12} {a.expected:>24} {a.got:>36}  {'yes' if a.ok else 'NO'}" for a in rows
    ]
    by_what: dict[str, list[bool]] = {}
    for answer in answers:
        by_what.setdefault(answer.what, []).append(answer.ok)
    lines += [f"{what:12} {sum(oks)}/{len(oks)}" for what, oks in by_what.items()]
    return "\n".join(lines)


PLAIN = b"2026-11-23 19:36:%02d,%03d INFO train: step %d/900000 loss=%d.%04d lr=1.5e-04 grad_norm=0.%03d\n"
BAR = "\r %2d%%|████      | %d/900000 [10:%02d<50:%02d,  %d.%02dit/s, loss=1.%03d]"

PROSE = [
    b"the tensor cache was swept by its keeper", b"shards went home", b"one host kept a copy of all",
    b"under the old layout", b"more of them came back", b"a heavier queue than the day before", b"all quiet",
    b"who knows why", b"rows were put aside for the next reader", b"nobody asked", b"so far so good",
]  # fmt: skip


def samples(mib: int) -> dict[str, bytes]:
    """Logs to measure on: counters, bars, noise without numbers of progress, one endless line."""
    count = mib * 1024 * 1024 // 90
    plain = b"".join(PLAIN % (i % 60, i % 1000, i, i % 7, i % 9999, i % 999) for i in range(count))
    bars = "".join(BAR % (i % 100, i, i % 60, i % 60, i % 9, i % 100, i % 999) for i in range(count)).encode()
    words = b"".join(b"worker %d: fetched shard %d of the corpus in %d.%d units, depth %d, all well here\n"
                     % (i % 16, i, i % 9, i % 7, i % 50) for i in range(count))  # fmt: skip
    prose = b"".join(b"%b %d %b after %b\n"
                     % (PROSE[i * 7 % 11], i % 100, PROSE[i * 5 % 11], PROSE[i // 11 % 11])
                     for i in range(count))  # fmt: skip
    return {
        "plain lines": plain,
        "CR bars": bars,
        "other lines": words,
        "prose": prose,
        "one line": b"x=1 " * (mib * 262144),
    }


def speed(mib: int, block: int = 1 << 20) -> str:
    """MB/s on one core, beside grep on the same bytes."""
    lines = [f"{'text':14} {'MB/s':>8} {'grep -c MB/s':>14} {'peak MiB':>10}"]
    for name, data in samples(mib).items():
        taken = min(seconds_to_read(data, block) for _ in range(3))
        lines.append(
            f"{name:14} {len(data) / taken / 1e6:8.1f} {grep_speed(data):14.1f} {peak_mib(data, block):10.1f}"
        )
    return "\n".join(lines)


def seconds_to_read(data: bytes, block: int) -> float:
    """CPU seconds for one reading, so that a neighbour on the machine does not count."""
    started = time.process_time()
    reader = LogReader()
    for at in range(0, len(data), block):
        reader.feed(data[at : at + block])
    reader.finish()
    return time.process_time() - started


def grep_speed(data: bytes) -> float:
    """MB/s of `grep -c` for three markers."""
    with tempfile.NamedTemporaryFile() as file:
        file.write(data)
        file.flush()
        before = os.times().children_user + os.times().children_system
        subprocess.run(
            ["grep", "-a", "-c", "-e", "Traceback", "-e", "out of memory", "-e", "nan", file.name],
            capture_output=True,
            check=False,
        )
        taken = os.times().children_user + os.times().children_system - before
        return len(data) / max(taken, 0.01) / 1e6


def peak_mib(data: bytes, block: int) -> float:
    """The most memory the reader held above the data itself, on the first 8 MiB."""
    tracemalloc.start()
    reader = LogReader()
    for at in range(0, min(len(data), 8 << 20), block):
        reader.feed(data[at : at + block])
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    return peak / 2**20


def kinds_of(record: Record) -> list[str]:
    """The events a run gives, for a quick look."""
    reader = LogReader()
    events = [*reader.feed(record.log), *reader.finish()]
    return [str(e) for e in events if isinstance(e, EvalPoint | ErrorMarker)]


def main() -> int:
    """Print the tables; 1 if an answer is wrong."""
    options = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    options.add_argument("runs", type=Path)
    options.add_argument("--only", default="")
    options.add_argument("--failures", action="store_true", help="print wrong answers only")
    options.add_argument(
        "--speed", type=int, default=0, metavar="MIB", help="also measure speed on MIB of text"
    )
    chosen = options.parse_args()
    folders = sorted(
        f for f in chosen.runs.iterdir() if (f / "truth.json").exists() and chosen.only in f.name
    )
    answers = [answer for folder in folders for answer in judge(load(folder))]
    sys.stdout.write(table(answers, chosen.failures) + "\n")
    if chosen.speed:
        for block in (1 << 20, 1 << 16):
            sys.stdout.write(f"in blocks of {block >> 10} KiB\n{speed(chosen.speed, block)}\n")
    return 0 if all(answer.ok for answer in answers) else 1


if __name__ == "__main__":
    sys.exit(main())
