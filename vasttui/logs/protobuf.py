"""Protocol buffers as far as metric files need them: the numbered fields of a message, nothing more.

The wire format is that of https://protobuf.dev/programming-guides/encoding/: a varint `number << 3 | kind`
before each field; kind 0 a varint, 1 eight bytes, 2 a length and so many bytes, 5 four bytes.
"""

import struct
from collections.abc import Iterator
from math import isfinite

Field = tuple[int, int | bytes]
_VARINT, _FIXED64, _BYTES, _FIXED32 = 0, 1, 2, 5


def fields(message: bytes) -> Iterator[Field]:
    """The fields of a message: number, and an integer or bytes. A torn one ends the row."""
    at = 0
    while at < len(message):
        key, at = _varint(message, at)
        kind = key & 7
        if kind == _VARINT:
            value, at = _varint(message, at)
            yield key >> 3, value
            continue
        if kind == _BYTES:
            length, at = _varint(message, at)
        elif kind in (_FIXED64, _FIXED32):
            length = 8 if kind == _FIXED64 else 4
        else:
            return
        if at + length > len(message):
            return
        yield key >> 3, message[at : at + length]
        at += length


def signed(value: int) -> int:
    """A varint as the int64 it stands for."""
    return value if value < 1 << 63 else value - (1 << 64)


def double(value: int | bytes) -> float | None:
    """Eight bytes as a float64; None if they are not that."""
    return float(struct.unpack("<d", value)[0]) if isinstance(value, bytes) and len(value) == 8 else None


def single(value: int | bytes) -> float | None:
    """Four bytes as a float32; None if they are not that."""
    return float(struct.unpack("<f", value)[0]) if isinstance(value, bytes) and len(value) == 4 else None


def moment(value: float | None) -> float | None:
    """A wall time in unix seconds; None for what is none."""
    return value if value is not None and isfinite(value) and 1e8 < value < 1e11 else None


def _varint(message: bytes, at: int) -> tuple[int, int]:
    value = shift = 0
    while at < len(message) and shift < 64:
        byte = message[at]
        value |= (byte & 0x7F) << shift
        at, shift = at + 1, shift + 7
        if byte < 0x80:
            break
    return value, at
