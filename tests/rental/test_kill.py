"""`kill`, `relaunch --new-instance`, `pull` on rented machines, as a person types them."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from click.testing import CliRunner

from tests.support.sshd import make_key
from vasttui.cli.act import kill_command, relaunch_command
from vasttui.cli.pull import pull_command
from vasttui.watch.journal import Attempt, Journal, RunRow
from vasttui.watch.rentals_journal import Rental, Rentals

KEY = "test-key-0123456789abcdef"
PLAN = """
[run]
name = "tiny"
command = "mkdir -p out; echo one > out/model.pt; while :; do echo step 1/9 loss 1; sleep 0.2; done"
resume = "cat out/model.pt; echo step 8/9 loss 1; sleep 100"
total_steps = 9
probe_steps = 1
[host]
vast = { query = "num_gpus=1 direct_port_count>=1 gpu_ram>=20", disk_gb = 40 }
[ending]
pull = ["out/**"]
"""

pytestmark = pytest.mark.real


@dataclass
class Home:
    """A home, a plan, and an account at an emulated market."""

    path: Path
    url: str

    def __call__(self, *words: str, code: int = 0) -> subprocess.CompletedProcess[str]:
        keep = {name: value for name, value in os.environ.items() if name in ("PATH", "LANG", "TMPDIR")}
        market = {"VAST_URL": self.url, "VAST_API_KEY": KEY, "HOME": str(self.path)}
        market["VASTTUI_EMULATED_SPEED"] = "10"  # who asks it waits a tenth
        done = subprocess.run(
            [sys.executable, "-m", "vasttui", *words],
            env={**keep, **market, "PYTHONWARNINGS": "error"},
            cwd=self.path,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=90,
            check=False,
        )
        assert done.returncode == code, done.stdout + done.stderr
        assert KEY not in done.stdout + done.stderr
        return done


@pytest.fixture
def home(tmp_path: Path) -> Iterator[Home]:
    words = ["--key", KEY, "--boot", "0.3", "--sshd", "0.1", "--destroy", "0.1", "--lax"]
    with subprocess.Popen(
        [sys.executable, "-m", "vasttui.cloud.emulator", *words], stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        path = tmp_path / "home"
        (path / ".ssh").mkdir(parents=True, mode=0o700)
        make_key(path / ".ssh" / "id_ed25519")
        (path / "plan.toml").write_text(PLAN)
        yield Home(path, process.stdout.readline().split()[-1])
        process.terminate()
        process.wait(20)


def test_from_launch_to_another_machine_to_nothing_bills(home: Home) -> None:
    home("run", "--plan", "plan.toml", "--detach", "--yes")
    moved = home("relaunch", "tiny", "--new-instance", "--yes")
    assert "is gone: nothing bills" in moved.stderr
    assert "1 pulled file brought back" in moved.stderr
    stopped = home("kill", "tiny", "--stop", "--yes")
    for part in ("kept       $", "→ stopped    $", "destroyed  $0/h", "the record are pulled first"):
        assert part in stopped.stderr
    seen = home("status", "tiny")
    assert seen.stdout.splitlines()[0].endswith(" STOPPED")
    looked = home("check", "tiny", code=11)
    for said in (seen.stderr, looked.stderr):
        assert "is stopped; its disk bills on at $" in said
        assert "vasttui relaunch tiny starts it again, vasttui kill tiny --destroy ends the bill" in said
    ended = home("kill", "tiny", "--destroy", "--yes")
    assert "→ destroyed  $0/h; everything on its disk is lost, all was pulled before" in ended.stderr
    assert json.loads(home("instances", "--json").stdout)["instances"] == []
    pulled = home.path / "pulled" / "tiny"
    assert (pulled / "out" / "model.pt").read_text() == "one\n"
    assert (pulled / "record-1" / "run.log").exists()
    assert b"one\n" in (pulled / "record-2" / "run.log").read_bytes()
    for path in home.path.rglob("*"):
        assert not path.is_file() or KEY.encode() not in path.read_bytes(), path


@pytest.fixture
def journal(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Journal:
    """With a run on this machine and one on a rented machine that was given back."""
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    journal = Journal()
    for name, host in (("here", ""), ("gone", "root@127.0.0.1:1")):
        journal.add_run(RunRow(name, 1.0, host, PLAN if host else "[run]\ncommand = 'true'\n"))
        journal.add_attempt(Attempt(name, 1, "r", "true", 1.0))
    rentals = Rentals(journal)
    rentals.ask(Rental("l", "http://127.0.0.1:1#1", "tiny", 1.0, 7, run="gone"))
    rentals.move("l", "closed", 40)
    rentals.close()
    return journal


@pytest.mark.parametrize(
    ("words", "line"),
    [
        (["here", "--stop"], "here runs on this machine, not rented by vasttui: nothing to stop"),
        (["here", "--destroy"], "here runs on this machine, not rented by vasttui: nothing to destroy"),
        (["here", "--no-pull"], "--no-pull and --force say how to --stop or --destroy"),
    ],
)
def test_what_is_not_rented_has_no_meter_to_end(journal: Journal, words: list[str], line: str) -> None:
    result = CliRunner().invoke(kill_command, [*words, "--yes"])
    assert result.exit_code == 2
    assert result.output.rstrip().endswith(line)


def test_pulling_from_a_machine_that_was_given_back_says_where_things_are(journal: Journal) -> None:
    result = CliRunner().invoke(pull_command, ["gone"])
    assert result.exit_code == 2
    assert "its machine was given back; nothing was pulled before" in result.output


@pytest.mark.parametrize(
    ("words", "line"),
    [
        (["gone"], "its machine was given back; --new-instance rents another"),
        (["here", "--new-instance"], "nothing says what to rent; launch it with a plan that has [host] vast"),
    ],
)
def test_a_relaunch_says_what_it_lacks(journal: Journal, words: list[str], line: str) -> None:
    result = CliRunner().invoke(relaunch_command, [*words, "--yes"])
    assert result.exit_code == 2
    assert result.output.rstrip().endswith(line)
