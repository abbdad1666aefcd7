"""One call: paced, sent, judged, and sent again where that does no harm."""

import contextlib
import functools
import ssl
from collections.abc import Generator, Mapping
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from urllib.parse import urlsplit

import httpx
import msgspec

from vasttui.cloud.endpoints import Endpoint
from vasttui.cloud.errors import BusyError, CloudError, NoAnswerError, ServiceError
from vasttui.cloud.keys import Secret
from vasttui.cloud.pacing import Clock, Pacer, read_refusal, retry_wait
from vasttui.cloud.replies import Json, busy, judge
from vasttui.cloud.shared_pacing import SharedPacer
from vasttui.logs.clean import clean_line

SERVICE = "https://console.vast.ai"
_LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})
_MAX_REPLY_BYTES = 64 << 20
_UNSENT = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout, httpx.ProxyError)


def checked_url(url: str) -> str:
    """The service's address without a slash at its end. Raises CloudError for one that would leak the key."""
    try:
        parts = urlsplit(url.strip())
        host = parts.hostname or ""
    except ValueError:
        host, parts = "", urlsplit("")
    if parts.scheme not in ("http", "https") or not host or parts.query or parts.fragment or parts.username:
        raise CloudError(f"{clean_line(url, 100)!r} is no address of a service", f"it looks like {SERVICE}")
    if parts.scheme == "http" and host not in _LOOPBACK:
        raise CloudError(f"{url}: your key would travel unencrypted", "use https://")
    return url.strip().rstrip("/")


def is_loopback(url: str) -> bool:
    """Whether the address is on this machine."""
    return urlsplit(url).hostname in _LOOPBACK


def user_agent() -> str:
    """`vasttui/<version>`."""
    with contextlib.suppress(PackageNotFoundError):
        return f"vasttui/{version('vasttui')}"
    return "vasttui"


@functools.cache
def _trusted() -> ssl.SSLContext:
    """The certificates to trust; reading them takes 30 ms."""
    return httpx.create_ssl_context()


class _Bearer(httpx.Auth):
    """Puts the key in place just before a request leaves."""

    def __init__(self, secret: Secret) -> None:
        self._secret = secret

    def auth_flow(self, request: httpx.Request) -> Generator[httpx.Request, httpx.Response]:
        request.headers["Authorization"] = f"Bearer {self._secret.reveal()}"
        yield request


class Wire:
    """The connection to one service with one key."""

    def __init__(
        self,
        url: str,
        secret: Secret,
        *,
        clock: Clock | None = None,
        timeout_s: float = 30.0,
        patience_s: float = 120.0,
        pace_file: Path | None = None,
    ) -> None:
        self.url = checked_url(url)
        self.clock = clock or Clock()
        self._secret = secret
        self._pacer = Pacer(self.clock) if pace_file is None else SharedPacer(self.clock, pace_file)
        self._patience_s = patience_s
        self.http = httpx.AsyncClient(
            timeout=timeout_s,
            headers={"User-Agent": user_agent()},
            trust_env=not is_loopback(self.url),
            verify=_trusted(),
        )
        self._auth = _Bearer(secret)

    async def close(self) -> None:
        """Let go of the connections."""
        await self.http.aclose()

    async def call(
        self,
        endpoint: Endpoint,
        target: int | str = "",
        *,
        query: Mapping[str, str] | None = None,
        body: object = None,
    ) -> Json:
        """The reply's JSON. Raises a CloudError that names what was asked and what to do."""
        what = endpoint.what.format(target)
        request = self.http.build_request(
            endpoint.method,
            self.url + endpoint.path.format(target),
            params=dict(query) if query else None,
            content=None if endpoint.method == "GET" else msgspec.json.encode({} if body is None else body),
            headers=None if endpoint.method == "GET" else {"Content-Type": "application/json"},
        )
        began, tries = self.clock.now(), 0
        while True:
            await self._pacer.turn(endpoint)
            tries += 1
            try:
                return await self._once(endpoint, what, request)
            except CloudError as error:
                left = self._patience_s - (self.clock.now() - began)
                wait = retry_wait(endpoint, error, tries, left, self.clock.chance())
                if wait is None:
                    raise
                await self.clock.sleep(wait)

    async def _once(self, endpoint: Endpoint, what: str, request: httpx.Request) -> Json:
        try:
            response = await self.http.send(request, stream=True, auth=self._auth, follow_redirects=False)
            try:
                text = await bounded(response, _MAX_REPLY_BYTES)
            finally:
                await response.aclose()
        except httpx.HTTPError as error:
            raise self._no_answer(what, error) from None
        finally:
            self._pacer.answered(endpoint)
        body = self._secret.strip_from(text)
        if response.status_code != 429:
            return judge(what, response.status_code, body)
        refusal = read_refusal(response.headers, body, self.clock.wall())
        error = busy(what, refusal)
        if isinstance(error, BusyError):
            wait_s = refusal.wait_s or max(
                endpoint.penalty_s, refusal.threshold_s or endpoint.per_s / endpoint.times
            )
            self._pacer.refused(endpoint, wait_s, refusal.threshold_s)
        raise error

    def _no_answer(self, what: str, error: httpx.HTTPError) -> CloudError:
        host = urlsplit(self.url).netloc
        unsent = isinstance(error, _UNSENT)
        if isinstance(error, httpx.ConnectTimeout):
            text, hint = f"{host} does not answer", "check the network"
        elif unsent:
            reason = clean_line(str(error), 120) or type(error).__name__
            text, hint = f"no connection to {host}: {reason}", "check the network and --url"
        elif isinstance(error, httpx.TimeoutException):
            text, hint = f"no reply from {host} in time", "it may have been done: look before asking again"
        else:
            text, hint = f"{host} hung up without a reply", "it may have been done: look before asking again"
        return NoAnswerError(f"{what}: {text}", hint, may_have_happened=not unsent)


async def bounded(response: httpx.Response, limit: int) -> bytes:
    """The reply's bytes. Raises ServiceError past `limit`."""
    parts: list[bytes] = []
    size = 0
    async for part in response.aiter_bytes():
        size += len(part)
        if size > limit:
            raise ServiceError(
                f"the reply is longer than {limit >> 20} MiB",
                "ask for less: a limit, a narrower query",
                may_have_happened=True,
            )
        parts.append(part)
    return b"".join(parts)
