"""When the plan ends a machine by itself: pure."""

import pytest

from vasttui.monitor.check import Verdict
from vasttui.monitor.reading import Exit
from vasttui.plan import Plan, RunSpec
from vasttui.plan.schema import Budget, Ending
from vasttui.watch.policies import Seen, due, next_at

OVER = Exit(1000.0, code=0)
DONE = Seen(1000.0, OVER, Verdict.DONE)
CRASH = Seen(1000.0, Exit(1000.0, code=1), Verdict.CRASH)


def plan(max_usd: float | None = None, **ending: object) -> Plan:
    return Plan(
        run=RunSpec(command="x"),
        budget=Budget(max_usd=max_usd),
        ending=Ending(**ending),  # type: ignore[arg-type]
    )


@pytest.mark.parametrize(
    ("given", "seen", "wanted"),
    [
        (plan(), DONE, None),
        (plan(on_done="destroy"), DONE, ("on_done", "destroy")),
        (plan(on_done="destroy"), CRASH, None),
        (plan(on_crash="stop"), CRASH, ("on_crash", "stop")),
        (plan(on_crash="stop"), Seen(1000.0, OVER, Verdict.ALERT), ("on_crash", "stop")),
        (plan(on_done="destroy"), Seen(500.0), None),
    ],
)
def test_the_end_of_a_run_is_dealt_with_as_the_plan_says(
    given: Plan, seen: Seen, wanted: tuple[str, str] | None
) -> None:
    found = due(given, seen)
    assert (None if found is None else (found.policy, found.meter)) == wanted


def test_a_kill_from_here_is_no_crash_but_its_machine_idles() -> None:
    given = plan(on_crash="destroy", idle_minutes=10)
    assert due(given, Seen(1100.0, OVER, Verdict.CRASH, by_us=True)) is None
    found = due(given, Seen(1600.0, OVER, Verdict.CRASH, by_us=True))
    assert found is not None
    assert (found.policy, found.meter) == ("on_idle", "stop")


def test_a_kept_machine_idles_only_where_the_plan_says_how_long() -> None:
    assert due(plan(), Seen(99_000.0, OVER, Verdict.DONE)) is None
    assert next_at(plan(idle_minutes=10), DONE, 1.0) == 1600.0


def test_a_spent_budget_stops_the_run_unless_it_is_to_be_kept() -> None:
    spent = Seen(500.0, spent_usd=5.01)
    found = due(plan(5.0), spent)
    assert found is not None
    assert found.text == "on_budget = stop: $5.01 of $5.00 are spent"
    assert due(plan(5.0, on_budget="keep"), spent) is None
    assert due(plan(5.0), Seen(500.0, spent_usd=4.99)) is None


def test_when_the_budget_will_be_spent_is_known_ahead() -> None:
    assert next_at(plan(5.0), Seen(500.0, spent_usd=4.0), 2.0) == 500.0 + 1800.0
    assert next_at(plan(5.0, on_budget="keep"), Seen(500.0, spent_usd=4.0), 2.0) is None
    assert next_at(plan(), Seen(500.0, spent_usd=4.0), 2.0) is None
