"""From symptom to alert: suspected at one look, confirmed at a later one, resolved when gone for good."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

from vasttui.monitor.check import Alert, Rule
from vasttui.monitor.rules import Symptom


@dataclass(slots=True)
class AlertBook:
    """Open alerts and suspicions of one attempt. Only looks change it."""

    suspected: dict[Rule, float] = field(default_factory=dict[Rule, float])
    clear_since: dict[Rule, float] = field(default_factory=dict[Rule, float])
    open: dict[Rule, Alert] = field(default_factory=dict[Rule, Alert])
    past: list[Alert] = field(default_factory=list[Alert])

    def look(self, now: float, symptoms: Mapping[Rule, Symptom], confirm_s: float) -> list[Alert]:
        """Judge the symptoms of a look. Returns the alerts raised and resolved by it."""
        changed = [a for rule, s in symptoms.items() if (a := self._hold(now, rule, s, confirm_s))]
        gone = [rule for rule in self.open if rule not in symptoms]
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

    def newest_first(self) -> tuple[Alert, ...]:
        """Open alerts, then past ones."""
        current = sorted(self.open.values(), key=lambda a: -a.raised_at)
        return (*current, *reversed(self.past))

    def _hold(self, now: float, rule: Rule, symptom: Symptom, confirm_s: float) -> Alert | None:
        self.clear_since.pop(rule, None)
        alert = self.open.get(rule)
        if alert is not None:
            self.open[rule] = replace(alert, text=symptom.text, advice=symptom.advice)
            return None
        first_seen = self.suspected.setdefault(rule, now)
        if not symptom.immediate and now - first_seen < confirm_s:
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
        clear_since = self.clear_since.setdefault(rule, now)
        if now - clear_since < confirm_s:
            return None
        del self.clear_since[rule]
        alert = replace(self.open.pop(rule), state="resolved", resolved_at=now)
        self.past.append(alert)
        return alert

    def _forget(self, symptoms: Iterable[Rule]) -> None:
        held = set(symptoms)
        for rule in [rule for rule in self.suspected if rule not in held]:
            del self.suspected[rule]
