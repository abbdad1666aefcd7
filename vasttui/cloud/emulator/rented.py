"""One rented machine in the emulator, and how the API shows it."""

import secrets
from dataclasses import dataclass, field
from typing import Any

from vasttui.cloud.emulator.search import HOURS_A_MONTH

Json = dict[str, Any]
GPU_WORK = ("gpu_util", "gpu_temp", "vmem_usage", "mem_usage", "disk_usage")
_FROM_OFFER = (
    "machine_id host_id bundle_id num_gpus gpu_name gpu_arch gpu_ram gpu_frac gpu_lanes gpu_mem_bw bw_nvlink "
    "cuda_max_good driver_version compute_cap cpu_arch cpu_name cpu_cores cpu_cores_effective cpu_ram "
    "disk_name disk_bw inet_up inet_down inet_up_cost inet_down_cost storage_cost min_bid reliability2 "
    "verification geolocation hosting_type static_ip direct_port_count end_date duration"
)


@dataclass(slots=True)
class Bill:
    """Dollars charged so far."""

    gpu_usd: float = 0.0
    storage_usd: float = 0.0
    bandwidth_usd: float = 0.0

    @property
    def total_usd(self) -> float:
        """All of it."""
        return self.gpu_usd + self.storage_usd + self.bandwidth_usd


@dataclass(slots=True)
class Ports:
    """Where its SSH is reached: by the proxy, and directly while it runs."""

    proxy: int = 0
    direct: int = 0


@dataclass(slots=True)
class Rented:
    """Its contract, its state and its bill. `round` changes at each act: what was under way is dropped."""

    id: int
    offer: Json
    order: Json
    created_at: float
    billed_at: float
    label: str | None = None
    actual: str | None = None
    intended: str = "running"
    cur: str = "running"
    next: str = "running"
    msg: str | None = None
    round: int = 0
    gpu_on: bool = False
    container: bool = False
    offline: bool = False
    queued: bool = False
    destroyed_at: float | None = None
    own_key: str = field(default_factory=lambda: secrets.token_hex(24))
    ssh_keys: list[tuple[str, float]] = field(default_factory=list[tuple[str, float]])
    ports: Ports = field(default_factory=Ports)
    bill: Bill = field(default_factory=Bill)
    up_bytes: int = 0
    down_bytes: int = 0
    history: list[tuple[float, str]] = field(default_factory=list[tuple[float, str]])

    @property
    def env(self) -> dict[str, str]:
        """The variables and ports that were ordered."""
        given: dict[str, object] = self.order.get("env") or {}
        return {key: str(value) for key, value in given.items()}

    @property
    def is_bid(self) -> bool:
        """Interruptible."""
        return self.order.get("price") is not None

    @property
    def gpu_usd_h(self) -> float:
        """What its GPUs cost while they are ours."""
        return float(self.order["price"] if self.is_bid else self.offer["dph_base"])

    @property
    def storage_usd_h(self) -> float:
        """What its disk costs as long as it exists."""
        return float(self.offer["storage_cost"]) * float(self.order.get("disk") or 10.0) / HOURS_A_MONTH

    @property
    def usd_h(self) -> float:
        """What it costs now."""
        if self.offline:
            return 0.0
        return self.storage_usd_h + (self.gpu_usd_h if self.gpu_on else 0.0)

    def charge(self, until: float) -> float:
        """Put the time since the last charge on the bill; the dollars."""
        hours = max(0.0, until - self.billed_at) / 3600.0
        self.billed_at = max(until, self.billed_at)
        if self.offline:
            return 0.0
        gpu = self.gpu_usd_h * hours if self.gpu_on else 0.0
        storage = self.storage_usd_h * hours
        self.bill.gpu_usd += gpu
        self.bill.storage_usd += storage
        return gpu + storage

    def move(self, up_bytes: int, down_bytes: int) -> float:
        """Put traffic on the bill; the dollars."""
        self.up_bytes += up_bytes
        self.down_bytes += down_bytes
        usd = (up_bytes * self.offer["inet_up_cost"] + down_bytes * self.offer["inet_down_cost"]) / 1e9
        self.bill.bandwidth_usd += usd
        return float(usd)

    def show(self, work: Json, *, with_ports: bool = True) -> Json:
        """As the API tells of it. `work`: what its machine is doing, by `GPU_WORK`."""
        running = self.actual == "running" and not self.offline
        has_place = self.actual is not None
        mapped = running and with_ports and self.ports.direct > 0
        ports = {"22/tcp": [{"HostIp": "127.0.0.1", "HostPort": str(self.ports.direct)}]}
        ram_gb = self.offer["cpu_ram"] * min(1.0, self.offer["gpu_frac"]) * 1048576 / 1e9
        return {
            **{name: self.offer.get(name) for name in _FROM_OFFER.split()},
            "id": self.id,
            "label": self.label,
            "template_id": None,
            "template_hash_id": self.order.get("template_hash_id"),
            "actual_status": self.actual,
            "intended_status": self.intended,
            "cur_state": self.cur,
            "next_state": self.next,
            "status_msg": None if self.msg is None else self.msg + "\n",
            "image_uuid": self.order.get("image") or "",
            "image_args": [],
            "image_runtype": self.order.get("runtype") or "ssh",
            "extra_env": [[key, value] for key, value in self.env.items()],
            "onstart": self.order.get("onstart"),
            "jupyter_token": "0000",
            "ssh_host": "127.0.0.1" if has_place and self.ports.proxy else None,
            "ssh_idx": "1" if has_place else None,
            "ssh_port": self.ports.proxy if has_place and self.ports.proxy else None,
            "public_ipaddr": "127.0.0.1\n" if has_place else None,
            "local_ipaddrs": "127.0.0.1 \n" if running else None,
            "direct_port_start": self.ports.direct if mapped else -1,
            "direct_port_end": self.ports.direct if mapped else -1,
            "ports": ports if mapped else None,
            "start_date": self.created_at,
            "uptime_mins": None,
            "gpu_totalram": self.offer["gpu_total_ram"],
            "mem_limit": round(ram_gb, 1) if running else None,
            "cpu_util": 12.5,
            "disk_space": float(self.order.get("disk") or 10.0),
            "disk_util": -1,
            **{name: work.get(name) if running else None for name in GPU_WORK},
            "disk_usage": work.get("disk_usage", -1) if running else -1,
            "inet_up_billed": self.up_bytes / 1e3,
            "inet_down_billed": self.down_bytes / 1e3,
            "dph_base": self.gpu_usd_h,
            "dph_total": self.gpu_usd_h + self.storage_usd_h,
            "storage_total_cost": self.storage_usd_h,
            "is_bid": self.is_bid,
            "rentable": False,
            "country_code": str(self.offer["geolocation"]).rpartition(", ")[2],
            "external": False,
            "time_remaining": "",
            "volume_info": [],
        }
