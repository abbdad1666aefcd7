"""What a counter's number means: of the run or of an epoch; in batches or in examples; from 0 or from 1."""

from dataclasses import dataclass, replace

from vasttui.logs.sighting import EPOCH, LEARNED, STEP, Sighting

HEADER = "epoch of the lines before"


@dataclass(slots=True)
class Source:
    """One counter as it has been seen: its last value, how it moves, what it counts in."""

    trust: int
    bar: bool = False
    last: float | None = None
    total: float | None = None
    raw_inner: float | None = None
    last_inner: float | None = None
    gap: float = 0.0
    growths: int = 0
    growths_since: int = 0
    laps: int = 0
    last_epoch: float | None = None
    first_epoch: float | None = None
    per_epoch: float | None = None
    restarts_with_epoch: bool | None = None
    zero_based: bool = False
    batch: float | None = None
    started_after_losses: int = 0
    elapsed: float = 0.0
    has_loss: bool = False
    nested: bool = False
    first: float | None = None
    lap_length: float | None = None
    lap_done: float | None = None
    outer_at_end: float | None = None
    pair: tuple[float, float] | None = None
    growing_totals: int = 0
    epoch_twins: int = 0
    twin_epoch: float | None = None


@dataclass(slots=True)
class Place:
    """Where the run stands by one sighting: step and total, batch of the epoch; the counter's trust."""

    step: float
    total: float | None = None
    batch: float | None = None
    per_epoch: float | None = None
    trust: int = STEP


class Epochs:
    """What is known of the run's epochs, and from it where a batch of one stands in the run."""

    def __init__(self) -> None:
        self.base: float | None = None
        self.header: float | None = None
        self.count: float | None = None
        self.soft_count: float | None = None
        self.fractional = False
        self._by_last_index = False
        self._told_by_bar = False

    def note(self, sighting: Sighting) -> None:
        """Learn from any line which epoch it is, of how many, and whether they count from 0."""
        epoch = sighting.epoch
        if sighting.soft_epochs is not None:
            self.soft_count = sighting.soft_epochs
        if epoch is None or epoch != epoch:
            return
        if epoch != int(epoch):
            self.fractional = True
            return
        if sighting.reader == "records" or (sighting.reader == "table" and self._told_by_bar):
            return
        self._told_by_bar |= sighting.bar
        if self.base is None or (epoch == 0 and self.header is None):
            bare_bar = sighting.bar and sighting.epochs is None and epoch > 1
            self.base = 0.0 if epoch == 0 or sighting.zero_based or bare_bar else 1.0
        if sighting.source == "bar of epochs":
            self.base = 0.0  # a bar counts what is done
        if epoch < self.base:
            self.base = epoch
        self.header = None if sighting.ended else epoch
        self._note_count(sighting, epoch)

    def _note_count(self, sighting: Sighting, epoch: float) -> None:
        told = sighting.epochs
        if told is None or told < epoch:
            return
        if self.base == 0 and (sighting.last_index or epoch == told) and sighting.source != "bar of epochs":
            self._by_last_index = True  # `0/2` … `2/2` are three
        self.count = told + 1 if self._by_last_index and sighting.source != "bar of epochs" else told

    def as_counter(self, sighting: Sighting, coarse: bool) -> Sighting:
        """An epoch with figures, in a log that counts nothing finer, is the step.

        `coarse`: nothing finer has been counted yet. The epoch may stand in a line of its own, its figures
        in those after it.
        """
        if sighting.counts or self.fractional:
            return sighting
        epoch = sighting.epoch
        if epoch is None:
            figures = sighting.loss is not None or (sighting.metrics and sighting.mode == "train")
            if not (coarse and figures and sighting.reader in ("key-value", "table")) or self.header is None:
                return sighting
            return replace(sighting, step=self.header, total=self.count, source=HEADER, trust=LEARNED)
        told = sighting.loss is not None or sighting.metrics or (sighting.epochs and sighting.told_more)
        told = told or sighting.interval is not None  # `epoch 3 took 12 s`
        if not told or epoch != int(epoch):
            return sighting
        if sighting.reader == "records" and sighting.mode == "eval":
            return sighting
        return replace(sighting, step=epoch, total=sighting.epochs, source="epoch", trust=EPOCH)

    def locate(self, sighting: Sighting, source: Source) -> Place | None:
        """Where the run stands by this sighting of this counter."""
        if sighting.samples is not None:
            _samples_to_batches(sighting, source)
        _unswap(sighting, source)
        epoch = sighting.epoch if sighting.epoch is not None else self.header
        if source.first_epoch is None:
            source.first_epoch = epoch
        if sighting.step is not None and (sighting.inner is None or sighting.trust > STEP):
            if (
                sighting.inner is None
                and source.trust > EPOCH
                and self._counts_within(sighting, source, epoch)
            ):
                return self._within(sighting.step, sighting.total, epoch, sighting, source)
            source.last_epoch = epoch
            if sighting.bar and sighting.total:
                return self._by_laps(sighting.step, sighting.total, source)
            return Place(sighting.step, sighting.total)
        if sighting.inner is None:
            return None
        return self._within(sighting.inner, sighting.inner_total, epoch, sighting, source)

    def _counts_within(self, sighting: Sighting, source: Source, epoch: float | None) -> bool:
        """`Epoch 2, step 10`: a step that starts again with each epoch is a batch."""
        if source.restarts_with_epoch is None and epoch is not None and sighting.step is not None:
            if source.last_epoch is not None and epoch > source.last_epoch and source.raw_inner is not None:
                source.restarts_with_epoch = sighting.step <= source.raw_inner
            elif sighting.epoch is not None and sighting.epochs and sighting.total:
                ahead = epoch - (self.base or 0.0)
                share, each = sighting.step / sighting.total, 1.0 / sighting.epochs
                if share < ahead * each * 0.9 or share > (ahead + 1) * each * 1.1:
                    source.restarts_with_epoch = True  # as a count of the run it would not fit the epoch
        source.last_epoch = epoch if epoch is not None else source.last_epoch
        source.raw_inner = sighting.step
        return bool(source.restarts_with_epoch)

    def _within(
        self, inner: float, per_epoch: float | None, epoch: float | None, sighting: Sighting, source: Source
    ) -> Place | None:
        if inner == 0 and not sighting.bar and sighting.loss is not None:
            source.zero_based = True
        done = inner + 1 if source.zero_based else inner
        if source.per_epoch is None or done > source.per_epoch:
            source.per_epoch = done if per_epoch is None else per_epoch
        if per_epoch is not None:
            source.per_epoch = per_epoch
        if epoch is None:
            return self._by_laps(done, source.per_epoch or done, source)
        if self.base is None:
            self.base = 0.0 if epoch == 0 else 1.0
        _note_lap(source, inner, epoch)
        if _repeats_the_epoch(sighting, source, inner, per_epoch):
            return Place(inner, per_epoch)
        exact = per_epoch is not None
        first = source.first_epoch if source.first_epoch is not None and not exact else self.base
        # of epochs before the log's first nobody knows how long they were: they do not count
        before = max(0.0, epoch - max(first, self.base))
        epochs = self.count if self._by_last_index else sighting.epochs or self.count or self.soft_count
        total = epochs * source.per_epoch if epochs and exact and source.per_epoch else None
        source.last_epoch = epoch
        step = before * source.per_epoch + done
        if total is not None and step > total:
            total = None
        return Place(step, total, done, per_epoch)

    def _by_laps(self, done: float, per_epoch: float, source: Source) -> Place:
        """A counter that begins anew after its end counts another epoch."""
        before = source.lap_done
        if before is not None and done < before and before >= 0.99 * per_epoch and done <= 0.05 * per_epoch:
            source.laps += 1
        source.lap_done, source.lap_length = done, per_epoch
        if source.laps == 0:
            return Place(done, per_epoch)
        epochs = self.count or self.soft_count
        return Place(source.laps * per_epoch + done, epochs * per_epoch if epochs else None, done, per_epoch)


def _repeats_the_epoch(sighting: Sighting, source: Source, inner: float, per_epoch: float | None) -> bool:
    """`Epoch[3/100]: 3%| 3/100`: a bar over epochs that names the epoch, too."""
    epoch = sighting.epoch or 0.0
    same = per_epoch is not None and sighting.epochs == per_epoch and epoch - 1 <= inner <= epoch
    source.epoch_twins = source.epoch_twins + (epoch != source.twin_epoch) if same else 0
    source.twin_epoch = epoch
    return source.epoch_twins >= 3


def _note_lap(source: Source, inner: float, epoch: float) -> None:
    """A bar of an epoch that starts again in the same epoch is a loop within each step of the run."""
    before, length = source.last_inner, source.per_epoch or 0.0
    same_epoch = source.bar and epoch == source.last_epoch and length > 1
    if same_epoch and before is not None and before >= 0.99 * length and inner <= 0.05 * length:
        source.laps += 1
        source.nested |= source.laps >= 2
    source.last_inner = inner


def _batch_size(sighting: Sighting, before: float | None, step: float) -> float:
    """How many examples make a batch: a bar moves by one; tutorials print each tenth, or begin with one."""
    if sighting.bar:
        return step
    if before and before < step and step % before == 0:
        return before
    return step if step % 10 else step / 10


def _samples_to_batches(sighting: Sighting, source: Source) -> None:
    """Examples of the epoch → batches. PyTorch's example prints each tenth batch; a bar, each one."""
    samples = sighting.samples or 0.0
    before = source.raw_inner
    source.raw_inner = samples
    step = samples - before if before is not None else samples
    exact = not sighting.bar or samples < 1000  # above, a bar says 1.02k
    if step > 0 and exact and (source.batch is None or (sighting.bar and step < source.batch)):
        source.batch = _batch_size(sighting, before, step)
    batch = source.batch or max(samples, 1.0)
    sighting.inner = round(samples / batch)
    if sighting.samples_total:
        sighting.inner_total = round(sighting.samples_total / batch) if source.batch else None
    sighting.seconds = None


def _unswap(sighting: Sighting, source: Source) -> None:
    """`Batch 0/100`, `Batch 0/200`: what stands still is the epoch, and what looks like a total grows."""
    inner, total = sighting.inner, sighting.inner_total
    if inner is None or total is None or sighting.bar or sighting.epoch is not None:
        return
    if source.pair is not None:
        grows = inner == source.pair[0] and total > source.pair[1]
        restarts = source.growing_totals >= 2 and inner == source.pair[0] + 1 and total < source.pair[1]
        source.growing_totals = source.growing_totals + 1 if grows or restarts else 0
    source.pair = (inner, total)
    if source.growing_totals >= 2:
        sighting.epoch, sighting.inner, sighting.inner_total = inner, total, None
