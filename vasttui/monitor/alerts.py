"""From symptom to alert: suspected when first seen, confirmed by a later look, resolved when gone for good.

A suspicion of the live channel counts from when it arose: the look that it asks for confirms it. What has
gone by then costs no look at all. What came and went lately must last longer to be told again.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from vasttui.monitor.check import Alert, Check, Rule
from vasttui.monitor.rules import Symptom

REPEAT_S = 3600.0
MOST_PATIENCE = 8.0


@dataclass(slots=True)
class AlertBook:
    """Open alerts and suspicions of one attempt.

    `suspected` and `clearing` hold the time from which a look decides.
    """

    suspected: dict[Rule, float] = field(default_factory=dict[Rule, float])
    clearing: dict[Rule, float] = field(default_factory=dict[Rule, float])
    open: dict[Rule, Alert] = field(default_factory=dict[Rule, Alert])
    past: list[Alert] = field(default_factory=list[Alert])

    @property
    def quiet(self) -> bool:
        """Nothing is open, suspected or about to be resolved."""
        return not (self.open or self.suspected or self.clearing)

    def decides_at(self) -> float | None:
        """When a look can decide about a suspicion, or about an alert whose cause has gone."""
        return min((*self.suspected.values(), *self.clearing.values()), default=None)

    def notice(self, now: float, symptoms: Mapping[Rule, Symptom], confirm_s: float) -> None:
        """What the live channel shows between looks: suspicions come and go, nothing is raised."""
        for rule, symptom in symptoms.items():
            if rule in self.open:
                self.clearing.pop(rule, None)
            else:
                lasts_s = symptom.patience * self._patience(rule, now) * confirm_s
                self.suspected.setdefault(rule, now + lasts_s)
        for rule in self.open:
            if rule not in symptoms:
                self.clearing.setdefault(rule, now + confirm_s)
        self._forget(symptoms)

    def look(self, now: float, symptoms: Mapping[Rule, Symptom], confirm_s: float) -> list[Alert]:
        """Judge the symptoms of a look. Returns the alerts raised and resolved by it."""
        self.notice(now, symptoms, confirm_s)
        changed = [a for rule, s in symptoms.items() if (a := self._hold(now, rule, s))]
        gone: list[Rule] = [rule for rule in self.open if rule not in symptoms]
        return changed + [a for rule in gone if (a := self._release(now, rule))]

    def settle(self, now: float, symptoms: Mapping[Rule, Symptom]) -> list[Alert]:
        """Resolve at once what no longer holds: the run was stopped on purpose, nothing can come back."""
        gone: list[Rule] = [rule for rule in self.open if rule not in symptoms]
        self.clearing |= dict.fromkeys(gone, now)
        return [alert for rule in gone if (alert := self._release(now, rule))]

    def acknowledge(self, rule: Rule) -> Alert | None:
        """The user has seen it; it stays open without asking for attention."""
        alert = self.open.get(rule)
        if alert is None or alert.state == "acknowledged":
            return None
        self.open[rule] = replace(alert, state="acknowledged")
        return self.open[rule]

    def snooze(self, rule: Rule, until: float, reason: str) -> Alert | None:
        """As acknowledged, but raised again if it still holds at `until`."""
        alert = self.open.get(rule)
        if alert is None:
            return None
        self.open[rule] = replace(alert, state="acknowledged", snoozed_until=until, reason=reason)
        return self.open[rule]

    def restore(self, check: Check) -> None:
        """The alerts as a look left them; suspicions it no longer had are forgotten."""
        self.past += [alert for alert in check.changed if alert.state == "resolved"]
        self.open = {alert.rule: alert for alert in check.alerts}
        self.clearing = {rule: ts for rule, ts in self.clearing.items() if rule in self.open}
        self.suspected = {rule: ts for rule, ts in self.suspected.items() if rule not in self.open}

    def newest_first(self) -> tuple[Alert, ...]:
        """Open alerts, then past ones."""
        current = sorted(self.open.values(), key=lambda a: -a.raised_at)
        return (*current, *reversed(self.past))

    def _patience(self, rule: Rule, now: float) -> float:
        """1, and twice as much for each time this alert came and went within the last hour."""
        lately = sum(a.rule == rule and now - (a.resolved_at or now) < REPEAT_S for a in self.past)
        return min(MOST_PATIENCE, 2.0**lately)

    def _hold(self, now: float, rule: Rule, symptom: Symptom) -> Alert | None:
        alert = self.open.get(rule)
        if alert is not None:
            self.open[rule] = _woken(replace(alert, text=symptom.text, advice=symptom.advice), now)
            return None
        if not symptom.immediate and now < self.suspected[rule]:
            return None
        del self.suspected[rule]
        self.open[rule] = Alert(
            rule,
            "raised",
            since=min(symptom.since, now),
            text=symptom.text,
            advice=symptom.advice,
            raised_at=now,
            log_line=symptom.log_line,
        )
        return self.open[rule]

    def _release(self, now: float, rule: Rule) -> Alert | None:
        if now < self.clearing[rule]:
            return None
        del self.clearing[rule]
        alert = replace(self.open.pop(rule), state="resolved", resolved_at=now)
        self.past.append(alert)
        return alert

    def _forget(self, symptoms: Mapping[Rule, Symptom]) -> None:
        self.suspected = {rule: ts for rule, ts in self.suspected.items() if rule in symptoms}


def _woken(alert: Alert, now: float) -> Alert:
    """The alert, raised again once it was snoozed for long enough; the reason stays to be read."""
    if alert.snoozed_until is None or now < alert.snoozed_until:
        return alert
    return replace(alert, state="raised", snoozed_until=None)
