"""The client against the emulated market, over real HTTP, at the published rate limits."""

import logging
import traceback

import pytest

from tests.cloud.conftest import KEY, Open
from vasttui.cloud.account import Order
from vasttui.cloud.client import Vast, service_url
from vasttui.cloud.emulator.emulator import Emulator
from vasttui.cloud.emulator.faults import Fault, Kind, Shape
from vasttui.cloud.errors import (
    AuthError,
    BusyError,
    CloudError,
    CreditError,
    NoAnswerError,
    NoSuchInstanceError,
    OfferGoneError,
    QuotaError,
    RefusedError,
    ServiceError,
)
from vasttui.cloud.instance import Instance
from vasttui.cloud.keys import Secret
from vasttui.cloud.query import parse_query

ORDER = Order(image="pytorch/pytorch", label="run-7", disk_gb=40, onstart="touch ~/.no_auto_tmux")


async def first_offer(vast: Vast, query: str = "num_gpus=1 direct_port_count>=1") -> int:
    found = await vast.search(parse_query(query), order="dph_total")
    assert found.offers[0].id is not None
    return found.offers[0].id


async def rent(vast: Vast, label: str = "run-7") -> int:
    return (await vast.create(await first_offer(vast), Order(image="pytorch/pytorch", label=label))).id


async def running(emulator: Emulator, vast: Vast) -> int:
    made = await rent(vast)
    await emulator.advance(30)
    return made


async def looked_at(vast: Vast, instance_id: int) -> Instance:
    one = await vast.instance(instance_id)
    assert one is not None
    return one


# ---------------------------------------------------------------- reading


async def test_the_credit_is_told(market: Open) -> None:
    _, vast = await market(credit_usd=12.5)
    assert (await vast.user()).credit == 12.5


@pytest.mark.parametrize("query", ["gpu_ram>=24 gpu_name=RTX_4090", "gpu_ram=24GB gpu_name=RTX_4090"])
async def test_a_search_for_24_gb_finds_a_4090(market: Open, query: str) -> None:
    _, vast = await market()
    found = await vast.search(parse_query(query))
    assert found.offers
    assert {offer.gpu_ram for offer in found.offers} == {24564}


async def test_a_search_for_48_gb_finds_an_l40s(market: Open) -> None:
    _, vast = await market()
    found = await vast.search(parse_query("gpu_ram>=48 gpu_ram<=48"))
    assert {"L40S", "A40", "RTX A6000"} >= {offer.gpu_name for offer in found.offers} > {"L40S"}


async def test_prices_hold_the_disk_that_is_asked_for(market: Open) -> None:
    _, vast = await market()
    small = (await vast.search(parse_query("num_gpus=1"), order="id", storage_gb=10)).offers[0]
    large = (await vast.search(parse_query("num_gpus=1"), order="id", storage_gb=730)).offers[0]
    assert small.id == large.id
    assert small.storage_cost is not None
    assert large.dph_total == pytest.approx((small.dph_total or 0) + small.storage_cost)


async def test_interruptible_offers_cost_their_least_bid(market: Open) -> None:
    _, vast = await market()
    offer = (await vast.search(parse_query("num_gpus=1"), interruptible=True)).offers[0]
    assert offer.dph_base == offer.min_bid


async def test_the_cheapest_come_first_and_no_more_than_asked(market: Open) -> None:
    _, vast = await market()
    offers = (await vast.search(parse_query(""), order="dph_total", limit=5)).offers
    assert len(offers) == 5
    assert [offer.dph_total for offer in offers] == sorted(offer.dph_total or 0 for offer in offers)


async def test_an_instance_that_never_was_is_none(market: Open) -> None:
    _, vast = await market()
    assert await vast.instance(1) is None


async def test_ports_that_the_single_look_hides_are_found_in_the_list(market: Open) -> None:
    emulator, vast = await market(Fault(kind="no_ports_shown", times=None))
    made = await running(emulator, vast)
    assert (await looked_at(vast, made)).direct is not None


async def test_all_pages_of_a_long_list_are_read(market: Open) -> None:
    emulator, vast = await market(credit_usd=1000)
    offers = list(emulator.world.offers.values())
    for number in range(53):
        emulator.world.rent(offers[number], {"image": "x", "label": f"r{number}"})
    assert [one.label for one in await vast.instances()] == [f"r{number}" for number in range(53)]
    assert emulator.api.calls["list"] == 3


async def test_a_label_finds_its_own_instances_only(market: Open) -> None:
    _, vast = await market()
    await rent(vast, "one")
    made = await rent(vast, "two")
    assert [one.id for one in await vast.instances("two")] == [made]


async def test_the_containers_log_is_fetched(market: Open) -> None:
    emulator, vast = await market()
    made = await running(emulator, vast)
    assert await vast.logs(made) == "container log\n"


async def test_the_daemons_log_tells_the_boot(market: Open) -> None:
    emulator, vast = await market()
    made = await running(emulator, vast)
    assert "run" in await vast.logs(made, daemon=True)


# ---------------------------------------------------------------- renting


async def test_a_rental_goes_from_nothing_to_running(market: Open) -> None:
    emulator, vast = await market()
    made = await vast.create(await first_offer(vast), ORDER)
    seen = [(await looked_at(vast, made.id)).actual_status]
    for _ in range(6):
        await emulator.advance(4)
        seen.append((await looked_at(vast, made.id)).actual_status)
    assert list(dict.fromkeys(seen)) == ["", "loading", "running"]
    assert made.own_key


async def test_the_instances_own_key_stops_it_and_nothing_else(market: Open) -> None:
    emulator, vast = await market()
    made = await vast.create(await first_offer(vast), ORDER)
    async with Vast(made.own_key, emulator.url, clock=vast.clock) as inside:
        await inside.stop(made.id)
        with pytest.raises(AuthError):
            await inside.instances()
    await emulator.advance(5)
    assert (await looked_at(vast, made.id)).intended_status == "stopped"


async def test_an_offer_that_has_gone_is_named(market: Open) -> None:
    _, vast = await market(Fault(kind="offer_gone"))
    with pytest.raises(OfferGoneError, match="rent offer") as caught:
        await rent(vast)
    assert not caught.value.may_have_happened


async def test_an_offer_is_rented_once(market: Open) -> None:
    _, vast = await market()
    offer = await first_offer(vast)
    await vast.create(offer, ORDER)
    with pytest.raises(OfferGoneError):
        await vast.create(offer, ORDER)
    assert len(await vast.instances()) == 1


async def test_without_credit_nothing_is_rented(market: Open) -> None:
    _, vast = await market(credit_usd=0.01)
    with pytest.raises(CreditError) as caught:
        await rent(vast)
    assert "billing" in caught.value.hint
    assert await vast.instances() == []


@pytest.mark.parametrize("told", [True, False])
async def test_a_create_that_fails_and_leaves_an_instance_can_be_cleaned_up(market: Open, told: bool) -> None:
    emulator, vast = await market(Fault(kind="create_leaves_instance", status=500, told=told))
    with pytest.raises(CloudError) as caught:
        await rent(vast, "mine")
    assert caught.value.may_have_happened
    left = await vast.instances("mine")
    assert caught.value.created == (left[0].id if told else None)
    await vast.destroy_until_gone(left[0].id)
    assert not any(row["exists"] for row in emulator.state()["instances"])


@pytest.mark.parametrize("kind", ["lost_reply", "server_error", "no_reply"])
async def test_a_create_whose_reply_is_lost_is_sent_once_and_found_by_its_label(
    market: Open, kind: Kind
) -> None:
    emulator, vast = await market(Fault(kind=kind, route="create", done=True, status=502), timeout_s=0.3)
    with pytest.raises(CloudError) as caught:
        await rent(vast, "mine")
    assert caught.value.may_have_happened
    assert emulator.api.calls["create"] == 1
    assert len(await vast.instances("mine")) == 1


async def test_a_create_that_comes_too_often_is_refused_and_surely_not_done(market: Open) -> None:
    emulator, vast = await market(Fault(kind="too_many_requests", route="create"))
    with pytest.raises(BusyError) as caught:
        await rent(vast)
    assert not caught.value.may_have_happened
    assert (emulator.api.calls["create"], await vast.instances()) == (1, [])


async def test_a_bid_below_the_least_is_refused(market: Open) -> None:
    _, vast = await market()
    with pytest.raises(RefusedError, match="bid"):
        await vast.create(await first_offer(vast), Order(image="x", label="y", bid_usd_h=0.001))


async def test_a_bid_can_be_changed(market: Open) -> None:
    _, vast = await market()
    offer = await first_offer(vast)
    made = await vast.create(offer, Order(image="x", label="y", bid_usd_h=9.0))
    await vast.bid(made.id, 4.0)
    one = await looked_at(vast, made.id)
    assert (one.is_bid, one.dph_base) == (True, 4.0)


@pytest.mark.parametrize(
    "order",
    [Order("x", "l" * 257), Order("x", "l", onstart="o" * 4097), Order("", "l"), Order("x", "l", disk_gb=0)],
)
async def test_an_order_that_the_market_would_not_take_is_not_sent(market: Open, order: Order) -> None:
    emulator, vast = await market()
    with pytest.raises(RefusedError):
        await vast.create(7_000_001, order)
    assert "create" not in emulator.api.calls


# ---------------------------------------------------------------- stopping and ending


async def test_a_stopped_instance_goes_on_costing_its_disk(market: Open) -> None:
    emulator, vast = await market()
    made = await running(emulator, vast)
    await vast.stop(made)
    await emulator.advance(5)
    before = emulator.state()["instances"][0]
    await emulator.advance(3600)
    after = emulator.state()["instances"][0]
    assert after["gpu_usd"] == before["gpu_usd"]
    assert after["storage_usd"] > before["storage_usd"]


async def test_a_start_that_is_queued_says_so(market: Open) -> None:
    emulator, vast = await market(Fault(kind="start_queued", seconds=100))
    made = await running(emulator, vast)
    await vast.stop(made)
    await emulator.advance(5)
    assert (await vast.start(made)).queued
    await emulator.advance(200)
    assert (await looked_at(vast, made)).is_running


async def test_a_stop_takes_a_queued_start_back(market: Open) -> None:
    emulator, vast = await market(Fault(kind="start_queued", seconds=100))
    made = await running(emulator, vast)
    await vast.stop(made)
    await emulator.advance(5)
    await vast.start(made)
    await vast.stop(made)
    await emulator.advance(500)
    assert (await looked_at(vast, made)).actual_status == "exited"


async def test_a_reboot_keeps_it_running(market: Open) -> None:
    emulator, vast = await market()
    made = await running(emulator, vast)
    await vast.reboot(made)
    assert (await looked_at(vast, made)).actual_status == "rebooting"
    await emulator.advance(10)
    assert (await looked_at(vast, made)).is_running


async def test_a_label_can_be_changed(market: Open) -> None:
    _, vast = await market()
    made = await rent(vast)
    await vast.label(made, "another")
    assert (await looked_at(vast, made)).label == "another"


async def test_a_key_that_is_there_already_is_no_error(market: Open) -> None:
    emulator, vast = await market()
    made = await rent(vast)
    await vast.attach_key(made, "ssh-ed25519 AAAA me@here\n")
    await vast.attach_key(made, "ssh-ed25519 AAAA me@there")
    assert len(emulator.world.instances[made].ssh_keys) == 1


@pytest.mark.parametrize(
    "kind", ["slow_destroy", "destroy_ignored", "lost_reply", "server_error", "no_reply"]
)
async def test_destroyed_means_that_the_market_no_longer_has_it(market: Open, kind: Kind) -> None:
    fault = Fault(
        kind=kind, route="destroy" if kind not in ("slow_destroy", "destroy_ignored") else "", seconds=60
    )
    emulator, vast = await market(fault, timeout_s=0.3)
    made = await running(emulator, vast)
    await vast.destroy_until_gone(made)
    assert emulator.world.instances == {}
    assert kind in emulator.world.faults.struck


async def test_a_destroyed_instance_costs_nothing_more(market: Open) -> None:
    emulator, vast = await market()
    made = await running(emulator, vast)
    await vast.destroy_until_gone(made)
    before = emulator.world.credit_usd
    await emulator.advance(86400)
    assert emulator.world.credit_usd == before


async def test_what_does_not_go_away_is_told(market: Open) -> None:
    emulator, vast = await market(Fault(kind="destroy_ignored", times=None))
    made = await running(emulator, vast)
    with pytest.raises(CloudError, match="still there") as caught:
        await vast.destroy_until_gone(made, patience_s=30)
    assert "bill" in caught.value.hint


async def test_to_destroy_what_has_gone_is_no_error(market: Open) -> None:
    _, vast = await market()
    await vast.destroy(123)


async def test_to_stop_what_is_not_there_is_an_error(market: Open) -> None:
    _, vast = await market()
    with pytest.raises(NoSuchInstanceError, match="stop instance 123"):
        await vast.stop(123)


# ---------------------------------------------------------------- trouble


@pytest.mark.parametrize("shape", ["text", "detail", "msg", "retry_after", "header"])
async def test_a_429_in_any_shape_is_waited_out(market: Open, shape: Shape) -> None:
    emulator, vast = await market(
        Fault(kind="too_many_requests", route="list", shape=shape, seconds=20, times=2)
    )
    began = vast.clock.now()
    assert await vast.instances() == []
    assert emulator.api.calls["list"] == 3
    if shape in ("retry_after", "header"):
        assert vast.clock.now() - began >= 40


async def test_a_wait_beyond_patience_is_not_waited(market: Open) -> None:
    fault = Fault(kind="too_many_requests", route="list", shape="header", seconds=900, times=None)
    emulator, vast = await market(fault)
    with pytest.raises(BusyError):
        await vast.instances()
    assert emulator.api.calls["list"] == 1


async def test_used_up_searches_are_not_asked_again(market: Open) -> None:
    emulator, vast = await market(Fault(kind="too_many_requests", route="search", shape="quota", times=None))
    with pytest.raises(QuotaError, match="used up"):
        await vast.search(parse_query(""))
    assert emulator.api.calls["search"] == 1


@pytest.mark.parametrize("kind", ["server_error", "lost_reply", "no_reply"])
async def test_reading_survives_a_trouble_of_the_market(market: Open, kind: Kind) -> None:
    _, vast = await market(Fault(kind=kind, route="list", status=503, times=2), timeout_s=0.3)
    assert await vast.instances() == []


async def test_a_market_that_stays_in_trouble_is_told(market: Open) -> None:
    _, vast = await market(Fault(kind="server_error", route="list", status=500, times=None))
    with pytest.raises(ServiceError, match="HTTP 500"):
        await vast.instances()


async def test_a_reboot_whose_reply_is_lost_is_not_sent_again(market: Open) -> None:
    emulator, vast = await market(Fault(kind="lost_reply", route="reboot"))
    made = await running(emulator, vast)
    with pytest.raises(NoAnswerError):
        await vast.reboot(made)
    assert emulator.api.calls["reboot"] == 1


@pytest.mark.parametrize(("kind", "hint"), [("needs_2fa", "second factor"), ("scoped_key", "instance_read")])
async def test_a_key_that_may_not_is_told_how_to_go_on(market: Open, kind: Kind, hint: str) -> None:
    _, vast = await market(Fault(kind=kind))
    with pytest.raises(AuthError) as caught:
        await vast.user()
    assert hint in caught.value.hint


async def test_a_wrong_key_is_told_and_never_shown(market: Open, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    _, vast = await market(key="wrong-key-9876543210")
    with pytest.raises(AuthError) as caught:
        await vast.user()
    told = (
        "".join(traceback.format_exception(caught.value)) + caught.value.hint + caplog.text + repr(vars(vast))
    )
    assert "Invalid user key" in told
    assert "9876543210" not in told


async def test_a_key_that_the_market_echoes_is_not_shown(market: Open) -> None:
    _, vast = await market(Fault(kind="server_error", route="user", status=400, text=f"bad key {KEY}!"))
    with pytest.raises(RefusedError, match="key hidden"):
        await vast.user()


async def test_nobody_there_is_told_with_the_address() -> None:
    async with Vast(Secret(KEY), "http://127.0.0.1:9", patience_s=0.1) as vast:
        with pytest.raises(NoAnswerError, match=r"127\.0\.0\.1:9") as caught:
            await vast.user()
    assert not caught.value.may_have_happened


@pytest.mark.parametrize(
    "url",
    [
        "http://console.vast.ai",
        "ftp://127.0.0.1",
        "console.vast.ai",
        "https://",
        "https://a@b",
        "https://[x",
        "https://h/?a=b",
    ],
)
def test_an_address_that_would_leak_the_key_is_refused(url: str) -> None:
    with pytest.raises(CloudError) as caught:
        Vast(Secret(KEY), url)
    assert caught.value.hint


def test_the_address_is_the_options_then_the_environments() -> None:
    assert service_url("http://a", {"VAST_URL": "http://b"}) == "http://a"
    assert service_url("", {"VAST_URL": "http://b"}) == "http://b"
    assert service_url("", {}) == "https://console.vast.ai"


@pytest.mark.parametrize(
    "address", ["file:///etc/passwd", "http://127.0.0.1:1/x", "http://example.com/x", "https://localhost/x"]
)
async def test_a_log_is_not_fetched_from_where_it_should_not_be(market: Open, address: str) -> None:
    emulator, vast = await market()
    made = await running(emulator, vast)

    def take_log(_id: int, _body: dict[str, object]) -> str:
        return address

    emulator.api._take_log = take_log
    with pytest.raises(ServiceError, match="trusted"):
        await vast.logs(made)


async def test_one_screen_on_ten_instances_is_never_refused(market: Open) -> None:
    emulator, vast = await market(credit_usd=1000)
    ids = [
        emulator.world.rent(offer, {"image": "x"}).id for offer in list(emulator.world.offers.values())[:10]
    ]
    until, turn = vast.clock.now() + 1200, 0  # tests/rental/test_pace.py: ten processes, an hour
    while vast.clock.now() < until:
        assert len(await vast.instances()) == 10
        await vast.instance(ids[turn % 10])
        turn += 1
        await vast.clock.sleep(12)
    assert turn > 65
    assert emulator.limiter.refused == 0
