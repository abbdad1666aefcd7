"""Status words three rows high, drawn from half blocks, so that they read across a room."""

# Five pixel rows a letter, `#` is ink.
_LETTERS = {
    "A": (".#.", "#.#", "###", "#.#", "#.#"),
    "B": ("##.", "#.#", "##.", "#.#", "##."),
    "C": ("###", "#..", "#..", "#..", "###"),
    "D": ("##.", "#.#", "#.#", "#.#", "##."),
    "E": ("###", "#..", "##.", "#..", "###"),
    "F": ("###", "#..", "##.", "#..", "#.."),
    "H": ("#.#", "#.#", "###", "#.#", "#.#"),
    "K": ("#.#", "#.#", "##.", "#.#", "#.#"),
    "L": ("#..", "#..", "#..", "#..", "###"),
    "M": ("#...#", "##.##", "#.#.#", "#...#", "#...#"),
    "N": ("#..#", "##.#", "#.##", "#..#", "#..#"),
    "O": ("###", "#.#", "#.#", "#.#", "###"),
    "P": ("###", "#.#", "###", "#..", "#.."),
    "R": ("###", "#.#", "##.", "#.#", "#.#"),
    "S": ("###", "#..", "###", "..#", "###"),
    "T": ("###", ".#.", ".#.", ".#.", ".#."),
    "U": ("#.#", "#.#", "#.#", "#.#", "###"),
    "W": ("#...#", "#...#", "#.#.#", "##.##", "#...#"),
    "I": ("#", "#", "#", "#", "#"),
    "-": ("..", "..", "##", "..", ".."),
    " ": (".", ".", ".", ".", "."),
    "✔": ("......#", ".....##", "#...##.", "##.##..", ".###..."),
    "●": (".##.", "####", "####", "####", ".##."),
    "◆": ("..#..", ".###.", "#####", ".###.", "..#.."),
    "▲": ("..#..", "..#..", ".#.#.", ".###.", "#####"),
    "✖": ("#...#", ".#.#.", "..#..", ".#.#.", "#...#"),
    "○": (".##.", "#..#", "#..#", "#..#", ".##."),
}
_HALF = {(False, False): " ", (True, False): "▀", (False, True): "▄", (True, True): "█"}
ROWS = 3


def big(text: str, *, lower: bool = False) -> list[str]:
    """`text` as three lines of half blocks, half a line lower if asked; unknown letters leave a space."""
    shapes = [_LETTERS.get(letter, _LETTERS[" "]) for letter in text]
    pixels = [".".join(shape[row] for shape in shapes) for row in range(5)]
    pixels.insert(0 if lower else 5, "." * len(pixels[0]))
    return [
        "".join(_HALF[up == "#", down == "#"] for up, down in zip(pixels[y], pixels[y + 1], strict=True))
        for y in range(0, 6, 2)
    ]


def big_width(text: str) -> int:
    """Cells that `big(text)` takes."""
    return len(big(text)[0])
