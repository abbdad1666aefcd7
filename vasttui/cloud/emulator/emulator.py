"""The emulator whole: market, clock, interface, machines.

async with Emulator("key", seed=1) as emulator:
Vast(Secret("key"), emulator.url)
"""

import asyncio
import contextlib
import json
import secrets
import shutil
import tempfile
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Any

from vasttui.cloud.emulator.api import Api
from vasttui.cloud.emulator.clock import Clock, ManualClock, RunningClock
from vasttui.cloud.emulator.control import PREFIX, control, state
from vasttui.cloud.emulator.faults import Fault, Faults
from vasttui.cloud.emulator.http import Server
from vasttui.cloud.emulator.limits import Limiter
from vasttui.cloud.emulator.machine import Machine
from vasttui.cloud.emulator.market import make_market
from vasttui.cloud.emulator.processes import busy_marks
from vasttui.cloud.emulator.reply import Reply, Request
from vasttui.cloud.emulator.warden import Warden
from vasttui.cloud.emulator.world import Act, Effect, Times, World

LOG_LATE_S = 0.4
_BUSY_AGE_S = 0.5
_LOGS = "/_logs/"


@dataclass(frozen=True, slots=True)
class Settings:
    """How the emulated market is. `machines`: real ones; without them instances are rows only."""

    seed: int = 1
    offers: int = 120
    credit_usd: float = 25.0
    times: Times = field(default_factory=Times)
    faults: tuple[Fault, ...] = ()
    strict_limits: bool = True
    machines: bool = True
    account_keys: tuple[str, ...] = ()


@dataclass(slots=True)
class _Log:
    """A log that was asked for. `ready_at`: emulated unix seconds."""

    ready_at: float
    text: str


@dataclass(slots=True)
class Emulator:
    """One market on one loopback port. `key` opens the account."""

    key: str
    settings: Settings = field(default_factory=Settings)
    clock: Clock = field(default_factory=RunningClock)
    port: int = 0
    folder: Path = field(init=False)
    world: World = field(init=False)
    api: Api = field(init=False)
    limiter: Limiter = field(init=False)
    machines: dict[int, Machine] = field(default_factory=dict[int, Machine])
    _server: Server = field(init=False)
    _lock: asyncio.Lock = field(default_factory=asyncio.Lock)
    _changed: asyncio.Event = field(default_factory=asyncio.Event)
    _ticker: "asyncio.Task[None] | None" = None
    _warden: Warden | None = None
    _logs: dict[str, _Log] = field(default_factory=dict[str, _Log])
    _busy: tuple[float, set[str]] = (0.0, set())
    _token: str = field(default_factory=lambda: secrets.token_hex(8))

    def __post_init__(self) -> None:
        now = self.clock.now()
        offers = make_market(self.settings.seed, self.settings.offers, now)
        self.world = World(
            {offer["id"]: offer for offer in offers},
            self.settings.credit_usd,
            self.settings.times,
            Faults(self.settings.faults),
            now,
            account_keys=list(self.settings.account_keys),
        )
        self.limiter = Limiter(strict=self.settings.strict_limits)
        self.api = Api(self.world, self.key, self.limiter, work=self._work, take_log=self._take_log)
        self._server = Server(self._handle)

    @property
    def url(self) -> str:
        """What `--url` or `VAST_URL` wants."""
        return f"http://127.0.0.1:{self._server.port}"

    async def __aenter__(self) -> "Emulator":
        await self._server.open(self.port)
        self.folder = Path(tempfile.mkdtemp(prefix="vasttui-emulator-"))
        if self.settings.machines:
            self._warden = Warden(self._token, self.folder)
        self._ticker = asyncio.create_task(self._tick())
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._ticker is not None:
            self._ticker.cancel()
            await asyncio.gather(self._ticker, return_exceptions=True)
        await self._server.close()
        for machine in self.machines.values():
            await machine.remove()
        if self._warden is not None:
            await asyncio.to_thread(self._warden.close)
        shutil.rmtree(self.folder, ignore_errors=True)

    def state(self) -> dict[str, Any]:
        """What the market knows that the interface does not tell."""
        return state(self)

    async def settle(self) -> None:
        """Bring everything up to now."""
        async with self._lock:
            self.world.advance(self.clock.now())
            while self.world.effects:
                effects, self.world.effects = self.world.effects, []
                for effect in effects:
                    await self._carry_out(effect)

    async def advance(self, seconds: float) -> None:
        """Let time pass, by hand. Only with a ManualClock."""
        assert isinstance(self.clock, ManualClock)
        self.clock.advance(seconds)
        await self.settle()

    # ------------------------------------------------------------ time and machines

    async def _tick(self) -> None:
        while True:
            self._changed.clear()
            await self.settle()
            wait = self.clock.real_s(self.world.next_at() - self.clock.now())
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(None if wait is None else max(0.005, min(wait, 3600.0))):
                    await self._changed.wait()

    async def _carry_out(self, effect: Effect) -> None:
        if not self.settings.machines:
            self._pretend(effect)
            return
        if effect.act == "reserve":
            self.machines[effect.instance] = self._new_machine(effect.instance)
        machine = self.machines.get(effect.instance)
        if machine is None:
            return
        acts: dict[Act, Callable[[], Awaitable[None]]] = {
            "reserve": machine.reserve,
            "up": machine.up,
            "sshd": machine.sshd,
            "down": machine.down,
            "wipe": machine.wipe,
            "offline": machine.offline,
            "online": machine.online,
            "remove": machine.remove,
        }
        await acts[effect.act]()
        if effect.act == "remove":
            del self.machines[effect.instance]

    def _pretend(self, effect: Effect) -> None:
        one = self.world.instances.get(effect.instance)
        if one is not None and effect.act in ("reserve", "up", "down"):
            one.ports.proxy = 20_000 + one.id % 10_000
            one.ports.direct = 40_000 + one.id % 10_000 if effect.act == "up" else 0

    def _new_machine(self, instance_id: int) -> Machine:
        one = self.world.instances[instance_id]
        machine = Machine(
            one,
            self.folder,
            self._token,
            keys=lambda: [key for key, since in one.ssh_keys if since <= self.clock.now()],
            count=lambda up, down: self.world.spend(one.move(up, down)),
            is_trapped=lambda: (
                not (machine.home / ".no_auto_tmux").exists()
                and self.world.faults.strike("tmux_trap", instance=one.id) is not None
            ),
        )
        lie = self.world.faults.strike("gpu_lies", instance=one.id, offer=one.offer["id"])
        if lie is not None:
            machine.lies = json.loads(lie.text) if lie.text else {"mib": one.offer["gpu_ram"] // 2}
        return machine

    def _work(self, instance_id: int) -> dict[str, Any]:
        machine = self.machines.get(instance_id)
        if machine is None:
            return {"gpu_util": 0.0, "gpu_temp": 40.0, "vmem_usage": 0.0, "mem_usage": 3.1, "disk_usage": 1.0}
        if time.monotonic() - self._busy[0] > _BUSY_AGE_S:
            self._busy = (time.monotonic(), busy_marks())
        return machine.work(self._busy[1])

    def _take_log(self, instance_id: int, asked: dict[str, Any]) -> str:
        one = self.world.instances[instance_id]
        machine = self.machines.get(instance_id)
        lines = [f"{at:.3f} {what}" for at, what in one.history]
        if not asked.get("daemon_logs"):
            lines = machine.log().splitlines() if machine else ["container log"]
        lines = [line for line in lines if str(asked.get("filter") or "") in line]
        name = secrets.token_hex(16)
        text = "\n".join(lines[-int(asked.get("tail") or 1000) :]) + "\n"
        self._logs[name] = _Log(self.clock.now() + LOG_LATE_S, text)
        return f"{self.url}{_LOGS}{name}.log"

    # ------------------------------------------------------------ requests

    async def _handle(self, request: Request) -> Reply:
        await self.settle()
        if request.path.startswith(_LOGS):
            return self._log(request.path.removeprefix(_LOGS).removesuffix(".log"))
        controls = request.path.startswith(PREFIX)
        reply = control(self, request) if controls else self.api.answer(request)
        await self.settle()
        self._changed.set()
        return reply

    def _log(self, name: str) -> Reply:
        log = self._logs.get(name)
        if log is None or self.clock.now() < log.ready_at:
            return Reply(403, text="<Error>not there yet</Error>")
        return Reply(text=log.text)
