"""Counters that have a place in the line instead of a name."""

import itertools
import re

from vasttui.logs.prefix import Line
from vasttui.logs.recognisers.naming import Assigned
from vasttui.logs.sighting import NAMED, STEP, Sighting
from vasttui.logs.tokens import Named, number

_PYTORCH_EXAMPLE = re.compile(rb"\[\s*\d+/\d+\s*\(\s*\d+(?:\.\d+)?%\)\]")
_TRAIN_SLOT = re.compile(rb"^\s*Train(?:ing)?: \d+ \[", re.IGNORECASE)
_PERCENT_OR_BAR = re.compile(rb"\d%|\xe2\x96[\x80-\x9f]|\xe2\x94\x81|##|==")
_PERCENT_NEXT = re.compile(rb" ?\(\d+(?:\.\d+)?%\)")
_LOSS_NEXT = re.compile(
    rb"(?:,? +)(?:(?:train|training|avg|mean|total)[ _])?loss\b[:= ]{1,8}\d", re.IGNORECASE
)
_EMPTY = re.compile(rb"\[\s*\]|\(\s*\)")  # where a level stood
_PAIR = re.compile(rb"^[\s|]*\[\s*(\d+)\s*[,/]\s*(\d+)\s*\]")


def positions(sighting: Sighting, line: Line, found: list[Named], by_role: Assigned) -> None:
    """Counters that have a place instead of a name: `[3][40/60]`, `[40] loss=…`, `510 | loss …`."""
    unnamed = [t for t in by_role.get("", ()) if not t.key and t.whole and not t.duration]
    totals = {id(t): of for t, of in _fractions(found) if not t.key}
    fractions = [t for t in unnamed if id(t) in totals]
    first = found[0]
    if _TRAIN_SLOT.match(line.text):
        by_role.setdefault("epoch", []).append(first)
    fractional = "epoch" in by_role and not by_role["epoch"][0].whole
    if "epoch" in by_role and not (fractional and fractions):
        if fractions and not any(role in by_role for role in ("global", "step", "iter", "inner")):
            _place_inner(sighting, line, fractions[0], totals[id(fractions[0])])
    elif len(fractions) > 1 and fractions[0] is first and found[2] is fractions[1]:
        by_role.setdefault("epoch", []).append(first)
        by_role.setdefault("epoch/of", []).append(totals[id(first)])
        _place_inner(sighting, line, fractions[1], totals[id(fractions[1])])
    elif (pair := _PAIR.match(line.text)) and not fractions and len(unnamed) > 1:
        by_role.setdefault("epoch", []).append(unnamed[0])
        sighting.put("inner", unnamed[1].value, unnamed[1].start, unnamed[1].end, number)
        sighting.source = "pair"
        del pair
    elif fractions and _is_counter(line, fractions[0], first):
        _fraction_counter(sighting, fractions[0], totals[id(fractions[0])])
    elif unnamed and unnamed[0] is first and _leads(line.text, first):
        sighting.put("step", first.value, first.start, first.end, number)
        sighting.source, sighting.trust = "leading number", NAMED


def _fractions(found: list[Named]) -> list[tuple[Named, Named]]:
    return [(a, b) for a, b in itertools.pairwise(found) if b.fraction]


def _is_counter(line: Line, token: Named, first: Named) -> bool:
    """An unnamed a/b counts steps if a percentage or a bar stands by, or if the line starts with it."""
    return _PERCENT_OR_BAR.search(line.text) is not None or token is first


def _fraction_counter(sighting: Sighting, a: Named, b: Named) -> None:
    if not b.whole or b.value < 1 or a.value > b.value:
        return
    sighting.put("step", a.value, a.start, a.end, number)
    sighting.put("total", b.value, b.start, b.end, number)
    sighting.source, sighting.trust, sighting.weak = "fraction", NAMED, True


def _place_inner(sighting: Sighting, line: Line, a: Named, b: Named) -> None:
    samples = _PYTORCH_EXAMPLE.search(line.text) and not _TRAIN_SLOT.match(line.text)
    role = "samples" if samples else "inner"
    sighting.put(role, a.value, a.start, a.end, number)
    sighting.put(f"{role}_total", b.value, b.start, b.end, number)
    sighting.source, sighting.trust = "batch of the epoch", STEP


def _leads(text: bytes, first: Named) -> bool:
    r"""`[95]\\t…`, `0:\\tlearn…`, `510 | loss…`: a bare number before everything else."""
    before = _EMPTY.sub(b"", text[: first.start]).strip(b" \t|#")
    after = text[first.end : first.end + 3]
    if before == b"[":
        return after.startswith((b"]", b" |"))
    return before == b"" and (
        after.lstrip(b" ")[:1] in (b":", b"|", b"\t")
        or _PERCENT_NEXT.match(text, first.end) is not None
        or _LOSS_NEXT.match(text, first.end) is not None
    )
