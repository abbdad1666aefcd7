"""Lines of words alone: seen at a glance to tell nothing, so that talkative logs are read quickly.

A word is dull if no reader of this room looks for it. A line is dull if all its words are, and it holds
no number but plain counts inside the sentence. What is not plainly dull is looked at in full.
"""

import re

from vasttui.logs import phases
from vasttui.logs.markers import HINTS
from vasttui.logs.recognisers import evaluations, keyvalue
from vasttui.logs.roles import ROLES

_MAX_WORDS = 50_000
_MAX_WORD_BYTES = 32
_STAMP = re.compile(rb"\[?0000[-/]00[-/]00[T ]00:00:00(?:[.,]0+)?Z?\]?[ \t]")
_WORD = re.compile(rb"[A-Za-z]+(?:[-'][A-Za-z]+)*[.,;!?]?|0+,?|\[?(?:INFO|DEBUG)\]?|-")
_HINTS = (*HINTS, *phases.HINTS, *keyvalue.HINTS, *evaluations.HINTS, b"raceback", b"copypaste", b"metric")
# Of a hint of several words, the line must hold a word that ends as its first one does.
_INSIDE = tuple({hint for hint in _HINTS if b" " not in hint})
_ENDS = tuple({hint.split()[0] for hint in _HINTS if b" " in hint.lstrip()})
_STARTS = tuple({hint.strip() for hint in _HINTS if hint[:1] == b" "})
_NAMES = frozenset(name.encode() for name in ROLES) | {b"e"}


class Prose:
    """Remembers which words are dull and which are not; bounded, and begins again when full."""

    def __init__(self) -> None:
        self._dull: set[bytes] = set()
        self._telling: set[bytes] = set()

    def tells_nothing(self, shape: bytes) -> bool:
        """Whether a line of this shape (its digits as zeros) is prose that no reader looks for."""
        stamp = _STAMP.match(shape) if shape[:1] in b"[0" else None
        words = (shape[stamp.end() :] if stamp else shape).split()
        if not words or words[0][:1] in b"0-":
            return False
        if self._dull.issuperset(words):
            return True
        if not self._telling.isdisjoint(words):
            return False
        if len(self._dull) + len(self._telling) > _MAX_WORDS:
            self._dull.clear()
            self._telling.clear()
        for word in words:
            if word not in self._dull:
                dull = _is_dull(word)
                if len(word) <= _MAX_WORD_BYTES:
                    (self._dull if dull else self._telling).add(word)
                if not dull:
                    return False
        return True


def _is_dull(word: bytes) -> bool:
    if len(word) > _MAX_WORD_BYTES or not _WORD.fullmatch(word):
        return False
    low = word.lower().rstrip(b".,;!?")
    if low in _NAMES or low.startswith(_STARTS) or low.endswith(_ENDS):
        return False
    return not any(hint in low for hint in _INSIDE)
