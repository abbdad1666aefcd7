"""What one line says, before anyone has judged it."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Literal

from vasttui.logs.events import ActivityKind

Mode = Literal["train", "eval", "aux"]
Convert = Callable[[bytes], "float | None"]

# How far a counter's name can be trusted to be the optimizer's step.
LEARNED, EPOCH, BAR, NAMED, STEP, GLOBAL = 1, 2, 4, 5, 6, 8


@dataclass(slots=True)
class Sighting:
    """The numbers of one line by role; None: this line does not say.

    `source` names the counter, so that a bar over files is not taken for the bar over steps.
    `step`/`total` count the whole run as far as the line tells; `inner`/`inner_total` the batches of an
    epoch; `samples` examples of an epoch. `seconds` is for one step, `interval` for the steps since the
    line before, `elapsed` since the start, `clock` any of these (how it grows will tell). `metrics` are
    an evaluation's; `sticky` ones may be an old value repeated. `spans` say where the numbers stood, so
    that the next line of the same shape is read by slicing; `origins` name the record's fields behind them.
    `last_index`: `epochs` is the last one's number if they count from 0. `told_more`: other figures stand
    beside an epoch. `by_speed`: `seconds` was told as so many a second, perhaps of another thing than steps.
    `both_sets`: an evaluation that tells of the training's examples, too. `ended`: the epoch told is over.
    """

    reader: str
    source: str = ""
    trust: int = NAMED
    mode: Mode = "train"
    activity: ActivityKind | None = None
    line: int = 0
    rank: int | None = None
    step: float | None = None
    total: float | None = None
    inner: float | None = None
    inner_total: float | None = None
    samples: float | None = None
    samples_total: float | None = None
    epoch: float | None = None
    epochs: float | None = None
    loss: float | None = None
    grad_norm: float | None = None
    nan_count: float | None = None
    seconds: float | None = None
    interval: float | None = None
    elapsed: float | None = None
    clock: float | None = None
    eta: float | None = None
    stamp: float | None = None
    metrics: dict[str, float] = field(default_factory=dict[str, float])
    sticky: bool = False
    bar: bool = False
    weak: bool = False
    zero_based: bool = False
    irregular: bool = False
    last_index: bool = False
    told_more: bool = False
    by_speed: bool = False
    both_sets: bool = False
    ended: bool = False
    source_of_loss: str = ""
    soft_total: float | None = None
    soft_epochs: float | None = None
    spans: list[tuple[str, int, int, Convert]] = field(default_factory=list[tuple[str, int, int, Convert]])
    metric_spans: list[tuple[str, int, int, Convert]] = field(
        default_factory=list[tuple[str, int, int, Convert]]
    )

    origins: dict[str, tuple[str, Convert]] = field(default_factory=dict[str, tuple[str, Convert]])

    def put(self, role: str, value: float | None, start: int, end: int, convert: Convert) -> None:
        """Set a number and remember where it stood."""
        setattr(self, role, value)
        self.spans.append((role, start, end, convert))

    @property
    def counts(self) -> bool:
        """Whether the line says how far the run is."""
        return self.step is not None or self.inner is not None or self.samples is not None

    @property
    def says(self) -> bool:
        """Whether the line says anything at all."""
        return (
            self.counts
            or bool(self.metrics)
            or any(
                value is not None
                for value in (
                    self.loss,
                    self.epoch,
                    self.seconds,
                    self.soft_total,
                    self.soft_epochs,
                    self.total,
                )
            )
        )
