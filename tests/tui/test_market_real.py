"""From offers to a live run and to a machine given back, at an emulated market with real shells."""

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.sshd import make_key
from tests.tui import fake
from tests.tui.driving import text, until
from vasttui.monitor import baseline, cadence
from vasttui.plan.load import load_plan
from vasttui.tui.app import VastTui
from vasttui.tui.screens.confirm import ConfirmScreen
from vasttui.tui.screens.instances import InstancesScreen
from vasttui.tui.screens.monitor import MonitorScreen
from vasttui.tui.screens.offers import OffersScreen
from vasttui.tui.screens.start import StartScreen
from vasttui.watch.vast_market import VastMarket

KEY = "test-key-0123456789abcdef"
PLAN = """
[run]
command = "for i in $(seq 1 4000); do echo step $i/4000 loss=2.5; sleep 0.02; done"
name = "tiny"
bootstrap = ["echo installing things"]
probe_steps = 20
[host]
vast = { query = "num_gpus=1 gpu_ram>=20", disk_gb = 40 }
[needs]
vram_gb = 20
hours = 2
[budget]
max_usd = 5
"""

pytestmark = pytest.mark.real


@pytest.fixture
def market(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[VastMarket]:
    """A home with a key to log in with, a plan, and an account at the emulated market."""
    home = tmp_path / "home"
    (home / ".ssh").mkdir(parents=True, mode=0o700)
    make_key(home / ".ssh" / "id_ed25519")
    monkeypatch.setenv("HOME", str(home))
    for name in ("XDG_STATE_HOME", "XDG_CONFIG_HOME", "SSH_AUTH_SOCK"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.chdir(home)
    plan = home / "plan.toml"
    plan.write_text(PLAN)
    words = ["--key", KEY, "--boot", "0.3", "--sshd", "0.1", "--destroy", "0.1", "--lax"]
    process = subprocess.Popen(
        [sys.executable, "-m", "vasttui.cloud.emulator", *words], stdout=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    monkeypatch.setenv("VAST_URL", process.stdout.readline().split()[-1])
    monkeypatch.setenv("VAST_API_KEY", KEY)
    monkeypatch.setenv("VASTTUI_EMULATED_SPEED", "10")  # who asks it waits a tenth
    monkeypatch.setattr(cadence, "MIN_SPACING_S", 1.0)  # looks that suit a run of a minute
    monkeypatch.setattr(baseline, "MIN_ADVANCES", 2)  # a second each
    yield VastMarket(load_plan(plan), plan)
    process.terminate()
    process.wait(20)
    process.stdout.close()


async def test_offers_gate_rent_bring_up_run_and_destroyed(market: VastMarket) -> None:
    app = VastTui(start=fake.menu(0), market=lambda: market, first="offers")
    async with app.run_test(size=(120, 36), notifications=True) as pilot:
        await until(pilot, lambda: isinstance(app.screen, OffersScreen) and "✔ pass" in text(pilot), 30)
        assert "of a budget" not in text(pilot)
        await pilot.press("r")
        await until(pilot, lambda: isinstance(app.screen, ConfirmScreen))
        await pilot.press("right", "enter")
        await until(pilot, lambda: isinstance(app.screen, MonitorScreen), 30)
        await until(pilot, lambda: "Bring-up" in text(pilot), 30)
        await until(pilot, lambda: "Bring-up" not in text(pilot) and "Step rate" in text(pilot), 60)
        await pilot.press("k")
        await until(pilot, lambda: isinstance(app.screen, ConfirmScreen))
        await pilot.press("down", "down", "down", "enter")
        await until(pilot, lambda: not market.may_bill, 60)
        await pilot.press("i")
        await until(pilot, lambda: isinstance(app.screen, InstancesScreen), 10)
        await until(pilot, lambda: "no instance: nothing bills" in text(pilot), 30)
        await pilot.press("escape")
        await until(pilot, lambda: isinstance(app.screen, MonitorScreen))
        await pilot.press("g")
        await until(pilot, lambda: isinstance(app.screen, StartScreen))
        assert KEY not in text(pilot)
    await app.close_sessions()
    await app.close_market()


async def test_a_missing_key_is_a_line_and_what_to_do(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    for name in ("XDG_STATE_HOME", "XDG_CONFIG_HOME", "VAST_API_KEY"):
        monkeypatch.delenv(name, raising=False)
    app = VastTui(start=fake.menu(0), market=VastMarket, first="offers")
    async with app.run_test(size=(120, 36), notifications=True) as pilot:
        await until(pilot, lambda: "set VAST_API_KEY" in " ".join(text(pilot).split()), 30)
    await app.close_market()
