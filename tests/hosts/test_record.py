"""Records are read whole, in time order, whatever of them is missing or broken."""

import math
from itertools import pairwise
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from vasttui.hosts.record import Record, RecordError, RunInfo, parse_exit
from vasttui.hosts.run_index import parse_index
from vasttui.hosts.samples import read_samples
from vasttui.monitor.reading import Exit, Position, Reading

HEADER = (
    "ts,gpu,util_pct,mem_used_mib,mem_total_mib,temp_c,power_w,ram_used_mib,ram_total_mib,disk_free_mib\n"
)


def make(
    folder: Path,
    log: bytes = b"one\ntwo\nthree\n",
    idx: str | None = "100.0 0\n101.0 4\n102.5 8\n103.0 14\n",
    samples: str | None = None,
    exit_json: str | None = '{"ts": 104.0, "code": 0}',
) -> Path:
    (folder / "run.toml").write_text('name = "r"\ncommand = "python train.py"\nstarted_at = 100.0\n')
    (folder / "run.log").write_bytes(log)
    for name, text in (("run.idx", idx), ("samples.csv", samples), ("exit.json", exit_json)):
        if text is not None:
            (folder / name).write_text(text)
    return folder


def log_of(readings: list[Reading]) -> bytes:
    chunks = [chunk for reading in readings for chunk in reading.chunks]
    assert all(a.offset + len(a.data) == b.offset for a, b in pairwise(chunks))
    return b"".join(chunk.data for chunk in chunks)


def test_log_bytes_come_at_the_times_the_index_tells(tmp_path: Path) -> None:
    readings = list(Record.open(make(tmp_path)).readings())
    assert [(r.ts, b"".join(c.data for c in r.chunks)) for r in readings] == [
        (101.0, b"one\n"),
        (102.5, b"two\n"),
        (103.0, b"three\n"),
        (104.0, b""),
    ]
    assert readings[-1].exit == Exit(104.0, code=0)
    assert [r.alive for r in readings] == [True, True, True, False]


def test_samples_of_one_time_come_in_one_reading_between_the_chunks(tmp_path: Path) -> None:
    rows = "102.0,0,97,1000,24000,60,300,500,8000,900\n102.0,1,,,,,,500,8000,900\n102.7,,,,,,,501,8000,899\n"
    readings = list(Record.open(make(tmp_path, samples=HEADER + rows)).readings())
    assert [r.ts for r in readings] == [101.0, 102.0, 102.5, 102.7, 103.0, 104.0]
    first, second = readings[1].samples
    assert (first.gpu, first.util_pct, first.power_w) == (0, 97.0, 300.0)
    assert (second.gpu, second.util_pct, second.ram_total_mib) == (1, None, 8000.0)
    assert readings[3].samples[0].gpu is None


def test_a_reader_that_goes_on_at_a_position_gets_exactly_the_rest(tmp_path: Path) -> None:
    rows = "".join(f"{101 + i / 2},,,,,,,{i},8000,900\n" for i in range(5))
    record = Record.open(make(tmp_path, samples=HEADER + rows))
    whole = list(record.readings())
    for cut in range(len(whole)):
        rest = list(record.readings(whole[cut].position))
        assert log_of(whole[: cut + 1]) + log_of(rest) == b"one\ntwo\nthree\n"
        seen = [s for r in (*whole[: cut + 1], *rest) for s in r.samples]
        assert [s.ram_used_mib for s in seen] == [0, 1, 2, 3, 4]


def test_a_log_without_an_index_is_spread_over_the_run_and_said_so(tmp_path: Path) -> None:
    readings = list(Record.open(make(tmp_path, idx=None)).readings())
    assert [(r.ts, len(log_of([r]))) for r in readings] == [(101, 3), (102, 4), (103, 3), (104, 4), (104, 0)]
    assert log_of(readings) == b"one\ntwo\nthree\n"
    assert "evenly" in readings[0].notes[0]


def test_bytes_past_the_last_index_line_come_at_the_end(tmp_path: Path) -> None:
    readings = list(Record.open(make(tmp_path, idx="101.0 4\n")).readings())
    assert [(r.ts, log_of([r])) for r in readings][:2] == [(101.0, b"one\n"), (104.0, b"two\nthree\n")]


def test_a_record_without_exit_ends_without_one(tmp_path: Path) -> None:
    readings = list(Record.open(make(tmp_path, exit_json=None)).readings())
    assert all(r.exit is None for r in readings)
    assert log_of(readings) == b"one\ntwo\nthree\n"


def test_broken_files_are_named_in_notes_and_the_rest_is_read(tmp_path: Path) -> None:
    folder = make(
        tmp_path,
        idx="nonsense\n101.0 4\n100.5 8\n102 2\n102.5 999\n10",
        samples="ts,util_pct,gpu\n101.5,90,0\n\xff\xfe,1\n102.0,91,0\n103.0,9",
        exit_json='{"ts": 10',
    )
    readings = list(Record.open(folder).readings())
    notes = [note for r in readings for note in r.notes]
    assert log_of(readings) == b"one\ntwo\nthree\n"
    assert [s.util_pct for r in readings for s in r.samples] == [90.0, 91.0]
    assert [note.split(":")[0] for note in notes] == ["run.idx", "run.idx", "exit.json", "samples.csv"]
    assert [r.ts for r in readings] == sorted(r.ts for r in readings)


def test_a_long_gap_is_filled_with_heartbeats_when_asked(tmp_path: Path) -> None:
    record = Record.open(make(tmp_path, idx="101.0 4\n", exit_json='{"ts": 150.0, "signal": 9}'))
    readings = list(record.readings(heartbeat_s=15.0))
    assert [r.ts for r in readings] == [101.0, 116.0, 131.0, 146.0, 150.0, 150.0]
    assert readings[-1].exit == Exit(150.0, signal=9)


def test_a_big_block_is_split(tmp_path: Path) -> None:
    log = b"x" * ((1 << 20) + 7)
    readings = list(Record.open(make(tmp_path, log=log, idx=f"104.0 {len(log)}\n")).readings())
    assert [len(c.data) for r in readings for c in r.chunks] == [1 << 20, 7]


@pytest.mark.parametrize(
    ("toml", "says"),
    [
        (None, "no such file"),
        ("name = ", "Invalid value"),
        ('name = "r"\ntotal_steps = "many"\n', "total_steps"),
    ],
)
def test_an_unusable_run_toml_is_one_clear_line(tmp_path: Path, toml: str | None, says: str) -> None:
    make(tmp_path)
    (tmp_path / "run.toml").unlink()
    if toml is not None:
        (tmp_path / "run.toml").write_text(toml)
    with pytest.raises(RecordError, match=says) as caught:
        Record.open(tmp_path)
    assert "\n" not in str(caught.value)


def test_a_folder_without_a_log_is_refused(tmp_path: Path) -> None:
    make(tmp_path)
    (tmp_path / "run.log").unlink()
    with pytest.raises(RecordError, match=r"run\.log"):
        Record.open(tmp_path)


def test_run_info_survives_its_file(tmp_path: Path) -> None:
    info = RunInfo(
        name="n", command="c", started_at=1.5, total_steps=10, milestones=(5,), plan={"run": {"command": "c"}}
    )
    make(tmp_path)
    (tmp_path / "run.toml").write_text(info.to_toml())
    assert Record.open(tmp_path).info == info


def test_read_log_counts_from_the_end_when_negative(tmp_path: Path) -> None:
    record = Record.open(make(tmp_path))
    assert record.read_log(-6, 100) == (14, b"three\n")
    assert record.read_log(4, 3) == (14, b"two")
    assert record.read_log(99, 3) == (14, b"")


@settings(deadline=None)
@given(st.binary(max_size=300))
def test_any_index_gives_growing_points(data: bytes) -> None:
    points, _ = parse_index(data, 1000)
    assert [p.offset for p in points] == sorted(p.offset for p in points)
    assert [p.ts for p in points] == sorted(p.ts for p in points)


@settings(deadline=None)
@given(st.binary(max_size=100))
def test_any_exit_file_is_an_exit_or_a_note(data: bytes) -> None:
    ended, notes = parse_exit(data)
    assert ended is not None or notes or not data


@settings(deadline=None)
@given(st.binary(max_size=400))
def test_any_samples_are_rows_or_notes(data: bytes) -> None:
    with TemporaryDirectory() as folder:
        path = Path(folder) / "samples.csv"
        path.write_bytes(data)
        batches = list(read_samples(path))
    assert [b.offset for b in batches] == sorted(b.offset for b in batches)
    assert all(math.isfinite(row.ts) for batch in batches for row in batch.rows)


def test_an_exit_without_code_and_signal_is_a_vanished_process() -> None:
    assert parse_exit(b'{"ts": 3.0, "code": null}')[0] == Exit(3.0)


def test_a_position_past_the_end_gives_no_bytes(tmp_path: Path) -> None:
    readings = list(Record.open(make(tmp_path)).readings(Position(log=999)))
    assert log_of(readings) == b""


def test_an_exit_comes_when_it_happened_though_samples_go_on(tmp_path: Path) -> None:
    rows = "101.5,,,,,,,1,,\n300.0,,,,,,,2,,\n"
    readings = list(Record.open(make(tmp_path, samples=HEADER + rows)).readings())
    assert [(r.ts, r.alive, r.exit is not None) for r in readings][-2:] == [
        (104.0, False, True),
        (300.0, False, False),
    ]
