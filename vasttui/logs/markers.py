"""The words of trouble: tables only. `errors.py` decides what they mean in their place."""

import re

from vasttui.logs.events import ErrorKind

# What an exception's last line speaks of; the first that fits names the kind.
_KINDS: tuple[tuple[ErrorKind, tuple[str, ...]], ...] = (
    ("disk", (
        "no space left on device", "disk quota exceeded", "inline_container", r"unexpected pos \d",
        r"errno 28\b", r"errno 122\b", "not enough (?:disk|free) space", "file write failed",
        "iostream error", "disk is full",
    )),
    ("worker", (
        "dataloader worker (?!process)", "bus error encountered in worker",
        r"worker\(s\)? .{0,40}(?:exited|killed|died)", "brokenprocesspool", "workercrashederror",
        "actordiederror", "actorunavailable", "a worker died",
    )),
    ("oom", (
        "out of (?:gpu |device |host |video )?memory", "outofmemory", "メモリ不足",
        "内存不足", "显存不足", "oom when allocating", "resource_?exhausted",
        "(?:can't|cannot) allocate memory", r"^(?:\w+\.)*_?(?:array)?memoryerror\b",
        "cublas_status_alloc_failed", "std::bad_alloc", "unable to allocate .{0,40}(?:[kmgt]i?b|array)",
        "oom[-_ ]kill", "failed to allocate", "not enough memory", "vram",
    )),
    ("nccl", (
        "nccl", "collective operation timeout", "distbackenderror", "gloo", "connection closed by peer",
        "tcpstore", "rendezvous", "distnetworkerror", "diststoreerror", "distributed store",
        "heartbeat.{0,20}timeout",
    )),
    ("cuda", (
        "cuda error", "cudnn", "cublas", r"\bxid\b", "illegal memory access", "device-side assert",
        "nvidia driver", "compiled with cuda", "cuda-capable", "cuda driver", "cuda setup failed",
        "fallen off the bus", "no cuda gpus", "hip error", "nvml", "cudaerror",
        "invalid device ordinal", "no kernel image", "acceleratorerror", "cuda runtime",
        r"torch\.cuda\.is_available", "outofresources", "ptxas", "nvidia-container",
    )),
    ("nan", (
        r"(?:loss|gradients?|values?|output|activations?)\b.{0,30}\b(?:is|are|became|was|contains?|not)\b.{0,12}(?:nan|inf|infinite|finite)",
        "floatingpointerror", "infinite or nan", "nan or inf", "nan loss",
        "loss scale (?:already at minimum|reached)", "minimum loss scale", "non-?finite",
        r"(?:nan|inf)\b.{0,20}(?:loss|detected|encountered)", "returned nan", "invalid loss",
    )),
    ("import", (
        "modulenotfounderror", "importerror", "no module named", "undefined symbol",
        "cannot open shared object", "dll load failed",
    )),
    ("segfault", (
        "segmentation fault", "sigsegv", "sigbus", r"\bbus error", "core dumped", "fatal python error",
    )),
    ("killed", (
        r"\bkilled\b", "sigkill", "sigterm", "time limit", "preempt", "keyboardinterrupt",
        "cancelled at", r"\bterminated\b", "signalexception", "termination signal",
    )),
)  # fmt: skip

# Lines outside tracebacks that mean the end. The shape is strict: these words also occur in healthy logs.
_MARKERS: tuple[tuple[ErrorKind | None, tuple[str, ...]], ...] = (
    ("killed", (
        r"(?:^|: |line \d+: )\s*\d+ killed\b", r"^killed(?: +\S.*)?$", r"died with <signals\.sigkill",
        r"^\[\d+\]\+? +killed\b", r"signal 9 \(sigkill\)", "killed by signal 9", "signal: killed",
        "srun: error: .*: (?:killed|terminated)", r"(?:^|: |line \d+: )\s*\d+ terminated\b",
        "^terminated$", "due to (?:time limit|preemption|node fail)",
        r"\*\*\* (?:job|step) .* cancelled at",
    )),
    ("segfault", (
        r"(?:^|: |line \d+: )\s*\d+ (?:segmentation fault|bus error|illegal instruction|aborted)\b",
        r"(?:^|: |line \d+: )\s*\d+ floating point exception\b",
        r"^(?:segmentation fault|bus error|illegal instruction|aborted)(?: \(core dumped\))?(?: +\S.*)?$",
        "^fatal python error: (?!init)", "signal: (?:segmentation fault|bus error|aborted)",
        r"\*\*\* sigsegv", r"caught signal 1?[17] \(", r"died with <signals\.sig(?:segv|bus|abrt)",
        r"signal 11 \(sigsegv\)", r"signal 7 \(sigbus\)", "double free or corruption",
        r"^(?:malloc|free|munmap_chunk)\(\): \w", "^corrupted size vs", "stack smashing", "0xc0000005",
    )),
    ("oom", (
        "oom_kill event", "oom[- ]?killed", "killed by the oom[- ]killer",
        "^(?:error|エラー|错误|錯誤).{0,40}(?:メモリ不足|内存不足|显存不足)",
        "^out of memory on device", "out of memory: killed process",
        "memory cgroup out of memory", r"cuda out of memory\. tried to allocate",
        "resource_exhausted: (?:out of memory|oom)", r"^memoryerror\b", "oom when allocating tensor",
        "srun: error: .*: out of memory", "std::bad_alloc", r"^(?:\w+\.)+outofmemoryerror: ",
    )),
    ("nccl", (
        "watchdog caught collective operation timeout", "distbackenderror",
        "terminat(?:e|ing) the (?:entire )?process", "ncclsystemerror", "ncclinternalerror",
        "ncclremoteerror", "ncclunhandledcudaerror", "nccl error(?!.*retry)",
    )),
    ("cuda", (
        "nvrm: xid",
        r"\[?cuda error\]?:? (?:at|an illegal|device-side|unspecified|out of|misaligned|no kernel)",
        r"cudaerror\w+(?:\)|:)", r"cudnn_status_(?!success)\w+", r"cublas_status_(?!success)\w+",
        "fallen off the bus", "gpu is lost", "uncorrectable ecc", r"\[cudnn error\]", "c10::(?:cuda)?error'",
        "no cuda-capable device",
    )),
    ("disk", (
        "no space left on device", "disk quota exceeded",
    )),
    ("worker", (
        "unexpected bus error encountered in worker", r"dataloader worker \(pid",
    )),
    ("nan", (
        r"loss is (?:nan|inf)\w*,? (?:stopping|aborting|exiting|terminat)",
        "current loss scale already at minimum",
        r"(?:nan|inf)\b.{0,40}(?:stopping|aborting) (?:the )?training",
        r"stopping training.{0,30}\bnan\b", "invalid loss, terminating training",
    )),
    ("import", (
        r"^(?:\S+: )?no module named \S+$", "error while loading shared libraries",
    )),
    (None, (
        r"\.py: error: ",
        r"^(?:\S*/)?(?:ba|z|da)?sh: (?:line \d+: |\d+: )?\S+: (?:command )?not found",
        r"^(?:\S*/)?(?:ba|z|da)?sh: .{0,200}: (?:permission denied|no such file or directory)$",
        "can't open file '", r"^error: [a-z].{0,200}$(?<!\.\.\.)", "^fatal(?: error)?: ",
        "^panicked at", "thread '.*' panicked", "^runtimeerror: ", "^(?:syntax|indentation|tab)error: ",
        "^usage error", "^error response from daemon: ", "^check failed: ",
        r"^(?:\[\w+\] )?unhandled exception", r"^error (?:using|in) [\w.:(]", "^panic: ",
        '^exception in thread "',
    )),
)  # fmt: skip

# What others print of a run that has died: nothing new, if it has said why itself.
_AFTERMATH = (
    "mpi_abort was invoked", r"primary job +terminated", "^could not override '",
    "set the environment variable hydra_full_error", "the job has been aborted",
    r"^make(?:\[\d+\])?: \*\*\* .*\berror \d+", "^execution halted",
)  # fmt: skip
# How a launcher names the end of what it had started: an exit code (negative, or above 128: a signal) …
EXIT_CODE = re.compile(
    r"failed \(exitcode: (-?\d+)\)|exitcode\s*: (-\d+)|exits? with return code =? ?(-?\d+)"
    r"|^srun: error: .*exited with exit code (\d+)|exited on signal (\d+)"
    r"|terminated with exit code (\d+)",
    re.IGNORECASE,
)

# One of these must be in a line (in lower case) for a marker to be.
HINTS = (
    b"kill", b"terminat", b"fault", b"bus error", b"aborted", b"fatal", b"signal", b"sig", b"memory",
    b"oom", b"exhausted", b"watchdog", b"nccl", b"distb", b"distn", b"dists", b"xid", b"cud", b"blas",
    b"error", b"space left", b"quota", b"worker", b"nan", b"inf", b"loss scale", b"module",
    b"not found", b"open file", b"panicked", b"due to", b"bad_alloc", b"double free", b"ecc",
    b"off the bus", b"instruction", b"exit", b"unhandled", b"cancelled at", b"denied", b"no such file",
    b"mpi_abort", b"primary job", b"override", b"hydra", b"check failed",
    b"panic: ", b"exception in thread", b"halted", b"malloc", b"free()", b"munmap", b"corrupted size",
    b"smashing", b"is lost", *(word.encode() for word in ("メモリ不足", "内存不足", "显存不足")),
)  # fmt: skip

# Someone dealt with it.
_RETRY = (
    r"\bretry", r"\bretri", r"\battempt \d", r"\battempts?\b.{0,20}\b(?:left|of)\b",
    "fall(?:ing|s)? back", r"\bfallback", "will try", "trying again", "skipp(?:ing|ed)",
    r"\bignor(?:ed|ing)\b", "recover(?:ed|ing|y)", "continu(?:e|es|ing)", "using default",
    "caught (?:exception|error)", "(?:exception|error) caught", "re-?spawn", r"restart(?:ing|ed)?\b",
    "reconnect", "reduc(?:ing|ed) batch", "halving", "non-?fatal", "not fatal", "disabl(?:ing|ed)",
    "will resume", "relaunch", r"\bhandled\b", "重试", "继续",
)  # fmt: skip

# Talk about errors, not errors.
_BENIGN = (
    r"warning\b", r"\bdeprecat", "no problem", "not an error", "without error", r"\b0 errors?\b",
    r"register cu\w+ factory", "if you want to see a list", "hint:", r"\bif\b.{0,60}out of memory",
    "to avoid", "may (?:cause|result|lead)", "can (?:cause|lead)", "might (?:result|lead|fail|not)",
    "error rate", "nonfatal", r"\bcount: 0\b", r"enabled?\b", r"disabled?\b",
    r"\bset\b.{0,20}\bto avoid",
)  # fmt: skip

# The run came to its end on its own.
_FINISHED = (
    r"\b(?:training|run|job|fit|fine-?tuning) (?:is )?(?:completed?|finished|done|ended|succeeded)\b",
    r"^(?:all )?(?:done|finished|complete[d]?)\b", "finished (?:training|without|successfully|all)",
    "successfully (?:completed|finished|trained)", "reached max_", "train_runtime", "final model saved",
)  # fmt: skip


def _any(alternatives: tuple[str, ...]) -> re.Pattern[str]:
    return re.compile("|".join(alternatives), re.IGNORECASE)


KINDS: tuple[tuple[ErrorKind, re.Pattern[str]], ...] = tuple((kind, _any(words)) for kind, words in _KINDS)
MARKERS: tuple[tuple[ErrorKind | None, re.Pattern[str]], ...] = tuple(
    (kind, _any(words)) for kind, words in _MARKERS
)
RETRY, BENIGN, FINISHED, AFTERMATH = _any(_RETRY), _any(_BENIGN), _any(_FINISHED), _any(_AFTERMATH)


def kind_of(text: str) -> ErrorKind:
    """What an exception's final line speaks of."""
    for kind, pattern in KINDS:
        if pattern.search(text):
            return kind
    return "traceback"
