"""`vasttui run` and `gate` where the plan rents: one clear line for whatever is wrong, no key anywhere."""

import json
import urllib.request
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from click import Context

from tests.rental.test_commands import KEY, PLAN, Shell, app, shell, url
from tests.support.sshd import make_key
from tests.tui.fake import FakeSession
from vasttui.cli.codes import EXIT_UNEXPECTED
from vasttui.cli.commands import app as commands
from vasttui.cli.errors import explain
from vasttui.cli.main import main
from vasttui.cli.offers import gate_command
from vasttui.cli.run import run_command
from vasttui.cloud.emulator.processes import environments
from vasttui.plan.load import load_plan
from vasttui.tui.app import VastTui
from vasttui.watch.journal import Journal
from vasttui.watch.lease import lease_of

__all__ = ["shell", "url"]
pytestmark = pytest.mark.real
TRAIN = "python3 -c 'print(\\\"step 1/1 loss 0.5\\\")'"

for _command in (run_command, gate_command):
    app.add_command(_command)


def control(shell: Shell, method: str, what: str, body: object = None) -> Any:
    """What the market may be told beside its interface."""
    request = urllib.request.Request(
        f"{shell.url}/_emulator/{what}",
        json.dumps(body).encode() if body is not None else None,
        {"Authorization": f"Bearer {KEY}", "Content-Type": "application/json"},
        method=method,
    )
    with urllib.request.urlopen(request) as reply:
        return json.load(reply)


@pytest.fixture
def ready(shell: Shell) -> Shell:
    """A home with a key to log in with."""
    make_key(shell.home / ".ssh" / "id_ed25519")
    return shell


def files_with(secret: str, folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file() and secret.encode() in path.read_bytes()]


@pytest.mark.parametrize(
    ("env", "change", "code", "said"),
    [
        ({"VAST_API_KEY": ""}, None, 2, "no Vast.ai API key found; set VAST_API_KEY"),
        ({"VAST_API_KEY": "wrong-key-0000000"}, None, 2, "check the key"),
        ({"VAST_URL": "http://127.0.0.1:9"}, None, 69, "check the network and --url"),
        ({}, ("gpu_ram>=20", "gpu_rom>=20"), 2, "gpu_ram"),
        ({}, ("gpu_ram>=20", "gpu_ram>=900"), 1, "no offer fits the plan's query"),
        ({}, ("vram_gb = 20", "vram_gb = 2000"), 1, "none of"),
        ({}, ("vram_gb = 20", ""), 2, "the plan does not say how much VRAM it needs; give [needs] vram_gb"),
        ({}, None, 2, "add --yes"),
    ],
)
def test_what_is_wrong_is_told_before_anything_is_rented(
    ready: Shell, env: dict[str, str], change: tuple[str, str] | None, code: int, said: str
) -> None:
    (ready.home / "plan.toml").write_text(PLAN.replace(*change) if change else PLAN)
    result = ready("run", "--plan", "plan.toml", "--detach", **env)
    assert result.exit_code == code, result.output
    assert said in result.output
    assert "Traceback" not in result.output
    assert files_with(KEY, ready.home) == []


def test_without_an_ssh_key_nothing_is_rented(shell: Shell) -> None:
    result = shell("run", "--plan", "plan.toml", "--detach", "--yes")
    assert result.exception is not None
    known = explain(result.exception)  # type: ignore[arg-type]
    assert known is not None
    assert known[0] == 2
    assert "no SSH key" in known[1]
    assert "ssh-keygen -t ed25519 makes one" in known[1]


@pytest.mark.parametrize(
    ("fault", "said"),
    [
        ({"kind": "credit_low", "times": None}, "credit"),
        ({"kind": "needs_2fa", "times": None}, "second factor"),
        ({"kind": "offer_gone", "times": None}, "search again"),
    ],
)
def test_what_the_market_refuses_has_a_next_step(ready: Shell, fault: dict[str, Any], said: str) -> None:
    offer = _offer(ready)
    control(ready, "POST", "faults", fault)
    try:
        result = ready("run", "--plan", "plan.toml", "--offer", offer, "--detach", "--yes")
    finally:
        control(ready, "DELETE", "faults")
    told = f"{result.output} {result.exception} {getattr(result.exception, 'hint', '')}"
    assert result.exit_code != 0
    assert said in told
    assert KEY not in told
    assert {one["whose"] for one in ready.json("instances")["instances"]} <= {"foreign"}
    assert files_with(KEY, ready.home) == []


def _offer(shell: Shell) -> str:
    return str(shell.json("offers", "--plan", "plan.toml", "--limit", "1")[0]["id"])


def test_the_gate_asks_the_market_for_an_offer(ready: Shell) -> None:
    told = ready("gate", "--offer", _offer(ready), "--json")
    assert json.loads(told.stdout)["verdict"] == "pass"
    assert "no offer 12345" in ready("gate", "--offer", "12345").output


def test_a_run_takes_up_what_was_rented_has_its_lease_and_leaves_no_key_behind(ready: Shell) -> None:
    plan = PLAN.replace("python train.py", TRAIN) + "[ending]\nlease_minutes = 30\n"
    (ready.home / "plan.toml").write_text(plan)
    rented = ready("rent", "--yes")
    assert "vasttui run --plan plan.toml   # brings the run up there" in rented.stderr
    result = ready("run", "--plan", "plan.toml", "--detach", "--yes")
    assert result.exit_code == 0, result.output
    assert result.stdout.strip() == "tiny"
    for step in ("rent", "boot", "ssh", "gpu", "gate", "bootstrap", "transfer"):
        assert f"✓ {step}" in result.stderr
    assert "is rented for this plan already: going on with it" in result.stderr
    journal = Journal()
    run = journal.run("tiny")
    assert run is not None
    assert lease_of(journal, run, load_plan(ready.home / "plan.toml")) is not None
    journal.close()
    assert_no_key_on_the_machine()
    (one,) = (one for one in ready.json("instances")["instances"] if one["run"] == "tiny")
    assert f"instance {one['id']} bills on" in result.stderr
    assert files_with(KEY, ready.home) == []


def assert_no_key_on_the_machine() -> None:
    """Neither in what `ps` shows of the rented machine's processes nor in their environments."""
    told: list[bytes] = []
    for pid, environ in environments():
        if any(one.startswith(b"VASTTUI_MACHINE=") for one in environ):
            with suppress(OSError):  # ended meanwhile
                told += [b" ".join(environ), Path(f"/proc/{pid}/cmdline").read_bytes()]
    assert any(b"recorder" in text for text in told), "the recorder, which stays for the lease"
    assert not any(KEY.encode() in text for text in told)


def test_no_option_takes_a_key() -> None:
    """What is an argument stands in `ps` for everyone."""
    names = {
        option
        for name in commands.list_commands(Context(commands))
        for one in [commands.get_command(Context(commands), name)]
        if one is not None
        for parameter in one.params
        for option in parameter.opts
    }
    assert "--plan" in names
    assert not {name for name in names if "key" in name or "token" in name or "secret" in name}


@pytest.mark.parametrize("debug", ["", "1"])
def test_a_fault_of_ours_is_told_without_the_key(
    debug: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def broken(**_: object) -> None:
        raise ValueError(f"Illegal header value b'Bearer {KEY}'")

    monkeypatch.setattr(commands, "main", broken)
    monkeypatch.setenv("VAST_API_KEY", KEY)
    monkeypatch.setenv("VASTTUI_DEBUG", debug)
    with pytest.raises(SystemExit) as ended:
        main()
    told = capsys.readouterr().err
    assert ended.value.code == EXIT_UNEXPECTED
    assert "Bearer (key hidden)" in told
    assert ("Traceback" in told) is bool(debug)
    assert KEY not in told


async def test_a_screen_that_breaks_tells_it_without_the_key(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("VAST_API_KEY", KEY)
    screen = VastTui(FakeSession())
    with pytest.raises(ValueError, match="Bearer"):
        async with screen.run_test():
            screen.call_later(broken_with_key)
    told = capsys.readouterr().err
    assert "Bearer (key hidden)" in told
    assert KEY not in told


def broken_with_key() -> None:
    raise ValueError(f"Illegal header value b'Bearer {KEY}'")


def test_a_lease_that_a_run_will_not_have_is_told_at_its_launch(shell: Shell) -> None:
    (shell.home / "own.toml").write_text("[run]\ncommand = 'true'\n[ending]\nlease_minutes = 30\n")
    result = shell("run", "--plan", "own.toml", "--host", "local", "--detach")
    assert "lease_minutes does nothing here" in result.stderr
