"""The emulator is honest: the official command line, as it is published, works against it.

Found on the PATH or beside this interpreter; else installed into a folder of its own, where uv can. All it
reads and writes lies in a temporary home; `VAST_URL` keeps even the call of its own import on loopback.
"""

import json
import os
import shutil
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.cloud.conftest import KEY

pytestmark = pytest.mark.real

VERSION = "1.9.1"
LIMIT_S = 60.0
SPEED = "20"
WARM = Path(__file__).with_name("warm.py")


def absent(reason: str) -> None:
    """Not to be had: a reason to skip here, a failure in CI."""
    if os.environ.get("CI"):
        pytest.fail(reason)
    pytest.skip(reason)


def installed(folder: Path) -> str:
    """The path of the `vastai` command."""
    beside = Path(sys.executable).parent / "vastai"
    if found := (str(beside) if beside.exists() else shutil.which("vastai")):
        return found
    uv = shutil.which("uv")
    if uv is None:
        absent("the official command line is not here, and no uv to install it with")
    python = folder / "bin" / "python"
    for command in (
        ["venv", "--quiet", "--python", sys.executable, str(folder)],
        ["pip", "install", "--quiet", "--python", str(python), f"vastai=={VERSION}"],
    ):
        done = subprocess.run([str(uv), *command], capture_output=True, text=True, timeout=300, check=False)
        if done.returncode:
            absent(f"the official command line cannot be installed: {done.stderr.strip()[-300:]}")
    return str(folder / "bin" / "vastai")


@dataclass
class Cli:
    """The official command line with a home of its own."""

    command: str
    env: dict[str, str]
    warm: "subprocess.Popen[str]"

    def __call__(self, *arguments: str) -> "subprocess.CompletedProcess[str]":
        """The command in a fork of a process that has made its imports, which take a second."""
        assert self.warm.stdin is not None
        assert self.warm.stdout is not None
        self.warm.stdin.write(json.dumps(arguments) + "\n")
        self.warm.stdin.flush()
        said = json.loads(self.warm.stdout.readline())
        done = subprocess.CompletedProcess(arguments, said["code"], said["out"], said["err"])
        done.check_returncode()
        return done

    def afresh(self, *arguments: str, **env: str) -> "subprocess.CompletedProcess[str]":
        """The command as a shell starts it."""
        return subprocess.run(
            [self.command, *arguments],
            env={**self.env, **env},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=LIMIT_S,
            check=True,
        )

    def wait_for(self, status: str | None) -> None:
        """Until the emulator's only instance has come so far; None: until there is none."""
        limit = time.monotonic() + LIMIT_S
        request = urllib.request.Request(  # loopback
            self.env["VAST_URL"] + "/_emulator/state", headers={"Authorization": f"Bearer {KEY}"}
        )
        while True:
            with urllib.request.urlopen(request, timeout=LIMIT_S) as reply:
                rows = json.loads(reply.read())["instances"]
            if [row["actual_status"] for row in rows if row["exists"]] == ([status] if status else []):
                return
            assert time.monotonic() < limit, f"never {status}: {rows}"
            time.sleep(0.05)

    def raw(self, *arguments: str) -> Any:
        """Its JSON."""
        done = self(*arguments, "--raw")
        assert done.stdout.strip(), done.stderr
        return json.loads(done.stdout)


@pytest.fixture(scope="module")
def cli(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cli]:
    home = tmp_path_factory.mktemp("home")
    command = installed(tmp_path_factory.mktemp("official") / "venv")
    process = subprocess.Popen(
        [
            *[sys.executable, "-m", "vasttui.cloud.emulator", "--key", KEY, "--speed", SPEED],
            *["--boot", "4", "--sshd", "1"],
        ],
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        assert process.stdout is not None
        line = process.stdout.readline()
        assert line.startswith("listening on "), line
        env = {
            "PATH": os.environ["PATH"],
            "HOME": str(home),
            "XDG_CONFIG_HOME": str(home / "config"),
            "XDG_CACHE_HOME": str(home / "cache"),
            "XDG_STATE_HOME": str(home / "state"),
            "VAST_URL": line.split()[-1],
            "VAST_API_KEY": KEY,
            "VASTAI_NO_UPDATE_CHECK": "1",
            "COLUMNS": "250",
            "PYTHONWARNINGS": "ignore",
        }
        python = Path(command).read_text("utf-8").splitlines()[0].removeprefix("#!").strip()
        with subprocess.Popen(
            [python, WARM, command], env=env, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        ) as warm:
            yield Cli(command, env, warm)
            assert warm.stdin is not None
            warm.stdin.close()
    finally:
        process.terminate()
        process.wait(20)
        assert process.stdout is not None
        process.stdout.close()


@pytest.fixture(scope="module")
def rented(cli: Cli) -> int:
    """An instance that the official command line has rented, and that runs."""
    offers = cli.raw("search", "offers", "num_gpus=1 direct_port_count>=1 gpu_ram>=12", "-o", "dph_total")
    made = cli.raw(
        *["create", "instance", str(offers[0]["id"]), "--image", "pytorch/pytorch", "--disk", "20", "--ssh"],
        *["--direct", "--label", "run-7", "--onstart-cmd", "echo from onstart", "--cancel-unavail"],
    )
    assert made["success"] is True
    cli.wait_for("running")
    return int(made["new_contract"])


def shown(cli: Cli, instance_id: int) -> Any:
    return cli.raw("show", "instance", str(instance_id))


def test_it_tells_the_credit(cli: Cli) -> None:
    assert 20 < cli.raw("show", "user")["credit"] <= 25


def test_it_finds_offers_by_its_query_language(cli: Cli) -> None:
    offers = cli.raw("search", "offers", "gpu_name=RTX_4090 reliability>0.9 verified=any", "-o", "dph_total")
    assert {offer["gpu_name"] for offer in offers} == {"RTX 4090"}
    assert [offer["dph_total"] for offer in offers] == sorted(offer["dph_total"] for offer in offers)


def test_it_draws_its_table_of_offers(cli: Cli) -> None:
    assert "RTX_4090" in cli("search", "offers", "--new", "gpu_name=RTX_4090 verified=any").stdout


def test_what_it_rents_is_what_it_shows(cli: Cli, rented: int) -> None:
    one = shown(cli, rented)
    assert (one["id"], one["label"], one["disk_space"]) == (rented, "run-7", 20.0)


def test_it_lists_what_it_rents(cli: Cli, rented: int) -> None:
    assert [one["id"] for one in cli.raw("show", "instances")] == [rented]
    assert str(rented) in cli("show", "instances").stdout


def test_it_reads_the_log(cli: Cli, rented: int) -> None:
    assert "from onstart" in cli("logs", str(rented), "--tail", "5").stdout


def test_it_tells_where_ssh_is(cli: Cli, rented: int) -> None:
    port = shown(cli, rented)["ports"]["22/tcp"][0]["HostPort"]
    assert cli("ssh-url", str(rented)).stdout.strip() == f"ssh://root@127.0.0.1:{port}"


def test_it_labels(cli: Cli, rented: int) -> None:
    assert "set to run-8" in cli("label", "instance", str(rented), "run-8").stdout
    assert shown(cli, rented)["label"] == "run-8"


def test_it_stops_and_starts(cli: Cli, rented: int) -> None:
    assert "stopping" in cli("stop", "instance", str(rented)).stdout
    cli.wait_for("exited")
    assert "starting" in cli("start", "instance", str(rented)).stdout
    cli.wait_for("running")


def test_a_wrong_key_is_refused(cli: Cli) -> None:
    assert "Invalid user key" in cli.afresh("show", "user", VAST_API_KEY="wrong").stderr


def test_it_destroys(cli: Cli, rented: int) -> None:
    assert "destroying" in cli("destroy", "instance", str(rented), "-y").stdout
    cli.wait_for(None)
    assert shown(cli, rented) == {"instances": None}
    assert cli.raw("show", "instances") == []
