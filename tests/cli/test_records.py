import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.cli.conftest import Shell

USAGE = 2
LOG = "".join(f"step {i * 10}/100 loss {2 / i:.3f}\n" for i in range(1, 11))


@pytest.fixture
def record(tmp_path: Path) -> Path:
    """A healthy record of a hundred seconds."""
    folder = tmp_path / "record"
    folder.mkdir()
    (folder / "run.toml").write_text('name = "r"\ncommand = "python train.py"\nstarted_at = 1800000000\n')
    (folder / "run.log").write_text(LOG)
    offsets = [sum(len(line) for line in LOG.splitlines(keepends=True)[:i]) for i in range(1, 11)]
    (folder / "run.idx").write_text(
        "".join(f"{1800000000 + 10 * i}.000 {o}\n" for i, o in enumerate(offsets, 1))
    )
    (folder / "exit.json").write_text('{"ts": 1800000101.0, "code": 0}')
    return folder


def test_replay_speaks_json_lines_and_ends_with_the_verdict(vasttui: Shell, record: Path):
    replayed = vasttui("replay", str(record), "--json")
    lines = [json.loads(line) for line in replayed.out.splitlines()]
    assert {line["type"] for line in lines} == {"check", "end"}
    assert all(len(line["line"].split()) == 8 for line in lines[:-1])
    end = lines[-1]
    assert (end["verdict"], end["checks"]) == ("DONE", len(lines) - 1)
    assert 0 < end["bytes"] <= 120
    assert replayed.code == 0


def test_replay_of_a_crash_exits_11_and_raises_error(vasttui: Shell, record: Path):
    (record / "exit.json").write_text('{"ts": 1800000101.0, "code": 1}')
    replayed = vasttui("replay", str(record), "--json")
    lines = [json.loads(line) for line in replayed.out.splitlines()]
    assert replayed.code == 11
    alerts = [line for line in lines if line["type"] == "alert"]
    assert [(a["rule"], a["state"]) for a in alerts] == [("error", "raised")]


def test_an_impossible_start_is_one_line_and_a_wrong_one_is_mended(vasttui: Shell, record: Path):
    (record / "run.toml").write_text('name = "r"\nstarted_at = nan\n')
    assert vasttui("replay", str(record)).code == USAGE
    (record / "run.toml").write_text('name = "r"\nstarted_at = 1\n')
    replayed = vasttui("replay", str(record))
    assert replayed.code == 0
    assert "far from the log's times" in replayed.err


def test_init_keeps_a_plan_when_the_answers_make_none(vasttui: Shell):
    assert vasttui("init", "--yes").code == 0
    before = (vasttui.home / "plan.toml").read_text()
    assert vasttui("init", "--yes", "--force", "--steps", "-4").code == USAGE
    assert (vasttui.home / "plan.toml").read_text() == before


def test_what_is_no_record_is_one_line(vasttui: Shell, tmp_path: Path):
    replayed = vasttui("replay", str(tmp_path))
    assert (replayed.code, replayed.out, len(replayed.err.splitlines())) == (USAGE, "", 1)
    assert "run.toml" in replayed.err


def test_parse_tells_the_contract_of_a_log(vasttui: Shell, tmp_path: Path):
    log = tmp_path / "x.log"
    log.write_text(LOG)
    parsed = json.loads(vasttui("parse", str(log), "--json").out)
    assert (parsed["first_step"], parsed["step"], parsed["total_steps"]) == (10, 100, 100)
    assert parsed["loss"] == pytest.approx(0.2)
    assert parsed["errors"] == []


def test_parse_explains_itself_with_the_line_behind_each_number(vasttui: Shell, tmp_path: Path):
    (tmp_path / "x.log").write_text("".join(f"step {n}/9 loss 0.{n} \x1b[31mred\n" for n in range(1, 6)))
    out = vasttui("parse", str(tmp_path / "x.log"), "--explain").out
    assert "  step from line 5 (key-value): step 5/9 loss 0.5 red" in out


def test_parse_of_a_log_without_steps_says_why(vasttui: Shell, tmp_path: Path):
    (tmp_path / "x.log").write_text("loss 0.5\nloss 0.4\n")
    out = vasttui("parse", str(tmp_path / "x.log")).out
    assert "steps    not told" in out
    assert "cannot tell: the lines tell a loss but no step" in out
    assert "to do    print the step, too" in out


def test_parse_of_a_missing_file_is_one_line(vasttui: Shell):
    parsed = vasttui("parse", "nowhere.log", "--json")
    assert parsed.code == USAGE
    assert "nowhere.log" in parsed.err


def test_a_bad_plan_is_one_line_with_the_key_and_what_is_meant(vasttui: Shell, tmp_path: Path):
    plan = tmp_path / "plan.toml"
    plan.write_text('[run]\ncomand = "x"\n')
    ran = vasttui("run", "--plan", str(plan), "--detach")
    assert (ran.code, len(ran.err.splitlines())) == (USAGE, 1)
    assert "comand" in ran.err
    assert "command" in ran.err


def test_an_unknown_run_names_what_to_do(vasttui: Shell):
    ran = vasttui("watch", "nobody")
    assert (ran.code, ran.err.count("\n")) == (USAGE, 1)
    assert "vasttui run -- python train.py" in ran.err


def test_with_standard_input_closed_a_question_is_refused_in_one_line(vasttui: Shell):
    words = f"{sys.executable} -m vasttui"
    said = f"{words} run --detach --name a -- true && {words} kill a <&-"
    ran = subprocess.run(
        ["sh", "-c", said], env=vasttui.env, cwd=vasttui.home, capture_output=True, text=True, check=False
    )
    assert ran.returncode == USAGE
    assert "add --yes" in ran.stderr.splitlines()[-1]


def test_a_state_folder_that_cannot_be_written_is_one_line(vasttui: Shell):
    (vasttui.home / ".local").write_text("a file where a folder should be")
    ran = vasttui("runs")
    assert (ran.code, len(ran.err.splitlines())) == (USAGE, 1)
    assert "XDG_STATE_HOME" in ran.err


def test_init_writes_a_plan_that_loads_and_keeps_an_existing_one(vasttui: Shell):
    assert vasttui("init", "--command", "python t.py", "--steps", "100", "--yes").code == 0
    assert (vasttui.home / "plan.toml").read_text().count("python t.py") == 1
    again = vasttui("init", "--yes")
    assert again.code == USAGE
    assert "--force" in again.err


def test_doctor_tells_what_is_here(vasttui: Shell):
    found = json.loads(vasttui("doctor", "--json").out)
    assert {"python", "state", "tmux", "vast.ai key"} <= {one["check"] for one in found}


OFFER = {
    "id": 1,
    "gpu_name": "RTX 4090",
    "num_gpus": 1,
    "gpu_ram": 24564,
    "cpu_ram": 64000,
    "disk_space": 100.0,
}


@pytest.mark.parametrize(("vram_gb", "code", "status"), [(20, 0, "pass"), (48, 1, "fail")])
def test_the_gate_says_whether_an_offer_fits(
    vasttui: Shell, tmp_path: Path, vram_gb: int, code: int, status: str
):
    (tmp_path / "offer.json").write_text(json.dumps(OFFER))
    (tmp_path / "plan.toml").write_text(f'[run]\ncommand = "x"\n[needs]\nvram_gb = {vram_gb}\n')
    words = ("gate", "--plan", str(tmp_path / "plan.toml"), "--offer", str(tmp_path / "offer.json"), "--json")
    gated = vasttui(*words)
    vram = next(f for f in json.loads(gated.out)["findings"] if f["check"] == "vram")
    assert (gated.code, vram["status"], vram["unit"]) == (code, status, "GiB")
