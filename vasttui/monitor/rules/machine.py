"""Rules about the machine: GPU idle, memory, disk, link."""

from collections.abc import Iterator
from statistics import median

from vasttui.monitor.reading import Sample
from vasttui.monitor.rules.symptom import Symptom, View
from vasttui.monitor.series import Window
from vasttui.monitor.words import duration, gib, of_mib

SUSTAINED_S = 180.0
SHORTEST_WINDOW_S = 20.0
MIN_SAMPLES = 4
GROWTH_S = 1800.0
GROWTH_FIT = 0.8
GROWTH_FROM = 0.7
LINK_PATIENCE_S = 60.0
UNKNOWN_END_S = 7200.0


def _window(view: View, name: str, length_s: float, since: float = 0.0) -> Window | None:
    series = view.history.series.get(name)
    if series is None:
        return None
    span_s = max(SHORTEST_WINDOW_S, length_s * view.scale)
    window = series.since(max(view.now - span_s, since))
    return window if len(window) >= MIN_SAMPLES and window.span_s >= 0.6 * span_s else None


def gpu_idle(view: View) -> Symptom | None:
    """Utilisation stays low while training claims to go on."""
    h = view.history
    if not view.training:
        return None
    window = _window(view, "gpu", SUSTAINED_S, since=h.activity_since)
    if window is None or window.mean >= view.plan.alerts.gpu_idle * 100:
        return None
    usual = h.baseline.util_pct if h.baseline is not None else None
    against = f" (baseline {usual:.0f}%)" if usual is not None else ""
    return Symptom(
        f"GPU at {window.mean:.0f}% over {duration(window.span_s)}{against}, limit "
        f"{view.plan.alerts.gpu_idle:.0%}",
        "feed it: more loader workers, larger batch, data on local disk",
        since=_below_since(view, "gpu", view.plan.alerts.gpu_idle * 100),
    )


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
    for name, label, total_mib in _capacities(view.history.samples):
        symptom = _pressure(view, name, label, total_mib) or _leak(view, name, label, total_mib)
        if symptom is not None:
            return symptom
    return None


def _capacities(rows: tuple[Sample, ...]) -> Iterator[tuple[str, str, float]]:
    vram = [r.mem_total_mib for r in rows if r.mem_total_mib]
    ram = [r.ram_total_mib for r in rows if r.ram_total_mib]
    if vram:
        yield "vram", "VRAM", max(vram)
    if ram:
        yield "ram", "RAM", max(ram)


def _pressure(view: View, name: str, label: str, total_mib: float) -> Symptom | None:
    window = _window(view, name, SUSTAINED_S)
    if window is None or min(window.values) < view.plan.alerts.memory * total_mib:
        return None
    return Symptom(
        f"{label} {of_mib(window.values[-1], total_mib)} over {duration(window.span_s)}",
        "out of memory is near: smaller micro batch, fewer loader workers, or checkpoint activations",
        since=window.ts[0],
    )


def _leak(view: View, name: str, label: str, total_mib: float) -> Symptom | None:
    window = _window(view, name, GROWTH_S / 6)
    if window is None or window.values[-1] < GROWTH_FROM * total_mib:
        return None
    slope, fit = window.trend()
    if slope <= 0 or fit < GROWTH_FIT:
        return None
    full_in_s = (total_mib - window.values[-1]) / slope
    left_s = view.forecast.eta_s
    if full_in_s > GROWTH_S * max(view.scale, 0.1) or (left_s is not None and full_in_s > left_s):
        return None
    return Symptom(
        f"{label} {of_mib(window.values[-1], total_mib)} and growing {slope * 60:.0f} MiB/min: "
        f"full in {duration(full_in_s)}",
        "something leaks; save a checkpoint, relaunch before the kernel kills it",
        since=window.ts[0],
    )


def disk(view: View) -> Symptom | None:
    """The disk fills before the run ends, or the next checkpoint does not fit."""
    series = view.history.series.get("disk")
    if not view.running or series is None or len(series) < MIN_SAMPLES:
        return None
    free = series.values[-1]
    if free < view.plan.alerts.disk * 1024:
        return Symptom(f"{gib(free)} GiB free", "free some space now: old checkpoints, caches", series.ts[-1])
    writes = view.history.writes
    if len(writes) < 2:
        return None
    usual = median(size for _, size in writes[-8:])
    elapsed_s = max(1.0, series.ts[-1] - series.ts[0])
    used = series.values[0] - free
    fill_s = free / (used / elapsed_s) if used > 0 else float("inf")
    left_s = view.forecast.eta_high_s or view.forecast.eta_s or UNKNOWN_END_S
    if fill_s >= left_s and free > usual:
        return None
    return Symptom(
        f"{gib(free)} GiB free, {gib(used)} GiB written in {duration(elapsed_s)}: "
        f"full in {duration(fill_s)}, the run needs {duration(left_s)}",
        "keep fewer checkpoints, or move old ones away",
        since=writes[0][0],
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
