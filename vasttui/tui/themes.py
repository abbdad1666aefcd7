"""Colour themes from TOML: the bundled ones and the user's own, every value checked before it is used.

A theme file has `dark`, `ansi` (both optional), a `[colors]` table with the base colours, and a
`[variables]` table that overrides what the toolkit derives from them. The file's stem is its name.
A colour that cannot be parsed would only fail while drawing, so a file with one is left out.
"""

import difflib
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Annotated

import msgspec
from textual.color import Color, ColorParseError
from textual.theme import Theme

from vasttui.assets import bundled

MAX_BYTES = 64 << 10
BASE_COLORS = (
    "primary", "secondary", "accent", "success", "warning", "error",
    "foreground", "background", "surface", "panel",
)  # fmt: skip
BACKGROUNDS = ("background", "surface", "panel")
MEANINGS = ("primary", "accent", "success", "warning", "error")
TEXTS = ("foreground", "text", "text-muted", *MEANINGS, *(f"text-{meaning}" for meaning in MEANINGS))
_ORDER = ("dark", "light", "high-contrast", "colour-blind", "ansi16")
# Style sheets ask for these and an ansi palette does not derive them: unset, the app ends at its start.
_ANSI_REST = {
    "ansi-background": "ansi_black",
    "ansi-foreground": "ansi_white",
    "foreground-disabled": "ansi_bright_black",
    "surface-active": "transparent",
}
_STYLES = frozenset(("none", "bold", "b", "dim", "italic", "i", "underline", "u", "reverse", "strike", "not"))


class ThemeFile(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a theme file may say."""

    colors: dict[str, str]
    variables: dict[str, str] = {}
    dark: bool = True
    ansi: bool = False
    luminosity_spread: Annotated[float, msgspec.Meta(ge=0, le=1)] = 0.15


@dataclass(frozen=True, slots=True)
class Contrast:
    """WCAG contrast ratio (1 to 21) of one text token on one background token."""

    text: str
    background: str
    ratio: float


def load_themes(user_dir: Path | None = None) -> tuple[list[Theme], list[str]]:
    """(themes, problems): bundled ones first in their usual order, then the user's by name.

    A user's theme replaces a bundled one of the same name. Each problem is one line about one file.
    """
    themes: dict[str, Theme] = {}
    problems: list[str] = []
    folders = [bundled("themes"), *([user_dir] if user_dir is not None else [])]
    for folder in folders:
        for path in sorted(folder.glob("*.toml"), key=_position):
            found = read_theme(path)
            if isinstance(found, Theme):
                themes[found.name] = found
            else:
                problems.append(found)
    return list(themes.values()), problems


def one_line(problems: list[str]) -> str:
    """All problems as one message, empty when there are none."""
    if not problems:
        return ""
    count = "1 theme is" if len(problems) == 1 else f"{len(problems)} themes are"
    return f"{count} left out: {'; '.join(problems)}"


def read_theme(path: Path) -> Theme | str:
    """The theme of one file, or one line that says all that is wrong with it."""
    try:
        with path.open("rb") as file:
            data = file.read(MAX_BYTES + 1)
        if len(data) > MAX_BYTES:
            return f"{path.name}: larger than {MAX_BYTES >> 10} KiB"
        spec = msgspec.convert(tomllib.loads(data.decode()), ThemeFile)
    except OSError as error:
        return f"{path.name}: cannot be read ({error.strerror})"
    except (ValueError, RecursionError) as error:  # broken text, broken TOML, a value of the wrong kind
        return _printable(f"{path.name}: {error}")
    theme = _theme(path.stem, spec)
    wrong = [*_wrong_colors(spec), *(_wrong_variables(spec, theme) if theme else ())]
    if wrong or theme is None:
        return _printable(f"{path.name}: {', '.join(wrong)}")
    return theme


def _theme(name: str, spec: ThemeFile) -> Theme | None:
    """The theme, if its base colours are sound."""
    if any(True for _ in _wrong_colors(spec)):
        return None
    theme = Theme(name=name, primary=spec.colors["primary"], dark=spec.dark, ansi=spec.ansi)
    return replace(
        theme,
        luminosity_spread=spec.luminosity_spread,
        variables={**(_ANSI_REST if spec.ansi else {}), **spec.variables},
        **{key: spec.colors[key] for key in BASE_COLORS if key in spec.colors},
    )


def _wrong_colors(spec: ThemeFile) -> Iterator[str]:
    if "primary" not in spec.colors:
        yield "colors.primary is missing"
    for key, value in spec.colors.items():
        if key not in BASE_COLORS:
            yield f"colors.{key} is unknown{_nearest(key, BASE_COLORS)}"
        elif not _is_solid(value, spec.ansi):
            kind = "an ansi_* colour, as ansi = true asks" if spec.ansi else "a solid colour"
            yield f"colors.{key} = {value!r} is not {kind}"


def _wrong_variables(spec: ThemeFile, theme: Theme) -> Iterator[str]:
    known = {**theme.to_color_system().generate(), **_ANSI_REST}
    for key, value in spec.variables.items():
        if key not in known:
            yield f"variables.{key} is unknown{_nearest(key, tuple(known))}"
        elif key.endswith("-style") and not _is_style(value):
            yield f"variables.{key} = {value!r} is not a text style"
        elif not key.endswith("-style") and not _is_color(value):
            yield f"variables.{key} = {value!r} is not a colour"


def _nearest(name: str, known: tuple[str, ...]) -> str:
    close = difflib.get_close_matches(name, known, n=1)
    return f" (did you mean {close[0]}?)" if close else ""


def _is_solid(value: str, ansi: bool) -> bool:
    try:
        color = Color.parse(value)
    except ColorParseError:
        return False
    return color.a == 1 and not color.auto and (color.ansi is not None) == ansi


def _is_color(value: str) -> bool:
    """A colour as style sheets take it: with an opacity in percent, or `auto`."""
    word, _, opacity = value.partition(" ")
    if opacity and not (opacity.endswith("%") and opacity[:-1].isdecimal() and int(opacity[:-1]) <= 100):
        return False
    if word == "auto":
        return True
    try:
        Color.parse(word)
    except ColorParseError:
        return False
    return True


def _is_style(value: str) -> bool:
    return bool(value.split()) and all(word in _STYLES for word in value.split())


def _position(path: Path) -> tuple[int, str]:
    return (_ORDER.index(path.stem) if path.stem in _ORDER else len(_ORDER), path.stem)


def _printable(text: str) -> str:
    return "".join(c if c.isprintable() else "?" for c in " ".join(text.split()))


def contrasts(theme: Theme) -> list[Contrast]:
    """How well each kind of text reads on each ground, and the selected row's text on its own.

    The ratio is symmetric: what reads as text also carries the background colour as a filled badge. An
    ansi theme gives none: its colours are the terminal's own and cannot be known here.
    """
    if theme.ansi:
        return []
    tokens = {**theme.to_color_system().generate(), **theme.variables}
    pairs = [(text, ground) for text in TEXTS for ground in BACKGROUNDS]
    pairs.append(("block-cursor-foreground", "block-cursor-background"))
    pairs.append(("footer-key-foreground", "footer-background"))
    return [
        Contrast(text, ground, _ratio(tokens[text], Color.parse(tokens[ground]))) for text, ground in pairs
    ]


def _ratio(text: str, under: Color) -> float:
    """WCAG 2.1 contrast of `text` (perhaps `auto 87%`) on an opaque colour."""
    word, _, percent = text.partition(" ")
    alpha = int(percent.rstrip("%")) / 100 if percent else 1.0
    color = under.get_contrast_text(alpha) if word == "auto" else Color.parse(word).multiply_alpha(alpha)
    light, dark = sorted((_luminance(under + color), _luminance(under)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def _luminance(color: Color) -> float:
    """Relative luminance, 0 to 1 (WCAG 2.1, sRGB)."""
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in color.normalized]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
