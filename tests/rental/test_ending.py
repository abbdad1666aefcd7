"""Ending a run on an emulated machine with a real shell: process, artifacts, meter."""

import asyncio
import signal
import sqlite3
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from pathlib import Path

import pytest

from tests.cloud.conftest import KEY
from tests.rental.grounds import TRAIN, Place, is_over
from tests.support.sshd import make_key
from vasttui.cloud.emulator.clock import ManualClock
from vasttui.cloud.emulator.emulator import Emulator, Settings
from vasttui.cloud.emulator.faults import Fault
from vasttui.cloud.errors import CloudError
from vasttui.hosts.machine import Machine
from vasttui.hosts.resolve import parse_destination
from vasttui.hosts.ssh import SshTransport
from vasttui.monitor.check import Verdict
from vasttui.watch.ender import Ender, bills_on
from vasttui.watch.ending import (
    EndingElsewhereError,
    Ground,
    How,
    NotPulledError,
    end_run,
    only_one,
    unfinished_end,
)
from vasttui.watch.journal import Journal
from vasttui.watch.live import LiveSession
from vasttui.watch.moving_in import Wanted
from vasttui.watch.push import push
from vasttui.watch.rentals_journal import Rentals
from vasttui.watch.rented import RentedSession
from vasttui.watch.scribe import Scribe
from vasttui.watch.session import ControlError
from vasttui.watch.stopped_machine import resting
from vasttui.watch.unattended import until_verdict

pytestmark = pytest.mark.real
FOREVER = 'mkdir -p out; echo model > out/model.pt; while :; do echo "step 1/20 loss 1"; sleep 0.1; done'


@pytest.fixture
async def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Place]:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    key = make_key(tmp_path / "key")
    async with AsyncExitStack() as stack:
        clock = ManualClock()
        settings = Settings(account_keys=(key.with_suffix(".pub").read_text(),))
        emulator = await stack.enter_async_context(Emulator(KEY, settings, clock))
        journal = Journal()
        stack.callback(journal.close)
        rentals = Rentals(journal)
        stack.callback(rentals.close)
        yield Place(emulator, clock, tmp_path, journal, rentals, key)


def acts(ground: Ground, kind: str) -> list[tuple[str, str]]:
    return [(act.detail, act.outcome) for act in ground.journal.acts(ground.attempts[-1], kind)]


async def test_destroying_stops_the_process_pulls_and_gives_the_machine_back(place: Place) -> None:
    ground = await place.run(FOREVER)
    ended = await end_run(ground, How("destroy", reason="asked"))
    await ground.host.close()
    assert ended.stopped is not None
    assert ended.stopped.gone
    assert (place.folder / "pulled" / "r" / "out" / "model.pt").read_text() == "model\n"
    assert (place.folder / "pulled" / "r" / "record-1" / "run.log").exists()
    assert place.there == set()
    assert ended.cost is not None
    assert ground.rentals.billed("r") == pytest.approx(ended.cost.usd)
    ((detail, outcome),) = acts(ground, "end")
    assert detail == f"destroy {ground.rental.instance}: asked"
    assert "is gone: nothing bills" in outcome
    assert acts(ground, "pull")[0][1] == "done"
    assert unfinished_end(ground.journal, ground.attempts[-1]) is None


async def test_how_the_run_ended_is_written_down_before_its_machine_goes(place: Place) -> None:
    ground = await place.run(FOREVER)
    await end_run(ground, How("destroy", pull=False))
    await ground.host.close()
    ended = ground.attempts[-1].ended
    assert ended is not None
    assert ended.signal == signal.SIGTERM


@pytest.mark.parametrize("pull", [True, False])
async def test_a_run_whose_machine_was_given_back_opens_from_its_record(place: Place, pull: bool) -> None:
    ground = await place.run(FOREVER)
    await ground.host.run("until grep -q step ~/.vasttui/runs/r/1/run.log; do sleep 0.05; done", timeout_s=20)
    await end_run(ground, How("destroy", pull=pull, to=place.folder / "elsewhere"))
    await ground.host.close()
    session = RentedSession(ground.journal, ground.run, ground.plan, None, Wanted())
    await session.start()
    await session.launched.wait()
    assert session.live is not None
    await asyncio.wait_for(session.live.finished.wait(), 20)
    seen = session.snapshot()
    assert (seen.link, seen.stopped, seen.alerts) == ("ended", True, ())
    assert "was given back" in seen.message
    assert "was given back" in seen.run.host
    assert seen.forecast.burn_usd_h is None
    assert seen.run.price_usd_h == ground.rental.usd_h
    assert (seen.step == 1) is pull
    with pytest.raises(ControlError, match="given back"):
        await session.relaunch()
    if pull:
        _, log = await session.read_log(0, 100)
        assert log.startswith(b"step 1/20 loss 1\n")
    await session.close()


async def test_nothing_is_destroyed_while_something_is_not_pulled(place: Place) -> None:
    ground = await place.run(FOREVER, pull=("out/**", "missing/**"))
    with pytest.raises(NotPulledError, match="nothing matches missing") as refused:
        await end_run(ground, How("destroy"))
    assert "--force" in refused.value.hint
    assert place.there == {ground.rental.instance}
    assert acts(ground, "end")[0][1].startswith("failed: ")
    # Stopping keeps the disk, so it is done all the same.
    ended = await end_run(ground, How("stop"))
    assert "is stopped" in ended.text
    assert place.emulator.world.instances[ground.rental.instance or 0].intended == "stopped"
    await end_run(ground, How("destroy", force=True))
    assert place.there == set()
    await ground.host.close()


async def test_a_journal_that_cannot_be_written_does_not_keep_a_machine_billing(place: Place) -> None:
    ground = await place.run(FOREVER)
    for tables in (ground.journal, ground.rentals):
        tables._db.execute("PRAGMA query_only=1")  # pyright: ignore[reportPrivateUsage]
    told: list[str] = []
    await end_run(ground, How("destroy"), told.append)
    await ground.host.close()
    assert place.there == set()
    assert "nothing is written down" in told[-1]
    assert (place.folder / "pulled" / "r" / "out" / "model.pt").read_text() == "model\n"


async def test_what_was_pulled_at_the_stop_is_not_asked_of_the_stopped_machine_again(place: Place) -> None:
    ground = await place.run(FOREVER)
    await end_run(ground, How("stop"))
    rests = resting(ground.rentals, "r")
    assert rests is not None
    assert "is stopped; its disk bills on at $" in rests.line
    ended = await end_run(ground, How("destroy"))
    await ground.host.close()
    assert place.there == set()
    assert ended.lines[0] == f"all was pulled before its machine was stopped, into {place.folder}/pulled/r"
    assert resting(ground.rentals, "r") is None


async def test_a_stopped_machine_of_which_not_all_was_pulled_is_kept(place: Place) -> None:
    ground = await place.run(FOREVER)
    await end_run(ground, How("stop", pull=False))
    with pytest.raises(NotPulledError, match="its machine is stopped") as refused:
        await end_run(ground, How("destroy"))
    await ground.host.close()
    assert "vasttui relaunch r starts it again" in refused.value.hint
    ground.rentals.started(ground.rental.account, ground.rental.instance or 0)
    assert resting(ground.rentals, "r") is None
    assert "bills on" in bills_on(ground.rentals, "r")


async def test_an_end_is_made_once_by_one_process(place: Place) -> None:
    ground = await place.run()
    with only_one("r"), pytest.raises(EndingElsewhereError):
        await end_run(ground, How("destroy"))
    assert place.there == {ground.rental.instance}
    await ground.host.close()


async def test_a_market_that_does_not_answer_leaves_an_open_order_that_is_finished(place: Place) -> None:
    ground = await place.run()
    await is_over(ground)
    place.emulator.world.faults.add(Fault(kind="server_error", route="destroy", status=500, times=99))
    with pytest.raises(CloudError):
        await end_run(ground, How("destroy", pull=False))
    assert [one.done_at for one in ground.rentals.orders(ground.rental.account)] == [None]
    place.emulator.world.faults.clear()
    await end_run(ground, How("destroy", pull=False))
    assert place.there == set()
    await ground.host.close()


async def test_what_was_pulled_is_brought_to_the_next_machine(place: Place) -> None:
    ground = await place.run()
    await is_over(ground)
    await end_run(ground, How("stop"))
    async with place.open_vast() as vast:
        await vast.start(ground.rental.instance or 0)
        await place.emulator.advance(60)
    home = place.emulator.machines[ground.rental.instance or 0].home
    (home / "out" / "model.pt").unlink()
    port = place.emulator.world.instances[ground.rental.instance or 0].ports.direct
    assert port
    await ground.host.close()
    transport = SshTransport(
        parse_destination(f"root@127.0.0.1:{port}"),
        known_hosts=place.folder / "known",
        config=place.folder / "config",
    )
    host = Machine(transport)
    said = await push(host, ground.plan, place.folder / "pulled" / "r", lambda _: None)
    await host.close()
    assert (home / "out" / "model.pt").read_text() == "model\n"
    assert said.startswith("1 pulled file brought back")


# ---------------------------------------------------------------- policies


async def watched(ground: Ground, place: Place) -> tuple[LiveSession, Ender, Verdict]:
    """An unattended watch with the policies beside it, to its verdict."""
    live = LiveSession(ground.journal, ground.run, ground.plan, ground.host)
    ender = Ender(live, ground.rentals, place.open_vast, place.clock.now)
    outcome = await until_verdict(live, "return", 20)
    await ender.settle(lambda _: None)
    return live, ender, outcome.verdict


async def test_a_done_run_is_pulled_and_its_machine_given_back(place: Place) -> None:
    ground = await place.run(on_done="destroy")
    live, ender, verdict = await watched(ground, place)
    await live.close()
    assert verdict is Verdict.DONE
    assert place.there == set()
    assert (place.folder / "pulled" / "r" / "out" / "model.pt").exists()
    assert ender.told[0] == "on_done = destroy: the run is done"
    page = Scribe(ground.journal, ground.run).status_path.read_text()
    assert "- machine: instance" in page
    assert bills_on(ground.rentals, "r") == ""


async def test_a_machine_whose_work_cannot_be_pulled_is_stopped_instead(place: Place) -> None:
    ground = await place.run(pull=("missing/**",), on_done="destroy")
    live, ender, _ = await watched(ground, place)
    await ender.settle(lambda _: None)
    await live.close()
    assert place.there == {ground.rental.instance}
    assert place.emulator.world.instances[ground.rental.instance or 0].intended == "stopped"
    assert any("it is stopped instead" in line for line in ender.told)


async def test_a_plan_that_keeps_the_machine_keeps_it_and_says_what_it_costs(place: Place) -> None:
    ground = await place.run()
    live, ender, _ = await watched(ground, place)
    await live.close()
    assert place.there == {ground.rental.instance}
    assert ender.told == []
    assert "bills on at $" in bills_on(ground.rentals, "r")


async def test_who_stays_after_the_end_sees_the_idle_machine_stopped(place: Place) -> None:
    ground = await place.run(idle_minutes=0.01)
    live = LiveSession(ground.journal, ground.run, ground.plan, ground.host)
    ender = Ender(live, ground.rentals, place.open_vast)
    await until_verdict(live, "return", 20)
    await ender.settle(lambda _: None)
    assert ender.told == []
    told: list[str] = []
    await asyncio.wait_for(ender.idle(told.append), 20)
    await live.close()
    assert told[0].startswith("on_idle = stop: nothing has run for ")
    assert place.emulator.world.instances[ground.rental.instance or 0].intended == "stopped"
    assert ender.idle_at() is None


async def test_a_spent_budget_stops_run_and_machine(place: Place) -> None:
    ground = await place.run(FOREVER, max_usd=0.2)
    await place.emulator.advance(3 * 3600.0)
    live = LiveSession(ground.journal, ground.run, ground.plan, ground.host)
    ender = Ender(live, ground.rentals, place.open_vast, place.clock.now)
    await live.start()
    await live.look_once()
    await ender.settle(lambda _: None)
    await live.close()
    assert ender.told[0].startswith("on_budget = stop: $")
    assert place.emulator.world.instances[ground.rental.instance or 0].intended == "stopped"
    assert (place.folder / "pulled" / "r" / "out" / "model.pt").exists()


async def test_an_end_that_a_crash_of_ours_cut_short_is_gone_on_with(place: Place) -> None:
    ground = await place.run()
    ground.journal.begin_act(ground.attempts[-1], 0.0, "end", "destroy 1: on_budget = destroy: spent")
    live, ender, _ = await watched(ground, place)
    await live.close()
    assert ender.told[0].startswith("on_budget = destroy: begun before")
    assert place.there == set()


async def test_no_key_is_in_what_is_written_down(place: Place) -> None:
    ground = await place.run(TRAIN, on_done="destroy", lease_minutes=60)
    own_key = place.emulator.world.instances[ground.rental.instance or 0].own_key
    live, _, _ = await watched(ground, place)
    await live.close()
    written = [path for path in place.folder.rglob("*") if path.is_file() and "key" not in path.name]
    assert any(path.name == "journal.db" for path in written)
    for path in written:
        data = path.read_bytes()
        assert KEY.encode() not in data, path
        assert own_key.encode() not in data, path
    with sqlite3.connect(ground.journal.path) as db:
        text = "\n".join(db.iterdump())
    db.close()
    assert KEY not in text
    assert own_key not in text
