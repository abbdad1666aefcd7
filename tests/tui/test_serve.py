"""The screen in a browser: served for real, fetched and spoken to as a browser does it."""

import asyncio
import os
import socket
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

pytestmark = pytest.mark.real
pytest.importorskip("textual_serve", reason="the extra `web` is not installed")
LIMIT_S = 30.0


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


async def speak(port: int) -> tuple[str, bytes]:
    """The page, and what its websocket brings until the run's name is drawn and the help was opened."""
    import aiohttp  # pyright: ignore[reportMissingImports]  comes with the extra

    library: Any = aiohttp
    base = f"http://127.0.0.1:{port}"
    async with library.ClientSession() as client:
        page = ""
        for _ in range(300):
            try:
                async with client.get(base) as reply:
                    page = await reply.text()
                break
            except library.ClientConnectionError:
                await asyncio.sleep(0.05)
        drawn = b""
        async with client.ws_connect(f"{base}/ws?width=120&height=36") as channel:
            asked = False
            async for message in channel:
                drawn += message.data if isinstance(message.data, bytes) else b""
                if b"slowdown" in drawn and not asked:
                    asked = True
                    await channel.send_json(["stdin", "?"])
                if b"Every key" in drawn:
                    break
    return page, drawn


def test_a_browser_gets_the_page_and_a_screen_that_takes_keys(tmp_path: Path) -> None:
    port = free_port()
    server = subprocess.Popen(
        [sys.executable, "-m", "vasttui", "serve", "--port", str(port), "demo", "slowdown"],
        env={**os.environ, "XDG_STATE_HOME": str(tmp_path)},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        page, drawn = asyncio.run(asyncio.wait_for(speak(port), LIMIT_S))
    finally:
        server.terminate()
        server.wait(10)
    assert "textual.js" in page
    assert b"slowdown" in drawn
