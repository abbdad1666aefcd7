"""Any line of named numbers: `step 12 loss 0.3`, `Epoch: [3][40/60]  Time 0.2`, in any language.

This is the heart of the room. The other recognisers only handle layouts whose numbers have no names.
"""

import itertools
import re
from collections.abc import Callable

from vasttui.logs import roles
from vasttui.logs.prefix import Line, has_any
from vasttui.logs.recognisers import specials
from vasttui.logs.sighting import EPOCH, GLOBAL, LEARNED, NAMED, STEP, Convert, Sighting
from vasttui.logs.tokens import Named, number, seconds, tokens

NAME = "key-value"

_EVAL_WORDS = (
    rb"(?:val|valid|validation|validating|eval|evaluation|evaluating|evaluated?|test|testing|dev|test set"
    rb"|\xe9\xaa\x8c\xe8\xaf\x81)"
)
# An evaluation says so before its first number, or in parentheses, or by a star.
EVAL_LINE = re.compile(
    rb"^[^0-9]{0,160}?(?:^|[:|\])>-]\s)[\s*=#>\-\[(|:]*" + _EVAL_WORDS + rb"\b(?![\w-]*=True)"
    rb"|\((?:val|test|eval|valid)\)|^\s*\*\s+\w+@\d|\|\s*(?:val|valid|validation|eval|test)\s*\|"
    rb"|\bon (?:the )?(?:val|valid|validation|dev|eval|test)(?:\b|_)"
    rb"|\b(?:eval|valid|validation|val) +(?:step|epoch|iter)\b|saving dict for global step",
    re.IGNORECASE,
)
EVAL_LINE_ANY = re.compile(
    rb"\b(?:validation|evaluation|eval|val|valid|dev) (?:loss|results?|metrics?|set|score|acc\w*|ppl)\b",
    re.IGNORECASE,
)
_EVAL_HINTS = (b"val", b"test", b"dev", b"* ", b"saving dict", b"\xe9\xaa\x8c")
_METRIC_LIKE = re.compile(
    r"(?:^|[_/@'])(?:\w*loss|acc|acc\d|accuracy|auc|f1|f_?score|bleu|rouge\w?|wer|cer|ppl|perplexity|map\w*|ap|reward|return|score"
    r"|err|error|mse|mae|rmse|r2|iou|miou|dice|precision|recall|psnr|ssim|fid|bpb|bpc|nll|kappa|top\d?|ndcg|mrr|corr|elbo|p|r|f"
    r"|ce|xent|em|exact|pass|success|win|elo)(?:$|[_/@\d'])|损失|準確|准确|精度|損失"
)
_SUMMARY = re.compile(rb"^\s*\*\s+\w+@\d")
_NO_PROGRESS = re.compile(
    rb"\b(?:sav(?:e|ed|ing)|resum(?:e|ed|ing)|load(?:ed|ing)|restor(?:e|ed|ing)|checkpoint|warn(?:ing)?s?"
    rb"|deprecated|will be|starting (?:training|from)|overflow|improved from|skipping step|early stop\w*"
    rb"|num(?:ber)? of|parameters|best model|reducing learning|dump\w*|upload\w*|download\w*)\b",
    re.IGNORECASE,
)
_OTHER_HINTS = (
    b"sav", b"resum", b"load", b"restor", b"checkpoint", b"warn", b"deprec", b"will be", b"starting", b"overflow", b"improved",
    b"skipping", b"early", b"num", b"parameters", b"best model", b"reducing", b"dump",
)  # fmt: skip
_LONE_FIELD = re.compile(rb"^\s*[\"']?[\w./ -]+[\"']?\s*(?:[:=]|\.{2,})\s*[\"']?[-+\w.]+[\"']?\s*,?\s*$")
_PYTORCH_EXAMPLE = re.compile(rb"\[\s*\d+/\d+\s*\(\s*\d+(?:\.\d+)?%\)\]")
_TRAIN_SLOT = re.compile(rb"^\s*Train(?:ing)?: \d+ \[", re.IGNORECASE)
_PERCENT_OR_BAR = re.compile(rb"\d%|\xe2\x96[\x80-\x9f]|\xe2\x94\x81|##|==")
_PAIR = re.compile(rb"^[\s|]*\[\s*(\d+)\s*[,/]\s*(\d+)\s*\]")
_NEMO = re.compile(rb"^\s*Training epoch \d+, iteration \d+/\d+ \|")
_RULES: dict[str, Callable[[Sighting, Named, "str"], None]] = {}


# A line that holds none of these is prose: its numbers have no names.
_NAMED_NUMBER = re.compile(rb"[=:][ \t]*[\[\"'(]?[-+.]?\d|\d ?/ ?\d|^\W*\d|\d%|[\x80-\xff]|\bnan\b|\binf\b")
_NAMES = (
    b"step",
    b"iter",
    b"epoch",
    b"loss",
    b"batch",
    b"round",
    b"update",
    b"it ",
    b"ep ",
    b" eta",
    b"acc",
    b"val",
    b"test",
    b"time",
    b"schritt",
    b"paso",
    b"passo",
    b"tape",
    b"verlust",
    b"perte",
)


def read(line: Line) -> Sighting | None:
    """What the named numbers of a line say; None if they say nothing of training."""
    if not has_any(line.low, _NAMES) and not _NAMED_NUMBER.search(line.text):
        return None
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
    _metrics(sighting, line, found)
    sure = (sighting.counts and sighting.loss is not None) or (sighting.metrics and sighting.mode == "eval")
    if not sure and has_any(line.low, _OTHER_HINTS) and _NO_PROGRESS.search(line.text):
        _keep_totals(sighting)
    _judge(sighting, line, found)
    if special is not None:
        special.tell(sighting)
    return sighting if sighting.says or sighting.elapsed is not None else None


def whole(text: bytes) -> float:
    """A count as the log writes it."""
    return float(text.replace(b",", b""))


Assigned = dict[str, list[Named]]


def _assign(found: list[Named]) -> Assigned:
    """Numbers by what they stand for; the b of `a/b` is filed under `…/of`."""
    by_role: Assigned = {}
    last_role = ""
    for token in found:
        if token.fraction:
            by_role.setdefault(f"{last_role}/of", []).append(token)
            continue
        last_role = _role(token)
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
    if token.key in ("第", "") and token.unit in roles.STEP_UNITS and token.whole:
        return "step" if token.key == "第" or token.unit not in ("steps", "step") else ""
    if role in ("global", "step", "iter", "inner", "samples", "total", "soft_total", "soft_epochs"):
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
        sighting.put("inner", unnamed[1].value, unnamed[1].start, unnamed[1].end, whole)
        sighting.source = "pair"
        del pair
    elif fractions and _is_counter(line, fractions[0], first):
        _fraction_counter(sighting, fractions[0], totals[id(fractions[0])])
    elif unnamed and unnamed[0] is first and _leads(line.text, first):
        sighting.put("step", first.value, first.start, first.end, whole)
        sighting.source, sighting.trust = "leading number", NAMED


def _fractions(found: list[Named]) -> list[tuple[Named, Named]]:
    return [(a, b) for a, b in itertools.pairwise(found) if b.fraction]


def _is_counter(line: Line, token: Named, first: Named) -> bool:
    """An unnamed a/b counts steps if a percentage or a bar stands by, or if the line starts with it."""
    return _PERCENT_OR_BAR.search(line.text) is not None or token is first


def _fraction_counter(sighting: Sighting, a: Named, b: Named) -> None:
    if not b.whole or b.value < 1 or a.value > b.value:
        return
    sighting.put("step", a.value, a.start, a.end, whole)
    sighting.put("total", b.value, b.start, b.end, whole)
    sighting.source, sighting.trust, sighting.weak = "fraction", NAMED, True


def _place_inner(sighting: Sighting, line: Line, a: Named, b: Named) -> None:
    samples = _PYTORCH_EXAMPLE.search(line.text) and not _TRAIN_SLOT.match(line.text)
    role = "samples" if samples else "inner"
    sighting.put(role, a.value, a.start, a.end, whole)
    sighting.put(f"{role}_total", b.value, b.start, b.end, whole)
    sighting.source, sighting.trust = "batch of the epoch", STEP


def _leads(text: bytes, first: Named) -> bool:
    r"""`[95]\\t…`, `0:\\tlearn…`, `510 | loss…`: a bare number before everything else."""
    before, after = text[: first.start].strip(b" \t|#"), text[first.end : first.end + 3]
    if before == b"[":
        return after.startswith(b"]")
    return before == b"" and after.lstrip(b" ")[:1] in (b":", b"|", b"\t")


_COUNTER_TRUST = (("global", GLOBAL), ("step", STEP + 1), ("iter", STEP))


def _counters(sighting: Sighting, by_role: Assigned) -> None:
    for role, trust in _COUNTER_TRUST:
        if sighting.step is None and sighting.inner is None and (named := by_role.get(role)):
            token = named[0]
            sighting.put("step", token.value, token.start, token.end, whole)
            sighting.source, sighting.trust = token.key.rpartition("_")[2] or token.key, trust
            if of := by_role.get(f"{role}/of"):
                sighting.put("total", of[0].value, of[0].start, of[0].end, whole)
    _total_of_a_twin(sighting, by_role)
    if named := by_role.get("inner"):
        token = named[0]
        sighting.put("inner", token.value, token.start, token.end, whole)
        if of := by_role.get("inner/of"):
            sighting.put("inner_total", of[0].value, of[0].start, of[0].end, whole)
        if sighting.step is None:
            sighting.source, sighting.trust = token.key, STEP
    if named := by_role.get("epoch"):
        token = named[0]
        sighting.put("epoch", token.value, token.start, token.end, number)
        if of := by_role.get("epoch/of"):
            sighting.put("epochs", of[0].value, of[0].start, of[0].end, number)
    for role, attribute in (("total", "total"), ("soft_total", "soft_total"), ("soft_epochs", "soft_epochs")):
        if getattr(sighting, attribute) is None and (named := by_role.get(role)) and named[0].value >= 1:
            setattr(sighting, attribute, named[0].value)


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
            sighting.put("total", of[0].value, of[0].start, of[0].end, whole)


def _times(sighting: Sighting, found: list[Named], by_role: Assigned) -> None:
    for role in ("seconds", "clock", "interval", "elapsed", "eta"):
        for token in by_role.get(role, ())[:1]:
            convert = timing(token)
            sighting.put(role, convert(token.text), token.start, token.end, convert)
    for token in by_role.get("speed", ())[:1]:
        sighting.put("seconds", inverse(token.text), token.start, token.end, inverse)
    if sighting.seconds is not None or sighting.clock is not None or sighting.interval is not None:
        return
    for token in found:
        if (
            not token.key
            and token.unit in ("ms", "sec", "s")
            and not token.fraction
            and sighting.step is not None
        ):
            convert = timing(token)
            role = "seconds" if token.unit == "ms" else "interval"
            if token.opener == b"(" or token.unit == "ms":
                sighting.put(role, convert(token.text), token.start, token.end, convert)
            return


def timing(token: Named) -> Convert:
    """How this token's text becomes seconds."""
    if token.duration:
        return seconds
    factor = roles.TIME_UNITS.get(token.unit) or roles.PER_STEP_UNITS.get(token.unit)
    if factor is None:
        factor = 1e-3 if re.search(r"(?:^|_)ms(?:$|[_/])", token.key) else 1.0
    if factor == 1.0:
        return number
    return _MILLI if factor == 1e-3 else _scale_by(factor)


def _scale_by(factor: float) -> Convert:
    return lambda text: number(text) * factor


_MILLI = _scale_by(1e-3)


def inverse(text: bytes) -> float | None:
    """Steps a second → seconds a step."""
    speed = number(text)
    return 1.0 / speed if speed > 0 else None


def _loss(sighting: Sighting, by_role: Assigned) -> None:
    losses = by_role.get("loss")
    if losses:
        token = min(losses, key=lambda t: roles.loss_order(t.key))
        if not token.duration and token.unit != "%":
            sighting.put("loss", token.value, token.start, token.end, number)
    for role in ("grad_norm", "nan_count"):
        if named := by_role.get(role):
            sighting.put(role, named[0].value, named[0].start, named[0].end, number)


def _metrics(sighting: Sighting, line: Line, found: list[Named]) -> None:
    """Name the evaluation's figures: those called so, or all of a line that is one."""
    named = [t for t in found if t.key and not t.duration]
    evals = [t for t in named if roles.is_eval(t.key) and not roles.BOOKKEEPING.search(_bare(t.key))]
    evals = [t for t in evals if not t.fraction and _is_metric(t) and _free(t) and t.key.count("_") <= 4]
    evals = [t for t in evals if not roles.SETTING.search(t.key)]
    evals = [t for t in evals if " " not in t.label or _METRIC_LIKE.search(t.key)]
    worded = has_any(line.low, _EVAL_HINTS)
    is_eval_line = worded and EVAL_LINE.search(line.text) is not None
    if any(t.key.startswith("objective/") for t in named):
        return
    if is_eval_line and not evals and not _like_metrics(line, named):
        if sighting.counts:
            sighting.mode, sighting.activity = "eval", "eval"
        return
    if is_eval_line or (evals and sighting.loss is None) or (worded and EVAL_LINE_ANY.search(line.text)):
        sighting.mode = (
            "eval" if is_eval_line or sighting.loss is None or _said_as_eval(sighting, evals) else "train"
        )
        evals = _all_metrics(named, evals) if sighting.mode == "eval" else evals
    for token in evals:
        sighting.metrics.setdefault(_metric_name(token), _metric_value(token, found))
    sighting.sticky = sighting.mode == "train" and bool(sighting.metrics)
    if sighting.mode == "eval" and is_partial(line.text, sighting):
        sighting.metrics, sighting.activity = {}, "eval"
    elif sighting.mode == "eval" and sighting.loss is not None:
        sighting.loss = None


def _like_metrics(line: Line, named: list[Named]) -> bool:
    """A line about the validation set need not be its result."""
    return any(_METRIC_LIKE.search(t.key) for t in named)


def _said_as_eval(sighting: Sighting, evals: list[Named]) -> bool:
    """nanoGPT: `step 200: train loss 0.65, val loss 0.65` is an evaluation of both sets."""
    return bool(evals) and sighting.epoch is None and sighting.seconds is None and sighting.clock is None


def _all_metrics(named: list[Named], evals: list[Named]) -> list[Named]:
    chosen = {id(t) for t in evals}
    return [
        t
        for t in named
        if id(t) in chosen
        or (not t.fraction and _is_metric(t) and not roles.BOOKKEEPING.search(_bare(t.key)) and _free(t))
    ]


def _free(token: Named) -> bool:
    role = roles.role_of(token.key)
    return role in (None, "loss") or token.key == "l"


def _is_metric(token: Named) -> bool:
    return token.value == token.value and token.unit not in ("GB", "MB", "MiB", "GiB", "ms")


def _bare(key: str) -> str:
    return roles.EVAL_NAME.sub("", key, count=1).strip("_/") or key


def _metric_name(token: Named) -> str:
    return (
        token.label.strip("'\" ").replace(" ", "_")
        if " " in token.label and len(token.label) < 12
        else token.label
    )


def _metric_value(token: Named, found: list[Named]) -> float:
    """`Accuracy: 236/320 (74%)` is 73.75 %."""
    following = found[found.index(token) + 1 :][:1]
    if following and following[0].fraction and following[0].value > 0:
        return 100.0 * token.value / following[0].value
    return token.value


_PARTIAL = re.compile(rb"(?:\[|\b)\s*(\d+)\s*/\s*(\d+)\s*\]?")


def is_partial(text: bytes, sighting: Sighting) -> bool:
    """`Test: [10/20] Acc@1 …` is on the way; `* Acc@1 …` and `[20/20] accuracy: …` are results."""
    if _SUMMARY.match(text) or sighting.step is not None:
        return False
    if not re.match(
        rb"^\s*(?:test|val|valid|validation|eval|evaluation)\w*:?\s*(?:\(\w+\))?:?\s*\[?\s*\d",
        text,
        re.IGNORECASE,
    ):
        return False
    match = _PARTIAL.search(text)
    return match is not None and re.search(rb"\btime\b|\beta\b", text, re.IGNORECASE) is not None


def _keep_totals(sighting: Sighting) -> None:
    """A line about something else: only what it says of the plan counts."""
    sighting.step = sighting.inner = sighting.samples = sighting.loss = sighting.seconds = sighting.clock = (
        None
    )
    sighting.epoch = sighting.elapsed = sighting.eta = None
    sighting.irregular = True


def _judge(sighting: Sighting, line: Line, found: list[Named]) -> None:
    """Whether the counter may be believed at once, or only after it has been seen to grow."""
    if _LONE_FIELD.match(line.text):
        lone_loss = sighting.loss is not None and not line.text.lstrip().startswith((b'"', b"'"))
        if not (lone_loss or sighting.mode == "eval" or sighting.seconds is not None):
            sighting.step = sighting.inner = sighting.epoch = None
            sighting.elapsed = sighting.loss = None
        if line.text.rstrip().endswith(b","):
            sighting.loss = sighting.total = sighting.soft_total = sighting.seconds = None
            sighting.metrics = {}
    if sighting.step is not None and sighting.total is not None and _NEMO.match(line.text):
        sighting.total += 1
        sighting.irregular = True
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


__all__ = ["EPOCH", "LEARNED", "NAME", "read"]
