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
REAL = ROOT / "docs" / "detection-real.md"
PICTURE = ROOT / "docs" / "detection.svg"
SHOWN = (OURS, "poll 1 min", "poll 5 min", "poll 30 min", "10-20-30-60 min", "10 min of silence")
LATE_S = np.geomspace(1, 4 * 3600, 60)
TICKS = {1.0: "1 s", 10.0: "10 s", 60.0: "1 min", 600.0: "10 min", 3600.0: "1 h", 14400.0: "4 h"}

TEXT = """# What the watcher detects, measured

Written by `{command}` on {date}, commit {commit}: {runs} simulated runs (seeds {first}-{last}; rules were
tuned on seeds below 1000000 only), {hours:.0f} run-hours, a sample every {sample:g} s. The same runs for
every policy.

## What was asked, what was measured

{targets}

*Every look read* counts each look of the cadence as read by someone; *vasttui* alone is `vasttui watch`:
silent until a verdict. Judging speed is of the simulated judge on one core while the machine did other
things too.

## The policies

A share of {failing:.0%} of the runs fails, kinds and times as published (see below). A look costs
${look:g}, the machine ${price:g} an hour; *burnt* is what the machine cost between a failure and its
naming.

{policies}

The polling reader is given more than people have: it overlooks nothing, knows the run's rate from its first
lines, and is told of pauses that the log announces. Hard signs (the process is gone, a fatal message) count
at once, soft ones (the same last line, a low rate, NaN, a bad eval, no connection) at two polls in a row.
It cannot see what the log does not tell. *Best schedule that polls* knows when these very runs fail and
finds every fault at its next look: no policy that only polls can cost less.

![Share of faults named within a time](detection.svg)

```
{plot}
```

## By kind of fault

{kinds}

*Ahead* is before the failure (a leak, a filling disk). Polling never names `pressure` and hardly
`gpu_idle`: nothing in the log tells them.

## Healthy runs that look ill

{alikes}

## The bound, by published distribution

What the best schedule of looks costs, if all failures came as in each published trace, by dynamic
programming, beside Keller's density (mean delay (integral of sqrt f)^2 / 2N), and the plan's own table if
there were no live channel.

{bounds}

## How it judges

| what | method |
|---|---|
| slowdown | Page's cumulative sum over trained seconds against the run's own baseline; evals, saves and single long steps are left out or bounded; named when median and mean since the change are below 70 % |
| stall | silence beyond twice the slowest recent gap and half a minute (six times it where that is less, never under 45 s); a pause that came at some step is expected at its multiples; a busy card whose power flickers as ever buys time, a frozen or idle one does not |
| confirmation | what the live channel suspects must last 20 s (a step and a half, a minute at most) and is confirmed by one look; what has gone by then costs no look; what came and went lately must last twice as long each time |
| eval | two in a row beyond the best by 10 % and by three standard deviations of its own noise, told from second differences |
| memory, disk | growth that is steady over ten minutes and full within twenty; saves that nothing was deleted for and that will not fit |
| cost | the low end of the forecast, not its middle |
| ETA | wall time a step over the last 512 steps in eight blocks, warm-up left out; the blocks' spread gives the 80 % range |
| adaptive cadence | waits of sqrt(K t): Keller's density for failures spread evenly over log time |

Sources: E. S. Page, *Continuous inspection schemes* (1954); J. B. Keller, *Optimum checking schedules for
systems subject to random failure* (1974); silence thresholds of Unicron, nvrx and PortOS; hold-off and
inhibition as in Alertmanager.

## What is simulated, and what is not

Steps have jitter, heavy tails, warm-up, drift, throttling and data stalls up to 40 s; evals and saves are
announced or not; logs have a line every 1-60 s. 3 % of the machines tell nothing of a card, and there evals
are announced: nobody could tell a first, unannounced eval on a machine without figures from a hang. Shares
and times of faults on one rented machine are a judgement from published clusters (script errors in the
first minutes, out-of-memory, hangs, slowdowns, host and disk faults). A slowdown that begins with the first
step has no baseline to be seen against. Utilisation of healthy runs is 72 % and more: a run that leaves its
card idle from the start is told so, by design. A sample of these runs written as real records in five log
layouts gives the same alerts through the real reader (`tests/lab/test_lab.py`), and real trainings are hurt
on demand: [detection-real.md](detection-real.md), by `python -m tests.lab real --write`."""


def write_page(rows: Sequence[Row], command: str) -> None:
    """The page and the picture."""
    curves = {name: _named_within(rows, name) for name in SHOWN}
    labels = ("Share of faults named within a time", "time since the failure", "share of faults")
    PICTURE.write_text(svg_plot(curves, *labels, TICKS), "utf-8")
    few = {name: curves[name] for name in SHOWN[:4]}
    PAGE.write_text(
        TEXT.format(
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
    head = f"# Real trainings, really hurt\n\nWritten by `python -m tests.lab real --write` on {date}, commit {commit()}.\n"
    said = (
        "Each is a small real training under the real recorder and watcher on one machine without a GPU; it is hurt"
        " after some 25 s. *After*: from the hurt (for leaks and full disks: from the death; ahead is before it).\n"
    )
    REAL.write_text(f"{head}{said}\n{text}\n", "utf-8")


def commit() -> str:
    """The commit the figures come from."""
    told = subprocess.run(["git", "rev-parse", "--short", "HEAD"], cwd=ROOT, capture_output=True, check=False)
    return told.stdout.decode().strip() or "unknown"


def alikes_table(rows: Sequence[Row]) -> str:
    """Alerts on healthy runs, look-alikes by kind."""
    body: list[tuple[str, str, str, str, str]] = []
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
