"""What each number of a line stands for, by its name, its unit and its neighbours."""

import itertools
import re

from vasttui.logs import roles
from vasttui.logs.tokens import Named, normal

Assigned = dict[str, list[Named]]
_PLACES = ("step", "iter", "epoch", "inner", "global")
_LOSS_BEFORE = re.compile(rb"((?:[A-Za-z]+ )?loss)\b(?:(?! loss)[^\d:=,]){0,40}$", re.IGNORECASE)
_HAS_TOTAL = ("global", "step", "iter", "inner", "epoch", "episode")
_PROGRESS_WORDS = frozenset(
    ("progress", "进度", "训练进度", "進捗", "진행", "прогресс", "fortschritt", "progression", "progreso")
)


def assign(text: bytes, found: list[Named]) -> Assigned:
    """Numbers by what they stand for; the b of `a/b` is filed under `…/of`."""
    _part_count_and_loss(text, found)
    by_role: Assigned = {}
    last_role = ""
    for token in found:
        if token.fraction:
            if last_role == "" and by_role[""] and by_role[""][-1].key in _PROGRESS_WORDS:
                last_role = "iter"
                by_role.setdefault(last_role, []).append(by_role[""].pop())
            by_role.setdefault(f"{last_role}/of", []).append(token)
            continue
        role = _role(token)
        if role == "of":
            role = f"{last_role}/of" if last_role in _HAS_TOTAL else ""
        last_role = role
        by_role.setdefault(last_role, []).append(token)
    return by_role


def _part_count_and_loss(text: bytes, found: list[Named]) -> None:
    """`Train loss 120 0.523`: of two numbers after one name the first counts, the second is the loss."""
    for count, loss in itertools.pairwise(found):
        if not (count.whole and not count.unit and loss.key == "" and b"." in loss.text):
            continue
        gap = text[count.end : loss.start].strip()
        if count.key.endswith("loss") and gap.strip(b":") == b"":
            loss.key, loss.label = count.key, count.label
            count.key = count.label = "step"
        elif gap == b":" and roles.role_of(count.key) in _PLACES:
            before = _LOSS_BEFORE.search(text, max(0, count.start - 80), count.start)
            if before:  # `Training loss (for one batch) at step 200: 0.29`
                loss.label = before[1].decode("ascii")
                loss.key = normal(loss.label)


_BY_UNIT = {
    **dict.fromkeys(roles.SPEED_UNITS, "speed"),
    **dict.fromkeys(roles.PER_STEP_UNITS, "seconds"),
    **dict.fromkeys(roles.MINUTE_UNITS, "speed a minute"),
}
_COUNTS = frozenset(
    ("global", "step", "iter", "episode", "inner", "samples", "total", "soft_total", "soft_epochs")
)
_STEP_TIMES = frozenset(("ms", "us", "s", "sec"))


def _role(token: Named) -> str:
    role = _BY_UNIT.get(token.unit) or _by_number(token)
    if role is None:
        role = roles.role_of(token.key) or ""
        role = _checked(token, role)
    return role


def _by_number(token: Named) -> str | None:
    """What unit and number settle, whatever the name says."""
    if token.unit in roles.EPOCH_UNITS and token.whole and not token.key.endswith("num"):
        return "epoch"
    if token.key == "total" and token.unit in ("ms", "s", "m"):
        return "elapsed"
    if token.key == "t" and token.whole and not token.unit:
        return ""  # a count, rather than a time
    if token.key in ("第", "") and token.unit in roles.STEP_UNITS and token.whole:
        return "step" if token.key == "第" or not token.unit.isascii() else ""
    return None


def _checked(token: Named, role: str) -> str:
    """The name's role, if the number can be such a thing."""
    if role in ("step", "iter") and token.unit in _STEP_TIMES:
        return "seconds"  # `Step: 120ms`
    if token.key == "in" and token.unit not in roles.TIME_UNITS:
        return ""
    if role in _COUNTS:
        if not token.whole and role in ("iter", "step", "inner") and not token.duration:
            return "decimal"
        return role if token.whole and not token.duration else ""
    timed = token.duration or token.unit in roles.TIME_UNITS or token.unit in ("", "|")
    return "" if role == "eta" and not timed else role
