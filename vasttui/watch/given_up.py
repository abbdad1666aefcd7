"""Machines that did not come up, or were left, within a day: kept in the journal, told, not taken again."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from vasttui.cloud.errors import CloudError
from vasttui.watch.choosing import Choice
from vasttui.watch.rentals_journal import Rentals

BAD_FOR_S = 86400.0
_HOURS_FROM_MIN = 90
BAD = "bad: "  # how the note of a rental begins whose machine is not to be taken again for a day


def given_up(rentals: Rentals, account: str, now: float) -> dict[int, str]:
    """Machine → why it is left out, and since when, in words. `now`: unix s.

    What one account of a market has learnt of its machines holds for all; `account` may be its address alone.
    """
    return {
        one.machine: f"{one.note.removeprefix(BAD)}, {_ago(now - one.asked_at)}"
        for one in rentals.at_market(account.partition("#")[0])
        if one.note.startswith(BAD) and one.machine is not None and one.asked_at >= now - BAD_FOR_S
    }


def marked(choices: Sequence[Choice], left_out: Mapping[int, str]) -> list[Choice]:
    """Those that are left out come last and say why."""
    told = [replace(one, left_out=left_out.get(one.offer.machine_id or 0, "")) for one in choices]
    return sorted(told, key=lambda one: bool(one.left_out))


def without(choices: Sequence[Choice], left_out: Mapping[int, str]) -> list[Choice]:
    """Those that may be taken.

    Raises:
        CloudError: the query finds some, and each is left out.
    """
    fresh = [one for one in choices if one.offer.machine_id not in left_out]
    if choices and not fresh:
        why = left_out[choices[0].offer.machine_id or 0]
        raise CloudError(
            f"each of the {len(choices)} offers was given up within a day, the best one: {why}",
            "ask for less in [host] vast query, or try again later; --offer ID takes one all the same",
        )
    return fresh


def _ago(age_s: float) -> str:
    minutes = max(0.0, age_s / 60)
    return f"{minutes:.0f} min ago" if minutes < _HOURS_FROM_MIN else f"{minutes / 60:.0f} h ago"
