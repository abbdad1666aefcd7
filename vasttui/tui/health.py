"""The two-second answer: one word, one glyph, one sentence, from a snapshot."""

from dataclasses import dataclass

from vasttui.monitor.check import Alert, Verdict
from vasttui.tui.figures import about, moment, money, one_line
from vasttui.tui.tone import Tone
from vasttui.watch.session import Snapshot

_TONES = {
    "OK": Tone.GOOD,
    "DONE": Tone.GOOD,
    "PROBE": Tone.INFO,
    "WARMUP": Tone.INFO,
    "WAIT": Tone.MUTED,
    "WATCH": Tone.WATCH,
    "LOST": Tone.WATCH,
    "ALERT": Tone.BAD,
    "CRASH": Tone.DEAD,
    "FAILED": Tone.BAD,
}


@dataclass(frozen=True, slots=True)
class Health:
    """`word`: a status of the summary line, WAIT before the first, FAILED if nothing could be launched.

    `headline`: the reason, one line. `loud`: the screen raises its voice until the alerts are seen or the
    run is over and known to be.
    """

    word: str
    tone: Tone
    decision: str
    headline: str
    loud: bool = False

    @property
    def glyph(self) -> str:
        """The tone's."""
        return self.tone.glyph


def open_alerts(snapshot: Snapshot) -> tuple[Alert, ...]:
    """Alerts that still hold, newest first, those nobody has seen before those acknowledged."""
    held = [alert for alert in snapshot.alerts if alert.state != "resolved"]
    return tuple(sorted(held, key=lambda alert: (alert.state != "raised", -alert.raised_at)))


def health(snapshot: Snapshot, broken: str = "") -> Health:
    """What to call the run now. `broken`: why the watching itself stopped, empty while it goes on."""
    word = _word(snapshot, broken)
    check = snapshot.check
    decision = check.decision if check else "LOOK OFTEN"
    headline = check.decision_text if check else "waiting for the first look"
    held = open_alerts(snapshot)
    if held and check is None:
        decision = "LOOK OFTEN"
    if broken:
        decision, headline = "NOT WATCHED", broken
    elif word == "FAILED":
        decision, headline = "NOT LAUNCHED", snapshot.message or "the run could not be started"
    elif word == "DONE":
        decision, headline = "DONE", headline if check else "the run ended well"
    elif held:
        first = held[0]
        age = about(snapshot.now_ts - first.since)
        burn = snapshot.forecast.burn_usd_h
        cost = (
            f", {money(burn * (snapshot.now_ts - first.since) / 3600)} since"
            if burn and snapshot.exit is None
            else ""
        )
        others = f" (+{len(held) - 1} more)" if len(held) > 1 else ""
        when = f"at {moment(first.since, snapshot.now_ts)}" if snapshot.exit is not None else f"for {age}"
        headline = f"{first.rule} {when}{cost}: {first.text}{others}"
    elif word == "LOST":
        decision, headline = "LOOK OFTEN", "the run goes on without us; the figures are from the last contact"
    unseen = any(alert.state == "raised" for alert in held)
    loud = word in ("CRASH", "FAILED") or (word == "ALERT" and (unseen or decision == "STOP AND FIX"))
    return Health(word, _TONES.get(word, Tone.MUTED), decision, one_line(headline, 300), loud)


def _word(snapshot: Snapshot, broken: str) -> str:
    status = snapshot.check.status.partition(":")[0] if snapshot.check else ""
    if snapshot.link == "ended" and snapshot.exit is None and snapshot.role != "replay":
        return "FAILED"
    if snapshot.verdict is Verdict.CRASH or status == "CRASH":
        return "CRASH"
    if snapshot.verdict is Verdict.DONE:
        return "DONE"
    if broken or snapshot.link == "lost":
        return "LOST"
    if open_alerts(snapshot):
        return "ALERT"
    if status == "ALERT":  # the last look still said so; the live channel knows better
        return "OK"
    if snapshot.exit is not None and not status:
        return "DONE" if snapshot.exit.code == 0 else "CRASH"
    return status or "WAIT"
