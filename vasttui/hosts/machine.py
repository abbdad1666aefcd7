"""The one host: a machine that a transport reaches, with the recorder on it."""

import asyncio
import random
import shlex
import time
from collections.abc import AsyncGenerator, Callable
from contextlib import aclosing
from dataclasses import dataclass

import msgspec

from vasttui.hosts import calls, posix
from vasttui.hosts.files import Files
from vasttui.hosts.frames import MAX_BODY_BYTES, Feed, Frame, FrameDecoder, FrameError, clean, one_reading
from vasttui.hosts.protocol import (
    HostError,
    Launch,
    Output,
    RecordRef,
    Stopped,
    UnreachableError,
)
from vasttui.hosts.transport import Stream, Transport
from vasttui.monitor.reading import Position, Reading

SILENCE_S = 35.0
_CALL_S = 60.0


@dataclass(frozen=True, slots=True)
class Retry:
    """Pauses between attempts to reconnect: doubling from `first_s` to `cap_s`, each spread by half."""

    first_s: float = 1.0
    cap_s: float = 30.0

    def pause_s(self, failures: int, chance: float) -> float:
        """The pause after so many failures in a row; `chance` in 0…1 spreads it."""
        return min(self.cap_s, self.first_s * 2 ** min(failures, 20)) * (0.5 + chance)


class Machine:
    """`hosts.protocol.Host` over any transport.

    `clock` is this machine's unix time; times told while the host cannot be reached are the host's, by the
    difference last seen.
    """

    def __init__(
        self,
        transport: Transport,
        retry: Retry = Retry(),
        clock: Callable[[], float] = time.time,
        silence_s: float = SILENCE_S,
    ) -> None:
        self._transport = transport
        self._retry = retry
        self._clock = clock
        self._silence_s = silence_s
        self._ahead_s = 0.0
        self._has_python = True
        self._writable = True

    @property
    def name(self) -> str:
        """What to call it on a screen."""
        return self._transport.name

    async def open(self) -> None:
        """Connect."""
        await self._transport.open()

    async def close(self) -> None:
        """Let go of the link; never touches the run."""
        await self._transport.close()

    async def launch(self, record: RecordRef, launch: Launch) -> None:
        """Start the command under the recorder in a fresh record; returns once it runs or failed to."""
        spec = msgspec.json.encode(launch)
        await self._answer("launched", calls.launch(record), spec, _CALL_S)

    async def follow(self, record: RecordRef, start: Position = Position()) -> AsyncGenerator[Reading]:
        """The live channel; reconnects by itself."""
        feed = Feed(start)
        failures = 0
        while True:
            note = "the channel to the host broke"
            try:
                async with aclosing(self._channel(record, feed)) as readings:
                    async for reading in readings:
                        failures = 0
                        yield reading
                        if reading.exit is not None:
                            return
            except UnreachableError as error:
                note = str(error)
            yield feed.unreachable(self._clock() + self._ahead_s, note)
            await asyncio.sleep(self._retry.pause_s(failures, random.random()))
            failures += 1

    async def probe(self, record: RecordRef, start: Position = Position()) -> Reading:
        """One look; a host that does not answer makes a reading with `reachable=False`."""
        feed = Feed(start)
        readings: list[Reading] = []
        try:
            async with asyncio.timeout(_CALL_S), aclosing(self._probe_frames(record, start)) as frames:
                async for frame in frames:
                    reading = feed.take(frame)
                    readings += [reading] if reading else []
        except (UnreachableError, TimeoutError) as error:
            note = str(error) or f"{self.name}: no answer within {_CALL_S:g} s"
            return feed.unreachable(self._clock() + self._ahead_s, note)
        self._learn_clock(feed)
        return one_reading(readings)

    async def stop(self, record: RecordRef, grace_s: float = 10.0) -> Stopped:
        """TERM to the whole group, `grace_s`, KILL, and look that all are gone."""
        try:
            head = (await self._answer("stopped", calls.stop(record, grace_s), b"", grace_s + _CALL_S)).head
        except _NoPythonError:
            return await posix.stop(self._transport, record, grace_s)
        return Stopped(head.gone, head.was_running, head.killed, clean(head.text))

    async def run(self, command: str, timeout_s: float = 60.0, max_bytes: int = 65536) -> Output:
        """A one-off shell command."""
        in_sh = shlex.join(["sh", "-c", command])  # the login shell may be fish or csh
        done = await self._transport.exec(in_sh, b"", timeout_s, max_bytes)
        return Output(done.code, done.out.decode("utf-8", "replace"), done.err.decode("utf-8", "replace"))

    async def read_log(self, record: RecordRef, offset: int, size: int) -> tuple[int, bytes]:
        """`size` log bytes (16 MiB at most) from `offset`. Returns (log's length, bytes)."""
        size = min(size, MAX_BODY_BYTES)
        try:
            frame = await self._answer("read", calls.read(record, offset, size), b"", _CALL_S)
        except _NoPythonError:
            frame = await posix.read(self._transport, record, offset, size)
        return frame.head.size, frame.data

    async def files(self) -> Files:
        """Its files, to be closed."""
        return await self._transport.files()

    async def renew(self, record: RecordRef, pulled: bool = False) -> None:
        """Somebody looks after the run: its lease begins anew."""
        await self._answer("renewed", calls.renew(record, pulled), b"", _CALL_S)

    async def _answer(self, kind: str, arguments: list[str], data: bytes, timeout_s: float) -> Frame:
        """The one frame that a call is answered with."""
        try:
            async with asyncio.timeout(timeout_s), aclosing(self._frames(arguments, data)) as frames:
                async for frame in frames:
                    if frame.head.t == "error":
                        raise HostError(clean(frame.head.text), clean(frame.head.hint))
                    if frame.head.t == kind:
                        return frame
        except TimeoutError:
            raise UnreachableError(f"{self.name}: no answer within {timeout_s:g} s") from None
        raise UnreachableError(f"{self.name}: the link broke before the answer came")

    async def _channel(self, record: RecordRef, feed: Feed) -> AsyncGenerator[Reading]:
        """One connection's worth of the live channel."""
        start = feed.position
        frames = self._frames(calls.follow(record, start), hold=True, silence_s=self._silence_s)
        try:
            async with aclosing(frames):
                async for frame in frames:
                    reading = feed.take(frame)
                    self._learn_clock(feed)
                    if reading is not None:
                        yield reading
        except _NoPythonError:
            async with aclosing(posix.follow(self._transport, record, feed)) as readings:
                async for reading in readings:
                    yield reading

    async def _probe_frames(self, record: RecordRef, start: Position) -> AsyncGenerator[Frame]:
        try:
            async with aclosing(self._frames(calls.probe(record, start))) as frames:
                async for frame in frames:
                    yield frame
        except _NoPythonError:
            for frame in await posix.look(self._transport, record, start):
                yield frame

    def _learn_clock(self, feed: Feed) -> None:
        if feed.host_ts is not None:
            self._ahead_s = feed.host_ts - self._clock()
            feed.host_ts = None

    async def _frames(
        self, arguments: list[str], data: bytes = b"", *, hold: bool = False, silence_s: float | None = None
    ) -> AsyncGenerator[Frame]:
        """What a call of the recorder prints, the recorder being put there first if need be."""
        while True:
            answered = False
            command, given = self._command(arguments, data)
            stream = await self._transport.stream(command, given, hold)
            try:
                async with aclosing(self._decoded(stream, silence_s)) as frames:
                    async for frame in frames:
                        answered = True
                        yield frame
                if answered:
                    return
                code, err = await stream.ended()
            finally:
                await stream.close()
            await self._make_ready(code, err)

    def _command(self, arguments: list[str], data: bytes) -> tuple[str, bytes]:
        if not self._has_python:
            raise _NoPythonError(self.name)
        if self._transport.recorder is not None:
            return f"{self._transport.recorder} {calls.quoted(arguments)}", data
        if self._writable:
            return calls.by_copy(arguments), data
        return calls.by_stdin(arguments), calls.source() + data

    async def _decoded(self, stream: Stream, silence_s: float | None) -> AsyncGenerator[Frame]:
        decoder = FrameDecoder()
        while True:
            try:
                async with asyncio.timeout(silence_s):
                    block = await stream.read()
            except TimeoutError:
                await self._transport.close()
                raise UnreachableError(f"{self.name}: silent for {silence_s:g} s") from None
            if not block:
                return
            try:
                for frame in decoder.feed(block):
                    yield frame
            except FrameError as error:
                raise UnreachableError(f"{self.name}: {error}") from None

    async def _make_ready(self, code: int | None, err: str) -> None:
        """After a call that printed nothing: put the recorder there, or say why it cannot be used."""
        last = clean(err.strip().splitlines()[-1]) if err.strip() else ""
        if code == calls.NO_PYTHON or "SyntaxError" in last:
            self._has_python = False
        elif code == calls.NOT_INSTALLED:
            done = await self._transport.exec(calls.install(), calls.source())
            self._writable = done.code == 0
        elif code is None or code < 0:
            raise UnreachableError(f"{self.name}: the link broke before the answer came")
        else:
            raise HostError(f"{self.name}: the recorder could not run (exit {code}): {last}")


class _NoPythonError(HostError):
    def __init__(self, name: str) -> None:
        super().__init__(
            f"{name}: no python3 (3.6 or newer) on that host",
            "install python3 there; without it a run can only be followed by --log and --pid",
        )
