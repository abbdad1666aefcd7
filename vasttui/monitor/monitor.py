"""The judge: readings in, checks out. No clock of its own; time is whatever the readings say.

`feed` takes facts that cost nothing (pushes of the live channel, ticks of time). `look` judges them and
is what a reader is shown. `observe` is both, for a host that is only polled. The same object judges a
live run, a replayed record and simulated ones.
"""

import math
import sys
from dataclasses import replace

from vasttui.logs.reader import LogReader
from vasttui.monitor.alerts import AlertBook
from vasttui.monitor.cadence import MIN_SPACING_S, Cadence
from vasttui.monitor.check import Alert, Check, Forecast, Ledger, Phase, Rule, Verdict
from vasttui.monitor.decision import decide, decide_stopped
from vasttui.monitor.drift import Drift
from vasttui.monitor.forecast import forecast
from vasttui.monitor.history import History
from vasttui.monitor.milestones import Milestone, next_milestone
from vasttui.monitor.pace import current_s_per_step
from vasttui.monitor.reading import Reading
from vasttui.monitor.rules import Symptom, View, examine, host_deadline, stall_deadline
from vasttui.monitor.rules.evals import followed
from vasttui.monitor.rules.log import ending, exit_text
from vasttui.monitor.rules.progress import SLOW_ADVANCES, slow_bar_s
from vasttui.monitor.run import Run
from vasttui.monitor.summary import summary_line
from vasttui.plan import Plan

LONGEST_CONFIRM_S = 60.0
CONFIRM_S = 20.0
CONFIRM_GAPS = 1.5
RATE_WINDOW_S = 30.0
RATE_WINDOW_GAPS = 8.0
EXAMINE_EVERY_S = 1.0
EXAMINE_LONG_RUNS_S = 5.0
UNREMARKABLE = 12.0
SILENT_S = 15.0
SILENT_GAPS = 1.5
BLIND_AFTER_S = 900.0
EARLIEST_LOOK_S = 1.0


class Monitor:
    """Judges one attempt of one run."""

    def __init__(self, plan: Plan, run: Run) -> None:
        self.plan = plan
        self.run = run
        self.history = History(run, plan.run.probe_steps, LogReader(plan.log), drift=Drift(plan.alerts.slow))
        self.cadence = Cadence(plan.cadence, run.started_at)
        self.alerts = AlertBook()
        self.ledger = Ledger()
        self._urgent: tuple[float, str] | None = None
        self._examined_ts = float("-inf")
        self._examine_every_s = EXAMINE_EVERY_S
        self._passed = 0
        self._milestones = (0, 0, False)
        self._deadline: float | None = None
        self._next = (self.cadence.next_look(1.0), self.cadence.phase.value)

    # -- facts ---------------------------------------------------------------------------------------

    def feed(self, reading: Reading) -> None:
        """Take facts without showing anything; may bring the next look forward."""
        self.cadence.pushed = True
        before, lost = len(self.history.errors), self.history.lost_since
        had_exit = self.history.exit is not None
        self.history.take(reading)
        now = self.history.now
        self._note_exit(had_exit)
        news = len(self.history.errors) != before or self.history.lost_since != lost
        news = self._said_much(reading) or news or self._decides(now)
        waited_s = now - self._examined_ts
        if news or waited_s >= self._examine_every_s * (1.0 if self._remarkable() else UNREMARKABLE):
            self.examine(now)

    def tick(self, now: float) -> None:
        """Let time pass without news; silence may turn into suspicion."""
        before, had_exit = len(self.history.errors), self.history.exit is not None
        self.history.pass_time(now)
        self._note_exit(had_exit)
        overdue = (self._deadline is not None and now >= self._deadline) or self._decides(now)
        if overdue or len(self.history.errors) != before or now - self._examined_ts >= EXAMINE_EVERY_S:
            self.examine(self.history.now)

    def observe(self, reading: Reading) -> Check:
        """Take a reading and judge it: one look."""
        self.history.take(reading)
        return self.look(self.history.now)

    # -- time ----------------------------------------------------------------------------------------

    @property
    def wake_ts(self) -> float | None:
        """When something is due if nothing else happens: a look, or silence turning into suspicion."""
        if self.history.exit is not None and self._urgent is None:
            return None
        times = (self.next_look_ts, self._deadline, self.history.settle_ts)
        return min(ts for ts in times if ts is not None)

    @property
    def next_look_ts(self) -> float:
        """When the next look is due."""
        return self._next[0]

    def due(self, now: float) -> bool:
        """Whether a look is due at `now`."""
        if self.history.exit is not None and self._urgent is None:
            return False
        return self._next[0] <= now

    def up_to_date(self) -> View:
        """The facts as of now, examined if anything in them may matter."""
        now = self.history.now
        if now >= self.examine_ts or self._decides(now) or self._remarkable():
            return self.examine(now)
        return self.view(now)

    @property
    def examine_ts(self) -> float:
        """When the rules are asked again if nothing remarkable comes before."""
        return self._examined_ts + self._examine_every_s * UNREMARKABLE

    def replan(self) -> None:
        """A quiet stretch was taken in: predictions are those of its end."""
        now = self.history.now
        view = self.view(now)
        self._examined_ts, self._deadline = now, stall_deadline(view)
        self.history.drift.bar_s = slow_bar_s(view)
        self._next = self._planned(view)

    # -- judgement -----------------------------------------------------------------------------------

    def look(self, now: float, reason: str = "") -> Check:
        """Judge all facts as of `now`, move the cadence on, and say when to look next."""
        reason = reason or self._next[1]
        self.history.now = now = max(now, self.history.now)
        view = self.view(now)
        symptoms = examine(view)
        changed = self.alerts.look(now, symptoms, self._confirm_s(view))
        if self._stopped:
            changed += self.alerts.settle(now, symptoms)
        if changed:
            view = self.view(now)  # what is open now changes what is to come
        status = self._status(symptoms)
        self._move_on(view, status, symptoms, bool(changed))
        check = self._check(view, status, changed, reason)
        self._account(check)
        return check

    def repeat(self, check: Check) -> None:
        """Take up a look that was made, and shown, before: its alerts stand as they were raised then."""
        self.history.now = max(check.ts, self.history.now)
        view = self.view(self.history.now)
        self.alerts.restore(check)
        self._move_on(view, check.status, examine(view), bool(check.changed))
        if self.history.exit is not None and check.next_look_ts is not None:
            self._hurry(view.now, "exit")  # that look did not know of the end yet
        self._account(check)

    def acknowledge(self, rule: Rule) -> Alert | None:
        """The user has seen this alert."""
        return self.alerts.acknowledge(rule)

    def snooze(self, rule: Rule, until: float, reason: str) -> Alert | None:
        """The user wants to hear of it again at `until` (unix s), not before."""
        return self.alerts.snooze(rule, until, reason)

    def forecast(self, now: float) -> Forecast:
        """ETA and cost as of `now`, without looking."""
        return forecast(self.history, self.plan.budget, now, self._since_slow)

    def rate(self, now: float) -> float | None:
        """Training steps a second now; 0 in a silence that is not normal any more."""
        h = self.history
        if h.pace.last_ts is None:
            return 1 / h.claimed_s_per_step if h.claimed_s_per_step else None
        gap = h.pace.typical_gap_s() or 0.0
        window_s = max(RATE_WINDOW_S, RATE_WINDOW_GAPS * gap)
        if h.drift.score >= h.drift.bar_s:
            window_s = min(window_s, now - h.drift.since)
        seconds = current_s_per_step(h.pace, now, window_s)
        if seconds is None:
            return 1 / h.claimed_s_per_step if h.claimed_s_per_step else None
        stalled = "stall" in self.alerts.open or "stall" in self.alerts.suspected
        return 0.0 if stalled else 1 / seconds

    @property
    def _since_slow(self) -> int:
        """Advances since the run became slow, while it is; else any number."""
        h = self.history
        slow = "slow" in self.alerts.open and h.drift.score > 0
        return max(SLOW_ADVANCES, h.pace.count - h.drift.first) if slow else sys.maxsize

    # -- inside --------------------------------------------------------------------------------------

    def view(self, now: float) -> View:
        """The facts as of `now`, as rules see them."""
        return View(self.history, self.plan, now, self.forecast(now), self.alerts.open.keys())

    def _said_much(self, reading: Reading) -> bool:
        """Something came that cannot wait: a baseline, an eval, a checkpoint on the disk, a NaN."""
        h = self.history
        told = bool(reading.chunks or reading.events or reading.files)
        milestones = len(h.evals), len(h.writes), h.baseline is not None
        news, self._milestones = milestones != self._milestones, milestones
        return news or (told and bool(h.nan_count))

    def _remarkable(self) -> bool:
        """Something in the newest facts may matter to a rule; else they can wait a few readings."""
        h, limits = self.history, self.plan.alerts
        if not self.alerts.quiet or h.drift.score >= h.drift.bar_s:
            return True
        silent_s = h.now - h.last_sign_ts
        if silent_s > SILENT_S and silent_s > SILENT_GAPS * (h.pace.typical_gap_s() or 0.0):
            return True
        training = h.activity == "train"
        return any(
            (training and row.util_pct is not None and row.util_pct < 100 * limits.gpu_idle)
            or (row.mem_used_mib or 0.0) >= limits.memory * (row.mem_total_mib or math.inf)
            or (row.ram_used_mib or 0.0) >= limits.memory * (row.ram_total_mib or math.inf)
            for row in h.samples
        )

    def _decides(self, now: float) -> bool:
        """A suspicion, or an all-clear, has lasted long enough to be decided."""
        decides_at = self.alerts.decides_at()
        return decides_at is not None and now >= decides_at

    def _move_on(self, view: View, status: str, symptoms: dict[Rule, Symptom], changed: bool) -> None:
        """The cadence after a look."""
        now = view.now
        self._pass_milestones(view)
        self.cadence.looked(
            now,
            probed=self.history.baseline is not None,
            healthy=status == "OK",
            alerting=bool(self.alerts.open),
            changed=changed,
            scale=view.scale,
        )
        self._urgent = None
        self._examined_ts, self._deadline = now, self._silence_ends(view, symptoms)
        self._next = self._planned(view)

    def examine(self, now: float) -> View:
        """Bring the look forward for a symptom that no look has seen yet."""
        self._examined_ts = now
        view = self.view(now)
        self._examine_every_s = max(EXAMINE_EVERY_S, EXAMINE_LONG_RUNS_S * view.scale)
        self.history.drift.bar_s = slow_bar_s(view)
        symptoms = examine(view)
        self._deadline = self._silence_ends(view, symptoms)
        self.alerts.notice(now, symptoms, self._confirm_s(view))
        for rule, symptom in symptoms.items():
            if symptom.immediate and rule not in self.alerts.open:
                self._hurry(now, rule)
        self._next = self._planned(view)
        return view

    def _silence_ends(self, view: View, symptoms: dict[Rule, Symptom]) -> float | None:
        """When silence, of the log or of the host, becomes a suspicion if it lasts."""
        rule, ends = (
            ("host", host_deadline) if self.history.lost_since is not None else ("stall", stall_deadline)
        )
        if rule in symptoms or rule in self.alerts.open:
            return None
        deadline = ends(view)
        return None if deadline is None else max(deadline, view.now + EARLIEST_LOOK_S)

    def _note_exit(self, had_exit: bool) -> None:
        if self.history.exit is not None and not had_exit:
            self._hurry(self.history.now, "exit")

    def _hurry(self, ts: float, reason: str) -> None:
        if self._urgent is None or ts < self._urgent[0]:
            self._urgent = (ts, reason)
            self._next = min(self._next, self._urgent)

    def _confirm_s(self, view: View) -> float:
        gap = self.history.pace.typical_gap_s() or 0.0
        return min(LONGEST_CONFIRM_S, max(MIN_SPACING_S, CONFIRM_S * view.patience, CONFIRM_GAPS * gap))

    def _planned(self, view: View) -> tuple[float, str]:
        planned = (self.cadence.next_look(view.scale), self.cadence.phase.value)
        milestone = self._next_milestone(view)
        if milestone is not None and milestone.ts < planned[0]:
            planned = (milestone.ts, milestone.name)
        book = self.alerts
        doubts = [(ts, rule) for rule, ts in book.suspected.items()]
        doubts += [(ts, f"{rule} over?") for rule, ts in book.clearing.items()]
        for urgent in (*doubts, *((self._urgent,) if self._urgent is not None else ())):
            if urgent[0] < planned[0]:
                planned = urgent
        return planned

    def _next_milestone(self, view: View) -> Milestone | None:
        milestones = {*self.run.milestones, *self.plan.run.milestones}
        return next_milestone(view, milestones, self._passed, self.cadence.last_look + MIN_SPACING_S)

    def _pass_milestones(self, view: View) -> None:
        """A milestone gets one look: when it is reached, or was due to be. What lies behind is passed."""
        planned = self._next_milestone(view)
        if planned is not None and planned.ts <= view.now:
            self._passed = planned.step
        self._passed = max(self._passed, min(self.history.step or 0, (self.history.total_steps or 0) - 1))

    def _status(self, symptoms: dict[Rule, Symptom]) -> str:
        h = self.history
        if h.exit is not None:
            return {"crash": "CRASH", "stopped": "CRASH", "done": "DONE"}.get(ending(h), "ALERT:error")
        if self.alerts.open:
            return "ALERT:" + ",".join(self.alerts.open)
        if h.lost_since is not None:
            return "LOST"
        if symptoms:
            return "WATCH"
        if h.baseline is not None or h.now - self.run.started_at > BLIND_AFTER_S:
            return "OK"
        return "WARMUP" if h.step is None else "PROBE"

    def _verdict(self, status: str, changed: list[Alert]) -> Verdict | None:
        if status in ("CRASH", "DONE"):
            return Verdict(status)
        if self.history.exit is not None or any(a.state == "raised" for a in changed):
            return Verdict.ALERT
        return None

    def _check(self, view: View, status: str, changed: list[Alert], reason: str) -> Check:
        h, now = self.history, view.now
        rate_s = self.rate(now)
        choice = followed(view)
        ended = h.exit is not None
        next_look = None if ended else self.next_look_ts
        open_alerts = tuple(self.alerts.open.values())
        next_s = None if next_look is None else next_look - now
        decision, sentence = decide(
            now, self.plan, self.cadence.phase, status, open_alerts, view.forecast, next_s
        )
        if self._stopped:
            decision, sentence = decide_stopped(exit_text(h), view.forecast)
        elif ended and status == "CRASH":
            sentence = f"{exit_text(h)}: {sentence}"
        elif h.step is None and h.now - self.run.started_at > BLIND_AFTER_S and not ended:
            sentence = f"{_why_no_step(self.plan, h)}; {sentence}"
        halted = status == "CRASH" or "stall" in self.alerts.open or "stall" in self.alerts.suspected
        eta_s = None if halted else view.forecast.eta_s
        return Check(
            ts=now,
            line=summary_line(h, now, rate_s, eta_s, choice[0] if choice else None, status),
            status=status,
            phase=self.cadence.phase,
            next_look_ts=next_look,
            step=h.step,
            total_steps=h.total_steps,
            rate=rate_s,
            decision=decision,
            decision_text=sentence,
            forecast=view.forecast,
            alerts=open_alerts,
            changed=tuple(changed),
            verdict=self._verdict(status, changed),
            reason=reason,
            stopped=self._stopped,
        )

    @property
    def _stopped(self) -> bool:
        """It is over because it was killed from here."""
        return self.history.exit is not None and ending(self.history) == "stopped"

    def _account(self, check: Check) -> None:
        raised = [a for a in check.changed if a.state == "raised"]
        late_s = sum(a.raised_at - a.since for a in raised)
        price = self.run.price_usd_h or 0.0
        self.ledger = replace(
            self.ledger,
            looks=self.ledger.looks + 1,
            bytes_shown=self.ledger.bytes_shown + len(check.line) + 1,
            lines_shown=self.ledger.lines_shown + 1,
            detection_s=self.ledger.detection_s + late_s,
            detection_usd=self.ledger.detection_usd + late_s / 3600 * price,
        )


def _why_no_step(plan: Plan, history: History) -> str:
    """What to do about a log that tells no step."""
    file = history.metrics_file
    if file is not None:
        return file.trouble or f"no step in this log, nor in {file.name}"
    if plan.log.file:
        return f"no step in this log, and [log] file {plan.log.file} has not been seen"
    return "no step in this log: give [log] pattern or [log] file in the plan, see vasttui parse --explain"


__all__ = ["Monitor", "Phase"]
