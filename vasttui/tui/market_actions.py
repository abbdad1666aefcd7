"""What can be done on the screens of renting; the same registry entries as the main screen's, by screen."""

from vasttui.tui.actions import Action, Context, Refusal


def _spends(context: Context) -> str:
    if context.readonly:
        return "this screen was opened with --readonly: renting spends"
    if not context.plan:
        return "there is no plan to rent for: vasttui init writes plan.toml"
    return "" if context.chosen else "no offer is chosen"


def _ends(what: str) -> Refusal:
    def refused(context: Context) -> str:
        if context.readonly:
            return f"this screen was opened with --readonly: to {what} changes"
        return "" if context.chosen else "no instance is chosen"

    return refused


def _asks(context: Context) -> str:
    return "" if context.market else "this screen was opened without a market"


def _never(_: Context) -> str:
    return ""


def _judged(context: Context) -> str:
    return "" if context.plan else "without a plan nothing is judged: vasttui init writes plan.toml"


def _has_run(context: Context) -> str:
    return "" if context.alert else "no run of ours uses this instance"


_SCREEN = (
    Action("market_theme", "t", "theme", "Choose a theme, seen at once", "app", _never, 9),
    Action("market_help", "question_mark", "help", "Every key of this screen", "app", _never, 2, "?"),
    Action(
        "market_palette",
        "ctrl+p",
        "commands",
        "Search everything that can be done now",
        "app",
        _never,
        9,
        "^p",
    ),
    Action("market_back", "escape,q", "back", "Back to where you came from", "app", _never, 0, "esc"),
)

START: tuple[Action, ...] = (
    Action("start_offers", "o", "offers", "Search machines for rent, judged for plan.toml", "rent", _asks, 2),
    Action("start_instances", "i", "instances", "What bills now, ours or not", "rent", _asks, 3),
    Action("market_theme", "t", "theme", "Choose a theme, seen at once", "app", _never, 5),
    Action("market_help", "question_mark", "help", "Every key of this screen", "app", _never, 4, "?"),
    Action("market_palette", "ctrl+p", "commands", "All that can be done now", "app", _never, 9, "^p"),
    Action("start_quit", "q,escape", "leave", "Close the screen; runs go on", "app", _never, 1, "q"),
)

OFFERS: tuple[Action, ...] = (
    Action(
        "offer_rent", "r", "rent", "Rent the offer under the cursor (enter): asks first", "rent", _spends, 1
    ),
    Action("offer_query", "e", "query", "Edit the query, in the market's own language", "look", _never, 3),
    Action(
        "offer_find",
        "slash",
        "find",
        "Show only offers whose GPU or place holds these words",
        "look",
        _never,
        5,
        "/",
    ),
    Action(
        "offer_gate",
        "f",
        "filter",
        "Show all offers, those that may fit, or those that pass",
        "look",
        _judged,
        4,
    ),
    Action("offer_sort", "s", "sort", "Sort by the next column (or click its name)", "look", _never, 4),
    Action("offer_reverse", "S", "reverse", "Sort the other way round", "look", _never, 7),
    Action("offer_again", "u", "update", "Ask the market again", "look", _never, 6),
    Action("offer_instances", "i", "instances", "What bills now, ours or not", "view", _never, 6),
    *_SCREEN,
)

INSTANCES: tuple[Action, ...] = (
    Action("instance_open", "enter", "open run", "Open the run that uses the instance", "view", _has_run, 3),
    Action("instance_stop", "s", "stop", "Stop the instance: its disk bills on", "rent", _ends("stop"), 1),
    Action(
        "instance_destroy",
        "d",
        "destroy",
        "Destroy the instance and its disk: nothing bills",
        "rent",
        _ends("destroy"),
        1,
    ),
    Action("instance_again", "u", "update", "Ask the market again", "look", _never, 4),
    Action("instance_offers", "o", "offers", "Search machines for rent", "view", _never, 5),
    *_SCREEN,
)
