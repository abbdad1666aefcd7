"""A figure of a search as people write it, in the unit that the market keeps."""

import math
import re

from vasttui.cloud.errors import QueryError
from vasttui.cloud.fields import SHARES, SIZES

MIB_IN_GIB = 1024.0
# A card sold with 24 GB shows 22609 to 24576 MiB: driver and error correction keep a part. No card of the
# next smaller size on the market (22 GB, 11 GB) reaches as high.
KEPT = 0.92
_FIGURE = re.compile(r"\$?([0-9]*\.?[0-9]+(?:[eE][-+]?[0-9]+)?)\s*([A-Za-z%/]*)")
_BARE_MIB = {"gpu_ram": 1000.0, "gpu_total_ram": 8000.0, "cpu_ram": 8000.0}
_DAY_S = 86400.0

_GB = {"": 1.0, "g": 1.0, "gb": 1.0, "gib": 1.0, "t": 1000.0, "tb": 1000.0, "tib": 1024.0}
_UNITS: dict[str, dict[str, float]] = {
    "disk_space": {**_GB, "mb": 0.001, "mib": 0.001},
    "duration": {
        "": _DAY_S,
        "d": _DAY_S,
        "day": _DAY_S,
        "days": _DAY_S,
        "h": 3600.0,
        "hour": 3600.0,
        "hours": 3600.0,
        "w": 7 * _DAY_S,
        "weeks": 7 * _DAY_S,
    },
    "inet_down": {"": 1.0, "mbps": 1.0, "mb/s": 8.0, "gbps": 1000.0},
    "inet_up": {"": 1.0, "mbps": 1.0, "mb/s": 8.0, "gbps": 1000.0},
    "dph_total": {"": 1.0, "/h": 1.0, "/hr": 1.0},
    "dph_base": {"": 1.0, "/h": 1.0, "/hr": 1.0},
    "min_bid": {"": 1.0, "/h": 1.0, "/hr": 1.0},
    "cpu_ghz": {"": 1.0, "ghz": 1.0},
    "gpu_max_power": {"": 1.0, "w": 1.0},
}


def figure(field: str, text: str) -> tuple[float, float]:
    """(least, most) of what the market may list for `text`: alike, but for sizes of memory.

    Raises:
        QueryError: it is no figure, or its unit does not fit the field.
    """
    match = _FIGURE.fullmatch(text.strip())
    value = float(match[1]) if match else math.nan
    if match is None or not math.isfinite(value):
        raise QueryError(f"{field}: {text!r} is no figure", f"for instance {field}>={_example(field)}")
    unit = match[2].lower()
    if field in SIZES:
        return _size(field, value, unit)
    if field in SHARES:
        return _share(field, value, unit)
    factor = _UNITS.get(field, {"": 1.0}).get(unit)
    if factor is None:
        raise QueryError(
            f"{field}: the unit of {text!r} does not fit", f"for instance {field}>={_example(field)}"
        )
    if field == "compute_cap" and value < 20:
        factor = 100.0
    return value * factor, value * factor


def driver(text: str) -> float:
    """`535.86.05` as the market counts it: 535086005. Raises QueryError."""
    parts = text.split(".")
    if len(parts) > 3 or not all(part.isdigit() and len(part) <= 3 for part in parts):
        raise QueryError(
            f"driver_version: {text!r} is no driver version", "for instance driver_version>=535.86.05"
        )
    return float("".join(part.zfill(3) for part in [*parts, "0", "0"][:3]))


def _size(field: str, value: float, unit: str) -> tuple[float, float]:
    if unit in ("mb", "mib", "m") or (not unit and value >= _BARE_MIB[field]):
        return value, value
    if unit not in _GB:
        raise QueryError(f"{field}: unit {unit!r} does not fit", f"for instance {field}>=24 or {field}>=24GB")
    mib = value * _GB[unit] * MIB_IN_GIB
    return float(math.floor(mib * KEPT)), mib


def _share(field: str, value: float, unit: str) -> tuple[float, float]:
    value = value / 100.0 if unit == "%" else value
    if unit not in ("", "%") or value > 1:
        raise QueryError(f"{field}: goes from 0 to 1", f"for instance {field}>=0.98 or {field}>=98%")
    return value, value


def _example(field: str) -> str:
    return {"dph_total": "0.1", "duration": "3", "disk_space": "60", "num_gpus": "1"}.get(field, "24")
