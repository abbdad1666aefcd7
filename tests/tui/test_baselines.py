"""A few pictures are compared whole: what changed the looks is seen, and accepted by writing them anew."""

import difflib

import pytest

from tests.pictures.baselines import BASELINES, Baseline, picture


@pytest.mark.parametrize("baseline", BASELINES, ids=lambda baseline: baseline.name)
async def test_the_screen_looks_as_it_is_pictured(baseline: Baseline) -> None:
    now, kept = (await picture(baseline)).splitlines(), baseline.path.read_text().splitlines()
    differences = list(difflib.unified_diff(kept, now, "kept", "now", n=0, lineterm=""))
    shown = "\n".join(line[:200] for line in differences[:20])
    assert not differences, f"look at it, then: python -m tests.pictures baselines\n{shown}"
