"""What a line says the run is doing besides training: phases, checkpoints, early stopping."""

import re

from vasttui.logs.events import ActivityKind
from vasttui.logs.prefix import Line, has_any

_PHASES: tuple[tuple[ActivityKind, tuple[str, ...]], ...] = (
    ("checkpoint", (
        r"sav(?:ing|ed) (?:\w+ ){0,4}(?:checkpoint|model|state|weights|optimizer|final)",
        "checkpoint (?:saved|written)", "writing (?:model|checkpoint)", "finished saving",
        "model (?:weights )?saved", "dumping checkpoint", "uploading (?:checkpoint|model)",
        "saving current state",
        r"sav(?:ing|ed) .{0,60}(?:\.pt\b|\.pth\b|\.ckpt|\.safetensors|\.keras|\.h5\b|checkpoint-\d+)",
    )),
    ("compile", (
        r"\btorch\.compile", r"compiling\b", r"\binductor\b", "autotun(?:e|ing)", r"\bcompilation\b",
        "capturing cuda graph", "tracing graph", "xla.{0,20}compil", "building extension", "ninja:",
        "jit-?compil", "warming up", r"\bwarm-?up (?:run|iteration|phase)", "precompil",
    )),
    ("download", (
        r"\bdownload(?:ing)?\b", r"\bfetching \d", r"\bpulling\b",
    )),
    ("prepare", (
        "tokeni[sz]ing", r"pre-?process(?:ing)?\b",
        "loading (?:the )?(?:data|dataset|model|checkpoint|weights|pretrained|tokenizer)",
        "preparing (?:the )?(?:data|dataset)", "building (?:the )?(?:data|index|vocab|dataset|cache)",
        "generating (?:train|validation|test)? ?split", "creating (?:data|cache|index)", "shuffling",
        "packing (?:the )?(?:data|seq)", r"scanning\b", "caching (?:images|data)", "resuming from",
        "restoring",
    )),
    ("eval", (
        r"\brunning (?:evaluation|validation)\b", r"^eval(?:uation)? begin",
        "starting (?:evaluation|validation)",
        r"\*{3,} ?(?:running )?(?:evaluation|validation|prediction)", r"^evaluating\b",
        r"^validating\b", "running sanity",
    )),
)  # fmt: skip

_PATTERNS: tuple[tuple[ActivityKind, re.Pattern[bytes]], ...] = tuple(
    (kind, re.compile("|".join(words).encode(), re.IGNORECASE)) for kind, words in _PHASES
)
# A cheap look before the phrases: one of these words must be there at all.
_BY_KIND: dict[ActivityKind, tuple[bytes, ...]] = {
    "checkpoint": (b"sav", b"checkpoint", b"writing", b"dump"),
    "compile": (b"compil", b"inductor", b"autotun", b"captur", b"ninja", b"warm", b"tracing",
                b"building ext"),
    "download": (b"download", b"fetching", b"pulling"),
    "prepare": (b"token", b"process", b"prepar", b"loading", b"building", b"generating", b"creating",
                b"shuffl", b"packing", b"scanning", b"caching", b"resum", b"restor"),
    "eval": (b"evaluat", b"validat", b"sanity", b"eval begin"),
}  # fmt: skip
_STOP_HINTS = (b"early", b"overfit", b"patience", b"did not improve", b"signaling")
HINTS = (*dict.fromkeys(word for words in _BY_KIND.values() for word in words), *_STOP_HINTS)
_EARLY_STOP = (
    r"epoch \d+: early stopp",
    r"^\W*early.?stopp(?:ing|ed)\b(?! ?(?:=|:|callback|rounds|enabled|is |.{0,20}(?:patience|criter|count)))",
    "early[ _-]?stopp(?:ing|ed) (?:at|triggered|activated|after|condition (?:met|reached)|now|training)",
    "stopp(?:ing|ed) early", "stopped by overfitting detector",
    "did not improve.{0,60}(?:stopping|best score)", "signaling trainer to stop",
    "patience (?:exceeded|reached|exhausted|is over)", "training stopped early",
    "early stopping, best iteration",
)  # fmt: skip
EARLY_STOP = re.compile("|".join(_EARLY_STOP).encode(), re.IGNORECASE)
_CHECKPOINT_TEXT = re.compile(
    rb"(?:at )?((?:iteration|step|epoch)s? +\d+|\d+ epochs?)"
    rb"|(?:to|:|in|at|as) +[\"'`]?((?:/|\./|\w)[\w./@=-]*[/.][\w./@=-]+)|(\S*checkpoint-\d+)",
    re.IGNORECASE,
)
_REFUSED = re.compile(
    rb"fail|error|not sav|save_|_save|every|will be|no checkpoint|not found|if you|warn|skipp|cannot|unable",
    re.IGNORECASE,
)


def maybe(low: bytes) -> bool:
    """Cheap first look at a line in lower case: whether any phrase of this module can be in it."""
    return has_any(low, HINTS)


def phase_of(line: Line) -> ActivityKind | None:
    """What the line says is being done."""
    for kind, pattern in _PATTERNS:
        if has_any(line.low, _BY_KIND[kind]) and pattern.search(line.text):
            return None if _REFUSED.search(line.text) else kind
    return None


def checkpoint_name(text: bytes) -> str | None:
    """The path or step of a checkpoint, if the line tells."""
    match = _CHECKPOINT_TEXT.search(text)
    if match is None:
        return None
    found = next(group for group in match.groups() if group)
    return found.decode("utf-8", "replace").rstrip(".,'\"")[:300]


def says_early_stop(line: Line) -> bool:
    """Whether the log says that training was stopped early, on purpose."""
    return has_any(line.low, _STOP_HINTS) and EARLY_STOP.search(line.text) is not None
