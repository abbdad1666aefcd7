"""Pacing and retries, by a clock of their own."""

from datetime import UTC, datetime
from email.utils import format_datetime

import pytest

from tests.cloud.conftest import clock_of
from vasttui.cloud import endpoints
from vasttui.cloud.emulator.clock import ManualClock
from vasttui.cloud.emulator.limits import Limiter
from vasttui.cloud.errors import BusyError, CloudError, NoAnswerError, QuotaError, RefusedError, ServiceError
from vasttui.cloud.pacing import MAX_TRIES, Pacer, Refusal, read_refusal, retry_wait

WALL = 1_790_000_000.0


async def test_the_first_call_goes_out_at_once() -> None:
    manual = ManualClock()
    before = manual.now()
    await Pacer(clock_of(manual)).turn(endpoints.LIST)
    assert manual.now() == before


@pytest.mark.parametrize(
    ("endpoint", "route"),
    [
        (endpoints.LIST, "list"),
        (endpoints.SHOW, "show"),
        (endpoints.CREATE, "create"),
        (endpoints.DESTROY, "destroy"),
        (endpoints.STOP, "manage"),
        (endpoints.BID, "bid"),
        (endpoints.SEARCH, "search"),
    ],
)
async def test_fifty_calls_in_a_row_stay_within_the_published_limit(
    endpoint: endpoints.Endpoint, route: str
) -> None:
    manual, limiter = ManualClock(), Limiter()
    pacer = Pacer(clock_of(manual))
    for number in range(50):
        await pacer.turn(endpoint)
        manual.advance((0.4, 0.01)[number % 2])  # a slow way there, then a quick one
        assert limiter.admit("key", route, manual.now()) is None
        manual.advance(0.05)
        pacer.answered(endpoint)


async def test_each_endpoint_keeps_its_own_pace() -> None:
    manual = ManualClock()
    pacer = Pacer(clock_of(manual))
    before = manual.now()
    await pacer.turn(endpoints.LIST)
    await pacer.turn(endpoints.SHOW)
    await pacer.turn(endpoints.DESTROY)
    assert manual.now() == before


async def test_stop_start_and_label_share_one_pace_as_they_share_one_address() -> None:
    manual = ManualClock()
    pacer = Pacer(clock_of(manual))
    await pacer.turn(endpoints.STOP)
    before = manual.now()
    await pacer.turn(endpoints.LABEL)
    assert manual.now() - before >= 1.0


async def test_after_a_refusal_nothing_goes_out_for_as_long_as_it_said() -> None:
    manual = ManualClock()
    pacer = Pacer(clock_of(manual))
    pacer.refused(endpoints.LIST, 7.0)
    before = manual.now()
    await pacer.turn(endpoints.LIST)
    assert manual.now() - before >= 7.0


async def test_a_threshold_that_a_refusal_names_is_kept_from_then_on() -> None:
    manual = ManualClock()
    pacer = Pacer(clock_of(manual))
    pacer.refused(endpoints.LIST, 0.0, threshold_s=4.0)
    await pacer.turn(endpoints.LIST)
    before = manual.now()
    await pacer.turn(endpoints.LIST)
    assert manual.now() - before >= 4.0


@pytest.mark.parametrize(
    ("headers", "body", "wants"),
    [
        ({}, b"API requests too frequent: endpoint threshold=2.0", Refusal(None, 2.0)),
        ({}, b"API requests too frequent", Refusal()),
        ({}, b'{"detail": "API requests too frequent endpoint threshold=4.5"}', Refusal(None, 4.5)),
        (
            {},
            b'{"success": false, "error": "rate_limit_exceeded", "msg": "threshold=3.0"}',
            Refusal(None, 3.0),
        ),
        ({}, b'{"detail": "slow down", "retry_after": 9}', Refusal(9.0)),
        ({"retry-after": "12"}, b"no", Refusal(12.0)),
        (
            {"retry-after": format_datetime(datetime.fromtimestamp(WALL + 30, UTC), usegmt=True)},
            b"",
            Refusal(30.0),
        ),
        ({"retry-after": "soon"}, b"", Refusal()),
        ({"x-ratelimit-limit": "3.0", "x-ratelimit-remaining": "0"}, b"", Refusal()),
        ({"x-ratelimit-remaining": "0", "x-ratelimit-reset": str(WALL + 5)}, b"", Refusal(5.0)),
        (
            {"x-ratelimit-reset": str(WALL + 3600)},
            b'{"error": "search_quota_exceeded", "msg": "used up"}',
            Refusal(3600.0, is_quota=True),
        ),
        ({}, b"\xff\xfe<html>", Refusal()),
    ],
)
def test_a_429_is_read_in_every_shape(headers: dict[str, str], body: bytes, wants: Refusal) -> None:
    found = read_refusal(headers, body, WALL)
    assert (found.wait_s, found.threshold_s, found.is_quota) == (
        wants.wait_s,
        wants.threshold_s,
        wants.is_quota,
    )


def wait(
    endpoint: endpoints.Endpoint, error: CloudError, tries: int = 1, patience_s: float = 120.0
) -> float | None:
    return retry_wait(endpoint, error, tries, patience_s, chance=0.0)


@pytest.mark.parametrize(
    "error",
    [
        BusyError("busy", status=429),
        ServiceError("bad gateway", status=502, may_have_happened=True),
        ServiceError("unavailable", status=503, may_have_happened=True),
        NoAnswerError("no connection"),
        NoAnswerError("no reply", may_have_happened=True),
    ],
)
def test_a_create_is_never_tried_again(error: CloudError) -> None:
    assert wait(endpoints.CREATE, error) is None


@pytest.mark.parametrize("endpoint", [endpoints.LIST, endpoints.SHOW, endpoints.DESTROY, endpoints.STOP])
def test_what_does_no_harm_is_tried_again(endpoint: endpoints.Endpoint) -> None:
    assert wait(endpoint, NoAnswerError("no reply", may_have_happened=True)) == 0.5
    assert wait(endpoint, ServiceError("bad gateway", status=502)) == 0.5


def test_a_reboot_is_tried_again_only_if_it_cannot_have_happened() -> None:
    assert wait(endpoints.REBOOT, NoAnswerError("no reply", may_have_happened=True)) is None
    assert wait(endpoints.REBOOT, NoAnswerError("no connection")) == 0.5


def test_waits_double_and_are_spread_by_chance() -> None:
    error = ServiceError("unavailable", status=503)
    assert [wait(endpoints.LIST, error, tries) for tries in (1, 2, 3, 4)] == [0.5, 1.0, 2.0, 4.0]
    assert retry_wait(endpoints.LIST, error, 1, 120.0, chance=0.5) == 0.75


def test_a_wait_that_the_market_asks_for_is_kept() -> None:
    error = BusyError("busy", status=429)
    error.wait_s = 12.0
    assert wait(endpoints.LIST, error) == 12.0


def test_nobody_waits_beyond_their_patience() -> None:
    error = BusyError("busy", status=429)
    error.wait_s = 500.0
    assert wait(endpoints.LIST, error) is None


@pytest.mark.parametrize("error", [QuotaError("used up", status=429), RefusedError("no", status=400)])
def test_a_firm_no_is_not_asked_again(error: CloudError) -> None:
    assert wait(endpoints.SEARCH, error) is None


def test_tries_come_to_an_end() -> None:
    assert wait(endpoints.LIST, ServiceError("unavailable", status=503), tries=MAX_TRIES) is None


def test_that_nobody_answers_is_told_after_three_tries() -> None:
    assert wait(endpoints.LIST, NoAnswerError("no connection"), tries=2) == 1.0
    assert wait(endpoints.LIST, NoAnswerError("no connection"), tries=3) is None
