"""vasttui as a policy: the shipped judge, driven along a tape in virtual time."""

from tests.lab.outcome import Outcome
from tests.lab.tape import START, Tape, columns
from vasttui.monitor.check import Check, Verdict
from vasttui.monitor.monitor import Monitor
from vasttui.monitor.run import Run
from vasttui.monitor.skim import drive_columns
from vasttui.plan import Budget, Cadence, Plan, RunSpec
from vasttui.plan.schema import CadenceMode

CRASH_EXCERPT_LINES = 20


def monitor_for(tape: Tape, mode: CadenceMode = "fixed") -> Monitor:
    """The judge as a plan with this run's budget makes it."""
    plan = Plan(
        run=RunSpec(command="train"), budget=Budget(max_usd=tape.budget_usd), cadence=Cadence(mode=mode)
    )
    return Monitor(plan, Run("lab", START, total_steps=None, price_usd_h=tape.price_usd_h))


def watch(tape: Tape, mode: CadenceMode = "fixed", attended: bool = True) -> Outcome:
    """Judge until the fault is named; who is told stops the run."""
    return judge(tape, monitor_for(tape, mode), attended)


def judge(tape: Tape, monitor: Monitor, attended: bool = True) -> Outcome:
    """The same with a judge of your own."""
    outcome = Outcome()
    told, others = columns(tape)
    for check in drive_columns(monitor, told, others, until=tape.end + 1):
        shown = attended or check.verdict is not None
        if shown:
            outcome.looks += 1
            outcome.bytes += len(check.line) + 1
            outcome.lines += 1
        if check.verdict is Verdict.CRASH:
            outcome.bytes += CRASH_EXCERPT_LINES * tape.bytes_a_line
            outcome.lines += CRASH_EXCERPT_LINES
        _note_eta(tape, check, outcome)
        if names(tape, check, outcome):
            break
    return outcome


def names(tape: Tape, check: Check, outcome: Outcome) -> bool:
    """Whether this look names the fault; alerts that name something else are written down."""
    truth = tape.truth
    if truth.kind == "left_on" and check.verdict is Verdict.DONE:
        outcome.seen, outcome.by = check.ts, "done"
        return True
    for alert in check.changed:
        if alert.state != "raised":
            continue
        if alert.rule in truth.rules and check.ts >= truth.begins - 1e-3:
            outcome.seen, outcome.by = check.ts, alert.rule
            return True
        outcome.false.append(alert.rule)
    return False


def _note_eta(tape: Tape, check: Check, outcome: Outcome) -> None:
    f = check.forecast
    if f.eta_s is None or f.eta_low_s is None or f.eta_high_s is None or check.step is None:
        return
    share, ts = check.step / tape.total_steps, check.ts
    outcome.etas.append((share, ts, ts + f.eta_s, ts + f.eta_low_s, ts + f.eta_high_s))
