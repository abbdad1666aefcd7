"""docs/detection.md and its pictures, written from the rows of one run of the lab."""

import subprocess
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

import numpy as np

from tests.lab.lookalikes import LOOK_ALIKES
from tests.lab.plots import Curve, svg_plot, text_plot
from tests.lab.policies import OURS, Row
from tests.lab.report import (
    bounds_table,
    kinds_table,
    percent,
    policies_table,
    table,
    targets_table,
)
from tests.lab.score import FAILING, LOOK_USD, USD_H, delay_s, weights
from tests.lab.tape import SAMPLE_S

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "detection.md"
TEMPLATE = Path(__file__).with_name("page.md")
REAL = ROOT / "docs" / "detection-real.md"
PICTURE = ROOT / "docs" / "detection.svg"
SHOWN = (OURS, "poll 1 min", "poll 5 min", "poll 30 min", "10-20-30-60 min", "10 min of silence")
LATE_S = np.geomspace(1, 4 * 3600, 60)
TICKS = {1.0: "1 s", 10.0: "10 s", 60.0: "1 min", 600.0: "10 min", 3600.0: "1 h", 14400.0: "4 h"}


def write_page(rows: Sequence[Row], command: str) -> None:
    """The page and the picture."""
    curves = {name: _named_within(rows, name) for name in SHOWN}
    labels = ("Share of faults named within a time", "time since the failure", "share of faults")
    PICTURE.write_text(svg_plot(curves, *labels, TICKS), "utf-8")
    few = {name: curves[name] for name in SHOWN[:4]}
    PAGE.write_text(
        TEMPLATE.read_text("utf-8").format(
            command=command,
            date=datetime.now(UTC).strftime("%Y-%m-%d"),
            commit=commit(),
            runs=len(rows),
            first=rows[0].seed,
            last=rows[-1].seed,
            hours=sum(row.hours for row in rows),
            sample=SAMPLE_S,
            targets=targets_table(rows),
            failing=FAILING,
            look=LOOK_USD,
            price=USD_H,
            policies=policies_table(rows),
            plot=text_plot(few, labels[0], "seconds", "share"),
            kinds=kinds_table(rows),
            alikes=alikes_table(rows),
            bounds=bounds_table(),
        ),
        "utf-8",
    )


def write_real(text: str) -> None:
    """The page of real trainings."""
    date = datetime.now(UTC).strftime("%Y-%m-%d")
    head = "# Real trainings, really hurt\n\nWritten by `python -m tests.lab real --write` on "
    head += f"{date}, commit {commit()}.\n"
    said = (
        "Each is a small real training under the real recorder and watcher on a machine without a GPU;\n"
        "it is hurt after some 25 s. *After*: from the hurt (leaks and full disks: from the death).\n"
    )
    REAL.write_text(f"{head}{said}\n{text}\n", "utf-8")


def commit() -> str:
    """The commit the figures come from."""
    told = subprocess.run(["git", "rev-parse", "--short", "HEAD"], cwd=ROOT, capture_output=True, check=False)
    return told.stdout.decode().strip() or "unknown"


def alikes_table(rows: Sequence[Row]) -> str:
    """Alerts on healthy runs, look-alikes by kind."""
    body: list[tuple[str, ...]] = []
    for name in ("", *LOOK_ALIKES):
        mine = [row for row in rows if not row.truth.faulty and row.truth.look_alike == name]
        hours = sum(row.healthy_hours for row in mine)
        shares = [
            percent(sum(bool(r.outcomes[p].false) for r in mine) / max(1, len(mine)))
            for p in (OURS, "poll 1 min")
        ]
        body.append((name or "plain", str(len(mine)), f"{hours:.0f}", *shares))
    return table(("look-alike", "runs", "hours", "with an alert: vasttui", "poll 1 min"), body)


def _named_within(rows: Sequence[Row], policy: str) -> Curve:
    """(seconds, share of the mix's faults that were named by then)."""
    mix = [(row, w) for row, w in zip(rows, weights(rows), strict=True) if row.truth.faulty]
    delays = np.array([delay_s(row, row.outcomes[policy]) for row, _ in mix])
    mass = np.array([w for _, w in mix])
    return [(float(late), float(mass[delays <= late].sum() / mass.sum())) for late in LATE_S]
