"""What a pull tells: where it stands, and what it came to."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from vasttui.monitor.words import duration


@dataclass(frozen=True, slots=True)
class Progress:
    """Where a pull stands, in bytes and files; `bytes_per_s` of what crossed the link so far."""

    name: str
    files_done: int
    files: int
    bytes_done: int
    bytes: int
    bytes_per_s: float | None = None

    @property
    def eta_s(self) -> float | None:
        """Seconds to go."""
        return (self.bytes - self.bytes_done) / self.bytes_per_s if self.bytes_per_s else None

    @property
    def line(self) -> str:
        """For one updating line."""
        share = self.bytes_done / self.bytes * 100 if self.bytes else 100.0
        speed = (
            "" if self.bytes_per_s is None else f"  {size(self.bytes_per_s)}/s  ETA {duration(self.eta_s)}"
        )
        counts = f"{self.files_done}/{self.files} files  {size(self.bytes_done)} of {size(self.bytes)}"
        return f"{counts}  {share:3.0f}%{speed}  {self.name}"


@dataclass(slots=True)
class Pulled:
    """What a pull came to. `failed` and `unmatched` mean that something asked for is not here.

    `same`: files that were here already. `aside`: files here that differed and were kept under another name.
    `moved_on`: files that changed while they were fetched. `unverified`: the host could hash nothing.
    """

    folder: Path
    files: int = 0
    fetched: int = 0
    fetched_bytes: int = 0
    same: int = 0
    took_s: float = 0.0
    aside: list[str] = field(default_factory=list[str])
    moved_on: list[str] = field(default_factory=list[str])
    skipped: list[str] = field(default_factory=list[str])
    failed: list[str] = field(default_factory=list[str])
    unmatched: list[str] = field(default_factory=list[str])
    unverified: bool = False

    @property
    def is_complete(self) -> bool:
        """All that the plan asks for is here."""
        return not self.failed and not self.unmatched

    @property
    def text(self) -> str:
        """One line."""
        speed = f", {size(self.fetched_bytes / self.took_s)}/s" if self.took_s and self.fetched_bytes else ""
        line = f"{self.fetched} of {self.files} files fetched ({size(self.fetched_bytes)}{speed})"
        if self.same:
            line += f", {self.same} were here already"
        return line + (f"; {self.trouble}" if not self.is_complete else "")

    @property
    def trouble(self) -> str:
        """What is missing, in one line; empty if nothing is."""
        parts = [f"nothing matches {', '.join(self.unmatched)}"] if self.unmatched else []
        if self.failed:
            more = f" and {len(self.failed) - 1} more" if len(self.failed) > 1 else ""
            parts.append(f"not pulled: {self.failed[0]}{more}")
        return "; ".join(parts)

    @property
    def remarks(self) -> Iterator[str]:
        """All that is worth a line of its own."""
        yield from self.aside
        yield from self.moved_on
        yield from self.skipped
        yield from self.failed
        if self.unverified:
            yield "the host has no sha256sum: sizes were compared, contents were not"


Report = Callable[[Progress], None]


def size(count: float) -> str:
    """`312 B`, `1.4 MB`: decimal units."""
    for unit in ("B", "kB", "MB", "GB"):
        if count < 999.5:
            return f"{count:.0f} B" if unit == "B" else f"{count:.3g} {unit}"
        count /= 1000.0
    return f"{count:.4g} TB"
