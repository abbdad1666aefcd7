"""Progress bars: tqdm in all its variants, and its relatives (rich, Keras, alive, progressbar2, fastai)."""

import re
from collections.abc import Iterator

from vasttui.logs import roles
from vasttui.logs.events import ActivityKind
from vasttui.logs.prefix import Line
from vasttui.logs.recognisers import keyvalue
from vasttui.logs.sighting import BAR, STEP, Convert, Sighting
from vasttui.logs.tokens import Named, number, scaled, seconds, tokens

_COUNT = rb"\d[\d,]*(?:\.\d+)?[kKMGT]?"
_CLOCK = rb"(?:\d+ days?, )?[\d:.]+|\?|-+:--(?::--)?"
# `desc:  41%|███   | 123/300 [00:35<01:03,  2.79it/s, loss=1.2]`
TQDM = re.compile(
    rb"(?:(?P<pct>\d{1,3})(?:\.\d+)?%)?\s*\|(?P<glyphs>[^|\[\]\r]{0,1200})\|\s*(?P<n>" + _COUNT + rb")/(?P<total>"
    + _COUNT + rb")\s*\[(?P<elapsed>" + _CLOCK + rb")<(?P<eta>" + _CLOCK + rb")"
    rb"(?:,\s*(?P<rate>[\d.,]+[kKMG]?|\?)\s*(?P<unit>[^\],]{1,40}))?(?P<post>,[^\]\r]*)?\]"
)  # fmt: skip
# No total: `tokenizing: 42doc [00:04, 9.97doc/s]`
OPEN_ENDED = re.compile(
    rb"(?P<n>"
    + _COUNT
    + rb")(?P<noun>[A-Za-z ]{1,20}) \[(?P<elapsed>[\d:]+),\s*(?P<rate>[\d.,]+[kKMG]?|\?)\s*"
    rb"(?P<unit>[^\],]{1,40})(?P<post>,[^\]\r]*)?\]"
)
# ignite: `Epoch [1/5]: [10/60]  17%|█▋        , loss=0.5 [00:03<00:12]`
IGNITE = re.compile(
    rb"\[(?P<n>\d+)/(?P<total>\d+)\]\s+\d+%\|(?P<glyphs>[^,|\[\]]{0,400})\|?(?P<post>,[^\[\r]*)?\s*"
    rb"\[(?P<elapsed>[\d:]+)<(?P<eta>[\d:?]+)\]"
)
# Keras: `16/70 ━━━━ 6s 127ms/step - accuracy: 0.15 - loss: 2.6`, `70/70 - 7s - 101ms/step - loss: …`
KERAS = re.compile(
    rb"^\s*(?P<n>\d+)/(?P<total>\d+|Unknown)\s*(?:\[[=>. ]*\]|[\x80-\xff\s]*)\s*(?:- )?(?:ETA: )?(?P<eta>\d+(?::\d\d)*[smhu]*)"
    rb"(?: - |\s+)(?:(?P<rate>\d+(?:\.\d+)?)(?P<per>ms|us|s)/(?:step|epoch|sample))?(?P<post>.*)$",
    re.DOTALL,
)
# rich and Lightning's rich bar: `Epoch 4/4  ━━━━━ 60/60 0:00:09 • 0:00:00 6.37it/s train_loss: 0.436`
_GLYPH = rb"(?:\xe2\x94[\x80\x81]|\xe2\x95[\xb8\xba]|\xe2\x96[\x80-\x9f])"
RICH = re.compile(
    rb"^(?P<desc>[^\x80-\xff]{0,300}?)\s*(?:" + _GLYPH + rb"\s*){2,400}(?:\d{1,3}%\s*)?"
    rb"(?P<n>\d+)/(?P<total>\d+)(?P<post>.*)$",
    re.DOTALL,
)
# `|████    | 120/300 [40%] in 30.1s (3.99/s)`
ALIVE = re.compile(
    rb"\|(?P<glyphs>[^|]{0,400})\|[^\d|]{0,40}\(?!?\)?\s*(?P<n>" + _COUNT + rb")/(?P<total>" + _COUNT + rb") \[[\d.]+%\]"
    rb" in (?P<elapsed>[\d:.hms]+) \((?:(?:~|eta:? ?)(?P<eta>[\d:.hms?-]+), )?(?P<rate>[\d.]+)/(?P<per>[smh])\)(?P<post>.*)$",
    re.DOTALL,
)  # fmt: skip
# progressbar2: ` 15% (45 of 300) |###     | Elapsed Time: 0:00:12 ETA:   0:01:08`
OF = re.compile(rb"\d{1,3}% \((?P<n>\d+) of (?P<total>\d+)\)(?P<post>.*)$", re.DOTALL)
# fastai: `Epoch 1/5 : |████-----| 12.5% [10/80 00:01<00:10 0.5012]`
FASTAI = re.compile(
    rb"\|(?P<glyphs>[^|]{0,400})\|\s*[\d.]+% \[(?P<n>\d+)/(?P<total>\d+) (?P<elapsed>[\d:]+)<(?P<eta>[\d:?]+)(?P<post>[^\]]*)\]"
)

_NOUN_KINDS: tuple[tuple[re.Pattern[str], ActivityKind], ...] = (
    (re.compile(r"^[kKMGT]?i?[bB]$|^bytes?$"), "download"),
    (re.compile(r"doc|exampl|file|shard|row|token|word|line|recor|param|image|img|frame|sample|char|seq|item"), "prepare"),
)  # fmt: skip
_STEP_NOUNS = frozenset(
    [
        "it",
        "its",
        "step",
        "steps",
        "ba",
        "batch",
        "batches",
        "iter",
        "iters",
        "iteration",
        "update",
        "updates",
        "b/s",
        "i",
    ]
)
_DESC_KINDS: tuple[tuple[re.Pattern[bytes], ActivityKind], ...] = (
    (
        re.compile(
            rb"^\W*(?:valid|val\b|val_|eval|test|predict|infer|sanity|generat\w* (?:samples?|images?|text)|dev\b|scor)|validat|evaluat"
            rb"|Class\s+Images|\bval\b|\bprogress on ?: ?eval", re.IGNORECASE,
        ),
        "eval",
    ),
    (re.compile(rb"writ\w+ model|sav\w+|checkpoint(?!s? shards)|export|upload|push", re.IGNORECASE), "checkpoint"),
    (re.compile(rb"download|fetch|\.safetensors|\.bin\b|\.json\b|\.parquet|\.zip|\.tar|\.model\b|pulling", re.IGNORECASE), "download"),
    (re.compile(rb"compil|captur|autotun|graph", re.IGNORECASE), "compile"),
    (
        re.compile(
            rb"map|token|filter|load|build|trunc|pack|add(?:ing)?\b|group|preproc|prepar|extract|cach|scan|convert|creat|pars|read"
            rb"|generating|collect|index|shuffl|concat|encod|process|split|merg|tok\b|dataset|unpack|copy|import|flatten|cast|verif"
            rb"|appl(?:y|ying)|rollout|make_experience|resolv|normal", re.IGNORECASE,
        ),
        "prepare",
    ),
)  # fmt: skip
_EPOCH_DESC = re.compile(
    rb"(?:epoch|ep|\xe8\xbd\xae|\xe3\x82\xa8\xe3\x83\x9d\xe3\x83\x83\xe3\x82\xaf)\s*[:#]?\s*\[?\s*(\d+)(?:\s*/\s*(\d+))?",
    re.IGNORECASE,
)
_TRAIN_NUMBER = re.compile(
    rb"^\W*(?:train|training|fit)\w*\s*[:#\[(]?\s*(\d+)(?:\s*/\s*(\d+))?", re.IGNORECASE
)
_LEADING_EPOCH = re.compile(rb"^\s*(\d+)\s*/\s*(\d+)\b")
_ONLY_EPOCHS = re.compile(
    rb"^\W*(?:train(?:ing)? )?epochs?\W*$|^\W*\xe8\xae\xad\xe7\xbb\x83\xe8\xbd\xae", re.IGNORECASE
)
_YOLO = re.compile(
    rb"^\s*(\d+)/(\d+)\s+[\d.]+G?\s+((?:[\d.]+(?:e[+-]?\d+)?|nan|inf)(?:\s+(?:[\d.]+|nan|inf))*)",
    re.IGNORECASE,
)
_TRAIN_DESC = re.compile(
    rb"train|step|epoch|iter|fit|learn|progress|optim|\xe8\xae\xad\xe7\xbb\x83", re.IGNORECASE
)
_MAYBE = re.compile(rb"\d[\d,.]*[kKMG]?/\d|\d% \(\d|\w \[\d\d:\d\d,")


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
    if not _MAYBE.search(text):
        return None
    for name, pattern in _LAYOUTS:
        match = pattern.search(text) if _NEEDS[name] in text else None
        if match and (name != "keras" or match["rate"] or b" - " in match["post"]):
            return _bar(line, name, match)
    return None


_LAYOUTS: tuple[tuple[str, re.Pattern[bytes]], ...] = (
    ("tqdm", TQDM), ("tqdm", OPEN_ENDED), ("ignite", IGNITE), ("fastai", FASTAI), ("alive", ALIVE),
    ("keras", KERAS), ("progressbar", OF), ("rich", RICH),
)  # fmt: skip


_NEEDS = {
    "tqdm": b"[",
    "ignite": b"%|",
    "fastai": b"% [",
    "alive": b"] in ",
    "keras": b" ",
    "progressbar": b" of ",
    "rich": b"\xe2",
}


def _bar(line: Line, name: str, match: re.Match[bytes]) -> Sighting | None:
    groups = match.groupdict()
    desc = groups.get("desc") if groups.get("desc") is not None else line.text[: match.start()]
    sighting = Sighting(f"{name} bar", trust=BAR, line=line.number, rank=line.rank, bar=True)
    noun = _rate(sighting, match, groups)
    sighting.activity = _activity(desc or b"", noun)
    sighting.mode = "eval" if sighting.activity == "eval" else "aux" if sighting.activity else "train"
    _count(sighting, match, groups, desc or b"", noun, name)
    _spans_of_time(sighting, match, groups)
    _postfix(sighting, line, match, groups, name)
    if name == "rich" and not _rich_is_bar(match, groups):
        return None
    return sighting


def _rich_is_bar(match: re.Match[bytes], groups: dict[str, bytes | None]) -> bool:
    return re.search(rb"[\x80-\xff]", match[0]) is not None and (groups["post"] or b"").strip()[:1] != b"/"


def _rate(sighting: Sighting, match: re.Match[bytes], groups: dict[str, bytes | None]) -> str:
    """Read the rate; return what is counted (`it`, `img`, …)."""
    unit = (groups.get("unit") or b"").decode("utf-8", "replace").strip()
    rate = groups.get("rate")
    if groups.get("per") is not None and rate is not None:
        return _rate_per(sighting, match, groups)
    noun = unit[2:] if unit.startswith("s/") else unit.partition("/")[0]
    noun = noun.strip() or (groups.get("noun") or b"").decode("utf-8", "replace").strip()
    if rate is not None and rate != b"?":
        convert: Convert = scaled if unit.startswith("s/") else _inverse_scaled
        sighting.put("seconds", convert(rate), *match.span("rate"), convert)
    return noun


def _rate_per(sighting: Sighting, match: re.Match[bytes], groups: dict[str, bytes | None]) -> str:
    per, rate = groups["per"], groups["rate"]
    assert rate is not None
    if sighting.reader == "keras bar":
        factor = {b"ms": 1e-3, b"us": 1e-6, b"s": 1.0}[per or b"s"]
        convert: Convert = lambda text: number(text) * factor  # noqa: E731
    else:
        span = {b"s": 1.0, b"m": 60.0, b"h": 3600.0}[per or b"s"]
        convert = lambda text: span / number(text) if number(text) > 0 else None  # noqa: E731
    sighting.put("seconds", convert(rate), *match.span("rate"), convert)
    return "it"


def _inverse_scaled(text: bytes) -> float | None:
    speed = scaled(text)
    return 1.0 / speed if speed > 0 else None


def _activity(desc: bytes, noun: str) -> ActivityKind | None:
    """What a bar is over, when it is not training: told by its description, else by its unit."""
    bare = _SPLIT_NAME.sub(b"", desc)
    kinds = [(kind, match) for pattern, kind in _DESC_KINDS if (match := pattern.search(bare))]
    first = next((kind for kind, match in kinds if not bare[: match.start()].strip(b" \t[(|#*")), None)
    if first is not None or (kinds and not _TRAIN_DESC.search(desc)):
        return first or kinds[0][0]
    if _TRAINS.match(desc) or noun in _STEP_NOUNS:
        return None
    return next((kind for pattern, kind in _NOUN_KINDS if pattern.search(noun)), None)


_TRAINS = re.compile(
    rb"^\W*(?:train|step|epoch|iter|fit|learn|progress|optim|\xe8\xae\xad\xe7\xbb\x83)", re.IGNORECASE
)


_SPLIT_NAME = re.compile(rb"^\s*(?:train|val|valid|test): +(?=[A-Za-z])")


def _count(
    sighting: Sighting,
    match: re.Match[bytes],
    groups: dict[str, bytes | None],
    desc: bytes,
    noun: str,
    name: str,
) -> None:
    total_text = groups.get("total")
    total = scaled(total_text) if total_text and total_text != b"Unknown" else None
    n_text = match["n"]
    epoch = _EPOCH_DESC.search(desc) or _TRAIN_NUMBER.search(desc)
    leading = _LEADING_EPOCH.match(desc)
    role = "step"
    if name == "keras":
        role = "inner"
    elif (_ONLY_EPOCHS.match(desc) and total is not None) or noun in ("epoch", "epochs", "ep"):
        sighting.put("epoch", scaled(n_text), *match.span("n"), scaled)
        sighting.epochs, sighting.source, sighting.trust = total, "bar of epochs", 2
        return
    elif (leading and b"epoch" in desc.lower()) or _YOLO.match(desc):
        epoch = leading
    if epoch:
        role = "inner"
        start = epoch.start(1)
        sighting.put("epoch", float(epoch[1]), start, epoch.end(1), number)
        if epoch[2]:
            sighting.put("epochs", float(epoch[2]), epoch.start(2), epoch.end(2), number)
            if name == "rich" and b"\xe2\x80\xa2" in (groups.get("post") or b""):
                _count_from_zero(sighting)
    if noun and noun not in _STEP_NOUNS and sighting.mode == "train" and name == "tqdm" and total is not None:
        role = "samples"
        sighting.seconds = None
        sighting.spans = [span for span in sighting.spans if span[0] != "seconds"]
    if sighting.mode != "train":
        role = "step"
    sighting.put(role, scaled(n_text), *match.span("n"), scaled)
    if total is not None:
        sighting.put(f"{role}_total" if role != "step" else "total", total, *match.span("total"), scaled)
    words = re.sub(rb"\d+(?:\.\d+)?", b"#", desc).strip(b" \t:|") if role == "step" else b"epoch bar"
    label = words.decode("utf-8", "replace")[:60]
    sighting.source = f"bar {label} /{total:g}" if role == "step" and total is not None else f"bar {label}"
    if role != "step":
        sighting.trust = STEP if total is not None else BAR
    yolo = _YOLO.match(desc)
    if yolo:
        sighting.loss = sum(float(part) for part in yolo[3].split()[:-2])
        sighting.irregular = True


def _count_from_zero(sighting: Sighting) -> None:
    """Lightning's rich bar says `Epoch 4/4` in the fifth of five epochs."""
    assert sighting.epochs is not None
    sighting.epochs += 1
    sighting.zero_based = True
    sighting.irregular = True


def _spans_of_time(sighting: Sighting, match: re.Match[bytes], groups: dict[str, bytes | None]) -> None:
    for role in ("elapsed", "eta"):
        text = groups.get(role)
        if text and b":" in text and b"-" not in text:
            sighting.put(role, seconds(text), *match.span(role), seconds)
    if sighting.reader == "keras bar":
        sighting.eta = None


def _postfix(
    sighting: Sighting, line: Line, match: re.Match[bytes], groups: dict[str, bytes | None], name: str
) -> None:
    """The figures after the bar: a loss, and metrics that may be an old value shown again."""
    if not groups.get("post"):
        _loss_of_desc(sighting, line, match)
        return
    start, end = match.span("post")
    padded = b" " * start + line.text[start:end]
    found = tokens(padded)
    losses = [t for t in found if roles.role_of(t.key) == "loss" and not t.fraction and not t.duration]
    if losses and sighting.mode == "train":
        token = min(losses, key=lambda t: roles.loss_order(t.key))
        sighting.put("loss", token.value, token.start, token.end, number)
    _postfix_metrics(sighting, found, name)
    for token in found:
        if token.key in ("global_step", "step") and token.whole and sighting.inner is not None:
            sighting.put("step", token.value, token.start, token.end, number)
            sighting.trust = 8
        role = roles.role_of(token.key)
        if token.duration and role in ("elapsed", "eta") and getattr(sighting, role) is None:
            sighting.put(role, token.value, token.start, token.end, seconds)
        if token.unit in roles.SPEED_UNITS and sighting.seconds is None:
            sighting.put("seconds", keyvalue.inverse(token.text), token.start, token.end, keyvalue.inverse)


def _postfix_metrics(sighting: Sighting, found: list[Named], name: str) -> None:
    for token in found:
        if not roles.is_eval(token.key) or token.duration or token.fraction or token.value != token.value:
            continue
        sighting.metrics[token.label] = token.value
        sighting.metric_spans.append((token.label, token.start, token.end, number))
    sighting.sticky = bool(sighting.metrics) and name != "keras"
    if sighting.mode == "eval":
        sighting.metrics = {}


_DESC_LOSS = re.compile(rb"loss[ :=]+([-+\d.e]+|nan|inf)", re.IGNORECASE)


def _loss_of_desc(sighting: Sighting, line: Line, match: re.Match[bytes]) -> None:
    """llama-cookbook, torchtune: the loss stands in the bar's description."""
    found = _DESC_LOSS.search(line.text, 0, match.start())
    if found and sighting.mode == "train" and sighting.loss is None:
        try:
            sighting.put("loss", number(found[1]), *found.span(1), number)
        except ValueError:
            return
