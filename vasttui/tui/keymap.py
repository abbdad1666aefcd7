"""`[keymap]` of the user's config: action ids to keys, checked before any of them counts.

A screen toolkit takes a clash silently, by dropping one of the two; here both are named and the user's
entry is left out. Mapping an id to a key that another entry of the same map frees is in order.
"""

import difflib
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, cast

from textual.keys import Keys, _character_to_key

from vasttui.tui.actions import ACTIONS, Action
from vasttui.tui.keys import KeyRow, key_text

MAX_BYTES = 64 << 10
AMBIGUOUS = {"ctrl+h": "backspace", "ctrl+i": "tab", "ctrl+m": "enter"}
RESERVED = {"ctrl+c": "leaves, from anywhere"}
_MODIFIERS = frozenset(("ctrl", "shift", "alt", "super", "hyper", "meta"))
_NAMED = frozenset(key.value for key in Keys)


@dataclass(frozen=True, slots=True)
class Known:
    """One id a keymap may name: its keys by default, what it does, on which screen."""

    id: str
    keys: str
    tooltip: str
    screen: str


@dataclass(frozen=True, slots=True)
class Settings:
    """The screen's part of `config.toml`; each problem is one line."""

    theme: str | None = None
    keymap: dict[str, str] = field(default_factory=dict[str, str])
    problems: tuple[str, ...] = ()


def known_ids() -> list[Known]:
    """Everything that has a key, screen by screen."""
    from vasttui.tui.market_actions import INSTANCES, OFFERS, START  # noqa: PLC0415  not needed to start
    from vasttui.tui.screens.chart import CHART_KEYS  # noqa: PLC0415  as above
    from vasttui.tui.screens.log import LOG_KEYS  # noqa: PLC0415  as above

    return [
        *_of_actions(ACTIONS, "run"),
        *_of_rows(CHART_KEYS, "chart"),
        *_of_rows(LOG_KEYS, "log"),
        *_of_actions(START, "start"),
        *_of_actions(OFFERS, "offers"),
        *_of_actions(INSTANCES, "instances"),
    ]


def _of_actions(actions: tuple[Action, ...], screen: str) -> Iterator[Known]:
    for action in actions:
        if action.id.endswith("palette"):  # the toolkit's own binding, not ours to map
            continue
        own = action.id if screen == "run" else action.id.replace("_", ".", 1)
        yield Known(own, action.key, action.tooltip, screen)


def _of_rows(rows: tuple[KeyRow, ...], screen: str) -> Iterator[Known]:
    for key, _, name, tooltip in rows:
        yield Known(f"{screen}.{name}", key, tooltip, screen)


def read_settings(path: Path) -> Settings:
    """Of a `config.toml`; one that is not there is empty."""
    try:
        with path.open("rb") as file:
            data = file.read(MAX_BYTES + 1)
    except FileNotFoundError:
        return Settings()
    except OSError as error:
        return Settings(problems=(f"{path}: {error.strerror}",))
    try:
        told = tomllib.loads(data[:MAX_BYTES].decode())
    except (ValueError, RecursionError) as error:
        return Settings(problems=(f"{path}: {error}",))
    theme = told.get("theme")
    problems = [] if theme is None or isinstance(theme, str) else [f"{path}: theme is not a text"]
    keymap, clashes = check_keymap(told.get("keymap", {}))
    return Settings(theme if isinstance(theme, str) else None, keymap, (*problems, *clashes))


def check_keymap(told: object) -> tuple[dict[str, str], list[str]]:
    """(ids to keys that can be used, one line about each entry that cannot)."""
    if not isinstance(told, dict):
        return {}, ["[keymap] is not a table of ids and keys"]
    known = known_ids()
    wanted: dict[str, str] = {}
    problems: list[str] = []
    for name, value in cast("dict[str, Any]", told).items():
        keys = [_normal(key) for key in value.split(",")] if isinstance(value, str) else []
        problem = _wrong(name, value, keys, known)
        if problem:
            problems.append(f"[keymap] {problem}")
        else:
            wanted[name] = ",".join(keys)
    for name in list(wanted):
        if clash := _clash(name, wanted, known):
            problems.append(f"[keymap] {clash}")
            del wanted[name]
    return wanted, problems


def _wrong(name: str, value: object, keys: list[str], known: Sequence[Known]) -> str:
    names = [one.id for one in known]
    if name not in names:
        near = difflib.get_close_matches(name, names, n=1)
        return f"{name[:40]!r} names nothing" + (
            f"; did you mean {near[0]}?" if near else ": see docs/keys.md"
        )
    for key in keys or [""]:
        if not _is_key(key):
            return f"{name} = {str(value)[:40]!r} is not a key"
        if key in AMBIGUOUS:
            return f"{name} = {key}: terminals cannot tell it from {AMBIGUOUS[key]}"
        if key in RESERVED:
            return f"{name} = {key}: it {RESERVED[key]}"
    return ""


def _clash(name: str, wanted: Mapping[str, str], known: Sequence[Known]) -> str:
    screens = {one.screen for one in known if one.id == name}
    for other in known:
        if other.id == name or other.screen not in screens:
            continue
        both = set(wanted[name].split(",")) & set(wanted.get(other.id, other.keys).split(","))
        if both:
            key = key_text(min(both))
            return f"{name} = {key} clashes with {other.id} ({other.tooltip}), which has {key}; left out"
    return ""


def _normal(key: str) -> str:
    key = key.strip() or key[:1]
    *modifiers, last = key.split("+") if len(key) > 1 else [key]
    last = _character_to_key(last) if len(last) == 1 else last
    return "+".join([*modifiers, last])


def _is_key(key: str) -> bool:
    *modifiers, last = key.split("+")
    named = last in _NAMED or (len(last) == 1 and last.isprintable()) or _character_name(last)
    return bool(last) and set(modifiers) <= _MODIFIERS and named


def _character_name(name: str) -> bool:
    return name in {_character_to_key(chr(code)) for code in range(33, 127)}
