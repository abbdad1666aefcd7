"""Several runs at once: the table, and going from one to another without ceasing to watch."""

import time
from dataclasses import replace

from tests.tui import fake
from tests.tui.driving import text, until
from tests.tui.fake import FakeSession
from vasttui.tui.app import VastTui
from vasttui.tui.leaving import Leaving, also_left
from vasttui.tui.panes.runs import RunsTable, run_entry, severity, sparkline
from vasttui.tui.screens.monitor import MonitorScreen
from vasttui.tui.screens.start import StartScreen
from vasttui.tui.start import RunRow, StartMenu
from vasttui.watch.session import Session

LINE = "2026-11-18T10:26:40Z 6200/20000 3.42/s 1h31m 97% 71.2/80.0G loss=2.31 ALERT:slow"
ROW = RunRow("llama", "root@203.0.113.7", LINE, "ALERT:slow", 90.0, (3.4, 3.4, None, 1.6), 5.62)


def test_a_line_tells_state_course_share_rate_rest_and_cost() -> None:
    shown = run_entry(ROW, 150).plain
    for wanted in (
        "▲ ALERT:slow",
        "llama",
        "▆▆",
        "31%",
        "3.42/s",
        "1h31m",
        "$5.62",
        "97%",
        "1m ago",
        "203.0.113.7",
    ):
        assert wanted in shown


def test_a_narrow_line_keeps_state_name_course_and_share() -> None:
    shown = run_entry(ROW, 52).plain
    assert len(shown) <= 52
    assert "▲ ALERT:slow" in shown
    assert "31%" in shown


def test_a_course_is_drawn_over_nought_with_its_gaps() -> None:
    assert sparkline([None, 4.0, 2.0, 0.0], 6) == "   ▆▃▁"
    assert sparkline([], 3) == "   "


def test_the_worst_comes_first_and_the_unknown_last() -> None:
    words = ("OK", "NEW", "CRASH", "ALERT:slow", "DONE")
    rows = sorted((replace(ROW, status=word) for word in words), key=severity)
    assert [row.status for row in rows] == ["CRASH", "ALERT:slow", "OK", "DONE", "NEW"]


async def test_fifty_runs_are_updated_by_line_without_a_stall() -> None:
    rows = [replace(ROW, name=f"run-{i:02d}", age=float(i)) for i in range(50)]
    async with VastTui(start=fake.menu(0)).run_test(size=(150, 60)) as pilot:
        await until(pilot, lambda: "no run yet" in text(pilot))
        table = pilot.app.screen.query_one(RunsTable)
        table.show(rows)
        await pilot.press("shift+tab")
        table.highlighted = 7
        began = time.perf_counter()
        for turn in range(5):
            table.show([replace(row, age=row.age + 60 * turn) for row in rows if row.age is not None])
        assert (time.perf_counter() - began) / 5 < 0.05
        assert table.highlighted == 7
        table.show([replace(ROW, name="run-99", status="CRASH"), *rows])
        assert table.highlighted == 8


async def test_from_run_to_run_all_are_watched_on_and_taken_up_again() -> None:
    made: dict[str, FakeSession] = {}

    async def opened(name: str) -> Session:
        calm = fake.healthy()
        made[name] = FakeSession(replace(calm, run=replace(calm.run, name=name)))
        return made[name]

    rows = [replace(ROW, name="one", status="OK"), replace(ROW, name="two", status="OK")]
    app = VastTui(start=StartMenu(lambda: rows, opened, opened))
    async with app.run_test(size=(160, 36), notifications=True) as pilot:
        await until(pilot, lambda: "two" in text(pilot))
        await pilot.press("enter")
        await until(pilot, lambda: isinstance(app.screen, MonitorScreen) and "one" in text(pilot))
        await pilot.press("g")
        await until(pilot, lambda: isinstance(app.screen, StartScreen))
        await until(pilot, lambda: "watched here" in text(pilot))
        await pilot.press("down", "enter")
        await until(pilot, lambda: isinstance(app.screen, MonitorScreen) and app.session is made["two"])
        await pilot.press("g")
        await until(pilot, lambda: isinstance(app.screen, StartScreen))
        first = made["one"]
        app.screen.query_one(RunsTable).highlighted = 0
        await pilot.press("enter")
        await until(pilot, lambda: app.session is first)
        assert made["one"] is first
        assert not first.closed
        assert app.kept_sessions == [made["two"]]
        await app.close_sessions()
        assert first.closed
        assert made["two"].closed


def test_leaving_names_the_runs_behind_the_screens() -> None:
    assert also_left(Leaving(0, "one goes on"), ["two", "a\x1b[31m"]).text.endswith("now either: a, two")
    assert also_left(Leaving(3, "x"), []) == Leaving(3, "x")
