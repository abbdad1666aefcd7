"""`vasttui line`: how a run does, in a few words, for a status bar or a prompt.

Reads the journal's file alone: no host is contacted, and next to nothing is imported, since a status bar
asks every few seconds.
"""

import json
import os
import re
import sqlite3
import sys
from collections.abc import Sequence
from pathlib import Path
from time import time
from typing import Any, NamedTuple

_QUERY = """
SELECT r.name, a.ended, (SELECT body FROM checks c WHERE c.run = a.run AND c.attempt = a.number
                         ORDER BY ts DESC LIMIT 1)
FROM runs r JOIN attempts a ON a.run = r.name
WHERE a.number = (SELECT max(number) FROM attempts WHERE run = r.name)
ORDER BY r.created_at DESC, r.rowid DESC
"""
_GLYPHS = {
    "OK": "✔", "DONE": "✔", "PROBE": "●", "WARMUP": "●",
    "WATCH": "◆", "LOST": "◆", "ALERT": "▲", "CRASH": "✖",
}  # fmt: skip
_COLOURS = {"✔": "green", "●": "cyan", "◆": "yellow", "▲": "red,bold", "✖": "red,bold", "○": "default"}
_WORST = "✖▲◆●✔○"
_LATE_S = 60.0
_STRANGE = re.compile(r"[\x00-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]")


class Seen(NamedTuple):  # a dataclass takes 8 ms more to import
    """What the newest look of a run's newest attempt said; `ended`: the attempt is over."""

    name: str
    ended: bool
    look: dict[str, Any]

    @property
    def status(self) -> str:
        """Of the look; empty before the first."""
        return "STOPPED" if self.look.get("stopped") else str(self.look.get("status", ""))

    @property
    def glyph(self) -> str:
        """One cell that differs for every kind of status."""
        return _GLYPHS.get(self.status.partition(":")[0], "○")


def seen(path: Path) -> list[Seen]:
    """All runs of a journal, newest first; none where there is no journal yet."""
    if not path.exists():
        return []
    db = sqlite3.connect(f"file:{path}?mode=ro", uri=True, timeout=1.0)
    try:
        rows = db.execute(_QUERY).fetchall()
    finally:
        db.close()
    return [Seen(name, ended != "null", json.loads(body) if body else {}) for name, ended, body in rows]


def short(one: Seen, now: float) -> str:
    """`▲ llama-lora slow 31% 3h11m $5.62/5.00`, `?` at the end where the looks are overdue."""
    look = one.look
    forecast: dict[str, Any] = look.get("forecast") or {}
    parts = [one.glyph, _STRANGE.sub(" ", one.name)[:40], _what(one), _share(look)]
    if not one.ended:
        parts.append(_time(forecast.get("eta_s")))
    parts.append(_money(forecast, ended=one.ended))
    due = look.get("next_look_ts")
    if not one.ended and due is not None and now > due + _LATE_S:
        parts.append(f"unwatched {_time(now - look['ts'])}")
    return " ".join(part for part in parts if part)


def _what(one: Seen) -> str:
    status, _, rules = one.status.partition(":")
    return rules if status == "ALERT" else "" if status == "OK" else status or "no look yet"


def _share(look: dict[str, Any]) -> str:
    step, total = look.get("step"), look.get("total_steps")
    return (
        f"{min(1.0, step / total):.0%}" if step is not None and total else "" if step is None else str(step)
    )


def _time(seconds: float | None) -> str:
    if seconds is None:
        return ""
    whole = max(0, round(seconds))
    if whole < 60:
        return f"{whole}s"
    if whole < 3600:
        return f"{whole // 60}m"
    return (
        f"{whole // 3600}h{whole % 3600 // 60:02d}m"
        if whole < 86400
        else f"{whole // 86400}d{whole % 86400 // 3600:02d}h"
    )


def _money(forecast: dict[str, Any], *, ended: bool) -> str:
    cost = forecast.get("spent_usd" if ended else "projected_usd")
    budget = forecast.get("budget_usd")
    if cost is None:
        return ""
    return f"${cost:.2f}" + (f"/{budget:.2f}" if budget is not None and not ended else "")


def together(runs: Sequence[Seen], now: float) -> str:
    """One run in full; several as a count of each kind, worst first, and the worst one's own line."""
    if len(runs) == 1:
        return short(runs[0], now)
    by_glyph = {glyph: [one for one in runs if one.glyph == glyph] for glyph in _WORST}
    counts = " ".join(f"{glyph}{len(same)}" for glyph, same in by_glyph.items() if same)
    worst = next(same[0] for same in by_glyph.values() if same)
    return f"{counts} │ {short(worst, now)}"


def in_tmux(text: str) -> str:
    """Coloured for a tmux status line; a `#` of the run's own stays one."""
    plain = text.replace("#", "##")
    return f"#[fg={_COLOURS.get(text[:1], 'default')}]{plain}#[default]"


def state_path() -> Path:
    """The journal's file, where `vasttui.watch.paths` has it; to ask there takes longer than all the rest."""
    if sys.platform == "linux":
        folder = Path(os.environ.get("XDG_STATE_HOME", "").strip() or "~/.local/state").expanduser()
        return folder / "vasttui" / "journal.db"
    import platformdirs

    return platformdirs.user_state_path("vasttui") / "journal.db"


def text_of(
    known: Sequence[Seen], run: str | None, *, for_tmux: bool = False, width: int | None = None
) -> str | None:
    """The line; empty where nothing runs, None where `run` is not known."""
    chosen = [one for one in known if one.name == run] if run else [one for one in known if not one.ended]
    if not chosen:
        return None if run else ""
    text = together(chosen, time())
    text = text if width is None or len(text) <= width else text[: width - 1] + "…"
    return in_tmux(text) if for_tmux else text


def print_line(words: Sequence[str]) -> bool:
    """`vasttui line` at once; False: what was asked, or found, is more than a run and `--tmux`."""
    runs = [word for word in words if not word.startswith("-")]
    if len(runs) > 1 or any(word.startswith("-") and word != "--tmux" for word in words):
        return False
    try:
        text = text_of(seen(state_path()), runs[0] if runs else None, for_tmux="--tmux" in words)
    except sqlite3.Error:
        return False  # the command itself meets it again, and says so
    if text:
        sys.stdout.write(text + "\n")
    return text is not None
