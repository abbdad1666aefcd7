"""Files that tell what the text does not: the `file` of a plan's `[log]`, as bytes.

JSON lines and CSV need nothing here: a `LogReader` reads them as it reads any log. `trainer_state.json`
is one document that is rewritten at each checkpoint, so it is read whole.
"""

from typing import Any, cast

import msgspec

from vasttui.logs.events import EvalPoint, LogEvent, Progress
from vasttui.logs.prefix import Line
from vasttui.logs.recognisers.records import sighting_of
from vasttui.logs.tracker import whole


def trainer_state(data: bytes, ts: float | None = None) -> list[LogEvent]:
    """Read a Hugging Face `trainer_state.json`: a progress or an evaluation for each entry of its history.

    Raises:
        ValueError: the bytes are no such document (perhaps half written); one clear line.
    """
    try:
        state: object = msgspec.json.decode(data)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise ValueError(f"trainer_state.json is no JSON (half written?): {error}") from None
    fields = cast("dict[str, Any]", state) if isinstance(state, dict) else {}
    history, total = fields.get("log_history"), _count(fields.get("max_steps"))
    if history is None or not isinstance(history, list):
        raise ValueError("trainer_state.json has no log_history: is it another file?")
    found: list[LogEvent] = []
    for number, entry in enumerate(cast("list[Any]", history), 1):
        if isinstance(entry, dict):
            found += _entry(
                cast("dict[str, Any]", entry), number, total if isinstance(total, int) else None, ts
            )
    step = _count(fields.get("global_step"))
    if step is not None:
        found.append(Progress(ts, step, total))
    return found


def _count(value: object) -> int | None:
    return value if isinstance(value, int) and not isinstance(value, bool) else None


def _entry(entry: dict[str, Any], number: int, total: int | None, ts: float | None) -> list[LogEvent]:
    sighting = sighting_of(entry, Line(b"", b"", number))
    if sighting is None:
        return []
    step = whole(sighting.step) if sighting.step is not None else None
    if sighting.metrics:
        return [EvalPoint(ts, step, sighting.metrics)]
    return [Progress(ts, step, total, sighting.epoch, sighting.loss)]
