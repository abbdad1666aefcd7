"""What each series is called, how its values are written, and where its scale begins."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from vasttui.monitor.series import Series
from vasttui.tui import figures
from vasttui.watch.session import Snapshot

Write = Callable[[float], str]


@dataclass(frozen=True, slots=True)
class Quantity:
    """`write` gives a value with its unit; `zero`: the scale begins at nought; `top`: and ends there.

    `unit` follows round values on a scale, which need no fixed number of digits; `base`: a scale is round
    in multiples of it.
    """

    title: str
    write: Write
    zero: bool = True
    top: float | None = None
    unit: str | None = None
    base: float = 1.0

    def tick(self, value: float) -> str:
        """A round value, short."""
        return self.write(value) if self.unit is None else f"{value:.6g}{self.unit}"


def _plain(value: float) -> str:
    return figures.significant(value) if value else "0"


def _rate(value: float) -> str:
    return f"{_plain(value)}/s"


def _percent(value: float) -> str:
    return f"{value:.0f}%"


def _memory(value: float) -> str:
    if not value:
        return "0"
    if value >= 1024 * 1000:
        return f"{value / 1024 / 1024:.1f}T"
    if value >= 1024 * 9.95:
        return f"{value / 1024:.0f}G"
    return f"{value / 1024:.1f}G" if value >= 1024 * 0.1 else f"{value:.0f}M"


def _watts(value: float) -> str:
    return f"{value:.0f}W"


def _celsius(value: float) -> str:
    return f"{value:.0f}°C"


KNOWN: Mapping[str, Quantity] = {
    "rate": Quantity("Step rate", _rate, unit="/s"),
    "loss": Quantity("Loss", _plain, zero=False, unit=""),
    "gpu": Quantity("GPU busy", _percent, top=100.0),
    "vram": Quantity("VRAM", _memory, base=1024.0),
    "ram": Quantity("RAM", _memory, base=1024.0),
    "disk": Quantity("Disk free", _memory, base=1024.0),
    "power": Quantity("Power", _watts),
    "temp": Quantity("Temperature", _celsius),
    "cost": Quantity("Cost", figures.money),
}


def quantity(key: str) -> Quantity:
    """Of a series' key; evals (`eval:<metric>`) are plain numbers under their own names."""
    known = KNOWN.get(key)
    return known or Quantity(figures.one_line(key.removeprefix("eval:"), 24), _plain, zero=False, unit="")


def title_of(key: str) -> str:
    """A series' name for people."""
    return quantity(key).title


def shown_keys(snapshot: Snapshot) -> list[str]:
    """Series with points: the known ones in their order, then evals by name."""
    keys = [key for key in KNOWN if key != "cost" and len(snapshot.series.get(key, ()))]
    keys += sorted(key for key, series in snapshot.series.items() if key.startswith("eval:") and len(series))
    return [*keys, "cost"] if len(cost_series(snapshot)) > 1 else keys


def series_of(snapshot: Snapshot, key: str) -> Series:
    """The series; cost is put together from the looks."""
    return cost_series(snapshot) if key == "cost" else snapshot.series.get(key) or Series(key, "")


def cost_series(snapshot: Snapshot) -> Series:
    """US dollars spent, at each look and now."""
    made = Series("cost", "$")
    points = [(check.ts, check.forecast.spent_usd) for check in snapshot.checks]
    points.append((snapshot.now_ts, snapshot.forecast.spent_usd))
    for ts, spent in points:
        if spent is not None and (not len(made) or ts > made.ts[-1]):
            made.append(ts, spent)
    return made
