"""A market and a state folder for one process after the other."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack
from pathlib import Path

import pytest

from tests.rental.killing import Stage, staged
from vasttui.cloud.emulator.faults import Fault

Open = Callable[..., Awaitable[Stage]]


@pytest.fixture
async def stage(tmp_path: Path) -> AsyncIterator[Open]:
    """`await stage(fault, …)`."""
    async with AsyncExitStack() as stack:

        async def start(*faults: Fault, credit_usd: float = 25.0) -> Stage:
            return await stack.enter_async_context(staged(tmp_path, *faults, credit_usd=credit_usd))

        yield start
