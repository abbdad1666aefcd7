"""The real command line, each command a process of its own."""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from tests.support.sshd import Sshd, require_sshd
from tests.watch.conftest import kill_group

LIMIT_S = 60


@dataclass(frozen=True, slots=True)
class Result:
    """What a command left: exit code, stdout, stderr."""

    code: int
    out: str
    err: str


@dataclass(slots=True)
class Shell:
    """Runs `vasttui …` with a home and state folder of its own."""

    home: Path
    children: list[subprocess.Popen[str]] = field(default_factory=list[subprocess.Popen[str]])

    @property
    def env(self) -> dict[str, str]:
        """A plain environment."""
        keep = {k: v for k, v in os.environ.items() if k in ("PATH", "LANG", "CI", "TMPDIR")}
        return {**keep, "HOME": str(self.home), "VASTTUI_SAMPLE_S": "0.5", "PYTHONWARNINGS": "error"}

    def start(self, *words: str, **env: str) -> subprocess.Popen[str]:
        """A command in the background; `env` comes on top of the plain environment."""
        child = subprocess.Popen(
            [sys.executable, "-m", "vasttui", *words],
            env={**self.env, **env},
            cwd=self.home,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        self.children.append(child)
        return child

    def finish(self, child: subprocess.Popen[str]) -> Result:
        """Wait for a started command."""
        out, err = child.communicate(timeout=LIMIT_S)
        return Result(child.returncode, out, err)

    def __call__(self, *words: str, **env: str) -> Result:
        """A command from start to end."""
        return self.finish(self.start(*words, **env))

    def records(self) -> Iterator[Path]:
        """Every record below this home."""
        yield from (pid.parent for pid in self.home.rglob("pid.json"))


@pytest.fixture
def vasttui(tmp_path: Path) -> Iterator[Shell]:
    """`vasttui("status")` → Result."""
    home = tmp_path / "home"
    home.mkdir()
    shell = Shell(home)
    yield shell
    for child in shell.children:
        with suppress(ProcessLookupError):
            child.kill()
        child.communicate()
    for record in shell.records():
        kill_group(record)


@pytest.fixture
def sshd(tmp_path: Path, vasttui: Shell) -> Iterator[Sshd]:
    """A real sshd that the shell's `~/.ssh/config` knows as `box`."""
    require_sshd()
    ssh = vasttui.home / ".ssh"
    ssh.mkdir(mode=0o700)
    with Sshd(tmp_path, home=tmp_path / "box-home") as server:
        (ssh / "config").write_text(server.config.read_text())
        yield server
        for record in (tmp_path / "box-home").rglob("pid.json"):
            kill_group(record.parent)
