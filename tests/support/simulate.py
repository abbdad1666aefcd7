"""A training told as readings in virtual time: the steps, pauses and machine figures a test asks for."""

import json
from collections.abc import Iterator
from dataclasses import dataclass, field

from msgspec import structs

from vasttui.monitor.reading import Chunk, Exit, Reading, Sample

START = 1_800_000_000.0


@dataclass(slots=True)
class Training:
    """Writes JSON lines `{"step", "total_steps", "loss"}`; times are seconds after START.

    Each method goes on in time and adds what happens; `readings()` gives it in time order.
    """

    total: int | None = 10_000
    s_per_step: float = 0.5
    log_every: int = 10
    at: float = 0.0
    step: int = 0
    util: float | None = None
    power: float | None = 300.0
    vram: float = 20_000.0
    vram_total: float = 24_000.0
    ram: float = 10_000.0
    disk: float = 500_000.0
    sample_every: float = 5.0
    _offset: int = 0
    _readings: list[Reading] = field(default_factory=list[Reading])
    _sampled: float = 0.0

    def write(self, text: str) -> "Training":
        """Text in the log, now."""
        data = text.encode()
        self._readings.append(Reading(START + self.at, chunks=(Chunk(START + self.at, self._offset, data),)))
        self._offset += len(data)
        return self

    def line(self, **facts: object) -> "Training":
        """One JSON line, now."""
        return self.write(json.dumps(facts) + "\n")

    def wait(self, seconds: float) -> "Training":
        """Time passes; the machine is sampled."""
        end = self.at + seconds
        while self._sampled + self.sample_every <= end:
            self._sampled += self.sample_every
            sample = self._sample(START + self._sampled)
            self._readings.append(Reading(sample.ts, samples=(sample,)))
        self.at = end
        return self

    def train(self, steps: int, loss: float = 2.0) -> "Training":
        """Do `steps`, logging every `log_every`."""
        for _ in range(steps // self.log_every):
            self.wait(self.s_per_step * self.log_every)
            self.step += self.log_every
            facts = {"step": self.step, "loss": loss}
            self.line(**(facts if self.total is None else {**facts, "total_steps": self.total}))
        return self

    def evaluate(self, seconds: float, value: float) -> "Training":
        """An evaluation that says so."""
        return self.wait(seconds).line(step=self.step, eval_loss=value)

    def exit(self, code: int | None = 0, signal: int | None = None) -> "Training":
        """The command ends."""
        ts = START + self.at
        self._readings.append(Reading(ts, exit=Exit(ts, code, signal), alive=False))
        return self

    def lost(self, seconds: float) -> "Training":
        """The host does not answer for a while."""
        self._readings.append(Reading(START + self.at, reachable=False))
        self.at += seconds
        self._sampled = self.at
        self._readings.append(Reading(START + self.at))
        return self

    def readings(self) -> Iterator[Reading]:
        """In time order, positions filled in."""
        yield from sorted(self._readings, key=lambda r: r.ts)

    def _sample(self, ts: float) -> Sample:
        base = Sample(ts, None, ram_used_mib=self.ram, ram_total_mib=64_000, disk_free_mib=self.disk)
        if self.util is None:
            return base
        return structs.replace(
            base,
            gpu=0,
            util_pct=self.util,
            mem_used_mib=self.vram,
            mem_total_mib=self.vram_total,
            temp_c=60.0,
            power_w=self.power,
        )
