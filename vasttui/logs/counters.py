"""From many counters to one step: which of them counts the run, and what its numbers mean."""

from dataclasses import dataclass, replace

from vasttui.logs.sighting import BAR, EPOCH, NAMED, STEP, Sighting

MAX_SOURCES = 128
_TAKEOVER_SILENCE = 6


@dataclass(slots=True)
class Source:
    """One counter as it has been seen: its last value, how it moves, what it counts in."""

    trust: int
    bar: bool = False
    last: float | None = None
    total: float | None = None
    raw_inner: float | None = None
    gap: float = 0.0
    growths: int = 0
    growths_since: int = 0
    laps: int = 0
    last_epoch: float | None = None
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


@dataclass(slots=True)
class Place:
    """Where the run stands by one sighting: step and total of the run, batch of the epoch."""

    step: float
    total: float | None = None
    batch: float | None = None
    per_epoch: float | None = None


def _batch_size(sighting: Sighting, before: float | None, step: float) -> float:
    """How many examples make a batch: a bar moves by one; tutorials print each tenth, or begin with one."""
    if sighting.bar:
        return step
    if before and before < step and step % before == 0:
        return before
    return step if step % 10 else step / 10


class Counters:
    """Keeps every counter of the log and follows the one that counts optimizer steps."""

    def __init__(self) -> None:
        self.sources: dict[str, Source] = {}
        self.primary = ""
        self.silence = 0
        self.epoch_base: float | None = None
        self.header_epoch: float | None = None
        self.epochs: float | None = None
        self.soft_epochs: float | None = None
        self.fractional_epochs = False
        self.losses_seen = 0

    def note_epoch(self, sighting: Sighting) -> None:
        """Learn from any line which epoch it is, of how many, and whether they count from 0."""
        epoch = sighting.epoch
        if sighting.soft_epochs is not None:
            self.soft_epochs = sighting.soft_epochs
        if epoch is None or epoch != epoch:
            return
        if epoch != int(epoch):
            self.fractional_epochs = True
            return
        if sighting.reader == "records":
            return
        if self.epoch_base is None or (epoch == 0 and self.header_epoch is None):
            bare_bar = sighting.bar and sighting.epochs is None and epoch > 1
            self.epoch_base = 0.0 if epoch == 0 or sighting.zero_based or bare_bar else 1.0
        if sighting.source == "bar of epochs":
            self.epoch_base = 0.0  # a bar counts what is done
        if epoch < self.epoch_base:
            self.epoch_base = epoch
        self.header_epoch = epoch
        if sighting.epochs is not None and sighting.epochs >= epoch:
            self.epochs = sighting.epochs

    def passed_on(self, followed: str) -> bool:
        """Whether the run's counter is now another bar than the one followed so far."""
        if self.primary == followed or followed not in self.sources:
            return False
        return self.sources[followed].bar and self.sources[self.primary].bar

    def place(self, sighting: Sighting) -> Place | None:
        """The run's step by this sighting; None if its counter is not the one to follow."""
        sighting = self._with_epoch_as_counter(sighting)
        if not sighting.counts:
            return None
        key = sighting.source or sighting.reader
        source = self.sources.get(key)
        if source is None:
            if len(self.sources) >= MAX_SOURCES:
                return None
            source = self.sources[key] = Source(
                sighting.trust, sighting.bar, started_after_losses=self.losses_seen
            )
        source.trust = max(source.trust, sighting.trust) if not sighting.weak else source.trust
        source.elapsed = max(source.elapsed, sighting.elapsed or 0.0)
        source.has_loss |= sighting.loss is not None
        place = self._located(sighting, source)
        if place is None:
            return None
        self._grow(source, place)
        return place if self._follow(key, source, sighting, place) else None

    def _with_epoch_as_counter(self, sighting: Sighting) -> Sighting:
        """An epoch with figures, in a log that counts nothing finer, is the step."""
        epoch = sighting.epoch
        if sighting.counts or epoch is None or self.fractional_epochs:
            return sighting
        told = sighting.loss is not None or sighting.metrics or (sighting.bar and sighting.epochs)
        if not told or epoch != int(epoch):
            return sighting
        if sighting.reader == "records" and sighting.mode == "eval":
            return sighting
        return replace(sighting, step=epoch, total=sighting.epochs, source="epoch", trust=EPOCH)

    def _located(self, sighting: Sighting, source: Source) -> Place | None:
        if sighting.samples is not None:
            self._samples_to_batches(sighting, source)
        epoch = sighting.epoch if sighting.epoch is not None else self.header_epoch
        if sighting.step is not None and (sighting.inner is None or sighting.trust > STEP):
            if (
                sighting.inner is None
                and source.trust > EPOCH
                and self._counts_within_epoch(sighting, source, epoch)
            ):
                return self._within_epoch(sighting.step, sighting.total, epoch, sighting, source)
            source.last_epoch = epoch
            if sighting.bar and sighting.total:
                return self._by_laps(sighting.step, sighting.total, source)
            return Place(sighting.step, sighting.total)
        if sighting.inner is None:
            return None
        return self._within_epoch(sighting.inner, sighting.inner_total, epoch, sighting, source)

    def _samples_to_batches(self, sighting: Sighting, source: Source) -> None:
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

    def _counts_within_epoch(self, sighting: Sighting, source: Source, epoch: float | None) -> bool:
        """`Epoch 2, step 10`: a step that starts again with each epoch is a batch."""
        if source.restarts_with_epoch is None and epoch is not None and sighting.step is not None:
            if source.last_epoch is not None and epoch > source.last_epoch and source.raw_inner is not None:
                source.restarts_with_epoch = sighting.step <= source.raw_inner
            elif (
                source.last_epoch is None
                and sighting.epoch is not None
                and sighting.epochs
                and sighting.total
            ):
                ahead = epoch - (self.epoch_base or 0.0)
                if ahead >= 1 and sighting.step < sighting.total * ahead / sighting.epochs * 0.9:
                    source.restarts_with_epoch = True
        source.last_epoch = epoch if epoch is not None else source.last_epoch
        source.raw_inner = sighting.step
        return bool(source.restarts_with_epoch)

    def _within_epoch(
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
        if self.epoch_base is None:
            self.epoch_base = 0.0 if epoch == 0 else 1.0
        before = max(0.0, epoch - self.epoch_base)
        epochs = sighting.epochs or self.epochs or self.soft_epochs
        exact = per_epoch is not None
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
        epochs = self.epochs or self.soft_epochs
        return Place(source.laps * per_epoch + done, epochs * per_epoch if epochs else None, done, per_epoch)

    @staticmethod
    def _grow(source: Source, place: Place) -> None:
        if source.first is None:
            source.first = place.step
        if source.last is not None and place.step > source.last:
            source.growths += 1
            source.growths_since += 1
            source.gap = place.step - source.last
        elif source.last is not None and place.step < source.last:
            source.gap = 0.0
        source.last = place.step
        source.total = place.total or source.total

    def _follow(self, key: str, source: Source, sighting: Sighting, place: Place) -> bool:
        """Decide whether this counter is (or now becomes) the run's."""
        primary = self.sources.get(self.primary)
        if key == self.primary:
            self.silence = 0
            return True
        if sighting.weak and source.growths < 3:
            return False
        if primary is None or source.trust > primary.trust:
            if (
                primary is not None
                and self._agrees(primary, place)
                and source.trust <= STEP + 1
                and primary.bar
            ):
                return False
            return self._take_over(key)
        if self._agrees(primary, place):
            if place.total is not None and primary.total is None:
                primary.total = place.total
            return place.step >= (primary.last or 0)
        self.silence += 1
        if self._may_take_over(primary, source):
            return self._take_over(key)
        return False

    def _agrees(self, primary: Source, place: Place) -> bool:
        """Whether two counters tell the same: same total, or a value just about where the first stands."""
        if primary.last is None:
            return False
        if place.total is not None and primary.total is not None:
            return place.total == primary.total
        reach = max(2.0, 2 * primary.gap)
        return -reach <= place.step - primary.last <= reach and primary.last > 2

    def _may_take_over(self, primary: Source, source: Source) -> bool:
        if primary.bar and source.bar:
            return self._bar_may_take_over(primary, source)
        if source.trust < min(primary.trust, NAMED) and not (primary.bar and self._is_over(primary)):
            return False
        return self.silence >= _TAKEOVER_SILENCE and source.growths_since >= 4

    def _bar_may_take_over(self, primary: Source, source: Source) -> bool:
        if not self._is_over(primary):
            if self._is_an_epoch(primary, source):
                return True
            source.nested = True
            return False
        if source.nested:
            return False
        lossy = source.has_loss or self.losses_seen > source.started_after_losses
        longer = (source.total or 0) >= (primary.total or 0)
        return source.trust > BAR or lossy or longer or source.elapsed >= 30

    def _is_an_epoch(self, outer: Source, inner: Source) -> bool:
        """`tqdm(epochs)` over `tqdm(batches)`: at each end of the inner bar the outer stands one further."""
        ended = inner.last is not None and inner.total is not None and inner.lap_done == inner.lap_length
        if not ended or outer.last == inner.outer_at_end:
            return False
        follows = inner.outer_at_end is not None and outer.last == inner.outer_at_end + 1
        inner.outer_at_end = outer.last
        if follows and outer.total is not None and outer.total <= 1000:
            self.epochs = self.epochs or outer.total
            outer.nested = True  # from now on it only counts epochs
            return True
        return False

    @staticmethod
    def _is_over(primary: Source) -> bool:
        return primary.total is not None and primary.last is not None and primary.last >= primary.total

    def _take_over(self, key: str) -> bool:
        self.primary, self.silence = key, 0
        for other in self.sources.values():
            other.growths_since = 0
        return True
