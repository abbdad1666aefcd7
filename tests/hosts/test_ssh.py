"""A run on a machine over a real sshd."""

import asyncio
import stat
import subprocess
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from tests.hosts.conftest import Heard, Parts, Start, eventually, hear, is_gone, pids
from tests.support.sshd import ALIAS, Sshd, free_port, require_sshd
from vasttui.hosts.machine import Machine, Retry
from vasttui.hosts.protocol import HostError, Launch, RecordRef, UnreachableError
from vasttui.hosts.resolve import Destination
from vasttui.hosts.ssh import SshTransport

pytestmark = pytest.mark.real

COUNT = "for i in $(seq 10); do echo step $i; sleep 0.02; done"
COUNTED = b"".join(b"step %d\n" % i for i in range(1, 11))
FAST = Retry(first_s=0.05, cap_s=0.2)


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sshd]:
    require_sshd()
    with Sshd(tmp_path_factory.mktemp("ssh")) as server:
        yield server


def reach(server: Sshd, pins: Path, alias: str = ALIAS, **more: str) -> Machine:
    transport = SshTransport(Destination(alias), known_hosts=pins, config=server.config, **more)
    return Machine(transport, retry=FAST)


@pytest.fixture
async def remote(server: Sshd, tmp_path: Path) -> AsyncIterator[Machine]:
    host = reach(server, tmp_path / "pins")
    yield host
    await host.close()


async def test_a_run_is_launched_followed_and_ends(remote: Machine, start: Start, server: Sshd) -> None:
    record = await start(remote, COUNT + "; exit 3")
    heard = await hear(remote, record)
    assert bytes(heard.log) == COUNTED
    assert heard.exit is not None
    assert heard.exit.code == 3
    assert [copy.suffix for copy in (server.home / ".vasttui").iterdir()] == [".py"]


async def test_a_cut_link_loses_and_doubles_no_byte(
    remote: Machine, start: Start, server: Sshd, tmp_path: Path
) -> None:
    parts = Parts(tmp_path, 4)
    record = await start(remote, parts.command)

    def cut(heard: Heard) -> bool:
        if parts.is_heard(heard):
            assert server.cut()
            parts.go_on()
        return False

    heard = await hear(remote, record, cut)
    assert bytes(heard.log) == parts.output
    assert heard.exit is not None
    assert heard.exit.code == 0
    assert any(not reading.reachable for reading in heard.readings)
    samples = [s.ts for r in heard.readings for s in r.samples]
    assert len(samples) == len(set(samples))
    assert [r.ts for r in heard.readings] == sorted(r.ts for r in heard.readings)


async def test_a_crash_while_the_server_is_away_is_told_when_it_is_back(start: Start, tmp_path: Path) -> None:
    require_sshd()
    server = Sshd(tmp_path / "own")
    server.start()
    host = reach(server, tmp_path / "pins")
    record = await start(host, f"while [ ! -e {tmp_path}/go ]; do sleep 0.02; done; echo boom; kill -11 $$")
    try:
        async with asyncio.timeout(20):
            heard = Heard()
            async for reading in host.follow(record):
                heard.take(reading)
                if len(heard.readings) == 1:
                    server.stop()
                elif not reading.reachable and not (tmp_path / "go").exists():
                    (tmp_path / "go").touch()
                    await eventually((Path(record.path) / "exit.json").exists, "the exit")
                    server.start()
    finally:
        await host.close()
        server.stop()
    assert heard.exit is not None
    assert heard.exit.signal == 11
    assert bytes(heard.log) == b"boom\n"


async def test_the_run_survives_the_end_of_our_connection(server: Sshd, start: Start, tmp_path: Path) -> None:
    first = reach(server, tmp_path / "pins")
    record = await start(first, "echo one; sleep 60")
    await first.close()
    assert not is_gone(pids(record.path)["pid"])
    second = reach(server, tmp_path / "pins")
    assert (await second.probe(record)).alive is True
    stopped = await second.stop(record, 0.1)
    assert stopped.gone
    assert is_gone(pids(record.path)["pid"])
    await second.close()


async def test_leaving_a_follower_leaves_no_process_on_the_host(remote: Machine, start: Start) -> None:
    from tests.hosts.test_local import followers

    record = await start(remote, "sleep 60")
    await hear(remote, record, lambda heard: bool(heard.readings))
    await eventually(lambda: not followers(record.path), "followers are gone")
    await remote.stop(record, 0.1)


async def test_a_record_under_the_hosts_home_is_found_there(remote: Machine, server: Sshd) -> None:
    record = RecordRef("~/.vasttui/runs/a b/1")
    await remote.launch(record, Launch("echo at home"))
    heard = await hear(remote, record)
    assert bytes(heard.log) == b"at home\n"
    assert (server.home / ".vasttui/runs/a b/1/run.log").exists()


async def test_the_first_key_is_pinned_for_us_alone(remote: Machine, tmp_path: Path, server: Sshd) -> None:
    await remote.open()
    pins = tmp_path / "pins"
    assert pins.read_text().split()[:3] == server.known_hosts_line.split()
    assert stat.S_IMODE(pins.stat().st_mode) == 0o600
    await remote.close()
    await remote.open()
    assert len(pins.read_text().splitlines()) == 1


async def test_a_changed_host_key_is_refused(tmp_path: Path) -> None:
    require_sshd()
    server = Sshd(tmp_path)
    with server:
        host = reach(server, tmp_path / "pins")
        await host.open()
        await host.close()
    server.new_host_key()
    with (
        server,
        pytest.raises(UnreachableError, match=r"key has changed: .*SHA256:.* was known, .*SHA256:") as caught,
    ):
        await host.open()
    assert "ssh-keygen -R" in caught.value.hint
    assert str(tmp_path / "pins") in caught.value.hint


async def test_a_key_that_ssh_knows_is_not_pinned_again(server: Sshd, tmp_path: Path) -> None:
    known = server.folder / "known_hosts"
    known.write_text("garbage line\n" + server.known_hosts_line)
    host = reach(server, tmp_path / "pins")
    try:
        await host.open()
    finally:
        await host.close()
        known.unlink()
    assert not (tmp_path / "pins").exists()


async def test_a_key_that_ssh_knows_otherwise_is_refused(server: Sshd, tmp_path: Path) -> None:
    from tests.support.sshd import make_key

    other = make_key(tmp_path / "other").with_suffix(".pub").read_text()
    known = server.folder / "known_hosts"
    known.write_text(f"[127.0.0.1]:{server.port} {other}")
    host = reach(server, tmp_path / "pins")
    try:
        with pytest.raises(UnreachableError, match="key has changed"):
            await host.open()
    finally:
        known.unlink()


async def test_a_key_is_pinned_under_the_instances_own_name(server: Sshd, tmp_path: Path) -> None:
    host = reach(server, tmp_path / "pins", host_key_alias="vast-123")
    await host.open()
    await host.close()
    assert (tmp_path / "pins").read_text().startswith("[vast-123]:") or (
        tmp_path / "pins"
    ).read_text().startswith("vast-123 ")


async def test_a_jump_host_is_gone_through(server: Sshd, start: Start, tmp_path: Path) -> None:
    config = tmp_path / "config"
    config.write_text(
        server.client_config(server.port)
        + server.client_config(server.port, "inner")
        + f"  ProxyJump {ALIAS}\nHost *\n  ProxyJump {ALIAS}\n"
    )
    host = Machine(SshTransport(Destination("inner"), known_hosts=tmp_path / "pins", config=config))
    record = await start(host, "echo through; sleep 0.4")
    assert len(server.sessions()) >= 2
    assert bytes((await hear(host, record)).log) == b"through\n"
    await host.close()


async def test_a_refused_login_names_the_keys_that_were_tried(server: Sshd, tmp_path: Path) -> None:
    from tests.support.sshd import make_key

    key = make_key(tmp_path / "stranger")
    config = tmp_path / "config"
    config.write_text(server.client_config(server.port).replace(str(server.key), str(key)))
    host = Machine(SshTransport(Destination(ALIAS), known_hosts=tmp_path / "pins", config=config))
    with pytest.raises(UnreachableError, match="stranger") as caught:
        await host.open()
    assert "authorized_keys" in caught.value.hint


async def test_a_locked_key_is_named_as_locked(server: Sshd, tmp_path: Path) -> None:
    key = tmp_path / "locked"
    command = ["ssh-keygen", "-q", "-t", "ed25519", "-N", "secret", "-f", str(key)]
    await asyncio.to_thread(subprocess.run, command, check=True)
    config = tmp_path / "config"
    config.write_text(server.client_config(server.port).replace(str(server.key), str(key)))
    host = Machine(SshTransport(Destination(ALIAS), known_hosts=tmp_path / "pins", config=config))
    with pytest.raises(UnreachableError, match=r"locked \(locked\)"):
        await host.open()


async def test_a_key_file_that_is_not_there_is_no_obstacle(server: Sshd, tmp_path: Path) -> None:
    config = tmp_path / "config"
    config.write_text(server.client_config(server.port) + f"  IdentityFile {tmp_path}/none\n")
    host = Machine(SshTransport(Destination(ALIAS), known_hosts=tmp_path / "pins", config=config))
    assert (await host.run("echo in")).out == "in\n"
    await host.close()
    config.write_text(server.client_config(server.port).replace(str(server.key), str(tmp_path / "none")))
    with pytest.raises(UnreachableError, match="no key files"):
        await host.open()


async def test_the_agents_keys_are_used(
    server: Sshd, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SSH_AUTH_SOCK", str(tmp_path / "agent"))
    monkeypatch.setenv("HOME", str(tmp_path))
    agent = await asyncio.create_subprocess_exec(
        "ssh-agent", "-D", "-a", str(tmp_path / "agent"), stdout=asyncio.subprocess.DEVNULL
    )
    try:
        await eventually((tmp_path / "agent").exists, "the agent's socket")
        await asyncio.to_thread(subprocess.run, ["ssh-add", "-q", str(server.key)], check=True)
        destination = Destination("127.0.0.1", server.user, server.port)
        host = Machine(SshTransport(destination, known_hosts=tmp_path / "pins"))
        assert (await host.run("echo in")).out == "in\n"
        await host.close()
    finally:
        agent.terminate()
        await agent.wait()


async def test_nobody_listening_is_told(tmp_path: Path) -> None:
    host = Machine(SshTransport(Destination("127.0.0.1", port=free_port()), known_hosts=tmp_path / "pins"))
    with pytest.raises(UnreachableError, match="refused"):
        await host.open()


async def test_an_unknown_alias_is_told(tmp_path: Path) -> None:
    host = Machine(SshTransport(Destination("no-such-host.invalid"), known_hosts=tmp_path / "pins"))
    with pytest.raises(UnreachableError, match="no host of that name"):
        await host.open()


async def test_a_broken_ssh_config_is_told(tmp_path: Path) -> None:
    config = tmp_path / "config"
    config.write_text("Port many\n")
    host = Machine(SshTransport(Destination("x"), known_hosts=tmp_path / "pins", config=config))
    with pytest.raises(HostError, match="config"):
        await host.open()


async def test_a_probe_of_a_host_that_is_away_says_so(tmp_path: Path) -> None:
    host = Machine(SshTransport(Destination("127.0.0.1", port=free_port()), known_hosts=tmp_path / "pins"))
    reading = await host.probe(RecordRef("/tmp/none"))
    assert reading.reachable is False
    assert "refused" in reading.notes[0]


async def test_a_home_that_cannot_be_written_still_serves(tmp_path: Path, start: Start) -> None:
    require_sshd()
    (tmp_path / "home").mkdir()
    (tmp_path / "home" / ".vasttui").write_text("a file where our folder should be")
    with Sshd(tmp_path / "s", home=tmp_path / "home") as server:
        host = reach(server, tmp_path / "pins")
        record = await start(host, "echo served")
        assert bytes((await hear(host, record)).log) == b"served\n"
        await host.close()


async def test_a_one_off_command_is_answered_within_bounds(remote: Machine) -> None:
    done = await remote.run("head -c 100000 /dev/zero | tr '\\0' x; echo oops >&2; exit 4", max_bytes=1000)
    assert (done.code, len(done.out), done.err) == (4, 1000, "oops\n")


async def test_greetings_of_a_login_shell_are_skipped(server: Sshd, tmp_path: Path, start: Start) -> None:
    bashrc = server.home / ".bashrc"
    bashrc.write_text("echo 'Welcome to your instance'; printf 'VT1 not really'\n")
    host = reach(server, tmp_path / "pins")
    try:
        record = await start(host, "echo hello")
        log = bytes((await hear(host, record)).log)
        assert log.endswith(b"hello\n")  # the run's own bash may greet too, as `ssh host COMMAND` does
    finally:
        bashrc.unlink()
        await host.close()


class Proxy:
    """A TCP proxy in between that can go silent without closing anything, as a lost network does."""

    def __init__(self, port: int) -> None:
        self.connections = 0
        self.port = 0
        self._target = port
        self._carriers: list[asyncio.Task[None]] = []
        self._writers: list[asyncio.StreamWriter] = []

    async def start(self) -> None:
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", 0)
        self.port = self._server.sockets[0].getsockname()[1]

    def freeze(self) -> None:
        """The connections that are open carry nothing any more; new ones do."""
        for task in self._carriers:
            task.cancel()

    async def stop(self) -> None:
        self._server.close()
        for writer in self._writers:
            writer.close()
        self.freeze()
        await asyncio.gather(*self._carriers, return_exceptions=True)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        far_reader, far_writer = await asyncio.open_connection("127.0.0.1", self._target)
        self._writers += [writer, far_writer]
        for pair in ((reader, far_writer), (far_reader, writer)):
            self._carriers.append(asyncio.create_task(self._carry(*pair)))

    async def _carry(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while block := await reader.read(65536):
            writer.write(block)
            await writer.drain()
        writer.close()


async def test_a_link_that_falls_silent_is_given_up_and_made_again(
    server: Sshd, start: Start, tmp_path: Path
) -> None:
    proxy = Proxy(server.port)
    await proxy.start()
    config = tmp_path / "config"
    config.write_text(server.client_config(proxy.port))
    transport = SshTransport(Destination(ALIAS), known_hosts=tmp_path / "pins", config=config)
    host = Machine(transport, retry=FAST, silence_s=1.0)
    parts = Parts(tmp_path, 2)
    record = await start(host, parts.command)

    def freeze(heard: Heard) -> bool:
        if parts.is_heard(heard):
            proxy.freeze()
            parts.go_on()
        return False

    heard = await hear(host, record, freeze)
    assert bytes(heard.log) == parts.output
    assert heard.exit is not None
    assert any("silent" in note for r in heard.readings for note in r.notes)
    await host.close()
    await proxy.stop()
