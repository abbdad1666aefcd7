"""Ten machines watched for an hour by ten processes: the market never says that it is asked too often."""

import heapq
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path
from typing import cast

import pytest

from tests.cloud.conftest import KEY, clock_of
from tests.rental.killing import PLAN
from vasttui.cloud.account import Order
from vasttui.cloud.client import Vast
from vasttui.cloud.emulator.clock import ManualClock
from vasttui.cloud.emulator.emulator import Emulator, Settings
from vasttui.cloud.errors import CloudError
from vasttui.cloud.keys import Secret
from vasttui.cloud.query import parse_query
from vasttui.hosts.protocol import Host, RecordRef
from vasttui.monitor.reading import Position, Reading
from vasttui.watch.access import Access, emulated_speed
from vasttui.watch.bringup import Board
from vasttui.watch.journal import Journal, RunRow
from vasttui.watch.moving_in import MovingIn, Wanted
from vasttui.watch.reconcile import reconcile
from vasttui.watch.rentals_journal import Rental, Rentals
from vasttui.watch.rented_host import ASK_EVERY_S, RentedHost
from vasttui.watch.rented_life import READ_METER_S
from vasttui.watch.stay import Stay

HOUR_S = 3600.0
MACHINES = 10
LOST = 2  # of them, links that are lost all the time
SCREEN_S = 60.0


@dataclass(frozen=True)
class OfOneProcess(Access):
    """Its clients count with those of all others."""

    clock: ManualClock | None = None
    pace: Path | None = None

    def open(self) -> Vast:
        assert self.clock is not None
        return Vast(self.secret, self.url, clock=clock_of(self.clock), pace_file=self.pace)


class Silent:
    """A host that does not answer."""

    async def probe(self, record: RecordRef, start: Position = Position()) -> Reading:
        return Reading(0.0, reachable=False)


async def test_watching_ten_machines_for_an_hour_is_never_too_much(tmp_path: Path) -> None:
    clock = ManualClock()
    async with Emulator(KEY, Settings(machines=False, credit_usd=500.0), clock) as emulator:
        access = OfOneProcess(Secret(KEY), emulator.url, clock, tmp_path / "pace.json")
        journal = Journal(tmp_path / "journal.db")
        rentals = Rentals(journal)
        due: list[tuple[float, int, float, Callable[[], Awaitable[object]]]] = []

        def each(every_s: float, act: Callable[[], Awaitable[object]]) -> None:
            heapq.heappush(due, (clock.now() + every_s, len(due), every_s, act))

        machines = await _rented(access)
        await emulator.advance(60.0)
        for number, instance in enumerate(machines):
            rental = Rental(f"label-{number}", "a", "tiny", 0.0, number, instance=instance, state="ready")
            run = RunRow(f"run-{number}", 0.0, "root@127.0.0.1:9", "")
            board = Board(clock.now, lambda _: None)
            watch = MovingIn(journal, run, PLAN, access, Wanted(), board, lambda _: None, stay=Stay(rental))
            each(READ_METER_S, watch.read_meter)
            if number < LOST:
                emulator.world.strike_now(emulator.world.instances[instance], "offline")
                host = RentedHost(run.host, rental, access, inner=cast("Host", Silent()), clock=clock.now)
                each(ASK_EVERY_S, lambda host=host: host.probe(RecordRef("x")))

        async def screen() -> None:
            async with access.open() as vast:
                await reconcile(vast, rentals)

        each(SCREEN_S, screen)
        end = clock.now() + HOUR_S
        while due[0][0] < end:
            at, number, every_s, act = heapq.heappop(due)
            await emulator.advance(max(0.0, at - clock.now()))
            await act()
            heapq.heappush(due, (at + every_s, number, every_s, act))
        assert emulator.api.calls["show"] >= MACHINES * (HOUR_S / READ_METER_S - 1) + LOST * 50
        assert emulator.api.calls["list"] >= 50
        assert emulator.limiter.refused == 0


async def _rented(access: Access) -> list[int]:
    async with access.open() as vast:
        found = await vast.search(parse_query("num_gpus=1"), order="dph_total", storage_gb=40)
        offers = [offer.id for offer in found.offers if offer.id is not None][:MACHINES]
        return [(await vast.create(offer, Order("x", f"label-{offer}"))).id for offer in offers]


async def test_without_counting_together_it_would_be_too_much(tmp_path: Path) -> None:
    clock = ManualClock()
    async with Emulator(KEY, Settings(machines=False), clock) as emulator:
        for pace, refused in ((None, True), (tmp_path / "pace.json", False)):
            access = OfOneProcess(Secret(KEY), emulator.url, clock, pace)
            await emulator.advance(10.0)
            before = emulator.limiter.refused
            for _ in range(3):
                async with access.open() as vast:
                    await vast.instances()
            assert (emulator.limiter.refused > before) is refused


def test_only_a_market_on_this_machine_is_asked_faster(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))
    monkeypatch.setenv("VASTTUI_EMULATED_SPEED", "10")
    here = Access(Secret(KEY), "http://127.0.0.1:1").open()
    there = Access(Secret(KEY), "https://console.vast.ai").open()
    assert here.clock.now() > 2 * there.clock.now()
    with pytest.raises(CloudError, match="EMULATED_SPEED is 'fast'"):
        emulated_speed({"VASTTUI_EMULATED_SPEED": "fast"})
