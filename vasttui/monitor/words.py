"""Figures as people read them: short, with units, the same everywhere."""

PER_STEP_BELOW = 0.9  # not 1: a rate of about one a second must not turn over from look to look
UNITS_S = (("d", 86400), ("h", 3600), ("m", 60), ("s", 1))


def duration(seconds: float | None) -> str:
    """`1h31m`, `7m10s`, `42s`, `2d3h`: the two largest units. `-` for unknown."""
    if seconds is None:
        return "-"
    left = max(0, round(seconds))
    for i, (unit, size) in enumerate(UNITS_S):
        if left >= size or unit == "s":
            head, rest = divmod(left, size)
            if i + 1 == len(UNITS_S):
                return f"{head}{unit}"
            next_unit, next_size = UNITS_S[i + 1]
            tail = rest // next_size
            return f"{head}{unit}{tail:02d}{next_unit}" if tail else f"{head}{unit}"
    return "0s"


def rate(per_s: float | None) -> str:
    """`3.42/s`, or `12.5s/it` where steps are slower; three significant digits. `-` for unknown."""
    if per_s is None:
        return "-"
    if per_s <= 0:
        return "0/s"
    if per_s >= PER_STEP_BELOW:
        return f"{significant(per_s)}/s"
    return f"{significant(1 / per_s)}s/it"


def significant(value: float, digits: int = 3) -> str:
    """`digits` significant digits without an exponent for everyday sizes."""
    if value != value or value in (float("inf"), float("-inf")):
        return str(value)
    if value == 0:
        return "0"
    if abs(value) >= 10**digits:
        return f"{value:.0f}" if abs(value) < 1e9 else f"{value:.2e}"
    if abs(value) < 1e-4:
        return f"{value:.{digits - 1}e}"
    text = f"{value:#.{digits}g}"
    return text.rstrip(".")


def usd(amount: float | None) -> str:
    """`$0.42`. `-` for unknown."""
    return "-" if amount is None else f"${amount:,.2f}"


def gib(mib: float) -> str:
    """Mebibytes as gibibytes with one decimal."""
    return f"{mib / 1024:.1f}"


def of_mib(used_mib: float, total_mib: float) -> str:
    """`71.2/80.0 GiB`; `320/384 MiB` where GiB would be too coarse."""
    if total_mib < 4096:
        return f"{used_mib:.0f}/{total_mib:.0f} MiB"
    return f"{gib(used_mib)}/{gib(total_mib)} GiB"
