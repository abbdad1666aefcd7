"""The offers' columns, and the gate's findings about one of them with every reason."""

import textwrap
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial

from textual.content import Content

from vasttui.gate.finding import Finding, Status
from vasttui.tui import figures
from vasttui.tui.columns import Column
from vasttui.tui.questions import hourly
from vasttui.tui.tone import Tone
from vasttui.watch.market import OfferRow, Wish

TONES: dict[Status | None, Tone] = {
    "pass": Tone.GOOD, "warn": Tone.WATCH, "fail": Tone.DEAD, None: Tone.MUTED,
}  # fmt: skip
_RANK: dict[Status | None, float] = {"pass": 0, "warn": 1, None: 2, "fail": 3}
_LEFT_OUT = 4.0
_LIMITS = frozenset({"price"})  # what is had must not be more than this
_DAY_S = 86400.0
_BESIDE = 90
_MAX_NAME = 11
_NUMBERS_WIDTH = 41
_SHORT = 62


def _unit(value: float | None, form: str, unit: str = "", sign: str = "") -> str:
    return figures.UNKNOWN if value is None else f"{sign}{value:{form}}{unit}"


def _verdict(row: OfferRow) -> str:
    if row.left_out:
        return f"{Tone.MUTED.glyph} left out"
    return f"{TONES[row.verdict].glyph} {row.verdict or '-'}"


@dataclass(frozen=True, slots=True)
class _Number:
    """A column of one figure, the largest first unless `small_first`; `use` as in `Column`."""

    name: str
    use: int
    value: Callable[[OfferRow], float | None]
    form: str
    unit: str
    sign: str = ""
    small_first: bool = False
    style: str = ""

    def column(self) -> Column[OfferRow]:
        """As the table takes it."""
        return Column(
            self.name,
            lambda row: _unit(self.value(row), self.form, self.unit, self.sign),
            self.use,
            self.value,
            descending=not self.small_first,
            style=lambda _: self.style,
        )


def _gate_key(row: OfferRow) -> float:
    return _LEFT_OUT if row.left_out else _RANK[row.verdict]


def _gate_style(row: OfferRow) -> str:
    return (Tone.MUTED if row.left_out else TONES[row.verdict]).style


def _place(row: OfferRow) -> str:
    return figures.one_line(row.place, 22) or figures.UNKNOWN


def _gpus(row: OfferRow) -> str:
    return figures.one_line(row.gpus, 22)


def offer_columns(now: float) -> tuple[Column[OfferRow], ...]:
    """In their order on the screen. `now`: unix s, for the days left."""
    bold, faint = "bold", "$text-muted"
    columns: tuple[Column[OfferRow] | _Number, ...] = (
        Column("gate", _verdict, 0, _gate_key, True, style=_gate_style),
        Column("GPUs", _gpus, 1, lambda row: row.gpus, True, style=lambda _: bold),
        _Number("VRAM", 4, lambda row: row.vram_gib, ".0f", " GiB"),
        Column("plan", lambda row: figures.money(row.usd), 2, lambda row: row.usd, style=lambda _: bold),
        _Number("hour", 3, lambda row: row.usd_h, ".3f", "/h", "$", small_first=True),
        _Number("reliable", 5, _percent, ".1f", "%"),
        _Number("down", 6, lambda row: row.down_mbps, ".0f", " Mb/s"),
        Column("place", _place, 7, lambda row: row.place or None, True),
        _Number("RAM", 8, lambda row: row.ram_gib, ".0f", " GiB", style=faint),
        _Number("disk", 9, lambda row: row.disk_gb, ".0f", " GB", style=faint),
        _Number("left", 10, partial(_days, now=now), ".0f", " d", style=faint),
        _Number("CUDA", 11, lambda row: row.cuda, ".1f", "", style=faint),
        Column("offer", lambda row: str(row.id), 12, lambda row: row.id, style=lambda _: faint),
    )
    return tuple(one.column() if isinstance(one, _Number) else one for one in columns)


def _percent(row: OfferRow) -> float | None:
    return None if row.reliability is None else row.reliability * 100


def _days(row: OfferRow, now: float) -> float | None:
    return None if row.ends_at is None else max(0.0, (row.ends_at - now) / _DAY_S)


def gate_content(row: OfferRow, wish: Wish, width: int) -> Content:
    """What the offer costs, and every finding, worst first, with need, have, margin and reason."""
    lines = [_price_line(row, wish, width)]
    if row.left_out:
        why = (
            f"left out for a day: {figures.one_line(row.left_out, 300)}; rent it here to take it all the same"
        )
        lines += [Content.styled(line, "$text-warning") for line in textwrap.wrap(why, max(12, width))]
    if not row.findings:
        why = figures.one_line(wish.trouble, 300) or "no plan.toml here; vasttui init writes one"
        rows = textwrap.wrap(f"not judged: {why}", max(12, width))
        lines += [Content.styled(line, "$text-muted") for line in rows]
    for finding in sorted(row.findings, key=lambda one: -_RANK[one.status]):
        lines += finding_lines(finding, width)
    return Content("\n").join(lines)


def _price_line(row: OfferRow, wish: Wish, width: int) -> Content:
    total = "" if row.usd is None or row.hours is None else f"  {figures.money(row.usd)} for {row.hours:g} h"
    disk = "" if row.storage_usd_h is None else f", disk {hourly(row.storage_usd_h)} of it"
    moving = "" if not row.moving_usd else f", moving data {figures.money(row.moving_usd)} of it"
    bid = "  interruptible" if wish.interruptible else ""
    text = Content.assemble(
        ("$?/h" if row.usd_h is None else hourly(row.usd_h), "bold"), (disk, "$text-muted"),
        (total, "bold"), (moving if total else "", "$text-muted"), (bid, "$text-warning"),
    )  # fmt: skip
    return text.truncate(max(8, width), ellipsis=True)


def margin(finding: Finding) -> float | None:
    """To spare (or short of, below zero), in the finding's unit."""
    if finding.need is None or finding.have is None:
        return None
    spare = finding.have - finding.need
    return -spare if finding.check in _LIMITS else spare


def finding_lines(finding: Finding, width: int) -> list[Content]:
    """Glyph, name, need, have, margin; the reason beside it where there is room, else below it."""
    tone = TONES[finding.status]
    numbers = _numbers(finding, short=width < _SHORT)
    head = Content.assemble(
        (f"{tone.glyph} ", tone.style),
        (
            figures.one_line(finding.check, _MAX_NAME).ljust(_MAX_NAME),
            "bold" if finding.status != "pass" else "",
        ),
        "  ",
    )
    style = tone.style if finding.status != "pass" else "$text-muted"
    reason = figures.one_line(finding.text, 400)
    if width >= _BESIDE:
        columns = Content(numbers.ljust(_NUMBERS_WIDTH) + "  ")
        room = width - head.cell_length - columns.cell_length
        wrapped = textwrap.wrap(reason, max(20, room)) or [""]
        first = Content.assemble(head, columns, (wrapped[0], style))
        indent = " " * (head.cell_length + columns.cell_length)
        return [first, *(Content.assemble(indent, (line, style)) for line in wrapped[1:])]
    lines = [Content.assemble(head, numbers).truncate(width, ellipsis=True)] if numbers else []
    if not lines:
        wrapped = textwrap.wrap(reason, max(12, width - head.cell_length)) or [""]
        lines = [Content.assemble(head, (wrapped[0], style))]
        rest: Sequence[str] = wrapped[1:]
    else:
        rest = textwrap.wrap(reason, max(12, width - 4))
    return lines + [Content.assemble("    ", (line, style)) for line in rest]


def _numbers(finding: Finding, *, short: bool = False) -> str:
    if finding.need is None and finding.have is None:
        return ""
    unit = figures.one_line(finding.unit, 6)
    is_limit = finding.check in _LIMITS
    have = figures.UNKNOWN if finding.have is None else f"{finding.have:.4g}"
    need = figures.UNKNOWN if finding.need is None else f"{finding.need:.4g}"
    left = margin(finding)
    over = "" if left is None else f"{left:+.4g}".replace("-", "−")  # noqa: RUF001  a real minus reads better
    if short:
        more = (finding.have or 0.0) - (finding.need or 0.0)
        sign = "" if left is None else "<" if more < 0 else "≥"
        return f"{have} {sign} {need} {unit}  {over}" if sign else f"{have} {unit}"
    word = "limit" if is_limit else "need"
    return f"{word:<5}{need:>7}  have {have:>7} {unit:<6} {over:>7}"
