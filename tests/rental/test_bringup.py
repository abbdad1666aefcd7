"""The bring-up of a rented machine, on the emulated market's real machines."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any, cast

import msgspec
import pytest

from tests.rental.quick import QUERY, Town, plan, state_of, town, until, with_bootstrap
from vasttui.cli.errors import explain
from vasttui.cli.run_rented import brought_up
from vasttui.cloud.emulator.faults import Fault
from vasttui.cloud.errors import CloudError
from vasttui.hosts.protocol import Host, HostError
from vasttui.monitor import baseline
from vasttui.monitor.baseline import Baseline
from vasttui.monitor.check import Alert, Phase, Verdict
from vasttui.monitor.reading import Exit, Sample
from vasttui.monitor.series import Mark
from vasttui.plan.schema import Ending
from vasttui.plan.write import plan_text
from vasttui.watch.bringup import STEPS, Board
from vasttui.watch.meters import read_meters
from vasttui.watch.moving_in import UnfitError, Wanted
from vasttui.watch.prepare import prepare
from vasttui.watch.probing import follow_probe
from vasttui.watch.reconcile import account_of
from vasttui.watch.rentals_journal import Rentals
from vasttui.watch.rented_host import host_of
from vasttui.watch.session import BringUpStep, ControlError, RunView, Snapshot
from vasttui.watch.transfer import endpoints, read_fetch

Open = Callable[..., Awaitable[Town]]


@pytest.fixture
async def market(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Open]:
    """`await market(fault, …)`."""
    home = tmp_path / "home"
    monkeypatch.setenv("HOME", str(home))
    monkeypatch.setattr(baseline, "MIN_ADVANCES", 2)  # a second each: a probe that suits a run of seconds
    for name in ("XDG_STATE_HOME", "XDG_CONFIG_HOME", "SSH_AUTH_SOCK"):
        monkeypatch.delenv(name, raising=False)
    async with AsyncExitStack() as stack:

        async def start(*faults: Fault) -> Town:
            return await stack.enter_async_context(town(home, *faults))

        yield start


# ---------------------------------------------------------------- the whole way


@pytest.mark.real
async def test_every_step_is_done_and_the_run_is_watched(market: Open) -> None:
    place = await market()
    session = await place.session(plan("echo one; echo two"))
    await session.until_launched()
    seen = await until(session, lambda seen: state_of(seen, "probe") == "done")
    assert [step.name for step in seen.bringup] == list(STEPS)
    assert {step.state for step in seen.bringup[:-1]} == {"done"}
    assert all(step.took_s is not None for step in seen.bringup[:-1])
    assert session.moving.kept.steps(seen.rental.label if seen.rental else "")[-1].name == "probe"
    assert seen.rental is not None
    assert seen.rental.instance in place.there
    assert seen.run.price_usd_h == seen.rental.usd_h
    assert {finding.check for finding in seen.findings} >= {"gpus", "vram", "disk", "driver"}
    async with place.access.open() as vast:
        rentals = session.moving.rentals
        (meter,) = read_meters(await vast.instances(), rentals, await account_of(vast), 0.0)
    assert meter.text == "run tiny"
    session.plan = msgspec.structs.replace(session.plan, ending=Ending(pull=("missing/**",)))
    with pytest.raises(ControlError, match="bills on: not all could be pulled: nothing matches missing"):
        await session.kill("destroy")
    kept = session.snapshot().rental
    assert kept is not None
    assert kept.not_pulled == "nothing matches missing/**"
    stopped = await session.kill("forfeit")
    assert stopped.text.startswith(f"instance {kept.instance} is gone: nothing bills")
    assert place.there == set()
    seen = await until(session, lambda seen: seen.link == "ended")
    assert (seen.stopped, seen.alerts, seen.rental) == (True, (), None)


@pytest.mark.real
async def test_a_run_is_found_again_by_its_name(market: Open) -> None:
    place = await market()
    session = await place.session(plan())
    await session.until_launched()
    host = host_of(session.moving.rentals, session.run)
    try:
        assert (await host.run("cat ~/.vasttui/runs/*/1/run.toml")).out.startswith('name = "tiny"')
    finally:
        await host.close()


# ---------------------------------------------------------------- what goes wrong


@pytest.mark.real
async def test_a_bootstrap_that_fails_stops_there_and_goes_on_there_once_it_is_mended(market: Open) -> None:
    place = await market()
    session = await place.session(plan("echo x >> count", "echo no such package; exit 3"))
    with pytest.raises(HostError, match="failed with exit 3"):
        await session.until_launched()
    seen = session.snapshot()
    failed = next(step for step in seen.bringup if step.state == "failed")
    assert failed.name == "bootstrap"
    assert failed.tail[-1] == "no such package"
    assert seen.remedies == ("retry", "next", "destroy")
    (instance,) = place.there
    mended = with_bootstrap(session.plan, "echo x >> count", "true")
    (place.home / "plan.toml").write_text(plan_text(mended))
    await session.remedy("retry")
    await session.until_launched()
    assert place.there == {instance}
    assert (place.machine(instance) / "count").read_text() == "x\n"
    assert session.snapshot().remedies == ()


@pytest.mark.real
async def test_a_host_that_lies_about_its_gpu_is_left_for_the_next(market: Open) -> None:
    place = await market(Fault(kind="gpu_lies"))
    session = await place.session(plan())
    with pytest.raises(UnfitError, match="the offer promised 24") as failure:
        await session.until_launched()
    known = explain(failure.value)
    assert known is not None
    assert known[0] == 1
    assert "; take the next machine, change the plan, or go on all the same" in known[1]
    (liar,) = place.there
    assert state_of(session.snapshot(), "gpu") == "failed"
    (place.home / "plan.toml").write_text(plan_text(plan(query=f"{QUERY} gpu_ram>=900")))
    with pytest.raises(ControlError, match=r"no offer fits the plan's query.*this machine is kept"):
        await session.remedy("next")
    assert place.there == {liar}
    assert state_of(session.snapshot(), "gpu") == "failed"
    assert "next" in session.snapshot().remedies
    (place.home / "plan.toml").write_text(plan_text(plan()))
    await brought_up(session)  # without a screen nobody is asked
    assert liar not in place.there
    assert len(place.there) == 1
    lying = place.emulator.world.past[0].offer["machine_id"]
    assert place.emulator.world.instances[next(iter(place.there))].offer["machine_id"] != lying


@pytest.mark.real
async def test_a_bring_up_that_was_killed_goes_on_with_the_same_machine(market: Open) -> None:
    place = await market()
    session = await place.session(plan("echo x >> count; echo begun; sleep 1", "true"))
    await session.start()
    await until(session, lambda seen: "begun" in seen.bringup[5].tail)
    await session.close()  # the machine and the command go on without us
    place.sessions.clear()
    (instance,) = place.there
    again = await place.session(session.plan)
    await again.until_launched()
    assert place.there == {instance}
    assert (place.machine(instance) / "count").read_text() == "x\n"


@pytest.mark.real
async def test_destroy_ends_a_bring_up_at_any_step(market: Open) -> None:
    place = await market(Fault(kind="stuck_loading"))
    session = await place.session(plan())
    await session.start()
    await until(session, lambda seen: state_of(seen, "boot") == "doing" and bool(seen.bringup[1].text))
    with pytest.raises(ControlError, match="nothing is launched yet"):
        await session.check_now()
    stopped = await session.kill("destroy")
    assert "nothing bills" in stopped.text
    assert place.there == set()


@pytest.mark.real
async def test_nothing_is_rented_that_nobody_agreed_to(market: Open) -> None:
    place = await market(Fault(kind="stuck_loading"))
    unasked = await place.session(plan(), Wanted())  # as the list of runs opens one
    with pytest.raises(CloudError, match="no machine is rented for this run any more"):
        await unasked.until_launched()
    await unasked.close()
    place.sessions.clear()
    given_back = await place.session(plan())
    await given_back.start()
    await until(given_back, lambda seen: state_of(seen, "boot") == "doing")
    await given_back.kill("destroy")
    await given_back.remedy("retry")
    with pytest.raises(CloudError, match="any more"):
        await given_back.until_launched()
    assert place.there == set()


@pytest.mark.real
async def test_a_machine_that_was_outbid_is_named_as_such(market: Open) -> None:
    place = await market()
    session = await place.session(plan(command="sleep 60"))
    await session.until_launched()
    (instance,) = place.there
    await until(session, lambda seen: seen.link == "up" and seen.log_bytes == 0)
    world = place.emulator.world
    world.strike_now(world.instances[instance], "outbid")
    await place.emulator.settle()
    seen = await until(session, lambda seen: seen.link == "lost" and "does not run" in seen.message)
    assert f"instance {instance}" in seen.message


@pytest.mark.real
async def test_a_machine_at_another_address_is_found_again(market: Open) -> None:
    place = await market()
    session = await place.session(plan(command="echo hello; sleep 60"))
    await session.until_launched()
    right = session.run.host
    await session.close()
    place.sessions.clear()
    session.journal.move_run("tiny", "root@127.0.0.1:1")
    run = session.journal.run("tiny")
    assert run is not None
    host = host_of(Rentals(session.journal), run, place.access)
    attempt = session.journal.attempts("tiny")[-1]
    reading = await host.probe(attempt.ref)
    await host.close()
    assert reading.reachable
    moved = session.journal.run("tiny")
    assert moved is not None
    assert moved.host == right


# ---------------------------------------------------------------- small parts


async def test_logins_in_commands_are_not_shown() -> None:
    said: list[str] = []
    given = plan("git clone https://me:hf_secret@example.com/a && pip install x")
    with pytest.raises(HostError, match="no python3"):
        await prepare(cast("Host", NoPython()), given, "~/x", said.append, lambda _: None)
    assert said == ["1 of 1: git clone https://…@example.com/a && pip install x"]


class NoPython:
    """A host on which nothing can be recorded."""

    async def launch(self, record: object, launch: object) -> None:
        raise HostError("no python3")


def test_a_board_tells_every_change_with_its_time() -> None:
    now, told = [100.0], list[BringUpStep]()
    board = Board(lambda: now[0], told.append)
    board.begin("rent", "searching")
    now[0] += 2.5
    board.end("rent", "instance 7")
    assert told[-1] == BringUpStep("rent", "done", "instance 7", 100.0, 2.5)
    assert board.current == "boot"
    board.begin("boot")
    board.end("boot", "\x1b[31mit died\x1b[0m", "failed")
    assert board.current == "boot"
    assert told[-1].text == "it died"
    board.clear("boot")
    assert [step.state for step in board.steps[:2]] == ["done", "waiting"]


def test_output_that_streams_is_bounded() -> None:
    board = Board(lambda: 0.0, lambda _: None)
    board.begin("bootstrap")
    for number in range(100):
        board.stream("bootstrap", [f"line {number}"])
    tail = next(step.tail for step in board.steps if step.name == "bootstrap")
    assert tail[-1] == "line 99"
    assert len(tail) < 20


def test_the_plans_addresses_are_measured_without_their_logins() -> None:
    given = plan(
        "git clone https://me:secret@github.com/a/b && pip install -i 'https://index.example/simple' x",
        command="python train.py --data http://data.example:8080/set.tar",
    )
    assert endpoints(given) == [
        "https://github.com/a/b",
        "https://index.example/simple",
        "http://data.example:8080/set.tar",
    ]


@pytest.mark.parametrize(
    ("said", "text"),
    [
        ("206 4194304 0.5\n", "67 Mb/s from x"),
        ("200 1200 0.25", "x answers in 0.2 s"),
        ("curl: (6) Could not resolve host: x\n000 0 0.01", "x: no answer from the host"),
        ("sh: 1: curl: not found", "x: not measured: there is no curl on the host"),
    ],
)
def test_what_curl_says_is_understood(said: str, text: str) -> None:
    assert read_fetch("x", said).text == text


def shown(phase: Phase = Phase.PROBE, **known: Any) -> Snapshot:
    """A picture of a launched run."""
    return Snapshot(RunView("tiny", "true", "box"), "watcher", "up", 9.0, phase, **known)


def probed(*pictures: Snapshot) -> tuple[BringUpStep, BringUpStep]:
    """`probe` and `baseline` after these."""
    board = Board(lambda: 0.0, lambda _: None)
    board.begin("probe")
    for picture in pictures:
        follow_probe(board, plan(), picture)
    return board.steps[-2], board.steps[-1]


def test_the_probe_is_over_with_the_baseline_and_the_baseline_with_the_first_look() -> None:
    base = Baseline(0.25, 1.0)
    sample = Sample(1.0, 0, util_pct=97.0, mem_used_mib=20480.0)
    evals = tuple(Mark(float(step), "eval", step) for step in (50, 100))
    probe, baseline = probed(shown(step=3, rate=2.0))
    assert probe.text == "step 3, 20 wanted, 2 step/s"
    probe, baseline = probed(shown(step=20, baseline=base))
    assert (probe.state, baseline.state) == ("done", "doing")
    looked = shown(
        step=40, baseline=base, phase=Phase.EARLY, samples=(sample,), marks=evals, longest_eval_s=3.0
    )
    probe, baseline = probed(shown(step=20, baseline=base), looked)
    assert baseline.state == "done"
    assert baseline.text == "4 step/s, GPU 97 %, VRAM 20.0 GiB, eval every 50 steps, 3s long"


def test_a_run_that_was_stopped_on_purpose_has_not_failed_its_probe() -> None:
    probe, baseline = probed(shown(step=1, exit=Exit(9.0, signal=15), verdict=Verdict.CRASH, stopped=True))
    assert (probe.state, baseline.state) == ("warned", "warned")
    assert probe.text == "stopped on purpose at step 1"


def test_a_command_that_dies_in_the_probe_fails_it() -> None:
    alert = Alert("error", "raised", 1.0, "CUDA out of memory", "shrink the batch", 1.0)
    probe, baseline = probed(
        shown(step=2, exit=Exit(2.0, 1), verdict=Verdict.CRASH, alerts=(alert,)),
    )
    assert (probe.state, baseline.state) == ("failed", "waiting")
    assert probe.text == "the command ended (exit 1) at step 2: CUDA out of memory"


def test_a_run_that_is_done_before_there_is_a_baseline_is_no_failure() -> None:
    probe, baseline = probed(shown(step=2, exit=Exit(2.0, 0), verdict=Verdict.DONE))
    assert (probe.state, baseline.state) == ("done", "warned")
