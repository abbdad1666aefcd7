"""The calls that we make: where, how often at most, and whether asking twice does harm. One table."""

from dataclasses import dataclass
from typing import Literal

Again = Literal["harmless", "if unsent", "never"]


@dataclass(frozen=True, slots=True)
class Endpoint:
    """One call of the interface. `what` is a verb for messages, `{}` in it and in `path` the object's id.

    At most `times` calls in any `per_s` seconds: the published thresholds (one key, one address).
    """

    what: str
    method: str
    path: str
    per_s: float = 1.0
    times: int = 1
    again: Again = "harmless"
    penalty_s: float = 0.0


USER = Endpoint("read the account", "GET", "/api/v0/users/current")
SEARCH = Endpoint("search offers", "POST", "/api/v0/bundles/", per_s=60.0, times=10)
CREATE = Endpoint("rent offer {}", "PUT", "/api/v0/asks/{}/", per_s=4.5, again="never", penalty_s=12.0)
LIST = Endpoint("list instances", "GET", "/api/v1/instances/")
SHOW = Endpoint("look at instance {}", "GET", "/api/v0/instances/{}/", per_s=2.0)
STOP = Endpoint("stop instance {}", "PUT", "/api/v0/instances/{}/")
START = Endpoint("start instance {}", "PUT", "/api/v0/instances/{}/")
LABEL = Endpoint("label instance {}", "PUT", "/api/v0/instances/{}/")
REBOOT = Endpoint("reboot instance {}", "PUT", "/api/v0/instances/reboot/{}/", again="if unsent")
DESTROY = Endpoint("destroy instance {}", "DELETE", "/api/v0/instances/{}/", per_s=3.0)
BID = Endpoint("change the bid of instance {}", "PUT", "/api/v0/instances/bid_price/{}/", per_s=5.5)
ATTACH_KEY = Endpoint("give instance {} an SSH key", "POST", "/api/v0/instances/{}/ssh/")
LOGS = Endpoint("ask for the log of instance {}", "PUT", "/api/v0/instances/request_logs/{}/")
