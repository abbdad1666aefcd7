import json
import os
import re
import signal
import subprocess
import time
from pathlib import Path

import pytest

from tests.cli.conftest import Shell
from tests.support.disks import fill, small_disk
from tests.support.sshd import Sshd
from tests.watch.conftest import tiny

pytestmark = pytest.mark.real

CRASH, DONE, USAGE, UNREACHABLE, HELD, TIMEOUT = 11, 0, 2, 69, 75, 12


def launch(vasttui: Shell, *words: str, command: str) -> str:
    done = vasttui("run", "--detach", *words, "--", *command.split())
    assert done.code == DONE, done.err
    return done.out.strip()


def lines_of(text: str) -> int:
    return len(text.splitlines())


def test_watch_is_silent_until_the_crash_and_then_bounded(vasttui: Shell):
    name = launch(vasttui, command=tiny(crash_at=60))
    watched = vasttui("watch", name)
    assert watched.code == CRASH
    assert watched.err == ""
    assert watched.out.splitlines()[0].endswith(" CRASH")
    assert "IndexError" in watched.out
    assert f"then vasttui relaunch {name}\n" in watched.out
    assert len(watched.out) < 2000


def test_done_is_one_line_and_status_and_runs_repeat_it(vasttui: Shell):
    name = launch(vasttui, "--name", "good", command=tiny())
    watched = vasttui("watch", name)
    assert (watched.code, lines_of(watched.out)) == (DONE, 1)
    line = watched.out.strip()
    assert line in vasttui("status", name).out
    assert line in vasttui("runs").out
    facts = json.loads(vasttui("status", name, "--json").out)
    assert (facts[0]["status"], facts[0]["active"]) == ("DONE", False)


def test_watching_a_run_that_is_over_tells_its_end_again(vasttui: Shell):
    name = launch(vasttui, command=tiny(crash_at=60))
    first = vasttui("watch", name)
    again = vasttui("watch", name)
    assert (again.code, again.out.splitlines()[0]) == (CRASH, first.out.splitlines()[0])


def test_an_unattended_run_launches_and_watches(vasttui: Shell):
    ran = vasttui("run", "--unattended", "--", *tiny().split())
    assert (ran.code, lines_of(ran.out)) == (DONE, 1)


def test_a_second_watcher_is_refused(vasttui: Shell):
    name = launch(vasttui, command=tiny(steps=5000))
    first = vasttui.start("watch", name)
    state = vasttui.home / ".local/state/vasttui/runs" / name / "watch.lock"
    wait_for(lambda: state.exists() and state.read_text().strip() == str(first.pid))
    second = vasttui("watch", name)
    assert second.code == HELD
    assert second.err.startswith(f"vasttui: {name}: already watched by process {first.pid}; ")
    assert lines_of(second.err) == 1


def test_a_timeout_says_where_the_run_stands_and_leaves_it_running(vasttui: Shell):
    name = launch(vasttui, command=tiny(steps=5000))
    watched = vasttui("watch", name, "--timeout", "2s")
    assert (watched.code, lines_of(watched.out)) == (TIMEOUT, 1)
    assert "/5000 " in watched.out


def test_check_is_one_look(vasttui: Shell):
    name = launch(vasttui, command=tiny(steps=5000))
    looked = vasttui("check", name)
    assert (looked.code, lines_of(looked.out)) == (DONE, 1)
    assert len(looked.out.split()) == 8


def test_kill_asks_and_without_a_terminal_wants_yes(vasttui: Shell):
    name = launch(vasttui, command=tiny(steps=5000))
    refused = vasttui("kill", name)
    assert refused.code == USAGE
    assert "add --yes" in refused.err
    killed = vasttui("kill", name, "--yes")
    assert killed.code == DONE
    assert not json.loads(vasttui("status", name, "--json").out)[0]["active"]  # written down at once
    assert vasttui("watch", name).code == CRASH


def test_a_full_disk_here_keeps_no_run_alive(vasttui: Shell):
    with small_disk(vasttui.home / "state", "2m") as disk:
        state = {"XDG_STATE_HOME": str(disk)}
        name = vasttui("run", "--detach", "--", "sleep", "60", **state).out.strip()
        fill(disk)
        for words, code in ((("status", name), 0), (("check", name), 0), (("kill", name, "--yes"), 0)):
            done = vasttui(*words, **state)
            assert done.code == code, done.err
            assert done.err.count("nothing is written down; free space there") == 1
        assert "1 process(es) ended by SIGTERM" in done.err
        refused = vasttui("run", "--detach", "--", "true", **state)
        assert refused.code == USAGE
        assert "free space there" in refused.err


def test_relaunch_is_a_new_attempt(vasttui: Shell):
    name = launch(vasttui, command=tiny())
    assert vasttui("watch", name).code == DONE
    assert vasttui("relaunch", name, "--yes").code == DONE
    assert vasttui("watch", name).code == DONE
    assert json.loads(vasttui("status", name, "--json").out)[0]["attempt"] == 2


def test_a_killed_watcher_is_followed_by_one_that_misses_nothing(vasttui: Shell):
    name = launch(vasttui, command=tiny(steps=800))
    first = vasttui.start("watch", name, "--on-alert", "continue")
    record = vasttui.home / ".local/state/vasttui/runs" / name / "1" / "run.log"
    wait_for(lambda: record.exists() and "step 200/" in record.read_text())
    os.kill(first.pid, signal.SIGKILL)
    first.wait()
    watched = vasttui("watch", name)
    assert watched.code == DONE
    assert " 800/800 " in watched.out


def test_a_run_attached_by_log_and_pid_is_judged_to_its_end(vasttui: Shell, tmp_path: Path):
    log = tmp_path / "train.log"
    pid = os.posix_spawn(
        "/bin/sh", ["sh", "-c", f"exec {tiny(steps=300)} > {log} 2>&1"], os.environ, setpgroup=0
    )
    try:
        wait_for(lambda: log.exists() and "step 50/" in log.read_text())
        child = vasttui.start("attach", "local", "--log", str(log), "--pid", str(pid), "--unattended")
        os.waitpid(pid, 0)
        attached = vasttui.finish(child)
    finally:
        if not log.read_text().endswith("\n"):
            os.kill(pid, signal.SIGKILL)
    assert attached.code == DONE, attached
    assert " 300/300 " in attached.out


def test_a_crash_on_an_ssh_host_comes_back_as_crash(vasttui: Shell, sshd: Sshd):
    name = launch(vasttui, "--host", "box", command=tiny(crash_at=100))
    watched = vasttui("watch", name)
    assert watched.code == CRASH, watched
    assert "IndexError" in watched.out
    assert f"then vasttui relaunch {name}\n" in watched.out
    assert json.loads(vasttui("status", name, "--json").out)[0]["host"] == "box"


def test_a_watch_asks_its_host_twice_to_follow_and_for_the_excerpt(
    vasttui: Shell, sshd: Sshd, tmp_path: Path
):
    go = tmp_path / "go"
    steps = f"i=0; while [ ! -e {go} ]; do i=$((i+1)); echo step $i/300; sleep 0.02; done; python3 -c 1/0"
    (tmp_path / "plan.toml").write_text(f"""run = {{ command = "{steps}" }}""")
    ran = vasttui("run", "--detach", "--plan", str(tmp_path / "plan.toml"), "--host", "box")
    before = len(sshd.calls())
    child = vasttui.start("watch", ran.out.strip())
    wait_for(lambda: _looks(tmp_path) >= 1)
    assert len(sshd.calls()) == before + 1
    go.touch()
    watched = vasttui.finish(child)
    assert watched.code == CRASH, watched
    assert "ZeroDivisionError" in watched.out
    assert len(sshd.calls()) == before + 2


def _looks(folder: Path) -> int:
    status = folder / "STATUS.md"
    return len(re.findall(r"^[0-9T:-]+Z .* OK$", status.read_text(), re.MULTILINE)) if status.exists() else 0


def test_a_link_cut_in_the_middle_costs_nothing(vasttui: Shell, sshd: Sshd):
    name = launch(vasttui, "--host", "box", command=tiny(steps=500))
    child = vasttui.start("watch", name)
    (log,) = list((sshd.home / ".vasttui" / "runs").glob("*/1/run.log"))
    wait_for(lambda: "step 150/" in log.read_text() and sshd.cut() > 0)
    watched = vasttui.finish(child)
    assert watched.code == DONE, watched
    assert " 500/500 " in watched.out


def test_without_a_terminal_the_screen_is_refused_before_anything_is_launched(vasttui: Shell):
    ran = vasttui("run", "--", "true")
    assert (ran.code, vasttui("runs").out) == (USAGE, "")
    assert "--unattended" in ran.err


def test_a_mistyped_option_is_not_taken_for_the_command(vasttui: Shell):
    ran = vasttui("run", "--detatch", "--", "true")
    assert ran.code == USAGE
    assert "--detach" in ran.err
    assert lines_of(ran.err) == 1


def test_a_host_that_does_not_answer_is_one_line(vasttui: Shell):
    ran = vasttui("run", "--detach", "--host", "root@127.0.0.1:1", "--", "true")
    assert (ran.code, ran.out, lines_of(ran.err)) == (UNREACHABLE, "", 1)
    assert "127.0.0.1" in ran.err


def test_a_relative_workdir_counts_from_the_callers_folder_not_from_the_plans(vasttui: Shell):
    plan = vasttui.home / "plans" / "plan.toml"
    plan.parent.mkdir()
    plan.write_text('[run]\nname = "there"\nworkdir = "proj"\ncommand = "touch here"\n')
    (vasttui.home / "proj").mkdir()
    assert vasttui("run", "--unattended", "--plan", str(plan)).code == DONE
    assert (vasttui.home / "proj" / "here").exists()
    assert "counts from the folder you are in" in " ".join(vasttui("run", "--help").out.split())


def test_a_run_that_could_not_start_leaves_its_name_free(vasttui: Shell):
    words = ("run", "--detach", "--name", "u", "--host", "root@127.0.0.1:1", "--", "true")
    assert vasttui(*words).code == UNREACHABLE
    assert vasttui(*words).code == UNREACHABLE
    assert vasttui("run", "--detach", "--host", "a b", "--", "true").code == USAGE
    assert vasttui("runs").out == ""


def test_a_mistyped_command_can_be_typed_again_under_the_same_name(vasttui: Shell):
    words = ("run", "--unattended", "--name", "my run", "--")
    wrong = vasttui(*words, "nosuchcommand")
    assert (wrong.code, lines_of(wrong.err)) == (USAGE, 1)
    assert vasttui(*words, "true").code == DONE
    assert "DONE" in vasttui("status", "my run").out


def test_a_log_or_a_process_that_is_not_there_is_told_when_attaching(vasttui: Shell, tmp_path: Path):
    assert vasttui("attach", "local", "--log", str(tmp_path / "no.log"), "--detach").code == USAGE
    (tmp_path / "a.log").write_text("step 1/10\n")
    gone = vasttui("attach", "local", "--log", str(tmp_path / "a.log"), "--pid", "999999", "--detach")
    assert gone.code == USAGE
    assert "no process 999999" in gone.err


def test_a_run_whose_recorder_and_command_were_killed_is_a_crash(vasttui: Shell):
    name = launch(vasttui, command=tiny(steps=3000))
    assert vasttui("check", name).code == DONE
    (record,) = vasttui.records()
    facts = json.loads((record / "pid.json").read_text())
    recorders = [int(p) for p in pids_of(str(record))]
    for pid in recorders:
        os.kill(pid, signal.SIGKILL)
    os.killpg(facts["pid"], signal.SIGKILL)
    assert vasttui("watch", name).code == CRASH
    assert json.loads(vasttui("status", name, "--json").out)[0]["active"] is False


def pids_of(words: str) -> list[str]:
    found = subprocess.run(["pgrep", "-f", f"recorder.*{words}"], capture_output=True, text=True, check=False)
    return found.stdout.split()


def test_a_changed_host_key_is_refused_in_one_line(vasttui: Shell, sshd: Sshd):
    launch(vasttui, "--host", "box", command=tiny(steps=20))
    sshd.stop()
    sshd.new_host_key()
    sshd.start()
    ran = vasttui("run", "--detach", "--host", "box", "--", "true")
    assert (ran.code, lines_of(ran.err)) == (UNREACHABLE, 1)
    assert "key" in ran.err


def wait_for(holds, limit_s: float = 30.0) -> None:  # type: ignore[no-untyped-def]
    end = time.monotonic() + limit_s
    while not holds():
        assert time.monotonic() < end, "never happened"
        time.sleep(0.02)
