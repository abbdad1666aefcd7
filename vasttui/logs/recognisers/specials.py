"""Layouts whose counters stand in words of their own: one regex each, groups named as in `Sighting`."""

import re
from dataclasses import dataclass

from vasttui.logs.sighting import STEP, Sighting
from vasttui.logs.tokens import scaled

# (name, a word that must be in the line, pattern). What a pattern matches is hidden from the other readers.
_LAYOUTS: tuple[tuple[str, bytes, bytes], ...] = (
    # ESPnet: a range of batches; train_time is of one batch, iter_time only of loading it
    ("espnet", b"epoch:train:", (
        rb"(?P<epoch>\d+)epoch:train:\d+-(?P<inner>\d+)batch:(?=.*\btrain_time=(?P<seconds>[\d.e+-]+))?"
    )),
    # tqdm_loggable, levanter
    ("levanter", b"it/", (
        rb"progress on ?:train\s+(?P<step>[\d.]+[kKM]?)it/(?P<total>[\d.]+[kKM]?)it\s+"
        rb"rate:(?:(?P<seconds>[\d.]+)s/it|(?P<speed>[\d.]+)it/s)"
    )),
    # Marian
    ("marian", b"up.", rb"ep\. (?P<epoch>\d+) : up\. (?P<step>\d+) : sen\. [\d,]+"),
    # darknet: `12: 1452.9, 1440.1 avg loss, 0.001 rate, 3.2 seconds, 64 images`
    ("darknet", b"avg", (
        rb"^\s*(?P<step>\d+): (?P<loss>[\d.]+), [\d.]+ avg(?: loss)?, [\d.]+ rate, "
        rb"(?P<seconds>[\d.]+) seconds, \d+ images.*$"
    )),
    # PyTorch quickstart: `loss: 2.3  [ 6464/60000]`
    ("quickstart", b"loss:", rb"(?<=\d)\s+\[\s*(?P<samples>\d+)/\s*(?P<samples_total>\d+)\]\s*$"),
    # Keras, one line an epoch: ` - 3s - loss: 0.5`
    ("keras", b"s - ", rb"^\s*- (?P<clock>\d+)s(?: \d+\w\w?/\w+)? (?=- \w)"),
    # Optuna: a trial is the step, its value what is made small or great
    ("optuna", b"finished with value", (
        rb"\btrial (?P<step>\d+) finished with value: (?P<loss>[-+\d.e]+)(?: and parameters: .*)?"
    )),
    # MXNet, CNTK: a range of batches
    ("range of batches", b"batch[", rb"batch ?\[ *\d+- *(?P<inner>\d+)(?:, *[\d.]+%)?\]"),
    # gensim's LDA: examples of a pass
    ("pass over documents", b"pass ", (
        rb"pass (?P<epoch>\d+), at document #(?P<samples>\d+)/(?P<samples_total>\d+)"
    )),
    # DeepSpeed before 0.6: epoch/step
    ("deepspeed", b"samplespersec", rb"(?<![\d/])(?P<epoch>\d+)/(?P<step>\d+), (?=\w*SamplesPerSec)"),
    # fastText
    ("fasttext", b"words/sec", rb"progress:\s*[\d.]+%|words/sec/thread:\s*\d+"),
)  # fmt: skip
_PATTERNS = tuple((name, need, re.compile(pattern, re.IGNORECASE)) for name, need, pattern in _LAYOUTS)


@dataclass(frozen=True, slots=True)
class Special:
    """What a special layout tells, and the rest of the line for the general reader."""

    name: str
    told: dict[str, float]
    rest: bytes

    def tell(self, sighting: Sighting) -> None:
        """Put it over what the general reader made of the line."""
        told = dict(self.told)
        speed = told.pop("speed", 0.0)
        if speed > 0:
            told["seconds"] = 1.0 / speed
        for attribute, value in told.items():
            setattr(sighting, attribute, value)
        if told:
            sighting.irregular, sighting.weak = True, False
        if sighting.counts:
            sighting.source, sighting.trust = self.name, STEP
        if self.name == "range of batches":
            sighting.interval, sighting.clock = sighting.clock, None  # the time of all of them


def match(text: bytes) -> Special | None:
    """The special layout of a line, if it has one."""
    low = text.lower().replace(b" [", b"[")
    for name, need, pattern in _PATTERNS:
        found = pattern.search(text) if need in low else None
        if found is None:
            continue
        try:
            told = {key: scaled(value) for key, value in found.groupdict().items() if value}
        except ValueError:
            continue
        start, end = found.span()
        return Special(name, told, text[:start] + b" " * (end - start) + text[end:])
    return None
