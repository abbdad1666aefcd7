"""What the meters say against what the account has lost."""

import pytest

from tests.rental.conftest import Open
from tests.rental.killing import PLAN
from vasttui.watch.credit import account_line, reconciled, take_reading
from vasttui.watch.reconcile import end, reconcile
from vasttui.watch.rental import rent


def test_agreement_is_said_plainly() -> None:
    found = reconciled([(0.0, 25.0, 0.0), (3600.0, 24.60, 0.403)])
    assert found is not None
    assert found.text == "in 1h the credit fell by $0.400; these meters say $0.403: they agree"


@pytest.mark.parametrize(
    ("credit", "wanted"),
    [(24.5, "$0.100 more, by what they do not see"), (24.7, "$0.100 less, since booting counts")],
)
def test_a_difference_is_explained(credit: float, wanted: str) -> None:
    found = reconciled([(0.0, 25.0, 0.0), (3600.0, credit, 0.4)])
    assert found is not None
    assert wanted in found.text


def test_a_top_up_begins_a_new_account() -> None:
    found = reconciled([(0.0, 5.0, 0.0), (3600.0, 24.8, 0.2), (7200.0, 24.4, 0.6)])
    assert found is not None
    assert (found.since, round(found.credit_usd, 3)) == (3600.0, 0.4)
    assert found.text.endswith("(since the last top-up)")


def test_too_little_is_not_reconciled() -> None:
    assert reconciled([]) is None
    assert reconciled([(0.0, 25.0, 0.0), (5.0, 25.0, 0.0)]) is None


async def test_the_meters_agree_with_what_the_market_takes(stage: Open) -> None:
    market = await stage()
    async with market.process() as (vast, rentals):
        account = (await reconcile(vast, rentals)).account
        take_reading(rentals, account, (), (await vast.user()).credit, vast.clock.wall())
        one = await rent(vast, rentals, PLAN, market.offers)
        await market.emulator.advance(3 * 3600.0)
        found = await reconcile(vast, rentals)
        take_reading(rentals, account, found.meters, None, vast.clock.wall())
        await end(vast, rentals, account, one.instance.id, "destroy")
        await market.emulator.advance(60.0)
        take_reading(rentals, account, (), (await vast.user()).credit, vast.clock.wall())
        assert account_line(rentals, account, vast.clock.wall()).endswith(": they agree")
