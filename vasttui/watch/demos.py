"""The bundled sample runs, ready to play."""

from vasttui.assets import bundled
from vasttui.hosts.record import Record
from vasttui.watch.replay import ReplaySession
from vasttui.watch.session import ControlError

DEMO_DEFAULT = "healthy"
DEMO_SPEED = 60.0


def demo_names() -> tuple[str, ...]:
    """The bundled sample runs, the default first."""
    folder = bundled("sample_runs")
    names = sorted(p.parent.name for p in folder.glob("*/run.toml"))
    names.sort(key=lambda name: name != DEMO_DEFAULT)
    return tuple(names)


def demo_session(name: str, speed: float = DEMO_SPEED) -> ReplaySession:
    """A sample run, ready to play.

    Raises:
        ControlError: there is none of that name.
    """
    if name not in demo_names():
        raise ControlError(f"no sample run called {name!r}; there are: {', '.join(demo_names())}")
    return ReplaySession(Record.open(bundled("sample_runs") / name), speed)


def about(name: str) -> str:
    """The line that says how a sample was made."""
    try:
        return (bundled("sample_runs") / name / "ABOUT").read_text("utf-8").splitlines()[0]
    except (OSError, IndexError):
        return ""
