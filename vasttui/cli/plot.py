"""`vasttui plot`: a series of a run as text, for a shell, a script or a note."""

import shutil
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import click
import msgspec

from vasttui.cli.common import find_run
from vasttui.cli.talking import json_option
from vasttui.logs.clean import clean_line
from vasttui.tui.decimate import Columns, decimate
from vasttui.tui.figures import about, one_line
from vasttui.tui.quantities import quantity
from vasttui.tui.ticks import ticks, time_step
from vasttui.watch.journal import Journal
from vasttui.watch.past import Course, of_attempt, of_record

_WIDTH, _HEIGHT = 100, 18
_LABEL_CELLS = 12
_ROWS_A_TICK = 3
_MARKS = (("braille", "⠒"), ("·", "·"))  # for plotext, and as its title shows them


@click.command("plot")
@click.argument("run")
@click.argument("names", metavar="[SERIES]...", nargs=-1)
@click.option("--with", "other", metavar="RUN", help="Lay another run over it, from the same start.")
@click.option("--width", type=click.IntRange(30, 400), help="Columns (the terminal's, at most 100).")
@click.option("--height", type=click.IntRange(6, 100), default=_HEIGHT, show_default=True, help="Rows.")
@json_option
def plot_command(
    run: str, names: tuple[str, ...], other: str | None, width: int | None, height: int, as_json: bool
) -> None:
    """Plot SERIES (the step rate when none is named) of RUN, a run or a record's folder.

    The series: rate, loss, gpu, vram, ram, disk, power, temp, cost, and eval:NAME for each metric.
    With --json one line a series and run: [seconds since the start, lowest, highest] for each column.
    """
    width = width or min(_WIDTH, shutil.get_terminal_size().columns)
    courses = [course_of(name) for name in (run, other) if name is not None]
    chosen = [the_series(courses[0], name) for name in names or ("rate",)]
    for name in chosen:
        lines = [
            (course.name, columns_of(course, name, width if as_json else 2 * width)) for course in courses
        ]
        click.echo("\n".join(_as_json(name, lines) if as_json else [drawn(name, lines, width, height)]))


def course_of(name: str) -> Course:
    """Of a record's folder, else of the newest attempt of the run called so.

    Raises:
        click.UsageError: there is no such run.
        RecordError: the record cannot be read.
    """
    if Path(name, "run.toml").is_file():
        return of_record(Path(name), one_line(Path(name).resolve().name))
    journal = Journal(anyhow=True)
    try:
        found = find_run(journal, name)
        attempt = journal.attempts(found.name)[-1]
    finally:
        journal.close()
    return of_attempt(attempt, f"{attempt.run} #{attempt.number}")


def the_series(course: Course, name: str) -> str:
    """The key of a series that has points.

    Raises:
        click.UsageError: it has none; the message lists those that do.
    """
    known = [key for key, series in course.series.items() if len(series) and key not in ("step", "log_bytes")]
    key = next((key for key in (name, f"eval:{name}") if key in known), None)
    if key is None:
        there = ", ".join(one_line(one, 40) for one in sorted(known)) or "none yet"
        raise click.UsageError(f"{course.name} has no series {name!r}; it has: {there}")
    return key


def columns_of(course: Course, key: str, count: int) -> Columns:
    """Lowest and highest value a column, from the run's start; no columns where there is no such series."""
    series = course.series.get(key)
    if series is None or not len(series):
        return Columns(0.0, 0.0, ())
    start = min(course.started_at, series.ts[0])
    end = max(series.ts[-1], start + 1.0)
    few = key.startswith("eval:") or key == "cost"
    found = decimate(series.ts, series.values, start, end, count, gap_s=float("inf") if few else None)
    return Columns(0.0, end - start, found.values)


def points(columns: Columns) -> list[tuple[float, float, float]]:
    """(seconds since the start, lowest, highest) of each known column, as many figures as a reader needs."""
    step = (columns.end - columns.start) / max(1, len(columns.values))
    return [
        (round((i + 0.5) * step, 1), float(f"{column[0]:.5g}"), float(f"{column[1]:.5g}"))
        for i, column in enumerate(columns.values)
        if column is not None
    ]


def strokes(columns: Columns) -> Iterator[tuple[list[float], list[float]]]:
    """The line's unbroken parts as x and y: a gap stays a gap."""
    step = (columns.end - columns.start) / max(1, len(columns.values))
    xs: list[float] = []
    ys: list[float] = []
    for i, column in enumerate((*columns.values, None)):
        if column is not None:
            xs += [(i + 0.5) * step] * 2
            ys += column
        elif xs:
            yield xs, ys
            xs, ys = [], []


def drawn(key: str, lines: list[tuple[str, Columns]], width: int, height: int) -> str:
    """The plot: one line a run, round values and times on its scales, plain text."""
    import plotext

    figure: Any = plotext.figure  # it carries no types
    figure.clear()
    figure.theme("colorless")
    for at, (_, columns) in enumerate(lines):
        for xs, ys in strokes(columns):
            figure.draw(figure.signal(xs, ys, marker=_MARKS[at][0]).lines())
    what = quantity(key)
    low, high = _limits(
        value for _, columns in lines for column in columns.values if column is not None for value in column
    )
    end = max(columns.end for _, columns in lines)
    values = [
        times * what.base
        for times in ticks(low / what.base, high / what.base, max(2, height // _ROWS_A_TICK))
    ]
    step = time_step(end, max(2, width / _LABEL_CELLS))
    times = [n * step for n in range(int(end / step) + 1)]
    figure.ruler("y").lim(low, high).ticks(values, [what.tick(value) for value in values])
    figure.ruler("x").lim(0, end).ticks(times, [about(time) if time else "0" for time in times])
    told = (
        [f"{name} {_MARKS[at][1]}" for at, (name, _) in enumerate(lines)] if len(lines) > 1 else [lines[0][0]]
    )
    figure.title(f"{what.title} of {' and '.join(told)}")
    figure.plot_size(width, height)
    return "\n".join(clean_line(line, 400).rstrip() for line in str(figure.build()).splitlines())


def _limits(values: Iterable[float]) -> tuple[float, float]:
    known = sorted(values)
    low, high = known[0], known[-1]
    pad = (high - low) * 0.05 or abs(high) * 0.1 or 1.0
    return (0.0 if 0 <= low < high / 2 else low - pad), high + pad


def _as_json(key: str, lines: list[tuple[str, Columns]]) -> list[str]:
    return [
        msgspec.json.encode(
            {"type": "series", "run": name, "series": key, "points": points(columns)}
        ).decode()
        for name, columns in lines
    ]
