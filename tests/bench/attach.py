"""Attaching to a log of 2 GiB: its first summary, and the memory it takes, beside a log of 2 MiB."""

from pathlib import Path

from tests.bench.place import Place, place, with_box
from tests.bench.row import Row, spread

BIG_BYTES, SMALL_BYTES = 2 << 30, 2 << 20
HEAD_STEPS, TAIL_STEPS, TOTAL = 2000, 40_000, 50_000_000
REPEATS = 5


def lines(first: int, count: int) -> bytes:
    """Log lines of `count` steps."""
    return b"".join(
        b"step %d/%d loss 0.5312 lr 1.00e-04\n" % (at, TOTAL) for at in range(first, first + count)
    )


def write_log(path: Path, size_bytes: int) -> None:
    """So long by `ls`: real lines at both ends, a hole between them, which costs no disk."""
    with path.open("wb") as file:
        file.write(lines(1, HEAD_STEPS))
        tail = lines(TOTAL // 2, TAIL_STEPS)
        file.seek(size_bytes - len(tail))
        file.write(tail)


def first_summary(at: Place, host: str, log: Path) -> tuple[list[float], float]:
    """(seconds from start to end of `vasttui check`, a few times; the highest RSS in MiB)."""
    name = f"{log.stem}-{host}"
    at.vasttui("attach", host, "--log", str(log), "--name", name, "--detach")
    ended = [at.vasttui("check", name) for _ in range(REPEATS)]
    return [one.wall_s for one in ended], max(one.rss_mib for one in ended)


def measure() -> list[Row]:
    """On this machine and over SSH."""
    rows: list[Row] = []
    with place() as at, with_box(at) as box:
        big, small = at.home / "big.log", at.home / "small.log"
        write_log(big, BIG_BYTES)
        write_log(small, SMALL_BYTES)
        for host in ("local", box):
            took, rss = first_summary(at, host, big)
            _, usual = first_summary(at, host, small)
            where = "this machine" if host == "local" else "SSH"
            rows.append(Row(f"2 GiB log, {where}: first summary", "≤ 1 s", spread(took, "s", 2)))
            rows.append(
                Row(f"2 GiB log, {where}: peak RSS", "flat", f"{rss:.0f} MiB (2 MiB log: {usual:.0f} MiB)")
            )
    return rows
