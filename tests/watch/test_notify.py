"""Alerts sent elsewhere: what is sent, and that nothing of it can hurt the watching."""

import sys
from pathlib import Path

import pytest

from vasttui.monitor.check import Alert, Check, Forecast, Phase, Verdict
from vasttui.watch import notify
from vasttui.watch.notify import MISSING, Notifier, deliver, message_of, missing_extra

URLS = ("json://user:secret@127.0.0.1",)
STAND_IN = """
from pathlib import Path
class Apprise:
    def add(self, url): return url.startswith("json")
    def notify(self, title, body):
        if "raise" in title: raise OSError("secret")
        Path(__file__).with_name("sent").write_text(title + "\\n" + body)
        return True
"""


def look(status: str = "ALERT:slow", verdict: Verdict | None = Verdict.ALERT, state: str = "raised") -> Check:
    alert = Alert("slow", state, 5.0, "half\x1b[31m the rate", "look at the host", 6.0)  # pyright: ignore[reportArgumentType]
    changed = (alert,) if verdict is not Verdict.DONE and verdict is not None else ()
    return Check(
        ts=10.0, line="the line", status=status, phase=Phase.CRUISE, next_look_ts=None, step=1, total_steps=2,
        rate=None, decision="LOOK OFTEN", decision_text="", forecast=Forecast(), changed=changed,
        verdict=verdict,
    )  # fmt: skip


@pytest.fixture
def stand_in(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A module `apprise` that writes into a file; returns the file."""
    (tmp_path / "apprise.py").write_text(STAND_IN)
    monkeypatch.setattr(sys, "path", [str(tmp_path), *sys.path])
    monkeypatch.delitem(sys.modules, "apprise", raising=False)
    return tmp_path / "sent"


def test_raised_alerts_and_ends_are_sent_and_healthy_looks_are_not() -> None:
    assert message_of("r", look()) == (
        "r: ALERT:slow",
        "the line\nslow: half the rate; next: look at the host",
    )
    assert message_of("r", look("DONE", Verdict.DONE)) == ("r: DONE", "the line")
    assert message_of("r", look("OK", None)) is None
    assert message_of("r", look(state="resolved")) is None


def sent_to(file: Path) -> str:
    return file.read_text().splitlines()[0]


async def test_a_look_is_sent_before_the_watch_ends(stand_in: Path) -> None:
    told: list[str] = []
    notifier = Notifier(told.append)
    notifier.look("r", look(), URLS)
    await notifier.close()
    assert (told, sent_to(stand_in)) == ([], "r: ALERT:slow")


@pytest.mark.parametrize(("urls", "title"), [(URLS, "raise"), (("nonsense", *URLS), "t")])
def test_a_service_that_fails_is_told_without_its_address(
    stand_in: Path, urls: tuple[str, ...], title: str
) -> None:
    trouble = deliver(urls, title, "b")
    assert "was not taken" in trouble
    assert "secret" not in trouble


async def test_without_the_extra_the_watcher_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    def none(_name: str) -> None: ...

    monkeypatch.setattr(notify, "find_spec", none)
    assert (missing_extra(URLS), missing_extra(())) == (MISSING, "")
    told: list[str] = []
    notifier = Notifier(told.append)
    notifier.look("r", look(), URLS)
    await notifier.close()
    assert told == [MISSING]
