"""What is asked before a run is stopped, begun anew or moved: facts, and answers with what each costs."""

from collections.abc import Sequence
from dataclasses import dataclass

from vasttui.tui import figures
from vasttui.tui.view import View
from vasttui.watch.session import Remedy, Snapshot

_NOTHING = "nothing bills"
_LOST = "All else on its disk is lost."
_NOT_YET = "Nothing runs there yet, so nothing is fetched."
_PULLED = "The record and what [ending] pull names are fetched and checked first."


@dataclass(frozen=True, slots=True)
class Answer:
    """One way to go on. `id` is an identifier; `cost`: what then bills; `note`: what else follows."""

    id: str
    label: str
    cost: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class Question:
    """`facts` are (name, value) lines; `typed`: what must be typed before an answer can be pressed.

    `refused`: why there is nothing to answer. `mild`: nothing is destroyed by any answer.
    """

    title: str
    facts: Sequence[tuple[str, str]]
    consequence: str
    answers: Sequence[Answer]
    typed: str = ""
    refused: str = ""
    mild: bool = False


def hourly(usd_h: float | None) -> str:
    """`$0.412/h`, `$12.30/h`; small sums keep the digits that tell them apart."""
    if usd_h is None:
        return "an unknown price"
    return f"${usd_h:.4f}/h" if usd_h < 0.1 else f"${usd_h:.3f}/h" if usd_h < 10 else f"${usd_h:.2f}/h"


def checkpoint_text(snapshot: Snapshot) -> str:
    """The last checkpoint seen, and what would be lost since."""
    marks = [mark for mark in snapshot.marks if mark.kind == "checkpoint"]
    if not marks:
        return "none seen: everything since the start may be lost"
    last = max(marks, key=lambda mark: mark.ts)
    age = figures.about(snapshot.now_ts - last.ts)
    where = f"step {last.step}, {age} ago" if last.step is not None else f"{age} ago"
    if last.step is not None and snapshot.step is not None and snapshot.step >= last.step:
        return f"{where}: {figures.plural(snapshot.step - last.step, 'step')} since would be lost"
    return where


def kill_question(view: View) -> Question:
    """What `k` asks: the process alone, or the machine's meter with it."""
    snapshot = view.snapshot
    ended = snapshot.exit is not None
    facts = _object(snapshot)
    if not ended and not _coming_up(snapshot):
        steps = figures.UNKNOWN if snapshot.step is None else str(snapshot.step)
        facts += [
            ("Step", f"{steps} of {snapshot.run.total_steps or '?'}"),
            ("Checkpoint", checkpoint_text(snapshot)),
        ]
    facts += [("Cost", _meter(snapshot)), _command(snapshot)]
    refused = _replay_note(snapshot, "stop")
    if snapshot.rental is None:
        return Question(
            "Kill this run?",
            facts,
            "Its whole process group gets TERM, then KILL, and is checked to be gone. "
            "The machine itself keeps running: if it bills by the hour, stop it where it was rented.",
            [Answer("keep", "Kill the run")],
            refused=refused,
        )
    if ended:
        title, said = "The run is over. End the machine's bill?", ""
    elif _coming_up(snapshot):
        title, said = "The machine is being brought up. End its bill?", ""
    else:
        title = "Kill this run?"
        said = "The process group gets TERM, then KILL, and is checked to be gone, whichever end you choose."
    return Question(title, facts, said, _ends(snapshot, process=said != ""), refused=refused)


def _ends(snapshot: Snapshot, *, process: bool) -> list[Answer]:
    rental = snapshot.rental
    assert rental is not None
    stop, destroy = (f"+ {word}" if process else word.capitalize() for word in ("stop", "destroy"))
    pulled, lost = (_NOT_YET, "") if _coming_up(snapshot) else (_PULLED, f" {_LOST}")
    answers = [
        Answer(
            "stop",
            f"{stop} the machine",
            f"disk {hourly(rental.stopped_usd_h)}",
            f"{pulled} Its disk stays; its GPU may be someone else's when you start it again.",
        ),
        Answer("destroy", f"{destroy} the machine", _NOTHING, f"{pulled}{lost} Confirmed by reading back."),
    ]
    if rental.not_pulled:
        why = figures.one_line(rental.not_pulled, 160)
        answers.append(
            Answer(
                "forfeit", "Destroy it all the same", _NOTHING, f"Given up: {why}. It is lost with the disk."
            )
        )
    if process:
        keep = Answer(
            "keep",
            "Kill the process",
            f"bills {hourly(rental.usd_h)}",
            "The machine waits for a relaunch.",
        )
        answers.insert(0, keep)
    return answers


def relaunch_question(view: View) -> Question:
    """What `r` asks: on the same machine, or on a new one."""
    snapshot = view.snapshot
    running = snapshot.exit is None and snapshot.link != "ended"
    now = "still running: it is stopped first" if running else "ended"
    facts = [
        *_object(snapshot),
        ("Now", now),
        ("Checkpoint", checkpoint_text(snapshot)),
        ("Cost", _meter(snapshot)),
        _command(snapshot),
    ]
    last = next((alert for alert in snapshot.alerts if alert.rule == "error"), None)
    if last is not None:
        facts.append(("Last error", figures.one_line(last.text, 160)))
    if snapshot.relaunch_note:
        facts.append(("Note", figures.one_line(snapshot.relaunch_note, 240)))
    return Question(
        f"Relaunch as attempt {snapshot.run.attempt + 1}?",
        facts,
        _resumes(snapshot),
        _places(snapshot),
        typed="relaunch",
        refused=_replay_note(snapshot, "relaunch"),
    )


def _resumes(snapshot: Snapshot) -> str:
    text = "The plan's resume command is started (its command, where it has none)."
    return text if snapshot.bringup and snapshot.rental is None else f"{text} The meter runs on."


def _places(snapshot: Snapshot) -> list[Answer]:
    rental = snapshot.rental
    if snapshot.bringup and rental is None:
        note = "Its last machine was given back; the next goes through the whole bring-up."
        return [Answer("new", "On a new machine", "the next price", note)]
    if rental is None:
        return [Answer("same", "Relaunch")]
    return [
        Answer("same", "On this machine", f"bills {hourly(rental.usd_h)}", "Its disk is as it was left."),
        Answer(
            "new",
            "On a new machine",
            "the next price",
            f"{_PULLED} This one is destroyed and left out; the next goes through the whole bring-up.",
        ),
    ]


def remedy_question(view: View, choice: Remedy) -> Question:
    """What is asked before a machine whose bring-up failed is given back."""
    snapshot = view.snapshot
    failed = next((step for step in snapshot.bringup if step.state == "failed"), None)
    facts = _object(snapshot)
    if failed is not None:
        text = figures.one_line(failed.text.removeprefix(f"{failed.name} "), 240)
        facts.append(("Failed", f"{failed.name}: {text}"))
    facts.append(("Cost", _meter(snapshot)))
    if choice == "next":
        return Question(
            "Give this machine back and rent the next?",
            facts,
            "This machine is destroyed and left out, the next best offer that fits is rented and brought up "
            "in its place; never two at once. Where a search before that finds none, this one is kept.",
            [Answer("next", "Rent the next machine")],
        )
    return Question(
        "Give this machine back?",
        facts,
        "It is destroyed with everything on its disk, and read back until the market no longer has it. "
        "Nothing bills then; the run stays listed and can be relaunched on a new machine.",
        [Answer("destroy", "Destroy the machine")],
    )


def _object(snapshot: Snapshot) -> list[tuple[str, str]]:
    run, rental = snapshot.run, snapshot.rental
    facts = [("Run", f"{figures.one_line(run.name, 60)}, attempt {run.attempt}")]
    if rental is None or rental.instance is None:
        facts.append(("Host", figures.one_line(run.host, 60)))
    else:
        gpu = f", {run.gpu_count or 1} x {figures.one_line(run.gpu, 40)}" if run.gpu else ""
        state = f", {figures.one_line(rental.state, 20)}" if rental.state else ""
        facts.append(("Machine", f"instance {rental.instance}{gpu}{state}"))
    return facts


def _command(snapshot: Snapshot) -> tuple[str, str]:
    return ("Command", figures.one_line(snapshot.run.command, 120))


def _meter(snapshot: Snapshot) -> str:
    rental, forecast = snapshot.rental, snapshot.forecast
    spent = rental.spent_usd if rental is not None and rental.spent_usd is not None else forecast.spent_usd
    burn = rental.usd_h if rental is not None and rental.usd_h is not None else forecast.burn_usd_h
    if snapshot.bringup and rental is None:
        return f"{figures.money(spent)} spent; its machine was given back: nothing bills"
    if burn is None and spent is None:
        return "no price known for this machine"
    rate = f"{figures.money(burn) if rental is None else hourly(burn).removesuffix('/h')}/h"
    said = f"{figures.money(spent)} spent; the machine goes on costing"
    return f"{said} {rate if burn is not None else 'its price'}"


def _coming_up(snapshot: Snapshot) -> bool:
    """No process runs yet."""
    before = [step for step in snapshot.bringup if step.name not in ("probe", "baseline")]
    return any(step.state in ("waiting", "doing", "failed") for step in before)


def _replay_note(snapshot: Snapshot, verb: str) -> str:
    return f"This is a replay of a record: there is nothing to {verb}." if snapshot.role == "replay" else ""
