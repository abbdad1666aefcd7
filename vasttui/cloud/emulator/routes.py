"""Which request means what. One table."""

import re
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Route:
    """One kind of request. `name` is what limits and faults call it. `is_open`: no key is wanted."""

    name: str
    method: str
    pattern: re.Pattern[str]
    is_open: bool = False


def _route(name: str, method: str, path: str, *, is_open: bool = False) -> Route:
    return Route(name, method, re.compile(path.replace("{}", r"(\d{1,18})") + "/?"), is_open)


ROUTES = (
    _route("gpu_names", "GET", "/api/v0/gpu_names/unique", is_open=True),
    _route("user", "GET", "/api/v0/users/current"),
    _route("search", "POST", "/api/v0/bundles", is_open=True),
    _route("search", "PUT", "/api/v0/search/asks"),
    _route("create", "PUT", "/api/v0/asks/{}"),
    _route("old_list", "GET", "/api/v0/instances"),
    _route("filters", "GET", "/api/v0/instances/filters"),
    _route("list", "GET", "/api/v1/instances"),
    _route("show", "GET", "/api/v0/instances/{}"),
    _route("manage", "PUT", "/api/v0/instances/{}"),
    _route("reboot", "PUT", "/api/v0/instances/reboot/{}"),
    _route("recycle", "PUT", "/api/v0/instances/recycle/{}"),
    _route("bid", "PUT", "/api/v0/instances/bid_price/{}"),
    _route("logs", "PUT", "/api/v0/instances/request_logs/{}"),
    _route("destroy", "DELETE", "/api/v0/instances/{}"),
    _route("attach", "POST", "/api/v0/instances/{}/ssh"),
    _route("keys", "GET", "/api/v0/instances/{}/ssh"),
    _route("account_keys", "GET", "/api/v0/ssh"),
    _route("add_key", "POST", "/api/v0/ssh"),
)
# What the key that an instance gets for itself may do, to itself.
OWN_KEY_MAY = frozenset({"manage", "destroy", "show"})


def find(method: str, path: str) -> tuple[Route, int | None] | None:
    """(route, the id in its path), None if there is no such endpoint."""
    for route in ROUTES:
        match = route.pattern.fullmatch(path)
        if match is not None and route.method == method:
            return route, int(match[1]) if match.groups() else None
    return None
