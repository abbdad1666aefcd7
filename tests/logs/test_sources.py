"""Files beside the log."""

import json
import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vasttui.logs.events import ErrorMarker, EvalPoint, LogEvent, Progress
from vasttui.logs.reader import LogReader
from vasttui.logs.sources import moments, source_for
from vasttui.logs.summary import summarise


def told(name: str, data: bytes, ts: float | None = None, size: int = 1 << 20) -> list[LogEvent]:
    """Progress and evaluations that a file tells when it comes in pieces of `size`."""
    source = source_for(name)
    events = [e for at in range(0, len(data), size) for e in source.feed(data[at : at + size], ts)]
    return [event for event in events if isinstance(event, Progress | EvalPoint)]


def test_a_trainers_state_tells_its_history() -> None:
    state = {
        "global_step": 120,
        "max_steps": 300,
        "log_history": [
            {"epoch": 0.5, "loss": 2.5, "step": 50},
            {"epoch": 1.0, "eval_loss": 2.1, "eval_runtime": 3.0, "step": 100},
        ],
    }
    assert told("trainer_state.json", json.dumps(state).encode(), 7.0) == [
        Progress(7.0, 50, 300, 0.5, 2.5),
        EvalPoint(7.0, 100, {"eval_loss": 2.1}),
        Progress(7.0, 120, 300),
    ]


@pytest.mark.parametrize(
    ("data", "word"), [(b'{"log_hist}', "half written"), (b"{}", "log_history"), (b"\xff}", "JSON")]
)
def test_a_trainers_state_that_is_none_gives_one_clear_line(data: bytes, word: str) -> None:
    with pytest.raises(ValueError, match=word) as error:
        source_for("trainer_state.json").feed(data)
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

    def told_of(data: bytes, ts: float) -> list[LogEvent]:
        return [event for event in source.feed(data, ts) if isinstance(event, Progress)]

    history: list[dict[str, float]] = [{"loss": 2.5, "step": 50}]
    state = {"global_step": 50, "max_steps": 300, "log_history": history}
    first = told_of(json.dumps(state).encode(), 1.0)
    history.append({"loss": 2.0, "step": 100})
    whole = json.dumps({**state, "global_step": 100}).encode()
    assert told_of(whole[:40], 2.0) == []
    assert first == [Progress(1.0, 50, 300, None, 2.5)]
    assert told_of(whole, 3.0) == [Progress(3.0, 100, 300, None, 2.0)]
    assert source.whole_file


def test_a_trainers_state_with_a_nan_is_read() -> None:
    text = '{"global_step": 1, "max_steps": 9, "log_history": [{"loss": NaN, "step": 1}]}'
    events = source_for("trainer_state.json").feed(text.encode(), 1.0)
    assert [event.kind for event in events if isinstance(event, ErrorMarker)] == ["nan"]


def part(number: int, content: bytes) -> bytes:
    """A field of a protocol buffer that holds bytes."""
    assert len(content) < 128
    return (
        bytes(
            [
                (number << 3 | 2) & 0x7F | (0x80 if number > 15 else 0),
                *([1] if number > 15 else []),
                len(content),
            ]
        )
        + content
    )


WALL = 1_700_000_000.0


def record(step: int, **scalars: float) -> bytes:
    """One TensorBoard record, laid out by hand; CRCs left zero."""
    values = b"".join(
        part(1, part(1, tag.encode()) + b"\x15" + struct.pack("<f", value)) for tag, value in scalars.items()
    )
    event = b"\x09" + struct.pack("<d", WALL + step) + b"\x10" + bytes([step]) + part(5, values)
    return struct.pack("<Q", len(event)) + bytes(4) + event + bytes(4)


EVENTS = record(3, **{"train/loss": 0.5, "lr": 0.25}) + record(4, **{"val/loss": 2.0}) + record(5, x=1.0)[:-3]


@pytest.mark.parametrize("size", [1, 7, 1000])
def test_event_files_of_tensorboard_are_read_in_any_pieces(size: int) -> None:
    assert told("runs/events.out.tfevents.1700000000.host.1.0", EVENTS, size=size) == [
        Progress(WALL + 3, 3, None, None, 0.5),
        EvalPoint(WALL + 4, 4, {"val/loss": 2.0}),
    ]


def test_an_axis_of_epochs_beside_that_of_the_loss_does_not_move_the_step() -> None:
    data = record(90, **{"train/loss": 0.5}) + record(2, epoch_time=7.0) + record(100, **{"train/loss": 0.4})
    steps = [event.step for event in told("events.out.tfevents.1", data) if isinstance(event, Progress)]
    assert steps == [90, 100]


def run_file(*records: bytes) -> bytes:
    """A wandb file, laid out by hand in blocks of 32 KiB; CRCs left zero."""
    out = bytearray(b":W&B\xe1\xbe\x00")
    for whole in records:
        text, first = whole, True
        while text or first:
            left = 32768 - len(out) % 32768
            if left < 7:
                out += bytes(left)
                left = 32768
            piece, text = text[: left - 7], text[left - 7 :]
            kind = (1 if not text else 2) if first else (4 if not text else 3)
            out += bytes(4) + struct.pack("<HB", len(piece), kind) + piece
            first = False
    return bytes(out)


def history(step: int, **figures: str) -> bytes:
    """A record of history with its values as JSON, as wandb writes them."""
    items = b"".join(part(1, part(2, k.encode()) + part(16, v.encode())) for k, v in figures.items())
    body = items + part(2, b"\x08" + bytes([step]))
    return b"\x12" + bytes([len(body) & 0x7F | 0x80, len(body) >> 7]) + body


OTHER = b"\x22" + bytes([0xFF, 0xFF, 0x03]) + b"c" * 65535  # a record of some other kind, over three blocks
RUN = run_file(
    history(1, **{"train/loss": "0.5", "_timestamp": str(WALL), "note": '"x"'}),
    OTHER,
    history(2, **{"train/loss": '"NaN"'}),
    history(3, **{"eval/loss": "0.25", "_step": "3"}),
)


@pytest.mark.parametrize("size", [1, 1000, 1 << 20])
def test_run_files_of_wandb_are_read_in_any_pieces(size: int) -> None:
    progress, second, evaluation = told("wandb/run-1/run-a.wandb", RUN, 2e9, size)
    assert progress == Progress(WALL, 1, None, None, 0.5)
    assert isinstance(second, Progress)
    assert second.step == 2
    assert evaluation == EvalPoint(2e9, 3, {"eval/loss": 0.25})


def test_a_counter_of_the_trainer_is_better_than_wandbs_own() -> None:
    data = run_file(history(7, **{"train/loss": "0.5", "train/global_step": "70"}))
    assert told("run-a.wandb", data) == [Progress(None, 70, None, None, 0.5)]


@given(st.binary(max_size=400))
def test_any_bytes_as_a_record_do_no_harm(content: bytes) -> None:
    source_for("events.out.tfevents.1").feed(struct.pack("<Q", len(content)) + bytes(4) + content + bytes(4))
    source_for("a.wandb").feed(run_file(content))


@pytest.mark.parametrize("name", ["events.out.tfevents.1", "run-a.wandb"])
def test_what_is_no_such_file_gives_one_clear_line(name: str) -> None:
    with pytest.raises(ValueError, match=r"no (TensorBoard event|wandb run) file"):
        source_for(name).feed(b"\xff" * 20)


@pytest.mark.parametrize("path", ["model.pt", ""])
def test_other_files_are_refused_with_what_is_supported(path: str) -> None:
    with pytest.raises(ValueError, match=r"JSON lines .*CSV .*trainer_state.json, TensorBoard") as error:
        source_for(path)
    assert "\n" not in str(error.value)


@pytest.mark.parametrize(
    ("name", "data", "wanted"),
    [
        ("m.jsonl", b'{"ts": 1700000000, "step": 1}\n{"step": 2}\n', [WALL, None]),
        ("m.csv", b"timestamp,step\n2023-11-14T22:13:20,1\n", [None, WALL]),
        ("run-a.wandb", RUN, [WALL, None, None]),
        ("events.out.tfevents.1", EVENTS, [WALL + 3, WALL + 4]),
        ("trainer_state.json", b"{}", []),
    ],
)
def test_a_file_tells_when_its_parts_were_written(name: str, data: bytes, wanted: list[float | None]) -> None:
    found = list(moments(name, data))
    assert [ts for ts, _ in found] == wanted
    assert [end for _, end in found] == sorted(end for _, end in found)
