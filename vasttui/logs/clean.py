"""Hostile text made safe: control sequences off, lengths bounded."""

import re

MAX_LINE_CHARS = 2000

# CSI, OSC (ended by BEL or ST), other two-byte escapes, and stray control bytes.
CONTROL = re.compile(
    rb"\x1b\[[0-?]*[ -/]*[@-~]|\x1b\][^\x07\x1b]{0,512}(?:\x07|\x1b\\)?|\x1b[@-Z\\-_]?"
    rb"|[\x00-\x08\x0b-\x1f\x7f]"
)
# What a decoded string can still hide: C1 controls, direction overrides, invisible marks.
_HIDDEN = re.compile("[\x00-\x08\x0a-\x1f\x7f-\x9f\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]")
_NO_TEXT = re.compile(rb"[\x00-\x06\x0e-\x1a\x1c-\x1f]")


def blank_controls(line: bytes) -> bytes:
    """Put as many spaces in place of each control sequence, so that offsets stay true."""
    return CONTROL.sub(_spaces, line)


def _spaces(match: re.Match[bytes]) -> bytes:
    return b" " * len(match[0])


def is_no_text(line: bytes) -> bool:
    """Whether a line is of some binary file: a fifth of its start is neither text nor terminal control."""
    start = line[:256].strip(b"\0")  # a crash may leave a hole of NULs in a log
    if start[:2] in (b"\xff\xfe", b"\xfe\xff", b"\x1f\x8b"):
        return True
    if start.isascii() and not _NO_TEXT.search(start):
        return False
    bad = len(_NO_TEXT.findall(start)) + start.decode("utf-8", "replace").count("\ufffd")
    return len(start) > 8 and bad > 0.2 * len(start)


def clean_line(line: bytes | str, max_chars: int = MAX_LINE_CHARS) -> str:
    """One line as a screen may show it: the last frame of its bars, no control sequences, bounded.

    Tabs become spaces; broken UTF-8 becomes U+FFFD. Longer lines end in an ellipsis.
    """
    raw = line.encode("utf-8", "replace") if isinstance(line, str) else line
    raw = raw[: 16 * max_chars + 4096] if b"\r" not in raw else last_frame(raw)[: 16 * max_chars]
    text = CONTROL.sub(b"", raw).decode("utf-8", "replace").replace("\t", "    ")
    text = _HIDDEN.sub("", text).rstrip()
    return text if len(text) <= max_chars else text[: max_chars - 1] + "…"


def last_frame(line: bytes) -> bytes:
    """Return what a carriage-return bar shows in the end: its last frame that is not blank."""
    end = len(line)
    while end > 0:
        start = line.rfind(b"\r", 0, end) + 1
        frame = line[start:end]
        if CONTROL.sub(b"", frame).strip():
            return frame
        end = start - 1
    return b""


def excerpt(tail: bytes, max_lines: int = 15, max_bytes: int = 1500) -> list[str]:
    """Return the last lines of a log for an alert: bars collapsed, blank lines dropped, size bounded.

    The newest lines win. `max_bytes` counts UTF-8 bytes with one newline a line.
    """
    lines: list[str] = []
    left = max_bytes
    for raw in reversed(tail[-64 * max_bytes :].split(b"\n")):
        if len(lines) == max_lines or left <= 1:
            break
        text = clean_line(raw, 240)
        if not text:
            continue
        text = text.encode()[: left - 1].decode("utf-8", "ignore")
        left -= len(text.encode()) + 1
        lines.append(text)
    return lines[::-1]
