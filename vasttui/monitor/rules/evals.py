"""The eval rule: worse than the plan expects, or worse than its own best and getting worse."""

import math
from itertools import pairwise
from statistics import median

from vasttui.monitor.rules.symptom import Symptom, View
from vasttui.monitor.words import significant

HIGHER_IS_BETTER = (
    "acc",
    "f1",
    "bleu",
    "rouge",
    "map",
    "auc",
    "reward",
    "score",
    "precision",
    "recall",
    "iou",
)
PREFERRED = ("eval_loss", "val_loss", "valid_loss", "validation_loss", "test_loss")
NOT_A_SCORE = (
    "step",
    "time",
    "epoch",
    "iter",
    "per_second",
    "speed",
    "lr",
    "learning_rate",
    "num_",
    "samples",
)
IN_A_ROW = 2
TELL_NOISE = 4
NOISE_FACTOR = 3.0
RECOVERS = 0.3


def followed(view: View) -> tuple[str, bool] | None:
    """Which metric is followed, and whether less is better; None without evals.

    The plan's metric wins; else a loss under one of its usual names; else whatever has most points.
    """
    found = {name.removeprefix("eval:") for name in view.history.series if name.startswith("eval:")}
    if not found:
        return None
    names = {name for name in found if not any(word in name.lower() for word in NOT_A_SCORE)} or found
    if view.plan.eval is not None and view.plan.eval.metric in found:
        return view.plan.eval.metric, view.plan.eval.goal == "min"
    for name in PREFERRED:
        if name in names:
            return name, True
    losses = sorted(n for n in names if "loss" in n.lower() and "train" not in n.lower())
    if losses:
        return losses[0], True
    rest = sorted(n for n in names if "train" not in n.lower()) or sorted(names)
    return rest[0], not any(word in rest[0].lower() for word in HIGHER_IS_BETTER)


def eval_worse(view: View) -> Symptom | None:
    """The latest evals are materially worse than planned, or than this run's best."""
    h = view.history
    key = (len(h.evals), h.exit is None)
    if h.eval_judged is None or h.eval_judged[0] != key:
        h.eval_judged = key, _judge(view)
    return h.eval_judged[1]


def _judge(view: View) -> Symptom | None:
    choice = followed(view)
    if choice is None or view.history.exit is not None:
        return None
    name, less_is_better = choice
    series = view.history.series[f"eval:{name}"]
    values = [v if less_is_better else -v for v in series.values]
    return _against_plan(view, name, less_is_better) or _against_best(view, name, values, list(series.ts))


def _against_plan(view: View, name: str, less_is_better: bool) -> Symptom | None:
    wanted = view.plan.eval
    if wanted is None or not wanted.expected or wanted.metric != name:
        return None
    points = [p for p in view.history.evals if name in p.metrics and p.step is not None]
    if not points:
        return None
    last = points[-1]
    due = [(int(step), value) for step, value in wanted.expected.items() if int(step) <= (last.step or 0)]
    if not due:
        return None
    step, value = max(due)
    got = last.metrics[name]
    worse = (got - value if less_is_better else value - got) / max(abs(value), 1e-12)
    if worse <= wanted.tolerance and math.isfinite(got):
        return None
    return Symptom(
        f"{name} {significant(got)} at step {last.step}, the plan expects {significant(value)} "
        f"from step {step} (tolerance {wanted.tolerance:.0%})",
        "compare with the reference run; a wrong learning rate or data order shows here first",
        since=last.ts if last.ts is not None else view.now,
    )


def _against_best(view: View, name: str, values: list[float], times: list[float]) -> Symptom | None:
    """Two in a row beyond the best, by the threshold and by more than the run's own eval noise explains.

    Three, each worse than the last, while there are too few to tell the noise by.
    """
    in_a_row = IN_A_ROW if len(values) >= IN_A_ROW + TELL_NOISE else IN_A_ROW + 1
    if len(values) <= in_a_row:
        return None
    latest, earlier = values[-in_a_row:], values[:-in_a_row]
    best = min(earlier)
    if not all(map(math.isfinite, values)):
        return _not_a_number(name, times[-1]) if not math.isfinite(latest[-1]) else None
    noise = eval_noise(earlier)
    margin = max(view.plan.alerts.eval * abs(best), NOISE_FACTOR * noise)
    if in_a_row > IN_A_ROW and any(b < a for a, b in pairwise(latest)):
        return None
    recovers = latest[-1] < latest[0] - max(noise, RECOVERS * (latest[0] - best))
    if margin <= 0 or min(latest) <= best + margin or recovers:
        return None
    return Symptom(
        f"{name} {significant(abs(latest[-1]))}, its best was {significant(abs(best))}: worse "
        f"{len(latest)} evals in a row",
        "overfitting or divergence: keep the best checkpoint, lower the learning rate or stop",
        since=times[-in_a_row],
        immediate=True,
    )


def eval_noise(values: list[float]) -> float:
    """One standard deviation of an eval about its trend, from second differences; 0 from fewer than four.

    The median of |a - 2b + c| over the normal's 0.6745 and the filter's norm: a trend drops out, one
    outlier does not matter.
    """
    if len(values) < TELL_NOISE:
        return 0.0
    bends = [abs(values[i] - 2 * values[i + 1] + values[i + 2]) for i in range(len(values) - 2)]
    return median(bends) / (0.6745 * math.sqrt(6.0))


def _not_a_number(name: str, ts: float) -> Symptom:
    return Symptom(f"{name} is not a number", "stop: look at the data and the loss of this eval", since=ts)
