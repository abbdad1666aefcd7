"""Looking at fixed times at a raw `tail -50`, judged by an attentive reader with a perfect memory.

The reader is given more than people have: it never overlooks a line, knows the run's rate from its first
lines, and is not fooled by a pause that the log announces. A sign that cannot be mistaken (the process is
gone, a fatal message, a NaN) is enough at once; one that chance can make (the same last line, a low rate, a
failed connection, a bad eval, a high projection) must be there at two polls in a row, as vasttui asks too.
What the log does not tell (utilisation, memory, disk) it cannot see before the crash.
"""

from collections.abc import Callable, Sequence

import numpy as np

from tests.lab.outcome import Outcome
from tests.lab.tape import START, Floats, Tape
from vasttui.logs.events import ErrorMarker

TAIL_LINES = 50
SLOW = 0.7
SILENT_GAPS = 3.0
WORSE = 1.1
BASELINE_LINES = 12
HARD, SOFT = 1, 2

Schedule = Callable[[float], Floats]


def every(minutes: float) -> Schedule:
    """Poll times, seconds after launch, up to the given second."""
    return lambda until: np.arange(1, int(until / (minutes * 60)) + 2) * minutes * 60.0


def steps_then(minutes: Sequence[float], last: float) -> Schedule:
    """Waits of so many minutes, the last one repeated."""

    def times(until: float) -> Floats:
        waits = [*minutes] + [last] * (int(until / (last * 60)) + 2)
        return np.cumsum(waits) * 60.0

    return times


def at_minutes(minutes: Sequence[float], last: float) -> Schedule:
    """Given times, then every `last` minutes: the plain cadence without a live channel."""

    def times(until: float) -> Floats:
        later = np.arange(1, int(until / (last * 60)) + 2) * last + minutes[-1]
        return np.concatenate([np.asarray(minutes, dtype=float), later]) * 60.0

    return times


def poll(tape: Tape, schedule: Schedule) -> Outcome:
    """What that reader sees, and when."""
    times = START + schedule(tape.end - START)
    outcome = Outcome()
    gone = tape.exit.ts if tape.exit is not None else float("inf")
    stop = int(np.searchsorted(times, min(gone, tape.end))) + 1
    times = times[: min(stop, len(times))]
    signs = _signs(tape, times)
    looks = len(times)
    for n, name in _raised(signs, len(times)):
        right = name in tape.truth.rules or (tape.truth.kind == "left_on" and name == "done")
        if name == "done" and not tape.truth.faulty:
            continue
        if right and times[n] >= tape.truth.begins:
            outcome.seen, outcome.by, looks = float(times[n]), name, n + 1
            break
        if name != "done":
            outcome.false.append(name)
    lines = np.minimum(np.searchsorted(tape.line_ts, times[:looks], side="right"), TAIL_LINES)
    outcome.looks, outcome.lines = looks, int(lines.sum())
    outcome.bytes = int(lines.sum()) * tape.bytes_a_line
    return outcome


def _raised(signs: "dict[str, tuple[int, np.ndarray]]", count: int) -> list[tuple[int, str]]:
    """(poll, sign) where each sign becomes certain, once each time it comes, in order."""
    found: list[tuple[int, str]] = []
    for name, (needed, held) in signs.items():
        sure = held.copy()
        if needed == SOFT:
            sure[1:] &= held[:-1]
            sure[:1] = False
        begins = np.flatnonzero(sure & ~np.concatenate([[False], sure[:-1]]))
        found += [(int(n), name) for n in begins]
    return sorted(found)


def _signs(tape: Tape, t: Floats) -> "dict[str, tuple[int, np.ndarray]]":
    """For each sign: how many polls it needs, and at which it is seen."""
    seen = np.searchsorted(tape.line_ts, t, side="right")
    up = np.array([tape.sees(ts) for ts in t])
    ended = t >= tape.exit.ts if tape.exit is not None else np.zeros(len(t), dtype=bool)
    signs = {"host": (SOFT, ~up)}
    live = up & ~ended
    signs["stall"] = (SOFT, live & _silent(tape, t, seen))
    signs["slow"] = (SOFT, live & _slow(tape, t, seen))
    last = np.maximum(seen - 1, 0)
    bad = np.isnan(tape.line_loss[last]) & (seen > 0) if len(tape.line_loss) else np.zeros(len(t), dtype=bool)
    signs["nan"] = (SOFT, live & bad)
    signs["eval"] = (SOFT, live & _evals(tape, t))
    signs["cost"] = (SOFT, live & _cost(tape, t, seen))
    fatal = min((ts for ts, e in tape.events if isinstance(e, ErrorMarker)), default=float("inf"))
    wrong_end = tape.exit is not None and (tape.exit.code != 0 or tape.line_step[-1] < 0.9 * tape.total_steps)
    signs["error"] = (HARD, up & ((t >= fatal) | (ended & wrong_end)))
    signs["done"] = (HARD, up & ended & (not wrong_end))
    return signs


def _paused(tape: Tape, t: Floats) -> "np.ndarray":
    """The newest words of the log announce a pause."""
    p = tape.pauses
    if not len(p.begin):
        return np.zeros(len(t), dtype=bool)
    which = np.searchsorted(p.begin, t, side="right") - 1
    near = np.maximum(which, 0)
    return (which >= 0) & (t < p.end[near]) & p.marked[near]


def _silent(tape: Tape, t: Floats, seen: "np.ndarray") -> "np.ndarray":
    if len(tape.line_ts) < BASELINE_LINES:
        return np.zeros(len(t), dtype=bool)
    gap = float(np.median(np.diff(tape.line_ts[: 2 * BASELINE_LINES])))
    silence = t - tape.line_ts[np.maximum(seen - 1, 0)]
    same = np.concatenate([[False], seen[1:] == seen[:-1]])
    return same & (seen > 0) & (silence > SILENT_GAPS * gap) & ~_paused(tape, t)


def _slow(tape: Tape, t: Floats, seen: "np.ndarray") -> "np.ndarray":
    """The rate since the last poll, or over the tail, whichever reaches further back."""
    none = np.zeros(len(t), dtype=bool)
    if len(tape.line_ts) < 2 * BASELINE_LINES:
        return none
    warm = slice(BASELINE_LINES // 2, 2 * BASELINE_LINES)
    usual = float(np.median(np.diff(tape.line_ts[warm])))
    before = np.concatenate([[0], seen[:-1]])
    lines = seen - before
    last, first = np.maximum(seen - 1, 0), np.maximum(before - 1, 0)
    span = tape.line_ts[last] - tape.line_ts[first]
    paused = np.searchsorted(tape.pauses.begin, t) != np.searchsorted(
        tape.pauses.begin, np.concatenate([[START], t[:-1]])
    )
    return (before > BASELINE_LINES) & (lines >= 1) & (lines * usual < SLOW * span) & ~paused


def _evals(tape: Tape, t: Floats) -> "np.ndarray":
    held = np.zeros(len(t), dtype=bool)
    best = float("inf")
    bad = 0
    for n, (ts, value) in enumerate(tape.evals):
        bad = bad + 1 if value > WORSE * best else 0
        best = min(best, value)
        until = tape.evals[n + 1][0] if n + 1 < len(tape.evals) else float("inf")
        if bad >= 2:
            held |= (t >= ts) & (t < until)
    return held


def _cost(tape: Tape, t: Floats, seen: "np.ndarray") -> "np.ndarray":
    if tape.budget_usd is None or not len(tape.line_ts):
        return np.zeros(len(t), dtype=bool)
    last = np.maximum(seen - 1, 0)
    share = tape.line_step[last] / tape.total_steps
    hours = (tape.line_ts[last] - START) / 3600 / np.maximum(share, 1e-9)
    return (seen > BASELINE_LINES) & (hours * tape.price_usd_h > tape.budget_usd)


def silence(tape: Tape, minutes: float = 10.0, heartbeat_s: float = 300.0) -> Outcome:
    """No looks: a message when the log was silent for so long (or the process is gone for five minutes)."""
    outcome = Outcome()
    limit = minutes * 60
    ends = np.concatenate([tape.line_ts[1:], [tape.end]]) if len(tape.line_ts) else np.array([tape.end])
    begins = tape.line_ts if len(tape.line_ts) else np.array([START])
    alarms = (begins + limit)[ends - begins > limit].tolist()
    if tape.exit is not None and (tape.exit.code != 0 or tape.truth.kind in ("short", "left_on")):
        alarms.append(tape.exit.ts + (0.0 if tape.exit.code is not None else heartbeat_s))
    if tape.blind and tape.blind[0][1] == float("inf"):
        alarms.append(tape.blind[0][0] + heartbeat_s)
    for ts in sorted(alarms):
        outcome.looks, outcome.lines, outcome.bytes = (
            outcome.looks + 1,
            outcome.lines + 1,
            outcome.bytes + 200,
        )
        if ts >= tape.truth.begins and tape.truth.faulty:
            outcome.seen, outcome.by = ts, "silence"
            break
        outcome.false.append("stall")
    return outcome


def oracle(tape: Tape) -> Outcome:
    """Knows; one look where one is needed."""
    if not tape.truth.faulty:
        return Outcome(looks=1, bytes=80, lines=1)
    return Outcome(seen=tape.truth.failed, by="oracle", looks=1, bytes=80, lines=1)
