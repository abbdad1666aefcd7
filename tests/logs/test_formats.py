"""What the reader makes of small logs in many layouts."""

from typing import Any

import pytest

from tests.logs.elsewhere import ELSEWHERE
from tests.logs.formats import FORMATS
from tests.logs.frameworks import FRAMEWORKS
from vasttui.logs.events import LogEvent, Progress
from vasttui.logs.reader import LogReader
from vasttui.logs.summary import ParseSummary, summarise

TOLERANCE = {"seconds_per_step": 0.1, "loss": 0.02}


def parse(text: str) -> tuple[LogReader, list[LogEvent], ParseSummary]:
    reader = LogReader()
    events = [*reader.feed(text.encode()), *reader.finish()]
    return reader, events, summarise(reader, events)


ALL = [*FORMATS, *FRAMEWORKS, *ELSEWHERE]


@pytest.mark.parametrize(("text", "wanted"), [f[1:] for f in ALL], ids=[f[0] for f in ALL])
def test_a_layout_is_read(text: str, wanted: dict[str, Any]) -> None:
    reader, events, got = parse(text)
    told: dict[str, Any] = {
        "n_evals": len(got.evals),
        "n_errors": len(got.errors),
        "early": reader.early_stopped,
        "last_moving_step": max(
            (e.step for e in events if isinstance(e, Progress) and e.step is not None), default=None
        ),
    }
    for name, value in wanted.items():
        if name == "evals_last":
            assert got.evals[-1].metrics == pytest.approx({**got.evals[-1].metrics, **value})
        elif name == "step_about":
            assert got.step == pytest.approx(value[0], abs=value[1])
        else:
            found = told[name] if name in told else getattr(got, name)
            assert found == (
                pytest.approx(value, rel=TOLERANCE[name])
                if name in TOLERANCE and value is not None
                else value
            ), name
