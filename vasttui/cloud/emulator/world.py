"""The market's state: who rents what, what it costs, what comes next. Pure: time and faults come in."""

import heapq
import itertools
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Literal

from vasttui.cloud.emulator.faults import Faults
from vasttui.cloud.emulator.rented import Rented

Act = Literal["reserve", "up", "sshd", "down", "wipe", "offline", "online", "remove"]
Step = Literal[
    "place", "pull", "run", "sshd", "stopped", "start", "fail", "outbid", "offline", "online", "gone"
]
STOP_S = 1.0
REBOOT_S = 2.0
RESTART_SHARE = 0.25
NEVER = float("inf")
BROKE_USD = 1e-6


@dataclass(frozen=True, slots=True)
class Effect:
    """What the real machine behind an instance is to do."""

    act: Act
    instance: int


@dataclass(frozen=True, slots=True)
class Times:
    """Seconds: from rented to running, from running to an SSH server that answers, from destroyed to gone."""

    boot_s: float = 20.0
    sshd_s: float = 2.0
    destroy_s: float = 1.0


@dataclass(slots=True)
class World:
    """All there is. `instances` holds what exists; `past` what was destroyed."""

    offers: dict[int, dict[str, Any]]
    credit_usd: float
    times: Times
    faults: Faults
    now: float
    instances: dict[int, Rented] = field(default_factory=dict[int, Rented])
    past: list[Rented] = field(default_factory=list[Rented])
    account_keys: list[str] = field(default_factory=list[str])
    effects: list[Effect] = field(default_factory=list[Effect])
    spent_usd: float = 0.0
    _ids: "itertools.count[int]" = field(default_factory=lambda: itertools.count(40_000_001))
    _ticks: "itertools.count[int]" = field(default_factory=itertools.count)
    _events: list[tuple[float, int, int, int, Step]] = field(
        default_factory=list[tuple[float, int, int, int, Step]]
    )

    # ------------------------------------------------------------ time

    def next_at(self) -> float:
        """When something happens next by itself."""
        rate = sum(one.usd_h for one in self.instances.values())
        broke = self.now + self.credit_usd / rate * 3600.0 if rate > 0 and self._can_stop() else NEVER
        return min(self._events[0][0] if self._events else NEVER, max(self.now, broke))

    def advance(self, now: float) -> None:
        """Let time pass: charge, and do what is due, in its order."""
        while (at := self.next_at()) <= now:
            self._charge(at)
            if self._events and self._events[0][0] <= at:
                _, _, instance_id, round_, step = heapq.heappop(self._events)
                one = self.instances.get(instance_id)
                if one is not None and one.round == round_:
                    self._take(one, step)
            if self.credit_usd <= BROKE_USD and self._can_stop():
                self.credit_usd = min(self.credit_usd, 0.0)
                for one in list(self.instances.values()):
                    if one.intended == "running":
                        self.stop(one)
        self._charge(now)

    def _charge(self, until: float) -> None:
        until = max(until, self.now)
        usd = sum(one.charge(until) for one in self.instances.values())
        self.spend(usd)
        self.now = until

    def spend(self, usd: float) -> None:
        """Take it off the credit."""
        self.credit_usd -= usd
        self.spent_usd += usd

    def _can_stop(self) -> bool:
        return any(one.intended == "running" for one in self.instances.values())

    # ------------------------------------------------------------ what the account does

    def rent(self, offer: dict[str, Any], order: dict[str, Any], *, stopped: bool = False) -> Rented:
        """A new instance; `stopped`: what a create that failed leaves behind."""
        one = Rented(next(self._ids), offer, order, self.now, self.now, order.get("label"))
        one.ssh_keys = [(key, self.now) for key in self.account_keys]
        self.instances[one.id] = one
        self._note(one, "created")
        if stopped:
            one.intended = one.cur = one.next = "stopped"
            one.actual = "exited"
            return one
        self._act("reserve", one)
        self._boot(one, self.times.boot_s, fresh=True)
        return one

    def is_free(self, offer_id: int, besides: int | None = None) -> bool:
        """Whether nobody rents this machine's GPUs."""
        return all(
            one.offer["id"] != offer_id or one.intended != "running" or one.id == besides
            for one in self.instances.values()
        )

    def stop(self, one: Rented) -> None:
        """Stop it: its GPUs are free for others as soon as it has stopped."""
        one.round += 1
        one.intended = one.next = "stopped"
        one.queued = False
        self._later(STOP_S, one, "stopped")

    def start(self, one: Rented) -> bool:
        """Start it; False: it is queued."""
        if one.intended == "running" and not one.queued and one.actual in ("running", "loading", None):
            return True
        one.round += 1
        one.intended = one.next = "running"
        fault = self.faults.strike("start_queued", instance=one.id)
        if fault is not None or not self.is_free(one.offer["id"], one.id):
            one.queued = True
            one.actual = "scheduling"
            self._later(fault.seconds if fault else 60.0, one, "start")
            return False
        self._take(one, "start")
        return True

    def reboot(self, one: Rented, *, wipe: bool = False) -> None:
        """Its container again; `wipe`: a fresh one."""
        one.round += 1
        one.actual = "recycling" if wipe else "rebooting"
        self._down(one)
        if wipe:
            self._act("wipe", one)
        self._later(REBOOT_S, one, "run")

    def destroy(self, one: Rented) -> None:
        """Its end, which takes a moment."""
        if self.faults.strike("destroy_ignored", instance=one.id):
            return
        if one.destroyed_at is not None:
            return
        one.round += 1
        one.destroyed_at = self.now
        one.intended = one.next = "stopped"
        one.actual = "exited"
        one.gpu_on = False
        self._down(one)
        fault = self.faults.strike("slow_destroy", instance=one.id)
        self._later(fault.seconds if fault else self.times.destroy_s, one, "gone")

    # ------------------------------------------------------------ what happens by itself

    def _boot(self, one: Rented, boot_s: float, *, fresh: bool) -> None:
        stuck = self.faults.strike("stuck_loading", instance=one.id, offer=one.offer["id"])
        fails = self.faults.strike("boot_fails", instance=one.id, offer=one.offer["id"])
        self._later(boot_s * 0.1, one, "place")
        if stuck is not None:
            one.msg = stuck.text or None
        elif fails is not None:
            one.msg = fails.text or None
            self._later(min(fails.seconds, boot_s), one, "fail")
        else:
            if fresh:
                self._later(boot_s * 0.5, one, "pull")
            self._later(boot_s, one, "run")

    def _take(self, one: Rented, step: Step) -> None:
        """One step of an instance's life."""
        steps: dict[Step, Callable[[Rented], None]] = {
            "place": self._placed,
            "pull": self._pulled,
            "run": self._running,
            "sshd": lambda one: self._act("sshd", one),
            "stopped": self._stopped,
            "start": self._started,
            "fail": self._failed,
            "outbid": self._outbid,
            "offline": self._offline,
            "online": self._online,
            "gone": self._gone,
        }
        steps[step](one)
        self._note(one, step)

    def _placed(self, one: Rented) -> None:
        one.actual = "loading"
        one.msg = one.msg or f"Pulling from {one.order.get('image') or 'image'}"

    def _pulled(self, one: Rented) -> None:
        one.msg = "4f4fb700ef54: Pull complete"

    def _running(self, one: Rented) -> None:
        one.actual = one.cur = "running"
        one.msg = f"success, running {one.order.get('image') or 'image'}/ssh"
        one.gpu_on = one.container = True
        self._act("up", one)
        late = self.faults.strike("sshd_late", instance=one.id, offer=one.offer["id"])
        self._later(late.seconds if late else self.times.sshd_s, one, "sshd")
        for kind in ("outbid", "host_offline"):
            if fault := self.faults.strike(kind, instance=one.id, offer=one.offer["id"]):
                self._later(fault.seconds, one, "outbid" if kind == "outbid" else "offline")

    def _stopped(self, one: Rented) -> None:
        one.actual = "exited"
        one.cur = one.next = "stopped"
        one.msg = "Container exited"
        one.gpu_on = False
        self._down(one)

    def _started(self, one: Rented) -> None:
        one.queued = False
        one.actual, one.cur, one.next, one.intended = "loading", "running", "running", "running"
        self._boot(one, self.times.boot_s * RESTART_SHARE, fresh=False)

    def _failed(self, one: Rented) -> None:
        one.actual = "created"
        if one.msg is None or "rror" not in one.msg:
            one.msg = "Error response from daemon: OCI runtime create failed"

    def _outbid(self, one: Rented) -> None:
        one.intended = "stopped"
        self._stopped(one)

    def _offline(self, one: Rented) -> None:
        one.offline = True
        one.actual = "offline"
        self._act("offline", one)

    def _online(self, one: Rented) -> None:
        one.offline = False
        one.actual = "running" if one.container else "exited"
        self._act("online", one)

    def _gone(self, one: Rented) -> None:
        self.past.append(self.instances.pop(one.id))
        self._act("remove", one)

    # ------------------------------------------------------------ helpers

    def strike_now(self, one: Rented, step: Literal["outbid", "offline", "online"]) -> None:
        """Let it happen to an instance at once."""
        self._take(one, step)

    def _down(self, one: Rented) -> None:
        if one.container:
            one.container = False
            self._act("down", one)

    def _later(self, seconds: float, one: Rented, step: Step) -> None:
        heapq.heappush(self._events, (self.now + seconds, next(self._ticks), one.id, one.round, step))

    def _act(self, act: Act, one: Rented) -> None:
        self.effects.append(Effect(act, one.id))

    def _note(self, one: Rented, what: str) -> None:
        one.history.append((self.now, what))
