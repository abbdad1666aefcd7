"""Renting, ending and reading the meters, against the emulated market."""

from pathlib import Path

import pytest

from tests.rental.conftest import Open
from tests.rental.killing import PLAN, Fate, KilledError, Stage
from vasttui.cloud.account import Order
from vasttui.cloud.emulator.faults import Fault
from vasttui.cloud.errors import CloudError, CreditError
from vasttui.cloud.instance import Endpoint, Instance
from vasttui.hosts.protocol import UnreachableError
from vasttui.watch.boot import BadMachineError, boot_budget_s, destination, public_keys, wait_ssh, why_bad
from vasttui.watch.bringup import Board
from vasttui.watch.choosing import choice_of
from vasttui.watch.given_up import given_up, marked, without
from vasttui.watch.journal import Attempt, RunRow
from vasttui.watch.meters import cost_so_far
from vasttui.watch.reconcile import account_of, end, reconcile
from vasttui.watch.rental import NoMachineError, Rented, RentingElsewhereError, rent
from vasttui.watch.rentals_journal import Rentals


async def rented(stage: Stage, *, another: bool = False) -> Rented:
    async with stage.process() as (vast, rentals):
        return await rent(vast, rentals, PLAN, stage.offers, another=another)


def launched(rentals: Rentals, run: RunRow) -> None:
    """A run that has begun."""
    rentals.journal.add_run(run)
    rentals.journal.add_attempt(Attempt(run.name, 1, "~/.vasttui/runs/x/1", "true", run.created_at))


async def killed_at(stage: Stage, point: str) -> None:
    with pytest.raises(KilledError):
        async with stage.process(Fate((point, 0))) as (vast, rentals):
            await rent(vast, rentals, PLAN, stage.offers)


# ---------------------------------------------------------------- renting


async def test_the_first_offer_becomes_a_machine_with_an_ssh_address(stage: Open) -> None:
    market = await stage()
    one = await rented(market)
    assert one.rental.offer == market.offers[0].id
    assert one.instance.is_running
    assert one.place.host == "127.0.0.1"
    assert market.there == {one.instance.id}


async def test_the_intent_is_written_down_before_it_is_sent(stage: Open) -> None:
    market = await stage()
    await killed_at(market, "before: rent offer")
    async with market.process() as (vast, rentals):
        (intent,) = rentals.rentals(await account_of(vast))
    assert intent.state == "asked"
    assert intent.offer == market.offers[0].id
    assert market.there == set()


async def test_the_label_on_the_instance_is_the_journals(stage: Open) -> None:
    market = await stage()
    one = await rented(market)
    assert one.instance.label == one.rental.label
    assert one.rental.label.startswith("vasttui-train-")


async def test_while_the_next_offer_is_taken_the_screen_says_why(stage: Open) -> None:
    market = await stage(Fault(kind="offer_gone"))
    told: list[str] = []
    board = Board(lambda: 0.0, lambda step: told.append(step.text))
    async with market.process() as (vast, rentals):
        await rent(vast, rentals, PLAN, market.offers, board=board)
    assert any(f"offer {market.offers[1].id}" in text and "; before: rent offer" in text for text in told)


async def test_a_lost_race_takes_the_next_best(stage: Open) -> None:
    market = await stage(Fault(kind="offer_gone", times=2))
    one = await rented(market)
    assert one.rental.offer == market.offers[2].id
    assert len(market.there) == 1


async def test_a_lost_reply_is_found_by_its_label(stage: Open) -> None:
    market = await stage(Fault(kind="lost_reply", route="create"))
    one = await rented(market)
    assert one.rental.offer == market.offers[0].id
    assert market.emulator.api.calls["create"] == 1


@pytest.mark.parametrize("told", [True, False])
async def test_what_a_failed_create_leaves_is_destroyed(stage: Open, told: bool) -> None:
    market = await stage(Fault(kind="create_leaves_instance", told=told))
    one = await rented(market)
    assert one.rental.offer == market.offers[1].id
    assert market.there == {one.instance.id}
    assert len(market.emulator.world.past) == 1


async def test_a_machine_that_does_not_boot_is_destroyed_and_left_out(stage: Open) -> None:
    market = await stage(Fault(kind="boot_fails", seconds=5.0))
    one = await rented(market)
    assert one.rental.machine != market.offers[0].machine_id
    assert market.there == {one.instance.id}
    async with market.process() as (vast, rentals):
        await end(vast, rentals, await account_of(vast), one.instance.id, "destroy")
    assert (await rented(market)).rental.machine != market.offers[0].machine_id


async def test_a_machine_that_loads_for_ever_has_a_budget(stage: Open) -> None:
    market = await stage(Fault(kind="stuck_loading"))
    began = market.clock.now()
    one = await rented(market)
    first = market.offers[0]
    assert one.rental.offer != first.id
    assert market.clock.now() - began < boot_budget_s(None, first.inet_down) + 120


async def test_without_credit_no_other_offer_is_tried(stage: Open) -> None:
    market = await stage(Fault(kind="credit_low", times=None))
    with pytest.raises(CreditError):
        await rented(market)
    assert market.emulator.api.calls["create"] == 1


async def test_no_more_than_a_few_bad_machines_are_tried(stage: Open) -> None:
    market = await stage(Fault(kind="boot_fails", seconds=5.0, times=None))
    with pytest.raises(NoMachineError, match="5 tried"):
        await rented(market)
    assert market.there == set()


async def test_a_machine_that_did_not_come_up_is_listed_last_with_the_reason(stage: Open) -> None:
    market = await stage(Fault(kind="boot_fails", seconds=5.0))
    await rented(market)
    first = market.offers[0]
    async with market.process() as (vast, rentals):
        left_out = given_up(rentals, vast.url, market.clock.now() + 1200.0)
        choices = [choice_of(offer, None, 0.0) for offer in market.offers]
        told = marked(choices, left_out)
        assert told[-1].offer.id == first.id
        assert told[-1].left_out.endswith("failed, 20 min ago")
        assert [one.left_out for one in told[:-1]] == [""] * (len(told) - 1)
        with pytest.raises(CloudError, match="each of the 1 offers was given up within a day"):
            without(choices[:1], left_out)
        again = await rent(vast, rentals, PLAN, [first], another=True, retake=first.machine_id)
        assert again.rental.machine == first.machine_id


async def test_renting_again_takes_up_what_is_there(stage: Open) -> None:
    market = await stage()
    first = await rented(market)
    again = await rented(market)
    assert again.taken_up
    assert again.instance.id == first.instance.id


async def test_another_is_rented_when_it_is_asked_for(stage: Open) -> None:
    market = await stage()
    first = await rented(market)
    second = await rented(market, another=True)
    assert market.there == {first.instance.id, second.instance.id}


async def test_what_a_run_uses_is_not_taken_up(stage: Open) -> None:
    market = await stage()
    first = await rented(market)
    async with market.process() as (vast, rentals):
        launched(rentals, RunRow("train", 0.0, "", ""))
        rentals.bind(await account_of(vast), first.instance.id, "train")
    assert (await rented(market)).instance.id != first.instance.id


async def test_a_machine_that_was_stopped_is_never_destroyed_by_renting(stage: Open) -> None:
    market = await stage()
    first = await rented(market)
    market.emulator.world.stop(market.emulator.world.instances[first.instance.id])
    await market.emulator.advance(5)
    second = await rented(market)
    assert market.there == {first.instance.id, second.instance.id}


async def test_two_processes_do_not_rent_at_once(stage: Open) -> None:
    market = await stage()
    async with market.process() as (vast, rentals):
        with rentals.alone(), pytest.raises(RentingElsewhereError):
            await rent(vast, rentals, PLAN, market.offers)
    assert market.there == set()


# ---------------------------------------------------------------- ending


async def test_destroyed_means_that_the_market_no_longer_has_it(stage: Open) -> None:
    market = await stage(Fault(kind="slow_destroy", seconds=40))
    one = await rented(market)
    async with market.process() as (vast, rentals):
        account = await account_of(vast)
        assert "gone" in await end(vast, rentals, account, one.instance.id, "destroy")
        assert market.there == set()
        (order,) = rentals.orders(account)
        assert order.done_at is not None
        assert rentals.rentals(account)[0].state == "closed"


async def test_stopped_means_that_the_market_says_so(stage: Open) -> None:
    market = await stage()
    one = await rented(market)
    async with market.process() as (vast, rentals):
        said = await end(vast, rentals, await account_of(vast), one.instance.id, "stop")
    assert "its disk goes on billing at $" in said
    assert market.emulator.world.instances[one.instance.id].actual == "exited"


async def test_an_order_that_was_interrupted_is_finished_on_the_next_start(stage: Open) -> None:
    market = await stage()
    one = await rented(market)
    with pytest.raises(KilledError):
        async with market.process(Fate(("before: destroy instance", 0))) as (vast, rentals):
            await end(vast, rentals, await account_of(vast), one.instance.id, "destroy")
    assert market.there == {one.instance.id}
    async with market.process() as (vast, rentals):
        found = await reconcile(vast, rentals)
    assert market.there == set()
    assert "gone" in found.notes[0]


# ---------------------------------------------------------------- what bills


async def test_whose_each_meter_is(stage: Open) -> None:
    market = await stage()
    used = await rented(market)
    async with market.process() as (vast, rentals):
        account = await account_of(vast)
        launched(rentals, RunRow("train", 0.0, "", ""))
        rentals.bind(account, used.instance.id, "train")
        foreign = await vast.create(market.offers[-1].id or 0, Order("x", "someone else's"))
    orphan = await rented(market)
    async with market.process() as (vast, rentals):
        found = await reconcile(vast, rentals)
    assert {meter.instance.id: meter.whose for meter in found.meters} == {
        used.instance.id: "run",
        orphan.instance.id: "orphan",
        foreign.id: "foreign",
    }
    assert [meter.instance.id for meter in found.orphans] == [orphan.instance.id]


async def test_a_create_whose_process_died_is_adopted_and_shown(stage: Open) -> None:
    market = await stage()
    await killed_at(market, "after: rent offer")
    async with market.process() as (vast, rentals):
        found = await reconcile(vast, rentals)
    assert {meter.instance.id for meter in found.orphans} == market.there
    assert "although the reply was lost" in found.notes[0]


async def test_an_intent_is_not_given_up_while_it_may_still_be_carried_out(stage: Open) -> None:
    market = await stage()
    await killed_at(market, "before: rent offer")
    async with market.process() as (vast, rentals):
        assert len((await reconcile(vast, rentals)).pending) == 1
        market.clock.advance(60)
        assert (await reconcile(vast, rentals)).pending == ()
        assert rentals.rentals(await account_of(vast))[0].note == "never made"


async def test_nothing_is_touched_while_another_process_rents(stage: Open) -> None:
    market = await stage()
    await killed_at(market, "after: rent offer")
    async with market.process() as (vast, rentals), market.process() as (_, theirs):
        with theirs.alone():
            found = await reconcile(vast, rentals)
        assert found.busy
        assert len(found.pending) == 1
        assert [meter.whose for meter in found.meters] == ["orphan"]


async def test_an_old_stop_is_not_repeated(stage: Open) -> None:
    market = await stage()
    one = await rented(market)
    async with market.process() as (vast, rentals):
        rentals.order(await account_of(vast), one.instance.id, "stop", market.clock.now())
        market.clock.advance(7200)
        found = await reconcile(vast, rentals)
    assert "never confirmed" in found.notes[0]
    assert market.emulator.world.instances[one.instance.id].actual == "running"


async def test_the_cost_so_far_is_what_the_market_charges(stage: Open) -> None:
    market = await stage()
    one = await rented(market)
    await market.emulator.advance(3 * 3600)
    market.emulator.world.spend(
        market.emulator.world.instances[one.instance.id].move(2_000_000_000, 9_000_000_000)
    )
    async with market.process() as (vast, rentals):
        (meter,) = (await reconcile(vast, rentals)).meters
    charged = market.emulator.world.instances[one.instance.id].bill.total_usd
    assert meter.usd == pytest.approx(charged, rel=0.01)
    assert (meter.usd or 0) >= charged


async def test_a_stopped_machine_costs_its_disk_from_the_stop_on(stage: Open) -> None:
    market = await stage()
    one = await rented(market)
    await market.emulator.advance(3600)
    async with market.process() as (vast, rentals):
        await end(vast, rentals, await account_of(vast), one.instance.id, "stop")
        await market.emulator.advance(10 * 3600)
        (meter,) = (await reconcile(vast, rentals)).meters
    bill = market.emulator.world.instances[one.instance.id].bill
    assert meter.usd_h == pytest.approx(market.emulator.world.instances[one.instance.id].storage_usd_h)
    assert meter.usd == pytest.approx(bill.total_usd, rel=0.02)
    assert not meter.at_least


def test_a_cost_that_is_not_told_is_unknown() -> None:
    assert cost_so_far(Instance(id=1), 100.0) is None
    stopped = Instance(id=1, start_date=0.0, dph_total=1.0, storage_total_cost=0.1, actual_status="exited")
    cost = cost_so_far(stopped, 7200.0)
    assert cost is not None
    assert cost.at_least
    assert cost.usd == pytest.approx(0.2)


# ---------------------------------------------------------------- booting


def test_a_slow_link_gets_more_time_but_not_for_ever() -> None:
    assert boot_budget_s(8.0, 1000.0) < boot_budget_s(8.0, 200.0) < boot_budget_s(40.0, 50.0) == 2400.0
    assert boot_budget_s(None, None) >= 300.0


@pytest.mark.parametrize(
    ("changes", "bad"),
    [
        ({"actual_status": "loading", "status_msg": "Pulling from x"}, False),
        ({"actual_status": ""}, False),
        ({"actual_status": "created", "status_msg": "Error response from daemon: OCI"}, True),
        ({"actual_status": "loading", "status_msg": "write /x: no space left on device"}, True),
        ({"actual_status": "offline"}, True),
        ({"actual_status": "running", "intended_status": "stopped"}, True),
    ],
)
def test_bad_states_are_known_at_once(changes: dict[str, str], bad: bool) -> None:
    assert bool(why_bad(Instance(id=1, **changes))) is bad  # pyright: ignore[reportArgumentType]


def quiet(_: str) -> None:
    """Nobody listens."""


async def test_ssh_is_tried_until_it_answers(stage: Open) -> None:
    market = await stage()
    one = await rented(market)
    tried: list[Endpoint] = []

    async def attempt(place: Endpoint) -> None:
        tried.append(place)
        if len(tried) < 7:
            raise UnreachableError("refused")

    async with market.process() as (vast, _):
        assert await wait_ssh(vast, one.instance, attempt, quiet) == one.instance.direct
    assert {one.instance.direct, one.instance.proxy} == set(tried)


async def test_the_proxy_does_where_the_direct_way_is_shut(stage: Open) -> None:
    market = await stage()
    one = await rented(market)

    async def attempt(place: Endpoint) -> None:
        if place == one.instance.direct:
            raise UnreachableError("refused")

    async with market.process() as (vast, _):
        assert await wait_ssh(vast, one.instance, attempt, quiet) == one.instance.proxy


async def test_an_ssh_server_that_never_answers_has_a_budget(stage: Open) -> None:
    market = await stage()
    one = await rented(market)

    async def attempt(place: Endpoint) -> None:
        raise UnreachableError("Permission denied (publickey)")

    async with market.process() as (vast, _):
        with pytest.raises(UnreachableError, match="Permission denied"):
            await wait_ssh(vast, one.instance, attempt, quiet, patience_s=60)
    assert market.there == {one.instance.id}


async def test_a_machine_that_dies_before_ssh_answers_is_said_at_once(stage: Open) -> None:
    market = await stage()
    one = await rented(market)

    async def attempt(place: Endpoint) -> None:
        market.emulator.world.strike_now(market.emulator.world.instances[one.instance.id], "outbid")
        raise UnreachableError("refused")

    async with market.process() as (vast, _):
        with pytest.raises(BadMachineError, match="died"):
            await wait_ssh(vast, one.instance, attempt, quiet)


async def test_a_run_launched_at_its_address_uses_the_instance(stage: Open) -> None:
    market = await stage()
    one = await rented(market)
    async with market.process() as (vast, rentals):
        launched(rentals, RunRow("old", 0.0, destination(one.place), ""))
        assert (await reconcile(vast, rentals)).orphans != ()
        launched(rentals, RunRow("new", market.clock.now(), destination(one.place), ""))
        (meter,) = (await reconcile(vast, rentals)).meters
    assert meter.whose == "run"
    assert meter.text == "run new"


async def test_a_look_that_may_touch_nothing_leaves_an_open_order_open(stage: Open) -> None:
    market = await stage()
    one = await rented(market)
    async with market.process() as (vast, rentals):
        rentals.order(await account_of(vast), one.instance.id, "destroy", market.clock.now())
        assert len((await reconcile(vast, rentals, readonly=True)).meters) == 1
    assert market.there == {one.instance.id}


def test_only_public_keys_are_read(tmp_path: Path) -> None:
    (tmp_path / ".ssh").mkdir()
    (tmp_path / ".ssh" / "id_rsa").write_text("-----BEGIN OPENSSH PRIVATE KEY-----")
    (tmp_path / ".ssh" / "id_rsa.pub").write_text("-----BEGIN OPENSSH PRIVATE KEY-----")
    (tmp_path / ".ssh" / "id_ed25519.pub").write_text("ssh-ed25519 AAAA me\n")
    assert public_keys(tmp_path) == ["ssh-ed25519 AAAA me"]
