"""A rented machine's way to its first training step, line by line, and what can be done where it fails."""

from collections.abc import Sequence
from dataclasses import replace

from textual.content import Content
from textual.events import Click
from textual.style import Style

from vasttui.tui import figures
from vasttui.tui.actions import BY_ID
from vasttui.tui.panes.base import Pane
from vasttui.tui.questions import hourly
from vasttui.tui.tone import Tone
from vasttui.tui.view import View
from vasttui.watch.session import BringUpStep, Snapshot, StepState

_TONES: dict[StepState, tuple[str, str]] = {
    "waiting": ("○", "$text-muted"),
    "doing": ("▶", "$text-primary"),
    "done": (Tone.GOOD.glyph, Tone.GOOD.style),
    "warned": (Tone.WATCH.glyph, Tone.WATCH.style),
    "failed": (Tone.DEAD.glyph, Tone.DEAD.style),
}
_NAME_WIDTH = 10
_TOOK_WIDTH = 7
_MOST_TAIL = 40
_LEAST_TAIL = 3


def step_row(step: BringUpStep, now: float, width: int) -> Content:
    """Glyph, name, how long it took (or takes by now), what was found."""
    glyph, style = _TONES[step.state]
    took = step.took_s
    if took is None and step.started_at is not None and step.state == "doing":
        took = now - step.started_at
    name_style = {"doing": "bold", "failed": "bold $text-error", "waiting": "$text-muted"}.get(step.state, "")
    text_style = {"failed": "$text-error", "warned": "$text-warning", "doing": ""}.get(
        step.state, "$text-muted"
    )
    return Content.assemble(
        (f"{glyph} ", style),
        (figures.one_line(step.name, _NAME_WIDTH).ljust(_NAME_WIDTH), name_style),
        ("" if took is None else figures.duration(took)).rjust(_TOOK_WIDTH),
        "  ",
        (figures.one_line(step.text, 300), text_style),
    ).truncate(width, ellipsis=True)


def rows(steps: Sequence[BringUpStep], now: float, width: int, height: int) -> list[Content]:
    """As many lines as there is height for: what is done and what waits are drawn together first."""
    done = _leading(steps, ("done",))
    waiting = _leading(tuple(reversed(steps)), ("waiting",))
    lines = len(steps) + sum(_wanted_below(step, width) for step in steps)
    fold_waiting = lines > height and waiting > 1
    lines -= waiting - 1 if fold_waiting else 0
    fold_done = lines > height and done > 1
    shown = steps[done if fold_done else 0 : len(steps) - (waiting if fold_waiting else 0)]
    found = [_folded(steps[:done], "✔", Tone.GOOD.style, width)] if fold_done else []
    spare = height - len(found) - len(shown) - fold_waiting
    reasons = {step.name: _reason(step, width, spare) for step in shown if step.state == "failed"}
    spare -= sum(map(len, reasons.values()))  # what failed is told before what was warned of
    for step in shown:
        reason = reasons.get(step.name)
        if reason is None:
            reason = _reason(step, width, spare)
            spare -= len(reason)
        found += [step_row(replace(step, text="") if reason else step, now, width), *reason]
        if step.state in ("doing", "failed"):
            tail = _tail(step, width, min(_MOST_TAIL, spare))
            spare -= len(tail)
            found += tail
    if fold_waiting:
        found.append(_folded(steps[len(steps) - waiting :], "○", "$text-muted", width))
    return found[:height] if height > 0 else []


def _wanted_below(step: BringUpStep, width: int) -> int:
    """Lines that tell of it under its own: why it failed, what it says now."""
    if step.state not in ("doing", "failed"):
        return 0
    return len(_reason(step, width, _MOST_TAIL)) + min(_LEAST_TAIL, len(step.tail))


def _leading(steps: Sequence[BringUpStep], states: tuple[StepState, ...]) -> int:
    count = 0
    for step in steps:
        if step.state not in states:
            break
        count += 1
    return count


def _folded(steps: Sequence[BringUpStep], glyph: str, style: str, width: int) -> Content:
    took = sum(step.took_s or 0.0 for step in steps)
    said = f"  {figures.duration(took)}" if took else ""
    names = ", ".join(figures.one_line(step.name, _NAME_WIDTH) for step in steps)
    return Content.assemble((f"{glyph} ", style), (names + said, "$text-muted")).truncate(
        width, ellipsis=True
    )


def _reason(step: BringUpStep, width: int, room: int) -> list[Content]:
    """What failed or was warned of in full, where its own line does not hold it and there is room below."""
    if step.state not in ("failed", "warned"):
        return []
    text = figures.one_line(step.text, 600)
    if len(text) <= width - _NAME_WIDTH - _TOOK_WIDTH - 4:
        return []
    lines = Content.styled(text, _TONES[step.state][1]).wrap(max(8, width - 4))
    if len(lines) > room and step.state == "warned":
        return []
    return [Content.assemble("    ", line) for line in list(lines)[:room]]


def _tail(step: BringUpStep, width: int, room: int) -> list[Content]:
    if room < 1:
        return []
    last = [figures.one_line(line, 400) for line in step.tail[-room:]]
    return [
        Content.assemble(("  │ ", "$text-primary"), (line, "$text-muted")).truncate(width, ellipsis=True)
        for line in last
    ]


def choices(snapshot: Snapshot, width: int) -> Content:
    """The keys that mend a bring-up that failed; they can be clicked."""
    parts: list[Content] = []
    for remedy in snapshot.remedies:
        action = BY_ID[remedy]
        entry = Content.assemble((action.key_text, "bold $text-accent"), f" {action.label}")
        parts.append(entry.stylize(Style.from_meta({"do": action.id})))
    line = Content("  ").join(parts)
    if line.cell_length + 11 <= width:
        line = Content.assemble(("what now?  ", "bold $text-error"), line)
    return line.truncate(width, ellipsis=True)


class BringUpPane(Pane):
    """Stands where the step rate will be, until the run trains."""

    def caption(self, view: View) -> None:
        """How far it is, how long it has taken, what it has cost."""
        steps = view.snapshot.bringup
        over = sum(step.state in ("done", "warned") for step in steps)
        self.head(f"Bring-up  {over} of {len(steps)} done", _since(view))

    def draw(self, view: View) -> Content:
        """Steps, the output of the one at work, choices where one failed."""
        width, height = self.size
        snapshot = view.snapshot
        steps = snapshot.bringup
        room = height - (2 if snapshot.remedies and height > 4 else 0)
        lines = rows(steps, view.now, width, room)
        if snapshot.remedies:
            lines = [*lines[: height - 1], *([Content("")] if height > 4 else []), choices(snapshot, width)]
        return Content("\n").join(lines)

    async def on_click(self, event: Click) -> None:
        """Do what the choice says."""
        if action := event.style.meta.get("do"):
            await self.run_action(f"screen.do('{action}')")


def _since(view: View) -> str:
    snapshot = view.snapshot
    began = next((step.started_at for step in snapshot.bringup if step.started_at is not None), None)
    parts = [] if began is None else [figures.duration(view.now - began)]
    rental = snapshot.rental
    if rental is not None:
        parts += [figures.money(rental.spent_usd)] if rental.spent_usd is not None else []
        parts += [hourly(rental.usd_h)] if rental.usd_h is not None else []
    return "  ".join(parts)
