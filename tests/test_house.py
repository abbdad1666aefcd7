"""The house keeps its own rules: arrows point downward, faces start light, the wheel is whole."""

import os
import re
import shutil
import subprocess
import sys
import tomllib
import zipfile
from pathlib import Path
from typing import Literal

import pytest

from vasttui.assets import bundled

ROOT = Path(__file__).parent.parent
IN_CI = bool(os.environ.get("CI"))
HEAVY = ("textual", "asyncssh", "httpx", "plotext")
IMPURE = (*HEAVY, "asyncio", "socket", "subprocess", "sqlite3", "click")


def tool(name: str) -> str | None:
    """A tool of this environment, else of the machine."""
    beside = Path(sys.executable).parent / name
    return str(beside) if beside.exists() else shutil.which(name)


def loaded_by(code: str) -> set[str]:
    """Top-level modules that a fresh interpreter holds after `code`."""
    report = "\nimport sys\nsys.stderr.write('MODULES ' + ' '.join(m.partition('.')[0] for m in sys.modules))"
    done = subprocess.run(
        [sys.executable, "-I", "-c", code + report], capture_output=True, text=True, timeout=60, check=False
    )
    assert done.returncode == 0, done.stderr
    return set(done.stderr.rpartition("MODULES ")[2].split())


def tracked() -> list[Path]:
    done = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, timeout=60, check=False)
    if done.returncode:
        pytest.skip("not a git checkout, so nothing is tracked")
    return [ROOT / name for name in done.stdout.decode().split("\0") if name and (ROOT / name).is_file()]


def test_imports_point_downward() -> None:
    command = tool("lint-imports")
    assert command is not None
    done = subprocess.run(
        [command, "--no-cache"], cwd=ROOT, capture_output=True, text=True, timeout=120, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr


def test_the_shell_face_imports_nothing_heavy() -> None:
    assert loaded_by("import vasttui.cli.main").isdisjoint(HEAVY)


@pytest.mark.parametrize("arguments", [["--help"], ["--version"], ["run", "--help"], ["status", "--help"]])
def test_asking_for_help_imports_nothing_heavy(arguments: list[str]) -> None:
    code = f"""
import sys
sys.argv = ["vasttui", *{arguments!r}]
from vasttui.cli.main import main
try:
    main()
except SystemExit:
    pass
"""
    assert loaded_by(code).isdisjoint(HEAVY)


def test_a_screen_on_a_host_of_ones_own_loads_no_http_client() -> None:
    code = "import vasttui.watch.live, vasttui.tui.app, vasttui.tui.screens.monitor, vasttui.hosts.ssh"
    assert loaded_by(code).isdisjoint({"httpx", "plotext", "numpy"})


@pytest.mark.parametrize("room", ["plan", "logs", "gate", "monitor"])
def test_the_pure_rooms_load_nothing_that_acts(room: str) -> None:
    modules = [
        ".".join(path.relative_to(ROOT).with_suffix("").parts)
        for path in sorted((ROOT / "vasttui" / room).rglob("*.py"))
    ]
    code = "\n".join(f"import {module.removesuffix('.__init__')}" for module in modules)
    assert loaded_by(code).isdisjoint(IMPURE)


def test_the_wheel_holds_the_themes_and_the_sample_runs(tmp_path: Path) -> None:
    uv = tool("uv")
    if uv is None:
        assert not IN_CI
        pytest.skip("no uv here to build a wheel with")
    done = subprocess.run(
        [uv, "build", "--wheel", "--offline", "--out-dir", str(tmp_path), str(ROOT)],
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    if done.returncode and "hatchling" in done.stderr and not IN_CI:
        pytest.skip("the build backend is not at hand offline")
    assert done.returncode == 0, done.stderr
    with zipfile.ZipFile(next(tmp_path.glob("*.whl"))) as wheel:
        names = set(wheel.namelist())
    assets = [
        path.relative_to(ROOT)
        for path in tracked()
        if path.parts[len(ROOT.parts)] in ("themes", "sample_runs")
    ]
    assert assets
    assert [str(asset) for asset in assets if f"vasttui/{asset}" not in names] == []
    assert "vasttui/py.typed" in names


def test_the_wheel_is_told_to_hold_them() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    included = project["tool"]["hatch"]["build"]["targets"]["wheel"]["force-include"]
    assert included == {"themes": "vasttui/themes", "sample_runs": "vasttui/sample_runs"}


def test_no_lock_file_is_tracked() -> None:
    locks = {"uv.lock", "poetry.lock", "pdm.lock", "Pipfile.lock", "package-lock.json", "pylock.toml"}
    assert [path.name for path in tracked() if path.name in locks] == []


def test_no_file_names_a_package_registry() -> None:
    # Put together from parts, so that this file passes its own test.
    hosts = ["pypi" + ".org", "pythonhosted" + ".org", "npmjs" + ".org", "crates" + ".io", "index" + "-url"]
    pattern = re.compile("|".join(map(re.escape, hosts)).encode())
    assert [str(path.relative_to(ROOT)) for path in tracked() if pattern.search(path.read_bytes())] == []


@pytest.mark.skipif(not IN_CI, reason="only .ci/run promises that these are there")
def test_in_ci_the_real_parts_are_there() -> None:
    sshd = shutil.which("sshd") or (Path("/usr/sbin/sshd").exists() and "/usr/sbin/sshd")
    assert sshd
    assert shutil.which("tmux")
    assert shutil.which("ssh")


@pytest.mark.parametrize(("name", "file"), [("themes", "dark.toml"), ("sample_runs", "")])
def test_bundled_files_are_found_from_a_checkout(name: Literal["themes", "sample_runs"], file: str) -> None:
    assert (bundled(name) / file).exists()


def test_an_incomplete_installation_is_told_in_one_line() -> None:
    with pytest.raises(FileNotFoundError, match="install vasttui again"):
        bundled("nothing")  # pyright: ignore[reportArgumentType]
