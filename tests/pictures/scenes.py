"""What is pictured: sample runs at moments that show something, in every theme and size."""

import asyncio
import os
import time
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import product
from pathlib import Path

from rich.color_triplet import ColorTriplet
from rich.terminal_theme import TerminalTheme
from textual.color import Color

from tests.pictures.svg import svg
from vasttui.assets import bundled
from vasttui.hosts.record import Record
from vasttui.tui.app import VastTui
from vasttui.tui.start import RunRow, StartMenu
from vasttui.tui.themes import load_themes
from vasttui.watch.demos import demo_names
from vasttui.watch.replay import ReplaySession, judge_of, judge_record
from vasttui.watch.session import ControlError, Session

FOLDER = Path(__file__).parents[2] / "docs" / "pictures"
SIZES = ((200, 50), (120, 36), (80, 24), (50, 15))
THEMES = tuple(theme.name for theme in load_themes()[0])
# The sixteen colours of a terminal, for the theme that uses the terminal's own.
_SIXTEEN = (
    (0, 0, 0), (205, 49, 49), (13, 188, 121), (229, 229, 16), (59, 142, 234), (188, 63, 188), (17, 168, 205),
    (229, 229, 229), (118, 118, 118), (241, 76, 76), (35, 209, 139), (245, 245, 67), (59, 142, 234),
    (214, 112, 214), (41, 184, 219), (255, 255, 255),
)  # fmt: skip
TERMINAL = TerminalTheme((18, 18, 18), (229, 229, 229), list(_SIXTEEN[:8]), list(_SIXTEEN[8:]))


@dataclass(frozen=True, slots=True)
class Scene:
    """One picture. `at`: the share of the record that has been played; `keys` are pressed then."""

    name: str
    run: str
    at: float
    size: tuple[int, int] = (120, 36)
    theme: str = "dark"
    keys: tuple[str, ...] = field(default_factory=tuple[str, ...])
    wait_for: str = ""

    @property
    def path(self) -> Path:
        """Where it is kept."""
        return FOLDER / f"{self.name}.svg"


def _each_size_and_theme() -> Iterator[Scene]:
    for theme, size in product(THEMES, SIZES):
        name = f"{theme}-{size[0]}x{size[1]}"
        yield Scene(name, "slowdown", 0.8, size, theme)


SCENES: tuple[Scene, ...] = (
    Scene("calm", "healthy", 0.7),
    Scene("alert", "slowdown", 0.8),
    Scene("crash", "traceback", 1.0, keys=("enter",), wait_for="▶ KeyError"),
    Scene("stall", "stall", 0.8),
    Scene("log", "traceback", 1.0, keys=("l",), wait_for="● follows"),
    Scene("chart", "slowdown", 0.9, keys=("m", "N", "N"), wait_for="▲ slow"),
    Scene("charts", "slowdown", 0.9, (160, 45), keys=("m", "a", "N", "N"), wait_for="▲ slow"),
    Scene("snooze", "slowdown", 0.8, keys=("s", *"known")),
    Scene("runs", "", 0.8),
    Scene("help", "slowdown", 0.8, keys=("question_mark",)),
    *_each_size_and_theme(),
)


@contextmanager
def in_utc() -> Generator[None]:
    """Wall-clock times do not depend on where the script runs."""
    before = os.environ.get("TZ")
    os.environ["TZ"] = "UTC"
    time.tzset()
    try:
        yield
    finally:
        if before is None:
            del os.environ["TZ"]
        else:
            os.environ["TZ"] = before
        time.tzset()


def text_of(app: VastTui) -> str:
    """What stands on the screen."""
    strips = app.screen._compositor.render_strips()
    return "\n".join("".join(segment.text for segment in strip) for strip in strips)


def rows_of_samples(share: float) -> list[RunRow]:
    """The sample runs as a list shows them, each after `share` of its record."""
    rows: list[RunRow] = []
    for name in sorted(path.parent.name for path in bundled("sample_runs").glob("*/run.toml")):
        record = Record.open(bundled("sample_runs") / name)
        checks = [one.check for one in judge_record(record, judge_of(record)[0]) if one.check is not None]
        start, end = checks[0].ts, record.end_ts
        seen = [check for check in checks if check.ts <= start + (end - start) * share]
        last = seen[-1]
        age = start + (end - start) * share - last.ts
        trend = tuple(check.rate for check in seen[-12:])
        rows.append(RunRow(name, "record", last.line, last.status, age, trend, last.forecast.projected_usd))
    return rows


async def start_picture(scene: Scene) -> str:
    """The start screen with the sample runs."""
    rows = rows_of_samples(scene.at)

    async def none(name: str) -> Session:
        raise ControlError(name)

    app = VastTui(start=StartMenu(lambda: rows, none, none, demo_names()), theme=scene.theme)
    async with app.run_test(size=scene.size) as pilot:
        while "slowdown" not in text_of(app):
            await pilot.pause(0.01)
        await pilot.pause(0.1)
        return drawn_at(app, scene.size[0])


def drawn_at(app: VastTui, width: int) -> str:
    """What stands on the screen, as SVG."""
    lines = app.screen._compositor.render_strips()
    ground = TERMINAL.background_color.hex if app.native_ansi_color else _ground(app)
    return svg(lines, width, _palette(ground), ground)


async def picture(scene: Scene) -> str:
    """The scene as SVG."""
    if not scene.run:
        return await start_picture(scene)
    session = ReplaySession(Record.open(bundled("sample_runs") / scene.run), speed=60)
    playback = session.snapshot().playback
    assert playback is not None
    await session.pause(True)
    await session.seek(playback.start + (playback.end - playback.start) * scene.at)
    app = VastTui(session, theme=scene.theme)
    async with app.run_test(size=scene.size) as pilot:
        await pilot.press(*scene.keys)
        for _ in range(3000):
            await pilot.pause(0.01)
            playback = session.snapshot().playback
            if scene.wait_for in text_of(app) and playback is not None and playback.looks:
                break
        else:
            raise TimeoutError(f"{scene.name}: {scene.wait_for!r} never came:\n{text_of(app)}")
        await pilot.pause(0.3)  # the newest picture is on the screen
        shown = drawn_at(app, scene.size[0])
    await session.close()
    return shown


def _ground(app: VastTui) -> str:
    return Color.parse(app.theme_variables["background"]).hex6.lower()


def _palette(ground: str) -> TerminalTheme:
    color = ColorTriplet(*Color.parse(ground).rgb)
    return TerminalTheme(color, TERMINAL.foreground_color, list(_SIXTEEN[:8]), list(_SIXTEEN[8:]))


def draw(scene: Scene) -> str:
    """The same, from a script."""
    with in_utc():
        return asyncio.run(picture(scene))
