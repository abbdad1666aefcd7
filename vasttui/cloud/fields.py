"""What an offer can be searched by: names, other names, kinds. One table."""

import difflib

# fmt: off
TEXTS = frozenset(
    [
        "cpu_arch", "geolocation", "gpu_arch", "gpu_name", "mobo_name", "ubuntu_version",
        "verification",
    ]
)
FLAGS = frozenset(
    [
        "datacenter", "external", "gpu_display_active", "has_avx", "rentable", "rented",
        "static_ip", "verified", "vms_enabled",
    ]
)
FIGURES = frozenset(
    [
        "bw_nvlink", "cluster_id", "compute_cap", "cpu_cores", "cpu_cores_effective", "cpu_ghz",
        "cpu_ram", "cuda_max_good", "direct_port_count", "disk_bw", "disk_space", "dlperf",
        "dlperf_per_dphtotal", "dph_base", "dph_total", "driver_version", "duration", "end_date",
        "flops_per_dphtotal", "gpu_frac", "gpu_max_power", "gpu_max_temp", "gpu_mem_bw", "gpu_ram",
        "gpu_total_ram", "host_id", "hosting_type", "id", "inet_down", "inet_down_cost", "inet_up",
        "inet_up_cost", "machine_id", "min_bid", "num_gpus", "pci_gen", "pcie_bw", "reliability",
        "reliability2", "score", "storage_cost", "total_flops",
    ]
)
# fmt: on
FIELDS = TEXTS | FLAGS | FIGURES
ALIASES = {
    "cuda_vers": "cuda_max_good",
    "display_active": "gpu_display_active",
    "dlperf_usd": "dlperf_per_dphtotal",
    "dph": "dph_total",
    "flops_usd": "flops_per_dphtotal",
}
# Here a figure is the size printed on the box, in GB; the market keeps the MiB that the driver leaves over.
SIZES = frozenset({"gpu_ram", "gpu_total_ram", "cpu_ram"})
SHARES = frozenset({"reliability", "reliability2", "gpu_frac"})


def nearest(name: str) -> str:
    """The known field that looks most like `name`, empty if none does."""
    known = sorted(FIELDS | ALIASES.keys())
    if found := difflib.get_close_matches(name.lower(), known, n=1, cutoff=0.6):
        return found[0]
    return next((field for field in known if name and name.lower() in field), "")
