"""What the start screen needs to know: runs, demos, and how to open them."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field

from vasttui.watch.session import Session


@dataclass(frozen=True, slots=True)
class RunRow:
    """One run in the list. `line`: its last summary line; `age`: seconds since it was last seen.

    `trend`: steps a second at its newest looks, oldest first. `here`: this screen watches it.
    """

    name: str
    host: str
    line: str
    status: str
    age: float | None = None
    trend: tuple[float | None, ...] = ()
    cost_usd: float | None = None
    here: bool = False


@dataclass(frozen=True, slots=True)
class StartMenu:
    """The list of runs and what opening means; callbacks may raise ControlError with one line.

    `rows` is asked again every two seconds, in a thread; `open` and `demo` are awaited on the loop.
    """

    rows: Callable[[], Sequence[RunRow]]
    open: Callable[[str], Awaitable[Session]]
    demo: Callable[[str], Awaitable[Session]]
    demos: Sequence[str] = field(default_factory=tuple[str, ...])
