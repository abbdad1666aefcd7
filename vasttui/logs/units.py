"""A block of log cut into lines and bar frames."""

from collections.abc import Sequence

from vasttui.logs.tokens import DIGITS


def split_units(text: bytes, lines_before: int) -> tuple[list[bytes], Sequence[int]]:
    """Cut whole lines and frames; with each, how many newlines stand before it.

    `text` ends in a newline or a carriage return.
    """
    lines = text.split(b"\n")
    last = lines.pop()
    if b"\r" not in text:
        return lines, range(lines_before, lines_before + len(lines))
    units: list[bytes] = []
    numbers: list[int] = []
    for number, line in enumerate(lines, lines_before):
        frames = line.split(b"\r")
        units += frames
        numbers += [number] * len(frames)
    if last:
        frames = last[:-1].split(b"\r")
        units += frames
        numbers += [lines_before + len(lines)] * len(frames)
    return units, numbers


def shapes_of(text: bytes) -> list[bytes]:
    """The shapes of the units that `split_units` gives, all at once."""
    return text[:-1].translate(_SHAPES).split(b"\n")


_SHAPES = bytes(ord("\n") if byte == ord("\r") else byte for byte in DIGITS)
