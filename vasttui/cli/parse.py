"""`vasttui parse`: what is understood of a log, and why."""

from collections.abc import Iterator
from pathlib import Path

import click
import msgspec

from vasttui.cli.talking import json_option, put_json
from vasttui.logs.events import ErrorMarker, EvalPoint
from vasttui.logs.explain import Explanation
from vasttui.logs.reader import LogReader
from vasttui.logs.summary import ParseSummary, summarise
from vasttui.monitor.words import significant
from vasttui.plan.load import load_plan

BLOCK = 1 << 20
SHOWN = 8


@click.command("parse")
@click.argument("file", type=click.Path(path_type=Path))
@json_option
@click.option("--explain", is_flag=True, help="Show the line behind each number.")
@click.option(
    "--plan", "plan_file", type=click.Path(path_type=Path), help="A plan whose [log] helps reading."
)
def parse_command(file: Path, as_json: bool, explain: bool, plan_file: Path | None) -> None:
    """What vasttui understands of a log (`-`: standard input)."""
    reader = LogReader(load_plan(plan_file).log if plan_file is not None else None)
    summary = _read(file, reader)
    if as_json and not explain:
        put_json(summary)
    elif as_json:
        put_json({**msgspec.to_builtins(summary), "explain": reader.explain})
    else:
        for line in (*_summary_lines(summary), *(_why_lines(reader.explain) if explain else ())):
            click.echo(line)


def _read(file: Path, reader: LogReader) -> ParseSummary:
    kept: list[EvalPoint | ErrorMarker] = []
    try:
        with click.open_file(str(file), "rb") as log:
            while block := log.read(BLOCK):
                kept += [e for e in reader.feed(block) if isinstance(e, EvalPoint | ErrorMarker)]
    except OSError as error:
        raise click.UsageError(f"{file}: {error.strerror}") from None
    kept += [e for e in reader.finish() if isinstance(e, EvalPoint | ErrorMarker)]
    return summarise(reader, kept)


def _summary_lines(s: ParseSummary) -> Iterator[str]:
    yield f"format   {s.format}"
    steps = "none told" if s.step is None else f"{s.first_step} to {s.step} of {s.total_steps or 'unknown'}"
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


def _why_lines(why: Explanation) -> Iterator[str]:
    yield f"sure     {why.sure}: {why.why}"
    yield f"counter  {why.counter or 'none'}; pace from {why.rate_from or 'nothing'}"
    for told in why.told:
        yield f"  {told.what} from line {told.line} ({told.reader})"
    for mark in why.withdrawn[:SHOWN]:
        yield f"  line {mark.line} is no end: {mark.why}: {mark.text}"
    yield f"lines    {why.lines}, {why.unread} told nothing, {why.cut_lines} cut for their length"
    for number, text in why.unread_samples[:SHOWN]:
        yield f"  not read, line {number}: {text}"
