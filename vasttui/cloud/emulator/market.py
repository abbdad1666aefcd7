"""A market of invented offers, the same for the same seed. Only the cards' names and sizes are real."""

import random
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Card:
    """A kind of GPU: MiB it shows, compute capability times 100, watts, TFLOPS, GB/s, dollars an hour."""

    name: str
    mib: int
    capability: int
    watts: float
    tflops: float
    bandwidth: float
    usd_h: float
    per_host: tuple[int, ...]


CARDS = (
    Card("RTX 3060", 12288, 860, 170, 12.7, 360, 0.06, (1, 2)),
    Card("RTX 3090", 24576, 860, 350, 35.6, 936, 0.16, (1, 2, 4)),
    Card("RTX 4090", 24564, 890, 450, 82.6, 1008, 0.35, (1, 1, 2, 4, 8)),
    Card("RTX 5090", 32607, 1200, 575, 104.8, 1792, 0.55, (1, 2)),
    Card("RTX A6000", 49140, 860, 300, 38.7, 768, 0.45, (1, 2, 4)),
    Card("A40", 46068, 860, 300, 37.4, 696, 0.40, (1, 4)),
    Card("L40S", 46068, 890, 350, 91.6, 864, 0.60, (1, 4)),
    Card("A100 SXM4", 81920, 800, 400, 19.5, 2039, 0.95, (1, 2, 8)),
    Card("H100 SXM", 81559, 900, 700, 66.9, 3350, 2.10, (1, 8)),
    Card("H200", 143771, 900, 700, 66.9, 4800, 2.90, (1, 8)),
)
PLACES = ("Quebec, CA", "Texas, US", "Sweden, SE", "Germany, DE", "Japan, JP", "Czechia, CZ", "Iceland, IS")
DRIVERS = (("550.127.05", 12.4), ("560.35.03", 12.6), ("570.133.20", 12.8), ("580.65.06", 13.0))


def make_market(seed: int, count: int, now: float) -> list[dict[str, Any]]:
    """`count` offers in the API's shape."""
    chance = random.Random(seed)
    return [_offer(chance, CARDS[index % len(CARDS)], 7_000_000 + index, now) for index in range(count)]


# The same for every offer of this market.
_COMMON: dict[str, Any] = {
    "bundled_results": None, "gpu_arch": "nvidia", "gpu_lanes": 16, "bw_nvlink": 0.0, "gpu_max_temp": 90.0,
    "gpu_display_active": False, "cpu_name": "emulated", "cpu_arch": "amd64", "cpu_ghz": 2.9, "has_avx": 1,
    "disk_name": "emulated", "public_ipaddr": "127.0.0.1", "pci_gen": 4.0, "pcie_bw": 24.1,
    "mobo_name": "emulated", "os_version": "22.04", "ubuntu_version": "22.04", "is_bid": False,
    "storage_total_cost": 0.0, "reliability_mult": 0.97, "expected_reliability": 0.0, "vericode": 1,
    "rentable": True, "rented": False, "external": None, "time_remaining": "", "vms_enabled": False,
    "resource_type": "gpu", "cluster_id": None, "credit_discount_max": 0.4, "discount_rate": None,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Host:
    """One machine as drawn: GPUs offered of those it has, dollars an hour, Mbit/s, dollars a GB, days."""

    gpus: int
    slots: int
    reliability: float
    base: float
    cores: int
    driver: str
    cuda: float
    up: float
    down: float
    cost: float
    days: float


def _host(chance: random.Random, card: Card) -> _Host:
    gpus = chance.choice(card.per_host)
    slots = max(gpus, chance.choice((1, 2, 4, 8)))
    reliability = round(min(0.9999, 1.0 - chance.expovariate(1 / 0.012)), 4)
    base = round(gpus * card.usd_h * chance.uniform(0.85, 1.6), 4)
    cores = chance.choice((16, 32, 64, 128))
    driver, cuda = chance.choice(DRIVERS)
    up, down = round(chance.uniform(40, 900), 1), round(chance.uniform(60, 2500), 1)
    cost = chance.choice((0.0, 0.002, 0.00293, 0.005, 0.01))
    return _Host(
        gpus, slots, reliability, base, cores, driver, cuda, up, down, cost, chance.uniform(0.5, 200)
    )


def _offer(chance: random.Random, card: Card, offer_id: int, now: float) -> dict[str, Any]:
    """Drawn in this order, so that a seed always gives the same market."""
    host = _host(chance, card)
    return {
        **_COMMON,
        "id": offer_id,
        "ask_contract_id": offer_id,
        "bundle_id": 900_000_000 + offer_id,
        "machine_id": 30_000 + offer_id % 10_000,
        "host_id": 100_000 + offer_id % 500,
        "hosting_type": chance.choice((0, 0, 1)),
        **_gpus(card, host),
        **_machine(chance, host),
        **_network(chance, host),
        **_price(chance, card, host),
        **_terms(chance, host, now),
    }


def _gpus(card: Card, host: _Host) -> dict[str, Any]:
    major, minor, patch = (int(part) for part in host.driver.split("."))
    return {
        "num_gpus": host.gpus,
        "gpu_name": card.name,
        "gpu_ram": card.mib,
        "gpu_total_ram": card.mib * host.gpus,
        "gpu_frac": host.gpus / host.slots,
        "gpu_mem_bw": card.bandwidth,
        "gpu_max_power": card.watts,
        "compute_cap": card.capability,
        "cuda_max_good": host.cuda,
        "driver_version": host.driver,
        "driver_vers": major * 1_000_000 + minor * 1_000 + patch,
    }


def _machine(chance: random.Random, host: _Host) -> dict[str, Any]:
    ram_mib = chance.choice((64_216, 128_640, 257_572, 515_842))
    return {
        "cpu_cores": host.cores,
        "cpu_cores_effective": host.cores * host.gpus / host.slots,
        "cpu_ram": ram_mib * (2 if host.slots >= 4 else 1),
        "disk_space": round(chance.uniform(60, 2000), 1),
        "disk_bw": round(chance.uniform(400, 6000), 1),
    }


def _network(chance: random.Random, host: _Host) -> dict[str, Any]:
    return {
        "inet_up": host.up,
        "inet_down": host.down,
        "inet_up_cost": host.cost,
        "inet_down_cost": host.cost,
        "internet_up_cost_per_tb": host.cost * 1000,
        "internet_down_cost_per_tb": host.cost * 1000,
        "direct_port_count": chance.choice((0, 8, 100, 249)),
        "static_ip": chance.random() < 0.6,
        "geolocation": chance.choice(PLACES),
    }


def _price(chance: random.Random, card: Card, host: _Host) -> dict[str, Any]:
    compute = round(card.tflops * 0.7 * host.gpus, 1)
    return {
        "dph_base": host.base,
        "dph_total": host.base,
        "min_bid": round(host.base * 0.55, 4),
        "storage_cost": chance.choice((0.1, 0.15, 0.2, 0.3)),
        "dlperf": compute,
        "dlperf_per_dphtotal": round(compute / host.base, 1),
        "total_flops": round(card.tflops * host.gpus, 1),
        "flops_per_dphtotal": round(card.tflops * host.gpus / host.base, 1),
        "score": round(compute / host.base * host.reliability, 1),
    }


def _terms(chance: random.Random, host: _Host, now: float) -> dict[str, Any]:
    return {
        "reliability": host.reliability,
        "reliability2": host.reliability,
        "verification": "verified" if chance.random() < 0.8 else "unverified",
        "start_date": now - 86_400 * 90,
        "end_date": now + host.days * 86_400,
        "duration": host.days * 86_400,
    }
