"""What a host needs of a link: run something to its end, or read from something that goes on."""

from dataclasses import dataclass
from typing import Protocol

from vasttui.hosts.files import Files

BLOCK_BYTES = 1 << 16


@dataclass(frozen=True, slots=True)
class Finished:
    """A command that ended. `code` is negative for a signal; the texts are bounded."""

    code: int
    out: bytes
    err: bytes


class Stream(Protocol):
    """A running command's stdout. Its stdin stays open until `close`, if it was asked to be held."""

    async def read(self) -> bytes:
        """The next block of at most 64 KiB; empty at the end. Raises UnreachableError if the link breaks."""
        ...

    async def ended(self) -> tuple[int | None, str]:
        """After the end of stdout: the exit status (None: unknown) and the end of stderr."""
        ...

    async def close(self) -> None:
        """Let go, whether it has ended or not."""
        ...


class Transport(Protocol):
    """A way to a machine. Every failure is a HostError; a link that fails is an UnreachableError."""

    @property
    def name(self) -> str:
        """What to call the machine on a screen."""
        ...

    @property
    def recorder(self) -> str | None:
        """The shell words that run the recorder there, if it needs no copying."""
        ...

    async def open(self) -> None:
        """Connect; does nothing if connected."""
        ...

    async def close(self) -> None:
        """Let go of the link."""
        ...

    async def files(self) -> Files:
        """Its files; connects if need be. To be closed."""
        ...

    async def exec(
        self, command: str, data: bytes = b"", timeout_s: float = 60.0, max_bytes: int = 65536
    ) -> Finished:
        """Run a shell command to its end with `data` on stdin; connects if need be."""
        ...

    async def stream(self, command: str, data: bytes = b"", hold: bool = False) -> Stream:
        """Start a shell command with `data` on stdin, which then ends or is held open."""
        ...


class Bounded:
    """Keeps the beginning of a text and counts the rest, so that nothing a host prints fills our memory."""

    def __init__(self, max_bytes: int) -> None:
        self._left = max_bytes
        self._kept = bytearray()

    def add(self, block: bytes) -> None:
        """Take what still fits."""
        taken = block[: self._left]
        self._kept += taken
        self._left -= len(taken)

    def value(self) -> bytes:
        """What was kept."""
        return bytes(self._kept)
