"""The emulated market itself: what it bills, when things happen, what goes wrong on demand."""

from typing import Any

import httpx
import pytest

from tests.cloud.conftest import KEY, Open
from vasttui.cloud.emulator.faults import Fault, Faults, Kind, parse_fault
from vasttui.cloud.emulator.limits import LIMITS, Limiter
from vasttui.cloud.emulator.market import make_market
from vasttui.cloud.emulator.world import Times, World

NOW = 1_790_000_000.0


def world(*faults: Fault, credit_usd: float = 25.0) -> World:
    offers = {offer["id"]: offer for offer in make_market(1, 20, NOW)}
    return World(offers, credit_usd, Times(), Faults(faults), NOW)


def order(**changes: Any) -> dict[str, Any]:
    return {"image": "pytorch/pytorch", "disk": 100.0, **changes}


def first(one: World) -> dict[str, Any]:
    return next(iter(one.offers.values()))


def test_the_same_seed_makes_the_same_market() -> None:
    assert make_market(3, 30, NOW) == make_market(3, 30, NOW)
    assert make_market(3, 30, NOW) != make_market(4, 30, NOW)


def test_gpus_are_billed_by_the_second_while_it_runs_and_the_disk_from_the_start() -> None:
    market = world()
    made = market.rent(first(market), order())
    market.advance(NOW + 20 + 3600)
    assert made.bill.gpu_usd == pytest.approx(made.offer["dph_base"])
    assert made.bill.storage_usd == pytest.approx(made.offer["storage_cost"] * 100 / 720 * 3620 / 3600)


def test_what_is_charged_is_what_the_credit_loses() -> None:
    market = world()
    made = [market.rent(offer, order()) for offer in list(market.offers.values())[:3]]
    for step in range(50):
        market.advance(NOW + step * 37.3)
    market.spend(made[0].move(5_000_000_000, 20_000_000_000))
    assert 25.0 - market.credit_usd == pytest.approx(sum(one.bill.total_usd for one in made))


def test_looking_often_costs_the_same_as_looking_once() -> None:
    often, once = world(), world()
    a, b = often.rent(first(often), order()), once.rent(first(once), order())
    for step in range(1, 1001):
        often.advance(NOW + step * 3.6)
    once.advance(NOW + 3600)
    assert a.bill.total_usd == pytest.approx(b.bill.total_usd)


def test_traffic_is_billed_both_ways() -> None:
    market = world()
    offer = {**first(market), "inet_up_cost": 0.01, "inet_down_cost": 0.02}
    made = market.rent(offer, order())
    assert made.move(1_000_000_000, 2_000_000_000) == pytest.approx(0.05)


def test_when_the_credit_is_used_up_everything_stops_at_that_moment() -> None:
    market = world(credit_usd=0.10)
    made = market.rent(first(market), order())
    market.advance(NOW + 7 * 86400)
    assert made.actual == "exited"
    assert made.bill.gpu_usd <= 0.1001
    assert market.credit_usd < 0  # the disk goes on


def test_a_host_that_is_offline_bills_nothing() -> None:
    market = world(Fault(kind="host_offline", seconds=100))
    made = market.rent(first(market), order())
    market.advance(NOW + 120)
    charged = made.bill.total_usd
    market.advance(NOW + 7200)
    assert (made.actual, made.bill.total_usd) == ("offline", charged)


def test_an_outbid_instance_stops_and_can_be_told_from_one_that_we_stopped() -> None:
    market = world(Fault(kind="outbid", seconds=100))
    made = market.rent(first(market), order(price=1.0))
    market.advance(NOW + 121)
    assert (made.actual, made.cur, made.intended, made.next) == ("exited", "stopped", "stopped", "stopped")


def test_an_instance_can_be_stuck_in_loading() -> None:
    market = world(Fault(kind="stuck_loading"))
    made = market.rent(first(market), order())
    market.advance(NOW + 86400)
    assert made.actual == "loading"


def test_a_boot_can_fail_with_the_words_of_the_daemon() -> None:
    market = world(Fault(kind="boot_fails", seconds=5))
    made = market.rent(first(market), order())
    market.advance(NOW + 60)
    assert made.actual == "created"
    assert made.msg is not None
    assert "OCI runtime create failed" in made.msg


def test_a_destroyed_instance_lingers_and_then_is_gone() -> None:
    market = world(Fault(kind="slow_destroy", seconds=60))
    made = market.rent(first(market), order())
    market.advance(NOW + 30)
    market.destroy(made)
    market.advance(NOW + 89)
    assert made.id in market.instances
    market.advance(NOW + 91)
    assert made.id not in market.instances


def test_a_stop_drops_a_boot_that_was_under_way() -> None:
    market = world()
    made = market.rent(first(market), order())
    market.advance(NOW + 5)
    market.stop(made)
    market.advance(NOW + 60)
    assert (made.actual, made.bill.gpu_usd) == ("exited", 0.0)


def test_the_machine_comes_up_before_its_ssh_server() -> None:
    market = world(Fault(kind="sshd_late", seconds=40))
    market.rent(first(market), order())
    market.advance(NOW + 30)
    assert [effect.act for effect in market.effects] == ["reserve", "up"]
    market.advance(NOW + 61)
    assert market.effects[-1].act == "sshd"


def test_a_fault_strikes_as_often_as_it_was_told_and_where() -> None:
    faults = Faults((Fault(kind="server_error", route="list", times=2, skip=1),))
    assert [faults.strike("server_error", route="show") for _ in range(3)] == [None] * 3
    assert [faults.strike("server_error", route="list") is not None for _ in range(5)] == [
        False,
        True,
        True,
        False,
        False,
    ]


def test_a_fault_is_read_from_the_command_line() -> None:
    assert parse_fault("outbid:seconds=5,times=2") == Fault(kind="outbid", seconds=5, times=2)
    assert parse_fault("lost_reply:route=create") == Fault(kind="lost_reply", route="create")


@pytest.mark.parametrize("text", ["nonsense", "outbid:second=5", "outbid:seconds=soon"])
def test_a_fault_that_is_none_is_refused_in_one_line(text: str) -> None:
    with pytest.raises(ValueError, match="fault"):
        parse_fault(text)


@pytest.mark.parametrize("route", LIMITS)
def test_a_call_within_the_threshold_is_refused_and_one_after_it_is_not(route: str) -> None:
    limit, limiter = LIMITS[route], Limiter()
    for _ in range(limit.times):
        assert limiter.admit("key", route, NOW) is None
    assert limiter.admit("key", route, NOW + limit.per_s - 0.01) is not None
    assert limiter.admit("other key", route, NOW) is None
    assert limiter.admit("key", route, NOW + limit.per_s + limit.penalty_s) is None


def test_who_creates_too_early_waits_longer() -> None:
    limiter = Limiter()
    limiter.admit("key", "create", NOW)
    limiter.admit("key", "create", NOW + 1)
    assert limiter.admit("key", "create", NOW + 6) is not None


# ---------------------------------------------------------------- its interface, without our client


async def ask(url: str, method: str, path: str, key: str = KEY, **more: Any) -> httpx.Response:
    async with httpx.AsyncClient(trust_env=False) as http:
        return await http.request(method, url + path, headers={"Authorization": f"Bearer {key}"}, **more)


async def test_the_old_list_is_dead(market: Open) -> None:
    emulator, _ = await market()
    reply = await ask(emulator.url, "GET", "/api/v0/instances/")
    assert (reply.status_code, reply.json()["error"]) == (410, "deprecated_endpoint")


async def test_an_instance_that_is_not_there_is_shown_as_null(market: Open) -> None:
    emulator, _ = await market()
    reply = await ask(emulator.url, "GET", "/api/v0/instances/5/")
    assert (reply.status_code, reply.json()) == (200, {"instances": None})


async def test_an_offer_that_is_taken_leaves_a_stopped_instance_unless_that_is_cancelled(
    market: Open,
) -> None:
    emulator, _ = await market()
    offer = next(iter(emulator.world.offers.values()))
    emulator.world.rent(offer, {"image": "x"})
    path = f"/api/v0/asks/{offer['id']}/"
    left = await ask(emulator.url, "PUT", path, json={"image": "x", "cancel_unavail": False})
    assert left.json()["success"] is False
    assert emulator.world.instances[left.json()["new_contract"]].actual == "exited"
    emulator.clock.advance(30)  # type: ignore[attr-defined]
    none = await ask(emulator.url, "PUT", path, json={"image": "x", "cancel_unavail": True})
    assert (none.status_code, none.json()["error"]) == (410, "no_such_ask")


async def test_only_what_is_stored_can_be_filtered_by(market: Open) -> None:
    emulator, _ = await market()
    emulator.world.rent(next(iter(emulator.world.offers.values())), {"image": "x"})
    reply = await ask(emulator.url, "GET", '/api/v1/instances/?select_filters={"dph_total":{"lt":1}}')
    assert (reply.status_code, reply.json()["error"]) == (400, "invalid_request")


async def test_figures_may_be_sent_as_texts(market: Open) -> None:
    emulator, _ = await market()
    body = {"num_gpus": {"eq": "1"}, "reliability": {"gt": "0.98"}, "gpu_name": {"eq": "RTX 4090"}}
    offers = (await ask(emulator.url, "POST", "/api/v0/bundles/", json=body)).json()["offers"]
    assert {(offer["num_gpus"], offer["gpu_name"]) for offer in offers} == {(1, "RTX 4090")}


@pytest.mark.parametrize(
    ("method", "path", "more"),
    [
        ("POST", "/api/v0/bundles/", {"json": {"num_gpus": {"like": 1}}}),
        ("POST", "/api/v0/bundles/", {"json": {"num_gpus": {"gt": "many"}}}),
        ("POST", "/api/v0/bundles/", {"json": {"num_gpus": 1}}),
        ("POST", "/api/v0/bundles/", {"content": b"[1]"}),
        ("POST", "/api/v0/bundles/", {"content": b"{"}),
        ("PUT", "/api/v0/asks/7000001/", {"json": {}}),
        ("PUT", "/api/v0/asks/7000001/", {"json": {"image": "x", "disk": "large"}}),
        ("GET", "/api/v1/instances/?after_token=!", {}),
        ("GET", "/api/v1/instances/?select_filters={", {}),
        ("GET", "/api/v1/instances/?limit=many", {}),
    ],
)
async def test_a_request_that_makes_no_sense_gets_a_400(
    market: Open, method: str, path: str, more: dict[str, Any]
) -> None:
    emulator, _ = await market()
    assert (await ask(emulator.url, method, path, **more)).status_code == 400


async def test_without_the_key_there_is_neither_account_nor_control(market: Open) -> None:
    emulator, _ = await market()
    for path in ("/api/v0/users/current", "/api/v1/instances/", "/_emulator/state"):
        assert (await ask(emulator.url, "GET", path, key="other")).status_code == 401


async def test_faults_can_be_added_and_taken_back_while_it_runs(market: Open) -> None:
    emulator, vast = await market()
    fault = {"kind": "server_error", "route": "user", "times": None, "status": 400, "text": "no"}
    assert (await ask(emulator.url, "POST", "/_emulator/faults", json=fault)).status_code == 200
    assert (await ask(emulator.url, "GET", "/api/v0/users/current")).status_code == 400
    await ask(emulator.url, "DELETE", "/_emulator/faults")
    assert (await vast.user()).credit == 25.0


@pytest.mark.parametrize("what", ["outbid", "offline"])
async def test_an_instance_can_be_struck_at_once(market: Open, what: Kind) -> None:
    emulator, _ = await market()
    made = emulator.world.rent(next(iter(emulator.world.offers.values())), {"image": "x"})
    await emulator.advance(30)
    await ask(emulator.url, "POST", "/_emulator/strike", json={"instance": made.id, "what": what})
    assert made.actual == {"outbid": "exited", "offline": "offline"}[what]


async def test_a_control_that_makes_no_sense_is_refused(market: Open) -> None:
    emulator, _ = await market()
    reply = await ask(emulator.url, "POST", "/_emulator/faults", json={"kind": "unheard_of"})
    assert reply.status_code == 400
    assert "unheard_of" in reply.json()["msg"]
