"""Rules about the machine: GPU idle, memory, disk, link."""

from collections.abc import Iterator
from itertools import pairwise
from statistics import median

from vasttui.monitor.reading import Sample
from vasttui.monitor.rules.symptom import Symptom, View
from vasttui.monitor.series import Window
from vasttui.monitor.words import duration, gib, of_mib

SUSTAINED_S = 180.0
STILL_SHARE = 1 / 8
STILL_STEPPING_GAPS = 1.3
STILL_STEPPING_S = 15.0
STILL_IDLE_PCT = 5.0
IDLE_PATIENCE = 2.0
SHORTEST_WINDOW_S = 20.0
MIN_SAMPLES = 4
PRESSED_S = 120.0
GROWTH_S = 1200.0
GROWTH_WINDOW_S = 600.0
GROWTH_FROM = 0.8
FULL_AT = 0.98
LEAST_GROWTH = 0.01
PARTS = 6
STEADY_FACTOR = 2.0
FILL_WINDOW_S = 900.0
FILL_HORIZON = 8  # so many windows ahead a steady fall is believed
FILL_MARGIN = 0.95
LEAST_FALL_MIB = 256.0
LINK_PATIENCE_S = 45.0
UNKNOWN_END_S = 7200.0
SAVES_LEFT = (1.8, 1.9, 4.0)  # after two, three, more saves that nothing was deleted for
STOPPED_FACTOR = 1.6


def window_s(view: View, length_s: float, share: float | None = None) -> float:
    """A span that shrinks with short runs."""
    return max(SHORTEST_WINDOW_S, length_s * (view.scale if share is None else share))


def _window(
    view: View, name: str, length_s: float, since: float = 0.0, share: float | None = None
) -> Window | None:
    series = view.history.series.get(name)
    if series is None:
        return None
    span_s = window_s(view, length_s, share)
    window = series.since(max(view.now - span_s, since))
    return window if len(window) >= MIN_SAMPLES and window.span_s >= 0.6 * span_s else None


def gpu_idle(view: View) -> Symptom | None:
    """Utilisation stays low while training claims to go on: over the window, and at its end too."""
    h = view.history
    if not view.training or not _stepping(view):
        return None
    limit = view.plan.alerts.gpu_idle * 100 + (STILL_IDLE_PCT if "gpu_idle" in view.open else 0.0)
    window = _window(view, "gpu", SUSTAINED_S, since=h.activity_since, share=view.patience)
    if window is None or window.mean >= limit:
        return None
    newest = h.series.mean("gpu", view.now - window_s(view, SUSTAINED_S, view.patience) * STILL_SHARE)
    if newest is None or newest >= limit:
        return None
    usual = h.baseline.util_pct if h.baseline is not None else None
    against = f" (baseline {usual:.0f}%)" if usual is not None else ""
    return Symptom(
        f"GPU at {window.mean:.0f}% over {duration(window.span_s)}{against}, limit "
        f"{view.plan.alerts.gpu_idle:.0%}",
        "feed it: more loader workers, larger batch, data on local disk",
        since=_below_since(view, "gpu", view.plan.alerts.gpu_idle * 100),
        patience=IDLE_PATIENCE,
    )


def _stepping(view: View) -> bool:
    """The newest step is no older than usual: in a silence the card's idling is a stall's matter."""
    h = view.history
    usual_s = h.pace.typical_gap_s() or 0.0
    return view.now - h.last_sign_ts <= max(STILL_STEPPING_S, STILL_STEPPING_GAPS * usual_s)


def _below_since(view: View, name: str, limit: float) -> float:
    series = view.history.series[name]
    since = series.ts[-1]
    for ts, value in zip(reversed(series.ts), reversed(series.values), strict=True):
        if value >= limit:
            break
        since = ts
    return since


def memory(view: View) -> Symptom | None:
    """VRAM or RAM is nearly full, or grows so that it will be."""
    if not view.running:
        return None
    for name, label, total_mib in capacities(view.history.samples):
        symptom = _pressure(view, name, label, total_mib) or _leak(view, name, label, total_mib)
        if symptom is not None:
            return symptom
    return None


def capacities(rows: tuple[Sample, ...]) -> Iterator[tuple[str, str, float]]:
    """(series, label, MiB in all) of each memory there is."""
    vram = [r.mem_total_mib for r in rows if r.mem_total_mib]
    ram = [r.ram_total_mib for r in rows if r.ram_total_mib]
    if vram:
        yield "vram", "VRAM", max(vram)
    if ram:
        yield "ram", "RAM", max(ram)


def _pressure(view: View, name: str, label: str, total_mib: float) -> Symptom | None:
    series = view.history.series.get(name)
    if series is None or series.values[-1] < view.plan.alerts.memory * total_mib:
        return None
    window = _window(view, name, PRESSED_S)
    if window is None or min(window.values) < view.plan.alerts.memory * total_mib:
        return None
    return Symptom(
        f"{label} {of_mib(window.values[-1], total_mib)} over {duration(window.span_s)}",
        "out of memory is near: smaller micro batch, fewer loader workers, or checkpoint activations",
        since=window.ts[0],
    )


def _leak(view: View, name: str, label: str, total_mib: float) -> Symptom | None:
    series = view.history.series.get(name)
    if series is None or series.values[-1] < GROWTH_FROM * total_mib:
        return None
    window = _window(view, name, GROWTH_WINDOW_S)
    if window is None or window.values[-1] - window.values[0] < LEAST_GROWTH * total_mib:
        return None
    slope = steady_slope(window)
    if slope <= 0:
        return None
    full_in_s = max(0.0, FULL_AT * total_mib - window.values[-1]) / slope
    left_s = view.forecast.eta_s
    if full_in_s > GROWTH_S * max(view.scale, 0.1) or (left_s is not None and full_in_s > left_s):
        return None
    return Symptom(
        f"{label} {of_mib(window.values[-1], total_mib)} and growing {slope * 60:.0f} MiB/min: "
        f"full in {duration(full_in_s)}",
        "something leaks; save a checkpoint, relaunch before the kernel kills it",
        since=window.ts[0],
    )


def steady_slope(window: Window) -> float:
    """Growth per second if each part of the window grew, none far more than the others; else 0."""
    size = len(window) // PARTS
    if size < 1:
        return 0.0
    cuts = [len(window) - size * n for n in range(PARTS, 0, -1)]
    means = [sum(window.values[i : i + size]) / size for i in cuts]
    steps = [b - a for a, b in pairwise(means)]
    usual = median(steps)
    if min(steps) <= 0 or max(steps) > STEADY_FACTOR * usual:
        return 0.0
    return (means[-1] - means[0]) / ((window.ts[-1] - window.ts[0]) * (PARTS - 1) / PARTS)


def disk(view: View) -> Symptom | None:
    """The disk fills before the run ends, or the next checkpoints do not fit."""
    series = view.history.series.get("disk")
    if not view.running or series is None or len(series) < MIN_SAMPLES:
        return None
    free = series.values[-1]
    if free < view.plan.alerts.disk * 1024:
        return Symptom(f"{gib(free)} GiB free", "free some space now: old checkpoints, caches", series.ts[-1])
    return _no_room_to_save(view, free) or _filling(view, free)


def _filling(view: View, free: float) -> Symptom | None:
    """Something writes all the time (no checkpoints, which come by and by), and nothing was ever deleted."""
    h = view.history
    window = _window(view, "disk", FILL_WINDOW_S)
    if h.writes or h.freed_mib > 0 or window is None or window.values[0] - window.values[-1] < LEAST_FALL_MIB:
        return None
    slope = steady_slope(Window(window.ts, [-value for value in window.values]))
    full_in_s = free / slope if slope > 0 else UNKNOWN_END_S
    left_s = view.forecast.eta_s
    end_s = UNKNOWN_END_S if left_s is None else FILL_MARGIN * left_s
    if full_in_s >= min(end_s, FILL_HORIZON * window.span_s):
        return None
    more = "" if left_s is None else f", the run takes {duration(left_s)} more"
    return Symptom(
        f"{gib(free)} GiB free, {slope * 60:.0f} MiB/min are written: full in {duration(full_in_s)}{more}",
        "find what writes (caches, logs, samples) and free some space",
        since=window.ts[0],
    )


def _no_room_to_save(view: View, free: float) -> Symptom | None:
    """Nothing was ever deleted, and fewer saves fit than will come."""
    h = view.history
    if len(h.writes) < 2 or h.freed_mib > 0:
        return None
    usual = median(size for _, size in h.writes[-8:])
    times = [ts for ts, _ in h.writes]
    every_s = (times[-1] - times[0]) / (len(times) - 1)
    left_s = view.forecast.eta_s if view.forecast.eta_s is not None else UNKNOWN_END_S
    to_come = (left_s + view.now - times[-1]) / max(1.0, every_s) - 0.5
    fit = free / max(1.0, usual)
    stopped = view.now - times[-1] > STOPPED_FACTOR * every_s
    enough = SAVES_LEFT[min(len(h.writes), 4) - 2]
    if fit >= enough or to_come <= fit or stopped:
        return None
    elapsed_s = max(1.0, view.now - h.run.started_at)
    return Symptom(
        f"{gib(free)} GiB free, the last {len(h.writes)} saves took {gib(usual)} GiB each: "
        f"full in {duration(max(0.0, times[-1] + (int(fit) + 1) * every_s - view.now))}, "
        f"{to_come:.0f} more to come after {duration(elapsed_s)}",
        "keep fewer checkpoints, or move old ones away",
        since=times[0],
    )


def host_deadline(view: View) -> float | None:
    """When a lost host becomes a suspicion."""
    lost = view.history.lost_since
    return None if lost is None else lost + LINK_PATIENCE_S


def host(view: View) -> Symptom | None:
    """The machine does not answer."""
    lost = view.history.lost_since
    if lost is None or view.now - lost < LINK_PATIENCE_S:
        return None
    why = view.history.lost_why or "the run may still go on"
    return Symptom(
        f"no answer for {duration(view.now - lost)}; {why}",
        "check the link and the instance's state; the watcher keeps trying",
        since=lost,
    )
