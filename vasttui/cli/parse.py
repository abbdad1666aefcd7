"""`vasttui parse`: what is understood of a log, and why."""

import itertools
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import click
import msgspec

from vasttui.cli.talking import json_option, put_json
from vasttui.hosts.recorder import newest
from vasttui.logs.clean import clean_line
from vasttui.logs.events import ErrorMarker, EvalPoint, LogEvent
from vasttui.logs.explain import Explanation
from vasttui.logs.reader import LogReader
from vasttui.logs.summary import ParseSummary, summarise
from vasttui.monitor.words import significant
from vasttui.plan.load import load_plan
from vasttui.plan.schema import Plan

BLOCK = 1 << 20
SHOWN = 8
MAX_SHOWN_BYTES = 4096
CANNOT_TELL = "cannot tell"


@dataclass(frozen=True, slots=True)
class _Parsed:
    """What a file told; `why` None for a file of metrics, which has no lines to show."""

    summary: ParseSummary
    why: Explanation | None = None


@click.command("parse")
@click.argument("file", type=click.Path(path_type=Path))
@json_option
@click.option("--explain", is_flag=True, help="Show the line behind each number.")
@click.option(
    "--plan", "plan_file", type=click.Path(path_type=Path), help="A plan whose [log] helps reading."
)
def parse_command(file: Path, as_json: bool, explain: bool, plan_file: Path | None) -> None:
    """What vasttui understands of a log (`-`: standard input), or of a file of metrics.

    Metrics are JSON lines, CSV, trainer_state.json, TensorBoard's event files and wandb's run files. With a
    plan that names a [log] file, that file is read too, and what it tells stands above the log's text.
    """
    plan = load_plan(plan_file) if plan_file is not None else None
    parsed = _parse(file, plan)
    beside = _file_beside(file, plan_file, plan) if plan is not None else None
    if beside is not None:
        click.echo(f"[log] file: {beside}", err=True)
        parsed = _joined(parsed, _parse(beside, None).summary)
    texts = _lines_behind(file, parsed.why) if explain and parsed.why and not as_json else {}
    _show(parsed, as_json, explain, texts)


def _lines_behind(file: Path, why: Explanation) -> dict[int, str]:
    """The text of the lines behind the numbers, as a screen may show it; a bar's line is too many frames."""
    wanted = {told.line for told in why.told if not told.reader.endswith("bar")}
    if not wanted or not file.is_file():
        return {}
    with file.open("rb") as log:
        lines = itertools.islice(enumerate(log, 1), max(wanted))
        found = {number: text[-MAX_SHOWN_BYTES:] for number, text in lines if number in wanted}
    return {number: clean_line(text, 100) for number, text in found.items()}


def _show(parsed: _Parsed, as_json: bool, explain: bool, texts: dict[int, str]) -> None:
    if as_json and not (explain and parsed.why):
        put_json(parsed.summary)
    elif as_json:
        put_json({**msgspec.to_builtins(parsed.summary), "explain": parsed.why})
    else:
        known = parsed.why
        why = _why_lines(known, texts) if explain and known is not None else ()
        if known is not None and parsed.summary.step is None:
            why = (f"sure     {CANNOT_TELL}: {known.why}", f"to do    {known.advice}", *why)
        for line in (*_summary_lines(parsed.summary), *why):
            click.echo(line)


def _parse(file: Path, plan: Plan | None) -> _Parsed:
    from vasttui.logs.sources import is_binary_or_document, source_for

    if is_binary_or_document(file.name):
        source = source_for(file.name)
        try:
            return _Parsed(summarise(source, _events(file, source.feed, source.finish, source.whole_file)))
        except ValueError as error:
            raise click.UsageError(f"{file}: {error}") from None
    reader = LogReader(plan.log if plan is not None else None)
    summary = summarise(reader, _events(file, reader.feed, reader.finish))
    return _Parsed(summary, reader.explain)


def _events(
    file: Path,
    feed: Callable[[bytes], list[LogEvent]],
    finish: Callable[[], list[LogEvent]],
    whole: bool = False,
) -> list[LogEvent]:
    """The evaluations and errors that a file tells."""
    found: list[LogEvent] = []
    try:
        with click.open_file(str(file), "rb") as log:
            while block := log.read(-1 if whole else BLOCK):
                found += [e for e in feed(block) if isinstance(e, EvalPoint | ErrorMarker)]
    except OSError as error:
        raise click.UsageError(f"{file}: {error.strerror}") from None
    return [*found, *(e for e in finish() if isinstance(e, EvalPoint | ErrorMarker))]


def _file_beside(file: Path, plan_file: Path | None, plan: Plan) -> Path | None:
    """The plan's `[log] file`: from its working directory, beside the log, or beside the plan."""
    if not plan.log.file:
        return None
    places = [
        Path(plan.run.workdir or "."),
        file.parent,
        plan_file.parent if plan_file is not None else Path(),
    ]
    named = [place / name for place in places for name in (plan.log.file, plan.log.file.rpartition("/")[2])]
    found = next((path for one in named if (path := newest(str(one), 0.0)[0])), "")
    if not found:
        click.echo(f"[log] file: nothing is at {named[0]}, nor beside the log or the plan", err=True)
    return Path(found) if found and Path(found).resolve() != file.resolve() else None


def _joined(log: _Parsed, beside: ParseSummary) -> _Parsed:
    """What the metrics file tells, and of the rest what the text tells; errors are the text's."""
    if beside.step is None and not beside.evals:
        return log
    text = log.summary
    summary = msgspec.structs.replace(
        beside,
        format=f"{beside.format}+{text.format}" if text.format != "unknown" else beside.format,
        loss=text.loss if beside.loss is None else beside.loss,
        evals=beside.evals or text.evals,
        errors=(*beside.errors, *text.errors),
    )
    return _Parsed(summary, log.why)


def _summary_lines(s: ParseSummary) -> Iterator[str]:
    yield f"format   {s.format}"
    steps = "not told" if s.step is None else f"{s.first_step} to {s.step} of {s.total_steps or 'unknown'}"
    yield f"steps    {steps}"
    yield f"pace     {f'{significant(s.seconds_per_step)} s a step' if s.seconds_per_step else 'not told'}"
    yield f"loss     {significant(s.loss) if s.loss is not None else 'not told'}"
    yield f"evals    {len(s.evals)}"
    for point in s.evals[-SHOWN:]:
        figures = ", ".join(f"{name}={significant(value)}" for name, value in point.metrics.items())
        yield f"  step {point.step if point.step is not None else '-'}: {figures}"
    yield f"errors   {len(s.errors)}"
    for error in s.errors[:SHOWN]:
        yield f"  line {error.line}: {error.kind}{', fatal' if error.fatal else ''}: {error.text}"


def _why_lines(why: Explanation, texts: dict[int, str]) -> Iterator[str]:
    if why.sure != CANNOT_TELL:
        yield f"sure     {why.sure}: {why.why}"
    yield f"counter  {why.counter or 'none'}"
    yield f"pace by  {why.rate_from}"
    for told in why.told:
        text = f": {texts[told.line]}" if texts.get(told.line) else ""
        yield f"  {told.what} from line {told.line} ({told.reader}){text}"
    for mark in why.withdrawn[:SHOWN]:
        yield f"  line {mark.line} is no end: {mark.why}: {mark.text}"
    cut = f", {why.cut_lines} cut for their length" if why.cut_lines else ""
    yield f"lines    {why.lines}; {why.unread} that looked new told nothing{cut}"
    for number, text in why.unread_samples[:SHOWN]:
        yield f"  not read, line {number}: {text}"
