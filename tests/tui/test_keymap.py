"""`[keymap]` of the config: what cannot be used is named, what can is used and shown."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.tui import fake
from tests.tui.driving import text, until
from tests.tui.fake import FakeSession
from vasttui.tui.app import VastTui
from vasttui.tui.keymap import check_keymap, known_ids, read_settings
from vasttui.tui.keys import key_line, key_text, use_keymap
from vasttui.tui.keytable import table

DOCS = Path(__file__).parents[2] / "docs" / "keys.md"


@pytest.fixture(autouse=True)
def default_keys() -> Iterator[None]:
    yield
    use_keymap({})


WRONG = {
    "an unknown id": ({"kil": "x"}, "did you mean kill?"),
    "no key": ({"kill": ""}, "is not a key"),
    "a word": ({"kill": "hello"}, "is not a key"),
    "a number": ({"kill": 3}, "is not a key"),
    "a key like enter": ({"kill": "ctrl+m"}, "cannot tell it from enter"),
    "the way out": ({"kill": "ctrl+c"}, "leaves, from anywhere"),
    "a clash": ({"kill": "c"}, "kill = c clashes with check (Look now"),
    "a clash under another name": ({"kill": "question_mark"}, "clashes with help"),
    "a clash on another screen": ({"chart.left": "n"}, "clashes with chart.next_event"),
}


@pytest.mark.parametrize("case", WRONG)
def test_an_entry_that_cannot_be_used_is_named_and_left_out(case: str) -> None:
    told, part = WRONG[case]
    keymap, problems = check_keymap(told)
    assert keymap == {}
    assert len(problems) == 1
    assert part in problems[0]


def test_two_entries_may_change_places_and_screens_may_share_a_key() -> None:
    told = {"kill": "c", "check": "k", "log.search": "c", "faster": ">,f5"}
    keymap, problems = check_keymap(told)
    assert problems == []
    assert keymap == {"kill": "c", "check": "k", "log.search": "c", "faster": "greater_than_sign,f5"}


def test_of_two_entries_on_one_key_one_stays() -> None:
    keymap, problems = check_keymap({"kill": "x", "check": "x"})
    assert keymap == {"check": "x"}
    assert len(problems) == 1


def test_a_config_that_cannot_be_read_is_one_line(tmp_path: Path) -> None:
    config = tmp_path / "config.toml"
    assert read_settings(config) == read_settings(tmp_path / "none.toml")
    config.write_text("theme = \n")
    assert "line 1" in read_settings(config).problems[0]
    config.write_text('theme = "light"\n[keymap]\nkil = "x"\n')
    settings = read_settings(config)
    assert settings.theme == "light"
    assert len(settings.problems) == 1


async def test_a_mapped_key_works_is_shown_and_problems_are_told_once() -> None:
    session = FakeSession(fake.alerting())
    app = VastTui(session, keymap={"acknowledge": "f5"}, problems=("[keymap] kil names nothing",))
    async with app.run_test(size=(120, 36), notifications=True) as pilot:
        await until(pilot, lambda: "f5 seen" in text(pilot) and "kil names nothing" in text(pilot))
        await pilot.press("a")
        assert session.calls == []
        await pilot.press("f5")
        await until(pilot, lambda: session.calls == [("acknowledge", "slow")])
        await pilot.press("question_mark")
        await until(pilot, lambda: "f5     Mark the alert as seen" in text(pilot))


def test_the_page_of_keys_is_current() -> None:
    assert DOCS.read_text() == table(), "python -m vasttui.tui.keytable > docs/keys.md"


def test_no_screen_has_a_key_twice() -> None:
    for screen in {one.screen for one in known_ids()}:
        keys = [key for one in known_ids() if one.screen == screen for key in one.keys.split(",")]
        assert len(set(keys)) == len(keys), screen


def test_keys_are_written_as_people_write_them() -> None:
    assert key_text("question_mark,ctrl+x,shift+left") == "? ^x shift+←"


def test_the_way_back_is_the_last_to_leave_a_line_of_keys() -> None:
    assert key_line((("a", "all"), ("esc", "back")), 8).plain == "esc back"
