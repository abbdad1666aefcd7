"""The screen in a real tmux, and on a real terminal that ends it."""

import contextlib
import os
import pty
import select
import shutil
import signal
import subprocess
import sys
import termios
import threading
import time
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
LIMIT_S = 20.0

pytestmark = pytest.mark.real


def wait_for(holds: Callable[[], bool], what: str, shown: Callable[[], str] = str) -> None:
    deadline = time.monotonic() + LIMIT_S
    while not holds():
        assert time.monotonic() < deadline, f"{what}\n{shown()}"
        time.sleep(0.05)


class Tmux:
    """A server of its own, on a socket of its own."""

    def __init__(self) -> None:
        self.socket = f"vasttui-{uuid.uuid4().hex[:8]}"

    def __call__(self, *words: str) -> str:
        command = ["tmux", "-u", "-L", self.socket, "-f", os.devnull, *words]
        given = {name: value for name, value in os.environ.items() if name not in ("COLUMNS", "LINES")}
        done = subprocess.run(command, capture_output=True, text=True, check=True, timeout=LIMIT_S, env=given)
        return done.stdout

    def start(self, command: str, **env: object) -> None:
        """A session of 120 x 36 that runs a shell command in the checkout."""
        given = [word for name, value in env.items() for word in ("-e", f"{name}={value}")]
        self("new-session", "-d", "-x", "120", "-y", "36", *given, f"cd {ROOT}; {command}")

    def end(self) -> None:
        with contextlib.suppress(subprocess.CalledProcessError):  # its last session may have ended it
            self("kill-server")

    def shows(self, text: str) -> bool:
        return text in self("capture-pane", "-p")

    def press(self, key: str, then: str) -> None:
        self("send-keys", key)
        wait_for(lambda: self.shows(then), f"after {key}: no {then!r} in", lambda: self("capture-pane", "-p"))


@pytest.fixture
def tmux() -> Iterator[Tmux]:
    if shutil.which("tmux") is None:
        pytest.skip("tmux is not installed")
    server = Tmux()
    yield server
    server.end()


@pytest.fixture
def alerting(tmux: Tmux) -> Tmux:
    """A made-up run with an alert."""
    tmux.start(f"{sys.executable} -m tests.tui.on_a_terminal alerting; echo left $?; sleep 60")
    return tmux


def test_an_alert_is_read_seen_and_left_in_a_real_tmux(alerting: Tmux) -> None:
    tmux = alerting
    wait_for(lambda: tmux.shows("STOP AND FIX"), "the screen never came")
    wait_for(lambda: tmux("display", "-p", "#{pane_title}").startswith("▲ ALERT llama-lora"), "no title")
    tmux.press("Enter", "│ step 399/20000")
    tmux.press("a", "seen, holds")
    tmux.press("k", "Kill this run?")
    tmux("send-keys", "Enter")
    wait_for(lambda: not tmux.shows("Kill this run?"), "the question stayed")
    tmux("resize-window", "-x", "50", "-y", "15")
    wait_for(lambda: tmux.shows("STOP AND FIX") and not tmux.shows("Cost and finish"), "not narrow")
    tmux.press("q", "vasttui watch llama-lora")
    wait_for(lambda: tmux.shows("left 0"), "no exit code")
    wait_for(lambda: "ALERT" not in tmux("display", "-p", "#{pane_title}"), "the title stayed")


@pytest.fixture
def demo(tmux: Tmux, tmp_path: Path) -> Tmux:
    """The bundled run that slows down, in a shell of a tmux of its own."""
    command = f"{sys.executable} -m vasttui demo slowdown --speed 600; echo left $?; exec sh"
    tmux.start(command, XDG_STATE_HOME=tmp_path)
    return tmux


def attached(server: Tmux) -> tuple[int, int]:
    """A client of this server on a terminal of its own: (pid, terminal)."""
    pid, terminal = pty.fork()
    if pid == 0:
        os.environ["TERM"] = "xterm-256color"
        os.execvp("tmux", ["tmux", "-u", "-L", server.socket, "attach"])
    threading.Thread(target=_drain, args=(terminal,), daemon=True).start()
    return pid, terminal


def _drain(terminal: int) -> None:
    """Nobody reads what a client draws, and it must not wait for that."""
    with contextlib.suppress(OSError):
        while os.read(terminal, 65536):
            pass


def test_a_demo_is_watched_into_its_alert_seen_questioned_and_detached_from(demo: Tmux) -> None:
    pid, terminal = attached(demo)
    wait_for(lambda: demo.shows("▲ slow"), "no alert came", lambda: demo("capture-pane", "-p"))
    demo.press("Enter", "│ step")
    demo.press("a", "seen, holds")
    demo.press("k", "Kill this run?")
    demo("send-keys", "Escape")
    wait_for(lambda: not demo.shows("Kill this run?"), "the question stayed")
    assert demo("list-clients").strip()
    os.write(terminal, b"\x02d")  # prefix d, as a person does it
    wait_for(lambda: not demo("list-clients").strip(), "still attached")
    os.waitpid(pid, 0)
    os.close(terminal)
    assert demo.shows("seen, holds"), "the screen goes on without anyone attached"
    demo.press("q", "left 0")


def test_below_the_prompt_the_screen_leaves_what_was_there(tmux: Tmux, tmp_path: Path) -> None:
    tmux.start("exec sh", XDG_STATE_HOME=tmp_path)
    tmux("send-keys", f"echo before; {sys.executable} -m vasttui --inline demo healthy", "Enter")
    wait_for(lambda: tmux.shows("Step rate"), "never drawn", lambda: tmux("capture-pane", "-p"))
    assert tmux.shows("before")
    tmux("send-keys", "q")
    wait_for(lambda: not tmux.shows("play/pause") or tmux.shows("replay of healthy closed"), "still there")
    assert tmux.shows("before")


@pytest.mark.parametrize(
    ("number", "before"), [(signal.SIGTERM, None), (signal.SIGHUP, None), (signal.SIGTERM, signal.SIGCONT)]
)
def test_a_signal_gives_the_terminal_back(number: signal.Signals, before: signal.Signals | None) -> None:
    pid, terminal = pty.fork()
    if pid == 0:
        os.chdir(ROOT)
        os.environ["TERM"] = "xterm-256color"
        os.execv(sys.executable, [sys.executable, "-m", "tests.tui.on_a_terminal", "healthy"])
    shown = bytearray()
    state: int | None = None

    def read() -> bool:
        if select.select([terminal], [], [], 0.05)[0]:
            try:
                shown.extend(os.read(terminal, 65536))
            except OSError:  # the other end is gone
                return False
        return True

    def painted() -> bool:
        read()
        return b"llama-lora" in shown

    def ended() -> bool:
        nonlocal state
        read()
        done, status = os.waitpid(pid, os.WNOHANG)
        state = os.waitstatus_to_exitcode(status) if done else None
        return bool(done)

    wait_for(painted, "never painted")
    if before is not None:
        shown.clear()
        os.kill(pid, before)
        wait_for(painted, "never painted again")
    os.kill(pid, number)
    wait_for(ended, "never ended")
    while read() and select.select([terminal], [], [], 0)[0]:
        pass
    echoes = termios.tcgetattr(terminal)[3] & termios.ECHO
    os.close(terminal)
    assert echoes
    assert b"vasttui watch llama-lora" in shown
    assert state == 128 + number
    assert shown.rindex(b"\x1b[?1049l") > shown.find(b"\x1b[?1049h")
    assert b"\x1b[23;2t" in shown


def test_a_lost_terminal_ends_the_screen(alerting: Tmux) -> None:
    tmux = alerting
    wait_for(lambda: tmux.shows("STOP AND FIX"), "the screen never came")
    shell = tmux("display", "-p", "#{pane_pid}").strip()
    children = Path(f"/proc/{shell}/task/{shell}/children").read_text().split()
    assert len(children) == 1
    tmux("kill-session")
    wait_for(lambda: not _lives(int(children[0])), "the screen outlived its terminal")


def _lives(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
    except OSError:
        return False
