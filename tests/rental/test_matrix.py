"""Killed anywhere: nothing bills that is not shown, nothing is rented twice. All of it: `-m tests.rental`."""

from pathlib import Path

import pytest

from tests.rental.matrix import ACTS, FAULTS, live, points_of
from vasttui.cloud.client import Vast
from vasttui.watch import rental as renting
from vasttui.watch.rentals_journal import Rental, Rentals

CELLS = [
    ("rent", "lost_reply"),
    ("rent", "create_fails_leaves, silent"),
    ("rent", "destroy_ignored"),
    ("stop", "none"),
    ("destroy", "lost destroy reply"),
    ("rent again", "none"),
    ("kill", "lost destroy reply"),
    ("relaunch", "lost_reply"),
    ("bring up", "none"),
]
ENDING = {
    **dict.fromkeys(("stop", "destroy"), ("order", "stop", "destroy")),
    "kill": ("after: note", "after: INSERT INTO rental_orders", "after: destroy", "before: pull"),
    "bring up": ("after: keep", "record", "attempt"),
    "relaunch": ("after: note end", "before: pull", "after: destroy", "rent offer", "after: UPDATE rentals"),
}


@pytest.mark.parametrize(("act", "fault"), CELLS)
async def test_a_process_killed_anywhere_leaves_nothing_unseen(
    tmp_path: Path, act: str, fault: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    points = dict.fromkeys(name for name, _ in await points_of(tmp_path / "points", fault, ACTS[act]))
    words = ENDING.get(act, ("",))
    chosen = [point for point in points if any(word in point for word in words)]
    lives = [
        (await live(tmp_path / f"{number}", fault, ACTS[act], (point, 0)))[0]
        for number, point in enumerate(chosen)
    ]
    assert len(lives) >= 6
    assert [life for life in lives if not life.is_good] == []


@pytest.mark.parametrize("fault", FAULTS)
async def test_every_fault_is_survived_when_nobody_dies(tmp_path: Path, fault: str) -> None:
    life, _ = await live(tmp_path, fault, ACTS["destroy"], None)
    assert life.is_good


async def test_the_matrix_notices_a_rental_that_is_not_looked_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def forget(vast: Vast, rentals: Rentals, rental: Rental, **_: object) -> Rental:
        rentals.move(rental.label, "closed")
        return rental

    monkeypatch.setattr(renting, "settle", forget)
    life, _ = await live(tmp_path, "lost_reply", ACTS["rent"], None)
    assert not life.is_good
