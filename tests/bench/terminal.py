"""A real pseudo-terminal that runs a command and keeps what it drew."""

import fcntl
import os
import pty
import re
import signal
import struct
import subprocess
import termios
import threading
import time
from collections.abc import Generator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

from tests.bench.place import Place

ROWS, COLUMNS = 36, 120
CONTROL = re.compile(
    rb"\x1b(?:\[[0-9;?<>=]*[ -/]*[@-~]|\][^\x07\x1b]*(?:\x07|\x1b\\)|[PX^_].*?\x1b\\|.)", re.DOTALL
)
TICKS_A_S = os.sysconf("SC_CLK_TCK")


@dataclass(slots=True)
class Terminal:
    """`drawn` grows as the command draws; a thread of ours reads, so that the command never waits."""

    process: subprocess.Popen[bytes]
    started: float
    drawn: bytearray = field(default_factory=bytearray)
    news: threading.Condition = field(default_factory=threading.Condition)
    closed: bool = False
    master: int = -1

    def wait_for(self, text: str, limit_s: float = 30.0) -> float:
        """Seconds from exec until `text` stood in what was drawn.

        Raises:
            TimeoutError: it never did; the message holds the end of what was drawn.
        """
        until = time.perf_counter() + limit_s
        with self.news:
            while text not in self.text():
                left_s = until - time.perf_counter()
                if self.closed or left_s <= 0 or not self.news.wait(left_s):
                    raise TimeoutError(f"{text!r} was not drawn: {self.text()[-300:].strip()}")
            return time.perf_counter() - self.started

    def text(self) -> str:
        """What was drawn, in the order of drawing, without control sequences."""
        return CONTROL.sub(b"", bytes(self.drawn)).decode("utf-8", "replace")

    def cpu_s(self) -> float:
        """CPU seconds of the command so far."""
        fields = Path(f"/proc/{self.process.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / TICKS_A_S

    def rss_mib(self) -> float:
        """Resident memory of the command now."""
        status = Path(f"/proc/{self.process.pid}/status").read_text()
        return int(status.partition("VmRSS:")[2].split()[0]) / 1024


def _read(master: int, terminal: Terminal) -> None:
    with suppress(OSError):  # EIO: the command has closed its side
        while data := os.read(master, 65536):
            with terminal.news:
                terminal.drawn += data
                terminal.news.notify_all()
    with terminal.news:
        terminal.closed = True
        terminal.news.notify_all()


@contextmanager
def terminal(at: Place, *words: str, cwd: str | None = None) -> Generator[Terminal]:
    """The command on a terminal of 120 x 36, ended afterwards."""
    master, slave = pty.openpty()
    fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", ROWS, COLUMNS, 0, 0))
    started = time.perf_counter()
    process = subprocess.Popen(
        words, env=at.env, cwd=cwd or at.home, stdin=slave, stdout=slave, stderr=slave, start_new_session=True
    )
    os.close(slave)
    here = Terminal(process, started, master=master)
    reader = threading.Thread(target=_read, args=(master, here), daemon=True)
    reader.start()
    try:
        yield here
    finally:
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(5)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        reader.join(5)
        os.close(master)
