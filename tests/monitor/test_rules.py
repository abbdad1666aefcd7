from dataclasses import replace

import pytest

from tests.monitor.judging import judge, plan, raised, resolved
from tests.support.simulate import START, Training
from vasttui.monitor.check import Verdict
from vasttui.monitor.drive import drive
from vasttui.monitor.monitor import Monitor
from vasttui.monitor.reading import Exit, Reading
from vasttui.monitor.run import Run
from vasttui.plan import Alerts, Budget, Eval

HOUR = 3600.0


def healthy(steps: int = 4000, **figures: float) -> Training:
    return Training(util=95.0, **figures).train(steps)  # type: ignore[arg-type]


def test_a_healthy_run_raises_nothing_and_is_done_at_exit_0():
    training = Training(total=4000, util=95.0).train(4000).exit(0)
    checks, _ = judge(training)
    assert raised(checks) == {}
    assert checks[-1].verdict is Verdict.DONE
    assert checks[-1].line.endswith(" DONE")


def test_a_step_that_stops_moving_is_a_stall_that_one_look_confirms():
    training = Training().train(4000)
    stopped_at = START + training.at
    checks, _ = judge(training.wait(600))
    alert = raised(checks)["stall"]
    assert "step 4000" in alert.text
    assert alert.since == pytest.approx(stopped_at)
    assert 5 <= alert.raised_at - stopped_at <= 180
    assert not [c for c in checks if stopped_at < c.ts < alert.raised_at]


def test_a_stall_ends_when_steps_come_again():
    training = healthy().wait(400).train(2000)
    checks, monitor = judge(training)
    assert resolved(checks) == ["stall"]
    assert not monitor.alerts.open


def test_an_evaluation_explains_silence():
    training = healthy()
    training.write("***** Running Evaluation *****\n").evaluate(300, 1.5)
    training.train(1000)
    checks, _ = judge(training)
    assert raised(checks) == {}


@pytest.mark.parametrize(
    ("util", "power", "named"),
    [(100.0, 60.0, "spin-hang"), (0.0, 60.0, "waiting for data or I/O")],
)
def test_a_hang_is_named_by_utilisation_and_power(util: float, power: float, named: str):
    training = healthy()
    training.util, training.power = util, power
    checks, _ = judge(training.wait(600))
    assert named in raised(checks)["stall"].text


def test_a_gpu_that_works_as_usual_buys_a_silent_log_more_time():
    checks, _ = judge(healthy().wait(200).train(100))
    assert raised(checks) == {}


def test_half_the_speed_is_slow():
    training = healthy()
    slowed_at = START + training.at
    training.s_per_step = 1.0
    checks, _ = judge(training.train(1500))
    alert = raised(checks)["slow"]
    assert "50% of the baseline 2.00/s" in alert.text
    assert alert.raised_at - slowed_at <= 360
    assert alert.since - slowed_at == pytest.approx(0, abs=30)


def test_the_look_that_raises_slow_tells_the_rate_and_the_finish_as_they_are_now():
    training = healthy(total=8000)
    training.s_per_step = 1.0
    checks, _ = judge(training.train(1500))
    first = next(check for check in checks if any(alert.rule == "slow" for alert in check.changed))
    assert first.rate == pytest.approx(1.0, rel=0.05)
    assert first.step is not None
    assert first.forecast.eta_s == pytest.approx(8000 - first.step, rel=0.1)


def test_four_fifths_of_the_speed_is_not_slow():
    training = healthy()
    training.s_per_step = 0.625
    checks, _ = judge(training.train(3000))
    assert raised(checks) == {}


def test_the_limit_of_slow_comes_from_the_plan():
    training = healthy()
    training.s_per_step = 0.625
    checks, _ = judge(training.train(3000), plan(alerts=Alerts(slow=0.9)))
    assert "slow" in raised(checks)


def test_a_rule_that_is_off_says_nothing():
    training = healthy()
    training.s_per_step = 1.0
    checks, _ = judge(training.train(2000), plan(alerts=Alerts(off=("slow",))))
    assert raised(checks) == {}


def test_a_gpu_below_60_percent_is_idle():
    training = healthy()
    training.util = 40.0
    checks, _ = judge(training.train(3000))
    assert "limit 60%" in raised(checks)["gpu_idle"].text
    assert "baseline 95%" in raised(checks)["gpu_idle"].text


def test_a_gpu_that_idles_during_an_evaluation_is_not_idle():
    training = healthy().write("***** Running Evaluation *****\n")
    training.util = 5.0
    training.evaluate(400, 1.5)
    training.util = 95.0
    checks, _ = judge(training.train(1000))
    assert raised(checks) == {}


def test_full_vram_is_memory_pressure():
    training = healthy()
    training.vram = 23_800.0
    checks, _ = judge(training.train(2000))
    assert "VRAM" in raised(checks)["memory"].text


def test_ram_that_grows_towards_its_limit_is_told_before_it_is_full():
    training = healthy()
    for _ in range(100):
        training.ram += 500.0
        training.train(20)
    checks, _ = judge(training)
    alert = raised(checks)["memory"]
    assert "growing" in alert.text
    assert alert.raised_at < START + training.at


def test_steady_memory_is_no_alert():
    checks, _ = judge(healthy(8000, ram=50_000.0))
    assert raised(checks) == {}


def test_a_disk_that_checkpoints_will_fill_is_told():
    training = healthy(500, disk=60_000.0)
    for _ in range(4):
        training.disk -= 10_000.0
        training.train(500)
    checks, _ = judge(training)
    assert "full in" in raised(checks)["disk"].text


@pytest.mark.parametrize(("mib_a_step", "told"), [(2.0, True), (0.05, False)])
def test_a_disk_that_fills_bit_by_bit_is_told_well_before(mib_a_step: float, told: bool):
    training = healthy(20, disk=10_000.0)
    for _ in range(300):
        training.disk -= 10 * mib_a_step
        training.train(10)
    checks, _ = judge(training)
    assert ("disk" in raised(checks)) == told
    assert not told or "MiB/min are written: full in" in raised(checks)["disk"].text


def test_a_fatal_marker_that_nothing_follows_raises_within_seconds():
    training = healthy().write("torch.OutOfMemoryError: CUDA out of memory. Tried to allocate 2.00 GiB.\n")
    said_at = START + training.at
    checks, _ = judge(training.wait(30))
    alert = raised(checks)["error"]
    assert alert.raised_at == pytest.approx(said_at, abs=6)
    assert "out of memory" in alert.text


def test_a_crash_is_one_alert_and_a_verdict():
    training = healthy()
    training.write(
        'Traceback (most recent call last):\n  File "train.py", line 3, in <module>\n    main()\n'
        "ValueError: batch is empty\n"
    ).exit(1)
    checks, _ = judge(training)
    assert checks[-1].verdict is Verdict.CRASH
    assert checks[-1].status == "CRASH"
    assert list(raised(checks)) == ["error"]
    assert "ValueError: batch is empty" in raised(checks)["error"].text


def test_a_death_without_a_word_is_named_by_its_signal():
    checks, _ = judge(healthy().exit(None, signal=9))
    assert "SIGKILL" in raised(checks)["error"].text
    assert "memory killer" in raised(checks)["error"].advice


def test_exit_0_well_short_of_the_total_is_an_alert_not_done():
    checks, _ = judge(Training(total=300).train(180).exit(0))
    assert checks[-1].verdict is Verdict.ALERT
    assert "ended at 180/300" in raised(checks)["error"].text


def test_two_nan_losses_raise_at_once():
    checks, _ = judge(healthy().line(step=4010, loss=float("nan")).wait(5).line(step=4020, loss=float("nan")))
    assert "nan" in raised(checks)


def test_one_nan_that_recovers_raises_nothing():
    training = healthy().line(step=4010, loss=float("nan")).wait(5)
    training.step = 4010
    checks, _ = judge(training.train(500))
    assert raised(checks) == {}


def test_an_eval_worse_than_the_plan_expects_is_told():
    wanted = plan(eval=Eval(metric="eval_loss", expected={"1000": 2.0}, tolerance=0.1))
    good, _ = judge(healthy(1000).evaluate(5, 2.1).train(1000), wanted)
    bad, _ = judge(healthy(1000).evaluate(5, 2.5).train(1000), wanted)
    assert raised(good) == {}
    assert "plan expects 2.00" in raised(bad)["eval"].text


def test_evals_that_turn_bad_against_their_own_best_are_told():
    training = Training(util=95.0)
    for value in (3.0, 2.5, 2.2, 2.1, 2.05, 2.6, 2.9, 3.2):
        training.train(500).evaluate(5, value)
    checks, _ = judge(training.train(500))
    assert "best was 2.05" in raised(checks)["eval"].text


def test_evals_that_only_jitter_raise_nothing():
    training = Training(util=95.0)
    for value in (3.0, 2.5, 2.2, 2.1, 2.12, 2.08, 2.15, 2.1):
        training.train(500).evaluate(5, value)
    checks, _ = judge(training)
    assert raised(checks) == {}


def test_a_lost_host_is_told_after_a_minute_and_silence_is_not_called_a_stall():
    checks, _ = judge(healthy().lost(600).train(1000))
    assert list(raised(checks)) == ["host"]
    assert resolved(checks) == ["host"]


def test_a_projected_cost_past_the_budget_is_told():
    checks, _ = judge(healthy(), plan(budget=Budget(max_usd=1.0)), price=2.0)
    assert "budget is $1.00" in raised(checks)["cost"].text


def test_a_run_too_long_for_its_hours_is_told():
    checks, _ = judge(healthy(), plan(budget=Budget(max_hours=1.0)))
    assert "cost" in raised(checks)


def test_a_process_that_vanished_with_its_work_done_is_done():
    checks, _ = judge(Training(total=300).train(300).exit(None))
    assert checks[-1].verdict is Verdict.DONE


def test_a_process_that_vanished_half_way_is_a_crash():
    checks, _ = judge(Training(total=300).train(150).exit(None))
    assert checks[-1].verdict is Verdict.CRASH


def test_a_process_that_vanished_without_a_known_total_is_an_alert_that_says_so():
    checks, _ = judge(Training(total=None).train(150).exit(None))
    assert checks[-1].verdict is Verdict.ALERT
    assert "nothing tells if its work was done" in raised(checks)["error"].text


def test_a_log_without_a_process_that_reached_its_total_and_went_quiet_is_done():
    checks, _ = judge(Training(total=300).train(300).wait(120))
    assert checks[-1].verdict is Verdict.DONE


def test_a_machine_that_costs_while_nothing_runs_is_told_after_twenty_minutes():
    _, monitor = judge(Training(total=300).train(300).exit(0), price=1.2)
    over = monitor.history.now
    monitor.tick(over + 1190)
    assert not monitor.due(over + 1190)
    monitor.tick(over + 1201)
    assert monitor.due(over + 1201)
    check = monitor.look(over + 1201)
    assert "nothing runs for 20m" in raised([check])["idle"].text


def test_a_look_taken_up_that_did_not_know_of_the_end_does_not_hide_it():
    training = Training(total=300).train(100)
    checks, _ = judge(training)
    monitor = Monitor(plan(), Run("sim", START))
    for reading in training.readings():
        monitor.feed(reading)
    monitor.feed(Reading(START + training.at - 5, exit=Exit(START + training.at - 5), alive=False))
    monitor.repeat(replace(checks[-1], ts=START + training.at))
    assert monitor.due(monitor.history.now)
    assert monitor.look(monitor.history.now).verdict is Verdict.CRASH


def test_a_run_stopped_on_purpose_leaves_no_alert_open():
    training = healthy().wait(600).exit(None, 15)
    monitor = Monitor(plan(), Run("sim", START))
    monitor.history.stopped_on_purpose = True
    checks = list(drive(monitor, training.readings()))
    assert list(raised(checks)) == resolved(checks) == ["stall"]
    assert checks[-1].alerts == ()
    assert (checks[-1].status, checks[-1].word, checks[-1].decision) == ("CRASH", "STOPPED", "LOOK SELDOM")
    assert checks[-1].decision_text.startswith("stopped on purpose (killed by SIGTERM)")


@pytest.mark.parametrize("meter_ended", [True, False])
def test_only_a_machine_whose_meter_runs_idles(meter_ended: bool):
    _, monitor = judge(Training(total=4000, util=95.0).train(4000).exit(0), price=0.5)
    monitor.history.meter_ended = meter_ended
    monitor.tick(monitor.history.now + 2 * HOUR)
    assert ("idle" in raised([monitor.look(monitor.history.now)])) is not meter_ended
