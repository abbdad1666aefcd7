"""From symptom to alert: suspected at one look, confirmed at a later one, resolved when gone for good."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from vasttui.monitor.check import Alert, Check, Rule
from vasttui.monitor.rules import Symptom


@dataclass(slots=True)
class AlertBook:
    """Open alerts and suspicions of one attempt. Only looks change it.

    `suspected` and `clearing` hold the time from which a second look decides.
    """

    suspected: dict[Rule, float] = field(default_factory=dict[Rule, float])
    clearing: dict[Rule, float] = field(default_factory=dict[Rule, float])
    open: dict[Rule, Alert] = field(default_factory=dict[Rule, Alert])
    past: list[Alert] = field(default_factory=list[Alert])

    def look(self, now: float, symptoms: Mapping[Rule, Symptom], confirm_s: float) -> list[Alert]:
        """Judge the symptoms of a look. Returns the alerts raised and resolved by it."""
        changed = [a for rule, s in symptoms.items() if (a := self._hold(now, rule, s, confirm_s))]
        gone: list[Rule] = [rule for rule in self.open if rule not in symptoms]
        changed += [a for rule in gone if (a := self._release(now, rule, confirm_s))]
        self._forget(symptoms)
        return changed

    def acknowledge(self, rule: Rule) -> Alert | None:
        """The user has seen it; it stays open without asking for attention."""
        alert = self.open.get(rule)
        if alert is None or alert.state == "acknowledged":
            return None
        self.open[rule] = replace(alert, state="acknowledged")
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

    def _hold(self, now: float, rule: Rule, symptom: Symptom, confirm_s: float) -> Alert | None:
        self.clearing.pop(rule, None)
        alert = self.open.get(rule)
        if alert is not None:
            self.open[rule] = replace(alert, text=symptom.text, advice=symptom.advice)
            return None
        decided_at = self.suspected.setdefault(rule, now + confirm_s)
        if not symptom.immediate and now < decided_at:
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

    def _release(self, now: float, rule: Rule, confirm_s: float) -> Alert | None:
        decided_at = self.clearing.setdefault(rule, now + confirm_s)
        if now < decided_at:
            return None
        del self.clearing[rule]
        alert = replace(self.open.pop(rule), state="resolved", resolved_at=now)
        self.past.append(alert)
        return alert

    def _forget(self, symptoms: Mapping[Rule, Symptom]) -> None:
        self.suspected = {rule: ts for rule, ts in self.suspected.items() if rule in symptoms}
