"""TensorBoard event files: the scalars in them, read without TensorBoard.

The file is a row of records: length (uint64, little endian), its masked CRC, the data, the data's masked
CRC; that framing is described in TensorFlow's `tf.data.TFRecordDataset` guide. The data are protocol
buffers: `Event` {1 wall_time: double, 2 step: int64, 5 summary}, `Summary` {1 value*}, `Value` {1 tag,
2 simple_value: float, 8 tensor}, `TensorProto` {1 dtype, 4 tensor_content, 5 float_val, 6 double_val}, as in
TensorFlow's `event.proto`, `summary.proto` and `tensor.proto`. The CRCs are not checked: a torn tail shows in
the lengths, and a tail that is still being written is simply not complete yet.
"""

import struct
from collections.abc import Iterator
from math import isfinite

from vasttui.logs import roles
from vasttui.logs.events import EvalPoint, LogEvent, Progress
from vasttui.logs.tokens import normal
from vasttui.logs.tracker import whole

MAX_RECORD_BYTES = 64 * 1024 * 1024
_FRAME = 12  # length and its CRC
_CRC = 4
_FLOAT, _DOUBLE = 1, 2  # TensorProto.dtype

Field = tuple[int, int | bytes]


class EventFile:
    """One event file, fed as it grows."""

    whole_file = False

    def __init__(self) -> None:
        self._tail = b""

    def feed(self, data: bytes, ts: float | None = None) -> list[LogEvent]:
        """Read on; an event's own time stands where `ts` is not given.

        Raises:
            ValueError: the bytes are no event file; one clear line.
        """
        found: list[LogEvent] = []
        for record in self._records(data):
            found += _events(record, ts)
        return found

    def _records(self, data: bytes) -> Iterator[bytes]:
        text, at = self._tail + data, 0
        while len(text) - at >= _FRAME:
            (length,) = struct.unpack_from("<Q", text, at)
            if length > MAX_RECORD_BYTES:
                raise ValueError(f"no TensorBoard event file: a record of {length} bytes")
            end = at + _FRAME + length + _CRC
            if end > len(text):
                break
            yield text[at + _FRAME : end - _CRC]
            at = end
        self._tail = text[at:]


def fields(message: bytes) -> Iterator[Field]:
    """The fields of a protocol buffer: number, and an integer or bytes. A torn one ends the row."""
    at = 0
    while at < len(message):
        key, at = _varint(message, at)
        kind = key & 7
        if kind == 0:
            value, at = _varint(message, at)
            yield key >> 3, value
            continue
        if kind == 2:
            length, at = _varint(message, at)
        elif kind in (1, 5):
            length = 8 if kind == 1 else 4
        else:
            return
        if at + length > len(message):
            return
        yield key >> 3, message[at : at + length]
        at += length


def _varint(message: bytes, at: int) -> tuple[int, int]:
    value = shift = 0
    while at < len(message) and shift < 64:
        byte = message[at]
        value |= (byte & 0x7F) << shift
        at, shift = at + 1, shift + 7
        if byte < 0x80:
            break
    return value, at


def _events(record: bytes, ts: float | None) -> list[LogEvent]:
    step, when, scalars = 0, ts, dict[str, float]()
    for number, value in fields(record):
        if number == 2 and isinstance(value, int):
            step = value if value < 1 << 63 else value - (1 << 64)
        elif number == 1 and isinstance(value, bytes) and len(value) == 8 and ts is None:
            (when,) = struct.unpack("<d", value)
        elif number == 5 and isinstance(value, bytes):
            scalars.update(_scalars(value))
    return _told(step, scalars, when) if scalars else []


def _scalars(summary: bytes) -> Iterator[tuple[str, float]]:
    for number, value in fields(summary):
        if number != 1 or not isinstance(value, bytes):
            continue
        tag, scalar = "", None
        for part, content in fields(value):
            if part == 1 and isinstance(content, bytes):
                tag = content.decode("utf-8", "replace")[:120]
            elif part == 2 and isinstance(content, bytes) and len(content) == 4:
                scalar = float(struct.unpack("<f", content)[0])
            elif part == 8 and isinstance(content, bytes):
                scalar = _tensor(content)
        if tag and scalar is not None:
            yield tag, scalar


def _tensor(message: bytes) -> float | None:
    """A tensor of one float; None: something else (an image, a text)."""
    dtype, content = 0, b""
    for number, value in fields(message):
        if number == 1 and isinstance(value, int):
            dtype = value
        elif number in (4, 5, 6) and isinstance(value, bytes):
            content = value
    if dtype == _FLOAT and len(content) == 4:
        return float(struct.unpack("<f", content)[0])
    return float(struct.unpack("<d", content)[0]) if dtype == _DOUBLE and len(content) == 8 else None


def _told(step: int, scalars: dict[str, float], ts: float | None) -> list[LogEvent]:
    """Scalars of one step: an evaluation's, the training's loss, its rate; others only move the step."""
    evals = {tag: value for tag, value in scalars.items() if roles.is_eval(normal(tag)) and isfinite(value)}
    found: list[LogEvent] = [EvalPoint(ts, whole(step), evals)] if evals else []
    others = {normal(tag): value for tag, value in scalars.items() if tag not in evals}
    if others:
        losses = [key for key in others if roles.role_of(key) == "loss"]
        loss = others[min(losses, key=roles.loss_order)] if losses else None
        epoch = next((value for key, value in others.items() if roles.role_of(key) == "epoch"), None)
        found.append(Progress(ts, whole(step), None, epoch, loss))
    return found
