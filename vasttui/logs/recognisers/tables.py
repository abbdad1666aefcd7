"""Tables: a header names the columns (CSV, sklearn, fastai, skorch), or boxes hold name | value rows."""

import re
from dataclasses import dataclass, field

from vasttui.logs import roles
from vasttui.logs.prefix import Line, stamp_seconds
from vasttui.logs.sighting import EPOCH, GLOBAL, STEP, Sighting
from vasttui.logs.tokens import TOKEN, normal, number, scaled, seconds

_WORD = re.compile(rb"^[A-Za-z_\x80-\xff#][\w\x80-\xff /.@%()#'-]{0,40}$")
_BELOW = re.compile(rb"^\(?[A-Za-z_%/][\w %/.:-]*\)?$")
_CELL_NUMBER = re.compile(
    rb"^[-+]?(?:\d[\d,]*\.?\d*(?:[eE][-+]?\d+)?|nan|inf)[a-zA-Z%]{0,2}$|^\d+:\d\d(?::\d\d)?$|^(?:None|N/A|n/a|-|--|\+|\*)?$",
    re.IGNORECASE,
)
_CELL_STAMP = re.compile(rb'^"?\d{4}[-/]\d\d[-/]\d\d[T _]\d\d:\d\d:\d\d')
_BOX_ROW = re.compile(
    rb"^\s*[|\xe2\x94\x82]+\s*([A-Za-z_][\w/ .()-]*?)\s*(?:\||\xe2\x94\x82)"
    rb"\s*([^|\xe2]*?)\s*(?:\||\xe2\x94\x82)\s*$"
)
_BORDER = re.compile(rb"^\s*[-=+_|\xe2\x94\x80-\xbf\x81\x82]{8,}\s*$")
_COUNTED = ("global", "step", "iter", "epoch")
_SPACES = re.compile(rb"\s{2,}")
Column = tuple[str, str]  # its name as looked up, and as written


@dataclass(slots=True)
class Tables:
    """The table being printed, if any: columns of the last header, rows of an open box."""

    columns: list[Column] = field(default_factory=list[Column])
    separator: bytes = b""
    group: str = ""
    box: dict[str, float] = field(default_factory=dict[str, float])
    touched: bool = False
    fresh: bool = False
    words: list[str] = field(default_factory=list[str])

    def read(self, line: Line) -> Sighting | None:
        """A row, or a box that has just been closed; None if the line is neither."""
        box_row = _BOX_ROW.match(line.text) if b"|" in line.text or b"\xe2" in line.text else None
        if box_row and not _WORD.match(box_row[2]):
            self._take_box_row(box_row[1].decode("utf-8", "replace"), box_row[2])
            self.touched = True
            return None
        if not self.columns and _BORDER.match(line.text):
            self.touched = True
            return self._close_box(line) if self.box else None
        if self.columns:
            fresh, self.fresh = self.fresh, False
            row = self._row(line)
            if row is not None or (fresh and self._take_second_header(line.text)):
                return row
        self._take_header(line.text)
        return None

    def _take_header(self, text: bytes) -> None:
        stripped = text.strip().strip(b"|").strip()
        if not 5 <= len(stripped) <= 600 or TOKEN.search(stripped):
            return
        for separator in (b",", b"\t", b"|", b";", b""):
            cells = split(stripped, separator)
            if len(cells) < 2 or (separator and separator not in stripped):
                continue
            if not all(_WORD.match(cell) for cell in cells) or (
                separator and any(b"  " in cell for cell in cells)
            ):
                continue
            columns = [
                (normal(label) or label, label)
                for label in (cell.decode("utf-8", "replace") for cell in cells)
            ]
            if _is_header(columns):
                self.columns, self.separator = columns, separator
                self.words = stripped.decode("utf-8", "replace").lstrip("# ").split()
                self.touched = self.fresh = True
                return

    def _take_second_header(self, text: bytes) -> bool:
        """A header that goes on in the next line: `Mini-batch |`, below it `Loss |`."""
        stripped = text.strip()
        if self.separator == b"|":
            stripped = stripped.removeprefix(b"|").removesuffix(b"|")
        cells = split(stripped, self.separator) if self.separator else []
        words = [cell for cell in cells if cell]
        if len(cells) != len(self.columns) or not words or not all(_BELOW.match(cell) for cell in words):
            return False
        for index, cell in enumerate(cells):
            if cell and not cell.startswith(b"("):
                label = f"{self.columns[index][1]} {cell.decode('utf-8', 'replace')}"
                self.columns[index] = (normal(label), label)
        self.touched = True
        return True

    def _row(self, line: Line) -> Sighting | None:
        comma = self.separator == b","  # a stamp's fraction would swallow the next cell
        stripped = line.raw.strip() if comma else line.text.strip().strip(b"|").strip()
        columns, cells = self._fitted(stripped)
        stamped = [_CELL_STAMP.match(cell) is not None for cell in cells]
        fits = (stamp or _CELL_NUMBER.match(cell) for stamp, cell in zip(stamped, cells, strict=True))
        if len(cells) != len(columns) or not all(fits):
            return None
        sighting = Sighting("table", line=line.number, rank=line.rank)
        told = dict[str, tuple[str, float]]()
        for (key, label), cell, stamp in zip(columns, cells, stamped, strict=True):
            if stamp:
                sighting.stamp = stamp_seconds(cell.strip(b'"'))
                continue
            value = cell_value(cell)
            if value is not None:
                told[key] = (label, value)
                self._place(sighting, key, value, cell)
        _table_metrics(sighting, told)
        return sighting if sighting.counts or sighting.epoch is not None else None

    def _fitted(self, text: bytes) -> tuple[list[Column], list[bytes]]:
        """The cells of a row and their columns, as many as there are if the line is a row."""
        cells, columns = split(text, self.separator), self.columns
        if len(cells) == len(columns) - 1:  # skorch marks a checkpoint by `+`, or leaves the cell blank
            columns = [column for column in columns if column[0] != "cp"]
        if len(cells) != len(columns) and self.separator == b"":
            cells = text.split()
            if len(cells) == len(self.words):  # `# Epoch batch    loss`: two names, one blank between
                columns = [(normal(word) or word, word) for word in self.words]
        return columns, cells

    def _place(self, sighting: Sighting, key: str, value: float, cell: bytes) -> None:
        role = "step" if key == "#" or label_is_round(key) else roles.role_of(key)
        if key == "e":
            role = "epoch"
        if role in ("global", "step", "iter"):
            trust = GLOBAL if role == "global" else STEP
            if sighting.step is None or trust > sighting.trust:
                sighting.step, sighting.source, sighting.trust = value, f"column {key}", trust
        elif role == "inner":
            sighting.inner, sighting.source = value, f"column {key}"
        elif role == "loss":
            if sighting.loss is None or roles.loss_order(key) < roles.loss_order(sighting.source_of_loss):
                sighting.loss, sighting.source_of_loss = value, key
        elif role in ("epoch", "seconds", "elapsed", "clock", "eta", "total"):
            factor = _time_factor(cell, role, key)
            setattr(sighting, role, seconds(cell) if b":" in cell else value * factor)
        elif key in ("dur", "duration"):
            sighting.clock = value

    def _take_box_row(self, name: str, text: bytes) -> None:
        if not text:
            self.group = name if name.endswith("/") else ""
            return
        self.columns = []
        try:
            value = number(text)
        except ValueError:
            return
        if len(self.box) < 200:
            self.box[name if "/" in name else self.group + name] = value

    def _close_box(self, line: Line) -> Sighting | None:
        box, self.box, self.group = self.box, {}, ""
        sighting = Sighting("box table", line=line.number, rank=line.rank, trust=GLOBAL)
        for name, value in box.items():
            key = normal(name)
            last = key.rpartition("/")[2]
            role = roles.role_of(last)
            if role == "global" or (
                role in ("step", "iter", "epoch") and sighting.step is None and key.startswith("time/")
            ):
                if role == "global" or sighting.step is None:
                    sighting.step, sighting.source = value, f"box {last}"
            elif key.startswith(("eval/", "val/", "test/")) and value == value:
                sighting.metrics[last] = value
            elif last in ("fps", "sps") and value > 0:
                sighting.seconds = 1.0 / value
            elif role == "loss" and sighting.loss is None:
                sighting.loss = value
            elif last == "time_elapsed":
                sighting.elapsed = value
        if not sighting.source:
            _plain_box(sighting, box)
        if sighting.metrics and sighting.seconds is None and sighting.loss is None:
            sighting.mode = "eval"
        return sighting if sighting.counts or sighting.metrics else None


def _plain_box(sighting: Sighting, box: dict[str, float]) -> None:
    """Spinning-up style: `|        Epoch |     3 |`; a finer counter than epochs is better."""
    for name, value in box.items():
        role = roles.role_of(normal(name))
        finer = role in ("global", "step", "iter") and sighting.trust == EPOCH
        if role in _COUNTED and (sighting.step is None or finer):
            trust = EPOCH if role == "epoch" else STEP
            sighting.step, sighting.source, sighting.trust = value, f"box {name}", trust
        elif role == "loss" and sighting.loss is None:
            sighting.loss = value
        elif role in ("clock", "elapsed") and sighting.clock is None:
            sighting.clock = value


def split(text: bytes, separator: bytes) -> list[bytes]:
    """Split a row; an empty separator means runs of blanks."""
    if separator:
        quotes = b' \t"' if separator in b",;\t" else b" \t"
        return [cell.strip(quotes) for cell in text.split(separator)]
    return _SPACES.split(text.strip())


def label_is_round(key: str) -> bool:
    return key in ("iter", "round", "tree", "trees")


def _is_header(columns: list[Column]) -> bool:
    """At least one counter, and a loss, a metric or a time; the counter among the first three."""
    found = [
        roles.role_of(key) or ("step" if key == "#" else "epoch" if key == "e" else None)
        for key, _ in columns
    ]
    counted = any(role in (*_COUNTED, "inner") for role in found[:3])
    told = any(role in ("loss", "clock", "eta", "seconds", "elapsed") for role in found)
    return counted and (told or any(roles.is_eval(key) for key, _ in columns))


def _time_factor(cell: bytes, role: str, key: str) -> float:
    unit = cell.lstrip(b"+-0123456789.,")
    if role not in ("seconds", "elapsed", "clock", "eta"):
        return 1.0
    if not unit:
        return 1e-3 if key.endswith("_ms") else 1.0
    return roles.TIME_UNITS.get(unit.decode("ascii", "replace"), 1.0)


def cell_value(cell: bytes) -> float | None:
    """A cell's number; None for an empty one."""
    if b":" in cell:
        return seconds(cell)
    try:
        return scaled(cell)
    except ValueError:
        pass
    match = re.match(rb"[-+]?[\d.,]+", cell)
    try:
        return number(match[0]) if match else None
    except ValueError:
        return None


def _table_metrics(sighting: Sighting, told: dict[str, tuple[str, float]]) -> None:
    has_eval = any(roles.is_eval(other) for other in told)
    scored = "score" in told  # spaCy: what is no loss is the evaluation's
    for key, (label, value) in told.items():
        if value != value or roles.BOOKKEEPING.search(key):
            continue
        if scored and roles.role_of(key) is None and not re.search(r"^(?:e|#)$|loss", key):
            sighting.metrics[label] = value
        plain = roles.role_of(key) is None and has_eval and not roles.TRAIN_NAME.search(key)
        if roles.is_eval(key) or (plain and sighting.epoch is not None and sighting.step is None):
            sighting.metrics[label] = value
