"""The summary line: exactly eight fields, at most 120 bytes, `-` for unknown.

`ts step rate eta gpu mem eval status`
"""

from datetime import UTC, datetime

from vasttui.monitor.history import History
from vasttui.monitor.reading import Sample
from vasttui.monitor.words import duration, gib, rate, significant

MAX_BYTES = 120
METRIC_PREFIXES = ("eval_", "val_", "valid_", "validation_", "eval/", "val/", "eval-", "valid-", "test_")
METRIC_CHARS = 16


def summary_line(
    history: History, now: float, rate_s: float | None, eta_s: float | None, metric: str | None, status: str
) -> str:
    """One judged look as one line."""
    figures = [
        datetime.fromtimestamp(now, UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        step_field(history.step, history.total_steps),
        rate(rate_s),
        duration(eta_s),
        gpu_field(history),
        mem_field(history.samples),
        eval_field(history, metric),
    ]
    if len(" ".join((*figures, status))) > MAX_BYTES:
        figures[-1] = "-"  # the status says more than the last eval
    head = " ".join(figures)
    return f"{head} {shorten_rules(status, MAX_BYTES - len(head) - 1)}"


def shorten_rules(status: str, room: int) -> str:
    """`ALERT:a,b,c` cut after a whole rule so that it fits in `room` bytes."""
    while len(status) > room and "," in status:
        status = status.rpartition(",")[0]
    return status[:room]


def step_field(step: int | None, total: int | None) -> str:
    """`1200/20000`, `1200`, or `-`."""
    if step is None:
        return "-" if total is None else f"-/{total}"
    return str(step) if total is None else f"{step}/{total}"


def gpu_field(history: History) -> str:
    """Mean utilisation of the newest sample."""
    known = [r.util_pct for r in history.samples if r.util_pct is not None]
    return f"{sum(known) / len(known):.0f}%" if known else "-"


def mem_field(rows: tuple[Sample, ...]) -> str:
    """VRAM of the fullest card; on a host without cards the RAM."""
    cards = [
        (r.mem_used_mib, r.mem_total_mib) for r in rows if r.mem_used_mib is not None and r.mem_total_mib
    ]
    rams = [(r.ram_used_mib, r.ram_total_mib) for r in rows if r.ram_used_mib is not None and r.ram_total_mib]
    pairs = cards or rams
    if not pairs:
        return "-"
    used, total = max(pairs, key=lambda pair: pair[0] / pair[1])
    return f"{gib(used)}/{gib(total)}G"


def eval_field(history: History, metric: str | None) -> str:
    """The newest value of the followed metric, its prefix dropped: `loss=2.31`."""
    series = history.series.get(f"eval:{metric}") if metric is not None else None
    if series is None or metric is None or not len(series):
        return "-"
    name = metric
    for prefix in METRIC_PREFIXES:
        name = name.removeprefix(prefix)
    shown = "".join(letter for letter in name if letter.isascii() and letter.isprintable() and letter != " ")
    return f"{shown[:METRIC_CHARS] or 'eval'}={significant(series.values[-1])}"
