"""The two-second answer: one word, one glyph, one sentence, from a snapshot."""

from collections.abc import Sequence
from dataclasses import dataclass

from vasttui.monitor.check import Alert, Verdict
from vasttui.tui.figures import about, moment, money, one_line
from vasttui.tui.tone import Tone
from vasttui.watch.session import Snapshot

_TONES = {
    "OK": Tone.GOOD,
    "DONE": Tone.GOOD,
    "STOPPED": Tone.MUTED,
    "PROBE": Tone.INFO,
    "WARMUP": Tone.INFO,
    "WAIT": Tone.MUTED,
    "SETUP": Tone.INFO,
    "WATCH": Tone.WATCH,
    "LOST": Tone.WATCH,
    "ALERT": Tone.BAD,
    "CRASH": Tone.DEAD,
    "FAILED": Tone.BAD,
}


@dataclass(frozen=True, slots=True)
class Health:
    """`word`: a status of the summary line; WAIT before the first, SETUP at bring-up, FAILED for either.

    STOPPED: killed from here. `headline`: the reason, one line. `loud`: the screen raises its voice until the
    alerts are seen or the run is over and known to be.
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
    elif is_coming_up(snapshot):
        decision, headline = _bring_up(snapshot)
    elif is_given_back(snapshot):
        decision, headline = "MACHINE GONE", "it was given back: nothing bills; r relaunches on a new one"
    elif word == "FAILED":
        decision, headline = "NOT LAUNCHED", snapshot.message or "the run could not be started"
    elif word == "DONE":
        well = headline if check else "the run ended well"
        decision, headline = ("DONE, BUT", _alerted(snapshot, held)) if held else ("DONE", well)
    elif word == "STOPPED" and not held:
        told = headline if check and check.stopped else "on purpose"
        decision, headline = "STOPPED", told.removeprefix("stopped ")
    elif held:
        headline = _alerted(snapshot, held)
    elif word == "LOST":
        decision, headline = "LOOK OFTEN", "the run goes on without us; the figures are from the last contact"
    unseen = any(alert.state == "raised" for alert in held)
    loud = word in ("CRASH", "FAILED") or (word == "ALERT" and (unseen or decision == "STOP AND FIX"))
    tone = Tone.WATCH if word == "DONE" and held else _TONES.get(word, Tone.MUTED)
    return Health(word, tone, decision, one_line(headline, 300), loud)


def _alerted(snapshot: Snapshot, held: Sequence[Alert]) -> str:
    """What the first alert says, since when, and what has been spent since."""
    first = held[0]
    burn = snapshot.forecast.burn_usd_h
    lasted_s = snapshot.now_ts - first.since
    cost = f", {money(burn * lasted_s / 3600)} since" if burn and snapshot.exit is None else ""
    when = f"for {about(lasted_s)}" if snapshot.exit is None else f"at {moment(first.since, snapshot.now_ts)}"
    others = f" (+{len(held) - 1} more)" if len(held) > 1 else ""
    return f"{first.rule} {when}{cost}: {first.text}{others}"


def is_coming_up(snapshot: Snapshot) -> bool:
    """A rented machine has not come to its first training step yet, or never will.

    A run that is taken up again is measured anew: that its probe still waits says nothing.
    """
    return not is_given_back(snapshot) and any(
        step.state in ("doing", "failed")
        or (step.state == "waiting" and step.name not in ("probe", "baseline"))
        for step in snapshot.bringup
    )


def is_unlaunched(snapshot: Snapshot) -> bool:
    """A rented machine has not come to the launch yet."""
    return not is_given_back(snapshot) and any(
        step.state in ("waiting", "doing", "failed") and step.name not in ("probe", "baseline")
        for step in snapshot.bringup
    )


def is_given_back(snapshot: Snapshot) -> bool:
    """There was a rented machine, and it is gone with the record that was followed."""
    had_one = any(step.name == "rent" and step.state in ("done", "warned") for step in snapshot.bringup)
    return had_one and snapshot.rental is None and snapshot.link == "ended" and snapshot.exit is None


def _bring_up(snapshot: Snapshot) -> tuple[str, str]:
    steps = snapshot.bringup
    failed = next((step for step in steps if step.state == "failed"), None)
    if failed is not None:
        text = failed.text.removeprefix(f"{failed.name} ")
        return "MEND OR END IT", f"bring-up failed at {failed.name}: {text}"
    at = next((i for i, step in enumerate(steps) if step.state in ("doing", "waiting")), 0)
    text = f": {steps[at].text}" if steps[at].text else ""
    return "BRING-UP", f"step {at + 1} of {len(steps)}, {steps[at].name}{text}"


def _word(snapshot: Snapshot, broken: str) -> str:
    if not broken and is_coming_up(snapshot):
        failed = any(step.state == "failed" for step in snapshot.bringup)
        return "FAILED" if failed else "SETUP"
    status = snapshot.check.status.partition(":")[0] if snapshot.check else ""
    if is_given_back(snapshot):
        return "LOST"
    if snapshot.link == "ended" and snapshot.exit is None and snapshot.role != "replay":
        return "FAILED"
    if word := _end_word(snapshot, status):
        return word
    if broken or snapshot.link == "lost":
        return "LOST"
    if open_alerts(snapshot):
        return "ALERT"
    if status == "ALERT":  # the last look still said so; the live channel knows better
        return "OK"
    if snapshot.exit is not None and not status:
        return "DONE" if snapshot.exit.code == 0 else "CRASH"
    return status or "WAIT"


def _end_word(snapshot: Snapshot, status: str) -> str:
    """How it ended, where that is known."""
    if snapshot.stopped:
        return "STOPPED"
    if snapshot.verdict is Verdict.CRASH or status == "CRASH":
        return "CRASH"
    return "DONE" if snapshot.verdict is Verdict.DONE else ""
