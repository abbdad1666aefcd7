"""Rules about what the text and the exit say: errors and NaN."""

import math
from typing import Literal

from vasttui.logs.events import ErrorMarker
from vasttui.monitor.history import History
from vasttui.monitor.rules.symptom import Symptom, View
from vasttui.monitor.words import duration

SIGNALS = {1: "SIGHUP", 2: "SIGINT", 6: "SIGABRT", 7: "SIGBUS", 9: "SIGKILL", 11: "SIGSEGV", 15: "SIGTERM"}
Ending = Literal["done", "crash", "short", "stopped", "unknown"]
SHORT_OF_TOTAL = 0.9
NAN_IN_A_ROW = 2
NAN_ALONE_GAPS = 3.0
ADVICE = {
    "oom": "smaller micro batch, gradient checkpointing or a bigger card; then relaunch (r)",
    "killed": "most often the kernel's out-of-memory killer: compare RAM with its limit, then relaunch (r)",
    "disk": "free disk space, then relaunch from the last checkpoint (r)",
    "nccl": "often transient: relaunch (r); if it returns, another machine",
    "cuda": "relaunch (r); if it returns, another machine",
    "import": "a package is missing or broken: mend the environment, then relaunch (r)",
    "worker": "more shared memory (/dev/shm) or fewer loader workers, then relaunch (r)",
}
READ_THE_LOG = "read the log around it (enter), mend it, then relaunch (r)"


def error(view: View) -> Symptom | None:
    """A fatal marker, a crash, or an end well short of the work."""
    h = view.history
    if h.exit is not None:
        return _ended_badly(h)
    marker = _open_marker(h)
    if marker is None:
        return None
    return Symptom(
        marker.text,
        ADVICE.get(marker.kind, READ_THE_LOG),
        since=marker.ts if marker.ts is not None else view.now,
        immediate=marker.kind != "traceback",
        log_line=marker.line,
    )


def _open_marker(h: History) -> ErrorMarker | None:
    """The first fatal marker since the last step: the later ones are its echoes on other ranks."""
    last_step_ts = h.pace.last_ts or 0.0
    for marker in h.errors:
        if marker.fatal and marker.kind != "nan" and (marker.ts is None or marker.ts >= last_step_ts):
            return marker
    return None


def cause_of_death(h: History) -> ErrorMarker | None:
    """The marker a crash is named by."""
    return _open_marker(h) or next((m for m in reversed(h.errors) if m.fatal), None)


def _ended_badly(h: History) -> Symptom | None:
    assert h.exit is not None
    how = exit_text(h)
    match ending(h):
        case "done" | "stopped":
            return None
        case "short":
            text = f"ended at {h.step}/{h.total_steps} with exit 0 and no word of early stopping"
            advice = "see what ended it in the log (l); relaunch (r) resumes it"
            return Symptom(text, advice, h.exit.ts, immediate=True)
        case "unknown":
            where = f" at step {h.step}" if h.step is not None else ""
            text = f"{how}{where}; nothing tells if its work was done"
            return Symptom(text, "see the end of the log (l)", h.exit.ts, immediate=True)
        case "crash":
            return _crash(h, how)


def _crash(h: History, how: str) -> Symptom:
    assert h.exit is not None
    ts = h.exit.ts
    marker = cause_of_death(h)
    if marker is not None:
        advice = ADVICE.get(marker.kind, READ_THE_LOG)
        return Symptom(f"{marker.text} ({how})", advice, ts, immediate=True, log_line=marker.line)
    by_kernel = h.exit.signal == 9 or h.exit.code == 137
    advice = ADVICE["killed"] if by_kernel else READ_THE_LOG
    return Symptom(f"{how}; the log does not say why", advice, ts, immediate=True)


def ending(h: History) -> Ending:
    """How a run that is over ended. Of a process that vanished only its log can tell.

    `stopped`: a kill was sent from here, and it ended of that rather than with its work done.
    """
    assert h.exit is not None
    if h.stopped_on_purpose:
        return "done" if h.exit.code == 0 and not ended_short(h) else "stopped"
    if h.exit.code is None and h.exit.signal is None:
        if _open_marker(h) is not None:
            return "crash"
        if h.step is None or h.total_steps is None:
            return "unknown"
        return "crash" if ended_short(h) else "done"
    if h.exit.code != 0:
        return "crash"
    return "short" if ended_short(h) else "done"


def ended_short(h: History) -> bool:
    """The end came well before a known total, further than the log's own interval explains."""
    if h.step is None or h.total_steps is None or h.log.early_stopped:
        return False
    interval = max((a.steps for a in h.pace.recent()), default=1)
    return h.step < SHORT_OF_TOTAL * h.total_steps and h.step + 2 * interval < h.total_steps


def exit_text(h: History) -> str:
    """`exit 1`, `killed by SIGKILL`, `vanished`."""
    assert h.exit is not None
    signal = h.exit.signal
    if signal is None and h.exit.code is not None and h.exit.code > 128:
        signal = h.exit.code - 128
    if signal is not None and signal in SIGNALS:
        return f"killed by {SIGNALS[signal]}"
    if signal is not None and h.exit.code is None:
        return f"killed by signal {signal}"
    return "the process vanished" if h.exit.code is None else f"exit {h.exit.code}"


def nan(view: View) -> Symptom | None:
    """The loss is not a number, or the log says so."""
    h = view.history
    if h.exit is not None:
        return None
    if h.nan_since is not None:
        gap_s = h.pace.typical_gap_s() or 0.0
        if h.nan_count < NAN_IN_A_ROW and view.now - h.nan_since < NAN_ALONE_GAPS * gap_s:
            return None
        return Symptom(
            f"loss is {h.loss} for {duration(view.now - h.nan_since)}, at step {h.step}",
            "stop: nothing is learnt any more; lower the learning rate, resume before the NaN",
            since=h.nan_since,
            immediate=h.nan_count >= NAN_IN_A_ROW,
        )
    marker = next((m for m in reversed(h.errors) if m.kind == "nan"), None)
    if marker is None or (marker.ts is not None and _healthy_loss_since(h, marker.ts)):
        return None
    return Symptom(
        marker.text,
        "stop: nothing is learnt any more; lower the learning rate, resume before the NaN",
        since=marker.ts if marker.ts is not None else view.now,
        immediate=marker.fatal,
        log_line=marker.line,
    )


def _healthy_loss_since(history: History, ts: float) -> bool:
    """Three finite losses, not all zero (how some loggers hide a NaN), came after `ts`."""
    series = history.series.get("loss")
    window = series.since(ts) if series is not None else None
    later = [v for t, v in zip(window.ts, window.values, strict=True) if t > ts] if window else []
    return len(later) >= 3 and all(map(math.isfinite, later)) and any(later)
