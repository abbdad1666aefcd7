"""Progress bars: tqdm in all its variants, and its relatives (rich, Keras, alive, progressbar2, fastai)."""

import itertools
import re
from collections.abc import Iterator
from dataclasses import dataclass

from vasttui.logs import roles
from vasttui.logs.events import ActivityKind
from vasttui.logs.prefix import Line
from vasttui.logs.recognisers import bar_layouts as layouts
from vasttui.logs.recognisers.timing import inverse, scale_by
from vasttui.logs.sighting import BAR, EPOCH, GLOBAL, STEP, Convert, Sighting
from vasttui.logs.tokens import Named, number, scaled, seconds, tokens

TQDM = layouts.TQDM


@dataclass(frozen=True, slots=True)
class _Found:
    """A bar in a line: its layout's name, its parts, and the description before it."""

    name: str
    match: re.Match[bytes]
    desc: bytes

    def text(self, group: str) -> bytes:
        return self.match.groupdict().get(group) or b""

    def span(self, group: str) -> tuple[int, int]:
        return self.match.span(group)


def split_frames(text: bytes) -> Iterator[tuple[int, int]]:
    """Where the bars of a line end: text glued to a bar by a second writer is a line of its own."""
    start = 0
    for match in TQDM.finditer(text):
        if match.end() < len(text):
            yield start, match.end()
            start = match.end()
    yield start, len(text)


def read(line: Line) -> Sighting | None:
    """What a bar says; None if the line is no bar."""
    text = line.text
    if not layouts.MAYBE.search(text):
        return None
    for name, need, pattern in layouts.LAYOUTS:
        match = pattern.search(text) if need in text else None
        if match and not _deceives(name, match):
            before = match["desc"] if name == "rich" else text[: match.start()]
            return _bar(line, _Found(name, match, before))
    return None


def _deceives(name: str, match: re.Match[bytes]) -> bool:
    """`70/70 4` is no Keras bar, and a rule of glyphs before a path is no rich one."""
    if name == "keras":
        return not match["rate"] and b" - " not in match["post"]
    return name == "rich" and match["post"].strip()[:1] == b"/"


def _bar(line: Line, bar: _Found) -> Sighting:
    sighting = Sighting(f"{bar.name} bar", trust=BAR, line=line.number, rank=line.rank, bar=True)
    noun = _rate(sighting, bar)
    sighting.activity = _activity(bar.desc, noun)
    sighting.mode = "eval" if sighting.activity == "eval" else "aux" if sighting.activity else "train"
    _count(sighting, bar, noun)
    _elapsed(sighting, bar)
    if bar.text("post"):
        _postfix(sighting, line, bar)
    else:
        _loss_of_description(sighting, line, bar)
    return sighting


def _rate(sighting: Sighting, bar: _Found) -> str:
    """Read the rate; return what is counted (`it`, `img`, …)."""
    unit = bar.text("unit").decode("utf-8", "replace").strip()
    rate, per = bar.text("rate"), bar.text("per")
    if rate and per:
        convert = _per_step(bar.name, per)
        sighting.put("seconds", convert(rate), *bar.span("rate"), convert)
        return "it"
    noun = unit[2:] if unit.startswith("s/") else unit.partition("/")[0]
    if rate and rate != b"?":
        convert = scaled if unit.startswith("s/") else _inverse_scaled
        sighting.put("seconds", convert(rate), *bar.span("rate"), convert)
    return noun.strip() or bar.text("noun").decode("utf-8", "replace").strip()


def _per_step(name: str, per: bytes) -> Convert:
    """Keras says milliseconds a step, alive-progress steps a second, minute or hour."""
    if name == "keras":
        return scale_by({b"ms": 1e-3, b"us": 1e-6}.get(per, 1.0))
    span = {b"m": 60.0, b"h": 3600.0}.get(per, 1.0)
    return lambda text: span * speed if (speed := inverse(text)) is not None else None


def _inverse_scaled(text: bytes) -> float | None:
    speed = scaled(text)
    return 1.0 / speed if speed > 0 else None


def _activity(desc: bytes, noun: str) -> ActivityKind | None:
    """What a bar is over, when it is not training: told by its description, else by its unit."""
    bare = layouts.SPLIT_NAME.sub(b"", desc)
    kinds: list[ActivityKind] = []
    for kind, pattern in layouts.DESCRIPTIONS:
        match = pattern.search(bare)
        if match and not bare[: match.start()].strip(b" \t[(|#*"):
            return kind  # it begins with the word
        if match:
            kinds.append(kind)
    if kinds and not layouts.SPEAKS_OF_TRAINING.search(desc):
        return kinds[0]
    if layouts.BEGINS_WITH_TRAINING.match(desc) or noun in layouts.STEP_NOUNS:
        return None
    for kind, pattern in layouts.NOUNS:
        if pattern.search(noun):
            return kind
    return None


def _count(sighting: Sighting, bar: _Found, noun: str) -> None:
    """What n and total count: the run's steps, an epoch's batches or examples, or epochs."""
    total = scaled(text) if (text := bar.text("total")) and text != b"Unknown" else None
    if (layouts.OVER_EPOCHS.match(bar.desc) and total is not None) or noun in layouts.EPOCH_NOUNS:
        sighting.put("epoch", scaled(bar.text("n")), *bar.span("n"), scaled)
        sighting.epochs, sighting.source, sighting.trust = total, "bar of epochs", EPOCH
        sighting.told_more = True
        return
    within = _epoch(sighting, bar) and not layouts.THEN_STEPS.search(bar.desc)
    role = "inner" if within or bar.name == "keras" else "step"
    if sighting.mode != "train":
        role = "step"
    elif noun and noun not in layouts.STEP_NOUNS and bar.name == "tqdm" and total is not None:
        role = "samples"
        sighting.spans = [span for span in sighting.spans if span[0] != "seconds"]
        sighting.seconds = None
    sighting.put(role, scaled(bar.text("n")), *bar.span("n"), scaled)
    if total is not None:
        of = "total" if role == "step" else f"{role}_total"
        sighting.put(of, total, *bar.span("total"), scaled)
    _name(sighting, bar, role, total)


def _name(sighting: Sighting, bar: _Found, role: str, total: float | None) -> None:
    """The counter's name: its description without numbers, and the total, which tells two bare bars apart."""
    if role != "step":
        loop = layouts.EPOCH.search(bar.desc)
        words = bar.desc[: loop.start(1)].strip(b" \t:#[").decode("utf-8", "replace")[:60] if loop else ""
        sighting.source = f"bar of an epoch, {words}" if words else "bar of an epoch"
        sighting.trust = STEP if total is not None else BAR
        return
    words = re.sub(rb"\d+(?:\.\d+)?", b"#", bar.desc).strip(b" \t:|").decode("utf-8", "replace")[:60]
    sighting.source = f"bar {words} /{total:g}" if total is not None else f"bar {words}"


def _epoch(sighting: Sighting, bar: _Found) -> bool:
    """Read the epoch in the description; the bar then counts within it."""
    yolo = layouts.YOLO.match(bar.desc)
    found = layouts.EPOCH.search(bar.desc) or layouts.NUMBERED_TRAINING.search(bar.desc)
    leading = layouts.LEADING_EPOCH.match(bar.desc)
    if yolo or (leading and b"epoch" in bar.desc.lower()):
        found = leading
    if found is None:
        return False
    sighting.put("epoch", number(found[1]), *found.span(1), number)
    if found[2]:
        sighting.put("epochs", number(found[2]), *found.span(2), number)
    sighting.told_more = True
    if yolo:
        sighting.last_index = True
        sighting.loss = sum(number(part) for part in yolo[3].split()[:-2])
        sighting.irregular = True
    if sighting.epochs is not None and bar.name == "rich" and "•".encode() in bar.text("post"):
        sighting.epochs += 1  # Lightning counts from 0: `Epoch 4/4` is the fifth of five
        sighting.zero_based = sighting.irregular = True
    return True


def _elapsed(sighting: Sighting, bar: _Found) -> None:
    for role in ("elapsed", "eta"):
        text = bar.text(role)
        if b":" in text and b"-" not in text and bar.name != "keras":
            sighting.put(role, seconds(text), *bar.span(role), seconds)


def _postfix(sighting: Sighting, line: Line, bar: _Found) -> None:
    """The figures after the bar: a loss, and metrics that may be an old value shown again."""
    start, end = bar.span("post")
    found = tokens(b" " * start + line.text[start:end])
    losses = [t for t in found if roles.role_of(t.key) == "loss" and not t.fraction and not t.duration]
    if losses and sighting.mode == "train":
        token = min(losses, key=lambda t: roles.loss_order(t.key))
        sighting.put("loss", token.value, token.start, token.end, number)
    if sighting.mode != "eval":
        _metrics(sighting, found, bar.name)
    for token, after in itertools.zip_longest(found, found[1:]):
        _figure(sighting, token, after)


def _epoch_beside(sighting: Sighting, token: Named, after: Named | None) -> None:
    """`12/50 [00:01<00:03, 20it/s, epoch=1/5]`: of how many epochs."""
    if after is not None and after.fraction and after.value >= token.value:
        sighting.put("epoch", token.value, token.start, token.end, number)
        sighting.put("epochs", after.value, after.start, after.end, number)


def _figure(sighting: Sighting, token: Named, after: Named | None) -> None:
    role = roles.role_of(token.key)
    if token.key in ("global_step", "step") and token.whole and sighting.inner is not None:
        sighting.put("step", token.value, token.start, token.end, number)
        sighting.trust = GLOBAL
    elif role == "epoch" and token.whole and sighting.epoch is None and not token.fraction:
        _epoch_beside(sighting, token, after)
    elif token.duration and role in ("elapsed", "eta") and getattr(sighting, role) is None:
        sighting.put(role, token.value, token.start, token.end, seconds)
    elif token.unit in roles.SPEED_UNITS and sighting.seconds is None:
        sighting.put("seconds", inverse(token.text), token.start, token.end, inverse)


def _metrics(sighting: Sighting, found: list[Named], name: str) -> None:
    for token in found:
        if (
            roles.is_eval(token.key)
            and not token.duration
            and not token.fraction
            and token.value == token.value
        ):
            sighting.metrics[token.label] = token.value
            sighting.metric_spans.append((token.label, token.start, token.end, number))
    sighting.sticky = bool(sighting.metrics) and name != "keras"


def _loss_of_description(sighting: Sighting, line: Line, bar: _Found) -> None:
    """llama-cookbook, torchtune: the loss stands in the bar's description."""
    found = layouts.LOSS.search(line.text, 0, bar.match.start())
    if found and sighting.mode == "train" and sighting.loss is None:
        try:
            sighting.put("loss", number(found[1]), *found.span(1), number)
        except ValueError:
            return
