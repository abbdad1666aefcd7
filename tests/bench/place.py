"""A home of its own for what is measured, with a real sshd where one is wanted."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Generator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.support.sshd import SSHD, Sshd

VASTTUI = str(Path(sys.executable).with_name("vasttui"))
TINY = str(Path(__file__).parent.parent / "trainings" / "tiny.py")
EXIT_WAIT_S = 5.0
SAMPLE_S = 5.0  # what a recorder does if nothing else is said


@dataclass(frozen=True, slots=True)
class Ended:
    """A finished process: seconds from start to end, CPU seconds, peak RSS in MiB, and what it said."""

    wall_s: float
    cpu_s: float
    rss_mib: float
    code: int
    out: str


@dataclass(frozen=True, slots=True)
class Place:
    """A fresh home."""

    home: Path

    @property
    def env(self) -> dict[str, str]:
        """A plain environment, with a terminal that shows colours."""
        keep = {name: os.environ[name] for name in ("PATH", "LANG") if name in os.environ}
        return {**keep, "HOME": str(self.home), "TERM": "xterm-256color", "COLORTERM": "truecolor"}

    def run(self, *words: str) -> Ended:
        """A command from start to end; stdout and stderr go to a file, so that nothing waits for a reader."""
        said = self.home / "said"
        with said.open("wb") as file:
            started = time.perf_counter()
            child = subprocess.Popen(
                words, env=self.env, cwd=self.home, stdin=subprocess.DEVNULL, stdout=file, stderr=file
            )
            _, status, usage = os.wait4(child.pid, 0)
            wall_s = time.perf_counter() - started
        child.returncode = os.waitstatus_to_exitcode(status)
        cpu_s = usage.ru_utime + usage.ru_stime
        text = said.read_text("utf-8", "replace")
        return Ended(wall_s, cpu_s, usage.ru_maxrss / 1024, child.returncode, text)

    def vasttui(self, *words: str, codes: tuple[int, ...] = (0,)) -> Ended:
        """A command of ours.

        Raises:
            RuntimeError: it ended with another exit code than these.
        """
        ended = self.run(VASTTUI, *words)
        if ended.code not in codes:
            raise RuntimeError(f"vasttui {' '.join(words)}: exit {ended.code}: {ended.out.strip()[-300:]}")
        return ended

    def records(self, name: str) -> list[Path]:
        """The records of the run called `name`, on this host or on `box`."""
        return sorted(p.parent for p in self.home.rglob("pid.json") if p.parts[-3].startswith(name))


@contextmanager
def place() -> Generator[Place]:
    """A home that is gone afterwards, with every process of its records."""
    with TemporaryDirectory(prefix="vasttui-bench-", ignore_cleanup_errors=True) as folder:
        home = Path(folder) / "home"
        home.mkdir()
        try:
            yield Place(home)
        finally:
            for pid in list(home.rglob("pid.json")):
                _end(pid)


def _end(pid: Path) -> None:
    """Kill a run's processes and wait until its recorder has written that down."""
    with suppress(OSError, ValueError, KeyError):
        os.killpg(json.loads(pid.read_text())["pid"], signal.SIGKILL)
    until = time.monotonic() + EXIT_WAIT_S
    while not pid.with_name("exit.json").exists() and time.monotonic() < until:
        time.sleep(0.05)
    time.sleep(0.05)  # the recorder's last line


@contextmanager
def with_box(at: Place) -> Generator[str]:
    """A real sshd that the place's `~/.ssh/config` knows; yields the alias.

    Raises:
        RuntimeError: there is no sshd here.
    """
    if not Path(SSHD).exists():
        raise RuntimeError(f"{SSHD} is missing (Debian: openssh-server)")
    ssh = at.home / ".ssh"
    ssh.mkdir(mode=0o700)
    with Sshd(at.home / "box", home=at.home / "box-home", sample_s=SAMPLE_S) as server:
        (ssh / "config").write_text(server.config.read_text())
        yield "box"
