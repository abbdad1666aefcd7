"""From a snapshot's series to graphs: scales, levels, what the crosshair reads."""

from bisect import bisect_left
from dataclasses import dataclass, field
from math import isfinite

from textual.content import Content

from vasttui.monitor.series import Series
from vasttui.tui import figures
from vasttui.tui.graph import FEW_POINTS, MARK_GLYPHS, Graph, Level, Line, Room, line_of
from vasttui.tui.quantities import quantity, series_of
from vasttui.tui.ratechart import rate_levels
from vasttui.watch.past import Course
from vasttui.watch.session import Snapshot

_ACROSS = float("inf")  # few points are far apart, and joined all the same
_KEPT = 64
OTHER = "$text-warning"


@dataclass(frozen=True, slots=True)
class Span:
    """The time shown, unix s."""

    start: float
    end: float

    @property
    def length(self) -> float:
        """Seconds."""
        return self.end - self.start


@dataclass(slots=True)
class Lines:
    """Decimated lines, kept while series, span and room are the same: a moving crosshair costs no pass."""

    _kept: dict[tuple[object, ...], Line] = field(default_factory=dict[tuple[object, ...], Line])

    def line(
        self, series: Series, span: Span, room: Room, style: str = "$primary", *, filled: bool = False
    ) -> Line:
        """The line of one series."""
        key = (id(series), len(series), span, room.width, style, filled)
        if key not in self._kept:
            if len(self._kept) >= _KEPT:
                self._kept.clear()
            gap = _ACROSS if series.name.startswith(("eval:", "cost")) or len(series) <= FEW_POINTS else None
            self._kept[key] = line_of(
                series, span.start, span.end, room, style=style, filled=filled, gap_s=gap
            )
        return self._kept[key]


def limits(key: str, lines: list[Line], floor: float = 0.0) -> tuple[float, float]:
    """The scale: from nought where nought means something, else a little around what is there."""
    what = quantity(key)
    known = [column for line in lines for column in line.columns.values if column is not None]
    if not known:
        return 0.0, 1.0
    low, high = min(c[0] for c in known), max(floor, *(c[1] for c in known))
    if what.top is not None:
        return 0.0, what.top
    if what.zero:
        return 0.0, high * 1.1 or 1.0
    pad = (high - low) * 0.08 or abs(high) * 0.1 or 1.0
    return low - pad, high + pad


def graph_of(
    key: str, snapshot: Snapshot, span: Span, room: Room, lines: Lines,
    *, cursor: float | None = None, other: Course | None = None, tint: bool = True,
) -> Graph:  # fmt: skip
    """One series, with what it is compared with laid over it from the same start."""
    what = quantity(key)
    levels = levels_of(key, snapshot)
    own = lines.line(series_of(snapshot, key), span, room, filled=what.zero)
    drawn = [own]
    if other is not None and (theirs := other.series.get(key)) is not None:
        drawn.append(lines.line(theirs, span, room, OTHER))
    low, high = limits(key, drawn, max((at.value for at in levels), default=0.0))
    return Graph(
        tuple(drawn), span.start, span.end, low, high, what.tick, levels,
        snapshot.marks, snapshot.alerts, tint, cursor, what.base,
    )  # fmt: skip


def levels_of(key: str, snapshot: Snapshot) -> tuple[Level, ...]:
    """Baseline and 70 % of it, the budget, what a card or the host has in all once half of it is used."""
    base, budget = snapshot.baseline, snapshot.forecast.budget_usd
    if key == "rate" and base is not None and base.seconds_per_step > 0:
        return rate_levels(1 / base.seconds_per_step)
    if key == "cost" and budget is not None:
        return (Level(budget, "budget", "$text-warning", 3),)
    attribute = {"vram": "mem_total_mib", "ram": "ram_total_mib"}.get(key, "")
    totals = [total for sample in snapshot.samples if (total := getattr(sample, attribute, None)) is not None]
    used = max(series_of(snapshot, key).values, default=0.0)
    return (Level(max(totals), "all", "$text-muted", 3),) if totals and max(totals) < 2 * used else ()


def shifted(course: Course, started_at: float) -> Course:
    """The course as if it had begun at `started_at`."""
    by = started_at - course.started_at
    moved: dict[str, Series] = {}
    for key, series in course.series.items():
        moved[key] = Series(key, series.unit, series.limit)
        moved[key].ts.extend(ts + by for ts in series.ts)
        moved[key].values.extend(series.values)
    return Course(course.name, started_at, moved)


def value_at(series: Series, ts: float) -> float | None:
    """The newest value at or before `ts`."""
    i = bisect_left(series.ts, ts)
    if i < len(series) and series.ts[i] == ts:
        return series.values[i]
    return series.values[i - 1] if i > 0 else None


def told_at(key: str, snapshot: Snapshot, ts: float, reach_s: float, other: Course | None = None) -> Content:
    """What the crosshair reads: time, step, value, share of the baseline, the other's value, events."""
    what = quantity(key)
    value = value_at(series_of(snapshot, key), ts)
    parts = [Content.styled(figures.moment(ts, snapshot.now_ts, seconds=True), "bold")]
    if (steps := snapshot.series.get("step")) and (step := value_at(steps, ts)) is not None:
        parts.append(Content(f"step {step:.0f}"))
    known = value is not None and isfinite(value)
    parts.append(
        Content.styled(what.write(value) if known and value is not None else "unknown", "bold $text-accent")
    )
    base = snapshot.baseline
    if key == "rate" and known and value is not None and base is not None and base.seconds_per_step > 0:
        parts.append(Content(f"{value * base.seconds_per_step:.0%} of baseline"))
    if other is not None and key in other.series and (theirs := value_at(other.series[key], ts)) is not None:
        parts.append(Content.styled(f"{other.name} {what.write(theirs)}", OTHER))
    return Content("  ").join([*parts, *(Content(text) for text in events_at(snapshot, ts, reach_s))])


def events_at(snapshot: Snapshot, ts: float, reach_s: float) -> list[str]:
    """Marks within `reach_s`, and the alerts that held then."""
    texts = [
        f"{MARK_GLYPHS[mark.kind]} {mark.kind}{'' if mark.step is None else f' {mark.step}'}"
        for mark in snapshot.marks
        if abs(mark.ts - ts) <= reach_s
    ]
    return texts + [
        f"▲ {alert.rule}"
        for alert in snapshot.alerts
        if alert.since - reach_s <= ts <= (alert.resolved_at or snapshot.now_ts)
    ]


def events(snapshot: Snapshot) -> list[float]:
    """Every mark and alert, in time order."""
    return sorted({mark.ts for mark in snapshot.marks} | {alert.since for alert in snapshot.alerts})
