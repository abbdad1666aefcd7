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


def _offer(chance: random.Random, card: Card, offer_id: int, now: float) -> dict[str, Any]:
    gpus = chance.choice(card.per_host)
    slots = max(gpus, chance.choice((1, 2, 4, 8)))
    reliability = round(min(0.9999, 1.0 - chance.expovariate(1 / 0.012)), 4)
    base = round(gpus * card.usd_h * chance.uniform(0.85, 1.6), 4)
    cores = chance.choice((16, 32, 64, 128))
    driver, cuda = chance.choice(DRIVERS)
    major, minor, patch = (int(part) for part in driver.split("."))
    up, down = round(chance.uniform(40, 900), 1), round(chance.uniform(60, 2500), 1)
    cost = chance.choice((0.0, 0.002, 0.00293, 0.005, 0.01))
    days = chance.uniform(0.5, 200)
    compute = round(card.tflops * 0.7 * gpus, 1)
    return {
        "id": offer_id,
        "ask_contract_id": offer_id,
        "bundle_id": 900_000_000 + offer_id,
        "bundled_results": None,
        "machine_id": 30_000 + offer_id % 10_000,
        "host_id": 100_000 + offer_id % 500,
        "hosting_type": chance.choice((0, 0, 1)),
        "num_gpus": gpus,
        "gpu_name": card.name,
        "gpu_arch": "nvidia",
        "gpu_ram": card.mib,
        "gpu_total_ram": card.mib * gpus,
        "gpu_frac": gpus / slots,
        "gpu_lanes": 16,
        "gpu_mem_bw": card.bandwidth,
        "bw_nvlink": 0.0,
        "gpu_max_power": card.watts,
        "gpu_max_temp": 90.0,
        "gpu_display_active": False,
        "compute_cap": card.capability,
        "cuda_max_good": cuda,
        "driver_version": driver,
        "driver_vers": major * 1_000_000 + minor * 1_000 + patch,
        "cpu_name": "emulated",
        "cpu_arch": "amd64",
        "cpu_cores": cores,
        "cpu_cores_effective": cores * gpus / slots,
        "cpu_ghz": 2.9,
        "cpu_ram": chance.choice((64_216, 128_640, 257_572, 515_842)) * (2 if slots >= 4 else 1),
        "has_avx": 1,
        "disk_space": round(chance.uniform(60, 2000), 1),
        "disk_bw": round(chance.uniform(400, 6000), 1),
        "disk_name": "emulated",
        "inet_up": up,
        "inet_down": down,
        "inet_up_cost": cost,
        "inet_down_cost": cost,
        "internet_up_cost_per_tb": cost * 1000,
        "internet_down_cost_per_tb": cost * 1000,
        "direct_port_count": chance.choice((0, 8, 100, 249)),
        "static_ip": chance.random() < 0.6,
        "public_ipaddr": "127.0.0.1",
        "geolocation": chance.choice(PLACES),
        "pci_gen": 4.0,
        "pcie_bw": 24.1,
        "mobo_name": "emulated",
        "os_version": "22.04",
        "ubuntu_version": "22.04",
        "dph_base": base,
        "dph_total": base,
        "min_bid": round(base * 0.55, 4),
        "is_bid": False,
        "storage_cost": chance.choice((0.1, 0.15, 0.2, 0.3)),
        "storage_total_cost": 0.0,
        "dlperf": compute,
        "dlperf_per_dphtotal": round(compute / base, 1),
        "total_flops": round(card.tflops * gpus, 1),
        "flops_per_dphtotal": round(card.tflops * gpus / base, 1),
        "score": round(compute / base * reliability, 1),
        "reliability": reliability,
        "reliability2": reliability,
        "reliability_mult": 0.97,
        "expected_reliability": 0.0,
        "verification": "verified" if chance.random() < 0.8 else "unverified",
        "vericode": 1,
        "rentable": True,
        "rented": False,
        "external": None,
        "start_date": now - 86_400 * 90,
        "end_date": now + days * 86_400,
        "duration": days * 86_400,
        "time_remaining": "",
        "vms_enabled": False,
        "resource_type": "gpu",
        "cluster_id": None,
        "credit_discount_max": 0.4,
        "discount_rate": None,
    }
