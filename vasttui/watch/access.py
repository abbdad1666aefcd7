"""How the market is reached: its address and the account's key, opened in whatever loop needs it."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from vasttui.cloud.errors import CloudError
from vasttui.cloud.keys import Secret, find_key
from vasttui.watch.paths import state_dir

if TYPE_CHECKING:
    from vasttui.cloud.client import Vast


@dataclass(frozen=True, slots=True)
class Access:
    """One account at one service; shows its key to nobody."""

    secret: Secret
    url: str

    def open(self) -> "Vast":
        """A client, to be closed by whoever opens it."""
        from vasttui.cloud.client import Vast  # noqa: PLC0415 - httpx costs 0.1 s

        return Vast(self.secret, self.url, pace_file=pace_file(self.url))


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
