"""`line`, `tmux` and `serve`: the screen's smaller faces."""

import json
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from tests.cli.conftest import Shell
from vasttui.cli.commands import app
from vasttui.cli.line import Seen, in_tmux, print_line, seen, short, together
from vasttui.cli.tmux import RECIPE, place
from vasttui.monitor.check import Check, Forecast, Phase
from vasttui.watch.journal import Attempt, Journal, RunRow

NOW = 1_795_002_400.0


def look(status: str = "OK", step: int = 6200, **forecast: float) -> Check:
    return Check(
        NOW, "line", status, Phase.CRUISE, NOW + 600, step, 20000, 3.4, "LOOK SELDOM", "fine",
        Forecast(eta_s=5460, **forecast),
    )  # fmt: skip


@pytest.fixture
def state(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))
    return tmp_path / "vasttui" / "journal.db"


def journalled(path: Path, *runs: tuple[str, Check | None]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    journal = Journal(path)
    for i, (name, check) in enumerate(runs):
        journal.add_run(RunRow(name, NOW + i, "", ""))
        attempt = Attempt(name, 1, "r", "c", NOW)
        journal.add_attempt(attempt)
        if check is not None:
            journal.add_check(attempt, check)
    journal.close()


def test_a_line_says_how_it_goes_in_a_few_words(state: Path) -> None:
    journalled(state, ("llama", look("ALERT:slow", projected_usd=5.62, budget_usd=5.0)))
    shown = short(seen(state)[0], NOW)
    assert shown == "▲ llama slow 31% 1h31m $5.62/5.00"


def test_overdue_looks_are_told(state: Path) -> None:
    journalled(state, ("llama", look()))
    assert short(seen(state)[0], NOW + 3600).endswith("unwatched 1h00m")


def test_several_runs_are_counted_and_the_worst_is_told(state: Path) -> None:
    journalled(state, ("a", look()), ("b", look()), ("c", look("CRASH")), ("d", None))
    assert together(seen(state), NOW) == "✖1 ✔2 ○1 │ ✖ c CRASH 31% 1h31m"


def test_a_name_cannot_write_into_a_status_bar() -> None:
    hostile = Seen("#[fg=red]x\x1b]0;t\x07", False, {"status": "OK"})
    shown = in_tmux(short(hostile, NOW))
    assert shown.startswith("#[fg=green]✔ ##[fg=red]x")
    assert shown.isprintable()


def test_without_a_journal_nothing_is_printed(state: Path) -> None:
    result = CliRunner().invoke(app, ["line"])
    assert (result.exit_code, result.output) == (0, "")
    assert not state.exists()


def test_an_unknown_run_is_named(state: Path) -> None:
    journalled(state, ("llama", look()))
    result = CliRunner().invoke(app, ["line", "lama"])
    assert result.exit_code == 2
    assert "no run called 'lama'" in result.output
    assert CliRunner().invoke(app, ["line", "llama", "--width", "8"]).output == "✔ llama…\n"


def test_the_line_reads_what_the_journal_writes(state: Path) -> None:
    journalled(state, ("llama", look()))
    db = sqlite3.connect(state)
    (body,) = db.execute("SELECT body FROM checks").fetchone()
    db.close()
    assert {"status", "step", "total_steps", "forecast", "next_look_ts", "ts"} <= json.loads(body).keys()


def test_a_broken_journal_is_one_line_for_a_status_bar_too(vasttui: Shell) -> None:
    journal = vasttui.home / ".local/state/vasttui/journal.db"
    journal.parent.mkdir(parents=True, exist_ok=True)
    journal.write_bytes(b"not a journal" * 100)
    told = vasttui("line")
    assert told.code == 2
    assert told.err.startswith("vasttui: the journal cannot be read: file is not a database; vasttui status")


def test_the_line_imports_neither_screen_nor_hosts() -> None:
    code = (
        "import sys, vasttui.cli.main, vasttui.cli.line\n"
        "heavy = ('textual', 'asyncssh', 'httpx', 'msgspec', 'rich', 'asyncio')\n"
        "print([name for name in heavy if name in sys.modules])"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=30
    )
    assert done.stdout.strip() == "[]"


def test_tmux_opens_a_pane_a_window_or_a_popup(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", "/state")
    pane = place(below=False, window=False, popup=False, size="40%", words=("run", "--", "python", "a b.py"))
    assert pane[:5] == ["tmux", "split-window", "-h", "-l", "40%"]
    assert pane[-1].endswith("-m vasttui run -- python 'a b.py'")
    assert "XDG_STATE_HOME=/state" in pane
    assert "VASTTUI_WINDOW=1" in place(below=False, window=True, popup=False, size="", words=())
    assert "-E" in place(below=False, window=False, popup=True, size="", words=())


def test_outside_tmux_it_says_what_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("TMUX", raising=False)
    result = CliRunner().invoke(app, ["tmux"])
    assert result.exit_code == 2
    assert "start one with tmux" in result.output
    assert CliRunner().invoke(app, ["tmux", "--recipe"]).output == RECIPE


def test_serving_without_its_extra_names_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "textual_serve", None)
    monkeypatch.setitem(sys.modules, "textual_serve.server", None)
    result = CliRunner().invoke(app, ["serve"])
    assert result.exit_code == 2
    assert "vasttui[web]" in result.output


def test_the_quick_line_says_what_the_command_says(state: Path, capsys: pytest.CaptureFixture[str]) -> None:
    journalled(state, ("llama", look()), ("b", look("ALERT:slow")))
    for words in ([], ["llama"], ["b", "--tmux"]):
        assert print_line(words)
        assert capsys.readouterr().out == CliRunner().invoke(app, ["line", *words]).output
    assert not print_line(["lama"])
    assert not print_line(["--width", "8"])
    assert capsys.readouterr().out == ""
