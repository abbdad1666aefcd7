"""`python -m vasttui.tui.keytable > docs/keys.md`: every key, from what the screens are made of."""

import sys
from itertools import groupby

from vasttui.tui.keymap import Known, known_ids
from vasttui.tui.keys import key_text

_TITLES = {
    "run": "A run",
    "chart": "Charts (`m`)",
    "log": "The log (`l`)",
    "start": "The start screen",
    "offers": "Offers (`o`)",
    "instances": "Instances (`i`)",
}
_HEAD = """\
# Keys

Written by `python -m vasttui.tui.keytable`; a test compares it. `tab` goes to the next pane, the arrows move
within one, `esc` goes back, `ctrl+p` searches all that can be done. An id can be given other keys in
`config.toml` (`~/.config/vasttui/`):

```toml
theme = "light"

[keymap]
check = "f5"
"log.search" = "slash,ctrl+f"
```

A clash is named when the screen opens, and the entry left out. Keys are characters (`?`) or names
(`question_mark`, `f5`, `pageup`, `ctrl+x`); several are separated by commas.
"""


def table() -> str:
    """The page."""
    parts = [_HEAD]
    for screen, rows in groupby(known_ids(), key=lambda one: one.screen):
        parts.append(f"\n## {_TITLES[screen]}\n\n| key | does | id |\n|---|---|---|\n")
        parts += [_row(one) for one in rows]
    return "".join(parts)


def _row(one: Known) -> str:
    keys = " ".join(f"`{key_text(key)}`" for key in one.keys.split(","))
    return f"| {keys} | {one.tooltip} | `{one.id}` |\n"


if __name__ == "__main__":
    sys.stdout.write(table())
