"""What was told before is no news: evaluations shown again and again, a NaN that stays."""

from collections import deque

from vasttui.logs.sighting import Sighting


class Evaluations:
    """The last evaluations, to tell a new one from an old one that a bar or a line repeats."""

    def __init__(self) -> None:
        self.fresh = False  # an evaluation has been seen running since the last one was told
        self._shown: dict[str, float] = {}
        self._recent: deque[tuple[float | None, dict[str, float]]] = deque(maxlen=6)

    def is_news(self, metrics: dict[str, float]) -> bool:
        """Bars and lines show the last evaluation again and again, perhaps rounded; only a change counts."""
        news = self.fresh or metrics != self._shown
        known = self._recent[-1][1] if self._recent else {}
        renamed = known.keys().isdisjoint(metrics)
        again = renamed and all(any(_close(v, other) for other in known.values()) for v in metrics.values())
        self._shown = metrics
        return news and not again

    def take(self, step: float | None, metrics: dict[str, float]) -> bool:
        """Whether these figures were not told for this step before; they are from now on."""
        if any(at == step and _same(metrics, before) for at, before in self._recent):
            return False
        self._recent.append((step, metrics))
        self.fresh = False
        return True


class NanWatch:
    """Says once that the loss or the gradient is no number, and again after it was one."""

    def __init__(self) -> None:
        self._bad = False

    def news(self, sighting: Sighting) -> str:
        """What has just become no number; empty if nothing has."""
        loss, grad = sighting.loss, sighting.grad_norm
        bad_loss = loss is not None and not abs(loss) < float("inf")
        bad_grad = grad is not None and grad != grad and (loss is None or loss == 0 or bad_loss)
        counted = (sighting.nan_count or 0) > 0
        bad = bad_loss or bad_grad or counted
        known, self._bad = self._bad, bad or (self._bad and loss is None)
        if not bad or known:
            return ""
        return f"loss is {loss:g}" if bad_loss else "the gradient is nan" if bad_grad else "nan iterations"


def _same(a: dict[str, float], b: dict[str, float]) -> bool:
    return a.keys() == b.keys() and all(_close(a[k], b[k]) for k in a)


def _close(a: float, b: float) -> bool:
    return abs(a - b) <= 1e-3 * max(abs(a), abs(b))
