"""Without colour the screen says the same."""

import pytest

from tests.tui import fake
from tests.tui.driving import opened, text
from tests.tui.fake import FakeSession


async def test_no_colour_is_drawn_where_none_is_wanted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    async with opened(FakeSession(fake.alerting())) as pilot:
        shown = text(pilot)
        strips = pilot.app.screen._compositor.render_strips()
        drawn = [
            strip.apply_filter(line_filter, pilot.app.background_colors[1])
            for strip in strips
            for line_filter in pilot.app._filters
        ]
        colours = {
            colour.triplet
            for strip in drawn
            for segment in strip
            if segment.style is not None
            for colour in (segment.style.color, segment.style.bgcolor)
            if colour is not None and colour.triplet is not None
        }
    assert all(max(triplet) - min(triplet) <= 2 for triplet in colours)
    assert colours
    for wanted in ("▲ slow", "STOP AND FIX", "▲ over $5.00", "✖ disk", "◆ reliability", "✔ vram"):
        assert wanted in shown
