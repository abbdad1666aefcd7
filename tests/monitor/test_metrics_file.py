"""What the plan's `[log] file` tells, beside the log's text."""

from vasttui.monitor.monitor import Monitor
from vasttui.monitor.reading import Chunk, FileChunk, Reading
from vasttui.monitor.run import Run
from vasttui.plan import LogSource, Plan, RunSpec

START = 1_700_000_000.0


def a_monitor(file: str = "m.jsonl") -> Monitor:
    return Monitor(Plan(run=RunSpec(command="true"), log=LogSource(file=file)), Run("r", START))


def text(ts: float, data: bytes, offset: int = 0) -> Reading:
    return Reading(START + ts, chunks=(Chunk(START + ts, offset, data),))


def file(ts: float, data: bytes, offset: int = 0, name: str = "/w/m.jsonl") -> Reading:
    return Reading(START + ts, files=(FileChunk(START + ts, name, offset, data),))


def lines(first: int, last: int) -> bytes:
    return b"".join(b'{"step": %d, "loss": 0.5}\n' % n for n in range(first, last))


def test_the_file_tells_the_step_where_the_text_tells_none():
    monitor = a_monitor()
    data = b""
    for n in range(1, 30):
        monitor.feed(file(n, lines(n, n + 1), len(data)))
        data += lines(n, n + 1)
    check = monitor.look(START + 29)
    assert (check.step, check.rate) == (29, 1.0)


def test_with_its_first_step_the_file_counts_in_place_of_the_text():
    monitor = a_monitor()
    monitor.feed(text(1, b"step 1000/9000 loss 3\n"))
    assert monitor.history.step == 1000
    monitor.feed(file(2, lines(5, 7)))
    monitor.feed(text(3, b"step 1001/9000 loss 3\n", 22))
    assert (monitor.history.step, monitor.history.total_steps, monitor.history.loss) == (6, None, 0.5)


def test_figures_that_move_on_withdraw_an_error_of_the_text():
    monitor = a_monitor()
    monitor.feed(file(1, lines(1, 3)))
    crash = b'Traceback (most recent call last):\n  File "x.py", line 3, in <module>\nValueError: bad\n'
    monitor.feed(text(2, crash))
    monitor.feed(file(4, lines(3, 5), 50))
    monitor.tick(START + 20)
    assert monitor.history.errors == []


def test_a_broken_file_gives_one_line_and_the_text_is_read():
    monitor = a_monitor("runs")
    monitor.feed(file(1, b"\xff" * 30, name="/w/events.out.tfevents.1"))
    monitor.feed(text(2, b"step 3/9 loss 3\n"))
    metrics = monitor.history.metrics_file
    assert metrics is not None
    assert metrics.trouble.startswith("[log] file /w/events.out.tfevents.1: no TensorBoard event file")
    assert "\n" not in metrics.trouble
    assert monitor.history.step == 3


def test_a_file_written_anew_is_read_from_its_start():
    monitor = a_monitor()
    monitor.feed(file(1, lines(1, 9)))
    monitor.feed(file(2, lines(1, 4)))
    assert monitor.history.step == 3


def test_after_a_quarter_of_an_hour_without_a_step_the_look_says_that_the_file_was_not_seen():
    monitor = a_monitor("out/m.jsonl")
    monitor.feed(text(1, b"words\n"))
    assert "[log] file out/m.jsonl has not been seen" in monitor.look(START + 1000).decision_text
