# ruff: noqa: RUF001  (wide signs are what this is about)
"""Signs of other keyboards as plain ones, at the same offsets: wide punctuation, decimal commas, tabs."""

import re

# Not thousands: one, two, or more than three digits after the comma, or a zero before it.
_COMMA = re.compile(rb"(?<=[ :=\t])(0|[1-9]\d{0,2}(?=,(?:\d\d?|\d{4,})(?!\d))),(\d+)(?![\d,.]|\S*[\])}])")
_RANGE = re.compile(rb"\[\d+ ?- ?\d+\](?=:)")  # `loss [1-100]: 0.5` is the loss of all of them
_POINT = re.compile(rb"\d\.\d")
_LEADS = (b"\xef\xbc", b"\xef\xbd", b"\xe3\x80", "│".encode(), "┃".encode(), "║".encode())
_WIDE = tuple(
    (wide.encode(), narrow.ljust(3).encode())
    for wide, narrow in zip("，：；（）【】［］／。＝｜％│┃║", ",:;()[][]/.=|%|||", strict=True)
)


def plain(text: bytes) -> bytes:
    """Wide punctuation as plain one, blanks for the rest of its bytes; `#011` as the tab it stands for."""
    if b"#011" in text:
        text = text.replace(b"#011", b"\t   ")
    if not text.isascii() and any(lead in text for lead in _LEADS):
        for wide, narrow in _WIDE:
            text = text.replace(wide, narrow)
    if b"]:" in text:
        text = _RANGE.sub(lambda match: b" " * len(match[0]), text)
    return text


def has_decimal_commas(text: bytes) -> bool:
    """Whether the line writes `0,25`: no number of it has a point, and a comma cannot part thousands."""
    return b"," in text and _COMMA.search(text) is not None and _POINT.search(text) is None


def with_decimal_points(text: bytes) -> bytes:
    """`0,25` as `0.25`."""
    return _COMMA.sub(rb"\1.\2", text)
