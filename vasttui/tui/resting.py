"""What is done while nobody waits: garbage is collected, and screens are loaded before they are asked for."""

import asyncio
import ctypes
import gc
from importlib import import_module
from typing import Any

from textual.app import App

LOAD_AFTER_S = 1.0
SETTLED_S = 8.0
COLLECT_EVERY_S = 60.0
CLOSED_S = 0.5
# A collection of the youngest comes after so many new objects, and takes some milliseconds.
YOUNG_OBJECTS = 8_000
_NEVER = 1 << 30
SCREENS = (
    "vasttui.tui.logtext", "vasttui.tui.questions", "vasttui.tui.screens.confirm", "vasttui.tui.screens.help",
    "vasttui.tui.screens.log",
)  # fmt: skip


def begin(app: App[Any]) -> None:
    """After the first paint. Without a terminal (tests, pictures) the process is not ours alone."""
    if not app.is_headless:
        _keep_what_stands()
        app.set_timer(LOAD_AFTER_S, lambda: app.run_worker(_load(), name="load"))
        app.set_timer(SETTLED_S, collect)
        app.set_interval(COLLECT_EVERY_S, collect)


def collect() -> None:
    """All of it, and what the C library keeps of it is handed back: more than a MiB after the imports."""
    gc.collect()
    trim = getattr(ctypes.CDLL(None), "malloc_trim", None)  # glibc's
    if trim is not None:
        trim(0)


def closed(app: App[Any]) -> None:
    """A screen was closed: what it was made of goes in a quiet moment, not with that of ten others."""
    if not app.is_headless:
        app.set_timer(CLOSED_S, lambda: gc.collect(1))


def _keep_what_stands() -> None:
    """What was loaded stays to the end: a collection that walks all of it holds the screen up for 100 ms.

    Without it a collection of everything takes some milliseconds, and comes by our own timer alone.
    """
    gc.freeze()
    gc.set_threshold(YOUNG_OBJECTS, _NEVER, _NEVER)


async def _load() -> None:
    """The screens that a key opens, in a thread: the first key does not wait for imports."""
    for name in SCREENS:
        await asyncio.to_thread(import_module, name)
    _keep_what_stands()
