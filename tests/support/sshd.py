"""A real sshd on a free loopback port, with keys and config of its own in a temporary folder.

require_sshd()                      # in a fixture: skips with a reason, fails where CI is set
with Sshd(tmp_path) as server:      # starts in a few tens of ms
    server.config                   # an ssh config: alias `box`, its port, user and key
    server.known_hosts_line         # what ssh would remember of it
"""

import getpass
import os
import shutil
import signal
import socket
import subprocess
import time
from pathlib import Path
from types import TracebackType

import pytest

SSHD = "/usr/sbin/sshd"
ALIAS = "box"


def require_sshd() -> None:
    """Skip where there is no sshd; in CI its absence is a failure."""
    reason = ""
    if not Path(SSHD).exists() or shutil.which("ssh-keygen") is None:
        reason = f"{SSHD} and ssh-keygen are needed (Debian: openssh-server)"
    if reason and os.environ.get("CI"):
        pytest.fail(reason)
    if reason:
        pytest.skip(reason)


def free_port() -> int:
    """A loopback port nobody listens on."""
    with socket.socket() as sock:
        sock.bind(("127.0.0.1", 0))
        return int(sock.getsockname()[1])


def make_key(path: Path) -> Path:
    """A new ed25519 key pair at `path` and `path.pub`."""
    subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", "test", "-f", str(path)], check=True)
    return path


class Sshd:
    """One server. `home`: the HOME its sessions get (so that nothing is written into the real one).

    `sample_s`: how often recorders that its sessions start sample the machine.
    """

    def __init__(
        self, folder: Path, port: int | None = None, home: Path | None = None, sample_s: float = 0.5
    ) -> None:
        self._sample_s = sample_s
        self.folder = folder / "sshd"
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        self.home = home or self.folder / "home"
        self.home.mkdir(exist_ok=True)
        self.port = port or free_port()
        self.user = getpass.getuser()
        self.key = self._key("client")
        self.host_key = self._key("host")
        self.config = self.folder / "ssh_config"
        self._process: subprocess.Popen[bytes] | None = None
        (self.folder / "authorized_keys").write_bytes(self.key.with_suffix(".pub").read_bytes())
        self.config.write_text(self.client_config(self.port))

    def client_config(self, port: int, alias: str = ALIAS) -> str:
        """An ssh config with this server as `alias`, perhaps by way of another port."""
        return (
            f"Host {alias}\n  HostName 127.0.0.1\n  Port {port}\n  User {self.user}\n"
            f"  IdentityFile {self.key}\n  IdentitiesOnly yes\n"
            f"  UserKnownHostsFile {self.folder}/known_hosts\n"
        )

    @property
    def known_hosts_line(self) -> str:
        """What ssh would remember of this server."""
        kind, key = self.host_key.with_suffix(".pub").read_text().split()[:2]
        return f"[127.0.0.1]:{self.port} {kind} {key}\n"

    def new_host_key(self) -> None:
        """From the next start on, another host key."""
        self.host_key.unlink()
        self.host_key.with_suffix(".pub").unlink()
        make_key(self.host_key)

    def start(self) -> None:
        """Start it and wait until it listens."""
        settings = self.folder / "sshd_config"
        settings.write_text(
            f"ListenAddress 127.0.0.1:{self.port}\nHostKey {self.host_key}\nPidFile none\n"
            f"AuthorizedKeysFile {self.folder}/authorized_keys\nStrictModes no\nUsePAM no\nUseDNS no\n"
            "PasswordAuthentication no\nKbdInteractiveAuthentication no\nPermitRootLogin prohibit-password\n"
            f"SetEnv HOME={self.home} VASTTUI_SAMPLE_S={self._sample_s}\nLogLevel VERBOSE\n"
            "Subsystem sftp internal-sftp\n"
        )
        if os.geteuid() == 0:
            Path("/run/sshd").mkdir(mode=0o755, exist_ok=True)  # its privilege separation wants the folder
        with (self.folder / "sshd.log").open("ab") as log:
            self._process = subprocess.Popen(
                [SSHD, "-D", "-e", "-f", str(settings)], stdin=subprocess.DEVNULL, stdout=log, stderr=log
            )
        limit = time.monotonic() + 10
        while True:
            with socket.socket() as sock:
                if sock.connect_ex(("127.0.0.1", self.port)) == 0:
                    return
            said = (self.folder / "sshd.log").read_text()
            assert self._process.poll() is None, f"sshd ended: {said}"
            assert time.monotonic() < limit, f"sshd does not listen: {said}"
            time.sleep(0.01)

    def calls(self) -> list[str]:
        """What was asked of it so far: a command or a subsystem each."""
        lines = (self.folder / "sshd.log").read_text().splitlines()
        return [line for line in lines if line.startswith("Starting session:")]

    def sessions(self) -> list[int]:
        """The pids of the processes that serve connections, not of what runs in them."""
        if self._process is None:
            return []
        out = subprocess.run(["ps", "-eo", "pid=,ppid=,args="], capture_output=True, check=True, text=True)
        rows = [line.split(None, 2) for line in out.stdout.splitlines()]
        children = [(int(row[0]), int(row[1])) for row in rows if len(row) == 3 and row[2].startswith("sshd")]
        found = [self._process.pid]
        for parent in found:
            found += [pid for pid, ppid in children if ppid == parent]
        return found[1:]

    def cut(self) -> int:
        """Kill the processes that serve connections, as a lost link would; how many there were."""
        found = self.sessions()
        for pid in found:
            try:
                os.kill(pid, signal.SIGKILL)
            except ProcessLookupError:
                continue
        return len(found)

    def stop(self) -> None:
        """Stop listening and cut all connections."""
        if self._process is not None:
            self.cut()
            self._process.terminate()
            self._process.wait(10)
            self._process = None

    def __enter__(self) -> "Sshd":
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def _key(self, name: str) -> Path:
        path = self.folder / f"{name}_key"
        return path if path.exists() else make_key(path)
