"""The sizes the screen is made for, as the classes its style sheet knows."""

MIN_WIDTH, MIN_HEIGHT = 40, 10
WIDTHS: list[tuple[int, str]] = [
    (0, "-tiny"), (MIN_WIDTH, "-narrow"), (70, "-medium"), (104, "-wide"), (160, "-huge"),
]  # fmt: skip
HEIGHTS: list[tuple[int, str]] = [(0, "-flat"), (MIN_HEIGHT, "-short"), (20, "-mid"), (32, "-tall")]


def classes_for(width: int, height: int) -> tuple[str, str]:
    """The two classes of a size."""
    across = [name for least, name in WIDTHS if width >= least]
    down = [name for least, name in HEIGHTS if height >= least]
    return across[-1], down[-1]
