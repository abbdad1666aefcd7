"""Lines that differ in digits only: what was learned of one serves all."""

from dataclasses import dataclass
from typing import Final

from vasttui.logs.prefix import Line, stamp_seconds
from vasttui.logs.sighting import Convert, Sighting


@dataclass(frozen=True, slots=True)
class Plan:
    """How to read a line of a known shape: where its numbers stand. Guards: digits that must not differ."""

    source: str
    template: Sighting
    spans: tuple[tuple[str, int, int, Convert], ...]
    metric_spans: tuple[tuple[str, int, int, Convert], ...]
    guard: tuple[slice, bytes]
    rank_guard: tuple[slice, bytes] | None
    frame: bool

    def fits(self, raw: bytes) -> bool:
        """Whether total and rank are those this plan was made for (another total is another bar)."""
        where, text = self.guard
        if raw[where] != text:
            return False
        return self.rank_guard is None or raw[self.rank_guard[0]] == self.rank_guard[1]

    def read(self, raw: bytes, number: int) -> Sighting:
        """Read a line. The sighting is only good until the next one is read.

        Raises:
            ValueError: a number of this line is not where it was.
        """
        sighting = self.template
        sighting.line = number
        for role, start, end, convert in self.spans:
            setattr(sighting, role, convert(raw[start:end]))
        if self.metric_spans:
            told = ((name, convert(raw[start:end])) for name, start, end, convert in self.metric_spans)
            sighting.metrics = {name: value for name, value in told if value is not None}
        return sighting


class Boring:
    """A shape that says nothing of training."""


BORING: Final = Boring()


class Shapes:
    """A bounded memory of shapes; when it is full it begins again."""

    MAX_BYTES = 512
    MAX_SHAPES = 4096

    def __init__(self) -> None:
        self._known: dict[bytes, Plan | Boring] = {}
        self.get = self._known.get

    def put(self, key: bytes, plan: Plan | Boring) -> None:
        """Remember a shape."""
        if len(self._known) >= self.MAX_SHAPES:
            self._known.clear()
        self._known[key] = plan

    def clear(self) -> None:
        """Forget all: what lines mean has changed."""
        self._known.clear()


def plan_for(line: Line, sighting: Sighting) -> Plan | None:
    """A plan for lines like this one; None where the numbers alone do not settle what is said."""
    plain = sighting.reader in ("key-value", "learned counter") or sighting.bar
    if (
        not plain
        or sighting.mode != "train"
        or not sighting.counts
        or sighting.irregular
        or not sighting.spans
    ):
        return None
    if (
        sighting.weak
        or sighting.samples is not None
        or sighting.soft_total is not None
        or sighting.soft_epochs is not None
    ):
        return None
    if sighting.metrics and not sighting.metric_spans:
        return None
    if not any(role in ("step", "inner") for role, *_ in sighting.spans):
        return None
    spans = tuple(sighting.spans)
    if line.stamp_span is not None:
        spans = (*spans, ("stamp", *line.stamp_span, stamp_seconds))
    total = next(((a, b) for role, a, b, _ in spans if role in ("total", "inner_total")), (0, 0))
    rank = (slice(*line.rank_span), line.raw[slice(*line.rank_span)]) if line.rank_span is not None else None
    guard = (slice(*total), line.raw[slice(*total)])
    return Plan(sighting.source, sighting, spans, tuple(sighting.metric_spans), guard, rank, line.frame)
