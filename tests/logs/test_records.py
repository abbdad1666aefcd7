"""The reader against recorded runs and their truth, where those are at hand."""

from pathlib import Path

import pytest

from tests.bench.logs import judge, load

RUNS = Path(__file__).parents[3] / "shared" / "logs" / "runs"


@pytest.mark.skipif(not RUNS.is_dir(), reason="the recorded runs are not beside this checkout")
def test_every_recorded_run_is_read_as_it_was() -> None:
    folders = sorted(folder for folder in RUNS.iterdir() if (folder / "truth.json").exists())
    answers = [answer for folder in folders for answer in judge(load(folder))]
    wrong = [answer for answer in answers if not answer.ok]
    assert answers
    assert wrong == []
