"""The registry that feeds keys, footer, help and palette."""

import pytest

from vasttui.tui.actions import ACTIONS, BY_ID, Context, footer_actions, help_rows, offered
from vasttui.tui.screens.monitor import MonitorScreen

# In most terminals these cannot be told from backspace, tab and enter.
AMBIGUOUS = {"ctrl+h", "ctrl+i", "ctrl+m"}


def test_keys_and_ids_are_all_different() -> None:
    keys = [key for action in ACTIONS for key in action.key.split(",")]
    assert len(set(keys)) == len(keys)
    assert len(BY_ID) == len(ACTIONS)
    assert not AMBIGUOUS & set(keys)


@pytest.mark.parametrize("action", ACTIONS, ids=lambda action: action.id)
def test_every_action_can_be_done_and_explained(action: object) -> None:
    assert action in ACTIONS
    identifier = getattr(action, "id", "")
    assert callable(getattr(MonitorScreen, f"do_{identifier}"))
    assert getattr(action, "tooltip", "")


def test_every_action_has_a_binding_with_its_id() -> None:
    bound = {getattr(binding, "id", None) for binding in MonitorScreen.BINDINGS}
    assert bound == set(BY_ID) - {"palette"}


@pytest.mark.parametrize("context", [Context(readonly=True), Context(role="mirror")])
def test_a_screen_that_may_not_touch_the_run_offers_nothing_that_does(context: Context) -> None:
    ids = {action.id for action in offered(context)}
    assert not ids & {"kill", "relaunch", "acknowledge", "check", "pause"}
    assert {"log", "chart", "help", "quit"} <= ids


def test_only_a_replay_can_be_played() -> None:
    assert "play" in {action.id for action in offered(Context(role="replay"))}
    assert "play" not in {action.id for action in offered(Context())}


def test_a_run_that_ended_cannot_be_killed_but_relaunched() -> None:
    ids = {action.id for action in offered(Context(ended=True))}
    assert "kill" not in ids
    assert "relaunch" in ids


def test_the_way_out_is_the_last_to_leave_a_small_footer() -> None:
    assert footer_actions(Context())[0].id == "quit"


def test_help_names_what_is_refused_and_why() -> None:
    rows = dict(help_rows(Context(role="mirror")))
    refused = {action.id: why for action, why in rows["The run"]}
    assert "mirrors another watcher" in refused["kill"]
