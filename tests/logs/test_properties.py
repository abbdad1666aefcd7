# ruff: noqa: E501  (a table of pieces)
"""Whatever comes in: no exception, the same answer however it is cut, bounded memory."""

import time
import tracemalloc
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.logs.crashes import CRASHES
from tests.logs.formats import FORMATS
from vasttui.logs.clean import clean_line, excerpt
from vasttui.logs.reader import LogReader
from vasttui.logs.summary import ParseSummary, summarise
from vasttui.logs.tokens import DIGITS
from vasttui.logs.units import Block

TEXTS = [text for _, text, _ in FORMATS] + [text for _, text, _ in CRASHES]
WORDS = [
    b"step ", b"loss", b"=", b": ", b"nan", b"inf", b"1", b"20/300", b"\r", b"\n", b"\x1b[31m", b"\x08", b"\x00", b"\xff\xfe", b"[", b"]",
    b"{'loss': ", b"}", b"Traceback (most recent call last):\n", b"  File \"x\", line 1, in f\n", b"ValueError: x\n", b"Killed\n", b"%|",
    b"| 3/9 [00:01<00:02,  1.5it/s]", b"epoch 3/4", b"| a | 1 |\n", b"------------\n", b"step,loss\n", b"1,2\n", b"9" * 400, b"1e999", b"99:99:99",
    b"2026-13-45 99:99:99", b"0:\t", b"[5]\t", b"\xe2\x94\x81", b"eval_loss", b"{\"step\": 1e400, \"loss\": [1]}\n", b"(1/0)", b"0/0", b"-1/5",
]  # fmt: skip


def read(chunks: list[bytes]) -> tuple[ParseSummary, int]:
    reader = LogReader()
    events = [event for chunk in chunks for event in reader.feed(chunk)]
    return summarise(reader, [*events, *reader.finish()]), reader.lines


def cut(data: bytes, places: list[int]) -> list[bytes]:
    edges = [0, *sorted({place % (len(data) + 1) for place in places}), len(data)]
    return [data[a:b] for a, b in pairwise(edges)]


@given(st.binary(max_size=3000))
def test_any_bytes_are_read(data: bytes) -> None:
    read([data])
    excerpt(data)
    clean_line(data)


@given(st.lists(st.sampled_from(WORDS) | st.binary(max_size=6), max_size=60))
@settings(max_examples=150, deadline=None)  # the machine may be busy
def test_any_mix_of_telling_pieces_is_read(pieces: list[bytes]) -> None:
    _, lines = read([b"".join(pieces)])
    assert lines == b"".join(pieces).count(b"\n")


@given(st.sampled_from(TEXTS), st.lists(st.integers(0, 1 << 20), max_size=12))
@settings(max_examples=150, deadline=None)  # the machine may be busy
def test_the_answer_does_not_depend_on_how_the_bytes_are_cut(text: str, places: list[int]) -> None:
    data = text.encode()
    assert read(cut(data, places)) == read([data])


def test_byte_by_byte_gives_the_same() -> None:
    for text in TEXTS[::7]:
        data = text.encode()[:4000]
        assert read([data[i : i + 1] for i in range(len(data))]) == read([data])


def test_a_line_without_end_costs_no_memory() -> None:
    reader = LogReader()
    block = b"step 1 loss 0.5 " * 4096
    tracemalloc.start()
    for _ in range(200):
        reader.feed(block)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 4 << 20
    reader.feed(b"\nstep 7/10 loss 0.25\n")
    assert reader.lines == 2
    assert reader.tracker.step == 7


def test_many_kinds_of_lines_cost_bounded_memory() -> None:
    reader = LogReader()
    tracemalloc.start()
    for i in range(800):
        words = "".join(chr(97 + (i * k) % 26) for k in range(1, 9))
        reader.feed(f"{words} said x{words}={i}.5 y={i} z: {i}/{i + 3}\n".encode())
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 12 << 20


def test_a_long_log_gives_the_same_in_one_piece_and_in_many() -> None:
    plain = b"".join(b"step %d/90000 loss 0.%03d 3.2 it/s\n" % (n, n % 900) for n in range(1, 6000))
    bars = b"".join(
        b"\r %d%%|###   | %d/6000 [00:01<00:09,  2.5%dit/s]" % (n // 60, n, n % 10) for n in range(1, 6000)
    )
    for data in (plain, bars):
        assert read([data]) == read([data[i : i + 700] for i in range(0, len(data), 700)])


NOISE = b"".join(
    b"the %s went home with 7 others\n" % animal
    for animal in (b"cat", b"dog", b"hen", b"cow", b"pig", b"ant")
)


def test_prose_before_a_log_changes_nothing_in_it() -> None:
    for text in TEXTS:
        alone, _ = read([text.encode()])
        after, _ = read([NOISE, text.encode()])
        assert (after.step, after.total_steps, after.loss, after.evals) == (
            alone.step,
            alone.total_steps,
            alone.loss,
            alone.evals,
        )
        assert [(e.kind, e.fatal) for e in after.errors] == [(e.kind, e.fatal) for e in alone.errors]


@given(
    st.lists(st.sampled_from([b"a1", b"\r", b"\n", b"", b"9 b", b"a1\r" * 7]), max_size=30),
    st.sampled_from([b"\r", b"\n"]),
)
def test_a_block_is_told_as_the_longest_runs_of_one_shape(pieces: list[bytes], end: bytes) -> None:
    text = b"".join(pieces) + end
    units = text[:-1].translate(DIGITS).replace(b"\r", b"\n").split(b"\n")
    block, runs = Block(text, 0), list(Block(text, 0).runs())
    spread = [shape for shape, at, stop in runs for _ in range(at, stop, len(shape) + 1)]
    assert spread == units
    assert all(a[0] != b[0] and a[2] == b[1] for a, b in pairwise(runs))
    assert block.count() == len(units)
    assert block.start_of_last(2) == sum(len(unit) + 1 for unit in units[:-2])
    assert [block.lines_before(at) for _, at, _ in runs] == [text[:at].count(b"\n") for _, at, _ in runs]


FILLERS = [
    b"9",
    b"1,",
    b"1/2 ",
    b"a_",
    b"|",
    b" ",
    b"\xe2\x94\x81",
    b'"',
    b"\0",
    b"\xff",
    b"\r",
    b"\r1/2 [",
    b"8" * 60000 + b"\r",
]


@pytest.mark.parametrize("filler", FILLERS)
@pytest.mark.parametrize("head", [b"", b'{"a": '])
def test_a_line_of_one_sign_takes_no_time(filler: bytes, head: bytes) -> None:
    reader = LogReader()
    started = time.process_time()
    reader.feed(head + filler * ((1 << 20) // len(filler)) + b"\n")
    assert time.process_time() - started < 0.25


def test_a_resume_amid_many_lines_of_one_shape_is_not_passed_over() -> None:
    steps = [*range(1000, 6000), *range(5500, 9999)]
    reader = LogReader()
    reader.feed(b"".join(b"step %d loss 0.%03d\n" % (step, step % 1000) for step in steps))
    assert (reader.tracker.attempts, reader.tracker.step) == (2, 9998)
