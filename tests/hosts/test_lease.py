"""The dead man's switch: a real recorder with a container's own key, at an emulated market."""

import asyncio
import os
import signal
from collections.abc import AsyncIterator, Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.cloud.conftest import KEY
from tests.hosts.conftest import Start, eventually, pids
from vasttui.cloud.account import Order
from vasttui.cloud.client import Vast
from vasttui.cloud.emulator.clock import RunningClock
from vasttui.cloud.emulator.emulator import Emulator, Settings
from vasttui.cloud.emulator.world import Times
from vasttui.cloud.keys import Secret
from vasttui.hosts.machine import Machine
from vasttui.hosts.protocol import Lease, RecordRef

pytestmark = pytest.mark.real
SOON = 0.004  # minutes


@dataclass
class Container:
    """An instance of a market, and this process as what runs in it."""

    emulator: Emulator
    id: int

    @property
    def order(self) -> str:
        """What it was last ordered to be."""
        one = self.emulator.world.instances.get(self.id)
        return "gone" if one is None or one.destroyed_at is not None else one.intended

    def lease(self, minutes: float = SOON, done: str = "stop", crash: str = "stop") -> Lease:
        return Lease(minutes, done, crash, self.emulator.url)


@pytest.fixture
async def container(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Container]:
    settings = Settings(machines=False, times=Times(0.05, 0.05, 0.05), strict_limits=False)
    async with Emulator(KEY, settings, RunningClock()) as emulator:
        async with Vast(Secret(KEY), emulator.url) as vast:
            made = await vast.create(7_000_001, Order("x", "l"))
        home = tmp_path / "home"
        home.mkdir()
        monkeypatch.setenv("HOME", str(home))
        monkeypatch.setenv("CONTAINER_ID", str(made.id))
        monkeypatch.setenv("CONTAINER_API_KEY", emulator.world.instances[made.id].own_key)
        monkeypatch.setenv("VASTTUI_LEASE_POLL_S", "0.05")
        yield Container(emulator, made.id)


def notes(record: RecordRef) -> str:
    return (Path(record.path) / "notes.log").read_text()


def acts(record: RecordRef, container: Container) -> Callable[[], bool]:
    return lambda: container.order != "running" and "lease: nobody" in notes(record)


def everything(folder: Path, pattern: str) -> bytes:
    found = b""
    for path in folder.glob(pattern):
        with suppress(OSError):  # a process that has ended meanwhile
            found += path.read_bytes()
    assert found
    return found


async def test_a_machine_nobody_looks_at_stops_itself(local: Machine, start: Start, container: Container):
    record = await start(local, "echo step 1", lease=container.lease())
    await eventually(acts(record, container), "it stops itself")
    assert container.order == "stopped"


async def test_it_gives_itself_back_only_once_all_was_pulled(
    local: Machine, start: Start, container: Container
):
    record = await start(local, "echo 1", lease=container.lease(done="destroy"))
    await eventually(acts(record, container), "it acts")
    assert container.order == "stopped"


async def test_what_was_pulled_may_be_given_back(local: Machine, start: Start, container: Container):
    record = await start(local, "sleep 0.3", lease=container.lease(done="destroy"))
    await local.renew(record, pulled=True)
    await eventually(acts(record, container), "it acts")
    assert container.order == "gone"


async def test_a_crash_has_its_own_act(local: Machine, start: Start, container: Container):
    record = await start(local, "exit 3", lease=container.lease(done="destroy", crash="stop"))
    await local.renew(record, pulled=True)
    await eventually(acts(record, container), "it acts")
    assert container.order == "stopped"


async def test_every_look_renews_it(local: Machine, start: Start, container: Container):
    record = await start(local, "echo 1", lease=container.lease(0.012))
    for _ in range(6):
        await local.probe(record)
        await asyncio.sleep(0.15)
    assert container.order == "running"
    await eventually(acts(record, container), "then it acts")


async def test_while_the_command_runs_there_is_no_hurry(local: Machine, start: Start, container: Container):
    record = await start(local, "sleep 1.2; echo 1", lease=container.lease(0.002))
    await asyncio.sleep(0.8)
    assert container.order == "running"
    await eventually(acts(record, container), "it acts after the end")


async def test_another_run_on_the_machine_ends_the_lease_of_the_one_before(
    local: Machine, start: Start, container: Container
):
    first = await start(local, "echo 1", "first", lease=container.lease(0.02))
    await start(local, "sleep 600", "second")
    await eventually(lambda: "another run lives here" in notes(first), "the first steps back")
    assert container.order == "running"


async def test_without_a_key_it_says_so_at_once(
    local: Machine, start: Start, container: Container, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.delenv("CONTAINER_API_KEY")
    record = await start(local, "echo 1", lease=container.lease())
    await eventually(lambda: "cannot end its own meter" in notes(record), "it says so")


async def test_the_heir_keeps_the_lease_when_the_recorder_is_killed(
    local: Machine, start: Start, container: Container
):
    record = await start(local, "echo 1", lease=container.lease(0.02))
    await eventually((Path(record.path) / "exit.json").exists, "the run ends")
    os.kill(pids(record.path)["recorder"], signal.SIGKILL)
    await eventually(acts(record, container), "the heir acts")


async def test_the_key_is_in_no_file_and_no_argument(local: Machine, start: Start, container: Container):
    key = container.emulator.world.instances[container.id].own_key.encode()
    record = await start(local, "echo 1", lease=container.lease())
    assert key not in everything(Path("/proc"), "[0-9]*/cmdline")
    await eventually(acts(record, container), "it acts")
    assert key not in everything(Path(record.path), "*")
