"""Any line of named numbers: `step 12 loss 0.3`, `Epoch: [3][40/60]  Time 0.2`, in any language.

This is the heart of the room. The other recognisers only handle layouts whose numbers have no names.
"""

import itertools
import re

from vasttui.logs import roles
from vasttui.logs.prefix import Line, has_any
from vasttui.logs.recognisers import evaluations, specials
from vasttui.logs.recognisers.timing import inverse, timing
from vasttui.logs.sighting import EPOCH, GLOBAL, NAMED, STEP, Sighting
from vasttui.logs.tokens import Named, number, tokens

NAME = "key-value"

_NO_PROGRESS = re.compile(
    rb"\b(?:sav(?:e|ed|ing)|resum(?:e|ed|ing)|load(?:ed|ing)|restor(?:e|ed|ing)|checkpoint|warn(?:ing)?s?"
    rb"|deprecated|will be|starting (?:training|from)|overflow|improved from|skipping step|early stop\w*"
    rb"|num(?:ber)? of|parameters|best model|reducing learning|dump\w*|upload\w*|download\w*)\b",
    re.IGNORECASE,
)
_OTHER_HINTS = (
    b"sav", b"resum", b"load", b"restor", b"checkpoint", b"warn", b"deprec", b"will be", b"starting",
    b"early", b"overflow", b"improved", b"skipping", b"num", b"parameters", b"best model", b"reducing",
    b"dump",
)  # fmt: skip
_LONE_FIELD = re.compile(
    rb"[\"']?[A-Za-z_][\w./ -]{0,80}?[\"']? ?(?:[:=]| \.{2,80}) ?[\"']?[-+\w.]{1,40}[\"']? ?,?"
)
_PYTORCH_EXAMPLE = re.compile(rb"\[\s*\d+/\d+\s*\(\s*\d+(?:\.\d+)?%\)\]")
_TRAIN_SLOT = re.compile(rb"^\s*Train(?:ing)?: \d+ \[", re.IGNORECASE)
_PERCENT_OR_BAR = re.compile(rb"\d%|\xe2\x96[\x80-\x9f]|\xe2\x94\x81|##|==")
_PERCENT_NEXT = re.compile(rb" ?\(\d+(?:\.\d+)?%\)")
_PAIR = re.compile(rb"^[\s|]*\[\s*(\d+)\s*[,/]\s*(\d+)\s*\]")
_NEMO = re.compile(rb"^\s*Training epoch \d+, iteration \d+/\d+ \|")


# A line that holds none of these is prose: its numbers have no names.
_NAMED_NUMBER = re.compile(
    rb"[=:][ \t]*[\[\"'(]?[-+.]?\d|\d ?/ ?\d|\d of \d|^\W*\d|\d%|[\x80-\xff]|\bnan\b|\binf\b"
)
HINTS = (
    b"step", b"iter", b"epoch", b"loss", b"batch", b"round", b"update", b"it ", b"ep ", b" eta", b"acc",
    b"val", b"test", b"time", b"schritt", b"paso", b"passo", b"tape", b"verlust", b"perte",
)  # fmt: skip


def read(line: Line) -> Sighting | None:
    """What the named numbers of a line say; None if they say nothing of training."""
    if not has_any(line.low, HINTS) and not _NAMED_NUMBER.search(line.text):
        return None
    if line.text.lstrip().startswith(b"wandb:"):
        return None  # the closing summary tells everything again
    special = specials.match(line.text)
    found = tokens(special.rest if special else line.text)
    if not found and special is None:
        return None
    sighting = Sighting(NAME, line=line.number, rank=line.rank)
    by_role = _assign(found)
    if found:
        _positions(sighting, line, found, by_role)
    _counters(sighting, by_role)
    _times(sighting, found, by_role)
    _loss(sighting, by_role)
    evaluations.find(sighting, line, found)
    sure = (sighting.counts and sighting.loss is not None) or (sighting.metrics and sighting.mode == "eval")
    if not sure and has_any(line.low, _OTHER_HINTS) and _NO_PROGRESS.search(line.text):
        _keep_totals(sighting)
    _judge(sighting, line, found)
    if special is not None:
        special.tell(sighting)
    return sighting if sighting.says or sighting.elapsed is not None else None


Assigned = dict[str, list[Named]]
_HAS_TOTAL = ("global", "step", "iter", "inner", "epoch", "episode")
_PROGRESS_WORDS = frozenset(
    ("progress", "进度", "训练进度", "進捗", "진행", "прогресс", "fortschritt", "progression", "progreso")
)


def _assign(found: list[Named]) -> Assigned:
    """Numbers by what they stand for; the b of `a/b` is filed under `…/of`."""
    by_role: Assigned = {}
    last_role = ""
    for token in found:
        if token.fraction:
            if last_role == "" and by_role[""] and by_role[""][-1].key in _PROGRESS_WORDS:
                last_role = "iter"
                by_role.setdefault(last_role, []).append(by_role[""].pop())
            by_role.setdefault(f"{last_role}/of", []).append(token)
            continue
        role = _role(token)
        if role == "of":
            role = f"{last_role}/of" if last_role in _HAS_TOTAL else ""
        last_role = role
        by_role.setdefault(last_role, []).append(token)
    return by_role


def _role(token: Named) -> str:
    if token.unit in roles.SPEED_UNITS:
        return "speed"
    if token.unit in roles.PER_STEP_UNITS:
        return "seconds"
    if token.unit in roles.EPOCH_UNITS and token.whole and not token.key.endswith("num"):
        return "epoch"
    if token.key == "total" and token.unit in ("ms", "s", "m"):
        return "elapsed"
    role = roles.role_of(token.key)
    if token.key == "t" and token.whole and not token.unit:
        return ""  # a count, rather than a time
    if token.key in ("第", "") and token.unit in roles.STEP_UNITS and token.whole:
        return "step" if token.key == "第" or not token.unit.isascii() else ""
    if role in (
        "global",
        "step",
        "iter",
        "episode",
        "inner",
        "samples",
        "total",
        "soft_total",
        "soft_epochs",
    ):
        if not token.whole and role in ("iter", "step", "inner") and not token.duration:
            return "decimal"
        return role if token.whole and not token.duration else ""
    if (
        role == "eta"
        and not token.duration
        and token.unit not in roles.TIME_UNITS
        and token.unit not in ("", "|")
    ):
        return ""
    return role or ""


def _positions(sighting: Sighting, line: Line, found: list[Named], by_role: Assigned) -> None:
    """Counters that have a place instead of a name: `[3][40/60]`, `[40] loss=…`, `510 | loss …`."""
    unnamed = [t for t in by_role.get("", ()) if not t.key and t.whole and not t.duration]
    totals = {id(t): of for t, of in _fractions(found) if not t.key}
    fractions = [t for t in unnamed if id(t) in totals]
    first = found[0]
    if _TRAIN_SLOT.match(line.text):
        by_role.setdefault("epoch", []).append(first)
    if "epoch" in by_role:
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
    before, after = text[: first.start].strip(b" \t|#"), text[first.end : first.end + 3]
    if before == b"[":
        return after.startswith((b"]", b" |"))
    return before == b"" and (
        after.lstrip(b" ")[:1] in (b":", b"|", b"\t") or _PERCENT_NEXT.match(text, first.end) is not None
    )


_COUNTER_TRUST = (("global", GLOBAL), ("step", STEP + 1), ("iter", STEP), ("episode", EPOCH))


def _counters(sighting: Sighting, by_role: Assigned) -> None:
    for role, trust in _COUNTER_TRUST:
        if sighting.step is None and sighting.inner is None and role in by_role:
            key = _pair(sighting, by_role, role, "step", "total")
            sighting.source, sighting.trust = key.rpartition("_")[2] or key, trust
    decimal = by_role.get("decimal", ())
    if sighting.step is None and sighting.inner is None and decimal and decimal[0].value.is_integer():
        sighting.put("step", decimal[0].value, decimal[0].start, decimal[0].end, number)  # `step 100.0`
        sighting.source, sighting.trust = decimal[0].key, NAMED
    _total_of_a_twin(sighting, by_role)
    if "inner" in by_role:
        key = _pair(sighting, by_role, "inner", "inner", "inner_total")
        if sighting.step is None:
            sighting.source, sighting.trust = key, STEP
    if "epoch" in by_role:
        _pair(sighting, by_role, "epoch", "epoch", "epochs")
    for role in ("total", "soft_total", "soft_epochs"):
        if getattr(sighting, role) is None and (named := by_role.get(role)) and named[0].value >= 1:
            setattr(sighting, role, named[0].value)


def _pair(sighting: Sighting, by_role: Assigned, role: str, attribute: str, of_attribute: str) -> str:
    """Take `a` or `a/b`; return its name."""
    token = by_role[role][0]
    sighting.put(attribute, token.value, token.start, token.end, number)
    if of := by_role.get(f"{role}/of"):
        sighting.put(of_attribute, of[0].value, of[0].start, of[0].end, number)
    return token.key


def _total_of_a_twin(sighting: Sighting, by_role: Assigned) -> None:
    """`iteration 34/99 | … | global_step: 34`: the same counter twice, once with its total."""
    for role in ("step", "iter"):
        named, of = by_role.get(role), by_role.get(f"{role}/of")
        if (
            sighting.step is not None
            and sighting.total is None
            and named
            and of
            and named[0].value == sighting.step
        ):
            sighting.put("total", of[0].value, of[0].start, of[0].end, number)


def _times(sighting: Sighting, found: list[Named], by_role: Assigned) -> None:
    for role in ("seconds", "clock", "interval", "elapsed", "eta"):
        for token in by_role.get(role, ())[:1]:
            convert = timing(token)
            sighting.put(role, convert(token.text), token.start, token.end, convert)
    for token in by_role.get("speed", ())[:1] if sighting.seconds is None else ():
        sighting.put("seconds", inverse(token.text), token.start, token.end, inverse)
        sighting.by_speed = True
    if sighting.seconds is not None or sighting.clock is not None or sighting.interval is not None:
        return
    if sighting.step is not None or sighting.inner is not None:
        for token in by_role.get("decimal", ())[:1]:  # `step: 20  iter: 0.512`: the time of one
            sighting.put("clock", token.value, token.start, token.end, number)
            return
    if sighting.step is not None or sighting.epoch is not None:
        _unnamed_time(sighting, found)


def _unnamed_time(sighting: Sighting, found: list[Named]) -> None:
    """`(took 1.2 s)`, `20 ms`, `0:00:12`: of the steps since the line before, of one, or since the start."""
    for token in found:
        timed = token.duration or (token.unit in ("ms", "sec", "s") and sighting.step is not None)
        if token.key or token.fraction or not timed:
            continue
        convert = timing(token)
        role = "clock" if token.duration else "seconds" if token.unit == "ms" else "interval"
        if token.opener == b"(" or role != "interval":
            sighting.put(role, convert(token.text), token.start, token.end, convert)
        return


def _loss(sighting: Sighting, by_role: Assigned) -> None:
    losses = by_role.get("loss")
    if losses:
        token = min(losses, key=lambda t: roles.loss_order(t.key))
        if not token.duration and token.unit != "%":
            sighting.put("loss", token.value, token.start, token.end, number)
    for role in ("grad_norm", "nan_count"):
        if named := by_role.get(role):
            sighting.put(role, named[0].value, named[0].start, named[0].end, number)


def _keep_totals(sighting: Sighting) -> None:
    """A line about something else: only what it says of the plan counts."""
    sighting.step = sighting.inner = sighting.samples = sighting.loss = sighting.seconds = sighting.clock = (
        None
    )
    sighting.epoch = sighting.elapsed = sighting.eta = None
    sighting.irregular = True


def _judge(sighting: Sighting, line: Line, found: list[Named]) -> None:
    """Whether the counter may be believed at once, or only after it has been seen to grow."""
    if len(stripped := line.text.strip()) <= 200 and _LONE_FIELD.fullmatch(stripped):
        lone_loss = sighting.loss is not None and not stripped.startswith((b'"', b"'"))
        if not (lone_loss or sighting.mode == "eval" or sighting.seconds is not None):
            sighting.step = sighting.inner = sighting.epoch = None
            sighting.elapsed = sighting.loss = None
        if stripped.endswith(b","):
            sighting.loss = sighting.total = sighting.soft_total = sighting.seconds = None
            sighting.metrics = {}
    if sighting.step is not None and sighting.total is not None and _NEMO.match(line.text):
        sighting.total += 1
        sighting.irregular = True
    sighting.told_more = sum(not t.fraction and not t.duration for t in found) >= 3
    if sighting.step is None and sighting.inner is None:
        return
    told = sighting.loss is not None or sighting.seconds is not None or sighting.metrics or sighting.total
    others = any(not t.whole and not t.fraction and not t.duration for t in found)
    if sighting.source == "fraction":
        sighting.weak = sighting.loss is None and sighting.eta is None
    elif sighting.source == "leading number":
        sighting.weak = not (sighting.loss is not None or (told and others))
    else:
        sighting.weak = not (told or others or sighting.inner_total)
    if sighting.weak:
        sighting.trust = min(sighting.trust, EPOCH)
