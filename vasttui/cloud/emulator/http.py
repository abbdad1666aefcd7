"""A small HTTP/1.1 server on loopback: requests in, replies out, sizes bounded."""

import asyncio
import contextlib
import json
from collections.abc import Awaitable, Callable
from http import HTTPStatus
from typing import Any, cast
from urllib.parse import parse_qsl, unquote, urlsplit

from vasttui.cloud.emulator.reply import Reply, Request

_MAX_HEAD = 64 << 10
_MAX_BODY = 1 << 20
Handler = Callable[[Request], Awaitable[Reply]]


class Server:
    """Answers by `handler`, one request after another on each connection."""

    def __init__(self, handler: Handler) -> None:
        self._handler = handler
        self._server: asyncio.Server | None = None
        self._links: set[asyncio.Task[None]] = set()
        self.port = 0

    async def open(self, port: int = 0) -> None:
        """Listen on 127.0.0.1 only. Raises OSError if the port is taken."""
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", port, limit=_MAX_HEAD)
        self.port = int(self._server.sockets[0].getsockname()[1])

    async def close(self) -> None:
        """Stop, and hang up on everyone."""
        if self._server is not None:
            self._server.close()
        links = list(self._links)
        for link in links:
            link.cancel()
        await asyncio.gather(*links, return_exceptions=True)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._links.add(task)
        try:
            while await self._exchange(reader, writer):
                pass
        except (OSError, asyncio.IncompleteReadError, asyncio.LimitOverrunError, asyncio.CancelledError):
            pass  # they hung up, or we close
        finally:
            self._links.discard(task)
            writer.close()
            with contextlib.suppress(OSError, asyncio.CancelledError):
                await writer.wait_closed()

    async def _exchange(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bool:
        """One request and its reply; whether another may follow."""
        try:
            request, keep = await _read(reader)
        except ValueError as error:
            await _write(writer, Reply(400, text=str(error)), keep=False)
            return False
        if request is None:
            return False
        reply = await self._handler(request)
        if reply.stall:
            await reader.read(1)  # until they give up
            return False
        if reply.cut:
            return False
        await _write(writer, reply, keep=keep)
        return keep


async def _read(reader: asyncio.StreamReader) -> tuple[Request | None, bool]:
    """(request, whether the connection stays); (None, False) at its end. Raises ValueError: it is no HTTP."""
    try:
        head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
    except asyncio.IncompleteReadError:
        return None, False
    first, *lines = head.split("\r\n")
    words = first.split(" ")
    if len(words) != 3 or not words[2].startswith("HTTP/1."):
        raise ValueError("this is no HTTP/1.1 request")
    headers = {
        name.strip().lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)
    }
    length = int(headers.get("content-length") or 0)
    if "transfer-encoding" in headers or not 0 <= length <= _MAX_BODY:
        raise ValueError(f"a body of at most {_MAX_BODY} bytes with its length is wanted")
    body = await reader.readexactly(length)
    parts = urlsplit(words[1])
    scheme, _, key = headers.get("authorization", "").partition(" ")
    request = Request(
        words[0],
        unquote(parts.path),
        dict(parse_qsl(parts.query, keep_blank_values=True)),
        _object(body),
        key.strip() if scheme.lower() == "bearer" else "",
    )
    return request, headers.get("connection", "").lower() != "close"


def _object(body: bytes) -> dict[str, Any]:
    found: object = json.loads(body) if body.strip() else {}
    if not isinstance(found, dict):
        raise ValueError("the body is no JSON object")  # noqa: TRY004 - what `json` raises too
    return cast("dict[str, Any]", found)


async def _write(writer: asyncio.StreamWriter, reply: Reply, *, keep: bool) -> None:
    is_json = reply.json is not None
    body = json.dumps(reply.json).encode() if is_json else reply.text.encode()
    headers = {
        "Content-Type": "application/json" if is_json else "text/plain; charset=utf-8",
        "Content-Length": str(len(body)),
        "Connection": "keep-alive" if keep else "close",
        **reply.headers,
    }
    head = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
    writer.write(f"HTTP/1.1 {reply.status} {HTTPStatus(reply.status).phrase}\r\n{head}\r\n".encode() + body)
    await writer.drain()
