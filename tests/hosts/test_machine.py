"""What the host does about a link that is not as it should be."""

import pytest

from vasttui.hosts.files import Files
from vasttui.hosts.machine import Machine, Retry
from vasttui.hosts.protocol import HostError, RecordRef
from vasttui.hosts.transport import Finished, Stream


def test_pauses_double_to_their_cap_and_are_spread_by_half() -> None:
    retry = Retry(first_s=1.0, cap_s=30.0)
    assert [retry.pause_s(n, 0.5) for n in range(7)] == [1, 2, 4, 8, 16, 30, 30]
    assert (retry.pause_s(2, 0.0), retry.pause_s(2, 1.0)) == (2, 6)
    assert retry.pause_s(10_000, 0.5) == 30


class Broken:
    """A machine on which the recorder ends at once, with a word on stderr."""

    name = "box"
    recorder = "recorder"

    async def open(self) -> None: ...

    async def close(self) -> None: ...

    async def exec(
        self, command: str, data: bytes = b"", timeout_s: float = 60.0, max_bytes: int = 65536
    ) -> Finished:
        return Finished(0, b"", b"")

    async def stream(self, command: str, data: bytes = b"", hold: bool = False) -> Stream:
        return Silent()

    async def files(self) -> Files:
        raise HostError("a machine without files")


class Silent:
    async def read(self) -> bytes:
        return b""

    async def ended(self) -> tuple[int | None, str]:
        return 1, "Traceback …\nImportError: no ctypes\n"

    async def close(self) -> None: ...


async def test_a_recorder_that_cannot_run_says_why_in_one_line() -> None:
    with pytest.raises(HostError, match=r"box: the recorder could not run .*ImportError: no ctypes"):
        await Machine(Broken()).probe(RecordRef("/r"))
