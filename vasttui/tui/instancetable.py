"""The instances' columns, what they come to together, and what is to be said about them."""

from textual.content import Content

from vasttui.tui import figures
from vasttui.tui.columns import Column
from vasttui.tui.tone import Tone
from vasttui.watch.market import Bill, InstanceRow, Whose

WHOSE: dict[Whose, tuple[Tone, str]] = {
    "run": (Tone.GOOD, "run"),
    "orphan": (Tone.BAD, "orphan"),
    "foreign": (Tone.MUTED, "not ours"),
}
_ORDER: dict[Whose, float] = {"orphan": 0, "run": 1, "foreign": 2}


def _whose(row: InstanceRow) -> str:
    tone, word = WHOSE[row.whose]
    return f"{tone.glyph} {word}"


def _so_far(row: InstanceRow) -> str:
    return f"{'≥ ' if row.at_least else ''}{figures.money(row.usd)}"


def _hour(row: InstanceRow) -> str:
    return figures.UNKNOWN if row.usd_h is None else f"${row.usd_h:.3f}/h"


def instance_columns(now: float) -> tuple[Column[InstanceRow], ...]:
    """In their order on the screen. `now`: unix s, for the age."""

    def age(row: InstanceRow) -> str:
        return figures.UNKNOWN if row.since is None else figures.about(now - row.since)

    def tone(row: InstanceRow) -> str:
        return WHOSE[row.whose][0].style

    return (
        Column("whose", _whose, 0, lambda row: _ORDER[row.whose], left=True, style=tone),
        Column("instance", lambda row: str(row.id), 1, lambda row: row.id, style=lambda _: "bold"),
        Column("bills", _hour, 2, lambda row: row.usd_h, descending=True, style=lambda _: "bold"),
        Column("so far", _so_far, 3, lambda row: row.usd, descending=True),
        Column("state", lambda row: figures.one_line(row.state, 12), 5, lambda row: row.state, left=True),
        Column("GPUs", lambda row: figures.one_line(row.gpus, 20), 4, lambda row: row.gpus, left=True),
        Column("age", age, 6, lambda row: row.since),
        Column(
            "for", lambda row: figures.one_line(row.run or row.label, 22), 7, lambda row: row.run, left=True
        ),
        Column("place", lambda row: figures.one_line(row.place, 18), 8, lambda row: row.place, left=True),
    )


def totals(bill: Bill, width: int) -> Content:
    """All together an hour and so far, and how long the credit lasts; less where it is narrow."""
    if width < 64:
        credit = "" if bill.credit_usd is None else f"  credit {figures.money(bill.credit_usd)}"
        return Content.assemble((f"${bill.usd_h:.3f}/h", "bold"), (credit, "$text-muted"))
    if not bill.rows:
        text = Content.assemble((f"{Tone.GOOD.glyph} nothing bills", Tone.GOOD.style))
    else:
        usd = sum(row.usd or 0.0 for row in bill.rows)
        text = Content.assemble(
            ("together ", "$text-muted"), (f"${bill.usd_h:.3f}/h", "bold"),
            (f", {figures.money(usd)} so far", ""),
        )  # fmt: skip
    if bill.credit_usd is None:
        return text
    lasts = ""
    if bill.usd_h > 0 and bill.credit_usd > 0:
        lasts = f", lasts {figures.about(bill.credit_usd / bill.usd_h * 3600)}"
    return Content.assemble(
        text, ("   credit ", "$text-muted"), (figures.money(bill.credit_usd), "bold"), lasts
    )


def remarks(bill: Bill) -> list[Content]:
    """What needs a decision first, then what was settled meanwhile."""
    lines: list[Content] = []
    for row in bill.rows:
        if row.whose == "orphan":
            text = f"no run uses {row.id}, and it bills {_hour(row)}: d destroys it"
            lines.append(Content.styled(f"{Tone.BAD.glyph} {text}", Tone.BAD.style))
    lines += [
        Content.styled(
            f"{Tone.WATCH.glyph} offer {offer}: whether it was rented is not known yet; u asks again",
            Tone.WATCH.style,
        )
        for offer in bill.pending
    ]
    if bill.busy:
        lines.append(
            Content.styled(f"{Tone.INFO.glyph} another vasttui is renting just now", Tone.INFO.style)
        )
    lines += [
        Content.styled(f"{Tone.INFO.glyph} {figures.one_line(note, 200)}", "$text-muted")
        for note in bill.notes
    ]
    return lines
