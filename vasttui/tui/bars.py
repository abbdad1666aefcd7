"""Bars of one row: progress and gauges, a budget with its line. Numbers in, `Content` out."""

from textual.content import Content


def clamp(share: float | None) -> float:
    """A share that a bar can draw."""
    return 0.0 if share is None or share != share else min(1.0, max(0.0, share))


def progress(share: float | None, width: int, style: str) -> Content:
    """A thin line, heavy as far as the work is done."""
    if width <= 0:
        return Content("")
    halves = round(clamp(share) * width * 2)
    full, half = divmod(halves, 2)
    done = "━" * full + ("╸" if half and full < width else "")
    return Content.assemble((done, style), ("─" * (width - len(done)), "$text-disabled"))


def budget(spent: float, projected: float | None, limit: float, width: int, style: str) -> Content:
    """Spent (`━`), what is still to come (`╍`), the limit (`┃`), and what would lie past it (`╪`)."""
    if width <= 2:
        return Content("")
    top = max(limit, projected or 0.0, spent) or 1.0
    mark = min(width - 1, round(limit / top * width))
    spent_to = round(spent / top * width)
    coming_to = round(max(spent, projected or 0.0) / top * width)
    parts: list[tuple[str, str]] = []
    for x in range(width):
        if x == mark or (x == width - 1 and mark >= width - 1):
            parts.append(("┃", "$foreground"))
        elif x < spent_to:
            parts.append(("━", style))
        elif x < coming_to:
            parts.append(("╪", "$text-error") if x > mark else ("╍", style))
        else:
            parts.append(("─", "$text-disabled"))
    return Content.assemble(*parts).simplify()
