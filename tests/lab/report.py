"""The tables, as markdown."""

import math
from collections.abc import Sequence

import numpy as np

from tests.lab import optimum
from tests.lab.faults import FAULTS
from tests.lab.policies import ADAPTIVE, ATTENDED, BEFORE, OURS, POLICIES, Row
from tests.lab.score import (
    FAILING,
    LOOK_USD,
    USD_H,
    PolicyScore,
    score_eta,
    score_kind,
    score_policy,
    weights,
)
from tests.lab.tape import START

CONFIRM_S = 180.0
EARLY_S = 900.0


def duration(seconds: float) -> str:
    """`4 s`, `3.2 min`, `never`; negative: ahead."""
    if math.isnan(seconds):
        return "-"
    if math.isinf(seconds):
        return "never"
    size = abs(seconds)
    text = (
        f"{size:.0f} s" if size < 99.5 else f"{size / 60:.1f} min" if size < 5970 else f"{size / 3600:.1f} h"
    )
    return f"{text} ahead" if seconds < -0.5 else text


def table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """A markdown table."""
    lines = ["| " + " | ".join(head) + " |", "|" + "---|" * len(head)]
    return "\n".join(lines + ["| " + " | ".join(row) + " |" for row in rows])


def percent(share: float, digits: int = 1) -> str:
    """`99.2 %`."""
    return "-" if math.isnan(share) else f"{100 * share:.{digits}f} %"


def size(count: float) -> str:
    """Bytes, readable."""
    return (
        f"{count:.0f} B"
        if count < 9_999
        else f"{count / 1000:.0f} kB"
        if count < 9_999_999
        else f"{count / 1e6:.1f} MB"
    )


def policies_table(rows: Sequence[Row]) -> str:
    """Every policy on the published mix."""
    bound = poll_bound(rows)
    body = [_policy_row(name, score_policy(rows, name)) for name in POLICIES]
    body.insert(
        len(BEFORE),
        ["*best schedule that polls*", "100 %", "100 %", "-", "-", f"{bound.looks:.1f}", "-", "-",
         f"{bound.usd - LOOK_USD * bound.looks:.3f}", f"{bound.usd:.3f}", "0"],
    )  # fmt: skip
    head = ("policy", "recall", "precision", "delay, median", "p95", "looks a run", "bytes", "lines",
            "$ burnt", "$ in all", "false alerts in 500 h")  # fmt: skip
    return table(head, body)


def _policy_row(name: str, s: PolicyScore) -> list[str]:
    return [
        f"**{name}**" if name.startswith("vasttui") else name,
        percent(s.recall), percent(s.precision), duration(s.median_s), duration(s.p95_s),
        f"{s.looks:.1f}", size(s.bytes), f"{s.lines:.0f}", f"{s.burnt_usd:.3f}", f"{s.total_usd:.3f}",
        f"{s.false_per_500h:.2f}",
    ]  # fmt: skip


def poll_bound(rows: Sequence[Row]) -> optimum.Schedule:
    """The cheapest schedule for these very runs, if every fault showed itself fully at the first look."""
    at = optimum.grid()
    weight = weights(rows)
    failed = [(row.truth.failed - START) / 60 for row in rows]
    over = [(min(row.end, max(row.truth.failed, START)) - START) / 60 for row in rows]
    cdf = optimum.empirical_cdf(failed, weight, at)
    running = 1 - optimum.empirical_cdf(over, weight, at)
    return optimum.best(at, cdf, LOOK_USD, USD_H, running)


def kinds_table(rows: Sequence[Row], policies: Sequence[str] = (OURS, "poll 1 min", "poll 10 min")) -> str:
    """Recall, precision and delay for each kind of fault."""
    head = ["fault", "runs", "recall blatant", "borderline", "precision", "delay, median", "p95"]
    for other in policies[1:]:
        head += [f"{other}: recall", "precision", "median", "p95"]
    body: list[list[str]] = []
    for kind in FAULTS:
        s = score_kind(rows, policies[0], kind)
        line = [kind, str(s.runs), percent(s.recall_blatant), percent(s.recall_borderline),
                percent(s.precision), duration(s.median_s), duration(s.p95_s)]  # fmt: skip
        for other in policies[1:]:
            o = score_kind(rows, other, kind)
            line += [percent(o.recall, 0), percent(o.precision, 0), duration(o.median_s), duration(o.p95_s)]
        body.append(line)
    return table(head, body)


def bounds_table() -> str:
    """For each published distribution: the optimum, and the plan's own looks without a live channel."""
    head = ("failures as in", "best looks", "late on average", "$ a run", "same number by Keller's density",
            "1-3-7-15-25-35-65-… : looks", "late", "$")  # fmt: skip
    at = optimum.grid()
    body: list[list[str]] = []
    plain = np.array([1, 3, 7, 15, 25, 35, 65, 105, *range(165, 721, 60)], dtype=float)
    for name in optimum.PUBLISHED:
        cdf = optimum.published_cdf(name, at, FAILING)
        one = optimum.best(at, cdf, LOOK_USD, USD_H)
        late, looks = _fixed(at, cdf, plain)
        body.append([
            name, f"{one.looks:.1f} of {len(one.minutes)}", f"{one.late_min:.1f} min", f"{one.usd:.3f}",
            f"{optimum.keller_mean_delay(at, cdf, len(one.minutes)):.1f} min",
            f"{looks:.1f}", f"{late:.1f} min", f"{FAILING * late / 60 * USD_H + LOOK_USD * looks:.3f}",
        ])  # fmt: skip
    return table(head, body)


def _fixed(at: "np.ndarray", cdf: "np.ndarray", looks: "np.ndarray") -> tuple[float, float]:
    mass = np.diff(cdf, prepend=0.0)
    nxt = looks[np.minimum(np.searchsorted(looks, at), len(looks) - 1)]
    late = float((mass * np.maximum(0.0, nxt - at)).sum() / max(1e-9, mass.sum()))
    made = float((1 - np.interp(np.concatenate([[0], looks[:-1]]), at, cdf)).sum())
    return late, made


def targets(rows: Sequence[Row]) -> list[tuple[str, str, str, bool]]:
    """(what, asked, measured, reached) for every figure that was asked of the watcher."""
    ours, one = score_policy(rows, OURS), score_policy(rows, "poll 1 min")
    attended = score_policy(rows, ATTENDED)
    ill = [row for row in rows if row.truth.faulty]

    def recall(severity: str) -> float:
        mine = [row for row in ill if row.truth.severity == severity]
        return sum(row.outcomes[OURS].seen is not None for row in mine) / len(mine)

    found: list[tuple[str, str, str, bool]] = []

    def add(what: str, asked: str, measured: str, reached: bool) -> None:
        found.append((what, asked, measured, reached))

    add("recall, blatant", "≥ 99 %", percent(recall("blatant"), 2), recall("blatant") >= 0.99)
    add("recall, borderline", "≥ 95 %", percent(recall("borderline"), 2), recall("borderline") >= 0.95)
    add("false alerts in 500 healthy hours", "≤ 1", f"{ours.false_per_500h:.2f}", ours.false_per_500h <= 1)
    add(
        "look-alikes with an alert", "≤ 1 %", percent(ours.look_alike_share, 2), ours.look_alike_share <= 0.01
    )
    crash = [_delay(row) for row in ill if row.truth.kind in ("script", "load", "killed", "short", "left_on")]
    add("crash and exit, slowest", "≤ 5 s", duration(max(crash)), max(crash) <= 5)
    hangs = [row for row in ill if row.truth.kind in ("hang_spin", "hang_io")]
    excess = [(_delay(row) - 2 * row.gap_s) for row in hangs]
    inside = sum(e <= CONFIRM_S for e in excess) / len(excess)
    add("hang told within twice its own normal gap and 3 min", "all", percent(inside), inside >= 0.99)
    for early, limit in ((True, 360.0), (False, 600.0)):
        slow = [
            _delay(r) for r in ill if r.truth.kind == "slow" and (r.truth.begins - START < EARLY_S) is early
        ]
        inside = sum(d <= limit for d in slow) / max(1, len(slow))
        when = "in the first 15 min" if early else "later"
        text = f"{percent(inside)}, median {duration(float(np.median(slow)))}" if slow else "-"
        add(f"slowdown {when}, told in {limit / 60:.0f} min", "all", text, inside >= 0.95)
    share = ours.bytes / one.bytes
    add("bytes against 1-min polling", "≤ 2 %", percent(share, 2), share <= 0.02)
    share = attended.bytes / one.bytes
    add("  the same, every look read", "≤ 2 %", percent(share, 2), share <= 0.02)
    share = ours.looks / one.looks
    add("looks against 1-min polling", "≤ 5 %", percent(share), share <= 0.05)
    share = attended.looks / one.looks
    add("  the same, every look read", "≤ 5 %", percent(share), share <= 0.05)
    later = [k for k in FAULTS if _median_s(rows, OURS, k) > _median_s(rows, "poll 1 min", k) + 0.5]
    add("kinds later than 1-min polling (median)", "none", ", ".join(later) or "none", not later)
    bound = poll_bound(rows)
    add(
        "$ a run, against the poll-only optimum",
        f"< {bound.usd:.3f}",
        f"{ours.total_usd:.3f}",
        ours.total_usd < bound.usd,
    )
    add(
        "  the same, every look read",
        f"< {bound.usd:.3f}",
        f"{attended.total_usd:.3f}",
        attended.total_usd < bound.usd,
    )
    adaptive = score_policy(rows, ADAPTIVE)
    add(
        "  the same, adaptive cadence",
        f"< {bound.usd:.3f}",
        f"{adaptive.total_usd:.3f}",
        adaptive.total_usd < bound.usd,
    )
    eight = _eight_hours(rows)
    add("8 h healthy: looks and bytes, every look read", "≤ 25, ≤ 3 KB", f"{eight[0]:.0f}, {eight[1]:.0f} B",
        eight[0] <= 25 and eight[1] <= 3000)  # fmt: skip
    add("8 h healthy, unattended: bytes", "≤ 120", f"{eight[2]:.0f}", eight[2] <= 120)
    eta = score_eta(rows, ATTENDED)
    add("finish inside the 80 % range", "75-90 %", percent(eta.covered), 0.75 <= eta.covered <= 0.90)
    add("ETA error, median, after 10 %", "≤ 5 %", percent(eta.median_error), eta.median_error <= 0.05)
    hours, seconds = sum(row.hours for row in rows), sum(row.judged_s for row in rows)
    add("run-hours judged a second of one core", "≥ 500", f"{hours / seconds:.0f}", hours / seconds >= 500)
    return found


def _eight_hours(rows: Sequence[Row]) -> tuple[float, float, float]:
    """The most that a healthy run of 7 to 9 h showed: looks, bytes; and bytes unattended."""
    mine = [
        row for row in rows if not row.truth.faulty and 7 <= row.hours <= 9 and not row.outcomes[OURS].false
    ]
    if not mine:
        return 0.0, 0.0, 0.0
    looks = max(row.outcomes[ATTENDED].looks for row in mine)
    shown = max(row.outcomes[ATTENDED].bytes for row in mine)
    return looks, shown, max(row.outcomes[OURS].bytes for row in mine)


def _median_s(rows: Sequence[Row], policy: str, kind: str) -> float:
    """Median delay; told ahead of the failure is as good as told at it."""
    return max(0.0, score_kind(rows, policy, kind).median_s)


def _delay(row: Row) -> float:
    seen = row.outcomes[OURS].seen
    return float("inf") if seen is None else seen - row.truth.failed


def targets_table(rows: Sequence[Row]) -> str:
    """What was asked beside what was measured."""
    return table(
        ("figure", "asked", "measured", ""),
        [(what, asked, measured, "yes" if ok else "**no**") for what, asked, measured, ok in targets(rows)],
    )
