"""What a user writes for a host, and what is imported for it."""

import subprocess
import sys
from pathlib import Path

import pytest

from vasttui.hosts.protocol import HostError
from vasttui.hosts.resolve import Destination, open_host, parse_destination
from vasttui.plan.schema import HostSpec, VastSpec


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("gpu-box", Destination("gpu-box")),
        ("root@203.0.113.7:40100", Destination("203.0.113.7", "root", 40100)),
        ("ssh://root@203.0.113.7:40100", Destination("203.0.113.7", "root", 40100)),
        ("me@host.example", Destination("host.example", "me")),
        ("[2001:db8::1]:22", Destination("2001:db8::1", None, 22)),
        ("ssh://[2001:db8::1]/", Destination("2001:db8::1")),
    ],
)
def test_a_destination_is_read(text: str, expected: Destination) -> None:
    assert parse_destination(text) == expected


@pytest.mark.parametrize(
    "text", ["", "a b", "@", "host:", "host:99999", "-oProxyCommand=x", "u@-x", "a@b@c", "x/y"]
)
def test_what_is_no_destination_is_refused(text: str) -> None:
    with pytest.raises(HostError, match="not an ssh destination"):
        parse_destination(text)


@pytest.mark.parametrize("spec", ["", "local", HostSpec()])
def test_no_host_is_this_machine(spec: str | HostSpec) -> None:
    assert open_host(spec).name == "this machine"


def test_an_ssh_host_is_called_as_it_was_written(tmp_path: Path) -> None:
    assert open_host(HostSpec(ssh="root@203.0.113.7:40100")).name == "root@203.0.113.7:40100"


def test_a_machine_to_be_rented_is_refused() -> None:
    with pytest.raises(HostError, match="rented"):
        open_host(HostSpec(vast=VastSpec()))


@pytest.mark.real
def test_a_local_host_imports_no_ssh() -> None:
    code = "import sys, vasttui.hosts.resolve as r; r.open_host(''); print('asyncssh' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "False\n"
