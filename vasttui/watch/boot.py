"""From rented to an SSH server that answers: how long that may take, and what will never come up."""

import contextlib
import os
from collections.abc import Awaitable, Callable, Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from vasttui.cloud.errors import BusyError, CloudError, NoAnswerError, ServiceError
from vasttui.cloud.instance import Endpoint, Instance
from vasttui.hosts.protocol import HostError, UnreachableError
from vasttui.monitor.words import duration

if TYPE_CHECKING:
    from vasttui.cloud.client import Vast

Report = Callable[[str], None]
Try = Callable[[Endpoint], Awaitable[None]]

IMAGE_GB = 8.0  # a usual training image, compressed
LEAST_S = 300.0
MOST_S = 2400.0
SSH_S = 240.0
_START_S = 120.0
_LINK_SHARE = 0.25
_UNPACK_S_PER_GB = 12.0
_POLL_S = 5.0
_QUICK_POLL_S = 2.0
_QUICK_FOR_S = 90.0
_SSH_POLL_S = 0.5
_SSH_LOOK_S = 5.0
_UNSEEN_S = 60.0

_DEAD = frozenset({"exited", "offline", "unknown", "stopped"})
_ENDED = frozenset({"stopped", "exited"})
_BAD_WORDS = (
    "error response from daemon",
    "failed to pull image",
    "no space left on device",
    "manifest unknown",
    "unauthorized",
    "unexpected eof",
    "oci runtime create failed",
)


class BadMachineError(CloudError):
    """This instance will not come up, or not in time: destroy it and take another machine."""


class NoLoginError(CloudError):
    """Nobody could log in on what would be rented."""


def boot_budget_s(image_gb: float | None, down_mbps: float | None) -> float:
    """Seconds from created to running: start, download at a quarter of the listed link, unpacking.

    No field of the interface moves while an image is pulled, so that only a time budget tells.
    """
    size_gb = IMAGE_GB if image_gb is None else image_gb
    pull_s = size_gb * 8000.0 / (down_mbps * _LINK_SHARE) if down_mbps else 0.0
    return min(MOST_S, max(LEAST_S, _START_S + pull_s + size_gb * _UNPACK_S_PER_GB))


def why_bad(one: Instance) -> str:
    """What says that a booting instance will not come up; empty: nothing does."""
    said = one.status_msg.lower()
    if word := next((word for word in _BAD_WORDS if word in said), ""):
        return f"its host says: {one.status_msg[:160]}" if len(said) > len(word) else word
    if one.actual_status in _DEAD:
        return f"it is {one.actual_status}"
    if one.intended_status in _ENDED:
        return "it was stopped or outbid"
    return ""


def address(one: Instance, *, direct: bool = True) -> Endpoint | None:
    """Where its SSH server is: direct first, or by the proxy."""
    return (one.direct or one.proxy) if direct else one.proxy


def destination(place: Endpoint) -> str:
    """As `vasttui run --host` wants it."""
    host = f"[{place.host}]" if ":" in place.host else place.host
    return f"root@{host}:{place.port}"


async def wait_running(
    vast: "Vast", instance_id: int, asked_at: float, budget_s: float, report: Report
) -> Instance:
    """The instance, once its container runs and has an address. `asked_at`: unix s of the create.

    Raises:
        BadMachineError: it is in a state that it will not leave, it has vanished, or the time is up.
        CloudError: the market cannot be asked any more; the instance is as it was.
    """
    trouble: CloudError | None = None
    told = ""
    began = vast.clock.now()
    spent_s = min(max(0.0, vast.clock.wall() - asked_at), budget_s)
    while True:
        one: Instance | None = None
        try:
            one = await vast.instance(instance_id)
            trouble = None
        except (NoAnswerError, ServiceError, BusyError) as error:
            trouble = error  # it boots on without us
        waited_s = vast.clock.now() - began
        if one is not None:
            if reason := why_bad(one):
                raise BadMachineError(f"instance {instance_id} does not come up: {reason}")
            if one.is_running and address(one) is not None:
                report(f"instance {instance_id} runs after {duration(spent_s + waited_s)}")
                return one
            told = _tell(one, told, spent_s + waited_s, budget_s, report)
        elif trouble is None and waited_s >= _UNSEEN_S:
            raise BadMachineError(f"instance {instance_id} has vanished")
        if spent_s + waited_s >= budget_s and (trouble is None or waited_s >= budget_s):
            if trouble is not None:
                raise trouble
            raise BadMachineError(f"instance {instance_id} is not up after {duration(budget_s)}: {told}")
        await vast.clock.sleep(_QUICK_POLL_S if waited_s < _QUICK_FOR_S else _POLL_S)


def _tell(one: Instance, told: str, waited_s: float, budget_s: float, report: Report) -> str:
    now = one.actual_status or "being placed"
    if one.status_msg and not one.is_running:
        now = f"{now}: {one.status_msg[:100]}"
    if now != told:
        report(f"  {duration(waited_s)} of {duration(budget_s)}  {now}")
    return now


async def wait_ssh(
    vast: "Vast", seen: Instance, attempt: Try, report: Report, patience_s: float = SSH_S
) -> Endpoint:
    """The address that answered `attempt`, which raises HostError until one does; direct first, then proxy.

    `seen`: the instance as it was a moment ago.

    A running container's SSH server needs a minute more, a key's arrival up to three.

    Raises:
        BadMachineError: it died meanwhile.
        HostError: the time is up; the last reason.
    """
    began = looked = vast.clock.now()
    last: HostError = UnreachableError(f"instance {seen.id} has no SSH address")
    said = ""
    one: Instance | None = seen
    while True:
        if one is None or why_bad(one):
            raise BadMachineError(f"instance {seen.id} died: {why_bad(one) if one else 'it is gone'}")
        for place in (one.direct, one.proxy):
            error = await _refusal(attempt, place)
            if error is not None:
                last = error
            elif place is not None:
                # The server may have come up between the two tries, and the proxy is slow.
                if place == one.proxy and one.direct and await _refusal(attempt, one.direct) is None:
                    place = one.direct  # noqa: PLW2901 - the better of the two
                report(f"SSH answers at {place.host}:{place.port}")
                return place
        waited_s = vast.clock.now() - began
        if waited_s >= patience_s:
            raise last
        if str(last) != said:
            said = str(last)
            report(f"  {duration(waited_s)} of {duration(patience_s)}  not yet: {said}")
        await vast.clock.sleep(_SSH_POLL_S)
        if vast.clock.now() - looked >= _SSH_LOOK_S:
            looked = vast.clock.now()
            with contextlib.suppress(NoAnswerError, ServiceError, BusyError):  # the last look still holds
                one = await vast.instance(seen.id)


async def _refusal(attempt: Try, place: Endpoint | None) -> HostError | None:
    """Why it does not answer; None if it does, or there is no such place."""
    if place is None:
        return None
    try:
        await attempt(place)
    except HostError as error:
        return error
    return None


async def let_in(vast: "Vast", instance_id: int, keys: Iterable[str]) -> None:
    """Send public keys ahead. That it was not possible shows when SSH refuses the login; then once more."""
    with contextlib.suppress(CloudError):
        for key in keys:
            await vast.attach_key(instance_id, key)


def public_keys(home: Path | None = None) -> list[str]:
    """The user's own public keys of the usual names, to be let in with."""
    folder = (home or Path.home()) / ".ssh"
    found: list[str] = []
    for name in ("id_ed25519", "id_ecdsa", "id_rsa"):
        with contextlib.suppress(OSError, UnicodeDecodeError):  # a key that is not there or not ours to read
            found.append((folder / f"{name}.pub").read_text("utf-8").strip())
    return [key for key in found if key.startswith(("ssh-", "ecdsa-"))]


def require_login() -> None:
    """Something to log in with on a rented machine, before money is spent.

    Raises:
        NoLoginError: there is neither a key nor an agent.
    """
    if not public_keys() and not os.environ.get("SSH_AUTH_SOCK"):
        raise NoLoginError(
            "no SSH key to log in with on a rented machine", "ssh-keygen -t ed25519 makes one; then again"
        )
