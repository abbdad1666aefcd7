"""Lines that are records: JSON objects and Python dicts, of any key names."""

import ast
import re
from collections.abc import Iterator
from math import isfinite
from typing import Any, cast

import msgspec

from vasttui.logs import roles
from vasttui.logs.prefix import Line, stamp_seconds
from vasttui.logs.recognisers.evaluations import METRIC
from vasttui.logs.recognisers.timing import inverse, scale_by
from vasttui.logs.sighting import EPOCH, GLOBAL, STEP, Sighting
from vasttui.logs.tokens import Named, normal, number, seconds, tokens

NAME = "records"
_OPEN = re.compile(rb"^[^{]{0,120}?(\{[\"'].*\})\s*$")
_EPOCH_BEFORE = re.compile(rb"\bepoch[ :=#]*(\d{1,9})\W*$", re.IGNORECASE)
_EVAL_BEFORE = re.compile(
    rb"(?:^|[\s\]|>])(?:val|valid|validation|eval|evaluation|test|dev)(?: (?:results?|metrics|set))?"
    rb"\s*[:=>-]*\s*$",
    re.IGNORECASE,
)
_MAX_FIELDS = 400
_CLOCK = re.compile(r"^(?:\d+ days?, )?\d+:\d\d(?::\d\d)?(?:\.\d+)?$")
_NUMERIC = re.compile(r"^[-+]?(?:\d+\.?\d*(?:[eE][-+]?\d+)?|nan|inf|NaN|Infinity)$")
_PAIR = re.compile(r"^\s*(\d{1,12})\s*/\s*(\d{1,12})\s*$")
_UNIT_IN_NAME = re.compile(r"\(([^()]{1,20})\)$")
_KIND_KEYS = ("type", "event", "phase", "split", "mode", "stage", "kind", "tag")
_EVAL_KIND = re.compile(r"^(?:val|valid|eval|test|dev)", re.IGNORECASE)
_PREDICTS_EVAL = re.compile(r"^(?:config|args|hparams|params|hyperparam|start|init)", re.IGNORECASE)


def read(line: Line) -> Sighting | None:
    """What a JSON or dict line says; None if it is neither."""
    match = _OPEN.match(line.raw)
    if match is None:
        return None
    record = decode(match[1])
    if record is None:
        return None
    if "train_runtime" in record:
        return Sighting(NAME, mode="aux", line=line.number, irregular=True)  # means over the whole run
    told_of = _EVAL_BEFORE.search(line.text, 0, match.start(1)) is not None
    sighting = sighting_of(record, line, is_eval=told_of)
    told_before = _EPOCH_BEFORE.search(line.text, 0, match.start(1))
    if told_before and (sighting is None or not (sighting.counts or sighting.metrics or sighting.loss)):
        return _metrics_of_an_epoch(record, line, float(told_before[1]))
    if sighting is not None:
        _locate(sighting, line)
    return sighting


def _metrics_of_an_epoch(record: dict[str, Any], line: Line, epoch: float) -> Sighting | None:
    """`epoch 0: {'accuracy': 0.71, 'f1': 0.8}`: what an evaluation gave."""
    sighting = Sighting(NAME, mode="eval", line=line.number, rank=line.rank, epoch=epoch, irregular=True)
    for name, raw in list(flat(record))[:_MAX_FIELDS]:
        value = _value(raw)
        if value is not None and value == value and METRIC.search(normal(name)):
            sighting.metrics[name] = value
    return sighting if sighting.metrics else None


def _locate(sighting: Sighting, line: Line) -> None:
    """Find where the figures stand in the text, so that the next such record is read by slicing."""
    found = tokens(line.raw)
    if sighting.stamp is not None and line.stamp_span is None:
        sighting.irregular = True
    for attribute, (name, convert) in sighting.origins.items():
        at = _place(found, name)
        if at is None:
            sighting.irregular = True
        elif at.duration:
            sighting.spans.append((attribute, at.start, at.end, seconds))
        else:
            sighting.spans.append((attribute, at.start, at.end, convert))
    for name in sighting.metrics:
        at = _place(found, name)
        if at is None:
            sighting.irregular = True
        else:
            sighting.metric_spans.append((name, at.start, at.end, number))


def _place(found: list[Named], name: str) -> Named | None:
    """The one number of this name; None if there are none or several."""
    fitting = [t for t in found if t.label == name or name.endswith(f"/{t.label}")] if name else []
    return fitting[0] if len(fitting) == 1 and not fitting[0].fraction else None


def decode(text: bytes) -> dict[str, Any] | None:
    """One JSON object or Python dict literal."""
    try:
        found: object = msgspec.json.decode(text)
    except (msgspec.DecodeError, UnicodeDecodeError):
        found = _dict(text)
    return cast("dict[str, Any]", found) if isinstance(found, dict) else None


def _dict(text: bytes) -> object:
    """A Python dict of plain values is JSON but for its quotes."""
    if b'"' not in text and b"\\" not in text:
        try:
            found: object = msgspec.json.decode(text.replace(b"'", b'"'))
        except (msgspec.DecodeError, UnicodeDecodeError):
            return _literal(text)
        return found
    return _literal(text)


_BARE_NAN = re.compile(r"(?<=[:\s])(-?(?:nan|inf|NaN|Infinity))(?=[\s,}])")


def _literal(text: bytes) -> object:
    if len(text) > 20000:
        return None
    try:
        return ast.literal_eval(_BARE_NAN.sub(r"'\1'", text.decode("utf-8", "replace")))
    except (ValueError, SyntaxError, MemoryError, RecursionError):
        return None


def flat(record: dict[str, Any], prefix: str = "", depth: int = 0) -> Iterator[tuple[str, object]]:
    """Name → value of a nested record, inner names after their parents' and a slash."""
    for name, value in record.items():
        if isinstance(value, dict) and depth < 3:
            yield from flat(cast("dict[str, Any]", value), f"{prefix}{name}/", depth + 1)
        else:
            yield f"{prefix}{name}", value


def _value(value: object) -> float | None:
    if isinstance(value, bool) or value is None:
        return None
    if isinstance(value, int | float):
        try:
            return float(value)
        except OverflowError:
            return None
    if isinstance(value, str) and len(value) < 40:
        if _NUMERIC.match(value):
            return float(value)
        if _CLOCK.match(value):
            return seconds(value.encode())
    return None


def sighting_of(
    record: dict[str, Any], line: Line, reader: str = NAME, is_eval: bool = False
) -> Sighting | None:
    """Read one record by the names of its fields. `is_eval`: what stands before it says so."""
    sighting = Sighting(reader, line=line.number, rank=line.rank)
    kind = next((str(record[key]) for key in _KIND_KEYS if isinstance(record.get(key), str)), "")
    told: list[tuple[str, str, float]] = []
    for name, raw in list(flat(record))[:_MAX_FIELDS]:
        value = _value(raw)
        if isinstance(raw, str) and (pair := _PAIR.match(raw)):
            _take_pair(sighting, normal(name), name, float(pair[1]), float(pair[2]))
        elif value is not None:
            told.append((normal(name), name, value))
        elif isinstance(raw, str) and sighting.stamp is None and len(raw) < 40:
            sighting.stamp = stamp_seconds(raw.encode())
    if "train_runtime" in record:
        return None  # means over the whole run
    is_config = bool(_PREDICTS_EVAL.match(kind)) or len(told) > 60
    for key, name, value in told:
        _take(sighting, key, name, value)
    _total_beside(sighting, told)
    _take_metrics(sighting, told, is_eval or _EVAL_KIND.match(kind) is not None)
    if is_config:
        sighting.step = sighting.loss = sighting.epoch = sighting.seconds = None
        sighting.metrics, sighting.irregular = {}, True
    sighting.weak = sighting.step is not None and not (
        sighting.loss is not None or sighting.metrics or len(told) > 1
    )
    return sighting if sighting.says else None


_PLAIN = frozenset(
    ("epoch", "total", "soft_total", "soft_epochs", "elapsed", "clock", "eta", "grad_norm", "inner")
)
_STEP_TRUST = {"global": GLOBAL, "step": STEP + 1, "iter": STEP, "episode": EPOCH}


def _role_by_unit(name: str) -> roles.Role | None:
    """`train_speed(iter/s)`: the unit in the name settles what it is."""
    unit = _UNIT_IN_NAME.search(name)
    if unit is None:
        return None
    return "speed" if unit[1] in roles.SPEED_UNITS else "seconds" if unit[1] in roles.PER_STEP_UNITS else None


def _take(sighting: Sighting, key: str, name: str, value: float) -> None:
    role = _role_by_unit(name) or roles.role_of(key)
    if role in _STEP_TRUST:
        _take_step(sighting, name, value, _STEP_TRUST[role])
    elif role == "loss":
        if sighting.loss is None or roles.loss_order(key) < roles.loss_order(sighting.source_of_loss):
            sighting.loss, sighting.source_of_loss = value, key
            sighting.origins["loss"] = (name, number)
    elif role == "speed":
        sighting.seconds = 1.0 / value if value > 0 else None
        sighting.origins["seconds"] = (name, inverse)
    elif role == "seconds":
        convert = scale_by(1e-3) if re.search(r"(?:^|_)m(?:illi)?s(?:ec|econds)?(?:$|_)", key) else number
        sighting.seconds = value * 1e-3 if convert is not number else value
        sighting.origins["seconds"] = (name, convert)
    elif role in _PLAIN and getattr(sighting, role) is None and (value == value or role == "grad_norm"):
        setattr(sighting, role, value)
        sighting.origins[role] = (name, number)


def _take_pair(sighting: Sighting, key: str, name: str, value: float, of: float) -> None:
    """`"iter": "490/980"`, `"epoch": "1/100"`."""
    role = roles.role_of(key.partition("/")[0]) if key.count("/") == 1 else None  # `step/max_steps`
    role = role or roles.role_of(key)
    sighting.irregular = True
    if role == "epoch":
        sighting.epoch, sighting.epochs = value, of
    elif role in _STEP_TRUST and value <= of:
        _take_step(sighting, name, value, _STEP_TRUST[role])
        sighting.total = of


def _total_beside(sighting: Sighting, told: list[tuple[str, str, float]]) -> None:
    """`"progress": {"step": 3, "total": 9}`: the total in the counter's own group, or beside it."""
    if sighting.step is None or sighting.total is not None or "step" not in sighting.origins:
        return
    group = normal(sighting.origins["step"][0]).rpartition("/")[0]
    names = {f"{group}/{name}" if group else name for name in ("total", "of", "max", "out_of")}
    for key, name, value in told:
        if key in names and value >= sighting.step:
            sighting.total = value
            sighting.origins["total"] = (name, number)
            return


def _take_step(sighting: Sighting, name: str, value: float, trust: int) -> None:
    if not isfinite(value) or value != int(value):
        return
    if sighting.step is None or trust > sighting.trust:
        sighting.step, sighting.source, sighting.trust = value, f"field {name}", trust
        sighting.origins["step"] = (name, number)


def _take_metrics(sighting: Sighting, told: list[tuple[str, str, float]], is_eval: bool) -> None:
    if any(key.startswith("objective/") for key, _, _ in told):
        return  # a PPO trainer's val/… is its value function
    for key, name, value in told:
        named = roles.is_eval(key)
        bare = roles.EVAL_NAME.sub("", key, count=1).strip("_/") or key
        if roles.BOOKKEEPING.search(bare) or roles.SETTING.search(bare) or value != value:
            continue
        if named or (is_eval and roles.role_of(key) in (None, "loss")):
            sighting.metrics[name] = value
    if sighting.metrics and (is_eval or sighting.loss is None):
        sighting.mode = "eval"
        sighting.loss = None
        sighting.origins.pop("loss", None)
