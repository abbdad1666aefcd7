"""A rented machine as the API tells of it."""

import ipaddress
import re

import msgspec

from vasttui.cloud.tolerant import read

_HOST = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9.-]{0,251}[A-Za-z0-9])?")


class Endpoint(msgspec.Struct, frozen=True):
    """Where its SSH server is to be reached."""

    host: str
    port: int


class Instance(msgspec.Struct, frozen=True, kw_only=True):
    """One instance; field names are the API's. None is unknown.

    `gpu_ram`, `gpu_totalram`, `cpu_ram` MiB; `mem_*`, `vmem_usage`, `disk_*` GB (`disk_util` 0 to 1);
    `gpu_util`, `cpu_util` percent; `inet_*` megabit a second; `inet_*_cost` dollars a GB; `dph_*`,
    `storage_total_cost` dollars an hour; `storage_cost` dollars a GB a month; dates unix seconds.
    """

    id: int
    machine_id: int | None = None
    host_id: int | None = None
    label: str = ""
    actual_status: str = ""
    intended_status: str = ""
    cur_state: str = ""
    next_state: str = ""
    status_msg: str = ""
    image_uuid: str = ""
    image_runtype: str = ""
    ssh_host: str = ""
    ssh_port: int | None = None
    public_ipaddr: str = ""
    ports: dict[str, list[dict[str, str]]] | None = None
    start_date: float | None = None
    end_date: float | None = None
    uptime_mins: float | None = None
    num_gpus: int | None = None
    gpu_name: str = ""
    gpu_ram: float | None = None
    gpu_totalram: float | None = None
    gpu_util: float | None = None
    gpu_temp: float | None = None
    vmem_usage: float | None = None
    cpu_cores_effective: float | None = None
    cpu_ram: float | None = None
    cpu_util: float | None = None
    mem_limit: float | None = None
    mem_usage: float | None = None
    disk_space: float | None = None
    disk_usage: float | None = None
    disk_util: float | None = None
    inet_up: float | None = None
    inet_down: float | None = None
    inet_up_cost: float | None = None
    inet_down_cost: float | None = None
    inet_up_billed: float | None = None
    inet_down_billed: float | None = None
    dph_base: float | None = None
    dph_total: float | None = None
    storage_cost: float | None = None
    storage_total_cost: float | None = None
    is_bid: bool = False
    min_bid: float | None = None
    reliability2: float | None = None
    geolocation: str = ""

    @property
    def is_running(self) -> bool:
        """Its container runs; its SSH server may still need a minute."""
        return self.actual_status == "running"

    @property
    def direct(self) -> Endpoint | None:
        """SSH without the proxy, where its port is published."""
        try:
            host = str(ipaddress.ip_address(self.public_ipaddr))
            return Endpoint(host, _port((self.ports or {})["22/tcp"][0]["HostPort"]))
        except (ValueError, KeyError, IndexError):
            return None

    @property
    def proxy(self) -> Endpoint | None:
        """SSH through the market's proxy: slower, works behind any router."""
        if not _HOST.fullmatch(self.ssh_host) or self.ssh_port is None:
            return None
        try:
            return Endpoint(self.ssh_host, _port(self.ssh_port))
        except ValueError:
            return None


def _port(value: object) -> int:
    port = int(str(value))
    if not 0 < port < 65536:
        raise ValueError(f"{port} is no port")
    return port


def instance_from(table: dict[str, object]) -> Instance | None:
    """An instance from the API's JSON; None without an id, for then nothing can be done with it.

    A GPU at 0 °C was not looked at: its use is unknown too. Minus one stands for unknown.
    """
    try:
        found = read(Instance, table)
    except TypeError:  # what a struct says of a field that must be there
        return None
    unknown: dict[str, None] = {}
    if not found.gpu_temp:
        unknown |= {"gpu_temp": None, "gpu_util": None}
    unknown |= {name: None for name in ("disk_usage", "disk_util") if (getattr(found, name) or 0.0) < 0}
    unknown |= {
        name: None
        for name in ("mem_limit", "gpu_ram", "gpu_totalram", "dph_total")
        if not getattr(found, name)
    }
    return msgspec.structs.replace(found, **unknown)
