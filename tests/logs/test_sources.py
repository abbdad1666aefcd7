"""Files beside the log."""

import json

import pytest

from vasttui.logs import LogReader, summarise
from vasttui.logs.events import EvalPoint, Progress
from vasttui.logs.sources import trainer_state


def test_a_trainers_state_tells_its_history() -> None:
    state = {
        "global_step": 120,
        "max_steps": 300,
        "log_history": [
            {"epoch": 0.5, "loss": 2.5, "step": 50},
            {"epoch": 1.0, "eval_loss": 2.1, "eval_runtime": 3.0, "step": 100},
        ],
    }
    assert trainer_state(json.dumps(state).encode(), 7.0) == [
        Progress(7.0, 50, 300, 0.5, 2.5),
        EvalPoint(7.0, 100, {"eval_loss": 2.1}),
        Progress(7.0, 120, 300),
    ]


@pytest.mark.parametrize(
    ("data", "word"), [(b'{"log_hist', "half written"), (b"[1]", "log_history"), (b"\xff", "JSON")]
)
def test_a_file_that_is_none_gives_one_clear_line(data: bytes, word: str) -> None:
    with pytest.raises(ValueError, match=word) as error:
        trainer_state(data)
    assert "\n" not in str(error.value)


def test_csv_and_json_lines_are_read_as_any_log() -> None:
    for data in (b"step,loss\n1,0.5\n2,0.4\n", b'{"step": 1, "loss": 0.5}\n{"step": 2, "loss": 0.4}\n'):
        reader = LogReader()
        summary = summarise(reader, [*reader.feed(data), *reader.finish()])
        assert (summary.step, summary.loss) == (2, 0.4)
