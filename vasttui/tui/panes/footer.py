"""The keys that work now, as many as fit."""

from textual.content import Content
from textual.events import Click
from textual.style import Style

from vasttui.tui.actions import Action, footer_actions
from vasttui.tui.panes.base import Pane
from vasttui.tui.view import View

SEPARATOR = "  "


def fitting(actions: list[Action], width: int) -> list[Action]:
    """The most wanted that fit into `width`, in their order."""
    room = width
    kept: list[Action] = []
    for action in actions:
        need = len(action.key_text) + 1 + len(action.label) + len(SEPARATOR)
        if need <= room:
            kept.append(action)
            room -= need
    return kept


class Footer(Pane):
    """One line; every entry can be clicked."""

    def basis(self, view: View) -> object:
        """What can be done now."""
        return view.context

    def draw(self, view: View) -> Content:
        """Keys in the accent, labels muted."""
        width = self.size.width
        parts: list[Content] = []
        for action in fitting(footer_actions(view.context), width):
            click = Style.from_meta({"do": action.id})
            label = "resume" if action.id == "pause" and view.context.paused else action.label
            text = Content.assemble((action.key_text, "bold $text-accent"), " ", (label, "$text-muted"))
            parts.append(text.stylize(click))
        return Content(SEPARATOR).join(parts)

    async def on_click(self, event: Click) -> None:
        """Do what the entry says."""
        if action := event.style.meta.get("do"):
            await self.run_action(f"screen.do('{action}')")
