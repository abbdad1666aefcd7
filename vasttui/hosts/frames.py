"""What a host's side prints, decoded: bytes → frames → readings. No clock, no link.

A frame is one line `VT1 {json}` and then the `n` raw bytes it announces. Everything before the first frame (a
login shell's greetings) is skipped; anything unexpected after it means that the link is out of step.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace

import msgspec

from vasttui.hosts.protocol import HostError
from vasttui.hosts.samples import parse_row
from vasttui.monitor.reading import Chunk, Exit, FileChunk, Position, Reading, Sample

MAGIC = b"VT1 "
_MAX_HEADER_BYTES = 1 << 16
MAX_BODY_BYTES = 1 << 24
_MAX_TEXT = 500


class FrameError(Exception):
    """The bytes are no frames: the link is out of step."""


class Header(msgspec.Struct, frozen=True):
    """Every field any kind of frame (`t`) has. `at`: the offset of the data, or where the next begins.

    `name` and `upto`: the path of the `[log] file`, and where its next bytes begin.
    """

    t: str
    n: int = 0
    ts: float | None = None
    at: int = 0
    skip: int = 0
    size: int = 0
    alive: bool | None = None
    code: int | None = None
    signal: int | None = None
    pid: int | None = None
    lines: tuple[str, ...] = ()
    text: str = ""
    hint: str = ""
    gone: bool = False
    was_running: bool = False
    killed: bool = False
    name: str = ""
    upto: int = 0


@dataclass(frozen=True, slots=True)
class Frame:
    """A header and its bytes."""

    head: Header
    data: bytes = b""


class FrameDecoder:
    """Feed it blocks as they come; it hands out the frames that are whole."""

    def __init__(self) -> None:
        self.synced = False
        self._buffer = bytearray()

    def feed(self, block: bytes) -> Iterator[Frame]:
        """The frames that `block` completes.

        Raises:
            FrameError: not a frame where one should begin.
        """
        self._buffer += block
        if not self.synced:
            self._synchronise()
        while self.synced and (frame := self._next()) is not None:
            yield frame

    def _synchronise(self) -> None:
        begin = self._buffer.find(MAGIC + b"{")  # a greeting need not end with a newline
        if begin >= 0:
            del self._buffer[:begin]
            self.synced = True
        elif len(self._buffer) > _MAX_HEADER_BYTES:
            del self._buffer[: -len(MAGIC)]

    def _next(self) -> Frame | None:
        end = self._buffer.find(b"\n", 0, _MAX_HEADER_BYTES)
        if end < 0:
            if len(self._buffer) >= _MAX_HEADER_BYTES:
                raise FrameError("a frame's first line does not end")
            return None
        if not self._buffer.startswith(MAGIC):
            raise FrameError(f"no frame where one should begin: {bytes(self._buffer[:40])!r}")
        try:
            head = msgspec.json.decode(self._buffer[len(MAGIC) : end], type=Header)
        except msgspec.DecodeError as error:
            raise FrameError(f"a frame's first line cannot be read: {error}") from None
        if not 0 <= head.n <= MAX_BODY_BYTES:
            raise FrameError(f"a frame of {head.n} bytes")
        body = end + 1
        if len(self._buffer) < body + head.n:
            return None
        data = bytes(self._buffer[body : body + head.n])
        del self._buffer[: body + head.n]
        return Frame(head, data)


class Feed:
    """Frames of a live channel → readings. Keeps the position, so that the next channel goes on there.

    A reading's `ts` never goes back, though chunks and samples of a backlog are older than what came before.
    """

    def __init__(self, start: Position) -> None:
        self.position = start
        self.alive: bool | None = None
        self.host_ts: float | None = None
        self._last_ts = 0.0

    def take(self, frame: Frame) -> Reading | None:
        """The reading a frame makes; None for one that only speaks of the channel.

        Raises:
            HostError: the host's side refused.
        """
        head = frame.head
        if head.alive is not None:
            self.alive = head.alive
        match head.t:
            case "log":
                return self._log(head, frame.data)
            case "samples":
                return self._samples(head, frame.data)
            case "file":
                return self._file(head, frame.data)
            case "exit":
                ended = Exit(head.ts or self._last_ts, head.code, head.signal)
                self.alive = False
                return self._reading(head.ts, exit=ended)
            case "beat" | "end":
                return self._reading(head.ts)
            case "notes":
                return self._reading(None, notes=tuple(clean(line) for line in head.lines[:100]))
            case "error":
                raise HostError(clean(head.text), clean(head.hint))
            case _:
                self.host_ts = head.ts or self.host_ts
                return None

    def unreachable(self, ts: float, note: str) -> Reading:
        """What is told while no channel is up."""
        self._last_ts = max(self._last_ts, ts)
        notes = (note,) if note else ()
        return Reading(self._last_ts, reachable=False, position=self.position, notes=notes)

    def _log(self, head: Header, data: bytes) -> Reading | None:
        data = data[head.skip :]
        offset = head.at + head.skip
        if not data:
            return None
        self.position = replace(self.position, log=offset + len(data))
        return self._reading(head.ts, chunks=(Chunk(head.ts or self._last_ts, offset, data),))

    def _samples(self, head: Header, data: bytes) -> Reading | None:
        self.position = replace(self.position, samples=head.at or self.position.samples)
        rows = tuple(row for line in data.splitlines() if (row := parse_row(line)) is not None)
        return self._reading(rows[-1].ts, samples=rows) if rows else None

    def _file(self, head: Header, data: bytes) -> Reading:
        name = clean(head.name)
        self.position = replace(self.position, file=head.upto, file_name=head.name)
        return self._reading(head.ts, files=(FileChunk(head.ts or self._last_ts, name, head.at, data),))

    def _reading(
        self,
        ts: float | None,
        *,
        chunks: tuple[Chunk, ...] = (),
        samples: tuple[Sample, ...] = (),
        exit: Exit | None = None,  # noqa: A002 - Reading's own word
        notes: tuple[str, ...] = (),
        files: tuple[FileChunk, ...] = (),
    ) -> Reading:
        self._last_ts = max(self._last_ts, ts or 0.0)
        return Reading(
            self._last_ts,
            chunks,
            samples,
            exit,
            alive=self.alive,
            position=self.position,
            notes=notes,
            files=files,
        )


def clean(text: str) -> str:
    """A host's words, safe on a screen: one bounded line without control characters."""
    return "".join(sign if sign.isprintable() else "\ufffd" for sign in text[:_MAX_TEXT])


def one_reading(readings: list[Reading]) -> Reading:
    """Several readings of one look as one."""
    last = readings[-1]
    return Reading(
        ts=last.ts,
        chunks=tuple(chunk for reading in readings for chunk in reading.chunks),
        samples=tuple(sample for reading in readings for sample in reading.samples),
        exit=next((reading.exit for reading in readings if reading.exit), None),
        alive=last.alive,
        position=last.position,
        notes=tuple(note for reading in readings for note in reading.notes),
        files=tuple(chunk for reading in readings for chunk in reading.files),
    )
