"""The checklist before renting and at bring-up: one line when all is well, every line when not."""

from textual.content import Content

from vasttui.gate.finding import Finding
from vasttui.tui import figures
from vasttui.tui.panes.base import Pane
from vasttui.tui.tone import Tone
from vasttui.tui.view import View

_TONES = {"pass": Tone.GOOD, "warn": Tone.WATCH, "fail": Tone.DEAD}
_ORDER = {"fail": 0, "warn": 1, "pass": 2}


def _amount(value: float | None, unit: str) -> str:
    return figures.UNKNOWN if value is None else f"{value:.4g}{' ' + unit if unit else ''}"


def _amounts(finding: Finding, unit: str, *, short: bool) -> str:
    need, have = _amount(finding.need, ""), _amount(finding.have, unit)
    if not short or finding.need is None or finding.have is None:
        return f"need {need}  have {have}"
    return f"{have} {'<' if finding.have < finding.need else '≥'} {need}"


def finding_row(finding: Finding, width: int) -> Content:
    """Glyph, name, need and have; the reason where there is room for it and something to say."""
    tone = _TONES[finding.status]
    parts = [(f"{tone.glyph} ", tone.style), (figures.one_line(finding.check, 14).ljust(12), "")]
    unit = figures.one_line(finding.unit, 8)
    if finding.need is not None or finding.have is not None:
        parts.append((_amounts(finding, unit, short=width < 36), "$text-muted" if tone is Tone.GOOD else ""))
        if finding.status == "pass" or width < 60:
            return Content.assemble(*parts).truncate(width, ellipsis=True)
        parts.append(("  ", ""))
    parts.append(
        (figures.one_line(finding.text, 200), tone.style if finding.status != "pass" else "$text-muted")
    )
    return Content.assemble(*parts).truncate(width, ellipsis=True)


class ChecklistPane(Pane):
    """Findings, worst first."""

    def show(self, view: View) -> None:
        """Shrink to one line when every finding passes, vanish without any."""
        findings = view.snapshot.findings
        self.set_class(not findings, "-empty")
        calm = all(finding.status == "pass" for finding in findings)
        self.styles.height = 3 if calm else len(findings) + 2
        super().show(view)

    def caption(self, view: View) -> None:
        """How many of each kind."""
        states = [finding.status for finding in view.snapshot.findings]
        self.head(
            "Checklist", "  ".join(f"{states.count(state)} {state}" for state in ("pass", "warn", "fail"))
        )

    def basis(self, view: View) -> object:
        """Nothing else."""
        return view.snapshot.findings

    def draw(self, view: View) -> Content:
        """The lines that fit."""
        width, height = self.size
        findings = sorted(view.snapshot.findings, key=lambda finding: _ORDER[finding.status])
        if height <= 1 and all(finding.status == "pass" for finding in findings):
            names = ", ".join(figures.one_line(finding.check, 14) for finding in findings)
            return Content.assemble(
                ("✔ ", Tone.GOOD.style), f"all {len(findings)} fit", (f": {names}", "$text-muted")
            ).truncate(width, ellipsis=True)
        rows = [finding_row(finding, width) for finding in findings]
        if len(rows) > height > 1:
            rows = [*rows[: height - 1], Content.styled(f"… {len(rows) - height + 1} more", "$text-muted")]
        return Content("\n").join(rows[:height])
