"""Which figures of a line are an evaluation's, and whether the line is one."""

import re

from vasttui.logs import roles
from vasttui.logs.prefix import Line, has_any
from vasttui.logs.sighting import Sighting
from vasttui.logs.tokens import Named, number

_WORDS = (
    rb"(?:val|valid|validation|validating|eval|evaluation|evaluating|evaluated?|test|testing|dev|test set|"
    + "验证".encode()
    + rb")"
)
# An evaluation says so before its first number, or in parentheses, or by a star.
_EVAL_LINE = re.compile(
    b"|".join(
        (
            rb"^[^0-9]{0,160}?(?:^|[:|\])>-]\s)[\s*=#>\-\[(|:]*" + _WORDS + rb"\b(?![\w-]*=True)",
            rb"\((?:val|test|eval|valid)\)",
            rb"^\s*\*\s+\w+@\d",
            rb"\|\s*(?:val|valid|validation|eval|test)\s*\|",
            rb"\bon (?:the )?(?:val|valid|validation|dev|eval|test)(?:\b|_)",
            rb"\b(?:eval|valid|validation|val) +(?:step|epoch|iter)\b",
            rb"[,;|] ?(?:validation|valid|val|eval|evaluation|dev|test) ?: ?[a-z_/]+ ?[=:]",
            rb"saving dict for global step",
            "验证集|測試集|测试集|検証|검증".encode(),
        )
    ),
    re.IGNORECASE,
)
_EVAL_OF_EPOCH = re.compile(rb"\bepoch\W{1,3}\d+\W{1,4}" + _WORDS + rb"\b", re.IGNORECASE)
_EVAL_ANYWHERE = re.compile(
    rb"\b(?:validation|evaluation|eval|val|valid|dev|test) (?:loss|results?|metrics?|set|score|acc\w*|ppl)\b",
    re.IGNORECASE,
)
HINTS = (b"val", b"test", b"dev", b"* ", b"saving dict", *(w.encode() for w in ("验", "集", "検証", "검증")))
_METRIC_NAMES = (
    r"\w*loss|acc|acc\d|accuracy|auc|f1|f_?score|bleu|rouge\w?|wer|cer|ppl|perplexity|map\w*|ap|reward|return|score|err|error"
    r"|mse|mae|rmse|r2|iou|miou|dice|precision|recall|psnr|ssim|fid|bpb|bpc|nll|kappa|top\d?|ndcg|mrr|corr|elbo|p|r|f|ce"
    r"|xent|cross_?entropy|l1|l2|mape|rmsle|merror|em|exact|pass|success|win|elo"
)
METRIC = re.compile(rf"(?:^|[_/@'])(?:{_METRIC_NAMES})(?:$|[_/@\d'])|损失|準確|准确|精度|損失")
_ROUND = re.compile(rb"^\s*\[\d+\]\t")
_SUMMARY = re.compile(rb"^\s*\*\s+\w+@\d")
# `Test: [10/20]` is on the way, `Test: [20/20]` has arrived.
_ON_THE_WAY = re.compile(
    rb"^\s*(?:test|val|valid|validation|eval|evaluation)\w*:?\s*(?:\(\w+\))?:?\s*\[?\s*(\d+)\s*/\s*(\d+)",
    re.IGNORECASE,
)
_NO_METRIC_UNITS = frozenset(("GB", "MB", "MiB", "GiB", "ms"))


def find(sighting: Sighting, line: Line, found: list[Named]) -> None:
    """Put the evaluation's figures into the sighting: those called so, or all of a line that is one."""
    named = [t for t in found if t.key and not t.duration]
    if any(t.key.startswith("objective/") for t in named):
        return  # a PPO trainer's val/… is its value function
    evals = [t for t in named if _is_eval_metric(t)]
    worded = has_any(line.low, HINTS)
    is_line = worded and _EVAL_LINE.search(line.text) is not None
    if is_line and not evals and not any(METRIC.search(t.key) for t in named):
        sighting.irregular = True
        sighting.seconds = sighting.clock = None  # how long the evaluation took
        if sighting.counts:  # an evaluation on its way, without figures yet
            sighting.mode = sighting.activity = "eval"
        return
    is_line |= worded and sighting.loss is None and _EVAL_OF_EPOCH.search(line.text) is not None
    anywhere = worded and _EVAL_ANYWHERE.search(line.text) is not None
    trains = any(roles.TRAIN_NAME.search(t.key) for t in named)
    alone = sighting.loss is None and (bool(evals) or anywhere) and not trains
    if alone and not is_line and sighting.source == "leading number" and _ROUND.match(line.text):
        pass  # boosting with no set but the validation's: `[12]\tvalid_0's rmse: 0.8`
    elif is_line or alone or (anywhere and _both_sets(sighting, evals)):
        sighting.mode = "eval"
        sighting.both_sets = trains and bool(evals) and sighting.loss is not None
        evals = [t for t in named if t in evals or _is_figure(t)]
    _take(sighting, line, evals, found)


def _take(sighting: Sighting, line: Line, evals: list[Named], found: list[Named]) -> None:
    for token in evals:
        name = _name(token)
        if token.value == token.value and name not in sighting.metrics:
            sighting.metrics[name] = _value(token, found)
            sighting.metric_spans.append((name, token.start, token.end, number))
            sighting.irregular |= sighting.metrics[name] != token.value
        elif "loss" in token.key:
            sighting.nan_count, sighting.irregular = 1, True
    sighting.sticky = sighting.mode == "train" and bool(sighting.metrics)
    if sighting.mode == "eval":
        sighting.loss = None
        sighting.spans = [span for span in sighting.spans if span[0] != "loss"]
        sighting.irregular |= _ON_THE_WAY.match(line.text) is not None
        if _on_the_way(line.text, sighting):
            sighting.metrics, sighting.activity = {}, "eval"


def _is_eval_metric(token: Named) -> bool:
    """A figure whose own name says that it is an evaluation's, and not one that plans it."""
    if not roles.is_eval(token.key) or roles.SETTING.search(token.key) or token.key.count("_") > 4:
        return False
    return _is_figure(token) and (" " not in token.label or METRIC.search(token.key) is not None)


def _is_figure(token: Named) -> bool:
    """A result: no part of `a/b`, no counter, time, rate or size."""
    bare = roles.EVAL_NAME.sub("", token.key, count=1).strip("_/") or token.key
    role = roles.role_of(token.key)
    free = role in (None, "loss") or token.key == "l"
    return (
        free
        and not token.fraction
        and token.unit not in _NO_METRIC_UNITS
        and not roles.BOOKKEEPING.search(bare)
    )


def _both_sets(sighting: Sighting, evals: list[Named]) -> bool:
    """nanoGPT: `step 200: train loss 0.65, val loss 0.65` is an evaluation of both sets."""
    return bool(evals) and sighting.epoch is None and sighting.seconds is None and sighting.clock is None


def _name(token: Named) -> str:
    short = " " in token.label and len(token.label) < 12
    return token.label.strip("'\" ").replace(" ", "_") if short else token.label


def _value(token: Named, found: list[Named]) -> float:
    """`Accuracy: 236/320 (74%)` is 73.75 %."""
    following = next((t for t in found if t.start > token.start), None)
    if following is not None and following.fraction and following.value > 0:
        return 100.0 * token.value / following.value
    return token.value


def _on_the_way(text: bytes, sighting: Sighting) -> bool:
    if _SUMMARY.match(text) or sighting.step is not None:
        return False
    match = _ON_THE_WAY.match(text)
    return match is not None and int(match[1]) < int(match[2])
