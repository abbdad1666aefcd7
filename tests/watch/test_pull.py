"""Pulling artifacts: from this machine's disk, and over SFTP from a real sshd."""

import hashlib
import os
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import aclosing
from dataclasses import dataclass, field
from pathlib import Path
from types import SimpleNamespace

import pytest

from tests.support.sshd import ALIAS, Sshd, require_sshd
from vasttui.hosts.disk import LocalFiles
from vasttui.hosts.files import Entry
from vasttui.hosts.local import LocalTransport
from vasttui.hosts.machine import Machine
from vasttui.hosts.protocol import HostError, UnreachableError
from vasttui.hosts.resolve import Destination
from vasttui.hosts.ssh import SshTransport
from vasttui.plan import Plan, RunSpec
from vasttui.plan.schema import Ending
from vasttui.watch import pull as pulling
from vasttui.watch.journal import Attempt
from vasttui.watch.pull import pull
from vasttui.watch.pull_told import Progress, Pulled

pytestmark = pytest.mark.real


@dataclass
class Box:
    """A host with a workdir, a record, and a folder of ours."""

    host: Machine
    home: Path
    to: Path
    attempt: Attempt
    seen: list[Progress] = field(default_factory=list[Progress])

    @property
    def work(self) -> Path:
        return self.home / "proj"

    def put(self, path: str, data: bytes | str = b"x", mtime: int = 1_700_000_000) -> Path:
        file = self.work / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(data.encode() if isinstance(data, str) else data)
        os.utime(file, (mtime, mtime))
        return file

    async def __call__(self, *globs: str, workdir: str = "proj", to: Path | None = None) -> Pulled:
        plan = Plan(run=RunSpec(command="true", workdir=workdir), ending=Ending(pull=globs))
        return await pull(self.host, plan, [self.attempt], to or self.to, self.seen.append)


@pytest.fixture(params=["local", "ssh"])
async def box(
    request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[Box]:
    home = tmp_path / "home"
    record = home / ".vasttui" / "runs" / "r" / "1"
    record.mkdir(parents=True)
    (record / "run.toml").write_text("name = 'r'\n")
    (record / "run.log").write_text("step 1\n")
    (home / "proj").mkdir()
    attempt = Attempt("r", 1, "~/.vasttui/runs/r/1", "true", 0.0)
    if request.param == "local":
        monkeypatch.setenv("HOME", str(home))
        host = Machine(LocalTransport())
        yield Box(host, home, tmp_path / "to", attempt)
        await host.close()
        return
    require_sshd()
    with Sshd(tmp_path, home=home) as server:
        transport = SshTransport(
            Destination(ALIAS), config=server.config, known_hosts=tmp_path / "our_known_hosts"
        )
        host = Machine(transport)
        # The real sftp-server begins in the account's own home: paths are given whole here.
        attempt = Attempt("r", 1, str(record), "true", 0.0)
        box = Box(host, home, tmp_path / "to", attempt)
        (record / "pid.json").write_text(f'{{"workdir": "{box.work}"}}')
        yield box
        await host.close()


def tree(folder: Path) -> dict[str, bytes]:
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and not path.name.startswith(".vasttui")
    }


async def test_globs_and_the_record_are_fetched(box: Box):
    box.put("out/a.bin", b"a" * 70_000)
    box.put("out/deep/er/b c'd.txt", "b")
    box.put("out/.hidden", "h")
    box.put("metrics.json", "{}")
    box.put("other.py", "no")
    pulled = await box("out/**", "*.json")
    assert pulled.is_complete
    assert tree(box.to) == {
        "metrics.json": b"{}",
        "out/.hidden": b"h",
        "out/a.bin": b"a" * 70_000,
        "out/deep/er/b c'd.txt": b"b",
        "record-1/run.log": b"step 1\n",
        "record-1/run.toml": b"name = 'r'\n",
    }
    assert (pulled.fetched, pulled.unverified) == (6, False)
    assert box.seen[-1].bytes_done == box.seen[-1].bytes == pulled.fetched_bytes


async def test_a_folder_means_all_that_is_in_it(box: Box):
    box.put("out/x/y", "1")
    assert (await box("out")).is_complete
    assert "out/x/y" in tree(box.to)


async def test_a_second_pull_transfers_nothing(box: Box):
    box.put("out/a", b"a" * 5000)
    await box("out/**")
    again = await box("out/**")
    assert (again.fetched, again.fetched_bytes, again.same) == (0, 0, 3)


async def test_a_part_is_resumed(box: Box):
    data = os.urandom(300_000)
    box.put("out/a", data)
    (box.to / "out").mkdir(parents=True)
    part = box.to / "out" / f".a.{len(data)}-1700000000.part"
    part.write_bytes(data[:200_000])
    pulled = await box("out/a")
    assert (box.to / "out" / "a").read_bytes() == data
    assert pulled.fetched_bytes == 100_000 + len(b"step 1\nname = 'r'\n")
    assert not part.exists()


async def test_a_damaged_part_is_noticed_by_its_hash_and_fetched_again(box: Box):
    data = os.urandom(50_000)
    box.put("out/a", data)
    (box.to / "out").mkdir(parents=True)
    (box.to / "out" / f".a.{len(data)}-1700000000.part").write_bytes(b"\0" * 20_000)
    assert (await box("out/a")).is_complete
    assert (box.to / "out" / "a").read_bytes() == data


async def test_what_we_pulled_before_is_renewed(box: Box):
    box.put("out/a", "old")
    await box("out/a")
    box.put("out/a", "newer", mtime=1_700_000_100)
    pulled = await box("out/a")
    assert (box.to / "out" / "a").read_text() == "newer"
    assert pulled.aside == []


async def test_a_file_of_the_users_is_kept_aside_and_told(box: Box):
    box.put("out/a", "theirs")
    (box.to / "out").mkdir(parents=True)
    (box.to / "out" / "a").write_text("mine")
    pulled = await box("out/a")
    assert (box.to / "out" / "a").read_text() == "theirs"
    assert (box.to / "out" / "a.before-1").read_text() == "mine"
    assert "a.before-1" in pulled.aside[0]


async def test_a_link_in_the_target_is_not_written_through(box: Box, tmp_path: Path):
    box.put("out/a", "x")
    outside = tmp_path / "outside"
    outside.mkdir()
    box.to.mkdir()
    (box.to / "out").symlink_to(outside)
    pulled = await box("out/a")
    assert list(outside.iterdir()) == []
    assert "nothing is written through it" in pulled.trouble


async def test_links_on_the_host_lead_to_files_only(box: Box):
    box.put("store/model", "m")
    (box.work / "out").mkdir()
    (box.work / "out" / "model").symlink_to(box.work / "store" / "model")
    (box.work / "out" / "latest").symlink_to(box.work / "store")
    pulled = await box("out/**")
    assert tree(box.to)["out/model"] == b"m"
    assert pulled.is_complete
    assert "latest" in pulled.skipped[0]


async def test_a_glob_that_matches_nothing_is_told(box: Box):
    pulled = await box("outt/**")
    assert not pulled.is_complete
    assert pulled.trouble == "nothing matches outt/**"


async def test_a_name_that_upsets_a_terminal_is_refused(box: Box):
    box.put("out/a\x1b[2Jb", "x")
    pulled = await box("out/**")
    assert not pulled.is_complete
    assert "\x1b" not in pulled.text
    assert r"a\x1b[2Jb" in pulled.text


async def test_a_glob_cannot_climb_out(box: Box):
    with pytest.raises(HostError, match="no path below"):
        await box("../../etc/passwd")


# ---------------------------------------------------------------- hosts that lie or change


class Changing(LocalTransport):
    """Its files change, or its names lie, between looking and reading."""

    def __init__(self, files: LocalFiles) -> None:
        self._files = files

    async def files(self) -> LocalFiles:
        return self._files


def append(path: Path, data: bytes) -> None:
    rewrite(path, path.read_bytes() + data)


def rewrite(path: Path, data: bytes) -> None:
    path.write_bytes(data)


class Growing(LocalFiles):
    """Each read is followed by more output."""

    async def read(self, path: str, offset: int, size: int) -> AsyncGenerator[bytes]:
        async for block in super().read(path, offset, size):
            yield block
        if path.endswith("run.log"):
            append(Path(path), b"more\n")


class Rewriting(LocalFiles):
    """The first so many reads are followed by a rewrite of the same length."""

    def __init__(self, times: int) -> None:
        self.times = times

    async def read(self, path: str, offset: int, size: int) -> AsyncGenerator[bytes]:
        async for block in super().read(path, offset, size):
            yield block
        if path.endswith("a.pt") and self.times > 0:
            self.times -= 1
            rewrite(Path(path), os.urandom(size))


class Lying(LocalFiles):
    """A folder that claims to hold what no folder can."""

    async def scan(self, folder: str) -> list[Entry]:
        evil = ("../evil", "..", "a/b", "x" * 300)
        return [*(Entry(name, "file", 1, 1) for name in evil), *await super().scan(folder)]


def odd_box(tmp_path: Path, files: LocalFiles) -> Box:
    record = tmp_path / "record"
    record.mkdir()
    (record / "run.log").write_text("one\n")
    (tmp_path / "proj" / "out").mkdir(parents=True)
    (tmp_path / "proj" / "out" / "a.pt").write_bytes(b"a" * 1000)
    attempt = Attempt("r", 1, str(record), "true", 0.0)
    return Box(Machine(Changing(files)), tmp_path, tmp_path / "to", attempt)


async def test_a_log_that_grows_meanwhile_is_a_clean_prefix_and_told(tmp_path: Path):
    box = odd_box(tmp_path, Growing())
    pulled = await box("out/*", workdir=str(box.work))
    assert pulled.is_complete
    assert tree(box.to)["record-1/run.log"] == b"one\n"
    assert "written to meanwhile" in pulled.moved_on[0]


async def test_a_file_rewritten_meanwhile_is_fetched_again(tmp_path: Path):
    box = odd_box(tmp_path, Rewriting(1))
    pulled = await box("out/*", workdir=str(box.work))
    assert pulled.is_complete
    assert tree(box.to)["out/a.pt"] == (box.work / "out" / "a.pt").read_bytes()


async def test_a_file_that_never_holds_still_is_given_up_and_told(tmp_path: Path):
    box = odd_box(tmp_path, Rewriting(99))
    pulled = await box("out/*", workdir=str(box.work))
    assert not pulled.is_complete
    assert "out/a.pt" in pulled.trouble
    assert "out/a.pt" not in tree(box.to)


async def test_names_that_lead_elsewhere_are_refused(tmp_path: Path):
    box = odd_box(tmp_path, Lying())
    pulled = await box("out/**", workdir=str(box.work))
    assert len(pulled.failed) == 4
    assert set(tree(box.to)) == {"out/a.pt", "record-1/run.log"}
    assert not (tmp_path / "evil").exists()


class Breaking(LocalFiles):
    """Its link breaks after each block of a large file, so many times."""

    def __init__(self, times: int) -> None:
        self.times = times

    async def read(self, path: str, offset: int, size: int) -> AsyncGenerator[bytes]:
        async with aclosing(super().read(path, offset, min(size, 400))) as blocks:
            async for block in blocks:
                yield block
        if path.endswith("a.pt") and size > 400 and self.times > 0:
            self.times -= 1
            raise UnreachableError("the link broke")


async def test_a_link_that_breaks_is_made_again_while_more_comes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(pulling, "RECONNECT_S", 0.0)
    box = odd_box(tmp_path, Breaking(2))
    pulled = await box("out/*", workdir=str(box.work))
    assert pulled.is_complete
    assert tree(box.to)["out/a.pt"] == b"a" * 1000


async def test_a_host_that_does_not_answer_is_told_at_once(tmp_path: Path):
    class Dead(LocalFiles):
        async def look(self, path: str) -> Entry | None:
            raise UnreachableError("no answer")

    box = odd_box(tmp_path, Dead())
    with pytest.raises(UnreachableError):
        await box("out/*", workdir=str(box.work))


async def test_a_full_disk_here_is_told_before_anything_is_fetched(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    box = odd_box(tmp_path, LocalFiles())

    def tiny(path: Path) -> SimpleNamespace:
        return SimpleNamespace(free=10)

    monkeypatch.setattr("shutil.disk_usage", tiny)
    with pytest.raises(HostError, match="are free"):
        await box("out/*", workdir=str(box.work))


async def test_the_hash_is_the_files_own(tmp_path: Path):
    box = odd_box(tmp_path, LocalFiles())
    await box("out/*", workdir=str(box.work))
    data = (box.to / "out" / "a.pt").read_bytes()
    assert hashlib.sha256(data).hexdigest() == hashlib.sha256(b"a" * 1000).hexdigest()
