"""Evaluations whose names and values stand on different lines."""

import re
from dataclasses import dataclass, field

from vasttui.logs import roles
from vasttui.logs.prefix import Line
from vasttui.logs.sighting import STEP, Sighting
from vasttui.logs.tokens import normal, number, tokens

_COPYPASTE = re.compile(
    rb"copypaste: (?:Task: (?P<task>\w+)|(?P<names>[A-Za-z][\w@,.-]*)|(?P<values>[\d.naif,-]+))\s*$"
)
_YOLO_HEADER = re.compile(
    rb"\b(?:Class\s+Images\s+Instances|classes)\s+(top1_acc\s+top5_acc|.*?mAP50-95\)?)\s*(?::|$)"
)
_YOLO_ALL = re.compile(rb"^\s*all(?:\s+\d+\s+\d+)?((?:\s+[\d.]+(?:e[+-]?\d+)?)+)\s*$")
_LONELY = re.compile(rb"^\s*([A-Za-z_][\w/ .@-]*?)\s*[:=]\s*([-+]?[\d.]+(?:[eE][-+]?\d+)?)\s*$")
_COMPOSER = re.compile(rb"(?:\[epoch=(\d+)(?:/(\d+))?\])?\[batch=(\d+)/(\d+)\]:?\s*$")
_RESULT_TABLE = re.compile(
    rb"^\s*(?:Validate|Test|Runningstage\.\w+)\s+metric\b|\xe2\x94\x83\s*(?:Validate|Test)\s+metric",
    re.IGNORECASE,
)
_RESULT_ROW = re.compile(
    rb"^[\s|\xe2\x94\x82]*([A-Za-z_][\w/.@-]*)[\s|\xe2\x94\x82]+([-+]?[\d.]+(?:e[-+]?\d+)?)[\s|\xe2\x94\x82]*$"
)


@dataclass(slots=True)
class Multiline:
    """What the line before has announced."""

    task: str = ""
    names: list[str] = field(default_factory=list[str])
    after_bar: int = 0
    composer: Sighting | None = None
    result_rows: int = 0
    best_next: bool = False
    touched: bool = False

    @property
    def waits(self) -> bool:
        """Whether the next line may go on from one before it."""
        return bool(self.names or self.after_bar or self.composer or self.result_rows or self.best_next)

    def read(self, line: Line) -> Sighting | None:
        """A sighting that needs the lines before it. `touched` if the line matters to those that follow."""
        self.touched = self.waits
        if self.best_next:
            self.best_next = False
            return Sighting("key-value", mode="aux", irregular=True)  # the best round again, not a new one
        if line.low.rstrip().endswith(b"best iteration is:"):
            self.best_next = self.touched = True
        for reader in (self._copypaste, self._yolo, self._composer, self._result_table, self._continued_bar):
            sighting = reader(line)
            if sighting is not None:
                return sighting
        return None

    def note_bar(self, sighting: Sighting) -> None:
        """A rich bar may hang its figures onto the lines below it."""
        self.after_bar = 6 if sighting.reader == "rich bar" else 0

    def _eval(self, line: Line, metrics: dict[str, float], reader: str) -> Sighting | None:
        finite = {name: value for name, value in metrics.items() if value == value}
        if not finite:
            return None
        return Sighting(reader, mode="eval", line=line.number, rank=line.rank, metrics=finite)

    def _copypaste(self, line: Line) -> Sighting | None:
        match = _COPYPASTE.search(line.raw) if b"copypaste" in line.raw else None
        if match is None:
            return None
        self.touched = True
        if match["task"]:
            self.task = match["task"].decode("ascii", "replace")
        elif match["names"]:
            self.names = match["names"].decode("ascii", "replace").split(",")
        elif self.names:
            values = [_finite(part) for part in match["values"].split(b",")]
            prefix = f"{self.task}/" if self.task else ""
            metrics = {f"{prefix}{n}": v for n, v in zip(self.names, values, strict=False) if v is not None}
            self.names = []
            return self._eval(line, metrics, "detectron results")
        return None

    def _yolo(self, line: Line) -> Sighting | None:
        header = _YOLO_HEADER.search(line.text) if b"lass" in line.text else None
        if header:
            self.touched = True
            names = re.sub(rb"Box\(|\)", b" ", header[1]).split()
            self.names = [
                {"P": "precision", "R": "recall"}.get(n, n)
                for n in (x.decode() for x in names if x.isascii())
            ]
            return None
        row = _YOLO_ALL.match(line.text) if self.names else None
        if row is None:
            return None
        values = [float(part) for part in row[1].split()]
        metrics = {f"metrics/{name}": value for name, value in zip(self.names, values, strict=False)}
        return self._eval(line, metrics, "yolo results")

    def _composer(self, line: Line) -> Sighting | None:
        """`[epoch=1][batch=10/60]:` and its figures, one a line."""
        head = _COMPOSER.search(line.text) if b"[batch=" in line.text else None
        if head:
            self.composer = _composer_head(line, head)
            return self.composer
        if self.composer is None:
            return None
        field_line = _LONELY.match(line.text)
        if field_line is None:
            self.composer = None
            return None
        label = re.sub(rb"^(?:Train|Eval) ", b"", field_line[1]).decode("utf-8", "replace")
        return self._composer_field(line, normal(label), label, field_line)

    def _composer_field(self, line: Line, key: str, label: str, match: re.Match[bytes]) -> Sighting | None:
        value = _finite(match[2])
        if value is None:
            return None
        if match[1].startswith(b"Eval "):
            return self._eval(line, {label: value}, "composer")
        if key in ("throughput/batches_per_sec", "throughput/device/batches_per_sec") and value > 0:
            return Sighting("key-value", line=line.number, rank=line.rank, seconds=1.0 / value)
        if roles.role_of(key) == "loss" and key.startswith("loss"):
            return Sighting("composer", line=line.number, rank=line.rank, loss=value)
        return Sighting("composer", mode="aux")  # `time/batch: 9` counts

    def _result_table(self, line: Line) -> Sighting | None:
        """Lightning's closing table: `Validate metric | DataLoader 0`, then a row a metric."""
        if b"metric" in line.low and _RESULT_TABLE.search(line.raw):
            self.result_rows, self.touched = 40, True
            return None
        if not self.result_rows:
            return None
        self.result_rows -= 1
        row = _RESULT_ROW.match(line.text)
        value = _finite(row[2]) if row else None
        return (
            self._eval(line, {row[1].decode(): value}, "result table") if row and value is not None else None
        )

    def _continued_bar(self, line: Line) -> Sighting | None:
        if not self.after_bar:
            return None
        self.after_bar -= 1
        match = _LONELY.match(line.text)
        if match is None or not line.text.startswith(b"   "):
            self.after_bar = 0
            return None
        found = tokens(line.text)
        if len(found) != 1 or not roles.is_eval(found[0].key):
            return None
        return self._eval(line, {found[0].label: found[0].value}, "rich bar")


def _composer_head(line: Line, head: re.Match[bytes]) -> Sighting:
    """`[epoch=1/2][batch=10/60]:`, or `[batch=10/4800]:` where the run is counted in batches."""
    done, total = float(head[3]), float(head[4])
    if not head[1]:
        return Sighting("composer", "batch", STEP, line=line.number, rank=line.rank, step=done, total=total)
    sighting = Sighting("composer", "batch of the epoch", STEP, line=line.number, rank=line.rank)
    sighting.epoch, sighting.inner, sighting.inner_total = float(head[1]), done, total
    sighting.epochs = float(head[2]) if head[2] else None
    return sighting


def _finite(text: bytes) -> float | None:
    try:
        value = number(text)
    except ValueError:
        return None
    return value if value == value else None
