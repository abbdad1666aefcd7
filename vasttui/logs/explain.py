"""Why the reader says what it says: for `vasttui parse --explain`."""

from msgspec import Struct

from vasttui.logs.clean import clean_line
from vasttui.logs.errors import ErrorScanner
from vasttui.logs.places import HEADER
from vasttui.logs.sighting import EPOCH, LEARNED
from vasttui.logs.tracker import Tracker


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
    """`sure`: `sure`, `likely`, `a guess` or `cannot tell`; `why` says it in words."""

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


def explain(
    tracker: Tracker,
    errors: ErrorScanner,
    lines: int,
    unread: int,
    samples: tuple[tuple[int, bytes], ...],
    cut_lines: int,
) -> Explanation:
    """Put together what stands behind the numbers."""
    sure, why = _sureness(tracker)
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
        unread,
        tuple((number, clean_line(text, 160)) for number, text in samples),
        cut_lines,
    )


def format_of(tracker: Tracker) -> str:
    """The recognisers that told something, the busiest first."""
    ranked = sorted(tracker.readers, key=lambda name: -tracker.readers[name])
    return "+".join(ranked[:3]) if ranked else "unknown"


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
