"""From what a plan or a shell says (`""`, `local`, `user@host:port`, `ssh://…`, an alias) to a host."""

import re
from dataclasses import dataclass
from pathlib import Path

from vasttui.hosts.protocol import Host, HostError
from vasttui.plan.schema import HostSpec

LOCAL_NAMES = ("", "local", "localhost", "this machine")

# user@ , then [v6] or a name without colons, then :port
_DESTINATION = re.compile(
    r"(?:(?P<user>[^@\s/]+)@)?(?:\[(?P<v6>[0-9a-fA-F:.%\w]+)\]|(?P<host>[^@:\s/\[\]]+))(?::(?P<port>\d{1,5}))?"
)


@dataclass(frozen=True, slots=True)
class Destination:
    """Where to connect; what is None is left to `~/.ssh/config`."""

    host: str
    user: str | None = None
    port: int | None = None


def parse_destination(text: str) -> Destination:
    """`user@host:port`, `ssh://user@host:port`, `[v6]:port` or an alias.

    Raises:
        HostError: none of these.
    """
    bare = text.strip().removeprefix("ssh://").removesuffix("/")
    found = _DESTINATION.fullmatch(bare)
    port = int(found["port"]) if found and found["port"] else None
    host = (found["v6"] or found["host"]) if found else ""
    if not found or host.startswith("-") or (port is not None and not 0 < port < 65536):
        raise HostError(
            f"not an ssh destination: {text[:80]!r}", "write user@host:port or an alias of ~/.ssh/config"
        )
    return Destination(host, found["user"], port)


def open_host(
    spec: str | HostSpec = "", *, known_hosts: Path | None = None, host_key_alias: str | None = None
) -> Host:
    """The host that `spec` names; nothing is connected yet.

    `known_hosts`: the file in which we pin host keys (created 0600; None: keys must be known to ssh already).
    `host_key_alias`: the name to pin under, since a rented machine's address is given to others after it.

    Raises:
        HostError: not a destination, or a machine that must be rented first.
    """
    if isinstance(spec, HostSpec):
        if spec.vast is not None and not spec.ssh:
            raise HostError("the plan's host is yet to be rented", "run `vasttui rent` first")
        spec = spec.ssh
    from vasttui.hosts.machine import Machine  # noqa: PLC0415 - a spec can be checked without asyncio

    if spec.strip() in LOCAL_NAMES:
        from vasttui.hosts.local import LocalTransport  # noqa: PLC0415

        return Machine(LocalTransport())
    destination = parse_destination(spec)
    from vasttui.hosts.ssh import SshTransport  # noqa: PLC0415 - asyncssh costs 0.2 s

    return Machine(SshTransport(destination, known_hosts=known_hosts, host_key_alias=host_key_alias))
