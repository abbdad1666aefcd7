"""From many counters to one step: which of them counts the run."""

from vasttui.logs.places import HEADER, Epochs, Place, Source
from vasttui.logs.sighting import BAR, NAMED, STEP, Sighting

MAX_SOURCES = 128
_TAKEOVER_SILENCE = 6
_EPOCHS = (HEADER, "epoch", "bar of epochs")


class Counters:
    """Keeps every counter of the log and follows the one that counts optimizer steps."""

    def __init__(self) -> None:
        self.sources: dict[str, Source] = {}
        self.primary = ""
        self.silence = 0
        self.epochs = Epochs()
        self.losses_seen = 0

    @property
    def coarse(self) -> bool:
        """Whether nothing but epochs has been seen to grow yet."""
        return not any(s.growths for key, s in self.sources.items() if key not in _EPOCHS)

    def stop_counting_epochs(self) -> bool:
        """Let go of a counter that was the epoch; whether it was."""
        if self.primary not in _EPOCHS[:2]:
            return False
        self.sources.pop(self.primary, None)
        self.primary, self.silence = "", 0
        return True

    def passed_on(self, followed: str) -> bool:
        """Whether the run's counter is now another bar than the one followed so far."""
        if self.primary == followed or followed not in self.sources:
            return False
        return self.sources[followed].bar and self.sources[self.primary].bar

    def place(self, sighting: Sighting) -> Place | None:
        """The run's step by this sighting; None if its counter is not the one to follow."""
        sighting = self.epochs.as_counter(sighting, self.coarse)
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
        place = self.epochs.locate(sighting, source)
        if place is None:
            return None
        place.trust = sighting.trust
        self._grow(source, place)
        return place if self._follow(key, source, sighting, place) else None

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
        if source.nested and source.last_epoch is not None and self._yield_to_outer(key):
            return False
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

    def _yield_to_outer(self, key: str) -> bool:
        """A loop within each step is not the run's count, if there is another bar."""
        outer = next((k for k, s in self.sources.items() if s.bar and not s.nested and s.growths), None)
        if outer is not None and key == self.primary:
            self._take_over(outer)
        return outer is not None

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
        if outer.per_epoch is not None:
            return False  # it counts within an epoch itself
        ended = inner.last is not None and inner.total is not None and inner.lap_done == inner.lap_length
        if not ended or outer.last == inner.outer_at_end:
            return False
        follows = inner.outer_at_end is not None and outer.last == inner.outer_at_end + 1
        inner.outer_at_end = outer.last
        if follows and outer.total is not None and outer.total <= 1000:
            self.epochs.count = self.epochs.count or outer.total
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
