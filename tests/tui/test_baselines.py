"""A few pictures are compared whole: what changed the looks is seen, and accepted by writing them anew."""

import difflib

import pytest

from tests.pictures.scenes import BASELINES, SCENES, picture


@pytest.mark.parametrize("name", BASELINES)
async def test_the_screen_looks_as_it_is_pictured(name: str) -> None:
    scene = next(scene for scene in SCENES if scene.name == name)
    now, kept = (await picture(scene)).splitlines(), scene.path.read_text().splitlines()
    differences = list(difflib.unified_diff(kept, now, "kept", "now", n=0, lineterm=""))
    shown = "\n".join(line[:200] for line in differences[:20])
    assert not differences, f"look at it, then: python -m tests.pictures {name}\n{shown}"
