"""The one registry of what a person can do: it feeds keys, footer, help and palette."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal

from vasttui.tui.keys import chosen_key
from vasttui.watch.session import Remedy, Role

Group = Literal["run", "bringup", "look", "view", "rent", "replay", "app"]
GROUP_TITLES: dict[Group, str] = {
    "run": "The run",
    "bringup": "The machine's bring-up",
    "look": "Looking",
    "view": "Views",
    "rent": "Renting",
    "replay": "Replay",
    "app": "Screen",
}


@dataclass(frozen=True, slots=True)
class Context:
    """What decides which actions are offered.

    `alert`: one waits to be seen; `held`: one holds, seen or not. `market`: there is one to ask. `plan`: and
    a plan to rent by. `chosen`: a row is under the cursor. `rented`: its machine bills to our account,
    whatever becomes of the run. `unlaunched`: its machine is being brought up, nothing was launched there
    yet; `unfit`: and it failed the checklist, which can be overruled. `remedies`: what can be done about a
    bring-up that failed.
    """

    role: Role = "watcher"
    readonly: bool = False
    ended: bool = False
    broken: bool = False
    alert: bool = False
    held: bool = False
    menu: bool = False
    paused: bool = False
    market: bool = False
    plan: bool = False
    chosen: bool = False
    rented: bool = False
    unlaunched: bool = False
    unfit: bool = False
    remedies: tuple[Remedy, ...] = ()


Refusal = Callable[[Context], str]
_NOT_LAUNCHED = "the machine is being brought up: nothing is launched there yet"


def _never(_: Context) -> str:
    return ""


def _changes_the_run(context: Context) -> str:
    if context.readonly:
        return "this screen was opened with --readonly"
    if context.role == "mirror":
        return "this screen mirrors another watcher, read-only: do it there, or with the command line"
    return ""


def _kills(context: Context) -> str:
    gone = context.ended and context.role != "replay" and not context.rented
    return _changes_the_run(context) or ("the run has ended already" if gone else "")


def _relaunches(context: Context) -> str:
    return _changes_the_run(context) or (_NOT_LAUNCHED if context.unlaunched and not context.unfit else "")


def _looks(context: Context) -> str:
    if context.broken or context.role == "replay":
        return ""
    return _changes_the_run(context) or (_NOT_LAUNCHED if context.unlaunched else "")


def _acknowledges(context: Context) -> str:
    return _changes_the_run(context) or ("" if context.alert else "no alert is waiting to be seen")


def _snoozes(context: Context) -> str:
    return _changes_the_run(context) or ("" if context.held else "no alert holds")


def _plays(context: Context) -> str:
    return "" if context.role == "replay" else "only a replay can be played"


def _returns(context: Context) -> str:
    return "" if context.menu else "the start screen was not opened"


def _has_market(context: Context) -> str:
    return "" if context.market else "this screen was opened without a market"


def _mends(remedy: Remedy) -> Refusal:
    def refused(context: Context) -> str:
        changes = _changes_the_run(context)
        return changes or ("" if remedy in context.remedies else "no step of a bring-up has failed")

    return refused


@dataclass(frozen=True, slots=True)
class Action:
    """`refused`: why it cannot be done now, empty where it can. `rank`: low stays in a small footer."""

    id: str
    key: str
    label: str
    tooltip: str
    group: Group
    refused: Refusal = _never
    rank: int = 9
    shown: str = ""

    @property
    def key_text(self) -> str:
        """The key as people write it."""
        return chosen_key(self.id, self.shown or self.key)


ACTIONS: tuple[Action, ...] = (
    Action("acknowledge", "a", "seen", "Mark the alert as seen", "run", _acknowledges, 2),
    Action("snooze", "s", "snooze", "Silence the alert a while, with a reason", "run", _snoozes, 7),
    Action("kill", "k", "kill", "Stop the process and check that it is gone", "run", _kills, 3),
    Action("relaunch", "r", "relaunch", "Start a new attempt", "run", _relaunches, 4),
    Action(
        "retry", "y", "try again", "Try the failed step of the bring-up again", "bringup", _mends("retry"), 1
    ),
    Action(
        "next", "n", "next machine", "Give this machine back, rent the next", "bringup", _mends("next"), 1
    ),
    Action(
        "destroy", "d", "destroy", "Give the machine back: nothing bills", "bringup", _mends("destroy"), 1
    ),
    Action("check", "c", "check now", "Look now, whatever the cadence says", "look", _looks, 5),
    Action("pause", "p", "pause", "Hold or resume the cadence", "look", _looks, 8),
    Action("expand", "enter", "expand", "Open what is selected", "view", _never, 6),
    Action("log", "l", "log", "Read the log: search, follow", "view", _never, 5),
    Action("jump", "j", "log there", "The log where the alert happened", "view", _never, 7),
    Action("filter", "f", "filter", "List all alerts, open ones, or one rule", "view", _never, 9),
    Action("chart", "m", "chart", "Charts of the whole run, with axes", "view", _never, 6),
    Action("window", "w", "window", "How much time the step rate shows", "view", _never, 9),
    Action("runs", "g", "runs", "Back to the list of runs", "view", _returns, 7),
    Action("offers", "o", "offers", "Machines for rent, judged for the plan", "rent", _has_market, 8),
    Action("instances", "i", "instances", "What bills now, ours or not", "rent", _has_market, 8),
    Action("play", "space", "play/pause", "Play or pause the replay", "replay", _plays, 1),
    Action("back", "left", "back", "Back by a fiftieth of the run", "replay", _plays, 2, "←"),
    Action("ahead", "right", "ahead", "Ahead by a fiftieth of the run", "replay", _plays, 2, "→"),
    Action("look_back", "comma", "look before", "Back to the look before", "replay", _plays, 4, ","),
    Action("look_ahead", "full_stop", "next look", "Ahead to the next look", "replay", _plays, 4, "."),
    Action("next_alert", "exclamation_mark", "alert", "To the next alert", "replay", _plays, 4, "!"),
    Action("faster", "plus,equals_sign", "faster", "Play twice as fast", "replay", _plays, 3, "+"),
    Action("slower", "minus", "slower", "Play half as fast", "replay", _plays, 3, "-"),
    Action("theme", "t", "theme", "Choose a theme, seen at once", "app", _never, 9),
    Action("help", "question_mark", "help", "Every key", "app", _never, 1, "?"),
    Action("palette", "ctrl+p", "commands", "Search everything that can be done now", "app", _never, 9, "^p"),
    Action("quit", "q", "leave", "Leave the screen; the run goes on", "app", _never, 0),
)
BY_ID: dict[str, Action] = {action.id: action for action in ACTIONS}


def offered(context: Context, actions: Sequence[Action] = ACTIONS) -> list[Action]:
    """What can be done now, in the registry's order."""
    return [action for action in actions if not action.refused(context)]


def footer_actions(context: Context, actions: Sequence[Action] = ACTIONS) -> list[Action]:
    """The same, most wanted first."""
    return sorted(offered(context, actions), key=lambda action: action.rank)


def help_rows(
    context: Context, actions: Sequence[Action] = ACTIONS
) -> list[tuple[str, list[tuple[Action, str]]]]:
    """Group title → its actions, each with why it is refused now (empty: it is not)."""
    groups: list[tuple[str, list[tuple[Action, str]]]] = []
    for group, title in GROUP_TITLES.items():
        rows = [(action, action.refused(context)) for action in actions if action.group == group]
        if rows and _matters(group, context):
            groups.append((title, rows))
    return groups


def _matters(group: Group, context: Context) -> bool:
    if group == "bringup":
        return bool(context.remedies)
    return group != "replay" or context.role == "replay"
