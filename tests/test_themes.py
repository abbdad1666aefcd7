"""Themes: the bundled ones read well, and a user's broken one is told, not drawn."""

from itertools import combinations
from pathlib import Path

import pytest
from textual.app import App
from textual.color import Color
from textual.theme import Theme

from vasttui.tui.themes import contrasts, load_themes, one_line, read_theme

BUNDLED = {theme.name: theme for theme in load_themes()[0]}
# ansi16 is exempt from contrast: its colours are the terminal's own, so the terminal's user decides.
MEASURED = [name for name, theme in BUNDLED.items() if not theme.ansi]
GOOD = '[colors]\nprimary = "#336699"\nbackground = "#000000"\n'


def test_the_bundled_themes_load_without_a_problem_in_their_order() -> None:
    themes, problems = load_themes()
    assert problems == []
    assert [theme.name for theme in themes] == ["dark", "light", "high-contrast", "colour-blind", "ansi16"]


@pytest.mark.parametrize("name", MEASURED)
def test_text_reads_on_every_ground(name: str) -> None:
    least = 7.0 if name == "high-contrast" else 4.5
    poor = [pair for pair in contrasts(BUNDLED[name]) if pair.ratio < least]
    assert poor == []


def test_black_on_white_has_the_ratio_wcag_gives_it() -> None:
    theme = Theme("t", primary="#000000", foreground="#000000", background="#ffffff", dark=False)
    ratio = next(
        pair.ratio
        for pair in contrasts(theme)
        if (pair.text, pair.background) == ("foreground", "background")
    )
    assert ratio == pytest.approx(21.0)


# Machado, Oliveira, Fernandes 2009: what a dichromat sees, on linear RGB.
VISIONS = {
    "protanopia": ((0.152, 1.053, -0.205), (0.115, 0.786, 0.099), (-0.004, -0.048, 1.052)),
    "deuteranopia": ((0.367, 0.861, -0.228), (0.280, 0.673, 0.047), (-0.012, 0.043, 0.969)),
    "tritanopia": ((1.256, -0.077, -0.179), (-0.078, 0.931, 0.148), (0.005, 0.691, 0.304)),
}


def seen(color: Color, vision: str) -> Color:
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in color.normalized]
    mixed = [sum(w * c for w, c in zip(row, linear, strict=True)) for row in VISIONS[vision]]
    bounded = [min(max(c, 0.0), 1.0) for c in mixed]
    r, g, b = (12.92 * c if c <= 0.0031308 else 1.055 * c ** (1 / 2.4) - 0.055 for c in bounded)
    return Color(round(r * 255), round(g * 255), round(b * 255))


def distance(a: Color, b: Color) -> float:
    """CIE76 difference: above about 20 two colours are told apart at a glance."""
    return sum((x - y) ** 2 for x, y in zip(lab(a), lab(b), strict=True)) ** 0.5


def lab(color: Color) -> tuple[float, float, float]:
    r, g, b = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in color.normalized)
    x = (0.4124 * r + 0.3576 * g + 0.1805 * b) / 0.95047
    y = 0.2126 * r + 0.7152 * g + 0.0722 * b
    z = (0.0193 * r + 0.1192 * g + 0.9505 * b) / 1.08883
    fx, fy, fz = (t ** (1 / 3) if t > 0.008856 else 7.787 * t + 16 / 116 for t in (x, y, z))
    return 116 * fy - 16, 500 * (fx - fy), 200 * (fy - fz)


@pytest.mark.parametrize("vision", VISIONS)
def test_the_colour_blind_theme_keeps_its_meanings_apart(vision: str) -> None:
    tokens = {**BUNDLED["colour-blind"].to_color_system().generate(), **BUNDLED["colour-blind"].variables}
    meanings = ["text-success", "text-warning", "text-error", "text-primary"]
    colors = {meaning: seen(Color.parse(tokens[meaning]), vision) for meaning in meanings}
    near = {pair: distance(colors[pair[0]], colors[pair[1]]) for pair in combinations(meanings, 2)}
    assert min(near.values()) >= 20, near


BROKEN = {
    "a bad colour": ('[colors]\nprimary = "#33669"', "colors.primary = '#33669' is not a solid colour"),
    "half transparent": ('[colors]\nprimary = "#33669980"', "not a solid colour"),
    "auto": ('[colors]\nprimary = "auto"', "not a solid colour"),
    "an ansi colour in a true-colour theme": ('[colors]\nprimary = "ansi_red"', "not a solid colour"),
    "a true colour in an ansi theme": ('ansi = true\n[colors]\nprimary = "#ff0000"', "not an ansi_* colour"),
    "no primary": ("[colors]", "colors.primary is missing"),
    "an unknown colour": (GOOD + 'eror = "#ff0000"', "colors.eror is unknown (did you mean error?)"),
    "an unknown variable": (GOOD + '[variables]\ntext-mutd = "#ff0000"', "did you mean text-muted?"),
    "a bad variable": (GOOD + '[variables]\ntext-muted = "grey-ish"', "variables.text-muted = 'grey-ish'"),
    "a bad style": (GOOD + '[variables]\nlink-style = "loud"', "is not a text style"),
    "a key that is none": (GOOD.replace("[colors]", "drak = true\n[colors]"), "drak"),
    "not TOML": ("colors = \n", "line 1"),
}


@pytest.mark.parametrize("case", BROKEN)
def test_a_broken_theme_is_left_out_with_one_line(case: str, tmp_path: Path) -> None:
    text, part = BROKEN[case]
    (tmp_path / "mine.toml").write_text(text)
    themes, problems = load_themes(tmp_path)
    assert [theme.name for theme in themes] == list(BUNDLED)
    assert len(problems) == 1
    assert problems[0].startswith("mine.toml: ")
    assert problems[0].isprintable()
    assert part in problems[0]


def test_all_that_is_wrong_is_said_at_once(tmp_path: Path) -> None:
    (tmp_path / "a.toml").write_text('[colors]\nprimary = "x"\nerror = "y"')
    (tmp_path / "b.toml").write_bytes(b"\xff\x1b[31m")
    (tmp_path / "c.toml").mkdir()
    line = one_line(load_themes(tmp_path)[1])
    assert line.startswith("3 themes are left out: ")
    assert "colors.primary" in line
    assert "colors.error" in line
    assert line.isprintable()
    assert one_line([]) == ""


def test_a_users_theme_replaces_a_bundled_one_of_its_name(tmp_path: Path) -> None:
    (tmp_path / "light.toml").write_text(GOOD)
    themes, problems = load_themes(tmp_path)
    assert problems == []
    assert {theme.name: theme.primary for theme in themes}["light"] == "#336699"


def test_a_users_folder_that_is_not_there_is_no_problem(tmp_path: Path) -> None:
    assert load_themes(tmp_path / "none")[1] == []


def test_an_ansi_theme_gives_every_token_that_style_sheets_may_name() -> None:
    ansi = BUNDLED["ansi16"]
    given = {**ansi.to_color_system().generate(), **ansi.variables}
    assert set(BUNDLED["dark"].to_color_system().generate()) - set(given) == set()


@pytest.mark.parametrize("name", BUNDLED)
async def test_every_bundled_theme_can_be_drawn(name: str) -> None:
    class Small(App[None]):
        pass

    app = Small()
    app.register_theme(BUNDLED[name])
    async with app.run_test() as pilot:
        app.theme = name
        await pilot.pause()
        assert app.current_theme.name == name


def test_a_theme_file_is_read_alone(tmp_path: Path) -> None:
    path = tmp_path / "mine.toml"
    path.write_text(GOOD + '[variables]\ntext-muted = "auto 60%"\nlink-style = "bold not underline"')
    theme = read_theme(path)
    assert isinstance(theme, Theme)
    assert theme.variables["text-muted"] == "auto 60%"
