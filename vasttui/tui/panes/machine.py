"""The machine: a gauge a GPU, memory, disk."""

from textual.content import Content

from vasttui.monitor.reading import Sample
from vasttui.tui import figures
from vasttui.tui.bars import progress
from vasttui.tui.braille import area
from vasttui.tui.decimate import ceiling, decimate
from vasttui.tui.panes.base import CalmPane, spread
from vasttui.tui.panes.rate import bounds
from vasttui.tui.quantities import quantity
from vasttui.tui.view import View

_MIN_HISTORY = 4
_MOST_HISTORIES = 4
_HISTORIES = ("gpu", "vram", "ram", "power", "disk")


def _history(view: View, width: int, height: int) -> list[Content]:
    """The course of each figure over the run, as many as fit: its name, its peak, a line from nought."""
    snapshot = view.snapshot
    known = [key for key in _HISTORIES if len(snapshot.series.get(key, ()))]
    count = min(len(known), height // _MIN_HISTORY, _MOST_HISTORIES)
    if not count:
        return []
    start, end = bounds(snapshot, snapshot.now_ts, None)
    rows: list[Content] = []
    for i, key in enumerate(known[:count]):
        each = min(height // count + (1 if i < height % count else 0), 8)
        series, what = snapshot.series[key], quantity(key)
        columns = decimate(series.ts, series.values, start, end, width * 2)
        highs = [column[1] for column in columns.values if column is not None]
        name = Content.styled(f"{what.title} over {figures.about(end - start)}", "$text-muted")
        peak = Content.styled(f"peak {what.write(max(highs, default=0.0))}", "$text-muted")
        rows += [Content(""), spread(name, peak, width)]
        rows += area(
            columns, what.top or ceiling(columns), width, each - 2, "$primary", tint=view.tint
        ).split()
    return rows


def latest(samples: tuple[Sample, ...]) -> dict[int | None, Sample]:
    """The newest row of every GPU (None: the host's own, where it has none), in GPU order."""
    newest: dict[int | None, Sample] = {}
    for sample in sorted(samples, key=lambda sample: sample.ts):
        newest[sample.gpu] = sample
    return dict(sorted(newest.items(), key=lambda item: -1 if item[0] is None else item[0]))


def _share(used: float | None, total: float | None) -> float | None:
    return None if used is None or not total else used / total


class MachinePane(CalmPane):
    """GPU, VRAM, RAM as gauges; disk as a figure."""

    def caption(self, view: View) -> None:
        """How hot it is."""
        newest = latest(view.snapshot.samples)
        self.head("Machine", _heat([sample for gpu, sample in newest.items() if gpu is not None]))

    def draw(self, view: View) -> Content:
        """Rows for each GPU as room allows: two gauges, or one line when there are many."""
        width, height = self.size
        newest = latest(view.snapshot.samples)
        gpus = [sample for gpu, sample in newest.items() if gpu is not None]
        rows: list[Content] = []
        if not newest:
            rows.append(Content.styled("no samples yet", "$text-muted"))
        elif not gpus:
            rows.append(Content.styled("no GPU on this host", "$text-muted"))
        host = _host_rows(list(newest.values()), width)
        room = max(1, height - len(host))
        if len(gpus) * 2 <= room:
            rows += [row for sample in gpus for row in _pair(sample, width, many=len(gpus) > 1)]
        else:
            rows += [_single(sample, width) for sample in gpus]
        if len(rows) > room:
            left_out = len(rows) - room + 1
            rows = [*rows[: room - 1], Content.styled(f"… {left_out} more GPUs", "$text-muted")]
        rows += host
        if height - len(rows) >= _MIN_HISTORY:
            rows += _history(view, width, height - len(rows))
        return Content("\n").join(rows[:height])


def _heat(gpus: list[Sample]) -> str:
    temps = [sample.temp_c for sample in gpus if sample.temp_c is not None]
    watts = [sample.power_w for sample in gpus if sample.power_w is not None]
    parts = [f"{max(temps):.0f} °C"] if temps else []
    return "  ".join(parts + ([f"{sum(watts):.0f} W"] if watts else []))


def _gauge(name: str, share: float | None, text: str, width: int) -> Content:
    room = width - 6 - len(text) - 1
    full = share is not None and share > 0.95 and not name.startswith("GPU")
    style = "$text-warning" if full else "$primary"
    return Content.assemble(
        (name.ljust(6), "$text-muted"), progress(share, max(0, room), style), " ", (text, "bold")
    )


def _util(sample: Sample) -> float | None:
    return None if sample.util_pct is None else sample.util_pct / 100


def _memory(used: float | None, total: float | None) -> str:
    return f"{figures.gib(used):>5}/{figures.gib(total)} GiB"


def _pair(sample: Sample, width: int, *, many: bool) -> list[Content]:
    number = f"{sample.gpu}" if many else ""
    vram = _share(sample.mem_used_mib, sample.mem_total_mib)
    text = _memory(sample.mem_used_mib, sample.mem_total_mib)
    return [
        _gauge(f"GPU{number}", _util(sample), f"{figures.percent(_util(sample)):>4}".rjust(len(text)), width),
        _gauge("VRAM", vram, text, width),
    ]


def _single(sample: Sample, width: int) -> Content:
    text = f"{figures.percent(_util(sample)):>4} {_memory(sample.mem_used_mib, sample.mem_total_mib)}"
    return _gauge(f"GPU{sample.gpu}", _util(sample), text, width)


def _host_rows(samples: list[Sample], width: int) -> list[Content]:
    """RAM and disk belong to the host: the newest row that knows them."""
    newest = sorted(samples, key=lambda sample: -sample.ts)
    ram = next((sample for sample in newest if sample.ram_used_mib is not None), None)
    disk = next((sample for sample in newest if sample.disk_free_mib is not None), None)
    rows: list[Content] = []
    if ram is not None:
        text = _memory(ram.ram_used_mib, ram.ram_total_mib)
        rows.append(_gauge("RAM", _share(ram.ram_used_mib, ram.ram_total_mib), text, width))
    if disk is not None:
        rows.append(
            Content.assemble(
                ("Disk".ljust(6), "$text-muted"), (f"{figures.gib(disk.disk_free_mib)} GiB free", "bold")
            )
        )
    return rows
