import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.monitor.judging import judge, plan, raised
from tests.support.simulate import START, Training
from vasttui.monitor.cadence import MIN_SPACING_S, Cadence
from vasttui.monitor.check import Phase
from vasttui.plan import Cadence as Table


def minutes_of_looks(training: Training, **options: object) -> list[float]:
    checks, _ = judge(training, **options)  # type: ignore[arg-type]
    return [round((c.ts - START) / 60, 1) for c in checks]


def test_a_long_healthy_run_is_looked_at_as_the_table_says():
    looks = minutes_of_looks(Training(total=60_000, util=95.0).train(57_600))
    assert looks == [1, 3, 7, 15, 25, 35, 65, 105, 155, 215, 275, 335, 395, 455]


def test_a_short_run_is_looked_at_on_a_shorter_scale():
    checks, _ = judge(Training(total=2400, util=95.0).train(2400).exit(0))
    assert len(checks) >= 5
    assert checks[0].ts - START < 60


def test_a_milestone_gets_a_look_just_after_its_step():
    looks = minutes_of_looks(Training(total=60_000, util=95.0).train(20_000), milestones=(10_000,))
    assert any(83.3 <= minute <= 84.5 for minute in looks)


def test_alerts_are_looked_at_every_2_minutes_easing_to_5():
    training = Training(total=100_000, util=95.0).train(20_000)
    training.util = 30.0
    checks, _ = judge(training.train(8000))
    assert "gpu_idle" in raised(checks)
    gaps = [
        round((b.ts - a.ts) / 60)
        for a, b in itertools.pairwise(checks)
        if a.phase is Phase.ALERT and b.phase is Phase.ALERT
    ]
    assert gaps[:5] == [2, 3, 4, 5, 5]


def test_a_resolved_alert_leads_to_stabilise():
    training = Training(total=100_000, util=95.0).train(20_000)
    training.util = 30.0
    training.train(2000)
    training.util = 95.0
    checks, monitor = judge(training.train(2000))
    assert "gpu_idle" in raised(checks)
    assert monitor.cadence.phase in (Phase.STABILISE, Phase.CRUISE)


def test_a_crash_is_looked_at_when_it_happens():
    training = Training(util=95.0).train(1000).exit(1)
    checks, _ = judge(training)
    assert checks[-1].ts == pytest.approx(START + training.at)
    assert checks[-1].reason == "exit"


def test_a_long_sleep_is_followed_by_one_look():
    cadence = Cadence(Table(), START)
    cadence.looked(START + 60, probed=True, healthy=True, alerting=False, changed=False, scale=1.0)
    cadence.looked(START + 36_000, probed=True, healthy=True, alerting=False, changed=False, scale=1.0)
    assert cadence.next_look(1.0) == START + 36_000 + 600


def test_an_adaptive_cadence_looks_less_the_longer_a_run_goes_on():
    looks = minutes_of_looks(
        Training(total=60_000, util=95.0).train(57_600), wanted=plan(cadence=Table(mode="adaptive"))
    )
    waits = [b - a for a, b in itertools.pairwise(looks)]
    assert looks[0] == 1
    assert len(looks) <= 6
    assert waits == sorted(waits)


def test_where_nobody_pushes_an_adaptive_cadence_looks_more_often():
    pushed, polled = (
        Cadence(Table(mode="adaptive"), START, last_look=START, pushed=p) for p in (True, False)
    )
    for cadence in (pushed, polled):
        cadence.looked(START + 3600, probed=True, healthy=True, alerting=False, changed=False, scale=1.0)
    assert polled.next_look(1.0) < pushed.next_look(1.0)


looks = st.lists(
    st.tuples(st.booleans(), st.booleans(), st.booleans(), st.floats(1 / 60, 1), st.floats(0, 900)),
    max_size=60,
)


@given(looks)
def test_the_next_look_always_lies_ahead_and_never_further_than_the_table_allows(
    series: list[tuple[bool, bool, bool, float, float]],
):
    cadence = Cadence(Table(), START)
    now = START
    for probed, healthy, alerting, scale, late_s in series:
        now = max(now, cadence.next_look(scale)) + late_s
        cadence.looked(now, probed=probed, healthy=healthy, alerting=alerting, changed=False, scale=scale)
        ahead = cadence.next_look(scale) - now
        assert MIN_SPACING_S - 1e-6 <= ahead <= 3600 + 1e-6


@given(looks)
def test_the_same_looks_give_the_same_cadence(series: list[tuple[bool, bool, bool, float, float]]):
    def walk() -> list[float]:
        cadence, now, due = Cadence(Table(), START), START, list[float]()
        for probed, healthy, alerting, scale, late_s in series:
            now = max(now, cadence.next_look(scale)) + late_s
            cadence.looked(now, probed=probed, healthy=healthy, alerting=alerting, changed=False, scale=scale)
            due.append(cadence.next_look(scale))
        return due

    assert walk() == walk()
