"""Frames are the same however the bytes are cut, and nothing a host prints can do harm."""

import json
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from vasttui.hosts.frames import Feed, Frame, FrameDecoder, FrameError, one_reading
from vasttui.hosts.protocol import HostError
from vasttui.monitor.reading import Exit, Position, Reading


def frame(kind: str, data: bytes = b"", **fields: object) -> bytes:
    return b"VT1 " + json.dumps({"t": kind, "n": len(data), **fields}).encode() + b"\n" + data


SESSION = (
    frame("hello", ts=10.0, alive=True)
    + frame("log", b"one\nVT1 {}\n", ts=9.0, at=0)
    + frame("samples", b"9.5,0,97,1,2,,,3,4,5\nrubbish\n9.5,1,96,1,2,,,3,4,5\n", at=140)
    + frame("log", b"two\n", ts=10.5, at=11)
    + frame("notes", lines=["mind the gap"])
    + frame("exit", ts=11.0, signal=9)
)


def readings_of(blocks: list[bytes], start: Position = Position()) -> list[Reading]:
    decoder, feed = FrameDecoder(), Feed(start)
    taken = [feed.take(one) for block in blocks for one in decoder.feed(block)]
    return [reading for reading in taken if reading]


def test_a_session_becomes_readings() -> None:
    log, samples, more, notes, ended = readings_of([SESSION])
    assert [(c.ts, c.offset, c.data) for c in log.chunks + more.chunks] == [
        (9.0, 0, b"one\nVT1 {}\n"),
        (10.5, 11, b"two\n"),
    ]
    assert [s.gpu for s in samples.samples] == [0, 1]
    assert samples.position == Position(11, 140)
    assert notes.notes == ("mind the gap",)
    assert ended.exit == Exit(11.0, signal=9)
    assert (log.alive, ended.alive, ended.position) == (True, False, Position(15, 140))


@settings(deadline=None)
@given(st.lists(st.integers(0, len(SESSION)), max_size=20))
def test_readings_do_not_depend_on_how_the_bytes_are_cut(cuts: list[int]) -> None:
    edges = [0, *sorted(cuts), len(SESSION)]
    blocks = [SESSION[a:b] for a, b in pairwise(edges)]
    assert readings_of(blocks) == readings_of([SESSION])


@settings(deadline=None)
@given(st.binary(max_size=400).filter(lambda noise: b"VT1 {" not in noise + b"VT1 "[:3]))
def test_what_a_login_shell_prints_first_is_skipped(noise: bytes) -> None:
    if (noise + SESSION).find(b"VT1 {") == len(noise):
        assert readings_of([noise, SESSION]) == readings_of([SESSION])


@settings(deadline=None)
@given(st.lists(st.binary(max_size=200), max_size=5))
def test_any_bytes_are_frames_or_one_error(blocks: list[bytes]) -> None:
    try:
        readings_of([b"VT1 {", *blocks])
    except (FrameError, HostError) as error:
        assert str(error) is not None  # noqa: PT017 - either of the two is right


@pytest.mark.parametrize(
    "text", [frame("log", ts=1.0)[:-1] + b" " * 70000, frame("beat") + b"noise\n", frame("log", n=1 << 40)]
)
def test_a_link_out_of_step_is_an_error(text: bytes) -> None:
    with pytest.raises(FrameError):
        list(FrameDecoder().feed(text))


def test_a_readings_time_never_goes_back() -> None:
    feed = Feed(Position())
    lost = feed.unreachable(100.0, "gone")
    late = feed.take(next(FrameDecoder().feed(frame("log", b"x", ts=50.0, at=0))))
    assert (lost.reachable, lost.notes) == (False, ("gone",))
    assert late is not None
    assert (late.ts, late.chunks[0].ts, late.reachable) == (100.0, 50.0, True)


def test_bytes_known_already_are_cut_off() -> None:
    reading = readings_of([frame("log", b"oldnew", ts=1.0, at=65536, skip=3)])[0]
    assert (reading.chunks[0].offset, reading.chunks[0].data) == (65539, b"new")


def test_readings_of_one_look_become_one() -> None:
    one = one_reading(readings_of([SESSION]))
    assert (len(one.chunks), len(one.samples), one.exit, one.position) == (
        2,
        2,
        Exit(11.0, signal=9),
        Position(15, 140),
    )


def test_a_hosts_words_cannot_control_the_screen() -> None:
    reading = readings_of([frame("notes", lines=["\x1b[31mred\n" + "x" * 9999])])[0]
    assert reading.notes[0].startswith("\ufffd[31mred\ufffdxxx")
    assert len(reading.notes[0]) == 500


def test_a_refusal_is_raised_with_its_hint() -> None:
    refusal = Frame(next(FrameDecoder().feed(frame("error", text="no", hint="do"))).head)
    with pytest.raises(HostError, match="no") as caught:
        Feed(Position()).take(refusal)
    assert caught.value.hint == "do"
