"""What a log can tell: small frozen facts, each with the time its bytes were written.

`ts` is unix seconds on the host's clock (None when the caller gave none, as `parse FILE` does).
"""

from typing import Literal

import msgspec

ErrorKind = Literal[
    "traceback", "oom", "nan", "nccl", "cuda", "disk", "killed", "segfault", "import", "worker", "other"
]
ActivityKind = Literal["train", "eval", "checkpoint", "compile", "download", "prepare"]


class Progress(msgspec.Struct, frozen=True, gc=False):
    """Training moved, or told something new of itself. None: this text did not say.

    `step` is a global optimizer step (or the nearest the log offers); it may jump back on a resume.
    `seconds_per_step` is what the log itself claims. `loss` may be nan or inf.
    """

    ts: float | None
    step: int | None
    total_steps: int | None = None
    epoch: float | None = None
    loss: float | None = None
    seconds_per_step: float | None = None


class EvalPoint(msgspec.Struct, frozen=True):
    """One evaluation: metric name → value, as the log names them."""

    ts: float | None
    step: int | None
    metrics: dict[str, float] = msgspec.field(default_factory=dict[str, float])


class ErrorMarker(msgspec.Struct, frozen=True):
    """Something went wrong in the text. `line` counts newline-separated lines from 1.

    `text` is the headline (a traceback's last line). `fatal` only where the run cannot go on.
    `fingerprint` names the cause without numbers and addresses, so that two deaths can be compared.
    """

    ts: float | None
    kind: ErrorKind
    line: int
    text: str
    fatal: bool
    fingerprint: str = ""


class Activity(msgspec.Struct, frozen=True):
    """The run began doing something else; silence means different things in each."""

    ts: float | None
    kind: ActivityKind


LogEvent = Progress | EvalPoint | ErrorMarker | Activity
