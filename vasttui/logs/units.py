"""A block of log as runs of lines and bar frames that have one shape, without cutting it into pieces."""

from collections.abc import Iterator

from vasttui.logs.tokens import DIGITS

_SHAPES = bytes(ord("\n") if byte == ord("\r") else byte for byte in DIGITS)


class Block:
    """Whole units (lines and frames): `text` ends in a newline or a carriage return."""

    __slots__ = ("_at", "_number", "_shapes", "text")

    def __init__(self, text: bytes, lines_before: int) -> None:
        self.text = text
        self._shapes = text.translate(_SHAPES)
        self._at = 0
        self._number = lines_before

    def runs(self) -> Iterator[tuple[bytes, int, int]]:
        """Give the shape of each run of units, and where in `text` the run begins and ends.

        Units of one shape are equally long: the run's stand `len(shape) + 1` bytes apart. How far a run
        goes is found by comparing twice as much each time, which costs little for each unit.
        """
        shapes = self._shapes
        find, at, size = shapes.find, 0, len(shapes)
        while at < size:
            stop = find(b"\n", at) + 1
            unit = shapes[at:stop]
            width = step = stop - at
            if shapes[stop : stop + width] == unit:
                while shapes[stop : stop + step] == shapes[at : at + step]:
                    stop += step
                    step *= 2
                while step > width:
                    step //= 2
                    if shapes[stop : stop + step] == shapes[at : at + step]:
                        stop += step
            yield unit[:-1], at, stop
            at = stop

    def count(self) -> int:
        """How many units there are."""
        return self._shapes.count(b"\n")

    def start_of_last(self, count: int) -> int:
        """Where the last `count` units begin."""
        at = len(self._shapes)
        for _ in range(count):
            at = self._shapes.rfind(b"\n", 0, max(at - 1, 0)) + 1
        return at

    def lines_before(self, at: int) -> int:
        """How many newlines stand before a place; places are asked for in order."""
        self._number += self.text.count(b"\n", self._at, at)
        self._at = at
        return self._number
