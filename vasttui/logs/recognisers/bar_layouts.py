"""What progress bars look like, and the words that say what they are over. Tables only."""

import re

from vasttui.logs.events import ActivityKind

_COUNT = rb"\d[\d,]*(?:\.\d+)?[kKMGT]?"
_CLOCK = rb"(?:\d+ days?, )?[\d:.]+|\?|-+:--(?::--)?"
_OF = rb"(?P<n>" + _COUNT + rb")/(?P<total>" + _COUNT + rb")"
_RATE = rb"(?P<rate>[\d.,]+[kKMG]?|\?)\s*(?P<unit>[^\],]{1,40})"

# `desc:  41%|███   | 123/300 [00:35<01:03,  2.79it/s, loss=1.2]`
TQDM = re.compile(
    rb"(?:(?P<pct>\d{1,3})(?:\.\d+)?%)?\s*\|(?P<glyphs>[^|\[\]\r]{0,1200})\|\s*" + _OF +
    rb"\s*\[(?P<elapsed>" + _CLOCK + rb")<(?P<eta>" + _CLOCK + rb")"
    rb"(?:,\s*" + _RATE + rb")?(?P<post>,[^\]\r]*)?\]"
)  # fmt: skip
# No total: `tokenizing: 42doc [00:04, 9.97doc/s]`
_OPEN_ENDED = re.compile(
    rb"(?P<n>"
    + _COUNT
    + rb")(?P<noun>[A-Za-z ]{1,20}) \[(?P<elapsed>[\d:]+),\s*"
    + _RATE
    + rb"(?P<post>,[^\]\r]*)?\]"
)
# ignite: `Epoch [1/5]: [10/60]  17%|█▋        , loss=0.5 [00:03<00:12]`
_IGNITE = re.compile(
    rb"\[(?P<n>\d+)/(?P<total>\d+)\]\s+\d+%\|(?P<glyphs>[^,|\[\]]{0,400})\|?(?P<post>,[^\[\r]*)?\s*"
    rb"\[(?P<elapsed>[\d:]+)<(?P<eta>[\d:?]+)\]"
)
# Keras: `16/70 ━━━━ 6s 127ms/step - accuracy: 0.15 - loss: 2.6`, `70/70 - 7s - 101ms/step - loss: …`
_KERAS = re.compile(
    rb"^\s*(?P<n>\d+)/(?P<total>\d+(?!\d)|Unknown)\s*(?:\[[=>. ]*\]|[\x80-\xff\s]*)\s*(?:- )?(?:ETA: )?"
    rb"(?P<eta>\d+(?::\d\d)*[smhu]*)(?: - |\s+)"
    rb"(?:(?P<rate>\d+(?:\.\d+)?)(?P<per>ms|us|s)/(?:step|epoch|sample))?(?P<post>.*)$",
    re.DOTALL,
)
# rich and Lightning's rich bar: `Epoch 4/4  ━━━━━ 60/60 0:00:09 • 0:00:00 6.37it/s train_loss: 0.436`
_GLYPH = rb"(?:\xe2\x94[\x80\x81]|\xe2\x95[\xb8\xba]|\xe2\x96[\x80-\x9f])"
_RICH = re.compile(
    rb"^(?P<desc>[^\x80-\xff]{0,300}?)\s*(?:" + _GLYPH + rb"\s*){2,400}(?:\d{1,3}%\s*)?"
    rb"(?P<n>\d+)/(?P<total>\d+)(?P<post>.*)$",
    re.DOTALL,
)
# `|████    | 120/300 [40%] in 30.1s (3.99/s)`
_ALIVE = re.compile(
    rb"\|(?P<glyphs>[^|]{0,400})\|[^\d|]{0,40}\(?!?\)?\s*"
    + _OF
    + rb" \[[\d.]+%\] in (?P<elapsed>[\d:.hms]+) "
    rb"\((?:(?:~|eta:? ?)(?P<eta>[\d:.hms?-]+), )?(?P<rate>[\d.]+)/(?P<per>[smh])\)(?P<post>.*)$",
    re.DOTALL,
)
# progressbar2: ` 15% (45 of 300) |###     | Elapsed Time: 0:00:12 ETA:   0:01:08`
_N_OF_TOTAL = re.compile(rb"\d{1,3}% \((?P<n>\d+) of (?P<total>\d+)\)(?P<post>.*)$", re.DOTALL)
# fastai: `Epoch 1/5 : |████-----| 12.5% [10/80 00:01<00:10 0.5012]`
_FASTAI = re.compile(
    rb"\|(?P<glyphs>[^|]{0,400})\|\s*[\d.]+% \[(?P<n>\d+)/(?P<total>\d+) "
    rb"(?P<elapsed>[\d:]+)<(?P<eta>[\d:?]+)(?P<post>[^\]]*)\]"
)

# (name, text that must be in the line, pattern), the surest first.
LAYOUTS: tuple[tuple[str, bytes, re.Pattern[bytes]], ...] = (
    ("tqdm", b"[", TQDM),
    ("tqdm", b" [", _OPEN_ENDED),
    ("ignite", b"%|", _IGNITE),
    ("fastai", b"% [", _FASTAI),
    ("alive", b"] in ", _ALIVE),
    ("keras", b" ", _KERAS),
    ("progressbar", b" of ", _N_OF_TOTAL),
    ("rich", b"\xe2", _RICH),
)
MAYBE = re.compile(rb"\d[\d,.]*[kKMG]?/(?:\d|Unknown)|\d% \(\d|\w \[\d\d:\d\d,")

STEP_NOUNS = frozenset(
    (
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
        "i",
    )
)
EPOCH_NOUNS = frozenset(("epoch", "epochs", "ep"))
# What is counted, where the description does not tell what for.
NOUNS: tuple[tuple[ActivityKind, re.Pattern[str]], ...] = (
    ("download", re.compile(r"^[kKMGT]?i?[bB]$|^bytes?$")),
    ("prepare", re.compile(
        r"doc|exampl|file|shard|row|token|word|line|recor|param|image|img|frame|sample|char|seq|item"
    )),
)  # fmt: skip
_WORDS: tuple[tuple[ActivityKind, tuple[str, ...]], ...] = (
    ("eval", (
        r"^\W*(?:valid|val\b|val_|eval|test|predict|infer|sanity|dev\b|scor)", "validat", "evaluat",
        r"generat\w* (?:samples?|images?|text)", r"Class\s+Images", r"\bval\b", r"\bprogress on ?: ?eval",
    )),
    ("checkpoint", (r"writ\w+ model", r"sav\w+", "checkpoint(?!s? shards)", "export", "upload", "push")),
    ("download", (
        "download", "fetch", r"\.safetensors", r"\.bin\b", r"\.json\b", r"\.parquet", r"\.zip", r"\.tar",
        r"\.model\b", "pulling",
    )),
    ("compile", ("compil", "captur", "autotun", "graph")),
    ("prepare", (
        "map", "token", "filter", "load", "build", "trunc", "pack", r"add(?:ing)?\b", "group", "preproc",
        "prepar", "extract", "cach", "scan", "convert", "creat", "pars", "read", "generating", "collect",
        "index", "shuffl", "concat", "encod", "process", "split", "merg", r"tok\b", "dataset", "unpack",
        "copy", "import", "finding", "flatten", "cast", "verif", "appl(?:y|ying)", "rollout",
        "make_experience", "resolv", "normal",
    )),
)  # fmt: skip
DESCRIPTIONS: tuple[tuple[ActivityKind, re.Pattern[bytes]], ...] = tuple(
    (kind, re.compile("|".join(words).encode(), re.IGNORECASE)) for kind, words in _WORDS
)
_TRAINING = b"train|step|epoch|iter|fit|learn|progress|optim|" + "训练".encode()
SPEAKS_OF_TRAINING = re.compile(_TRAINING, re.IGNORECASE)
BEGINS_WITH_TRAINING = re.compile(rb"^\W*(?:" + _TRAINING + rb")", re.IGNORECASE)
SPLIT_NAME = re.compile(rb"^\s*(?:train|val|valid|test): +(?=[A-Za-z])")

EPOCH = re.compile(
    b"(?:epoch|episode|ep|" + "轮|エポック".encode() + rb")\s*[:#]?\s*\[?\s*(\d+)(?:\s*/\s*(\d+))?",
    re.IGNORECASE,
)
# `Epoch 1/4, Steps: …`: what the bar counts is said after the epoch
THEN_STEPS = re.compile(rb"epoch.{0,20}\bsteps?\W*$", re.IGNORECASE)
NUMBERED_TRAINING = re.compile(
    rb"^\W*(?:train|training|fit)\w*\s*[:#\[(]?\s*(\d+)(?:\s*/\s*(\d+))?", re.IGNORECASE
)
LEADING_EPOCH = re.compile(rb"^\s*(\d+)\s*/\s*(\d+)\b")
OVER_EPOCHS = re.compile(
    rb"^\W*(?:train(?:ing)? )?epochs?(?:\W*$|\.\.\. ?\()|^\W*" + "训练轮".encode(), re.IGNORECASE
)
# ultralytics: `2/5  0G  6.258  4.051  2.649  17  64:` epoch, memory, losses, instances, size
YOLO = re.compile(
    rb"^\s*(\d+)/(\d+)\s+[\d.]+G?\s+((?:[\d.]+|nan|inf)(?:\s+(?:[\d.]+|nan|inf))*)", re.IGNORECASE
)
LOSS = re.compile(rb"loss[ :=]+([-+\d.e]+|nan|inf)", re.IGNORECASE)
