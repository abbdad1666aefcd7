"""The session's controls as a person uses them: in a worker each, trouble as one line in a toast."""

from collections.abc import Awaitable, Callable
from typing import Any, TypeVar, cast

from textual.app import App
from textual.dom import DOMNode
from textual.screen import Screen

from vasttui.tui.figures import one_line
from vasttui.watch.session import ControlError

T = TypeVar("T")


def toast(node: DOMNode, text: str, *, bad: bool = False) -> None:
    """One line for the user, never read as markup."""
    app = cast("App[Any]", node.app)  # pyright: ignore[reportUnknownMemberType]  its result is of no interest
    app.notify(
        one_line(text, 300), severity="error" if bad else "information", markup=False, timeout=8 if bad else 4
    )


def said(error: Exception) -> str:
    """`: what; hint` for errors that know what to do next (host, market, state), else what it was."""
    hint = getattr(error, "hint", None)
    if not isinstance(hint, str):
        return f" failed: {type(error).__name__}: {error}"
    return f": {error}; {hint}" if hint else f": {error}"


class Controls:
    """Runs what may wait on the network beside the screen, one of a kind at a time."""

    def __init__(self, screen: Screen[Any]) -> None:
        self.screen = screen

    def run(self, label: str, call: Callable[[], Awaitable[T]], done: Callable[[T], str | None]) -> None:
        """Start `call` in a worker; `done` makes the toast of its result (None: no toast)."""
        self.screen.run_worker(
            self._carry_out(label, call, done),
            name=label,
            group=f"control-{label}",
            exclusive=True,
            exit_on_error=False,
        )

    def stop(self, label: str) -> None:
        """Give up what runs under this label."""
        for worker in list(self.screen.workers):
            if worker.group == f"control-{label}":
                worker.cancel()

    async def _carry_out(
        self, label: str, call: Callable[[], Awaitable[T]], done: Callable[[T], str | None]
    ) -> None:
        try:
            text = done(await call())
        except ControlError as error:
            toast(self.screen, f"{label}: {error}", bad=True)
        except Exception as error:  # noqa: BLE001  whatever else went wrong, the screen stays and says so
            toast(self.screen, f"{label}{said(error)}", bad=True)
        else:
            if text:
                toast(self.screen, text)
