"""The command palette: what can be done now, from the registry."""

from collections.abc import Iterable
from functools import partial
from typing import Protocol, runtime_checkable

from textual.command import DiscoveryHit, Hit, Hits, Provider

from vasttui.tui.actions import Action


@runtime_checkable
class Performs(Protocol):
    """A screen with actions of the registry."""

    def offered(self) -> list[Action]:
        """What can be done now."""
        ...

    def perform(self, action: Action) -> None:
        """Do it."""
        ...


class ActionProvider(Provider):
    """Entries are the tooltips; the key stands behind."""

    @property
    def _actions(self) -> Iterable[tuple[Action, Performs]]:
        screen = self.screen
        if isinstance(screen, Performs):
            for action in screen.offered():
                if action.id != "palette":
                    yield action, screen

    async def discover(self) -> Hits:
        """All of them."""
        for action, screen in self._actions:
            yield DiscoveryHit(action.tooltip, partial(screen.perform, action), help=f"key {action.key_text}")

    async def search(self, query: str) -> Hits:
        """Those that match."""
        matcher = self.matcher(query)
        for action, screen in self._actions:
            text = f"{action.label}: {action.tooltip}"
            if (score := matcher.match(text)) > 0:
                yield Hit(
                    score,
                    matcher.highlight(text),
                    partial(screen.perform, action),
                    help=f"key {action.key_text}",
                )
