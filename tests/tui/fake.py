"""A session of our own making: scripted snapshots, controls that are remembered, as slow as asked."""

import asyncio
import math
from collections.abc import AsyncIterator
from dataclasses import replace

from vasttui.gate.finding import Finding
from vasttui.hosts.protocol import Stopped
from vasttui.monitor.baseline import Baseline
from vasttui.monitor.check import Alert, Check, Forecast, Ledger, Phase, Verdict
from vasttui.monitor.reading import Exit, Sample
from vasttui.monitor.series import Series
from vasttui.tui.start import RunRow, StartMenu
from vasttui.watch.session import ControlError, Mark, Meter, Playback, Remedy, RunView, Snapshot

START = 1_795_000_000.0
NOW = START + 2400
TRACEBACK = b"""Traceback (most recent call last):
  File "train.py", line 88, in <module>
    loss.backward()
RuntimeError: CUDA error: device-side assert triggered
"""


def log_bytes(lines: int = 400) -> bytes:
    """A training log that ends in a traceback; one line tries to be markup."""
    steps = [f"step {i}/20000 loss={3.2 - i / 400:.3f}\n".encode() for i in range(lines)]
    return b"".join([b"[bold red]not markup[/] \x1b[31mred\x1b[0m\n", *steps, TRACEBACK])


def series(name: str, unit: str, points: int, value: float, swing: float, spacing: float = 2.0) -> Series:
    """A wavy line that ends now."""
    made = Series(name, unit)
    for i in range(points):
        ts = NOW - (points - 1 - i) * spacing
        made.append(ts, value + swing * math.sin(i / 9) + swing * 0.4 * math.sin(i * 1.7))
    return made


def check(ts: float, step: int, status: str = "OK", decision: str = "LOOK SELDOM") -> Check:
    """One judged look."""
    text = "healthy and stable for 24m" if status == "OK" else "slow since the last look"
    line = f"2026-11-18T10:26:40Z {step}/20000 3.42/s 1h31m 97% 71.2/80.0G loss=2.31 {status}"
    return Check(
        ts, line, status, Phase.CRUISE, NOW + 724, step, 20000, 3.42, decision, text, Forecast()  # type: ignore[arg-type]
    )  # fmt: skip


def healthy(points: int = 1200) -> Snapshot:
    """A run that does well."""
    rates = series("rate", "steps/s", points, 3.4, 0.12)
    for i in range(points // 2, points // 2 + points // 20):
        rates.values[i] = math.nan
    checks = tuple(check(NOW - 300 * (8 - i), 3200 + 340 * i) for i in range(8))
    forecast = Forecast(5460, 5100, 6300, 0.34, 0.51, 1.12, 5.0)
    samples = (Sample(NOW, 0, 97, 72909, 81920, 71, 412, 30000, 128000, 512000),)
    return Snapshot(
        RunView(
            "llama-lora", "python train.py", "root@203.0.113.7:40100", 1, START, 20000, 0.51, "H100 SXM", 1
        ),
        "watcher",
        "up",
        NOW,
        Phase.CRUISE,
        next_look_ts=NOW + 724,
        step=6200,
        rate=3.42,
        loss=2.31,
        activity="train",
        check=checks[-1],
        checks=checks,
        findings=(
            Finding("vram", "pass", "fits", 24, 80, "GiB"),
            Finding("ram", "pass", "fits", 32, 125, "GiB"),
            Finding("disk", "pass", "fits", 60, 500, "GB"),
        ),
        forecast=forecast,
        ledger=Ledger(8, 712, 8),
        baseline=Baseline(1 / 3.4, 0.3, 97, 410, 72909),
        series={
            "rate": rates,
            "loss": series("loss", "", points, 2.3, 0.1),
            "gpu": series("gpu", "%", points, 95, 3),
            "vram": series("vram", "GiB", points, 70, 1),
            "eval:eval_loss": series("eval:eval_loss", "", 5, 2.4, 0.1, 400),
        },
        marks=(
            Mark(NOW - 1800, "eval", 1000),
            Mark(NOW - 1500, "checkpoint", 2000),
            Mark(NOW - 900, "eval", 4000),
            Mark(NOW - 420, "checkpoint", 6000),
        ),
        samples=samples,
        log_bytes=len(log_bytes()),
    )


def slow_alert(state: str = "raised") -> Alert:
    """Half the usual rate."""
    return Alert(
        "slow",
        state,  # type: ignore[arg-type]
        NOW - 600,
        "1.62/s is 48% of the baseline 3.40/s over 2 looks",
        "look for another process on the GPU (nvidia-smi), thermal throttling, or a starved data loader",
        NOW - 480,
        NOW - 60 if state == "resolved" else None,
    )


def alerting() -> Snapshot:
    """The same run at half its rate."""
    calm = healthy()
    rates = calm.series["rate"]
    for i in range(len(rates) - 300, len(rates)):
        rates.values[i] *= 0.48
    old = Alert("gpu_idle", "resolved", NOW - 1900, "GPU at 41% for 6m", "wait", NOW - 1900, NOW - 1500)
    last = replace(
        check(NOW, 6200, "ALERT:slow", "STOP AND FIX"),
        decision_text="slow for 10m, cost so far $0.09: k kills, r relaunches",
    )
    return replace(
        calm,
        phase=Phase.ALERT,
        rate=1.62,
        next_look_ts=NOW + 118,
        alerts=(slow_alert(), old),
        check=last,
        checks=(*calm.checks[:-1], last),
        forecast=Forecast(11460, 9100, 14300, 0.34, 0.51, 5.62, 5.0),
        findings=(
            Finding("vram", "pass", "fits", 24, 80, "GiB"),
            Finding("disk", "fail", "62 GB of checkpoints need more than the disk has", 62, 40, "GB"),
            Finding("reliability", "warn", "96.1% is below 98%", 98, 96.1, "%"),
        ),
    )


def crashed() -> Snapshot:
    """A run that died."""
    base = alerting()
    error = Alert(
        "error",
        "raised",
        NOW - 42,
        "RuntimeError: CUDA error: device-side assert triggered (exit 1)",
        "read the traceback; the same death twice asks before a relaunch",
        NOW - 41,
        log_line=405,
    )
    last = replace(
        check(NOW, 6200, "CRASH", "STOP AND FIX"),
        decision_text="the process died; fix the cause, then relaunch",
        verdict=Verdict.CRASH,
    )
    return replace(
        base,
        link="ended",
        alerts=(error, slow_alert("resolved")),
        check=last,
        checks=(*base.checks[:-1], last),
        exit=Exit(NOW - 42, 1),
        verdict=Verdict.CRASH,
        next_look_ts=None,
        rate=None,
    )


def stopped() -> Snapshot:
    """A run that was killed from here."""
    base = crashed()
    last = replace(
        check(NOW, 6200, "CRASH", "LOOK SELDOM"),
        decision_text="stopped on purpose (killed by SIGTERM); relaunch when you are ready",
        verdict=Verdict.CRASH,
        stopped=True,
    )
    exited = Exit(NOW - 42, signal=15)
    return replace(base, alerts=(), check=last, checks=(*base.checks[:-1], last), exit=exited, stopped=True)


def replayed() -> Snapshot:
    """A recorded run, played."""
    return replace(
        alerting(), role="replay", link="up", playback=Playback(START, START + 7200, NOW, 60.0, False)
    )


def mirrored() -> Snapshot:
    """Someone else's watcher, its link lost."""
    return replace(
        healthy(), role="mirror", link="lost", message="no answer from the host for 42s; trying again in 8s"
    )


class FakeSession:
    """Gives what is pushed; `delay_s` slows every control and every read, as a bad link does."""

    def __init__(
        self, first: Snapshot | None = None, *, log: bytes | None = None, delay_s: float = 0.0
    ) -> None:
        self.current = first or healthy()
        self.log = log_bytes() if log is None else log
        self.delay_s = delay_s
        self.calls: list[tuple[object, ...]] = []
        self.refuse: str | None = None
        self.started = self.closed = False
        self.ended: BaseException | str | None = None
        self.reads: list[int] = []
        self._changed = asyncio.Event()

    def push(self, snapshot: Snapshot) -> None:
        """Something changed."""
        self.current = snapshot
        self._changed.set()

    def end(self, cause: BaseException | str = "") -> None:
        """The stream of changes ends: quietly, or with an error."""
        self.ended = cause
        self._changed.set()

    def snapshot(self) -> Snapshot:
        return self.current

    async def changes(self) -> AsyncIterator[Snapshot]:
        while True:
            await self._changed.wait()
            self._changed.clear()
            if isinstance(self.ended, BaseException):
                raise self.ended
            if self.ended is not None:
                return
            yield self.current

    async def start(self) -> None:
        self.started = True

    async def close(self) -> None:
        self.closed = True

    async def _control(self, *call: object) -> None:
        self.calls.append(call)
        await asyncio.sleep(self.delay_s)
        if self.refuse is not None:
            raise ControlError(self.refuse)

    async def check_now(self) -> None:
        await self._control("check_now")

    async def pause(self, paused: bool) -> None:
        await self._control("pause", paused)
        playback = self.current.playback
        if playback is not None:
            self.push(replace(self.current, playback=replace(playback, paused=paused)))
        else:
            self.push(replace(self.current, paused=paused))

    async def acknowledge(self, rule: str) -> None:
        await self._control("acknowledge", rule)
        alerts = tuple(
            replace(alert, state="acknowledged") if alert.rule == rule else alert
            for alert in self.current.alerts
        )
        self.push(replace(self.current, alerts=alerts))

    async def snooze(self, rule: str, seconds: float, reason: str) -> None:
        await self._control("snooze", rule, seconds, reason)
        until = self.current.now_ts + seconds
        alerts = tuple(
            replace(alert, state="acknowledged", snoozed_until=until, reason=reason)
            if alert.rule == rule
            else alert
            for alert in self.current.alerts
        )
        self.push(replace(self.current, alerts=alerts))

    async def kill(self, meter: Meter = "keep") -> Stopped:
        await self._control("kill", *([meter] if meter != "keep" else []))
        return Stopped(True, True, False, "3 processes ended on TERM; none is left")

    async def relaunch(self, new_instance: bool = False) -> None:
        await self._control("relaunch", *(["elsewhere"] if new_instance else []))

    async def remedy(self, choice: Remedy) -> None:
        await self._control("remedy", choice)

    async def read_log(self, offset: int, size: int) -> tuple[int, bytes]:
        self.reads.append(size)
        await asyncio.sleep(self.delay_s)
        begin = max(0, len(self.log) + offset) if offset < 0 else offset
        return len(self.log), self.log[begin : begin + size]

    async def seek(self, ts: float) -> None:
        await self._control("seek", ts)

    async def set_speed(self, speed: float) -> None:
        await self._control("set_speed", speed)


def menu(count: int = 6) -> StartMenu:
    """A start screen with runs in several states."""
    states = ("OK", "ALERT:slow", "DONE", "CRASH", "LOST", "WARMUP")
    line = "2026-11-18T10:26:40Z 6200/20000 3.42/s 1h31m 97% 71.2/80.0G loss=2.31"
    rows = [
        RunRow(
            f"run-{i:02d}", "root@203.0.113.7:40100", f"{line} {states[i % 6]}", states[i % 6], 30.0 + 60 * i
        )
        for i in range(count)
    ]

    async def opened(name: str) -> FakeSession:
        if name == "run-05":
            raise ControlError("run-05 left no record")
        return FakeSession(healthy())

    async def demo(name: str) -> FakeSession:
        return FakeSession(replayed())

    return StartMenu(lambda: rows, opened, demo, ("healthy", "out-of-memory", "slowdown"))
