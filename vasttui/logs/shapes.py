"""Lines that differ in digits only: what was learned of one serves all."""

from dataclasses import dataclass
from typing import Final

from vasttui.logs.events import ActivityKind
from vasttui.logs.prefix import Line, stamp_seconds
from vasttui.logs.sighting import Convert, Sighting


@dataclass(frozen=True, slots=True)
class Plan:
    """How to read a line of a known shape: where its numbers stand.

    `guards`: digits that must not differ (a rank, a total: another total is another bar). `counter`: where
    the running count stands, if it is a plain number. `keep`: each such line matters, none may be skipped.
    `fixed`: the columns that lines may not differ in, if one of them is to stand for all.
    """

    source: str
    template: Sighting
    spans: tuple[tuple[str, int, int, Convert], ...]
    metric_spans: tuple[tuple[str, int, int, Convert], ...]
    guards: tuple[tuple[slice, bytes], ...]
    counter: slice | None
    keep: bool
    fixed: tuple[int, ...] = ()

    def figures(self, raw: bytes) -> list[bytes]:
        """The metrics' text: a change of it is news, whatever the count."""
        return [raw[start:end] for _, start, end, _ in self.metric_spans]

    def fits(self, raw: bytes) -> bool:
        """Whether the line's guarded digits are those this plan was made for."""
        if len(self.guards) == 1:
            where, text = self.guards[0]
            return raw[where] == text
        for where, text in self.guards:  # noqa: SIM110  (a loop, since it runs for each line)
            if raw[where] != text:
                return False
        return True

    def runs_on(self, text: bytes, at: int, stop: int, width: int) -> bool:
        """Whether the units from `at` to `stop` differ in nothing but a count that does not fall.

        Units of one shape stand `width` bytes apart, so a column of their digits is a slice.
        """
        if not self.fits(text[at : at + width]):
            return False
        count = (stop - at) // width
        for column in self.fixed:
            if text[at + column : stop : width] != text[at + column : at + column + 1] * count:
                return False
        if self.counter is None:
            return True
        first, last = at + self.counter.start, at + self.counter.stop
        if text[first : first + 1] in (b"+", b"-"):
            return False
        while first < last and text[first:stop:width] == text[first : first + 1] * count:
            first += 1  # digits that stand still need no comparing
        counts = [text[i : i + last - first] for i in range(first, stop, width)] if first < last else []
        return counts == sorted(counts)

    def variant(self, key: bytes, raw: bytes) -> bytes:
        """The name under which a plan for these guarded digits is kept."""
        return b"\n".join((key, *(raw[where] for where, _ in self.guards)))

    def count(self, raw: bytes) -> float:
        """The running count, read quickly; lines whose count falls are never skipped."""
        if self.counter is None:
            return 0.0
        try:
            return float(raw[self.counter])
        except ValueError:
            return 0.0

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


@dataclass(frozen=True, slots=True)
class Phase:
    """A shape that says what else the run is doing."""

    kind: ActivityKind


class Boring:
    """A shape that says nothing of training."""


BORING: Final = Boring()
_PLAIN_READERS = frozenset(("key-value", "learned counter", "records"))


class Shapes:
    """A bounded memory of shapes; when it is full it begins again."""

    MAX_BYTES = 512
    MAX_SHAPES = 4096

    def __init__(self) -> None:
        self._known: dict[bytes, Plan | Phase | Boring] = {}
        self.get = self._known.get

    def put(self, key: bytes, plan: Plan | Phase | Boring, raw: bytes = b"") -> None:
        """Remember a shape; beside another plan for the same shape, if the guarded digits differ."""
        if len(self._known) >= self.MAX_SHAPES:
            self._known.clear()
        known = self._known.get(key)
        if isinstance(known, Plan) and isinstance(plan, Plan) and not known.fits(raw):
            key = known.variant(key, raw)
        self._known[key] = plan

    def plan(self, key: bytes, raw: bytes) -> Plan | Phase | Boring | None:
        """What is known of a line's shape."""
        known = self._known.get(key)
        if isinstance(known, Plan) and not known.fits(raw):
            known = self._known.get(known.variant(key, raw))
            if isinstance(known, Plan) and not known.fits(raw):
                return None
        return known

    def clear(self) -> None:
        """Forget all: what lines mean has changed."""
        self._known.clear()


def plan_for(line: Line, sighting: Sighting) -> Plan | None:
    """A plan for lines like this one; None where the numbers alone do not settle what is said."""
    if (
        not (sighting.reader in _PLAIN_READERS or sighting.bar)
        or sighting.irregular
        or sighting.mode == "aux"
    ):
        return None
    if sighting.soft_total is not None or sighting.soft_epochs is not None:
        return None
    if not sighting.spans and not sighting.metric_spans:
        return None
    if sighting.metrics and not sighting.metric_spans:
        return None
    rated = sighting.bar and sighting.seconds is not None
    spans = tuple(span for span in sighting.spans if not (rated and span[0] == "eta"))
    if line.stamp_span is not None:
        spans = (*spans, ("stamp", *line.stamp_span, stamp_seconds))
    guarded = [slice(a, b) for role, a, b, _ in spans if role in ("total", "inner_total")]
    if line.rank_span is not None:
        guarded.append(slice(*line.rank_span))
    guards = tuple((where, line.raw[where]) for where in guarded)
    places = {role: slice(a, b) for role, a, b, _ in spans}
    counter = places.get("step") or places.get("inner") or places.get("epoch")
    keep = sighting.mode != "train" or (bool(sighting.metric_spans) and not sighting.sticky)
    figures = [slice(start, end) for _, start, end, _ in sighting.metric_spans]
    fixed = tuple(column for where in (*guarded, *figures) for column in range(where.start, where.stop))
    return Plan(sighting.source, sighting, spans, tuple(sighting.metric_spans), guards, counter, keep, fixed)
