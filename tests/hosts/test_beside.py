"""The plan's `[log] file`, followed on the run's own channel, and read from a record."""

import json
import os
import struct
from pathlib import Path

import pytest

from tests.hosts.conftest import Heard, hear
from vasttui.hosts import beside, recorder
from vasttui.hosts.machine import Machine
from vasttui.hosts.protocol import Attached, Launch, RecordRef
from vasttui.hosts.record import Record
from vasttui.monitor.reading import Reading


def news(file: recorder.Beside, now: float = 100.0) -> list[tuple[int, bytes]]:
    return [(at, data) for _, at, data in file.news(now, force=True)]


def of(heard: Heard) -> dict[str, bytes]:
    """The files' bytes, by name."""
    found: dict[str, bytes] = {}
    for chunk in (c for reading in heard.readings for c in reading.files):
        name = Path(chunk.name).name
        assert chunk.offset in (0, len(found.get(name, b"")))
        found[name] = (found.get(name, b"") if chunk.offset else b"") + chunk.data
    return found


@pytest.mark.real
async def test_a_file_that_the_run_writes_comes_on_the_same_channel(local: Machine, tmp_path: Path):
    script = 'for i in 1 2 3; do echo "{\\"step\\": $i, \\"loss\\": 0.5}" >> out/m.jsonl; sleep 0.2; done'
    (tmp_path / "work" / "out").mkdir(parents=True)
    (tmp_path / "work" / "out" / "old.jsonl").write_text('{"step": 99}\n')
    os.utime(tmp_path / "work" / "out" / "old.jsonl", (1e9, 1e9))
    record = RecordRef(str(tmp_path / "record"), file="out/*.jsonl")
    await local.launch(record, Launch(script, workdir=str(tmp_path / "work")))
    heard = await hear(local, record)
    assert [json.loads(line)["step"] for line in of(heard)["m.jsonl"].splitlines()] == [1, 2, 3]
    assert list(of(heard)) == ["m.jsonl"]
    assert heard.readings[-1].position.file == len(of(heard)["m.jsonl"])


@pytest.mark.real
async def test_a_channel_that_is_made_again_goes_on_in_the_file(local: Machine, tmp_path: Path):
    (tmp_path / "run.log").write_text("hello\n")
    (tmp_path / "m.csv").write_text("step,loss\n1,0.5\n")
    record = RecordRef(str(tmp_path), Attached(str(tmp_path / "run.log")), "m.csv")

    def has_file(heard: Heard) -> bool:
        return any(reading.files for reading in heard.readings)

    first = await hear(local, record, has_file)
    with (tmp_path / "m.csv").open("a") as file:
        file.write("2,0.4\n")
    position = next(reading.position for reading in first.readings if reading.files)
    again = await hear(local, record, has_file, start=position)
    (chunk,) = next(reading.files for reading in again.readings if reading.files)
    assert (chunk.offset, chunk.data) == (16, b"2,0.4\n")


def test_of_a_folder_the_newest_metrics_file_is_followed(tmp_path: Path):
    for name, changed in (("a/events.out.tfevents.1", 50), ("b/events.out.tfevents.2", 60), ("c/x.bin", 70)):
        (tmp_path / name).parent.mkdir()
        (tmp_path / name).write_bytes(b"")
        os.utime(tmp_path / name, (changed, changed))
    assert recorder.newest(str(tmp_path), 0.0)[0].endswith("b/events.out.tfevents.2")
    assert recorder.newest(str(tmp_path / "**" / "events*"), 0.0)[0].endswith("b/events.out.tfevents.2")
    assert recorder.newest(str(tmp_path / "**" / "events*"), 100.0) == ("", 0.0)


def test_a_document_is_sent_whole_and_only_when_it_changed(tmp_path: Path):
    for number in (1, 2):
        folder = tmp_path / f"checkpoint-{number}"
        folder.mkdir()
        (folder / "trainer_state.json").write_text("{}" * number)
        os.utime(folder / "trainer_state.json", (number * 10, number * 10))
    file = recorder.Beside("checkpoint-*/trainer_state.json", str(tmp_path), 0.0, "", 0)
    assert news(file) == [(0, b"{}{}")]
    assert news(file, 110.0) == []
    os.utime(tmp_path / "checkpoint-1" / "trainer_state.json", (30, 30))
    assert news(file, 120.0) == [(0, b"{}")]


def test_images_in_an_event_file_stay_on_the_host(tmp_path: Path):
    def record(content: bytes) -> bytes:
        return struct.pack("<Q", len(content)) + bytes(4) + content + bytes(4)

    small, image, torn = record(b"s" * 20), record(b"i" * 200_000), record(b"t" * 20)[:-1]
    (tmp_path / "events.out.tfevents.1").write_bytes(small + image + small + torn)
    file = recorder.Beside("events*", str(tmp_path), 0.0, "", 0)
    assert news(file) == [(0, small + small)]
    assert file.at == 2 * len(small) + len(image)


@pytest.mark.parametrize("missing", [True, False])
def test_a_file_that_cannot_be_read_gives_one_line(
    tmp_path: Path, missing: bool, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(recorder, "FILE_MISSING_S", 0.0)
    monkeypatch.setattr(recorder, "BACKLOG_LIMIT", 1)
    if not missing:
        (tmp_path / "m.jsonl").write_text("too much")
    file = recorder.Beside("m.jsonl", str(tmp_path), 0.0, "", 0)
    for n in range(3):
        assert news(file, 1e10 + n) == []
    (note,) = file.notes
    assert note.startswith("[log] file: ")
    assert str(tmp_path / "m.jsonl") in note


def make(folder: Path, name: str, data: bytes, wanted: str = "") -> list[Reading]:
    """The readings of a record of 100 s with such a file in it."""
    (folder / "run.toml").write_text(f'started_at = 1700000000.0\n[plan.log]\nfile = "{wanted or name}"\n')
    (folder / "run.log").write_text("words\n")
    (folder / "run.idx").write_text("1700000000.0 3\n1700000100.0 6\n")
    (folder / name).write_bytes(data)
    return [reading for reading in Record.open(folder).readings() if reading.files]


def test_a_copy_in_the_record_comes_at_the_times_it_tells(tmp_path: Path):
    lines = [f'{{"ts": {1700000000 + n * 10}, "step": {n}}}\n' for n in (1, 2, 2, 5)]
    readings = make(tmp_path, "m.jsonl", "".join(lines).encode(), "runs/**/*.jsonl")
    assert [(r.ts - 1.7e9, r.files[0].data) for r in readings] == [
        (10.0, lines[0].encode()),
        (20.0, (lines[1] + lines[2]).encode()),
        (50.0, lines[3].encode()),
    ]
    assert readings[-1].position.file == len("".join(lines))


def test_a_copy_without_times_is_spread_over_the_run_and_says_so(tmp_path: Path):
    readings = make(tmp_path, "m.csv", b"step,loss\n1,0.5\n2,0.4\n3,0.3\n")
    assert b"".join(r.files[0].data for r in readings) == b"step,loss\n1,0.5\n2,0.4\n3,0.3\n"
    assert readings[-1].ts == 1700000100.0
    assert [note for r in readings for note in r.notes] == [
        "m.csv tells no times: its lines are spread evenly over the run"
    ]


def test_a_broken_copy_is_handed_on_for_its_reader_to_judge(tmp_path: Path):
    (reading,) = make(tmp_path, "run-a.wandb", b"no such file")
    assert reading.files[0].data == b"no such file"


def test_a_copy_too_large_is_left_out(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(beside, "MAX_BYTES", 3)
    (reading,) = make(tmp_path, "m.csv", b"step,loss\n")
    assert "more than" in reading.notes[0]
