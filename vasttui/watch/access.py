"""How the market is reached: its address and the account's key, opened in whatever loop needs it."""

import hashlib
import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from vasttui.cloud.errors import CloudError
from vasttui.cloud.keys import Secret, find_key
from vasttui.logs.clean import clean_line
from vasttui.watch.paths import state_dir

if TYPE_CHECKING:
    from vasttui.cloud.client import Vast


SPEED = "VASTTUI_EMULATED_SPEED"
MOST_SPEED = 100.0


@dataclass(frozen=True, slots=True)
class Access:
    """One account at one service; shows its key to nobody."""

    secret: Secret
    url: str

    def open(self) -> "Vast":
        """A client, to be closed by whoever opens it."""
        from vasttui.cloud.client import Vast  # noqa: PLC0415 - httpx costs 0.1 s
        from vasttui.cloud.pacing import clock_at  # noqa: PLC0415 - as above
        from vasttui.cloud.wire import is_loopback  # noqa: PLC0415 - as above

        speed = emulated_speed() if is_loopback(self.url) else 1.0
        clock = clock_at(speed) if speed != 1.0 else None
        return Vast(self.secret, self.url, clock=clock, pace_file=pace_file(self.url))


def emulated_speed(environ: Mapping[str, str] | None = None) -> float:
    """How many times as fast a market on this machine may be asked and is waited for.

    Raises:
        CloudError: $VASTTUI_EMULATED_SPEED is no such number.
    """
    given = (os.environ if environ is None else environ).get(SPEED, "")
    try:
        speed = float(given or 1.0)
    except ValueError:
        speed = 0.0
    if not 0.0 < speed <= MOST_SPEED:
        raise CloudError(f"${SPEED} is {clean_line(given, 20)!r}", f"give a number up to {MOST_SPEED:g}")
    return speed


def pace_file(url: str) -> Path:
    """Where all our processes keep count of what they ask this service."""
    return state_dir() / f"pace-{hashlib.sha256(url.encode()).hexdigest()[:8]}.json"


def find_access(url: str = "", environ: Mapping[str, str] | None = None) -> Access:
    """As the command line and the environment say.

    Raises:
        CloudError: there is no key, or the address is none.
    """
    from vasttui.cloud.client import service_url  # noqa: PLC0415
    from vasttui.cloud.wire import checked_url  # noqa: PLC0415

    return Access(find_key(environ).secret, checked_url(service_url(url, environ)))


def access_to(account: str, environ: Mapping[str, str] | None = None) -> Access:
    """Where a rental of this account (`address#id`) was made.

    Raises:
        CloudError: there is no key, or that service is another than is configured now: a key goes only
            where its owner sends it.
    """
    access = find_access("", environ)
    url = account.rpartition("#")[0]
    if access.url != url:
        raise CloudError(f"this machine was rented at {url}, not at {access.url}", f"set VAST_URL={url}")
    return access
