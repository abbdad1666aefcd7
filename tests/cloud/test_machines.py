"""The emulator's machines: real shells in folders of their own, gone when the emulator is."""

import asyncio
import os
import signal
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.cloud.conftest import KEY, clock_of
from tests.support.sshd import make_key
from vasttui.cloud.account import Order
from vasttui.cloud.client import Vast
from vasttui.cloud.emulator.clock import ManualClock
from vasttui.cloud.emulator.emulator import Emulator, Settings
from vasttui.cloud.emulator.faults import Fault
from vasttui.cloud.emulator.machine import Machine as Emulated
from vasttui.cloud.keys import Secret
from vasttui.hosts.machine import Machine
from vasttui.hosts.protocol import Launch, RecordRef, UnreachableError
from vasttui.hosts.resolve import Destination
from vasttui.hosts.ssh import SshTransport

pytestmark = pytest.mark.real

LIMIT_S = 20.0


@dataclass
class Rental:
    """A rented machine and its keys."""

    emulator: Emulator
    vast: Vast
    id: int
    folder: Path

    @property
    def machine(self) -> Emulated:
        return self.emulator.machines[self.id]

    def host(self, *, proxy: bool = False) -> Machine:
        """It, as a host for runs."""
        ports = self.emulator.world.instances[self.id].ports
        config = self.folder / "ssh_config"
        config.write_text(f"Host 127.0.0.1\n  IdentityFile {self.folder / 'key'}\n  IdentitiesOnly yes\n")
        place = Destination("127.0.0.1", port=ports.proxy if proxy else ports.direct, user="root")
        return Machine(
            SshTransport(
                place, known_hosts=self.folder / "known", host_key_alias=f"vast-{self.id}", config=config
            )
        )

    async def run(self, command: str) -> str:
        host = self.host()
        try:
            return (await host.run(command, 15)).out.strip()
        finally:
            await host.close()


Rent = Callable[..., Awaitable[Rental]]


@pytest.fixture
async def rent(tmp_path: Path) -> AsyncIterator[Rent]:
    """`await rent(fault, …)`: a machine that runs, its SSH server answering."""
    key = make_key(tmp_path / "key").with_suffix(".pub").read_text()
    async with AsyncExitStack() as stack:

        async def start(*faults: Fault, wait_s: float = 30.0, onstart: str = "") -> Rental:
            manual = ManualClock()
            settings = Settings(faults=faults, account_keys=(key,))
            emulator = await stack.enter_async_context(Emulator(KEY, settings, manual))
            vast = await stack.enter_async_context(Vast(Secret(KEY), emulator.url, clock=clock_of(manual)))
            offer = next(one for one in emulator.world.offers.values() if one["direct_port_count"])
            made = await vast.create(offer["id"], Order("pytorch/pytorch", "run-7", onstart=onstart))
            await emulator.advance(wait_s)
            return Rental(emulator, vast, made.id, tmp_path)

        yield start


async def eventually(holds: Callable[[], bool], what: str) -> None:
    limit = time.monotonic() + LIMIT_S
    while not holds():
        assert time.monotonic() < limit, f"never happened: {what}"
        await asyncio.sleep(0.02)


def is_gone(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] in "ZX"
    except OSError:
        return True


async def test_a_machine_has_a_shell_in_a_home_of_its_own(rent: Rent) -> None:
    rental = await rent()
    assert await rental.run("cd; pwd; echo $HOME; whoami >/dev/null && echo ok") == (
        f"{rental.machine.home}\n{rental.machine.home}\nok"
    )


async def test_a_machine_is_reached_by_the_proxy_too(rent: Rent) -> None:
    host = (await rent()).host(proxy=True)
    assert (await host.run("echo here; exit 7")).code == 7
    await host.close()


async def test_onstart_stays_inside_the_machine(rent: Rent) -> None:
    rental = await rent(onstart="touch /root/.no_auto_tmux; env >> /etc/environment; echo started")
    assert (rental.machine.home / ".no_auto_tmux").exists()
    assert await rental.run("echo $CONTAINER_ID $VAST_CONTAINERLABEL") == f"{rental.id} C.{rental.id}"
    assert (rental.machine.folder / "environment").read_text().count("CONTAINER_ID=") == 1
    assert rental.machine.log() == "started\n"


async def test_the_markets_key_is_not_on_the_machine(rent: Rent) -> None:
    rental = await rent(onstart="env >> /etc/environment")
    assert KEY not in await rental.run("env; cat ~/../environment")


async def test_nvidia_smi_tells_what_the_offer_promised(rent: Rent) -> None:
    rental = await rent()
    offer = rental.emulator.world.instances[rental.id].offer
    out = await rental.run(
        "nvidia-smi --query-gpu=name,memory.total,driver_version --format=csv,noheader,nounits"
    )
    rows = [row.split(", ") for row in out.splitlines()]
    assert len(rows) == offer["num_gpus"]
    assert offer["gpu_name"] in rows[0][0]
    assert rows[0][1:] == [str(offer["gpu_ram"]), offer["driver_version"]]


async def test_nvidia_smi_says_that_it_is_a_stand_in(rent: Rent) -> None:
    assert "no GPU behind these figures" in await (await rent()).run("nvidia-smi")


async def test_a_host_can_lie_about_its_gpu(rent: Rent) -> None:
    rental = await rent(Fault(kind="gpu_lies", text='{"mib": 11264}'))
    out = await rental.run("nvidia-smi --query-gpu=memory.total --format=csv,noheader,nounits | head -1")
    assert out == "11264"
    assert rental.emulator.world.instances[rental.id].offer["gpu_ram"] != 11264


async def test_a_run_can_be_launched_and_followed_there(rent: Rent) -> None:
    rental = await rent()
    host, log, busy = rental.host(), b"", False
    record = RecordRef("~/.vasttui/runs/r1")
    command = "for i in $(seq 400); do echo step $i; [ -e ~/enough ] && exit 3; sleep 0.05; done"
    await host.launch(record, Launch(command, env={"VASTTUI_SAMPLE_S": "1"}, run_toml="name = 'r1'\n"))
    async with asyncio.timeout(LIMIT_S):
        async for reading in host.follow(record):
            log += b"".join(chunk.data for chunk in reading.chunks)
            busy = busy or any(
                (sample.util_pct or 0) > 90 for sample in reading.samples if sample.gpu is not None
            )
            if busy and log.count(b"step") > 3:
                (rental.machine.home / "enough").touch()
            if reading.exit is not None:
                assert reading.exit.code == 3
    await host.close()
    assert log.startswith(b"step 1\nstep 2\n")
    assert busy


async def test_a_stopped_machine_has_no_process_left_and_keeps_its_files(rent: Rent) -> None:
    rental = await rent()
    pid = int(await rental.run("(setsid sleep 600 >/dev/null 2>&1 & echo $!); touch ~/kept"))
    assert not is_gone(pid)
    await rental.vast.stop(rental.id)
    await rental.emulator.advance(5)
    await eventually(lambda: is_gone(pid), "the process ends")
    await rental.vast.start(rental.id)
    await rental.emulator.advance(30)
    assert await rental.run("ls ~/kept") == str(rental.machine.home / "kept")


async def test_a_destroyed_machine_leaves_nothing(rent: Rent) -> None:
    rental = await rent()
    pid = int(await rental.run("setsid sleep 600 >/dev/null 2>&1 & echo $!"))
    home = rental.machine.home
    await rental.vast.destroy_until_gone(rental.id)
    assert not home.exists()
    await eventually(lambda: is_gone(pid), "the process ends")


async def test_a_running_machine_may_not_answer_yet(rent: Rent) -> None:
    rental = await rent(Fault(kind="sshd_late", seconds=60))
    one = await rental.vast.instance(rental.id)
    assert one is not None
    assert one.is_running
    with pytest.raises(UnreachableError):
        await rental.run("true")
    await rental.emulator.advance(60)
    assert await rental.run("echo now") == "now"


async def test_a_key_may_arrive_late(rent: Rent) -> None:
    rental = await rent(Fault(kind="key_late", seconds=60))
    text = make_key(rental.folder / "other").with_suffix(".pub").read_text()
    rental.emulator.world.instances[rental.id].ssh_keys.clear()
    await rental.vast.attach_key(rental.id, text)
    for ending in ("", ".pub"):
        (rental.folder / f"other{ending}").replace(rental.folder / f"key{ending}")
    with pytest.raises(UnreachableError):
        await rental.run("true")
    await rental.emulator.advance(60)
    assert await rental.run("echo now") == "now"


async def test_a_host_that_is_offline_answers_nobody(rent: Rent) -> None:
    rental = await rent()
    rental.emulator.world.strike_now(rental.emulator.world.instances[rental.id], "offline")
    await rental.emulator.settle()
    with pytest.raises(UnreachableError):
        await rental.run("true")


async def test_the_tmux_trap_closes_unless_it_was_disarmed(rent: Rent) -> None:
    rental = await rent(Fault(kind="tmux_trap", times=None))
    assert await rental.run("echo here") == ""
    (rental.machine.home / ".no_auto_tmux").touch()
    assert await rental.run("echo here") == "here"


async def test_what_passes_the_wire_is_billed(rent: Rent) -> None:
    rental = await rent()
    await rental.run("head -c 300000 /dev/zero | base64")
    assert rental.emulator.world.instances[rental.id].up_bytes > 300_000


async def test_a_terminal_is_a_terminal(rent: Rent) -> None:
    rental = await rent()
    port = rental.emulator.world.instances[rental.id].ports.direct
    done = await asyncio.create_subprocess_exec(
        *["ssh", "-tt", "-i", str(rental.folder / "key"), "-p", str(port), "-o", "StrictHostKeyChecking=no"],
        *["-o", "UserKnownHostsFile=/dev/null", "-o", "BatchMode=yes", "-q", "root@127.0.0.1"],
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        env={**os.environ, "TERM": "xterm"},
    )
    out, _ = await asyncio.wait_for(done.communicate(b"test -t 0 && nvidia-smi -L; exit 4\n"), LIMIT_S)
    assert b"UUID" in out
    assert done.returncode == 4


async def test_files_go_by_sftp_into_its_home(rent: Rent) -> None:
    rental = await rent()
    port = rental.emulator.world.instances[rental.id].ports.direct
    (rental.folder / "given.txt").write_text("given")
    done = await asyncio.create_subprocess_exec(
        *["scp", "-i", str(rental.folder / "key"), "-P", str(port), "-o", "StrictHostKeyChecking=no"],
        *["-o", "UserKnownHostsFile=/dev/null", "-o", "BatchMode=yes", "-o", "LogLevel=ERROR"],
        *[str(rental.folder / "given.txt"), "root@127.0.0.1:got.txt"],
    )
    assert await done.wait() == 0
    assert (rental.machine.home / "got.txt").read_text() == "given"


def noted(folder: Path) -> list[Path]:
    """Files where onstart has noted its pid."""
    return [path for path in folder.glob("*/*/home/pid") if path.read_text().strip()]


async def test_everything_dies_with_the_emulator_even_when_it_is_killed(tmp_path: Path) -> None:
    key = make_key(tmp_path / "key").with_suffix(".pub").read_text()
    process = await asyncio.create_subprocess_exec(
        *[
            sys.executable,
            "-m",
            "vasttui.cloud.emulator",
            "--key",
            KEY,
            "--boot",
            "0.1",
            "--sshd",
            "0",
            "--lax",
        ],
        stdout=subprocess.PIPE,
        env={**os.environ, "TMPDIR": str(tmp_path)},
    )
    try:
        assert process.stdout is not None
        line = (await asyncio.wait_for(process.stdout.readline(), LIMIT_S)).decode()
        assert line.startswith("listening on http://127.0.0.1:")
        onstart = "echo $$ > ~/pid; setsid sleep 600"
        async with Vast(Secret(KEY), line.split()[-1]) as vast:
            made = await vast.create(7_000_001, Order("x", "l", onstart=onstart))
            await vast.attach_key(made.id, key)
            await eventually(lambda: bool(noted(tmp_path)), "onstart runs")
        written = noted(tmp_path)[0]
        folder, pid = written.parent.parent.parent, int(written.read_text())
        assert not is_gone(pid)
    finally:
        process.send_signal(signal.SIGKILL)
        await process.wait()
    await eventually(lambda: is_gone(pid) and not folder.exists(), "the warden cleans up")
