"""Sightings in, events out: keeps what the log has told so far."""

from dataclasses import replace

from vasttui.logs import roles
from vasttui.logs.counters import Counters, Place
from vasttui.logs.events import Activity, ActivityKind, ErrorMarker, EvalPoint, LogEvent, Progress
from vasttui.logs.rates import EpochLength, Rates
from vasttui.logs.sighting import EPOCH, NAMED, STEP, Sighting
from vasttui.logs.tokens import normal
from vasttui.logs.told_before import Evaluations, NanWatch

_MAX_EVIDENCE = 600
_MAX_COUNT = 1e15


class Tracker:
    """The run as its log tells it: step, total, epoch, loss, rate, evaluations, phase."""

    def __init__(self) -> None:
        self.counters = Counters()
        self.rates = Rates()
        self.first_step: float | None = None
        self.step: float | None = None
        self.total: float | None = None
        self.soft_total: float | None = None
        self.epoch: float | None = None
        self.loss: float | None = None
        self.activity: ActivityKind | None = None
        self.lead_rank: int | None = None
        self.attempts = 1
        self.moves = 0
        self._evaluations = Evaluations()
        self._nans = NanWatch()
        self.readers: dict[str, int] = {}
        self.evidence: dict[str, tuple[int, str]] = {}
        self._batch: float | None = None
        self.per_epoch: float | None = None
        self._gap = 0.0
        self._said: tuple[object, ...] = ()
        self._epoch_length = EpochLength()
        self._mean_step_trust = STEP
        self._epochs_only = False
        self._line_total: float | None = None
        self._short_laps = 0
        self._short_count = 0.0
        self._loss_by_evaluation = False

    def observe(self, sighting: Sighting, ts: float | None) -> list[LogEvent]:
        """Take what one line says; tell what is new."""
        if self._other_rank(sighting):
            return []
        events: list[LogEvent] = []
        bound(sighting)
        whole_epochs = not self.counters.epochs.fractional
        self.counters.epochs.note(sighting)
        if whole_epochs and self.counters.epochs.fractional:
            self._forget_epochs()
        if sighting.soft_total is not None:
            self._note_soft_total(sighting)
        if sighting.mode == "aux":
            return self._now(sighting.activity, ts)
        if sighting.mode == "eval":
            events += self._now("eval", ts)
            self._evaluations.fresh |= sighting.bar
            if sighting.nan_count:
                events += self._check_nan(sighting, ts)
            if sighting.both_sets:
                events += self._train_by_evaluation(sighting, ts)
        elif _is_training(sighting):
            events += self._train(sighting, ts)
        if sighting.metrics:
            events += self._eval(sighting, ts)
        return events

    def _forget_epochs(self) -> None:
        """What was taken for whole epochs was the first line's `epoch 0.0`, and no step."""
        if self.counters.stop_counting_epochs():
            self.step = self.first_step = self.total = None

    @property
    def fell_short(self) -> bool:
        """Whether the log ends before its known total."""
        return self.total is not None and self.step is not None and self.step < self.total

    def _other_rank(self, sighting: Sighting) -> bool:
        """Ranks repeat one another: follow the lowest that speaks."""
        if sighting.rank is None or not (sighting.counts or sighting.loss is not None or sighting.metrics):
            return False
        if self.lead_rank is None or sighting.rank < self.lead_rank:
            self.lead_rank = sighting.rank
        return self.ignores(sighting.rank)

    def ignores(self, rank: int | None) -> bool:
        """Whether a lower rank has spoken already, so that this one only repeats it."""
        return rank is not None and self.lead_rank is not None and rank > self.lead_rank

    def _note_soft_total(self, sighting: Sighting) -> None:
        self.soft_total = sighting.soft_total
        self._evident("soft_total", sighting)

    def _evident(self, name: str, sighting: Sighting) -> None:
        if name in self.evidence or len(self.evidence) < _MAX_EVIDENCE:
            self.evidence[name] = (sighting.line, sighting.reader)

    def now(self, kind: ActivityKind, ts: float | None) -> list[LogEvent]:
        """Note that the run began doing something else."""
        return self._now(kind, ts)

    def _now(self, kind: ActivityKind | None, ts: float | None) -> list[LogEvent]:
        if kind is None or kind == self.activity:
            return []
        self.activity = kind
        return [Activity(ts, kind)]

    def _train(self, sighting: Sighting, ts: float | None) -> list[LogEvent]:
        if sighting.loss is not None:
            self.counters.losses_seen += 1
        if sighting.epoch is not None and sighting.epoch == sighting.epoch:
            self.epoch = sighting.epoch
            self._evident("epoch", sighting)
        if self._is_of_an_evaluation(sighting):
            return []
        followed = self.counters.primary
        place = self.counters.place(sighting)
        if self.counters.passed_on(followed):
            self.rates, self.total = Rates(), None  # what the bar before it told was of something else
        if place is None and sighting.counts and (sighting.loss is None or sighting.bar):
            if sighting.total is not None and self.total is None and not sighting.weak and not sighting.bar:
                self.total = sighting.total
            return []
        events: list[LogEvent] = []
        if place is not None:
            self._move(place, sighting)
            self.readers[sighting.reader] = self.readers.get(sighting.reader, 0) + 1
            events += self._now("train", ts)
        elif sighting.total is not None and sighting.reader != "records":
            self.soft_total = sighting.total
        self._time(sighting, place)
        events = [*events, *self._say(sighting, place, ts)]
        if not sighting.counts and self.counters.epochs.fractional:
            self._epoch_length.learn(sighting.epoch, self.step)
        return [*events, *self._check_nan(sighting, ts)]

    def _train_by_evaluation(self, sighting: Sighting, ts: float | None) -> list[LogEvent]:
        """`step 100: train loss 2.3, val loss 2.4`: all that some logs tell, until another line counts."""
        counters = self.counters
        if not sighting.counts or (counters.primary and counters.primary != sighting.source):
            return []
        losses = [v for name, v in sighting.metrics.items() if roles.TRAIN_NAME.search(normal(name))]
        told = replace(sighting, mode="train", trust=NAMED, metrics={}, weak=False)
        self._loss_by_evaluation |= self.loss is None
        told.loss = losses[0] if losses and self._loss_by_evaluation else None
        return self._train(told, ts)

    def _is_of_an_evaluation(self, sighting: Sighting) -> bool:
        """`Eval begin...`, `step 3/79 - loss …`: the training's counter, but to a shorter total."""
        own = sighting.total or sighting.inner_total
        if own is None or sighting.bar:
            return False
        if self.activity != "eval" or self._line_total is None or own >= self._line_total:
            self._line_total, self._short_laps = own, 0
            return False
        count = sighting.step or sighting.inner or 0.0
        self._short_laps += count <= self._short_count
        self._short_count = count
        return self._short_laps <= 2  # longer than an evaluation is: the run counts so from now on

    def _move(self, place: Place, sighting: Sighting) -> None:
        if self._mean_step_trust <= EPOCH < place.trust:
            self.first_step = None  # until now only epochs were counted
            self.rates = Rates()
            self.total = None if self._epochs_only else self.total
        self._epochs_only = not sighting.counts
        self._mean_step_trust = place.trust
        if self.first_step is None:
            self.first_step = place.step
            self._evident("first_step", sighting)
        if self.step is None or place.step != self.step:
            self.moves += 1
        if self.step is not None and place.step > self.step:
            self._gap = place.step - self.step
        if self.step is not None and place.step < self.step:
            self.attempts += 1
        self.step = place.step
        self._batch, self.per_epoch = (
            place.batch,
            place.per_epoch or (self.per_epoch if place.batch else None),
        )
        self._evident("step", sighting)
        if place.total is not None:
            self.total = place.total
            self._evident("total_steps", sighting)
        elif self.total is not None and place.step > self.total:
            self.total = None  # it was an epoch's

    def _time(self, sighting: Sighting, place: Place | None) -> None:
        at = place.step if place is not None else None
        if sighting.seconds is not None and (at is not None or sighting.reader == "key-value"):
            self.rates.declare(at, sighting.seconds, sighting.by_speed)
            self._evident("seconds_per_step", sighting)
        if at is None:
            return
        if sighting.stamp is not None and not sighting.bar:
            self.rates.stamp(at, sighting.stamp)
        self.rates.clock_is_interval |= sighting.interval is not None
        for series, value in (
            (self.rates.clock, sighting.clock if sighting.interval is None else sighting.interval),
            (self.rates.elapsed, sighting.elapsed),
            (self.rates.eta, sighting.eta),
        ):
            if value is not None:
                series.add(at, value)

    def _say(self, sighting: Sighting, place: Place | None, ts: float | None) -> list[LogEvent]:
        loss = sighting.loss
        if loss is not None:
            self.loss = loss
            self._evident("loss", sighting)
        if place is None and loss is None:
            return []
        step = whole(place.step) if place is not None else None
        said = (step, loss, self.epoch, self.total)
        if said == self._said:
            return []
        self._said = said
        total = whole(self.total) if self.total is not None and place is not None else None
        epoch = sighting.epoch if sighting.epoch is not None else None
        return [Progress(ts, step, total, epoch, loss, sighting.seconds)]

    def _check_nan(self, sighting: Sighting, ts: float | None) -> list[LogEvent]:
        what = self._nans.news(sighting)
        if not what:
            return []
        where = f" at step {whole(self.step)}" if self.step is not None else ""
        return [ErrorMarker(ts, "nan", sighting.line, f"{what}{where}", False, "nan|loss")]

    def _eval(self, sighting: Sighting, ts: float | None) -> list[LogEvent]:
        metrics = {name[:120]: value for name, value in list(sighting.metrics.items())[:64]}
        if sighting.sticky and not self._evaluations.is_news(metrics):
            return []
        step = self._eval_step(sighting)
        if not self._evaluations.take(step, metrics):
            return []
        self.readers[sighting.reader] = self.readers.get(sighting.reader, 0) + 1
        self._evident(f"eval {whole(step) if step is not None else '?'}", sighting)
        return [EvalPoint(ts, whole(step) if step is not None else None, metrics)]

    def _eval_step(self, sighting: Sighting) -> float | None:
        if sighting.mode == "train":
            return self.step
        counters = self.counters
        if sighting.step is not None and sighting.trust > EPOCH and sighting.inner is None:
            return self._believed(sighting.step)
        epoch = sighting.epoch
        if epoch is not None and epoch != int(epoch) and self._epoch_length.steps and self.step is not None:
            return min(self.step, float(round(epoch * self._epoch_length.steps)))
        if epoch is not None and self.per_epoch and epoch == int(epoch) and sighting.reader != "records":
            return (epoch - (counters.epochs.base or 0.0) + 1) * self.per_epoch
        if self.step is None and epoch is not None and epoch == int(epoch):
            return epoch
        return self._end_of_epoch()

    def _believed(self, step: float) -> float:
        """An evaluation's own step, if it counts what the training counts."""
        if self.step is None or self._batch is not None:
            return step if self.step is None else self.step
        return step

    def _end_of_epoch(self) -> float | None:
        """After the last printed batch of an epoch come the unprinted ones, then the evaluation."""
        if self.step is None or self._batch is None or not self.per_epoch:
            return self.step
        left = self.per_epoch - self._batch
        return self.step + left if 0 < left <= max(self._gap, 1.0) * 1.01 else self.step


def bound(sighting: Sighting) -> None:
    """Drop counts that no run reaches: digits without end are no step."""
    for role in ("step", "total", "inner", "inner_total", "samples", "samples_total", "epoch", "epochs"):
        value = getattr(sighting, role)
        if value is not None and not -1 <= value <= _MAX_COUNT:
            setattr(sighting, role, None)


def _is_training(sighting: Sighting) -> bool:
    return sighting.counts or any(
        value is not None
        for value in (sighting.loss, sighting.seconds, sighting.epoch, sighting.total, sighting.grad_norm)
    )


def whole(step: float) -> int:
    """A step as events carry it."""
    return int(min(max(step, -1e15), 1e15))
