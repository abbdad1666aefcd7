"""A record played again: the same judge, the same picture, at any speed."""

import asyncio
from collections.abc import AsyncIterator, Iterable, Iterator
from dataclasses import dataclass, replace
from importlib import import_module
from time import monotonic
from typing import TYPE_CHECKING

from vasttui.hosts.protocol import Stopped
from vasttui.hosts.record import Record
from vasttui.monitor.check import Check, Verdict
from vasttui.monitor.reading import Reading
from vasttui.monitor.run import Run
from vasttui.plan import Plan
from vasttui.plan.excerpt import from_excerpt
from vasttui.watch.broadcast import Broadcast
from vasttui.watch.picture import Stage, cover, picture
from vasttui.watch.report import TAIL_BYTES, report
from vasttui.watch.session import ControlError, Meter, Playback, Remedy, RunView, Snapshot

if TYPE_CHECKING:
    from vasttui.monitor.monitor import Monitor

# The judge and the log reader are a third of a screen's start: they are imported once it is drawn.
JUDGE = "vasttui.monitor.drive"
FRAME_S = 0.1
READ_AHEAD_BYTES = 64 << 20  # a larger record is not judged twice
REFUSAL = "this is a replay: nothing runs here that could be changed"


def judge_of(record: Record) -> "tuple[Monitor, tuple[str, ...]]":
    """A fresh judge for a record, with the plan it carries; notes on what of the plan was not understood."""
    from vasttui.monitor.monitor import Monitor  # noqa: PLC0415  see JUDGE

    plan, notes = plan_of(record)
    return Monitor(plan, run_of(record, plan)), notes


def plan_of(record: Record) -> tuple[Plan, tuple[str, ...]]:
    """The plan a record carries; notes on what of it was not understood."""
    info = record.info
    return from_excerpt(info.plan, command=info.command, name=info.name)


def run_of(record: Record, plan: Plan) -> Run:
    """The run as the judge needs to know it; what run.toml leaves out is taken from the plan or the log."""
    info = record.info
    started = info.started_at
    if not started:
        started = record.points[0].ts if record.points else (record.exit.ts if record.exit else 0.0)
    return Run(
        name=info.name,
        started_at=started,
        total_steps=info.total_steps if info.total_steps is not None else plan.run.total_steps,
        price_usd_h=info.price_usd_h,
        milestones=info.milestones,
    )


def view_of(record: Record) -> RunView:
    """The run as a header shows it."""
    info = record.info
    return RunView(
        name=info.name,
        command=info.command,
        host="record",
        started_at=info.started_at,
        total_steps=info.total_steps,
        price_usd_h=info.price_usd_h,
        gpu=info.gpu,
        gpu_count=info.gpu_count,
    )


@dataclass(frozen=True, slots=True)
class Judged:
    """One line of `replay --json`: a check, or (`check` None) the end of the record."""

    check: Check | None
    verdict: Verdict | None = None
    ts: float = 0.0
    checks: int = 0
    bytes: int = 0


def judge_record(record: Record, monitor: "Monitor") -> Iterator[Judged]:
    """Judge a whole record as if live; the last item is the end.

    `bytes`: what blocking watches, called again after each ALERT, would have printed.
    """
    shown = count = 0
    newest = ""
    verdict: Verdict | None = None
    for count, check in enumerate(_looks(record, monitor), start=1):  # noqa: B007 - told at the end
        verdict, newest = check.verdict, report(check)
        if verdict is not None:
            start = max(0, monitor.history.log_bytes - TAIL_BYTES)
            _, tail = record.read_log(start, monitor.history.log_bytes - start)
            shown += len(report(check, tail).encode())
        yield Judged(check)
    if verdict is None or monitor.history.exit is None:
        verdict = Verdict.ALERT if monitor.alerts.open else Verdict.TIMEOUT
        shown += len(newest.encode()) if verdict is Verdict.TIMEOUT else 0
    yield Judged(None, verdict, monitor.history.now, count, shown)


def _looks(record: Record, monitor: "Monitor") -> Iterator[Check]:
    """Every look that falls due; at least one, at the end of a record too short for any."""
    from vasttui.monitor.drive import drive  # noqa: PLC0415  see JUDGE

    some = False
    for check in drive(monitor, record.readings()):
        some = True
        yield check
    if not some:
        yield monitor.look(monitor.history.now, "end of the record")


def outline(record: Record) -> tuple[tuple[float, ...], tuple[float, ...]]:
    """(times of all looks, times at which alerts began) of a whole record."""
    checks = [
        judged.check for judged in judge_record(record, judge_of(record)[0]) if judged.check is not None
    ]
    began = {a.since for check in checks for a in check.changed if a.state == "raised"}
    return tuple(check.ts for check in checks), tuple(sorted(began))


class ReplaySession:
    """A record on the screen: play, pause, speed, seek. Going back judges again from the start."""

    def __init__(self, record: Record, speed: float = 1.0) -> None:
        self._record = record
        self._news = Broadcast()
        self._task: asyncio.Task[None] | None = None
        self._ahead: asyncio.Task[None] | None = None
        self._monitor: Monitor | None = None
        start = run_of(record, plan_of(record)[0]).started_at
        end = max(start, record.end_ts)
        self._stage = Stage(view_of(record), "replay", link="up")
        self._stage.playback = Playback(start, end, start, speed, paused=False)

    # -- pictures ------------------------------------------------------------------------------------

    def snapshot(self) -> Snapshot:
        """The picture at the playback's time; without a judgement until it began to play."""
        if self._monitor is None:
            return cover(self._stage, self._playback.at)
        return picture(self._monitor, self._stage, self._playback.at)

    def changes(self) -> AsyncIterator[Snapshot]:
        """A picture a frame while it plays."""
        return self._news.pictures(self.snapshot)

    async def start(self) -> None:
        """Press play, and read ahead where the alerts are."""
        self._task = asyncio.create_task(self._play())
        if self._record.log_bytes <= READ_AHEAD_BYTES and not self._playback.looks:
            self._ahead = asyncio.create_task(self._read_ahead())

    async def close(self) -> None:
        """Stop playing."""
        tasks = [task for task in (self._task, self._ahead) if task is not None]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        self._news.close()

    # -- playback ------------------------------------------------------------------------------------

    async def pause(self, paused: bool) -> None:
        """Hold or go on; at the end, going on starts anew."""
        if not paused and self._playback.at >= self._playback.end:
            await self.seek(self._playback.start)
        self._set(paused=paused)

    async def seek(self, ts: float) -> None:
        """Go to this run time."""
        ts = min(max(ts, self._playback.start), self._playback.end)
        if ts < self._playback.at:
            self._restart()
        self._advance(ts)

    async def set_speed(self, speed: float) -> None:
        """Seconds of run time a second."""
        if not 0 < speed <= 100_000:
            raise ControlError(f"speed {speed:g} is not between 0 and 100000")
        self._set(speed=speed)

    # -- controls that a replay has ------------------------------------------------------------------

    async def check_now(self) -> None:
        """Look now, at the playback's time."""
        self._stage.checks.append(self._judge.look(self._playback.at, "asked"))
        self._news.tell()

    async def acknowledge(self, rule: str) -> None:
        """Mark an alert as seen, in this replay."""
        for known in list(self._judge.alerts.open):
            if known == rule:
                self._judge.acknowledge(known)
        self._news.tell()

    async def snooze(self, rule: str, seconds: float, reason: str) -> None:
        """Silence an alert for a while of run time, in this replay."""
        for known in list(self._judge.alerts.open):
            if known == rule:
                self._judge.snooze(known, self._playback.at + seconds, reason)
        self._news.tell()

    async def kill(self, meter: Meter = "keep") -> Stopped:  # noqa: ARG002 - the protocol's
        """Refused."""
        raise ControlError(REFUSAL)

    async def relaunch(self, new_instance: bool = False) -> None:  # noqa: ARG002 - the protocol's
        """Refused."""
        raise ControlError(REFUSAL)

    async def remedy(self, choice: Remedy) -> None:  # noqa: ARG002 - the protocol's
        """Refused."""
        raise ControlError(REFUSAL)

    async def read_log(self, offset: int, size: int) -> tuple[int, bytes]:
        """The log as long as it was at the playback's time."""
        length = self._judge.history.log_bytes
        start = max(0, length + offset) if offset < 0 else min(offset, length)
        _, data = self._record.read_log(start, min(size, length - start))
        return length, data

    # -- inside --------------------------------------------------------------------------------------

    @property
    def _judge(self) -> "Monitor":
        if self._monitor is None:
            self._restart()
            assert self._monitor is not None
        return self._monitor

    @property
    def _playback(self) -> Playback:
        assert self._stage.playback is not None
        return self._stage.playback

    def _set(self, speed: float | None = None, paused: bool | None = None, at: float | None = None) -> None:
        now = self._playback
        self._stage.playback = replace(
            now,
            speed=now.speed if speed is None else speed,
            paused=now.paused if paused is None else paused,
            at=now.at if at is None else at,
        )
        self._stage.paused = self._playback.paused
        self._news.tell()

    def _restart(self) -> None:
        self._monitor, notes = judge_of(self._record)
        self._readings = iter(self._record.readings())
        self._next: Reading | None = next(self._readings, None)
        self._stage.checks.clear()
        self._stage.message = "; ".join((*self._record.notes, *notes))
        self._stage.link = "up"
        self._set(at=self._playback.start)

    def _advance(self, ts: float) -> None:
        from vasttui.monitor.drive import drive, pass_time  # noqa: PLC0415  see JUDGE

        judge = self._judge
        while self._next is not None and self._next.ts <= ts:
            self._take(drive(judge, [self._next]))
            self._next = next(self._readings, None)
        self._take(pass_time(judge, ts))
        if self._next is None and judge.history.exit is not None:
            self._stage.link = "ended"
        self._set(at=ts)

    def _take(self, checks: Iterable[Check]) -> None:
        self._stage.checks.extend(checks)

    async def _read_ahead(self) -> None:
        looks, alerts = await asyncio.to_thread(outline, self._record)
        self._stage.playback = replace(self._playback, looks=looks, alerts=alerts)
        self._news.tell()

    async def _play(self) -> None:
        await asyncio.to_thread(import_module, JUDGE)
        if self._monitor is None:
            self._restart()
        before = monotonic()
        while True:
            await asyncio.sleep(FRAME_S)
            now = monotonic()
            playback = self._playback
            if not playback.paused and playback.at < playback.end:
                self._advance(min(playback.end, playback.at + (now - before) * playback.speed))
                if self._playback.at >= playback.end:
                    self._set(paused=True)
            before = now
