"""`vasttui demo rent`: the whole walk, and nothing left behind however it ends."""

import signal
import time
from pathlib import Path

import pytest

from tests.cli.conftest import Shell

pytestmark = pytest.mark.real
STATIONS = (
    "search:",
    "gate: pass",
    "rent:",
    "✓ boot",
    "✓ ssh",
    "✓ gpu",
    "✓ gate",
    "✓ bootstrap",
    "✓ probe",
    "✓ baseline",
)
LIMIT_S = 20.0


def test_the_walk_goes_from_search_to_destroyed(vasttui: Shell) -> None:
    walked = vasttui("demo", "rent", "--unattended", "--boot", "0.2", VASTTUI_EMULATED_SPEED="10")
    assert walked.code == 0, walked.err
    places = [walked.err.find(station) for station in STATIONS]
    assert -1 not in places, walked.err
    assert places == sorted(places)
    assert "nothing matches" not in walked.err
    assert "is gone: nothing bills" in walked.err
    assert "instances: nothing bills" in walked.err
    assert walked.out.startswith("rent confirmed to first training step: ")
    assert list(vasttui.home.iterdir()) == []  # its state is its own, and gone


def test_killed_in_the_middle_it_leaves_no_market_behind(vasttui: Shell) -> None:
    walking = vasttui.start("demo", "rent", "--unattended", "--boot", "30")
    assert walking.stderr is not None
    while "boot" not in walking.stderr.readline():
        assert walking.poll() is None
    markets = _started_by(walking.pid)
    assert markets
    walking.send_signal(signal.SIGKILL)
    walking.communicate(timeout=LIMIT_S)
    until = time.monotonic() + LIMIT_S
    while any(_is_alive(pid) for pid in markets):
        assert time.monotonic() < until, "the emulated market lives on"
        time.sleep(0.05)


def _started_by(parent: int) -> list[int]:
    children = [(int(p.parent.name), p) for p in Path("/proc").glob("[0-9]*/stat")]
    return [pid for pid, path in children if _parent(path) == parent]


def _parent(stat: Path) -> int:
    try:
        return int(stat.read_text().rpartition(")")[2].split()[1])
    except (OSError, IndexError):
        return -1


def _is_alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False
