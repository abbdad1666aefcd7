"""The alert feed: newest first, state, how long, what was seen, what to do; enter opens the log around it."""

import textwrap

from textual.content import Content
from textual.widgets import OptionList
from textual.widgets.option_list import Option

from vasttui.monitor.check import Alert
from vasttui.tui import figures
from vasttui.tui.health import open_alerts
from vasttui.tui.panes.base import frame
from vasttui.tui.tone import Tone
from vasttui.tui.view import View

_STATES = {"raised": Tone.BAD, "acknowledged": Tone.WATCH, "resolved": Tone.GOOD}
_STATE_WORDS = {"raised": "holds", "acknowledged": "seen, holds", "resolved": "resolved after"}
_KEPT = 100
OPEN = "open"


def key_of(alert: Alert) -> str:
    """Names one alert for as long as it is in the feed."""
    return f"{alert.rule}-{alert.raised_at:.3f}"


def ordered(alerts: tuple[Alert, ...]) -> list[Alert]:
    """Those that hold first, then newest first."""
    return sorted(alerts, key=lambda alert: (alert.state == "resolved", -alert.raised_at))[:_KEPT]


def filtered(alerts: list[Alert], only: str) -> list[Alert]:
    """All (empty), those that hold, or those of one rule."""
    if only == OPEN:
        return [alert for alert in alerts if alert.state != "resolved"]
    return [alert for alert in alerts if only in ("", alert.rule)]


def _wrapped(text: str, first: str, width: int) -> list[str]:
    """`text` in lines of `width`, hanging under `first`."""
    return textwrap.wrap(
        figures.one_line(text, 300), max(16, width), initial_indent=first, subsequent_indent=" " * len(first)
    ) or [first]


def entry(alert: Alert, now: float, width: int = 70, excerpt: Content | None = None) -> Content:
    """One alert: headline, and while it holds its advice; then the excerpt where it was asked for."""
    tone = _STATES[alert.state]
    until = alert.resolved_at if alert.resolved_at is not None else now
    lasted = until - alert.since
    held = f", {_STATE_WORDS[alert.state]} {figures.about(lasted)}" if lasted >= 1 else ""
    if alert.snoozed_until is not None and alert.state == "acknowledged":
        held = f", snoozed until {figures.moment(alert.snoozed_until, now)}"
    if alert.reason and alert.state != "resolved":
        held += f": {figures.one_line(alert.reason, 80)}"
    since = figures.moment(alert.since, now)
    open_ = alert.state != "resolved"
    head = Content.assemble(
        (f"{tone.glyph} {alert.rule}", f"bold {tone.style}" if open_ else "$text-muted"),
        (f"  since {since}{held}", "$text-muted"),
    )
    if not open_ and excerpt is None:
        text = figures.one_line(alert.text, 300)
        return Content.assemble(head, (f"  {text}", "$text-muted")).truncate(width, ellipsis=True)
    lines = [head, *map(Content, _wrapped(alert.text, "  ", width))]
    if alert.advice and open_:
        advice = Content("\n").join(map(Content, _wrapped(alert.advice, "  → ", width)))
        lines.append(advice.stylize("bold $text-accent", 0, 4))
    if excerpt is not None:
        lines.append(excerpt)
    return Content("\n").join(lines)


def _hint(held: int, past: int, view: View, width: int) -> str:
    if not held:
        return f"{past} resolved" if past else ""
    keys = ["enter log around it"] if width >= 60 else []
    keys += ["a seen"] if view.context.alert else []
    return "   ".join(keys + ([] if view.context.ended else ["k kill"]) + ["r relaunch"])


class AlertFeed(OptionList):
    """All alerts of the run."""

    def __init__(self) -> None:
        super().__init__(id="alerts", classes="pane", markup=False)
        self.filter = ""
        self._view: View | None = None
        self._prompts: dict[str, Content] = {}
        self.excerpts: dict[str, Content] = {}

    def show(self, view: View) -> None:
        """Take the feed; entries are replaced where they differ, rebuilt only when others came."""
        self._view = view
        alerts = filtered(ordered(view.snapshot.alerts), self.filter)
        width = max(20, self.size.width - 1)
        prompts = {key_of(a): entry(a, view.now, width, self.excerpts.get(key_of(a))) for a in alerts}
        held = len(open_alerts(view.snapshot))
        past = sum(alert.state == "resolved" for alert in view.snapshot.alerts)
        only = f"  only {'those that hold' if self.filter == OPEN else self.filter}" if self.filter else ""
        title = Content(f"Alerts  {held} open{only}" if held else f"Alerts{only}")
        frame(self, title, Content(_hint(held, past, view, width)))
        self.set_class(held > 0, "-open")
        self.set_class(not alerts, "-quiet")
        if list(prompts) != list(self._prompts) or (not prompts and not self.option_count):
            self._rebuild(prompts)
        else:
            for key, prompt in prompts.items():
                if not prompt.is_same(self._prompts[key]):
                    self.replace_option_prompt(key, prompt)
        self._prompts = prompts

    def _rebuild(self, prompts: dict[str, Content]) -> None:
        chosen = self.highlighted_option.id if self.highlighted_option else None
        none = "no alert of this kind; f lists others" if self.filter else "no alert"
        quiet = Content.assemble(("✔ ", Tone.GOOD.style), (none, "$text-muted"))
        options = [Option(prompt, id=key) for key, prompt in prompts.items()]
        self.set_options(options or [Option(quiet, id="quiet", disabled=True)])
        if options:
            self.highlighted = list(prompts).index(chosen) if chosen in prompts else 0

    def on_resize(self) -> None:
        """Wrap again."""
        if self._view is not None:
            self.show(self._view)

    def cycle_filter(self) -> str:
        """The next filter; returns its name."""
        known = [] if self._view is None else sorted({alert.rule for alert in self._view.snapshot.alerts})
        choices = ["", OPEN, *known]
        at = choices.index(self.filter) + 1 if self.filter in choices else 0
        self.filter = choices[at % len(choices)]
        if self._view is not None:
            self.show(self._view)
        return {"": "all alerts", OPEN: "alerts that hold"}.get(self.filter, f"only {self.filter}")

    @property
    def chosen(self) -> Alert | None:
        """The alert under the cursor."""
        option = self.highlighted_option
        if self._view is None or option is None:
            return None
        return next((alert for alert in self._view.snapshot.alerts if key_of(alert) == option.id), None)

    def toggle(self, alert: Alert, excerpt: Content | None) -> None:
        """Open an alert with its excerpt, or close it (None)."""
        if excerpt is None:
            self.excerpts.pop(key_of(alert), None)
        else:
            self.excerpts[key_of(alert)] = excerpt
        self.screen.set_class(bool(self.excerpts), "-expanded")
        if self._view is not None:
            self.show(self._view)
        self.call_after_refresh(self.scroll_to_highlight, top=True)
