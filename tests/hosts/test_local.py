"""A run on this machine: recorded, followed, probed, stopped, and never harmed by its watchers."""

import os
import signal
import sys
from pathlib import Path

import pytest

from tests.hosts.conftest import Heard, Parts, Start, eventually, hear, is_gone, pids
from vasttui.hosts.machine import Machine
from vasttui.hosts.protocol import HostError, Launch, RecordRef
from vasttui.hosts.record import Record
from vasttui.monitor.reading import Position

pytestmark = pytest.mark.real

COUNT = "for i in $(seq 20); do echo step $i; sleep 0.02; done"
COUNTED = b"".join(b"step %d\n" % i for i in range(1, 21))


async def test_a_follower_hears_every_byte_and_the_exit_last(local: Machine, start: Start) -> None:
    record = await start(local, COUNT + "; exit 3")
    heard = await hear(local, record)
    assert bytes(heard.log) == COUNTED
    assert heard.exit is not None
    assert heard.exit.code == 3
    assert heard.readings[-1].exit is heard.exit
    assert [r.ts for r in heard.readings] == sorted(r.ts for r in heard.readings)


async def test_a_crash_is_pushed_without_another_look(local: Machine, start: Start, tmp_path: Path) -> None:
    go = tmp_path / "go"
    record = await start(local, f"while [ ! -e {go} ]; do sleep 0.02; done; echo boom; kill -9 $$")

    def now(heard: Heard) -> bool:
        go.touch()  # the crash comes after the first reading, so it can only be a push that tells it
        return heard.exit is not None

    heard = await hear(local, record, now)
    assert heard.exit is not None
    assert heard.exit.signal == signal.SIGKILL
    assert bytes(heard.log) == b"boom\n"


async def test_the_record_tells_what_the_follower_heard(local: Machine, start: Start) -> None:
    record = await start(local, COUNT)
    heard = await hear(local, record)
    kept = Record.open(record.path)
    assert kept.exit == heard.exit
    assert not kept.notes
    assert b"".join(c.data for r in kept.readings() for c in r.chunks) == COUNTED
    assert [s.ram_total_mib for r in kept.readings() for s in r.samples] == [
        s.ram_total_mib for r in heard.readings for s in r.samples
    ]
    gaps = [b.ts - a.ts for a, b in zip(kept.points, kept.points[1:-1], strict=False)]
    assert all(gap >= 0.999 for gap in gaps)


async def test_output_comes_through_untouched(local: Machine, start: Start) -> None:
    record = await start(local, r"printf '\r50%%\033[1m\xff\xfe\0end'; printf err >&2")
    heard = await hear(local, record)
    assert bytes(heard.log) == b"\r50%\x1b[1m\xff\xfe\0enderr"


async def test_the_command_runs_unbuffered_without_stdin_in_its_workdir(
    local: Machine, start: Start, tmp_path: Path
) -> None:
    (tmp_path / "w").mkdir()
    command = "echo $PYTHONUNBUFFERED $K $PWD; cat"
    record = await start(local, command, workdir=str(tmp_path / "w"), env={"K": "v"})
    heard = await hear(local, record)
    assert heard.log.decode().split() == ["1", "v", str(tmp_path / "w")]


async def test_a_second_follower_goes_on_where_the_first_left(
    local: Machine, start: Start, tmp_path: Path
) -> None:
    parts = Parts(tmp_path, 2)
    record = await start(local, parts.command)
    heard = await hear(local, record, parts.is_heard)
    position = heard.readings[-1].position
    assert position.log == len(heard.log)
    parts.go_on()
    heard = await hear(local, record, heard=heard, start=position)
    assert bytes(heard.log) == parts.output


async def test_a_killed_follower_comes_back_and_the_run_goes_on(
    local: Machine, start: Start, tmp_path: Path
) -> None:
    parts = Parts(tmp_path, 3)
    record = await start(local, parts.command)

    def kill_it(heard: Heard) -> bool:
        if parts.is_heard(heard):
            for pid in followers(record.path):
                os.kill(pid, signal.SIGKILL)
            parts.go_on()
        return False

    heard = await hear(local, record, kill_it)
    assert any(not reading.reachable for reading in heard.readings)
    assert bytes(heard.log) == parts.output
    assert heard.exit is not None
    assert heard.exit.code == 0


async def test_a_killed_recorder_is_replaced_and_the_exit_is_exact(
    local: Machine, start: Start, tmp_path: Path
) -> None:
    parts = Parts(tmp_path, 2)
    record = await start(local, parts.command + "exit 7")

    def kill_it(heard: Heard) -> bool:
        if parts.is_heard(heard):
            os.kill(pids(record.path)["recorder"], signal.SIGKILL)
            parts.go_on()
        return False

    heard = await hear(local, record, kill_it)
    assert heard.exit is not None
    assert heard.exit.code == 7
    assert bytes(heard.log) == parts.output
    assert "heir" in (Path(record.path) / "notes.log").read_text()


async def test_a_run_whose_recorders_are_all_dead_ends_without_a_status(local: Machine, start: Start) -> None:
    record = await start(local, "sleep 60")
    facts = pids(record.path)
    for pid in (parent(facts["recorder"]), facts["recorder"], facts["pid"]):
        os.kill(pid, signal.SIGKILL)
    heard = await hear(local, record)
    assert heard.exit is not None
    assert (heard.exit.code, heard.exit.signal) == (None, None)
    assert "left no exit status" in heard.notes


async def test_the_run_ignores_a_hangup_of_its_launcher(local: Machine, start: Start, tmp_path: Path) -> None:
    parts = Parts(tmp_path, 2)
    record = await start(local, parts.command)
    facts = pids(record.path)
    for one in (signal.SIGHUP, signal.SIGTERM, signal.SIGINT):
        os.kill(facts["recorder"], one)
    assert os.getsid(facts["pid"]) == facts["pid"] != os.getsid(0)
    assert os.getsid(facts["recorder"]) not in (os.getsid(0), facts["pid"])
    parts.go_on()
    heard = await hear(local, record)
    assert bytes(heard.log) == parts.output


async def test_stop_ends_children_of_children_and_those_with_a_session_of_their_own(
    local: Machine, start: Start, tmp_path: Path
) -> None:
    script = (
        "trap '' TERM; sleep 301 & echo $! > a; setsid sh -c 'echo $$ > b; exec sleep 302' & "
        "sh -c 'sleep 303 & echo $! > c; wait' & "
        f"{sys.executable} -c 'import os, time; os.fork() and os._exit(0); os.setsid(); "
        'os.fork() and os._exit(0); open("d", "w").write(str(os.getpid())); time.sleep(304)\' & '
        "while true; do sleep 0.1; done"
    )
    record = await start(local, script, workdir=str(tmp_path))
    files = [tmp_path / name for name in "abcd"]
    await eventually(lambda: all(f.exists() and f.read_text().strip() for f in files), "children")
    family = [int(f.read_text()) for f in files] + [pids(record.path)["pid"]]
    stopped = await local.stop(record, grace_s=0.3)
    assert (stopped.gone, stopped.was_running, stopped.killed) == (True, True, True)
    assert all(is_gone(pid) for pid in family)
    reading = await local.probe(record)
    assert reading.exit is not None
    assert reading.exit.signal == signal.SIGKILL


async def test_stop_lets_a_run_end_itself_within_the_grace(local: Machine, start: Start) -> None:
    record = await start(local, "trap 'echo saved; exit 5' TERM; while true; do sleep 0.05; done")
    stopped = await local.stop(record, grace_s=10)
    assert (stopped.gone, stopped.killed) == (True, False)
    reading = await local.probe(record)
    assert reading.exit is not None
    assert reading.exit.code == 5
    assert b"".join(c.data for c in reading.chunks).endswith(b"saved\n")
    again = await local.stop(record)
    assert (again.gone, again.was_running) == (True, False)


async def test_a_probe_brings_what_is_new_since_the_position(local: Machine, start: Start) -> None:
    record = await start(local, "echo one; sleep 60")
    first = await local.probe(record)
    assert (first.alive, first.exit, first.position.log) == (True, None, 4)
    assert first.samples
    second = await local.probe(record, first.position)
    assert (second.chunks, second.samples, second.position) == ((), (), first.position)
    await local.stop(record, 0.1)


async def test_processes_that_outlive_the_command_keep_their_pipe(
    local: Machine, start: Start, tmp_path: Path
) -> None:
    record = await start(local, "(sleep 0.4; echo late; touch done) & echo early", workdir=str(tmp_path))
    heard = await hear(local, record)
    assert heard.exit is not None
    assert heard.exit.code == 0
    await eventually((tmp_path / "done").exists, "the late process ended well")
    await eventually(lambda: b"late" in (Path(record.path) / "run.log").read_bytes(), "late output")


async def test_read_log_reads_any_part(local: Machine, start: Start) -> None:
    record = await start(local, "echo one; echo two")
    await hear(local, record)
    assert await local.read_log(record, -4, 100) == (8, b"two\n")
    assert await local.read_log(record, 0, 3) == (8, b"one")


@pytest.mark.parametrize(
    ("launch", "says", "hint"),
    [
        (Launch("no_such_program_here --x"), "no_such_program_here", "plain shell"),
        (Launch("true", workdir="/no/such/dir"), "/no/such/dir", "create it"),
    ],
)
async def test_a_command_that_cannot_start_is_told_at_once(
    local: Machine, tmp_path: Path, launch: Launch, says: str, hint: str
) -> None:
    with pytest.raises(HostError, match=says) as caught:
        await local.launch(RecordRef(str(tmp_path / "r")), launch)
    assert hint in caught.value.hint
    assert "\n" not in str(caught.value)


async def test_a_record_is_never_written_over(local: Machine, start: Start) -> None:
    await start(local, "echo first")
    with pytest.raises(HostError, match="holds a record already"):
        await start(local, "echo second")


async def test_a_record_that_is_not_there_is_refused(local: Machine, tmp_path: Path) -> None:
    with pytest.raises(HostError, match="No such file"):
        await hear(local, RecordRef(str(tmp_path / "none")))
    with pytest.raises(HostError, match="No such file"):
        await local.probe(RecordRef(str(tmp_path / "none")))


async def test_a_folder_that_cannot_be_written_is_refused(local: Machine) -> None:
    with pytest.raises(HostError, match="/proc/x"):
        await local.launch(RecordRef("/proc/x/r"), Launch("true"))


async def test_gpu_samples_come_from_one_long_lived_nvidia_smi(
    local: Machine, start: Start, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fake = tmp_path / "bin" / "nvidia-smi"
    fake.parent.mkdir()
    fake.write_text(
        "#!/bin/sh\necho started >> $(dirname $0)/starts\n"
        "while true; do\n"
        "echo '0, 97, 71200, 81920, 64, 412.50'\necho '1, [N/A], 10, 81920, 40, [N/A]'\nsleep 0.2\ndone\n"
    )
    fake.chmod(0o755)
    monkeypatch.setenv("PATH", f"{fake.parent}:{os.environ['PATH']}")
    monkeypatch.setenv("VASTTUI_SAMPLE_S", "0.3")
    record = await start(local, "sleep 60")
    heard = await hear(local, record, lambda heard: sum(len(r.samples) for r in heard.readings) >= 4)
    first, second = [s for r in heard.readings for s in r.samples][:2]
    assert (first.gpu, first.util_pct, first.mem_used_mib, first.power_w) == (0, 97, 71200, 412.5)
    assert (second.gpu, second.util_pct, second.temp_c, second.power_w) == (1, None, 40, None)
    assert first.ram_total_mib is not None
    assert first.disk_free_mib is not None
    assert (fake.parent / "starts").read_text() == "started\n"
    await local.stop(record, 0.1)


async def test_leaving_a_follower_leaves_no_process_behind(local: Machine, start: Start) -> None:
    record = await start(local, "sleep 60")
    await hear(local, record, lambda heard: bool(heard.readings))
    await eventually(lambda: not followers(record.path), "followers are gone")
    assert not is_gone(pids(record.path)["pid"])
    await local.stop(record, 0.1)


async def test_a_position_in_the_samples_is_resumed(local: Machine, start: Start) -> None:
    record = await start(local, "true")
    heard = await hear(local, record)
    position = heard.readings[-1].position
    assert position.samples == (Path(record.path) / "samples.csv").stat().st_size
    rest = await hear(local, record, start=Position(0, position.samples))
    assert not [s for r in rest.readings for s in r.samples]


def parent(pid: int) -> int:
    return int(Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[1])


def followers(path: str) -> list[int]:
    """The recorder's followers of a record that run on this machine."""
    found: list[int] = []
    for entry in Path("/proc").iterdir():
        try:
            words = (entry / "cmdline").read_bytes().split(b"\0") if entry.name.isdigit() else []
        except OSError:
            continue
        if b"follow" in words and path.encode() in words:
            found.append(int(entry.name))
    return found
