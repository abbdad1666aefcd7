"""Error markers: tracebacks whole, and the lines that systems print when a run dies.

Text alone rarely proves that a run cannot go on: a printed traceback may have been caught. So each
incident waits: training that moves on, or a word of retrying, withdraws it; the end of the log, or
silence, confirms it. Nothing keys on one framework's wording where a shape will do.
"""

import re
from dataclasses import dataclass, field

from vasttui.logs.clean import clean_line
from vasttui.logs.events import ErrorKind, ErrorMarker
from vasttui.logs.prefix import Line, has_any

SILENCE_S = 5.0
MAX_PENDING = 32
MAX_REPORTED = 256

_KINDS: tuple[tuple[ErrorKind, str], ...] = (
    ("disk", (r"no space left on device|disk quota exceeded|inline_container|unexpected pos \d|errno 28\b|errno 122\b"
             r"|not enough (?:disk|free) space|file write failed|iostream error|disk is full")),
    ("worker", r"dataloader worker|bus error encountered in worker|worker\(s\)? .{0,40}(?:exited|killed|died)"),
    ("oom", (r"out of memory|outofmemory|oom when allocating|resource_?exhausted|(?:can't|cannot) allocate memory"
            r"|^(?:\w+\.)*_?(?:array)?memoryerror\b|cublas_status_alloc_failed|std::bad_alloc|unable to allocate .{0,40}(?:[kmgt]i?b|array)"
            r"|oom[-_ ]kill|failed to allocate|not enough memory|vram")),
    ("nccl", (r"nccl|collective operation timeout|distbackenderror|gloo|connection closed by peer|tcpstore|rendezvous"
             r"|distnetworkerror|diststoreerror|distributed store|heartbeat.{0,20}timeout")),
    ("cuda", (r"cuda error|cudnn|cublas|\bxid\b|illegal memory access|device-side assert|nvidia driver|compiled with cuda"
             r"|cuda-capable|cuda driver|cuda setup failed|fallen off the bus|no cuda gpus|hip error|nvml|cudaerror"
             r"|invalid device ordinal|no kernel image|acceleratorerror|cuda runtime|torch\.cuda\.is_available")),
    ("nan", (r"(?:loss|gradients?|values?|output|activations?)\b.{0,30}\b(?:is|are|became|was|contains?|not)\b.{0,12}(?:nan|inf|infinite|finite)"
            r"|floatingpointerror|infinite or nan|nan or inf|nan loss|loss scale (?:already at minimum|reached)|minimum loss scale"
            r"|non-?finite|(?:nan|inf)\b.{0,20}(?:loss|detected|encountered)|returned nan")),
    ("import", r"modulenotfounderror|importerror|no module named|undefined symbol|cannot open shared object|dll load failed"),
    ("segfault", r"segmentation fault|sigsegv|sigbus|\bbus error|core dumped|fatal python error"),
    ("killed", r"\bkilled\b|sigkill|sigterm|time limit|preempt|keyboardinterrupt|cancelled at|\bterminated\b"),
)  # fmt: skip
KINDS: tuple[tuple[ErrorKind, re.Pattern[str]], ...] = tuple(
    (kind, re.compile(text, re.IGNORECASE)) for kind, text in _KINDS
)

# Lines outside tracebacks that mean the end. The shape is strict: these words also occur in healthy logs.
_MARKERS: tuple[tuple[ErrorKind | None, str], ...] = (
    ("killed", (r"(?:^|: |line \d+: )\s*\d+ killed\b|^killed(?: +\S.*)?$|died with <signals\.sigkill|^\[\d+\]\+? +killed\b"
               r"|signal 9 \(sigkill\)|killed by signal 9|signal: killed|srun: error: .*: (?:killed|terminated)"
               r"|(?:^|: |line \d+: )\s*\d+ terminated\b|^terminated$|due to (?:time limit|preemption|node fail)")),
    ("segfault", (r"(?:^|: |line \d+: )\s*\d+ (?:segmentation fault|bus error|illegal instruction|aborted|floating point exception)\b"
                 r"|^(?:segmentation fault|bus error|illegal instruction|aborted)(?: \(core dumped\))?(?: +\S.*)?$"
                 r"|^fatal python error: (?!init)|signal: (?:segmentation fault|bus error|aborted)|\*\*\* sigsegv|caught signal 1?[17] \("
                 r"|died with <signals\.sig(?:segv|bus|abrt)|signal 11 \(sigsegv\)|signal 7 \(sigbus\)|double free or corruption")),
    ("oom", (r"oom_kill event|oom[- ]killed|out of memory: killed process|memory cgroup out of memory"
            r"|cuda out of memory\. tried to allocate|resource_exhausted: (?:out of memory|oom)|^memoryerror\b"
            r"|oom when allocating tensor|srun: error: .*: out of memory|std::bad_alloc")),
    ("nccl", (r"watchdog caught collective operation timeout|distbackenderror|terminat(?:e|ing) the (?:entire )?process"
             r"|ncclsystemerror|ncclinternalerror|ncclremoteerror|ncclunhandledcudaerror|nccl error(?!.*retry)")),
    ("cuda", (r"nvrm: xid|\[?cuda error\]?:? (?:at|an illegal|device-side|unspecified|out of|misaligned|no kernel)|cudaerror\w+(?:\)|:)"
             r"|cudnn_status_(?!success)\w+|cublas_status_(?!success)\w+|fallen off the bus|uncorrectable ecc|\[cudnn error\]"
             r"|c10::(?:cuda)?error'|no cuda-capable device")),
    ("disk", r"no space left on device|disk quota exceeded"),
    ("worker", r"unexpected bus error encountered in worker|dataloader worker \(pid"),
    ("nan", (r"loss is (?:nan|inf)\w*,? (?:stopping|aborting|exiting|terminat)|current loss scale already at minimum"
            r"|(?:nan|inf)\b.{0,40}(?:stopping|aborting) (?:the )?training|stopping training.{0,30}\bnan\b")),
    ("import", r"^(?:\S+: )?no module named \S+$|error while loading shared libraries"),
    (None, (r"\.py: error: |^(?:\S*/)?(?:ba|z|da)?sh: (?:line \d+: |\d+: )?\S+: (?:command )?not found|can't open file '"
           r"|^error: [a-z].{0,200}$(?<!\.\.\.)|^fatal(?: error)?: |^panicked at|thread '.*' panicked|^runtimeerror: |^syntaxerror: "
           r"|^usage error|^(?:\[\w+\] )?unhandled exception|^error executing job with overrides")),
)  # fmt: skip
_MARK = tuple((kind, re.compile(text, re.IGNORECASE)) for kind, text in _MARKERS)
_HINTS = (
    b"kill", b"terminat", b"fault", b"bus error", b"aborted", b"fatal", b"signal", b"sig", b"memory", b"oom", b"exhausted",
    b"watchdog", b"nccl", b"distb", b"distn", b"dists", b"xid", b"cud", b"blas", b"error", b"space left", b"quota", b"worker", b"nan", b"inf",
    b"loss scale", b"module", b"not found", b"open file", b"panicked", b"due to", b"bad_alloc", b"double free", b"ecc",
    b"off the bus", b"instruction", b"exit", b"unhandled",
)  # fmt: skip
RETRY = re.compile(
    r"\bretry|\bretri|\battempt \d|\battempts?\b.{0,20}\b(?:left|of)\b|fall(?:ing|s)? back|\bfallback|will try|trying again|skipp(?:ing|ed)"
    r"|\bignor(?:ed|ing)\b|recover(?:ed|ing|y)|continu(?:e|es|ing)|using default|caught (?:exception|error)|(?:exception|error) caught|re-?spawn|restart(?:ing|ed)?\b|reconnect"
    r"|reduc(?:ing|ed) batch|halving|non-?fatal|not fatal|disabl(?:ing|ed)|will resume|relaunch|\bhandled\b|重试|继续",
    re.IGNORECASE,
)
_BENIGN = re.compile(
    r"warning\b|\bdeprecat|no problem|not an error|without error|\b0 errors?\b|register cu\w+ factory|if you want to see a list|hint:"
    r"|\bif\b.{0,60}out of memory|to avoid|may (?:cause|result|lead)|can (?:cause|lead)|might (?:result|lead|fail|not)|error rate|nonfatal|\bcount: 0\b|enabled?\b|disabled?\b"
    r"|\bset\b.{0,20}\bto avoid",
    re.IGNORECASE,
)
_FINISHED = re.compile(
    r"\b(?:training|run|job|fit|finetuning|fine-tuning) (?:is )?(?:complete|completed|finished|done|ended|succeeded)\b"
    r"|^(?:all )?(?:done|finished|complete[d]?)\b|finished (?:training|without|successfully|all)|successfully (?:completed|finished|trained)"
    r"|reached max_|train_runtime|final model saved",
    re.IGNORECASE,
)
_TRACEBACK = re.compile(rb"Traceback \(most recent call last\)")
_FRAME = re.compile(rb'^\s*(?:[|\xe2>] *)*File "([^"]+)", line (\d+)(?:, in (.+))?')
_HEADLINE = re.compile(rb"^(?:[|\xe2\x94\x82 ]*)((?:[A-Za-z_]\w*\.)*[A-Za-z_]\w*)(?:: ?(.*))?$", re.DOTALL)
_CHAIN = re.compile(rb"During handling of the above exception|above exception was the direct cause")
_INDENTED = re.compile(rb"^(?:\s|\xe2\x94|\xe2\x95|\xe2\x9d\xb1|\||\+--|[~^]+\s*$|\.\.\.|\[Previous line|$)")
_EXITCODE = re.compile(r"failed \(exitcode: (-?\d+)\)|exitcode\s*: (-\d+)")
_SIGNAL_KINDS: dict[int, ErrorKind] = {
    -9: "killed",
    -15: "killed",
    -11: "segfault",
    -7: "segfault",
    -6: "segfault",
}
# Who began it: an exception that leaves one of these was caught by no one.
_OUTERMOST = re.compile(
    rb"<module>|_run_module_as_main|_run_code|_bootstrap|spawn_main|_wrap|main_func|runpy"
)
_NUMBERS = re.compile(r"0x[0-9a-fA-F]+|\d+(?:\.\d+)?")
_CONSEQUENCES = re.compile(
    r"ChildFailedError|CalledProcessError|SignalException|ProcessExitedException|RootCause"
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
    fatal: bool = True

    @property
    def fingerprint(self) -> str:
        """The cause without numbers and addresses."""
        return f"{self.kind}|{'>'.join(self.frames[-2:])}|{_NUMBERS.sub('#', self.text)[:200]}"

    def marker(self) -> ErrorMarker:
        return ErrorMarker(self.ts, self.kind, self.line, self.text, self.fatal, self.fingerprint)


def kind_of(text: str) -> ErrorKind:
    """What an exception's final line speaks of."""
    return next((kind for kind, pattern in KINDS if pattern.search(text)), "traceback")


class ErrorScanner:
    """Finds incidents line by line, and says which of them ended the run."""

    def __init__(self) -> None:
        self._open: dict[int | None, Incident] = {}
        self._chained: set[int | None] = set()
        self.pending: list[Incident] = []
        self.withdrawn: list[tuple[Incident, str]] = []
        self._reported: set[str] = set()
        self._last: Incident | None = None

    @property
    def busy(self) -> bool:
        """Inside a traceback, or just after one: every line matters."""
        return bool(self._open) or bool(self.pending)

    def scan(self, line: Line, ts: float | None) -> bool:
        """Look at one line. True: it belongs to an error."""
        raw, body, number, rank = line.raw, line.body, line.number, line.rank
        if b"raceback" in raw and _TRACEBACK.search(raw):
            self._begin(number, rank, ts)
            return True
        if rank in self._open:
            return self._inside(body, number, rank, ts)
        if self.pending:
            self._after(raw, body, rank)
        if has_any(line.low, _HINTS):
            return self._mark(body, number, rank, ts)
        return False

    def _begin(self, number: int, rank: int | None, ts: float | None) -> None:
        chained = rank in self._chained
        self._chained.discard(rank)
        previous = self.pending[-1] if chained and self.pending else None
        if previous is not None:
            self.pending.remove(previous)
            previous.closed = False
            self._open[rank] = previous
            return
        if len(self._open) < MAX_PENDING:
            self._open[rank] = Incident("traceback", number, "", ts, rank, closed=False)

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
        if _INDENTED.match(body):
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
        if text.startswith(("SystemExit: 0", "GeneratorExit")) or (
            _CONSEQUENCES.search(text) and (self.pending or self._reported)
        ):
            self.withdrawn.append((incident, "a consequence of the error before it"))
            return
        self._hold(incident)

    def _hold(self, incident: Incident) -> None:
        if len(self.pending) < MAX_PENDING:
            self.pending.append(incident)
        self._last = incident

    def _after(self, raw: bytes, body: bytes, rank: int | None) -> None:
        """A line after an incident: does it say that someone dealt with it?"""
        if _CHAIN.search(raw):
            self._chained.add(rank)
            return
        text = clean_line(body, 300)
        if not text:
            return
        retried = RETRY.search(text) is not None
        finished = _FINISHED.search(text) is not None
        for incident in list(self.pending):
            incident.lines_since += 1
            if retried and incident.lines_since <= 4 and incident.rank == rank:
                self._withdraw(incident, f"the log says: {text[:100]}")
            elif finished and incident.rank in (rank, None):
                self._withdraw(incident, f"the run came to its end: {text[:100]}")

    def _withdraw(self, incident: Incident, why: str) -> None:
        self.pending.remove(incident)
        self.withdrawn = [*self.withdrawn[-99:], (incident, why)]

    def _mark(self, body: bytes, number: int, rank: int | None, ts: float | None) -> bool:
        text = clean_line(body, 400).strip()
        exitcode = _EXITCODE.search(text)
        if exitcode:
            kind = _SIGNAL_KINDS.get(int(exitcode[1] or exitcode[2]))
            if kind is not None and not (kind == "killed" and (self.pending or self._reported)):
                self._hold(Incident(kind, number, text, ts, rank))
            return kind is not None
        found = next(((kind, m) for kind, pattern in _MARK if (m := pattern.search(text))), None)
        if found is None or _BENIGN.search(text) or RETRY.search(text):
            return False
        kind = found[0]
        if kind is None:
            kind = kind_of(text) if kind_of(text) != "traceback" else "other"
        fatal = not re.search(r"xid \(.*\): (?:13|31|43|45|63|94|145)\b|nonfatal", text, re.IGNORECASE)
        incident = Incident(kind, number, text, ts, rank, fatal=fatal)
        if not any(other.kind == kind for other in self.pending):  # else it is said again, in other words
            self._hold(incident)
        return True

    def moved(self, changed: bool) -> None:
        """Training moved on: what did not end it was no error. A rank may die while others go on a bit."""
        if not changed:
            return
        for incident in list(self.pending):
            incident.moves_since += 1
            if incident.moves_since >= (1 if incident.rank is None else 3):
                self._withdraw(incident, "training went on")

    def settle(self, ts: float | None, final: bool = False) -> list[ErrorMarker]:
        """Hand out the incidents that time, or the end of the log, has confirmed."""
        if final:
            self._close_open()
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
        return incident.marker()


def _is_old(incident: Incident, ts: float | None) -> bool:
    return ts is not None and incident.ts is not None and ts - incident.ts >= SILENCE_S
