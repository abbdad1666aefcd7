"""Keys as lines of text."""

from collections.abc import Iterable, Mapping

from textual.binding import Binding
from textual.content import Content

NAMES = {
    "question_mark": "?", "plus": "+", "minus": "-", "equals_sign": "=", "comma": ",", "full_stop": ".",
    "less_than_sign": "<", "greater_than_sign": ">", "left_square_bracket": "[", "right_square_bracket": "]",
    "slash": "/", "left": "←", "right": "→", "up": "↑", "down": "↓", "escape": "esc", "at": "@",
    "exclamation_mark": "!", "number_sign": "#", "dollar_sign": "$", "percent_sign": "%", "semicolon": ";",
    "shift+left": "shift+←", "shift+right": "shift+→", "pageup": "pgup", "pagedown": "pgdn", "colon": ":",
}  # fmt: skip


_CHOSEN: dict[str, str] = {}  # what the user's keymap says; the same for all screens of the process


def use_keymap(keymap: Mapping[str, str]) -> None:
    """From now on these ids are shown with these keys."""
    _CHOSEN.clear()
    _CHOSEN.update(keymap)


def chosen_key(name: str, default: str) -> str:
    """The key of an id as people write it: the user's, else `default`."""
    return key_text(_CHOSEN[name]) if name in _CHOSEN else default


KeyRow = tuple[str, str, str, str]
"""Key, action, name and tooltip of something a screen of its own can do."""


def bound(screen: str, rows: Iterable[KeyRow]) -> list[Binding]:
    """The bindings of one screen, each with an id (`chart.left`) that a keymap can name."""
    return [
        Binding(key, action, name.replace("_", " "), id=f"{screen}.{name}", tooltip=tooltip)
        for key, action, name, tooltip in rows
    ]


def key_text(key: str) -> str:
    """A key, or several separated by commas, as people write them."""
    return " ".join(NAMES.get(name, name).replace("ctrl+", "^") for name in key.split(","))


def key_line(pairs: Iterable[tuple[str, str]], width: int) -> Content:
    """Keys and what they do, as many as fit; the last pair, the way back, always stands."""
    known = [(f"{key} {label}", key, label) for key, label in pairs]
    room = width - len(known[-1][0])
    kept: list[tuple[str, str]] = []
    for text, key, label in known[:-1]:
        if len(text) + 2 <= room:
            kept.append((key, label))
            room -= len(text) + 2
    kept.append(known[-1][1:])
    return Content("  ").join(
        Content.assemble((key, "bold $text-accent"), " ", (label, "$text-muted")) for key, label in kept
    )
