"""What a machine is: the text of one POSIX sh command → facts. Every part may be missing.

The command needs no python3 and no root on the host, and leaves the login shell out of it.
Each part of its output stands under a line `@name`.
"""

import re
import shlex
from dataclasses import dataclass

_QUERY = "nvidia-smi --query-gpu=index,name,memory.total,driver_version"
_FORMAT = "--format=csv,noheader,nounits"
# A driver that is wedged can hold nvidia-smi for ever: bounded where `timeout` exists.
_SCRIPT = "; ".join(
    [
        "t() { if command -v timeout >/dev/null 2>&1; then timeout 20 \"$@\"; else \"$@\"; fi; }",
        "echo @smi",
        "command -v nvidia-smi 2>/dev/null",
        "echo @gpu",
        f"t {_QUERY},compute_cap {_FORMAT} 2>&1 || t {_QUERY} {_FORMAT} 2>&1",
        "echo @cuda",
        "t nvidia-smi 2>/dev/null | sed -n 's/.*CUDA Version: *\\([0-9.]*\\).*/\\1/p'",
        "echo @meminfo",
        "grep -E '^(MemTotal|MemAvailable):' /proc/meminfo 2>/dev/null",
        "echo @memsize",
        "sysctl -n hw.memsize 2>/dev/null",
        "echo @cgroup",
        "cat /sys/fs/cgroup/memory.max /sys/fs/cgroup/memory/memory.limit_in_bytes 2>/dev/null",
        "echo @df",
        "df -Pk . 2>/dev/null",
        "echo @shm",
        "df -Pk /dev/shm 2>/dev/null",
        "echo @python",
        "python3 --version 2>&1",
        "echo @cpus",
        "nproc 2>/dev/null || getconf _NPROCESSORS_ONLN 2>/dev/null",
        "echo @system",
        "uname -sm 2>/dev/null",
        "echo @end",
    ]
)  # fmt: skip
FACTS_COMMAND = f"sh -c {shlex.quote(_SCRIPT)}"

_PYTHON = re.compile(r"Python (\d+\.\d+[\w.+]*)")
_KIB_IN_MIB = 1024
_BYTES_IN_MIB = 1 << 20
# cgroup v1 says "no limit" as a number near 2^63.
_NO_LIMIT_MIB = 1 << 40
_MAX_TEXT = 65536


@dataclass(frozen=True, slots=True)
class Gpu:
    """One GPU as nvidia-smi names it. `compute_cap` is 8.9 for an RTX 4090; None is unknown."""

    index: int
    name: str
    total_mib: float | None = None
    driver: str = ""
    compute_cap: float | None = None


@dataclass(frozen=True, slots=True)
class MachineFacts:
    """What there is. `ram_mib` is the smaller of the machine's memory and the container's limit.

    `smi_error` is what nvidia-smi said instead of listing GPUs. `complete` False: the answer was cut off.
    """

    gpus: tuple[Gpu, ...] = ()
    nvidia_smi: bool = False
    smi_error: str = ""
    cuda: float | None = None
    ram_mib: float | None = None
    ram_available_mib: float | None = None
    shm_mib: float | None = None
    disk_free_mib: float | None = None
    python3: str = ""
    cpus: int | None = None
    system: str = ""
    complete: bool = False


def facts_command(workdir: str = "") -> str:
    """FACTS_COMMAND asked in `workdir` where it exists (its disk is the one that counts)."""
    return f"cd {shlex.quote(workdir)} 2>/dev/null; {FACTS_COMMAND}" if workdir else FACTS_COMMAND


def parse_facts(text: str) -> MachineFacts:
    """Facts from the command's output. Never raises: what cannot be read is unknown."""
    parts = _parts(text[:_MAX_TEXT])
    gpus = tuple(gpu for line in parts.get("gpu", ()) if (gpu := _gpu(line)))
    has_smi = bool(gpus or parts.get("smi"))
    complaint = next((line for line in parts.get("gpu", ()) if line and not _gpu(line)), "")
    return MachineFacts(
        gpus=gpus,
        nvidia_smi=has_smi,
        smi_error=_printable(complaint) if has_smi and not gpus else "",
        cuda=_number(_first(parts, "cuda")),
        ram_mib=_ram_mib(parts),
        ram_available_mib=_meminfo(parts, "MemAvailable"),
        shm_mib=_df_mib(parts.get("shm", ()), column=1),
        disk_free_mib=_df_mib(parts.get("df", ()), column=3),
        python3=match[1] if (match := _PYTHON.search(_first(parts, "python"))) else "",
        cpus=int(cpus) if (cpus := _number(_first(parts, "cpus"))) else None,
        system=_printable(_first(parts, "system")),
        complete="end" in parts,
    )


def _parts(text: str) -> dict[str, list[str]]:
    parts: dict[str, list[str]] = {}
    lines: list[str] = []
    for line in text.splitlines():
        if line.startswith("@") and line[1:].isalpha():
            lines = parts.setdefault(line[1:], [])
        else:
            lines.append(line.strip())
    return parts


def _gpu(line: str) -> Gpu | None:
    """`0, NVIDIA GeForce RTX 4090, 24564, 570.133.20, 8.9`; a cell may be `[N/A]`."""
    cells = [cell.strip() for cell in line.split(",")]
    if len(cells) < 4 or not cells[0].isdecimal():
        return None
    capability = _number(cells[4]) if len(cells) > 4 else None
    driver = cells[3] if cells[3][:1].isdigit() else ""
    return Gpu(int(cells[0][:9]), _printable(cells[1]), _number(cells[2]), _printable(driver), capability)


def _ram_mib(parts: dict[str, list[str]]) -> float | None:
    """The smallest limit that is one: a container is killed at its own, whatever the machine has."""
    limits = [_meminfo(parts, "MemTotal"), _bytes_mib(_first(parts, "memsize"))]
    limits += [_bytes_mib(line) for line in parts.get("cgroup", ())]
    return min((limit for limit in limits if limit and limit < _NO_LIMIT_MIB), default=None)


def _meminfo(parts: dict[str, list[str]], key: str) -> float | None:
    for line in parts.get("meminfo", ()):
        name, _, rest = line.partition(":")
        if name == key and (kib := _number(rest.split()[0] if rest.split() else "")) is not None:
            return kib / _KIB_IN_MIB
    return None


def _df_mib(lines: list[str] | tuple[str, ...], column: int) -> float | None:
    """A column of `df -Pk`'s last line, counted from the file system's name (which may hold spaces)."""
    cells = lines[-1].split() if lines else []
    percent = next((i for i, cell in enumerate(cells) if cell.endswith("%") and i >= 4), None)
    if percent is None:
        return None
    kib = _number(cells[percent - 4 + column])
    return None if kib is None else kib / _KIB_IN_MIB


def _bytes_mib(text: str) -> float | None:
    number = _number(text)
    return None if number is None else number / _BYTES_IN_MIB


def _first(parts: dict[str, list[str]], name: str) -> str:
    return next((line for line in parts.get(name, ()) if line), "")


def _number(text: str) -> float | None:
    try:
        value = float(text[:32])
    except ValueError:
        return None
    return value if 0 <= value < float("inf") else None


def _printable(text: str) -> str:
    return "".join(c if c.isprintable() else "?" for c in text)[:200]
