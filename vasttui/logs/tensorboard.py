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

from vasttui.logs.protobuf import double, fields, moment, signed, single
from vasttui.logs.scalars import Row

MAX_RECORD_BYTES = 64 * 1024 * 1024
_MAX_SCALAR_BYTES = 1024 * 1024  # larger ones hold images and graphs
_FRAME = 12  # length and its CRC
_CRC = 4
_FLOAT, _DOUBLE = 1, 2  # TensorProto.dtype


class EventFile:
    """The rows of one event file, fed as it grows. A record larger than any scalar is passed over."""

    name = "TensorBoard"

    def __init__(self) -> None:
        self._tail = b""
        self._pass_over = 0
        self._at = 0

    def feed(self, data: bytes) -> Iterator[Row]:
        """Read on.

        Raises:
            ValueError: the bytes are no event file; one clear line.
        """
        passed = min(self._pass_over, len(data))
        self._pass_over -= passed
        self._at += passed
        text, at = self._tail + data[passed:], 0
        while len(text) - at >= _FRAME:
            (length,) = struct.unpack_from("<Q", text, at)
            if length > MAX_RECORD_BYTES:
                raise ValueError(f"no TensorBoard event file: a record of {length} bytes")
            size = _FRAME + length + _CRC
            if length > _MAX_SCALAR_BYTES:
                taken = min(size, len(text) - at)
                self._pass_over, at = size - taken, at + taken
                continue
            if size > len(text) - at:
                break
            row = _row(text[at + _FRAME : at + size - _CRC], self._at + at + size)
            at += size
            if row is not None:
                yield row
        self._tail, self._at = text[at:], self._at + at


def _row(record: bytes, end: int) -> Row | None:
    step, when, scalars = 0, None, dict[str, float]()
    for number, value in fields(record):
        if number == 2 and isinstance(value, int):
            step = signed(value)
        elif number == 1:
            when = moment(double(value))
        elif number == 5 and isinstance(value, bytes):
            scalars.update(_scalars(value))
    return Row(step, when, scalars, end) if scalars else None


def _scalars(summary: bytes) -> Iterator[tuple[str, float]]:
    for number, value in fields(summary):
        if number != 1 or not isinstance(value, bytes):
            continue
        tag, scalar = "", None
        for part, content in fields(value):
            if part == 1 and isinstance(content, bytes):
                tag = content.decode("utf-8", "replace")[:120]
            elif part == 2:
                scalar = single(content)
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
    return single(content) if dtype == _FLOAT else double(content) if dtype == _DOUBLE else None
