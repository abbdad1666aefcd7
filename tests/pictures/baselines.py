"""A few pictures of made-up runs, compared whole in tests: only the screen's own looks change them."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from unittest.mock import patch

from tests.pictures.scenes import drawn_at
from tests.tui import fake
from tests.tui.fake import FakeSession
from vasttui.tui.app import VastTui
from vasttui.watch.session import Snapshot

FOLDER = Path(__file__).parents[1] / "tui" / "baselines"


@dataclass(frozen=True, slots=True)
class Baseline:
    """One picture of `made` in a theme and a size."""

    name: str
    made: Callable[[], Snapshot]
    size: tuple[int, int]
    theme: str

    @property
    def path(self) -> Path:
        """Where it is kept."""
        return FOLDER / f"{self.name}.svg"


BASELINES: tuple[Baseline, ...] = (
    Baseline("calm-dark-120x36", fake.healthy, (120, 36), "dark"),
    Baseline("crash-light-80x24", fake.crashed, (80, 24), "light"),
    Baseline("alert-ansi16-50x15", fake.alerting, (50, 15), "ansi16"),
)


async def picture(baseline: Baseline) -> str:
    """It, as SVG. Its clock stands: a countdown would be another picture each second."""
    session = FakeSession(baseline.made())
    app = VastTui(session, theme=baseline.theme)
    with patch("vasttui.tui.screens.monitor.monotonic", lambda: 0.0):
        async with app.run_test(size=baseline.size) as pilot:
            await pilot.pause()
            return drawn_at(app, baseline.size[0])
