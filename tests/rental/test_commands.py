"""`offers`, `rent`, `instances` against an emulated market that is a process of its own."""

import json
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click
import pytest
from click.testing import CliRunner, Result

from tests.support.sshd import make_key
from vasttui.cli.at_market import exit_code
from vasttui.cli.instances import instances_command
from vasttui.cli.market import offers_command, rent_command
from vasttui.cloud.errors import AuthError, BusyError, CloudError, CreditError, NoAnswerError, QueryError
from vasttui.cloud.keys import Secret
from vasttui.watch.rental import RentingElsewhereError

KEY = "test-key-0123456789abcdef"
PLAN = """
[run]
command = "python train.py"
name = "tiny"
[host]
vast = { query = "num_gpus=1 direct_port_count>=1 gpu_ram>=20", disk_gb = 40 }
[needs]
vram_gb = 20
hours = 10
[budget]
max_usd = 50
"""


@click.group()
@click.option("--readonly", is_flag=True)
def app(readonly: bool) -> None:
    """As the real one."""


for _command in (offers_command, rent_command, instances_command):
    app.add_command(_command)


@dataclass
class Shell:
    """A home, a plan, and an account at the emulated market."""

    home: Path
    url: str

    @property
    def market(self) -> dict[str, str]:
        """The account there; whoever asks it waits a tenth."""
        return {"VAST_URL": self.url, "VAST_API_KEY": KEY, "VASTTUI_EMULATED_SPEED": "10"}

    def __call__(self, *words: str, **env: str) -> Result:
        result = CliRunner().invoke(app, words, env={**self.market, **env})
        assert KEY not in result.output
        return result

    def json(self, *words: str) -> Any:
        result = self(*words, "--json")
        assert result.exit_code == 0, result.output
        return json.loads(result.stdout)


@pytest.fixture(scope="module")
def url() -> Iterator[str]:
    """The market's address."""
    words = ["--key", KEY, "--boot", "0.3", "--sshd", "0.1", "--destroy", "0.1", "--lax"]
    process = subprocess.Popen(
        [sys.executable, "-m", "vasttui.cloud.emulator", *words], stdout=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    yield process.stdout.readline().split()[-1]
    process.terminate()
    process.wait(20)
    process.stdout.close()


@pytest.fixture
def shell(tmp_path: Path, url: str, monkeypatch: pytest.MonkeyPatch) -> Shell:
    """`shell("offers")`."""
    home = tmp_path / "home"
    (home / ".ssh").mkdir(parents=True, mode=0o700)
    monkeypatch.setenv("HOME", str(home))
    for name in ("XDG_STATE_HOME", "XDG_CONFIG_HOME", "SSH_AUTH_SOCK"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.chdir(home)
    (home / "plan.toml").write_text(PLAN)
    return Shell(home, url)


pytestmark = pytest.mark.real


def test_offers_are_sorted_by_what_the_plan_costs(shell: Shell) -> None:
    offers = shell.json("offers", "--plan", "plan.toml", "--limit", "500")
    costs = [offer["usd_plan"] for offer in offers]
    assert costs == sorted(costs)
    assert costs[0] == pytest.approx(offers[0]["usd_h"] * 10, rel=0.01)
    assert {offer["verdict"] for offer in offers} <= {"pass", "warn", "fail"}
    assert {offer["num_gpus"] for offer in offers} == {1}


def test_a_query_on_the_command_line_wins_over_the_plans(shell: Shell) -> None:
    offers = shell.json("offers", "num_gpus=1", "gpu_name=RTX_3060", "--plan", "plan.toml")
    assert {offer["gpu_name"] for offer in offers} == {"RTX 3060"}
    assert {offer["verdict"] for offer in offers} == {"fail"}


def test_offers_without_a_plan_are_not_judged(shell: Shell) -> None:
    result = shell("offers", "gpu_name=H200", "--limit", "2")
    assert result.exit_code == 0
    assert len(result.stdout.splitlines()) == 2
    assert " more: --limit" in result.stderr


@pytest.mark.parametrize(
    ("words", "env", "code", "said"),
    [
        (["offers", "gpu_rom>=24"], {}, 2, "gpu_r"),
        (["instances"], {"VAST_API_KEY": "wrong-key"}, 2, "check the key"),
        (["instances"], {"VAST_API_KEY": ""}, 2, "no Vast.ai API key found"),
        (["rent"], {"VAST_URL": "http://192.0.2.1"}, 1, "use https://"),
        (["rent", "--plan", "plan.toml", "--offer", "5", "--yes"], {}, 1, "vasttui offers"),
        (["instances", "--destroy", "5", "--yes"], {}, 2, "vasttui instances lists them"),
    ],
)
def test_what_goes_wrong_is_one_line_with_a_way_out(
    shell: Shell, words: list[str], env: dict[str, str], code: int, said: str
) -> None:
    result = shell(*words, **env)
    assert result.exit_code == code, result.output
    assert said in result.output
    assert "Traceback" not in result.output


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (NoAnswerError("x"), 69),
        (BusyError("x"), 69),
        (QueryError("x"), 2),
        (AuthError("x"), 2),
        (CreditError("x"), 1),
        (CloudError("x"), 1),
        (RentingElsewhereError("x"), 75),
    ],
)
def test_each_failure_has_its_exit_code(error: CloudError, code: int) -> None:
    assert exit_code(error) == code


def test_a_secret_does_not_show_itself() -> None:
    assert KEY not in f"{Secret(KEY)} {Secret(KEY)!r}"


@pytest.mark.parametrize("words", [["rent", "--yes"], ["instances", "--destroy", "5", "--yes"]])
def test_readonly_spends_and_destroys_nothing(shell: Shell, words: list[str]) -> None:
    result = shell("--readonly", *words)
    assert result.exit_code == 2
    assert "--readonly" in result.output


def test_nothing_is_rented_without_a_yes(shell: Shell) -> None:
    result = shell("rent")
    assert result.exit_code == 2
    assert "Rent offer 7" in result.output
    assert "(machine 3" in result.output
    assert "an hour" in result.output
    assert "for the plan's 10 h" in result.output
    assert "add --yes" in result.output
    assert shell.json("instances")["instances"] == []


def test_from_rent_to_destroyed(shell: Shell) -> None:
    make_key(shell.home / ".ssh" / "id_ed25519")
    rented = shell("rent", "--yes")
    assert rented.exit_code == 0, rented.output
    assert rented.stdout.startswith("root@127.0.0.1:")
    assert "SSH answers" in rented.stderr
    (one,) = shell.json("instances")["instances"]
    assert one["whose"] == "orphan"
    assert one["usd_h"] > 0
    again = shell("rent", "--yes")
    assert again.stdout == rented.stdout
    assert "taking it up" in again.stderr
    unasked = shell("instances", "--destroy", str(one["id"]))
    assert unasked.exit_code == 2
    assert f"Destroy instance {one['id']} (1x" in unasked.output
    ended = shell("instances", "--destroy", str(one["id"]), "--yes")
    assert ended.exit_code == 0, ended.output
    assert "is gone: nothing bills" in ended.stderr
    assert "\nnothing bills" in ended.stderr
