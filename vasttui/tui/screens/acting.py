"""A screen whose keys, footer, help and palette come from a table of actions."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, ClassVar

from textual.binding import Binding, BindingType
from textual.content import Content
from textual.events import Click
from textual.style import Style
from textual.widgets import Static

from vasttui.tui.actions import Action, Context, footer_actions, offered
from vasttui.tui.controls import Controls, toast
from vasttui.tui.panes.footer import SEPARATOR, fitting
from vasttui.tui.screens.quick import Quick

if TYPE_CHECKING:
    from vasttui.tui.app import VastTui


def bindings_of(actions: Sequence[Action]) -> list[BindingType]:
    """One binding an action; the palette has its own."""
    return [
        Binding(
            action.key,
            f"screen.do('{action.id}')",
            action.label,
            id=action.id.replace("_", ".", 1),
            tooltip=action.tooltip,
        )
        for action in actions
        if not action.id.endswith("palette")
    ]


class ActionBar(Static):
    """The keys that work now, as many as fit; every entry can be clicked."""

    def put(self, actions: Sequence[Action], context: Context) -> None:
        """Draw them for the width there is."""
        parts: list[Content] = []
        for action in fitting(footer_actions(context, actions), self.size.width):
            text = Content.assemble(
                (action.key_text, "bold $text-accent"), " ", (action.label, "$text-muted")
            )
            parts.append(text.stylize(Style.from_meta({"do": action.id})))
        self.update(Content(SEPARATOR).join(parts), layout=False)

    async def on_click(self, event: Click) -> None:
        """Do what the entry says."""
        if action := event.style.meta.get("do"):
            await self.run_action(f"screen.do('{action}')")


class ActingScreen(Quick[None]):
    """Subclasses give `ACTIONS`, `context` and a `do_<id>` for every action."""

    app: "VastTui"
    ACTIONS: ClassVar[tuple[Action, ...]] = ()

    def __init__(self) -> None:
        super().__init__()
        self.controls = Controls(self)

    @property
    def context(self) -> Context:
        """What decides which actions are offered."""
        raise NotImplementedError

    def offered(self) -> list[Action]:
        """For the palette."""
        return [one for one in offered(self.context, self.ACTIONS) if not one.id.endswith("palette")]

    def action_do(self, action_id: str) -> None:
        """Carry out an action of the table, or say why not now."""
        action = next(one for one in self.ACTIONS if one.id == action_id)
        if refused := action.refused(self.context):
            toast(self, f"{action.label}: {refused}", bad=True)
        else:
            self.perform(action)

    def perform(self, action: Action) -> None:
        """Call the action's method."""
        getattr(self, f"do_{action.id}")()

    def show_keys(self) -> None:
        """Draw the footer anew."""
        for bar in self.query(ActionBar):
            bar.put(self.ACTIONS, self.context)

    def do_market_theme(self) -> None:
        """Choose a theme."""
        self.app.choose_theme()

    def do_market_help(self) -> None:
        """Every key."""
        from vasttui.tui.screens.help import HelpScreen  # noqa: PLC0415  not needed before

        self.app.push_screen(HelpScreen(self.context, self.ACTIONS))

    def do_market_palette(self) -> None:
        """The command palette."""
        self.app.action_command_palette()

    def do_market_back(self) -> None:
        """Where one came from."""
        self.app.go_back()
