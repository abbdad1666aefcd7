"""`vasttui plot`: a run's series as text and as numbers."""

import json

import pytest
from click.testing import CliRunner, Result

from vasttui.assets import bundled
from vasttui.cli.commands import app
from vasttui.cli.plot import strokes
from vasttui.tui.decimate import Columns

SLOW = str(bundled("sample_runs") / "slowdown")
HEALTHY = str(bundled("sample_runs") / "healthy")


def plotted(*words: str) -> Result:
    return CliRunner().invoke(app, ["plot", *words])


def test_the_step_rate_is_plotted_between_round_values_and_times() -> None:
    result = plotted(SLOW, "--width", "70", "--height", "12")
    lines = result.output.splitlines()
    assert result.exit_code == 0
    assert len(lines) == 12
    assert lines[0].strip() == "Step rate of slowdown"
    assert any(line.startswith("1/s┤") for line in lines)
    assert lines[-1].split() == ["0", "2m", "4m", "6m", "8m", "10m"]
    assert "\x1b" not in result.output


def test_another_run_is_laid_over_it_from_the_same_start() -> None:
    result = plotted(SLOW, "loss", "--with", HEALTHY, "--width", "70")
    assert "Loss of slowdown ⠒ and healthy ·" in result.output
    assert result.output.count("·") > 30


def test_numbers_are_given_a_column_each_with_lowest_and_highest() -> None:
    result = plotted(SLOW, "eval_loss", "rate", "--json", "--width", "40")
    evals, rate = (json.loads(line) for line in result.output.splitlines())
    assert (evals["series"], rate["series"]) == ("eval:eval_loss", "rate")
    assert 20 < len(rate["points"]) <= 40
    assert all(low <= high for _, low, high in rate["points"])


def test_a_series_that_is_not_there_is_answered_with_those_that_are() -> None:
    result = plotted(SLOW, "gpu")
    assert result.exit_code == 2
    assert "slowdown has no series 'gpu'; it has: disk, eval:eval_loss, loss, ram, rate" in result.output


def test_a_run_that_is_not_there_is_named(monkeypatch: pytest.MonkeyPatch, tmp_path: object) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))
    result = plotted("nowhere")
    assert result.exit_code == 2
    assert "no run called 'nowhere'" in result.output


def test_a_gap_stays_a_gap() -> None:
    parts = list(strokes(Columns(0.0, 4.0, ((1, 1), None, (2, 3), (4, 4)))))
    assert parts == [([0.5, 0.5], [1, 1]), ([2.5, 2.5, 3.5, 3.5], [2, 3, 4, 4])]
