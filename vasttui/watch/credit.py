"""What the meters say against what the account has lost: one line that explains the difference."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from vasttui.monitor.words import duration
from vasttui.watch.meters import Meter
from vasttui.watch.rentals_journal import Rentals

SPAN_S = 24 * 3600.0
_LEAST_S = 60.0
_LEAST_USD = 0.005
_SHARE = 0.02
_TOP_UP_USD = 0.01

Reading = tuple[float, float, float]
"""(unix s, credit, what all meters have said by then), dollars"""


@dataclass(frozen=True, slots=True)
class Reconciliation:
    """Between two readings without a top-up: what the credit lost and what the meters gained."""

    since: float
    until: float
    credit_usd: float
    metered_usd: float
    topped_up: bool = False

    @property
    def difference_usd(self) -> float:
        """More than zero: the account lost more than the meters say."""
        return self.credit_usd - self.metered_usd

    @property
    def text(self) -> str:
        """One line."""
        line = (
            f"in {duration(self.until - self.since)} the credit fell by ${self.credit_usd:.3f};"
            f" these meters say ${self.metered_usd:.3f}"
        )
        if abs(self.difference_usd) <= max(_LEAST_USD, _SHARE * self.metered_usd):
            line += ": they agree"
        elif self.difference_usd > 0:
            line += (
                f": ${self.difference_usd:.3f} more, by what they do not see"
                " (traffic told late, volumes, instances that came and went meanwhile)"
            )
        else:
            line += (
                f": ${-self.difference_usd:.3f} less, since booting counts here in full and charges come late"
            )
        return line + (" (since the last top-up)" if self.topped_up else "")


def take_reading(
    rentals: Rentals, account: str, meters: Iterable[Meter], credit_usd: float | None, now: float
) -> None:
    """Write down what every meter and the credit say now (unix s)."""
    for meter in meters:
        if meter.usd is not None:
            rentals.bill(account, meter.instance.id, now, meter.usd, meter.usd_h or 0.0)
    if credit_usd is not None:
        rentals.note_credit(account, now, credit_usd)


def reconciled(readings: Sequence[Reading]) -> Reconciliation | None:
    """From the oldest reading since the last top-up to the newest; None: too little is known."""
    start = 0
    for number in range(1, len(readings)):
        if readings[number][1] > readings[number - 1][1] + _TOP_UP_USD:
            start = number
    if not readings:
        return None
    first, last = readings[start], readings[-1]
    if last[0] - first[0] < _LEAST_S:
        return None
    return Reconciliation(first[0], last[0], first[1] - last[1], last[2] - first[2], topped_up=start > 0)


def account_line(rentals: Rentals, account: str, now: float) -> str:
    """For `vasttui instances`; empty: too little is known, or nothing was spent."""
    found = reconciled(rentals.credits(account, now - SPAN_S))
    if found is None or (found.credit_usd < _LEAST_USD and found.metered_usd < _LEAST_USD):
        return ""
    return found.text
