"""From rows to figures: recall, precision, delay, looks, bytes, dollars."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from tests.lab.faults import FAULTS
from tests.lab.outcome import Outcome
from tests.lab.policies import Row

FAILING = 0.43  # share of GPU jobs that fail (Seren, the larger of the published clusters)
LOOK_USD = 0.02
USD_H = 2.0
MIN_S = 60.0


@dataclass(frozen=True, slots=True)
class KindScore:
    """One policy on one kind of fault. Delays in seconds from the failure; negative: told ahead of it."""

    runs: int
    recall: float
    recall_blatant: float
    recall_borderline: float
    precision: float
    median_s: float
    p95_s: float


@dataclass(frozen=True, slots=True)
class PolicyScore:
    """One policy on the mix: a share of runs fails as published, kinds weigh as they are met.

    Per run: looks, bytes, lines shown, dollars between failure and detection, and all of it as dollars.
    """

    recall: float
    precision: float
    median_s: float
    p95_s: float
    looks: float
    bytes: float
    lines: float
    burnt_usd: float
    total_usd: float
    false_per_500h: float
    look_alike_share: float


def delay_s(row: Row, outcome: Outcome) -> float:
    """Seconds from failure to its naming; infinite where nobody named it."""
    return float("inf") if outcome.seen is None else outcome.seen - row.truth.failed


def burnt_usd(row: Row, outcome: Outcome) -> float:
    """What the machine cost between the failure and its naming (or the end of what is known)."""
    if not row.truth.faulty:
        return 0.0
    until = row.end if outcome.seen is None else outcome.seen
    return max(0.0, until - row.truth.failed) / 3600 * USD_H


def score_kind(rows: Iterable[Row], policy: str, kind: str) -> KindScore:
    """One kind of fault."""
    mine = [row for row in rows if row.truth.kind == kind]
    found = [row.outcomes[policy] for row in mine]
    delays = [delay_s(row, outcome) for row, outcome in zip(mine, found, strict=True)]
    wrong = sum(bool(outcome.false) for outcome in found)
    right = sum(outcome.seen is not None for outcome in found)
    return KindScore(
        runs=len(mine),
        recall=_recall(mine, policy),
        recall_blatant=_recall([r for r in mine if r.truth.severity == "blatant"], policy),
        recall_borderline=_recall([r for r in mine if r.truth.severity == "borderline"], policy),
        precision=right / max(1, right + wrong),
        median_s=_quantile(delays, 0.5),
        p95_s=_quantile(delays, 0.95),
    )


def _recall(rows: Sequence[Row], policy: str) -> float:
    return sum(row.outcomes[policy].seen is not None for row in rows) / len(rows) if rows else float("nan")


def _quantile(values: Sequence[float], q: float, weights: Sequence[float] | None = None) -> float:
    """The value below which a share `q` of the weight lies; infinite values stay what they are."""
    if not values:
        return float("nan")
    order = np.argsort(values, kind="stable")
    weight = np.ones(len(values)) if weights is None else np.asarray(weights)
    cumulative = np.cumsum(weight[order]) / weight.sum()
    return float(np.asarray(values)[order][int(np.searchsorted(cumulative, q - 1e-12))])


def weights(rows: Sequence[Row]) -> list[float]:
    """What each row weighs in the mix; they add up to one."""
    total = sum(fault.share for fault in FAULTS.values())
    counts: dict[str, int] = {}
    for row in rows:
        counts[row.truth.kind] = counts.get(row.truth.kind, 0) + 1
    return [
        (1 - FAILING) / counts["healthy"]
        if not row.truth.faulty
        else FAILING * FAULTS[row.truth.kind].share / total / counts[row.truth.kind]
        for row in rows
    ]


def score_policy(rows: Sequence[Row], policy: str) -> PolicyScore:
    """A policy on the mix."""
    weight = weights(rows)
    found = [row.outcomes[policy] for row in rows]
    pairs = list(zip(rows, found, weight, strict=True))
    ill = [(row, outcome, w) for row, outcome, w in pairs if row.truth.faulty]
    right = sum(w for _, outcome, w in ill if outcome.seen is not None)
    wrong = sum(w * len(outcome.false) for _, outcome, w in pairs)
    delays = [max(0.0, delay_s(row, outcome)) for row, outcome, _ in ill]
    looks = sum(w * outcome.looks for _, outcome, w in pairs)
    burnt = sum(w * burnt_usd(row, outcome) for row, outcome, w in pairs)
    alike = [row for row in rows if row.truth.look_alike]
    return PolicyScore(
        recall=right / sum(w for _, _, w in ill),
        precision=right / max(1e-12, right + wrong),
        median_s=_quantile(delays, 0.5, [w for _, _, w in ill]),
        p95_s=_quantile(delays, 0.95, [w for _, _, w in ill]),
        looks=looks,
        bytes=sum(w * outcome.bytes for _, outcome, w in pairs),
        lines=sum(w * outcome.lines for _, outcome, w in pairs),
        burnt_usd=burnt,
        total_usd=burnt + LOOK_USD * looks,
        false_per_500h=500 * sum(len(o.false) for o in found) / max(1e-9, sum(r.healthy_hours for r in rows)),
        look_alike_share=sum(bool(r.outcomes[policy].false) for r in alike) / max(1, len(alike)),
    )


@dataclass(frozen=True, slots=True)
class EtaScore:
    """Forecasts against the true finish: one after each tenth of a healthy run."""

    covered: float
    median_error: float
    runs: int


def score_eta(rows: Sequence[Row], policy: str) -> EtaScore:
    """Share of forecasts whose 80 % range held the finish, and the median error of the time to go."""
    inside: list[bool] = []
    errors: list[float] = []
    runs = 0
    for row in rows:
        if row.truth.faulty:
            continue
        told = [eta for eta in row.outcomes[policy].etas if 0.1 <= eta[0] < 0.97]
        runs += bool(told)
        for share in np.arange(0.1, 0.95, 0.1):
            near = next((eta for eta in told if eta[0] >= share), None)
            if near is not None:
                _, told_at, at, low, high = near
                inside.append(low <= row.end <= high)
                errors.append(abs(at - row.end) / max(1.0, row.end - told_at))
    return EtaScore(float(np.mean(inside)), float(np.median(errors)), runs)
