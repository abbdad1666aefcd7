import json
import shutil
from pathlib import Path

import pytest

from tests.cli.conftest import Shell
from vasttui.assets import bundled

USAGE = 2


@pytest.fixture
def slowdown(tmp_path: Path) -> str:
    """A copy of the sample run that becomes slow."""
    shutil.copytree(bundled("sample_runs") / "slowdown", tmp_path / "slowdown")
    return str(tmp_path / "slowdown")


def test_a_threshold_that_asks_for_less_makes_an_alert_go(vasttui: Shell, slowdown: str):
    tested = vasttui("replay", slowdown, "--what-if", "slow=0.1", "--json")
    *changes, end = map(json.loads, tested.out.splitlines())
    assert [(one["rule"], one["change"], one["ts"]) for one in changes] == [("slow", "gone", None)]
    assert (end["type"], end["verdict"], tested.code) == ("end", "DONE", 0)


def test_a_rule_can_be_switched_off(vasttui: Shell, slowdown: str):
    assert "gone     slow" in vasttui("replay", slowdown, "--what-if", "slow=off").out


def test_the_same_threshold_changes_nothing(vasttui: Shell, slowdown: str):
    assert vasttui("replay", slowdown, "--what-if", "slow=0.7").out.startswith("same     slow")


@pytest.mark.parametrize(
    ("wish", "said"),
    [
        ("gpu_idel=0.4", "did you mean 'gpu_idle'?"),
        ("slow", "NAME=VALUE"),
        ("slow=x", "not a number"),
        ("slow=7", "slow"),
        ("memory=nan", "not a number"),
    ],
)
def test_what_is_no_threshold_is_one_line(vasttui: Shell, slowdown: str, wish: str, said: str):
    tested = vasttui("replay", slowdown, "--what-if", wish)
    assert (tested.code, tested.out) == (USAGE, "")
    assert said in tested.err.splitlines()[-1]
