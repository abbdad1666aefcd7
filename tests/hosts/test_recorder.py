"""The recorder as one file: what it needs of a host, and what a host can do to it."""

import ast
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.hosts.conftest import Start, eventually, hear
from vasttui.hosts import recorder
from vasttui.hosts.machine import Machine
from vasttui.hosts.protocol import HostError, Launch, RecordRef

SOURCE = Path(recorder.__file__)


def test_the_recorder_is_written_in_python_3_6() -> None:
    tree = ast.parse(SOURCE.read_text(), feature_version=(3, 6))
    newer = [
        ast.unparse(node)
        for node in ast.walk(tree)
        if isinstance(node, ast.keyword)
        and node.arg in ("capture_output", "missing_ok", "process_group", "dirs_exist_ok")
    ]
    assert not newer
    methods = [node.attr for node in ast.walk(tree) if isinstance(node, ast.Attribute)]
    assert not {"removeprefix", "removesuffix", "readlink", "pidfd_open"} & set(methods)


def test_the_recorder_needs_the_standard_library_alone() -> None:
    tree = ast.parse(SOURCE.read_text())
    imported = [alias.name for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names]
    assert imported
    assert all(name in sys.stdlib_module_names for name in imported)


@pytest.mark.real
@pytest.mark.skipif(shutil.which("pyenv") is None, reason="no older Python at hand")
def test_the_oldest_python_at_hand_records(tmp_path: Path) -> None:
    versions = subprocess.run(["pyenv", "versions", "--bare"], capture_output=True, text=True, check=True)
    old = [line for line in versions.stdout.split() if line.startswith(("3.6.", "3.7.", "3.8."))]
    if not old:
        pytest.skip("no Python older than 3.9 at hand")
    root = subprocess.run(["pyenv", "root"], capture_output=True, text=True, check=True).stdout.strip()
    python = f"{root}/versions/{old[0]}/bin/python3"
    folder = str(tmp_path / "r")
    spec = b'{"command": "echo hello; exit 3", "run_toml": ""}'
    subprocess.run([python, str(SOURCE), "launch", folder], input=spec, check=True, capture_output=True)
    done = subprocess.run(
        [python, str(SOURCE), "probe", folder, "0", "0"], input=b"", check=True, capture_output=True
    )
    assert b"hello\n" in done.stdout
    assert b'"code": 3' in done.stdout


@pytest.mark.parametrize(
    ("files", "used", "total"),
    [
        ({"proc/meminfo": "MemTotal: 1024000 kB\nMemAvailable: 512000 kB\n"}, 500, 1000),
        (
            {
                "proc/meminfo": "MemTotal: 1024000 kB\nMemAvailable: 512000 kB\n",
                "proc/7/cgroup": "0::/a/b\n",
                "sys/fs/cgroup/a/memory.max": "104857600\n",
                "sys/fs/cgroup/a/memory.current": "73400320\n",
                "sys/fs/cgroup/a/memory.stat": "anon 1\ninactive_file 20971520\n",
                "sys/fs/cgroup/a/b/memory.max": "max\n",
                "sys/fs/cgroup/a/b/memory.current": "1\n",
            },
            50,
            100,
        ),
        (
            {
                "proc/meminfo": "MemTotal: 1024000 kB\nMemAvailable: 512000 kB\n",
                "proc/7/cgroup": "5:cpu:/x\n4:memory:/docker/1\n",
                "sys/fs/cgroup/memory/memory.limit_in_bytes": "209715200\n",
                "sys/fs/cgroup/memory/memory.usage_in_bytes": "52428800\n",
            },
            50,
            200,
        ),
        ({}, None, None),
    ],
)
def test_memory_is_the_containers_own(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    files: dict[str, str],
    used: float | None,
    total: float | None,
) -> None:
    for name, text in files.items():
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    real = recorder.read_text

    def inside(path: str) -> str:
        return real(f"{tmp_path}{path}")

    monkeypatch.setattr(recorder, "read_text", inside)
    assert recorder.memory(7) == (used, total)


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of 1 MiB."""
    disk = tmp_path / "disk"
    disk.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=1m", "none", str(disk)], capture_output=True, check=False
    )
    if mounted.returncode:
        pytest.skip("a small disk cannot be mounted here (it takes root)")
    yield disk
    subprocess.run(["umount", "-l", str(disk)], check=True)


@pytest.mark.real
async def test_a_full_disk_never_stops_the_run_and_keeps_its_last_words(
    local: Machine, start: Start, small_disk: Path
) -> None:
    fill = f"cat /dev/zero > {small_disk}/filler 2>/dev/null"
    talk = "for i in $(seq 3000); do echo line $i of a long text that the disk has no room for at all; done"
    record = await start(local, f"echo first; {fill}; {talk}; echo last words; exit 4", name="disk/record")
    heard = await hear(local, record)
    assert heard.exit is not None
    assert heard.exit.code == 4
    assert bytes(heard.log).startswith(b"first\n")
    assert bytes(heard.log).endswith(b"last words\n")
    assert "No space left" in heard.notes


@pytest.mark.real
async def test_a_disk_that_gets_room_again_gets_all_that_was_held(
    local: Machine, start: Start, small_disk: Path
) -> None:
    script = (
        f"cat /dev/zero > {small_disk}/filler 2>/dev/null; "
        "for i in $(seq 3000); do echo line $i of a text; done; "
        f"while [ -e {small_disk}/filler ]; do sleep 0.05; done; sleep 1.2; echo end"
    )
    record = await start(local, script, name="disk/record")
    notes = Path(record.path) / "notes.log"
    await eventually(lambda: "No space left" in notes.read_text(), "the full disk noticed")
    (small_disk / "filler").unlink()
    heard = await hear(local, record)
    expected = b"".join(b"line %d of a text\n" % i for i in range(1, 3001)) + b"end\n"
    assert bytes(heard.log) == expected


@pytest.mark.real
async def test_launching_on_a_full_disk_is_refused_with_a_way_out(local: Machine, small_disk: Path) -> None:
    with (small_disk / "filler").open("wb") as file:
        file.write(b"x" * (900 << 10))
    with pytest.raises(HostError, match="No space left") as caught:
        await local.launch(RecordRef(str(small_disk / "r")), Launch("true"))
    assert "free some space" in caught.value.hint
