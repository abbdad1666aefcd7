"""The plan's `[log] file`, growing on a machine over a real sshd, as a monitor hears of it."""

import asyncio
import json
from collections.abc import Callable, Iterator
from contextlib import aclosing
from pathlib import Path

import pytest

from tests.hosts.test_ssh import reach
from tests.logs.test_sources import record as event
from tests.support.sshd import Sshd, require_sshd
from vasttui.hosts.protocol import Launch, RecordRef
from vasttui.monitor.monitor import Monitor
from vasttui.monitor.run import Run
from vasttui.plan import LogSource, Plan, RunSpec

pytestmark = pytest.mark.real

Grow = Callable[[Path, int], None]


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sshd]:
    require_sshd()
    with Sshd(tmp_path_factory.mktemp("ssh")) as server:
        yield server


def json_lines(folder: Path, upto: int) -> None:
    with (folder / "metrics.jsonl").open("a") as file:
        file.writelines(json.dumps({"step": n, "loss": 1 / n}) + "\n" for n in range(upto - 2, upto + 1))


def events(folder: Path, upto: int) -> None:
    with (folder / "events.out.tfevents.1.box").open("ab") as file:
        for n in range(upto - 2, upto + 1):
            file.write(event(n, **{"train/loss": 1 / n}))


def trainer_state(folder: Path, upto: int) -> None:
    history = [{"step": n, "loss": 1 / n, "epoch": n / 10} for n in range(1, upto + 1)]
    state = {"global_step": upto, "max_steps": 90, "log_history": history}
    (folder / "trainer_state.json").write_text(json.dumps(state))


@pytest.mark.parametrize(
    ("pattern", "grow"),
    [
        ("metrics.jsonl", json_lines),
        ("events.out.tfevents.*", events),
        ("trainer_state.json", trainer_state),
    ],
    ids=["json lines", "tensorboard", "trainer state"],
)
async def test_a_file_that_grows_on_the_host_tells_each_step(
    server: Sshd, tmp_path: Path, pattern: str, grow: Grow
) -> None:
    """The link is cut once on the way: nothing is lost or told twice."""
    work, host = tmp_path / "work", reach(server, tmp_path / "pins")
    work.mkdir()
    record = RecordRef(str(tmp_path / "record"), file=pattern)
    command = f"echo begun; while [ ! -e {tmp_path}/end ]; do sleep 0.05; done"
    await host.launch(record, Launch(command, workdir=str(work)))
    monitor = Monitor(Plan(run=RunSpec(command=command), log=LogSource(file=pattern)), Run("r", 0.0))
    told = list[int]()
    grow(work, 3)
    async with asyncio.timeout(30), aclosing(host.follow(record)) as readings:
        async for reading in readings:
            monitor.feed(reading)
            step = monitor.history.step
            if step is None or step in told:
                continue
            told.append(step)
            if step == 3:
                assert server.cut()
                grow(work, 6)
            elif step == 6:
                grow(work, 9)
            else:
                (tmp_path / "end").touch()
    await host.close()
    assert told == [3, 6, 9]
    assert monitor.history.loss == pytest.approx(1 / 9)
    assert monitor.history.exit is not None
