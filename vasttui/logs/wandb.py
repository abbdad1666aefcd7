"""The run file of Weights & Biases (`run-ID.wandb`): the history in it, read without wandb.

The file is written in LevelDB's log format (https://github.com/google/leveldb/blob/main/doc/log_format.md)
after a header of 7 bytes (`:W&B`, 0xBEE1, a version): blocks of 32 KiB, in them fragments of a record, each
CRC (4 bytes), length (2), kind (1 whole, 2 first, 3 middle, 4 last). A record is a protocol buffer; of
those in wandb's `wandb_internal.proto` only the history is of interest: `Record` {2 history},
`HistoryRecord` {1 item*, 2 step}, `HistoryStep` {1 num}, `HistoryItem` {1 key, 2 nested_key*, 5 integer,
6 number, 16 value_json}. The CRCs are not checked. Online and offline runs write the same file.
"""

import json
from collections.abc import Iterator

from vasttui.logs.protobuf import double, fields, moment, signed
from vasttui.logs.scalars import Row

_BLOCK = 32 * 1024
_HEADER = 7  # both the file's and a fragment's
_MAGIC = b":W&B"
_WHOLE, _FIRST, _MIDDLE, _LAST = 1, 2, 3, 4
_MAX_RECORD_BYTES = 4 * 1024 * 1024
_MAX_VALUE_BYTES = 64


class RunFile:
    """The rows of one run file, fed as it grows."""

    name = "wandb"

    def __init__(self) -> None:
        self._tail = b""
        self._at = 0
        self._parts: list[bytes] | None = None
        self._size = 0

    def feed(self, data: bytes) -> Iterator[Row]:
        """Read on.

        Raises:
            ValueError: the bytes are no run file; one clear line.
        """
        self._tail += data
        if self._at == 0 and len(self._tail) >= _HEADER:
            if not self._tail.startswith(_MAGIC):
                raise ValueError("no wandb run file: it does not begin with ':W&B'")
            self._tail, self._at = self._tail[_HEADER:], _HEADER
        for kind, part, end in self._fragments() if self._at else ():
            record = self._join(kind, part)
            row = _row(record, end) if record else None
            if row is not None:
                yield row

    def _fragments(self) -> Iterator[tuple[int, bytes, int]]:
        """Each whole fragment that has come: its kind, its bytes, the file's byte after it."""
        text, at = self._tail, 0
        while True:
            left = _BLOCK - (self._at + at) % _BLOCK
            padding = left if left < _HEADER else 0  # a block's end too short for a fragment
            if len(text) - at < padding + _HEADER:
                break
            if padding:
                at += padding
                continue
            length, kind = int.from_bytes(text[at + 4 : at + 6], "little"), text[at + 6]
            if length > left - _HEADER or kind > _LAST:
                raise ValueError(f"no wandb run file: a fragment of {length} bytes, kind {kind}")
            if len(text) - at < _HEADER + length:
                break
            at += _HEADER + length
            yield kind, text[at - length : at], self._at + at
        self._tail, self._at = text[at:], self._at + at

    def _join(self, kind: int, part: bytes) -> bytes | None:
        """A record, once its last fragment has come; one too large to be history is dropped."""
        if kind == _WHOLE:
            self._parts = None
            return part
        if kind == _FIRST:
            self._parts, self._size = [], 0
        if self._parts is None:
            return None
        self._size += len(part)
        if self._size > _MAX_RECORD_BYTES:
            self._parts = None
            return None
        self._parts.append(part)
        if kind != _LAST:
            return None
        whole, self._parts = b"".join(self._parts), None
        return whole


def _row(record: bytes, end: int) -> Row | None:
    history = next((v for n, v in fields(record) if n == 2 and isinstance(v, bytes)), None)
    if history is None:
        return None
    step: int | None = None
    told = dict[str, float]()
    for number, value in fields(history):
        if number == 2 and isinstance(value, bytes):
            step = next((signed(v) for n, v in fields(value) if n == 1 and isinstance(v, int)), 0)
        elif number == 1 and isinstance(value, bytes):
            name, figure = _item(value)
            if name and figure is not None:
                told[name] = figure
    when = moment(told.get("_timestamp"))
    if step is None and "_step" in told:
        step = int(told["_step"])
    told = {name: figure for name, figure in told.items() if not name.startswith("_")}
    return Row(step, when, told, end, weak_step=True) if told else None


def _item(message: bytes) -> tuple[str, float | None]:
    names: list[str] = []
    figure: float | None = None
    for number, value in fields(message):
        if number in (1, 2) and isinstance(value, bytes):
            names.append(value.decode("utf-8", "replace")[:120])
        elif number == 5 and isinstance(value, int):
            figure = float(signed(value))
        elif number == 6:
            figure = double(value)
        elif number == 16 and isinstance(value, bytes) and len(value) <= _MAX_VALUE_BYTES:
            figure = _number(value)
    return "/".join(name for name in names if name), figure


def _number(text: bytes) -> float | None:
    """A JSON number, NaN and Infinity among them (also in quotes, as wandb writes them); None: no number."""
    try:
        value: object = json.loads(text)
        if isinstance(value, str) and value in ("NaN", "Infinity", "-Infinity"):
            return float(value)
    except ValueError:
        return None
    return float(value) if isinstance(value, int | float) and not isinstance(value, bool) else None
