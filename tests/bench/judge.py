"""How fast the judge goes through recorded runs."""

import time

from tests.bench.row import Row
from vasttui.assets import bundled
from vasttui.hosts.record import Record
from vasttui.watch.replay import judge_of, judge_record


def measure() -> list[Row]:
    """Run-hours a second over all sample runs, reading their files included."""
    hours = 0.0
    checks = 0
    started = time.perf_counter()
    for run in sorted(bundled("sample_runs").glob("*/run.toml")):
        record = Record.open(run.parent)
        monitor, _ = judge_of(record)
        *_, end = judge_record(record, monitor)
        hours += (end.ts - record.info.started_at) / 3600
        checks += end.checks
    took_s = time.perf_counter() - started
    return [
        Row("judge, all sample runs", "", f"{hours / took_s:.1f} run-hours/s ({hours:.1f} h, {checks} looks)")
    ]
