"""The trainings learn, and their faults come true: quickly here, without the sleeps."""

import math
import re
import subprocess
import sys
from pathlib import Path

import pytest

HERE = Path(__file__).parent
pytestmark = pytest.mark.real
EVAL = re.compile(r"eval_loss (\S+)")


def train(script: str, options: str, cwd: Path) -> subprocess.CompletedProcess[str]:
    """The script from start to end; numpy's warnings about an overflow are part of its log."""
    if script != "tiny.py":
        pytest.importorskip("numpy", reason="numpy is needed (uv sync --group samples)")
    command = [sys.executable, str(HERE / script), *options.split()]
    return subprocess.run(command, cwd=cwd, capture_output=True, text=True, timeout=60, check=False)


def evals(log: str) -> list[float]:
    return [float(value) for value in EVAL.findall(log)]


@pytest.mark.parametrize("script", ["chars.py", "moons.py", "waves.py --rate 0.05"])
def test_a_training_learns_and_leaves_its_checkpoint(script: str, tmp_path: Path):
    name, _, rate = script.partition(" ")
    done = train(name, f"--steps 400 --eval-every 100 --save-every 400 {rate}", tmp_path)
    assert done.returncode == 0, done.stderr
    values = evals(done.stdout)
    assert values[-1] < 0.7 * values[0]
    assert (tmp_path / "out" / "step-400.npz").stat().st_size > 1000


def test_a_character_that_the_vocabulary_lacks_ends_it_with_a_traceback(tmp_path: Path):
    done = train("chars.py", "--steps 80 --eval-every 0 --fault traceback --fault-at 40", tmp_path)
    assert done.returncode == 1
    assert done.stderr.splitlines()[-1] == "KeyError: 'é'"


def test_few_examples_and_many_weights_really_overfit(tmp_path: Path):
    done = train("moons.py", "--steps 1200 --eval-every 60 --rate 0.0004 --fault overfit", tmp_path)
    values = evals(done.stdout)
    assert 0 < values.index(min(values)) < len(values) / 2
    assert values[-1] > 1.5 * min(values)


def test_a_rate_that_grows_too_high_really_diverges(tmp_path: Path):
    done = train("waves.py", "--steps 1200 --eval-every 600 --rate 1 --warmup 1200", tmp_path)
    first, last = evals(done.stdout)
    assert first < 1
    assert math.isnan(last)


@pytest.mark.parametrize("style", ["plain", "json", "bar"])
def test_the_tiny_training_tells_its_last_step_in_every_style(style: str, tmp_path: Path):
    done = train("tiny.py", f"--steps 20 --step-s 0 --style {style} --eval-every 10", tmp_path)
    assert done.returncode == 0
    assert ('"step": 20' if style == "json" else "20/20") in done.stdout


def test_the_tiny_training_crashes_and_exits_as_told(tmp_path: Path):
    crashed = train("tiny.py", "--steps 20 --step-s 0 --crash-at 10", tmp_path)
    assert crashed.returncode == 1
    assert crashed.stderr.splitlines()[-1].startswith("IndexError")
    assert train("tiny.py", "--steps 20 --step-s 0 --exit 3", tmp_path).returncode == 3
