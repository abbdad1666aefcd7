"""The screen as SVG that looks alike everywhere: lines, blocks and dots are drawn, letters are set.

The text is the same on every machine: no ids, no fonts of its own, whole numbers. A cell is 10 by 20 units.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from xml.sax.saxutils import escape

from rich.cells import cell_len
from rich.color import Color
from rich.segment import Segment
from rich.style import Style
from rich.terminal_theme import TerminalTheme

CELL_W, CELL_H = 10, 20
FONT = "ui-monospace, 'DejaVu Sans Mono', Menlo, Consolas, 'Liberation Mono', monospace"
_LETTERS = f'font-family="{FONT}" font-size="16.6" style="white-space:pre"'
_MARGIN = 8
_THIN, _HEAVY = 1.5, 3.0

# Arms of box-drawing characters: left, up, right, down; 1 thin, 2 heavy.
_ARMS = {
    "─": (1, 0, 1, 0), "━": (2, 0, 2, 0), "│": (0, 1, 0, 1), "┃": (0, 2, 0, 2), "╸": (2, 0, 0, 0),
    "╺": (0, 0, 2, 0), "┤": (1, 1, 0, 1), "├": (0, 1, 1, 1), "┬": (1, 0, 1, 1), "┴": (1, 1, 1, 0),
    "┼": (1, 1, 1, 1), "╪": (1, 1, 1, 1), "┌": (0, 0, 1, 1), "┐": (1, 0, 0, 1), "└": (0, 1, 1, 0),
    "┘": (1, 1, 0, 0), "┏": (0, 0, 2, 2), "┓": (2, 0, 0, 2), "┗": (0, 2, 2, 0), "┛": (2, 2, 0, 0),
    "╭": (0, 0, 1, 1), "╮": (1, 0, 0, 1), "╰": (0, 1, 1, 0), "╯": (1, 1, 0, 0),
}  # fmt: skip
_DASHED = {"╌": 1, "╍": 2}
# Eighths of a cell: left, top, right, bottom.
_BLOCKS = {
    "█": (0, 0, 8, 8), "▀": (0, 0, 8, 4), "▄": (0, 4, 8, 8), "▌": (0, 0, 4, 8), "▐": (4, 0, 8, 8),
    "▁": (0, 7, 8, 8), "▂": (0, 6, 8, 8), "▃": (0, 5, 8, 8), "▅": (0, 3, 8, 8), "▆": (0, 2, 8, 8),
    "▇": (0, 1, 8, 8), "▔": (0, 0, 8, 1), "▊": (0, 0, 6, 8), "▋": (0, 0, 5, 8), "▍": (0, 0, 3, 8),
    "▎": (0, 0, 2, 8), "▏": (0, 0, 1, 8), "▕": (7, 0, 8, 8), "▉": (0, 0, 7, 8),
}  # fmt: skip
_BRAILLE = ((0, 0), (0, 1), (0, 2), (1, 0), (1, 1), (1, 2), (0, 3), (1, 3))


@dataclass(frozen=True, slots=True)
class _Ink:
    """How a stretch of cells is painted; colours as `#rrggbb`."""

    front: str
    back: str
    bold: bool
    italic: bool
    underline: bool


def svg(lines: Iterable[Iterable[Segment]], width: int, palette: TerminalTheme, ground: str) -> str:
    """A picture of `lines`, each `width` cells; `ground`: the colour around and under all."""
    rows = [list(_cells(line, palette)) for line in lines]
    height = len(rows)
    grounds: dict[str, list[str]] = defaultdict(list)
    shapes: dict[str, list[str]] = defaultdict(list)
    texts: list[str] = []
    for y, row in enumerate(rows):
        for x, text, ink in _runs(row):
            if ink.back != ground:
                wide = cell_len(text) * CELL_W
                grounds[ink.back].append(f"M{x * CELL_W} {y * CELL_H}h{wide}v{CELL_H}h-{wide}z")
            texts += _draw(x, y, text, ink, shapes[ink.front])
    outer_w, outer_h = width * CELL_W + 2 * _MARGIN, height * CELL_H + 2 * _MARGIN
    out = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {outer_w} {outer_h}">',
        f'<rect width="{outer_w}" height="{outer_h}" rx="8" fill="{ground}"/>',
        f'<g transform="translate({_MARGIN} {_MARGIN})" {_LETTERS}>',
    ]
    out += [
        f'<path shape-rendering="crispEdges" fill="{color}" d="{"".join(parts)}"/>'
        for color, parts in grounds.items()
    ]
    out += [f'<path fill="{color}" d="{"".join(parts)}"/>' for color, parts in shapes.items() if parts]
    return "\n".join([*out, *texts, "</g>", "</svg>", ""])


def _cells(line: Iterable[Segment], palette: TerminalTheme) -> Iterator[tuple[str, _Ink]]:
    for segment in line:
        ink = _ink(segment.style or Style(), palette)
        for letter in segment.text:
            yield letter, ink


def _ink(style: Style, palette: TerminalTheme) -> _Ink:
    front = _hex(style.color, palette, front=True)
    back = _hex(style.bgcolor, palette, front=False)
    if style.reverse:
        front, back = back, front
    return _Ink(front, back, bool(style.bold), bool(style.italic), bool(style.underline))


def _hex(color: Color | None, palette: TerminalTheme, *, front: bool) -> str:
    if color is None:
        color = Color.default()
    return color.get_truecolor(palette, foreground=front).hex


def _runs(row: list[tuple[str, _Ink]]) -> Iterator[tuple[int, str, _Ink]]:
    """Neighbours of one ink: (column, text, ink)."""
    x = start = 0
    text = ""
    before: _Ink | None = None
    for letter, ink in row:
        if before is not None and ink != before:
            yield start, text, before
            start, text = x, ""
        before = ink
        text += letter
        x += cell_len(letter)
    if before is not None:
        yield start, text, before


def _draw(x: int, y: int, text: str, ink: _Ink, shapes: list[str]) -> list[str]:
    """Shapes are added to `shapes`; what is left are letters, as text elements."""
    letters: list[str] = []
    word, at = "", x
    for letter in text:
        shape = _shape(letter, x * CELL_W, y * CELL_H)
        if shape is None and (letter != " " or (word and not word.endswith(" "))):
            at = at if word else x
            word += letter
        else:
            letters += _text(at, y, word, ink)
            word = ""
        if shape:
            shapes.append(shape)
        x += cell_len(letter)
    if ink.underline and text.strip():
        wide = cell_len(text) * CELL_W
        shapes.append(_box(x * CELL_W - wide, y * CELL_H + 17.5, wide, _THIN))
    return letters + _text(at, y, word, ink)


def _text(x: int, y: int, word: str, ink: _Ink) -> list[str]:
    word = word.rstrip()
    if not word:
        return []
    looks = (' font-weight="700"' if ink.bold else "") + (' font-style="italic"' if ink.italic else "")
    place = f'x="{x * CELL_W}" y="{y * CELL_H + 15}" textLength="{cell_len(word) * CELL_W}"'
    return [f'<text {place} lengthAdjust="spacingAndGlyphs" fill="{ink.front}"{looks}>{escape(word)}</text>']


def _shape(letter: str, x: float, y: float) -> str | None:
    """The path of a character that is drawn, at a cell's corner; None: it is a letter."""
    if letter in _BLOCKS:
        left, top, right, bottom = _BLOCKS[letter]
        return _box(
            x + left * CELL_W / 8,
            y + top * CELL_H / 8,
            (right - left) * CELL_W / 8,
            (bottom - top) * CELL_H / 8,
        )
    if letter in _ARMS:
        return "".join(_arms(_ARMS[letter], x, y, doubled=letter == "╪"))
    if letter in _DASHED:
        thick = _HEAVY if _DASHED[letter] == 2 else _THIN
        return "".join(_box(x + 1 + 5 * i, y + (CELL_H - thick) / 2, 3, thick) for i in range(2))
    if "\u2800" <= letter <= "\u28ff":
        bits = ord(letter) - 0x2800
        return "".join(_dot(x, y, *_BRAILLE[i]) for i in range(8) if bits >> i & 1)
    return None


def _arms(arms: tuple[int, int, int, int], x: float, y: float, *, doubled: bool) -> Iterator[str]:
    mid_x, mid_y = x + CELL_W / 2, y + CELL_H / 2
    for i, weight in enumerate(arms):
        if not weight:
            continue
        thick = _HEAVY if weight == 2 else _THIN
        half = thick / 2
        if i % 2 == 0:
            begin, end = (x, mid_x + half) if i == 0 else (mid_x - half, x + CELL_W)
            for shift in (-2.5, 2.5) if doubled else (0,):
                yield _box(begin, mid_y - half + shift, end - begin, thick)
        else:
            begin, end = (y, mid_y + half) if i == 1 else (mid_y - half, y + CELL_H)
            yield _box(mid_x - half, begin, thick, end - begin)


def _dot(x: float, y: float, column: int, row: int) -> str:
    return _box(x + 1 + 5 * column, y + 1 + 5 * row, 3, 3)


def _box(x: float, y: float, width: float, height: float) -> str:
    return f"M{x:g} {y:g}h{width:g}v{height:g}h-{width:g}z"
