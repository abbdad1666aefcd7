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
    return figures.UNKNOWN if value is None else f"{figures.significant(value)}{' ' + unit if unit else ''}"


def finding_row(finding: Finding, width: int) -> Content:
    """Glyph, name, need and have; the reason where there is room for it and something to say."""
    tone = _TONES[finding.status]
    parts = [(f"{tone.glyph} ", tone.style), (figures.one_line(finding.check, 14).ljust(12), "")]
    unit = figures.one_line(finding.unit, 8)
    if finding.need is not None or finding.have is not None:
        need = _amount(finding.need, "")
        parts.append((f"need {need:>5}  have {_amount(finding.have, unit)}", "$text-muted" if tone is Tone.GOOD else ""))
        if finding.status == "pass":
            return Content.assemble(*parts).truncate(width, ellipsis=True)
        parts.append(("  ", ""))
    parts.append((figures.one_line(finding.text, 200), tone.style if finding.status != "pass" else "$text-muted"))
    return Content.assemble(*parts).truncate(width, ellipsis=True)


class ChecklistPane(Pane):
    """Findings, worst first."""

    def show(self, view: View) -> None:
        """Shrink to one line when every finding passes, vanish without any."""
        findings = view.snapshot.findings
        self.set_class(not findings, "-empty")
        self.set_class(all(finding.status == "pass" for finding in findings), "-allpass")
        super().show(view)

    def draw(self, view: View, width: int, height: int) -> Content:
        """The lines that fit."""
        findings = sorted(view.snapshot.findings, key=lambda finding: _ORDER[finding.status])
        failed = sum(finding.status == "fail" for finding in findings)
        warned = sum(finding.status == "warn" for finding in findings)
        passed = len(findings) - failed - warned
        self.head("Checklist", f"{passed} pass  {warned} warn  {failed} fail")
        if height <= 1 and not failed and not warned:
            names = ", ".join(figures.one_line(finding.check, 14) for finding in findings)
            return Content.assemble(
                ("✔ ", Tone.GOOD.style), f"all {len(findings)} fit", (f": {names}", "$text-muted")
            ).truncate(width, ellipsis=True)
        rows = [finding_row(finding, width) for finding in findings]
        if len(rows) > height > 1:
            rows = [*rows[: height - 1], Content.styled(f"… {len(rows) - height + 1} more", "$text-muted")]
        return Content("\n").join(rows[:height])
