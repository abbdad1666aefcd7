"""What the reader promises to those who feed it."""

import pytest

from vasttui.logs.clean import clean_line, excerpt
from vasttui.logs.events import Activity, EvalPoint, LogEvent, Progress
from vasttui.logs.reader import LogReader
from vasttui.logs.summary import summarise
from vasttui.plan.schema import LogSource


def steps(events: list[LogEvent]) -> list[int | None]:
    return [event.step for event in events if isinstance(event, Progress)]


def test_a_bar_frame_is_told_before_its_line_ends() -> None:
    reader = LogReader()
    assert steps(reader.feed(b"\r 10%|#   | 30/300 [00:10<01:30,  3.0it/s]", ts=5.0)) == [30]
    assert steps(reader.feed(b"\r 20%|##  | 60/300 [00:20<01:20,  3.0it/s]", ts=15.0)) == [60]
    assert reader.lines == 0


def test_a_frame_that_ends_as_the_one_before_is_told_before_its_line_ends() -> None:
    reader = LogReader()
    frame = "\r\x1b[K 1/5  0G  6.2  4.0  2.6  17  64: 46%% ━━━── %d/15 10.%ds 0.6s<0.%ds"
    events = reader.feed("".join(frame % (n, n, n) for n in range(1, 6)).encode(), ts=5.0)
    assert steps(events)[-1] == 5
    assert steps(reader.feed((frame % (6, 6, 6)).encode()[:-14], ts=6.0)) == []
    assert steps(reader.feed((frame % (6, 6, 6)).encode()[-14:], ts=7.0)) == [6]


def test_an_event_carries_the_time_of_the_bytes_that_completed_it() -> None:
    reader = LogReader()
    assert reader.feed(b"step 1/9 lo", ts=1.0) == []
    events = reader.feed(b"ss 0.5\n", ts=2.0)
    assert [event.ts for event in events] == [2.0] * len(events)
    assert steps(events) == [1]


def test_the_last_line_may_lack_its_end() -> None:
    reader = LogReader()
    reader.feed(b"step 1/9 loss 0.5\nstep 2/9 loss 0.4")
    assert steps(reader.finish()) == [2]


def test_a_phase_is_told_once_until_it_changes() -> None:
    reader = LogReader()
    text = (
        b"Downloading weights\n  5%|#   | 1/9 [00:01<00:09, 1.00MB/s]\nstep 1/9 loss 0.5\nstep 2/9 loss 0.4\n"
        b"Evaluating:  50%|##  | 5/10 [00:01<00:01, 5.0it/s]\nstep 3/9 loss 0.3\n"
    )
    kinds = [event.kind for event in reader.feed(text) if isinstance(event, Activity)]
    assert kinds == ["download", "train", "eval", "train"]


def test_a_checkpoint_is_told_with_its_place() -> None:
    reader = LogReader()
    events = reader.feed(b"step 5 loss 0.5\nsaving checkpoint to /data/out/ckpt.pt\n")
    assert Activity(None, "checkpoint") in events
    assert reader.last_checkpoint == "/data/out/ckpt.pt"


@pytest.mark.parametrize(
    ("line", "stopped"),
    [
        (b"Epoch 7: early stopping\n", True),
        (b"Early stopping triggered after 5 epochs without improvement\n", True),
        (b"early_stopping=True patience=5\n", False),
        (b"EarlyStopping callback: patience 3\n", False),
        (b"Early stopping counter: 1 out of 5\n", False),
    ],
)
def test_early_stopping_is_what_happened_not_what_is_planned(line: bytes, stopped: bool) -> None:
    reader = LogReader()
    reader.feed(b"step 5 loss 0.5\n" + line)
    assert reader.early_stopped is stopped


def test_a_resumed_run_jumps_back() -> None:
    reader = LogReader()
    text = b"".join(b"step %d/300 loss 0.5\n" % n for n in (*range(1, 171), *range(150, 160)))
    assert steps(reader.feed(text))[-10:] == list(range(150, 160))
    assert reader.tracker.attempts == 2


def test_an_evaluation_bar_is_no_training() -> None:
    reader = LogReader()
    train = b"\r 33%|###  | 100/300 [00:30<01:00,  3.3it/s]"
    inner = b"".join(b"\r %d%%|##  | %d/25 [00:00<00:00, 90.0it/s]\x1b[A" % (n * 4, n) for n in range(26))
    events = reader.feed(train + b"\n" + inner + b"\n" + b"\r 34%|###  | 101/300 [00:31<01:00,  3.3it/s]\n")
    assert steps(events) == [100, 101]


def test_a_repeated_validation_figure_is_one_evaluation() -> None:
    reader = LogReader()
    text = b"".join(b"step %d/90 loss 0.5 val_loss 0.%d\n" % (n, 7 if n < 50 else 6) for n in range(1, 90))
    points = [event for event in reader.feed(text) if isinstance(event, EvalPoint)]
    assert [(point.step, point.metrics) for point in points] == [
        (1, {"val_loss": 0.7}),
        (50, {"val_loss": 0.6}),
    ]


def test_the_users_pattern_wins() -> None:
    hint = LogSource(pattern=r"it (?P<step>\d+) of (?P<total>\d+) .*L=(?P<loss>[\d.]+) at (?P<rate>[\d.]+)Hz")
    reader = LogReader(hint)
    events = reader.feed(b"it 30 of 900 step 7 L=0.25 at 4.0Hz\nit 31 of 900 step 7 L=0.24 at 4.0Hz\n")
    summary = summarise(reader, events)
    assert (summary.step, summary.total_steps, summary.loss, summary.seconds_per_step) == (
        31,
        900,
        0.24,
        0.25,
    )
    assert summary.format == "pattern"


@pytest.mark.parametrize(
    ("pattern", "word"),
    [("it (?P<step>", "regex"), (r"(?P<speed>\d+)", "speed"), (r"step \d+", "named group")],
)
def test_a_bad_pattern_gives_one_clear_line(pattern: str, word: str) -> None:
    with pytest.raises(ValueError, match=word) as error:
        LogReader(LogSource(pattern=pattern))
    assert "\n" not in str(error.value)


def test_it_says_what_stands_behind_its_numbers_and_what_it_could_not_read() -> None:
    reader = LogReader()
    reader.feed(b"hello 3 worlds\nstep 1/9 loss 0.5\nstep 2/9 loss 0.4\nstep 3/9 loss 0.4\n")
    told = reader.explain
    assert told.sure == "sure"
    assert {(t.what, t.line) for t in told.told} >= {("step", 4), ("first_step", 2)}
    assert (told.unread, told.unread_samples) == (1, ((1, "hello 3 worlds"),))


def test_a_log_without_steps_is_honest() -> None:
    reader = LogReader()
    reader.feed(b"Logging to /tmp/tb\nModel: Net(9920 params), batch 8, 3 workers, seed 42\n")
    assert reader.format == "unknown"
    assert reader.explain.sure == "cannot tell"
    assert reader.tracker.step is None


@pytest.mark.parametrize(
    ("data", "why", "advice"),
    [
        (b"", "empty", "wait"),
        (b"\x1f\x8b\x08\x00\x01\x02", "compressed by gzip", "unpack"),
        (bytes(range(128, 256)) * 9, "no text", "right file"),
        (b"loss 0.5\nloss 0.4\n", "a loss but no step", "print the step"),
        (b"".join(b"\r%d%%" % n for n in range(50)), "percentages", "print the step"),
        (b"Downloading weights\n", "before training (download)", "wait"),
        (b"hello\nworld\n", "holds a number", "print the step"),
        (b"Traceback (most recent call last):\nValueError: x\n", "died before it told a step", "error"),
        (b'{"fan": 3}\n{"fan": 2}\n', "no number in this log grows", "[log] pattern"),
    ],
)
def test_it_says_why_it_cannot_tell_and_what_to_do(data: bytes, why: str, advice: str) -> None:
    reader = LogReader()
    reader.feed(data)
    reader.finish()
    told = reader.explain
    assert told.sure == "cannot tell"
    assert why in told.why
    assert advice in told.advice


def test_a_line_is_cleaned_for_the_screen() -> None:
    assert clean_line(b"\x1b[31mred\x1b[0m \x1b]0;title\x07ok\x08\x00") == "red ok"
    assert clean_line("a\rb\r  ") == "b"
    assert clean_line("x" * 5000, 10) == "xxxxxxxxx…"
    assert clean_line(b"\xff[bold]") == "\ufffd[bold]"


def test_an_excerpt_is_bounded_and_bars_are_collapsed() -> None:
    tail = b"old\n" * 50 + b"\r1%\r2%\r3%\nlast line\n"
    assert excerpt(tail, max_lines=3) == ["old", "3%", "last line"]
    assert sum(len(line.encode()) + 1 for line in excerpt(b"word " * 9000, max_bytes=100)) <= 100
