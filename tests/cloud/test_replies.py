"""Every kind of reply becomes a result, or an error that says what to do."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vasttui.cloud.errors import (
    AuthError,
    CloudError,
    CreditError,
    NoSuchInstanceError,
    OfferGoneError,
    RefusedError,
    ServiceError,
)
from vasttui.cloud.instance import instance_from
from vasttui.cloud.replies import judge


def fail(status: int, body: object) -> CloudError:
    data = body if isinstance(body, bytes) else json.dumps(body).encode()
    with pytest.raises(CloudError) as caught:
        judge("rent offer 7", status, data)
    return caught.value


CASES: list[tuple[int, Any, type[CloudError]]] = [
    (401, {"success": False, "error": "auth_error", "msg": "Invalid user key"}, AuthError),
    (404, {"success": False, "error": "auth_error", "msg": "Invalid user key"}, AuthError),
    (
        404,
        {"success": False, "error": "auth_error", "msg": "Session expired. Please log in again."},
        AuthError,
    ),
    (401, {"success": False, "msg": "This needs Two Factor Authentication"}, AuthError),
    (401, b"", AuthError),
    (403, {"success": False, "error": "not_authorized", "msg": "no"}, AuthError),
    (400, {"success": False, "error": "insufficient_credit", "msg": "Your balance is too low"}, CreditError),
    (400, {"success": False, "msg": "Your account lacks credit; see the billing page."}, CreditError),
    (400, {"success": False, "error": "spend_rate_limit", "msg": "no"}, CreditError),
    (
        404,
        {
            "success": False,
            "error": "invalid_args",
            "msg": "error 404/3603: no_such_ask Instance type by id 7",
        },
        OfferGoneError,
    ),
    (410, {"success": False, "error": "no_such_ask", "msg": "no longer available"}, OfferGoneError),
    (200, {"success": False, "error": "no_such_ask", "msg": "no longer available"}, OfferGoneError),
    (404, {"success": False, "error": "no_such_instance", "msg": "does not exist"}, NoSuchInstanceError),
    (410, {"success": False, "error": "deprecated_endpoint", "msg": "use another"}, ServiceError),
    (400, {"error": "invalid_request", "msg": "dph_total is not a valid search key"}, RefusedError),
    (200, {"success": False, "msg": "no"}, RefusedError),
    (500, b"<html>oops</html>", ServiceError),
    (502, b"<html>bad gateway</html>", ServiceError),
    (301, b"", ServiceError),
    (200, b"<html>a captive portal</html>", ServiceError),
    (200, b"[1, 2]", ServiceError),
]


@pytest.mark.parametrize(("status", "body", "kind"), CASES)
def test_a_reply_that_is_no_result_is_the_error_that_fits(
    status: int, body: Any, kind: type[CloudError]
) -> None:
    error = fail(status, body)
    assert type(error) is kind
    assert str(error).startswith("rent offer 7: ")
    assert "\n" not in str(error)
    assert "<html" not in str(error)


@pytest.mark.parametrize(("status", "body", "kind"), [case for case in CASES if case[2] is not RefusedError])
def test_an_error_says_what_to_do(status: int, body: Any, kind: type[CloudError]) -> None:
    assert fail(status, body).hint


def test_an_instance_that_a_failed_create_left_is_told() -> None:
    error = fail(400, {"success": False, "error": "x", "msg": "no", "new_contract": 40000002})
    assert (error.created, error.may_have_happened) == (40000002, True)
    assert "40000002" in error.hint


@pytest.mark.parametrize(
    ("status", "may"), [(400, False), (404, False), (500, True), (502, True), (504, True)]
)
def test_only_the_markets_own_trouble_leaves_the_outcome_open(status: int, may: bool) -> None:
    assert fail(status, {"msg": "no"}).may_have_happened is may


def test_what_the_market_says_cannot_take_over_the_terminal() -> None:
    error = fail(400, {"msg": "\x1b]0;owned\x07\x1b[2Jred\n[bold]" + "x" * 5000})
    assert "\x1b" not in str(error)
    assert len(str(error)) < 400


INSTANCE: dict[str, Any] = {
    "id": 40000001,
    "label": "run-7",
    "actual_status": "running",
    "status_msg": "success, running\n",
    "public_ipaddr": "203.0.113.42\n",
    "ssh_host": "ssh5.vast.ai",
    "ssh_port": 10022,
    "ports": {"22/tcp": [{"HostIp": "0.0.0.0", "HostPort": "40100"}]},
    "gpu_util": 97.0,
    "gpu_temp": 61.0,
    "disk_usage": 12.4,
    "disk_util": 0.31,
}


def instance(**changes: Any) -> Any:
    return instance_from({**INSTANCE, **changes})


def test_a_running_instance_tells_where_to_log_in() -> None:
    one = instance()
    assert (one.direct.host, one.direct.port) == ("203.0.113.42", 40100)
    assert (one.proxy.host, one.proxy.port) == ("ssh5.vast.ai", 10022)
    assert one.status_msg == "success, running"


def test_only_without_an_id_there_is_no_instance() -> None:
    assert instance_from({**INSTANCE, "id": "40000001"}) == instance()
    assert instance_from({**INSTANCE, "id": None}) is None


def test_a_gpu_at_zero_degrees_was_not_looked_at() -> None:
    one = instance(gpu_util=0, gpu_temp=0)
    assert (one.gpu_util, one.gpu_temp) == (None, None)


def test_an_idle_gpu_that_was_looked_at_is_idle() -> None:
    assert instance(gpu_util=0, gpu_temp=35).gpu_util == 0


def test_minus_one_is_unknown() -> None:
    one = instance(disk_usage=-1, disk_util=-1)
    assert (one.disk_usage, one.disk_util) == (None, None)


@pytest.mark.parametrize(
    "changes",
    [
        {"ports": None},
        {"ports": {}},
        {"ports": {"22/tcp": []}},
        {"ports": {"22/tcp": [{"HostPort": "70000"}]}},
        {"ports": {"22/tcp": [{"HostPort": "-o ProxyCommand=x"}]}},
        {"ports": "none"},
        {"public_ipaddr": None},
        {"public_ipaddr": "-oProxyCommand=x"},
    ],
)
def test_an_address_that_is_none_is_not_used(changes: dict[str, Any]) -> None:
    assert instance(**changes).direct is None


@pytest.mark.parametrize("host", ["-oProxyCommand=x", "", None, "a b", "host;rm", 7])
def test_a_proxy_that_is_no_host_name_is_not_used(host: Any) -> None:
    found = instance(ssh_host=host).proxy
    assert found is None or found.host == "7"


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda children: (
        st.lists(children, max_size=3) | st.dictionaries(st.text(max_size=5), children, max_size=3)
    ),
    max_leaves=8,
)


@given(st.dictionaries(st.sampled_from([*sorted(INSTANCE), "dph_total", "num_gpus", "is_bid"]), _JSON))
def test_no_reply_hides_an_instance_that_has_an_id(changes: dict[str, Any]) -> None:
    one = instance_from({**INSTANCE, **changes, "id": 7})
    assert one is not None
    assert one.id == 7
    assert one.direct is None or 0 < one.direct.port < 65536
    assert one.proxy is None or 0 < one.proxy.port < 65536


@given(st.integers(200, 599), st.binary(max_size=200))
def test_any_reply_is_a_result_or_one_line(status: int, body: bytes) -> None:
    said = ""
    try:
        judge("list instances", status, body)
    except CloudError as error:
        said = str(error)
    assert "\n" not in said
