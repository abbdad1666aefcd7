"""Files beside the log."""

import json
import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vasttui.logs.events import EvalPoint, Progress
from vasttui.logs.reader import LogReader
from vasttui.logs.sources import source_for, trainer_state
from vasttui.logs.summary import summarise


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


@pytest.mark.parametrize("path", ["out/metrics.jsonl", "/w/log.csv", "C:\\runs\\metrics.JSON"])
def test_tails_are_read_as_they_grow(path: str) -> None:
    source = source_for(path)
    data = (
        b"step,loss\n1,0.5\n2,0.4\n"
        if path.endswith("csv")
        else b'{"step": 1, "loss": 0.5}\n{"step": 2, "loss": 0.4}\n'
    )
    found = [event for at in range(0, len(data), 5) for event in source.feed(data[at : at + 5], 3.0)]
    steps = [(event.step, event.loss) for event in found if isinstance(event, Progress)]
    assert (steps, source.whole_file) == ([(1, 0.5), (2, 0.4)], False)


def test_a_trainers_state_tells_only_what_is_new() -> None:
    source = source_for("out/checkpoint-100/trainer_state.json")
    history: list[dict[str, float]] = [{"loss": 2.5, "step": 50}]
    first = source.feed(
        json.dumps({"global_step": 50, "max_steps": 300, "log_history": history}).encode(), 1.0
    )
    history.append({"loss": 2.0, "step": 100})
    whole = json.dumps({"global_step": 100, "max_steps": 300, "log_history": history}).encode()
    assert source.feed(whole[:40], 2.0) == []
    assert first[0] == Progress(1.0, 50, 300, None, 2.5)
    assert source.feed(whole, 3.0) == [Progress(3.0, 100, 300, None, 2.0), Progress(3.0, 100, 300)]
    assert source.whole_file


def record(step: int, **scalars: float) -> bytes:
    """One TensorBoard record, laid out by hand; CRCs left zero."""

    def part(number: int, content: bytes) -> bytes:
        return bytes([number << 3 | 2, len(content)]) + content

    values = b"".join(
        part(1, part(1, tag.encode()) + b"\x15" + struct.pack("<f", value)) for tag, value in scalars.items()
    )
    event = b"\x09" + struct.pack("<d", 7.0) + b"\x10" + bytes([step]) + part(5, values)
    return struct.pack("<Q", len(event)) + bytes(4) + event + bytes(4)


def test_event_files_of_tensorboard_are_read_in_any_pieces() -> None:
    data = (
        record(3, **{"train/loss": 0.5, "lr": 0.25}) + record(4, **{"val/loss": 2.0}) + record(5, x=1.0)[:-3]
    )
    wanted = [Progress(7.0, 3, None, None, 0.5), EvalPoint(7.0, 4, {"val/loss": 2.0})]
    for size in (1, 7, 1000):
        source = source_for("runs/events.out.tfevents.1700000000.host.1.0")
        assert [e for at in range(0, len(data), size) for e in source.feed(data[at : at + size])] == wanted


@given(st.binary(max_size=400))
def test_any_bytes_as_a_record_of_tensorboard_do_no_harm(content: bytes) -> None:
    source = source_for("events.out.tfevents.1")
    source.feed(struct.pack("<Q", len(content)) + bytes(4) + content + bytes(4))


def test_what_is_no_event_file_gives_one_clear_line() -> None:
    with pytest.raises(ValueError, match="no TensorBoard event file"):
        source_for("events.out.tfevents.1").feed(b"\xff" * 20)


@pytest.mark.parametrize("path", ["wandb/run-1/run-abc.wandb", "model.pt", ""])
def test_other_files_are_refused_with_what_is_supported(path: str) -> None:
    with pytest.raises(ValueError, match=r"JSON lines .*CSV .*trainer_state.json, TensorBoard") as error:
        source_for(path)
    assert "\n" not in str(error.value)
