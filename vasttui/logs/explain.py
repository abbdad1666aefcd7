"""Why the reader says what it says: for `vasttui parse --explain`."""

import re
from dataclasses import dataclass, field

from msgspec import Struct

from vasttui.logs.clean import clean_line
from vasttui.logs.errors import ErrorScanner
from vasttui.logs.places import HEADER
from vasttui.logs.sighting import EPOCH, LEARNED
from vasttui.logs.tracker import Tracker

SAMPLES_UNREAD = 5
_PERCENT = re.compile(rb"\d ?%")
_BEFORE = ("download", "prepare", "compile")
_PACKED = (
    (b"\x1f\x8b", "compressed by gzip"),
    (b"\x28\xb5\x2f\xfd", "compressed by zstd"),
    (b"BZh", "compressed by bzip2"),
    (b"\xfd7zXZ", "compressed by xz"),
    (b"PK\x03\x04", "a zip archive"),
    (b"\xff\xfe", "in UTF-16"),
    (b"\xfe\xff", "in UTF-16"),
)


class Told(Struct, frozen=True):
    """One number, the line it came from, and the recogniser that read it."""

    what: str
    line: int
    reader: str


class Withdrawn(Struct, frozen=True):
    """Text that looked like the end of the run, and why it was not."""

    line: int
    text: str
    why: str


class Explanation(Struct, frozen=True):
    """`sure`: `sure`, `likely`, `a guess` or `cannot tell`; `why` says it in words.

    `advice`: what to do where it cannot tell, else empty.
    """

    format: str
    sure: str
    why: str
    counter: str
    rate_from: str
    told: tuple[Told, ...]
    withdrawn: tuple[Withdrawn, ...]
    lines: int
    unread: int
    unread_samples: tuple[tuple[int, str], ...]
    cut_lines: int
    advice: str = ""


@dataclass(slots=True)
class Unread:
    """What was looked at and told nothing: how many, the first that hold digits, and of what kind.

    `no_text` counts those that are no text at all, `percents` those that tell a percentage.
    """

    count: int = 0
    samples: list[tuple[int, bytes]] = field(default_factory=list[tuple[int, bytes]])
    no_text: int = 0
    percents: int = 0
    packed: str = ""

    def note(self, number: int, raw: bytes) -> None:
        """Take a line, or a frame of one, that told nothing."""
        self.count += 1
        self.percents += _PERCENT.search(raw) is not None
        if len(self.samples) < SAMPLES_UNREAD and any(digit in raw for digit in b"0123456789"):
            self.samples.append((number, raw[:200]))

    def note_no_text(self, number: int, raw: bytes) -> None:
        """Take a line that is no text; the first may name the format of the whole file."""
        self.count += 1
        self.no_text += 1
        if number == 1 and self.count == 1:
            self.packed = next((name for mark, name in _PACKED if raw.startswith(mark)), "")


def explain(
    tracker: Tracker, errors: ErrorScanner, lines: int, unread: Unread, cut_lines: int
) -> Explanation:
    """Put together what stands behind the numbers."""
    sure, why = _sureness(tracker)
    advice = ""
    if sure == "cannot tell":
        why, advice = _reason(tracker, errors, lines, unread, why)
    told = tuple(Told(name, *behind) for name, behind in tracker.evidence.items())
    withdrawn = tuple(Withdrawn(i.line, i.text, reason) for i, reason in errors.withdrawn)
    return Explanation(
        format_of(tracker),
        sure,
        why,
        tracker.counters.primary,
        tracker.rates.seconds_per_step(tracker.total)[1],
        told,
        withdrawn,
        lines,
        unread.count,
        tuple((number, clean_line(text, 160)) for number, text in unread.samples),
        cut_lines,
        advice,
    )


def format_of(tracker: Tracker) -> str:
    """The recognisers that told something, the busiest first."""
    ranked = sorted(tracker.readers, key=lambda name: -tracker.readers[name])
    return "+".join(ranked[:3]) if ranked else "unknown"


_PRINT = "print the step, too, or name a file of metrics with [log] file in the plan"
_TEACH = "a plan's [log] pattern or file can name the step; try it with `vasttui parse LOG --plan PLAN`"


def _reason(tracker: Tracker, errors: ErrorScanner, lines: int, unread: Unread, why: str) -> tuple[str, str]:
    """Why there is no step, and what to do; the first that holds."""
    ended = [marker for marker in errors.reported if marker.fatal]
    seen = lines or unread.count or errors.reported or tracker.readers or tracker.loss is not None
    if not seen:
        return "the log is empty", "wait for its first line, or look whether the output goes elsewhere"
    if unread.packed:
        return f"the file is {unread.packed}, not text", "unpack or convert it first"
    if unread.no_text * 2 > unread.count:
        return "most of it is no text", "is it the right file? A log is lines of text"
    if ended:
        kind, line = ended[-1].kind, ended[-1].line
        return f"the run died before it told a step ({kind}, line {line})", "see the error above"
    if tracker.loss is not None:
        return why, _PRINT
    if tracker.evidence and any(name.startswith("eval") for name in tracker.evidence):
        return "it tells evaluations but no step", _PRINT
    if tracker.activity in _BEFORE:
        return (
            f"so far it only tells what comes before training ({tracker.activity})",
            "wait for its first step",
        )
    if unread.percents * 2 > unread.count:
        return "it tells percentages, but not of how many steps", _PRINT
    if not unread.samples:
        return "no line of it holds a number that could count steps", _PRINT
    return why, _TEACH


def _sureness(tracker: Tracker) -> tuple[str, str]:
    primary = tracker.counters.sources.get(tracker.counters.primary)
    if primary is None or tracker.step is None:
        if tracker.loss is not None:
            return "cannot tell", "the lines tell a loss but no step"
        return "cannot tell", "no number in this log grows as a step would"
    if tracker.counters.primary == HEADER:
        return "likely", "only epochs are told, in lines of their own; they are taken as steps"
    if primary.trust <= LEARNED:
        return "a guess", "an unnamed number grows evenly with the lines"
    if primary.trust <= EPOCH:
        return "likely", "only epochs (or an unnamed counter) are told; they are taken as steps"
    if primary.batch is not None:
        return "likely", "the log counts samples; steps follow from how they grow"
    if primary.growths < 2:
        return "likely", "the counter has been seen moving less than three times"
    return "sure", "a named counter, or a bar, grows"
