"""Drives a monitor along a stream of readings in virtual time: what replays, backtests and the lab use."""

from collections.abc import Iterable, Iterator

from vasttui.monitor.check import Check
from vasttui.monitor.monitor import Monitor
from vasttui.monitor.reading import Reading


def drive(monitor: Monitor, readings: Iterable[Reading], until: float | None = None) -> Iterator[Check]:
    """Judge `readings` as if live: looks fall due by the cadence and by what happens between.

    `until` goes on in silence to that time after the last reading (a record whose host died).
    """
    for reading in readings:
        yield from take(monitor, reading)
    if until is not None:
        yield from pass_time(monitor, until)


def take(monitor: Monitor, reading: Reading) -> Iterator[Check]:
    """Judge one reading, after the looks that were due before it."""
    wake = monitor.wake_ts
    if wake is not None and wake < reading.ts:
        yield from pass_time(monitor, reading.ts)
    monitor.feed(reading)
    if monitor.due(monitor.history.now):
        yield monitor.look(monitor.history.now)


def pass_time(monitor: Monitor, until: float) -> Iterator[Check]:
    """Let time go by without news up to `until`, making the looks that fall due on the way."""
    while (wake := monitor.wake_ts) is not None and wake < until:
        wake = max(wake, monitor.history.now)
        monitor.tick(wake)
        if monitor.due(wake):
            yield monitor.look(wake)
