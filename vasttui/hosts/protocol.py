"""What every host can do, whatever reaches it. Faces and the watcher know only this."""

from collections.abc import AsyncGenerator
from dataclasses import dataclass, field
from typing import Protocol

from vasttui.hosts.files import Files
from vasttui.monitor.reading import Position, Reading


class HostError(Exception):
    """The host could not do it. `str()` is one line: what, where; `hint` is what to do next."""

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.hint = hint

    @property
    def one_line(self) -> str:
        """What happened, and what to do next."""
        return f"{self}; {self.hint}" if self.hint else str(self)


class UnreachableError(HostError):
    """No answer from the host: link, address, refused or changed key, refused login."""


@dataclass(frozen=True, slots=True)
class Lease:
    """How a rented machine ends its own meter: so long after the run, when nobody looks (`minutes`).

    `done`, `crash`: what it does then. `url`: the market's. The key is the container's own, found there.
    """

    minutes: float
    done: str
    crash: str
    url: str


@dataclass(frozen=True, slots=True)
class Launch:
    """What the recorder starts. `run_toml` is written into the record as it is."""

    command: str
    workdir: str = ""
    env: dict[str, str] = field(default_factory=dict[str, str])
    run_toml: str = ""
    lease: Lease | None = None


@dataclass(frozen=True, slots=True)
class Attached:
    """A run that someone else started: its log, and its pid if known."""

    log: str
    pid: int | None = None


@dataclass(frozen=True, slots=True)
class RecordRef:
    """Where a record lies on its host. `path` is absolute there. `attached` for a run not ours.

    `file`: the plan's `[log] file`, followed on the same channel: a path, a folder or a pattern, relative
    to the run's working directory; of several matches the newest.
    """

    path: str
    attached: Attached | None = None
    file: str = ""


@dataclass(frozen=True, slots=True)
class Stopped:
    """What stopping found and did. `gone` is verified: no process of the run's session is left."""

    gone: bool
    was_running: bool
    killed: bool
    text: str


@dataclass(frozen=True, slots=True)
class Output:
    """A finished one-off command on the host; texts are bounded."""

    code: int
    out: str
    err: str


class Host(Protocol):
    """A machine that can hold a run."""

    @property
    def name(self) -> str:
        """What to call it on a screen: `this machine`, `root@203.0.113.7:40100`, …."""
        ...

    async def open(self) -> None:
        """Connect. Raises UnreachableError with the cause and the way out."""
        ...

    async def close(self) -> None:
        """Let go of the link; never touches the run."""
        ...

    async def launch(self, record: RecordRef, launch: Launch) -> None:
        """Start the command under the recorder in a fresh record; returns once it runs or failed to."""
        ...

    def follow(self, record: RecordRef, start: Position = Position()) -> AsyncGenerator[Reading]:
        """One live channel: the backlog since `start` with its times, then pushes as they happen.

        Ends after the reading with the exit. Reconnects by itself with backoff: meanwhile it yields
        readings with `reachable=False`. A quiet channel yields an empty reading at least every 15 s.
        A log too long to send (or any attached one) is skipped to its end: then a chunk's `offset` is past
        the end of the one before, and a note says so. A log that was cut or replaced starts again at 0.
        """
        ...

    async def probe(self, record: RecordRef, start: Position = Position()) -> Reading:
        """One shot of the same, for a check when no channel is up.

        A host that does not answer makes a reading with `reachable=False` and the cause in `notes`.
        """
        ...

    async def stop(self, record: RecordRef, grace_s: float = 10.0) -> Stopped:
        """TERM to the whole group, `grace_s`, KILL, and look that all are gone."""
        ...

    async def run(self, command: str, timeout_s: float = 60.0, max_bytes: int = 65536) -> Output:
        """A one-off shell command (nvidia-smi, df, bootstrap)."""
        ...

    async def read_log(self, record: RecordRef, offset: int, size: int) -> tuple[int, bytes]:
        """`size` log bytes from `offset` (negative: from the end). Returns (log's length, bytes)."""
        ...

    async def files(self) -> Files:
        """Its files, by SFTP or from the disk; to be closed."""
        ...

    async def renew(self, record: RecordRef, pulled: bool = False) -> None:
        """Somebody looks after the run: its lease, if any, begins anew. `pulled`: all it made is here."""
        ...
