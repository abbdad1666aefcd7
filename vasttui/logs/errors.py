"""Error markers: tracebacks whole, and the lines that systems print when a run dies.

Text alone rarely proves that a run cannot go on: a printed traceback may have been caught. So each
incident waits: training that moves on, or a word of retrying, withdraws it; the end of the log, or
silence, confirms it. Nothing keys on one framework's wording where a shape will do.
"""

import re
from dataclasses import dataclass, field

from vasttui.logs.clean import clean_line
from vasttui.logs.events import ErrorKind, ErrorMarker
from vasttui.logs.markers import AFTERMATH, BENIGN, EXIT_CODE, FINISHED, HINTS, MARKERS, RETRY, kind_of
from vasttui.logs.prefix import Line, has_any

SILENCE_S = 5.0
_FLUSH_S = 1.0
MAX_PENDING = 32
MAX_REPORTED = 256

_TRACEBACK = re.compile(rb"Traceback \(most recent call last\)")
_FRAME = re.compile(rb'^\s*(?:[|\xe2>] *)*File "([^"]+)", line (\d+)(?:, in (.+))?')
_HEADLINE = re.compile(rb"^(?:[|\xe2\x94\x82 ]*)((?:[A-Za-z_]\w*\.)*[A-Za-z_]\w*)(?:: ?(.*))?$", re.DOTALL)
_CHAIN = re.compile(rb"During handling of the above exception|above exception was the direct cause")
_INDENTED = re.compile(rb"^(?:\s|\xe2\x94|\xe2\x95|\xe2\x9d\xb1|\||\+--|[~^]+\s*$|\.\.\.|\[Previous line|$)")
_SIGNAL_KINDS: dict[int, ErrorKind] = {
    2: "killed",
    9: "killed",
    15: "killed",
    4: "segfault",
    6: "segfault",
    7: "segfault",
    8: "segfault",
    11: "segfault",
}
# Paddle's: rules, numbered native frames, a heading, and then the error.
_NATIVE = re.compile(rb"^(?:-{5,}|\d+ +\S.*|Error Message Summary:|No stack trace in \w+.*)\s*$")
_IGNORED = re.compile(rb"Exception ignored in|Error in atexit\._run_exitfuncs")
_ABORTED = re.compile(r"\baborted\b", re.IGNORECASE)
# Who began it: an exception that leaves one of these was caught by no one.
_OUTERMOST = re.compile(
    rb"<module>|_run_module_as_main|_run_code|_bootstrap|spawn_main|_wrap|main_func|runpy"
)
_ERROR_IN = re.compile(r"error (?:using|in) ", re.IGNORECASE)  # what it was stands in the next line
_NUMBERS = re.compile(r"0x[0-9a-fA-F]+|\d+(?:\.\d+)?")
_CONSEQUENCES = re.compile(
    r"ChildFailedError|PanicException|CalledProcessError|SignalException|ProcessExitedException|RootCause"
)


@dataclass(slots=True)
class Incident:
    """Something that may have ended the run; `frames` are the innermost calls of a traceback."""

    kind: ErrorKind
    line: int
    text: str
    ts: float | None
    rank: int | None = None
    frames: list[str] = field(default_factory=list[str])
    outermost: bool = True
    closed: bool = True
    lines_since: int = 0
    moves_since: int = 0
    buffered: bool = False
    fatal: bool = True
    native: bool = False
    ignored: bool = False

    @property
    def fingerprint(self) -> str:
        """The cause without numbers and addresses."""
        return f"{self.kind}|{'>'.join(self.frames[-2:])}|{_NUMBERS.sub('#', self.text)[:200]}"

    def marker(self) -> ErrorMarker:
        return ErrorMarker(self.ts, self.kind, self.line, self.text, self.fatal, self.fingerprint)


class ErrorScanner:
    """Finds incidents line by line, and says which of them ended the run."""

    def __init__(self) -> None:
        self._open: dict[int | None, Incident] = {}
        self._chained: set[int | None] = set()
        self.pending: list[Incident] = []
        self.withdrawn: list[tuple[Incident, str]] = []
        self._reported: set[str] = set()
        self.reported: list[ErrorMarker] = []
        self.progressed = False
        self._ignores_next = False

    @property
    def busy(self) -> bool:
        """Inside a traceback, or just after one: every line matters."""
        return bool(self._open) or bool(self.pending)

    def scan(self, line: Line, ts: float | None) -> bool:
        """Look at one line. True: it belongs to an error."""
        raw, body, number, rank = line.raw, line.body, line.number, line.rank
        if b"raceback" in raw and _TRACEBACK.search(raw):
            self._begin(line, ts)
            return True
        if rank in self._open:
            return self._inside(body, number, rank, ts)
        if b"xception ignored" in raw or b"atexit._run" in raw:
            self._ignores_next = _IGNORED.search(raw) is not None
        if self.pending:
            self._after(line)
        if has_any(line.low, HINTS):
            return self._mark(body, number, rank, ts)
        return False

    def _begin(self, line: Line, ts: float | None) -> None:
        number, rank = line.number, line.rank
        chained = rank in self._chained or b"Original Traceback" in line.body
        self._chained.discard(rank)
        previous = self.pending[-1] if chained and self.pending else None
        if previous is not None:
            self.pending.remove(previous)
            previous.closed = False
            self._open[rank] = previous
            return
        if len(self._open) < MAX_PENDING:
            torn = (
                line.body.partition(b"Traceback")[0].strip(b" \t|\xe2\x94\x80\xe2\x95\xad+>:-") != b""
                and not line.level
            )
            self._open[rank] = Incident(
                "traceback", number, "", ts, rank, closed=False, buffered=torn or not self.progressed
            )
            self._open[rank].native = b"C++ Traceback" in line.body
            self._open[rank].ignored, self._ignores_next = self._ignores_next, False

    def _inside(self, body: bytes, number: int, rank: int | None, ts: float | None) -> bool:
        incident = self._open[rank]
        frame = _FRAME.match(body)
        if frame:
            where = (frame[3] or b"").strip().decode("utf-8", "replace")[:80]
            if not incident.frames:
                incident.outermost = _OUTERMOST.search(frame[3] or b"<module>") is not None
            name = frame[1].rsplit(b"/", 1)[-1].decode("utf-8", "replace")[:80]
            incident.frames = [*incident.frames[-7:], f"{name}:{where}"]
            return True
        if _INDENTED.match(body) or (incident.native and _NATIVE.match(body)):
            return True
        del self._open[rank]
        headline = _HEADLINE.match(body)
        text = clean_line(body, 400)
        if headline is None or not text:
            text = text or incident.text or "traceback without its last line"
        self._close(incident, text, number, ts)
        return True

    def _close(self, incident: Incident, text: str, number: int, ts: float | None) -> None:
        before = incident.kind
        incident.kind = kind_of(text)
        if incident.kind == "traceback" and incident.text and before != "traceback":
            incident.kind = before  # `RuntimeError: training failed` raised over an OOM is still an OOM
        incident.text, incident.line, incident.ts, incident.closed = text, number, ts, True
        incident.lines_since = incident.moves_since = 0
        if incident.ignored:
            self.withdrawn.append((incident, "Python says that it ignored it"))
            return
        if text.startswith(("SystemExit: 0", "GeneratorExit")) or (
            _CONSEQUENCES.search(text) and (self.pending or self._reported)
        ):
            self.withdrawn.append((incident, "a consequence of the error before it"))
            return
        self._hold(incident)

    def _hold(self, incident: Incident) -> None:
        if len(self.pending) < MAX_PENDING:
            self.pending.append(incident)

    def _after(self, line: Line) -> None:
        """A line after an incident: does it say that someone dealt with it?"""
        rank = line.rank
        if _CHAIN.search(line.raw):
            self._chained.add(rank)
            return
        text = clean_line(line.body, 300)
        if not text:
            return
        retried = RETRY.search(text) is not None
        finished = FINISHED.search(text) is not None
        for incident in list(self.pending):
            incident.lines_since += 1
            goes_on = incident.text.endswith(":") or _ERROR_IN.match(incident.text)
            if incident.lines_since == 1 and goes_on and kind_of(text) == "oom":
                incident.kind, incident.text = "oom", f"{incident.text} {text}"[:400]
            if retried and incident.lines_since <= 4 and incident.rank == rank:
                self._withdraw(incident, f"the log says: {text[:100]}")
            elif not incident.outermost and line.level in (b"INFO", b"DEBUG", b"SUCCESS"):
                self._withdraw(incident, f"the program went on: {text[:100]}")
            elif finished and incident.rank in (rank, None):
                self._withdraw(incident, f"the run came to its end: {text[:100]}")

    def _withdraw(self, incident: Incident, why: str) -> None:
        self.pending.remove(incident)
        self.withdrawn = [*self.withdrawn[-99:], (incident, why)]

    def _mark(self, body: bytes, number: int, rank: int | None, ts: float | None) -> bool:
        text = clean_line(body, 400).strip()
        exited = EXIT_CODE.search(text)
        if exited or AFTERMATH.search(text):
            return self._aftermath(text, exited, number, ts, rank)
        named: list[ErrorKind | None] = [kind for kind, pattern in MARKERS if pattern.search(text)]
        if not named or BENIGN.search(text) or RETRY.search(text):
            return False
        kind = named[0] or _loose_kind(text)
        if kind == "cuda" and kind_of(text) == "oom":
            kind = "oom"
        if self.pending and _ABORTED.search(text):
            return True  # how a process ends that has thrown the exception before
        fatal = not re.search(r"xid \(.*\): (?:13|31|43|45|63|94|145)\b|nonfatal", text, re.IGNORECASE)
        incident = Incident(kind, number, text, ts, rank, fatal=fatal)
        if not any(other.kind == kind for other in self.pending):  # else it is said again, in other words
            self._hold(incident)
        return True

    def _aftermath(
        self, text: str, exited: re.Match[str] | None, number: int, ts: float | None, rank: int | None
    ) -> bool:
        """What a launcher says of the end of what it had started; news only if nothing else has said why."""
        told = next((group for group in exited.groups() if group), "1") if exited else "1"
        code = int(told[:9])
        number_of_signal = code if exited and exited[5] else -code if code < 0 else code - 128
        if code == 0 or self.pending or self._reported or BENIGN.search(text) or RETRY.search(text):
            return code != 0
        self._hold(Incident(_SIGNAL_KINDS.get(number_of_signal, "other"), number, text, ts, rank))
        return True

    def moved(self, ts: float | None) -> None:
        """Training moved on: what did not end it was no error. A rank may die while others go on a bit.

        A process that dies flushes what it had printed after its traceback: such lines prove nothing
        unless they come later than that.
        """
        self.progressed = True
        for incident in list(self.pending):
            incident.moves_since += 1
            late = ts is not None and incident.ts is not None and ts > incident.ts + _FLUSH_S
            if incident.buffered and not late:
                continue
            if incident.moves_since >= (1 if incident.rank is None else 3):
                self._withdraw(incident, "training went on")

    def settle(self, ts: float | None, final: bool = False, fell_short: bool = False) -> list[ErrorMarker]:
        """Hand out the incidents that time, or the end of the log, has confirmed.

        `fell_short`: the log ends before the run's known total.
        """
        if final:
            self._close_open()
            for incident in list(self.pending):
                if incident.moves_since and incident.buffered and not fell_short:
                    self._withdraw(incident, "training went on")
        ready = [i for i in self.pending if final or _is_old(i, ts)]
        for incident in ready:
            self.pending.remove(incident)
        return [marker for incident in ready if (marker := self._report(incident)) is not None]

    def _close_open(self) -> None:
        for incident in list(self._open.values()):
            text = incident.text or (f"in {incident.frames[-1]}" if incident.frames else "traceback cut off")
            self._close(incident, text, incident.line, incident.ts)
        self._open.clear()

    def _report(self, incident: Incident) -> ErrorMarker | None:
        if incident.fingerprint in self._reported or len(self._reported) >= MAX_REPORTED:
            return None
        self._reported.add(incident.fingerprint)
        self.reported.append(incident.marker())
        return self.reported[-1]


def _loose_kind(text: str) -> ErrorKind:
    """What a line outside any traceback speaks of."""
    kind = kind_of(text)
    return "other" if kind == "traceback" else kind


def _is_old(incident: Incident, ts: float | None) -> bool:
    return ts is not None and incident.ts is not None and ts - incident.ts >= SILENCE_S
