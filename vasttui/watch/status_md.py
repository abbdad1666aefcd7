"""STATUS.md: the run as one small page, replaced whole at each check. Nothing else writes it."""

import os
from datetime import UTC, datetime
from pathlib import Path

from vasttui.monitor.check import Alert, Check, Ledger
from vasttui.monitor.words import duration, usd
from vasttui.watch.advice import in_shell
from vasttui.watch.session import RunView

LAST_CHECKS = 10
FIELDS = "ts step rate eta gpu mem eval status"


def render(
    run: RunView,
    checks: tuple[Check, ...],
    alerts: tuple[Alert, ...],
    ledger: Ledger,
    now_ts: float,
    ending: str = "",
) -> str:
    """The page's text. Texts from logs and hosts are fenced, so that none is read as markup.

    `ending`: what becomes of a rented machine.
    """
    check = checks[-1]
    opened = [a for a in alerts if a.state != "resolved"]
    parts = [
        f"# {run.name}: {check.word}\n\n",
        _fence([check.line]),
        f"- decision: {check.decision}: {_one_line(check.decision_text)}\n",
        f"- phase: {check.phase.value}; next look: {_next_look(check)}\n",
        f"- host: `{_one_line(run.host)}`; attempt {run.attempt}\n",
        f"- cost: {_cost(check)}\n",
        f"- ledger: {_ledger(ledger)}\n",
        f"- machine: {_one_line(ending)}\n" if ending else "",
        "\n## Open alerts\n\n",
        _fence([_alert_line(a, now_ts, run.name) for a in opened]) if opened else "none\n",
        f"\n## Last checks\n\n`{FIELDS}`\n\n",
        _fence([c.line for c in checks[-LAST_CHECKS:]]),
    ]
    return "".join(parts)


def replace_file(path: Path, text: str) -> None:
    """Write beside it, then rename over it: a reader sees the old page or the new one, never half."""
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    draft.write_text(text, "utf-8")
    draft.replace(path)


def _fence(lines: list[str]) -> str:
    return "```\n" + "".join(f"{_one_line(line)}\n" for line in lines) + "```\n"


def _one_line(text: str) -> str:
    return " ".join(text.replace("`", "'").split())


def _alert_line(alert: Alert, now_ts: float, run: str) -> str:
    ack = " (acknowledged)" if alert.state == "acknowledged" else ""
    advice = in_shell(alert.advice, run)
    return f"{alert.rule}{ack} for {duration(now_ts - alert.since)}: {alert.text}; next: {advice}"


def _next_look(check: Check) -> str:
    if check.next_look_ts is None:
        return "none, the run is over"
    at = datetime.fromtimestamp(check.next_look_ts, UTC).strftime("%H:%M:%SZ")
    return f"{at}, in {duration(check.next_look_ts - check.ts)}"


def _cost(check: Check) -> str:
    f = check.forecast
    if f.burn_usd_h is None:
        return "no price known for this machine"
    against = f" of {usd(f.budget_usd)}" if f.budget_usd is not None else ""
    return f"{usd(f.spent_usd)} spent, {usd(f.burn_usd_h)}/h, {usd(f.projected_usd)} projected{against}"


def _ledger(ledger: Ledger) -> str:
    shown = f"{ledger.looks} looks, {ledger.lines_shown} lines, {ledger.bytes_shown} bytes shown"
    return f"{shown}; failures seen after {duration(ledger.detection_s)}, {usd(ledger.detection_usd)}"
