"""Any line of named numbers: `step 12 loss 0.3`, `Epoch: [3][40/60]  Time 0.2`, in any language.

This is the heart of the room. The other recognisers only handle layouts whose numbers have no names.
"""

import re

from vasttui.logs import roles
from vasttui.logs.prefix import Line, has_any
from vasttui.logs.recognisers import evaluations, specials
from vasttui.logs.recognisers.naming import Assigned, assign
from vasttui.logs.recognisers.positions import positions
from vasttui.logs.recognisers.timing import times
from vasttui.logs.sighting import EPOCH, GLOBAL, NAMED, STEP, Sighting
from vasttui.logs.tokens import Named, number, tokens

NAME = "key-value"

NO_PROGRESS = re.compile(
    rb"\b(?:sav(?:e|ed|ing)|resum(?:e|ed|ing)|load(?:ed|ing)|restor(?:e|ed|ing)|checkpoint|\w*warn(?:ing)?s?"
    rb"|deprecated|will be|starting (?:training|from)|overflow|improved from|skipping step|early stop\w*"
    rb"|num(?:ber)? of|parameters|best model|reducing learning|dump\w*|upload\w*|download\w*)\b",
    re.IGNORECASE,
)
_OTHER_HINTS = (
    b"sav", b"resum", b"load", b"restor", b"checkpoint", b"warn", b"deprec", b"will be", b"starting",
    b"early", b"overflow", b"improved", b"skipping", b"num", b"parameters", b"best model", b"reducing",
    b"dump",
)  # fmt: skip
_ENDED = re.compile(
    rb"\bepoch\W{1,3}\d+\W{1,3}(?:is )?(?:ended|over|done|finished|completed?)\b", re.IGNORECASE
)
_LONE_FIELD = re.compile(
    rb"[\"']?[A-Za-z_][\w./ -]{0,80}?[\"']? ?(?:[:=]| \.{2,80}) ?[\"']?[-+\w.]{1,40}[\"']? ?,?"
)
_SKIPS = re.compile(rb"\bskip(?:ped|ping|s)?\b", re.IGNORECASE)  # one batch, and the run goes on
_MANY = 3  # figures in a line make it a report, whatever else it speaks of
_NEMO = re.compile(rb"^\s*Training epoch \d+, iteration \d+/\d+ \|")


# A line that holds none of these is prose: its numbers have no names.
_NAMED_NUMBER = re.compile(
    rb"[=:][ \t]*[\[\"'(]?[-+.]?\d|\d ?/ ?\d|\d of \d|^\W*\d|\d%|[\x80-\xff]|\bnan\b|\binf\b"
)
HINTS = (
    b"step", b"iter", b"epoch", b"loss", b"batch", b"round", b"update", b"it ", b"ep ", b" eta", b"acc",
    b"val", b"test", b"time", b"schritt",
    b"generation", b"episod", b"paso", b"passo", b"tape", b"verlust", b"perte",
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
    by_role = assign(line.text, found)
    if found:
        positions(sighting, line, found, by_role)
    _counters(sighting, by_role)
    times(sighting, line.text, found, by_role)
    _loss(sighting, by_role)
    evaluations.find(sighting, line, found)
    figures = sum(not t.whole and not t.duration for t in found)
    sure = (sighting.counts and (sighting.loss is not None or figures > _MANY)) or (
        sighting.metrics and sighting.mode == "eval"
    )
    skipped = sighting.loss is not None and sighting.loss != sighting.loss and _SKIPS.search(line.text)
    if skipped:
        _keep_totals(sighting)
    if not sure and has_any(line.low, _OTHER_HINTS) and NO_PROGRESS.search(line.text):
        _keep_totals(sighting)
    _judge(sighting, line, found)
    sighting.ended = sighting.epoch is not None and _ENDED.search(line.text) is not None
    if special is not None:
        special.tell(sighting)
    return sighting if sighting.says or sighting.elapsed is not None else None


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
            sighting.epoch = sighting.elapsed = sighting.loss = None
            sighting.weak, sighting.trust = True, EPOCH  # a setting, or a counter on a line of its own
        if stripped.endswith(b","):
            sighting.step = sighting.inner = None
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
