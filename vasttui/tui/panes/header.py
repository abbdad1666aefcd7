"""The top of the screen: the status word, who and where, the next look, how far, when done, how much."""

import textwrap
from dataclasses import replace
from math import ceil

from textual.app import ComposeResult
from textual.containers import Vertical
from textual.content import Content

from vasttui.tui import figures
from vasttui.tui.bars import progress
from vasttui.tui.bigtext import ROWS, big, big_width
from vasttui.tui.health import is_coming_up
from vasttui.tui.panes.base import Pane, spread
from vasttui.tui.panes.glance import Glance
from vasttui.tui.tone import Tone
from vasttui.tui.view import View, pace
from vasttui.watch.session import Snapshot

FAR_S = 600.0
NEAR_S = 20.0
STRIDE_S = 5
_LINKS = {
    "connecting": ("◌", "connecting", Tone.INFO),
    "up": ("●", "live", Tone.GOOD),
    "lost": ("✖", "link lost", Tone.BAD),
    "ended": ("■", "ended", Tone.MUTED),
}


def link_text(view: View) -> Content:
    """The link's state as glyph and word; a replay and a mirror say what they are."""
    role = view.snapshot.role
    if view.broken:
        return Content.styled("✖ not watched", "bold $text-error")
    if role == "replay":
        return Content.styled(" REPLAY ", "bold $background on $accent")
    glyph, word, tone = _LINKS[view.snapshot.link]
    link = Content.styled(f"{glyph} {word}", tone.style)
    if role == "mirror":
        return Content.assemble((" MIRROR, read-only ", "bold $background on $secondary"), " ", link)
    return link


def machine_text(snapshot: Snapshot) -> str:
    """Host and GPUs, as the header names them."""
    run = snapshot.run
    count = f"{run.gpu_count} x " if run.gpu_count and run.gpu_count > 1 else ""
    parts = [figures.one_line(run.host, 60), f"{count}{figures.one_line(run.gpu, 40)}" if run.gpu else ""]
    if snapshot.rental is not None and snapshot.rental.instance is not None:
        parts.append(f"instance {snapshot.rental.instance}")
    parts.append(f"attempt {run.attempt}")
    return " · ".join(part for part in parts if part)


class Badge(Pane):
    """The status word, three rows high; filled when it must be seen."""

    def show(self, view: View) -> None:
        """Fit the frame to the word first."""
        wide = view.health.glyph + " " + view.health.word
        self.word = wide if big_width(wide) + 4 <= self.screen.size.width // 3 else view.health.word
        width = big_width(self.word) + 4
        if width != self.size.width:
            self.styles.width = width
        super().show(view)

    word = ""

    def basis(self, view: View) -> object:
        """Word and tone."""
        return (self.word, view.health)

    def draw(self, view: View) -> Content:
        """The word in its tone."""
        width, height = self.size
        style = view.health.tone.fill if view.health.loud else f"{view.health.tone.style} on $surface"
        lines = [f"  {line}  ".ljust(width)[:width] for line in big(self.word, lower=height > ROWS)]
        lines += [" " * width] * (height - len(lines))
        return Content.styled("\n".join(lines[:height]), style)


class Who(Pane):
    """Name, machine and link."""

    def basis(self, view: View) -> object:
        """None of it changes often."""
        snapshot = view.snapshot
        return (snapshot.run, snapshot.rental, snapshot.role, snapshot.link, view.broken)

    def draw(self, view: View) -> Content:
        """One line."""
        width = self.size.width
        run = view.snapshot.run
        name = Content.styled(figures.one_line(run.name, 48) or "run", "bold $foreground")
        left = Content.assemble(name, ("  " + machine_text(view.snapshot), "$text-muted"))
        return spread(left, link_text(view), width)


class When(Pane):
    """Phase and the countdown: the only part that changes with the seconds."""

    def basis(self, view: View) -> object:
        """Most seconds change no word of it."""
        snapshot = view.snapshot
        coming = _bringing_up(view) if is_coming_up(snapshot) else None
        return next_look(view), coming, snapshot.phase, snapshot.activity, view.broken

    def draw(self, view: View) -> Content:
        """One line."""
        width = self.size.width
        text, style = next_look(view)
        activity = view.snapshot.activity
        doing = f"  {figures.one_line(activity, 24)}" if activity not in ("", "train") else ""
        if is_coming_up(view.snapshot) and not view.broken:
            return spread(Content.styled("bring-up", "$text-primary"), _bringing_up(view), width)
        phase = Content.assemble(
            (view.snapshot.phase.value, "$text-primary"), (" phase" if width >= 44 else "", "$text-muted"),
            (doing, "$text-muted"),
        )  # fmt: skip
        return spread(phase, Content.styled(text, style), width)


def _bringing_up(view: View) -> Content:
    """How long the step at work has taken, or that it waits for a choice."""
    steps = view.snapshot.bringup
    if any(step.state == "failed" for step in steps):
        bills = "nothing is rented" if view.snapshot.rental is None else "the machine bills"
        return Content.styled(f"waiting for your choice; {bills}", "$text-error")
    doing = next((step for step in steps if step.state == "doing" and step.started_at is not None), None)
    if doing is None or doing.started_at is None:
        return Content("")
    return Content(f"{doing.name} for {figures.duration(view.now - doing.started_at)}")


def next_look(view: View) -> tuple[str, str]:
    """`next look in 4m10s` and its style; it ticks at the end only, and tells minutes while it is far."""
    snapshot = view.snapshot
    if view.broken:
        return "no next look", "$text-error"
    if snapshot.link == "ended" or (snapshot.exit is not None and snapshot.next_look_ts is None):
        return "no next look: the run is over", "$text-muted"
    if snapshot.paused:
        return ("‖ replay paused" if snapshot.playback else "‖ cadence paused"), "$text-warning"
    if snapshot.next_look_ts is None:
        return "next look not set yet", "$text-muted"
    left = snapshot.next_look_ts - view.now
    if left <= 0:
        return "looking now …", "$text-primary"
    if left >= FAR_S:
        return f"next look in {figures.about(left)}", ""
    told = left if left <= NEAR_S else STRIDE_S * ceil(left / STRIDE_S)
    return f"next look in {figures.duration(told)}", ""


class Decision(Pane):
    """What to do about the run, and why."""

    def basis(self, view: View) -> object:
        """It changes with a look."""
        return view.health

    def draw(self, view: View) -> Content:
        """One line or two; the decision is filled when it is loud."""
        width, height = self.size
        state = view.health
        style = state.tone.fill if state.loud else f"bold {state.tone.style}"
        text = f" {state.glyph} {state.decision} " if state.loud else f"{state.glyph} {state.decision}"
        room = max(0, width - len(text) - 1)
        if height == 1 and room < 16:  # the alert feed tells the rest
            return Content.styled(text.ljust(width)[:width], style)
        rows = textwrap.wrap(state.headline, max(16, width), initial_indent="x" * (len(text) + 1))
        first = rows[0][len(text) + 1 :] if rows else ""
        if len(rows) > height:
            first = state.headline if height == 1 else first
            rows[height - 1] = f"{rows[height - 1]} {' '.join(rows[height:])}"
        lines = [Content.assemble((text, style), " ", Content(first).truncate(room, ellipsis=True))]
        lines += [Content(row).truncate(width, ellipsis=True) for row in rows[1:height]]
        return Content("\n").join(lines)


class ProgressLine(Pane):
    """Steps done of all, the bar, when it ends, what it will have cost."""

    def draw(self, view: View) -> Content:
        """One line; the bar takes what the figures leave."""
        width = self.size.width
        snapshot = view.snapshot
        total = snapshot.run.total_steps
        share = snapshot.step / total if snapshot.step is not None and total else None
        steps = _steps(snapshot.step, total)
        right = _outlook(view, width)
        percent = f"{share * 100:5.1f}%" if share is not None else "    -%"
        left = f"{steps} " if width >= 70 else ""
        room = width - len(left) - len(percent) - right.cell_length - 4
        style = view.health.tone.style if view.health.loud else "$primary"
        return Content.assemble(
            (left, "bold"), progress(share, max(0, room), style), f" {percent}  ", right
        ).truncate(width)


def _steps(step: int | None, total: int | None) -> str:
    all_steps = figures.UNKNOWN if total is None else str(total)
    done = figures.UNKNOWN if step is None else str(step)
    return f"{done:>{len(all_steps)}}/{all_steps}"


def _outlook(view: View, width: int) -> Content:
    snapshot, forecast = view.snapshot, view.snapshot.forecast
    if snapshot.exit is not None:
        ended = snapshot.exit
        how = (
            f"signal {ended.signal}" if ended.signal else f"exit {'?' if ended.code is None else ended.code}"
        )
        how = "stopped" if snapshot.stopped else how
        when: Content = Content(f"{how} at {figures.moment(ended.ts, view.now)}")
    elif forecast.eta_s is None:
        when = Content.styled("end unknown", "$text-muted")
    else:
        end = figures.moment(snapshot.now_ts + forecast.eta_s, view.now)
        when = Content.assemble(
            ("done in ", "$text-muted"), (figures.about(forecast.eta_s), "bold"), f" {end}"
        )
    if forecast.spent_usd is None:
        return when
    cost = forecast.projected_usd if snapshot.exit is None else forecast.spent_usd
    over = forecast.budget_usd is not None and cost is not None and cost > forecast.budget_usd
    limit = (
        f" of {figures.money(forecast.budget_usd)}" if forecast.budget_usd is not None and width >= 60 else ""
    )
    style = "bold $text-error" if over else "bold"
    return Content.assemble(
        when, "  ", (figures.money(cost), style), (limit, "$text-muted"), "!" if over else ""
    )


class Header(Vertical):
    """All of it."""

    def compose(self) -> ComposeResult:
        """The badge, lines beside it, big figures where there is room; the progress line under all of it."""
        yield Badge(id="badge")
        yield Glance(id="glance")
        yield Who(id="who", classes="line")
        yield When(id="when", classes="line")
        yield Decision(id="decision", classes="line")
        yield ProgressLine(id="progress", classes="line")

    def show(self, view: View) -> None:
        """Give every part the view."""
        for part in self.query(Pane):
            part.show(view)

    def tick(self, elapsed_s: float) -> None:
        """Time has passed since the snapshot came: only the countdown is drawn."""
        when = self.query_one(When)
        if when.view is not None:
            snapshot = when.view.snapshot
            when.show(replace(when.view, now=snapshot.now_ts + elapsed_s * pace(snapshot)))
