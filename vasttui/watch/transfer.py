"""How fast a host fetches from where the plan fetches, and how fast we reach it: few bytes, little time."""

import asyncio
import re
import shlex
import time
from dataclasses import dataclass
from urllib.parse import urlsplit

from vasttui.gate.disk import fetched_gb
from vasttui.hosts.protocol import Host, HostError
from vasttui.monitor.words import duration
from vasttui.plan import Plan

MOST_PLACES = 3
FETCH_BYTES = 4 << 20
FETCH_S = 5
LINK_BYTES = 2 << 20
LINK_S = 10.0
LONG_S = 1800.0
_LITTLE_BYTES = 256 << 10  # less than this tells of the answer's time, not of the link's speed
_MEGABIT = 1e6 / 8
_URL = re.compile(r"https?://[^\s'\"<>|;&)\\]+")


@dataclass(frozen=True, slots=True)
class Measured:
    """What a place gave: `mbps` megabit a second, None where it sent too little to tell."""

    place: str
    mbps: float | None
    seconds: float
    error: str = ""

    @property
    def text(self) -> str:
        """In words; never the whole address, which may hold a token."""
        if self.error:
            return f"{self.place}: {self.error}"
        if self.mbps is None:
            return f"{self.place} answers in {self.seconds:.1f} s"
        return f"{self.mbps:.0f} Mb/s from {self.place}"


def endpoints(plan: Plan) -> list[str]:
    """The addresses that the plan's own commands name, one a host, without logins."""
    texts = [*plan.run.bootstrap, plan.run.command, *plan.run.env.values()]
    found: dict[str, str] = {}
    for url in (match[0] for text in texts for match in _URL.finditer(text)):
        try:
            parts = urlsplit(url)
            host = parts.hostname
            port = f":{parts.port}" if parts.port else ""
        except ValueError:
            continue
        if host:
            found.setdefault(host, f"{parts.scheme}://{host}{port}{parts.path}")
    return list(found.values())[:MOST_PLACES]


async def fetch_speed(host: Host, url: str) -> Measured:
    """Fetch the first few MiB there, on the host, into nothing."""
    place = urlsplit(url).hostname or "?"
    form = "%{http_code} %{size_download} %{time_total}"
    words = ["curl", "-sSL", "-r", f"0-{FETCH_BYTES - 1}", "-m", str(FETCH_S), "-o", "/dev/null", "-w", form]
    command = f"{shlex.join([*words, '--', url])} 2>&1 | head -c 4000"
    try:
        output = await host.run(command, timeout_s=FETCH_S + 15.0)
    except HostError as error:
        return Measured(place, None, 0.0, str(error))
    return read_fetch(place, output.out)


def read_fetch(place: str, said: str) -> Measured:
    """What curl printed: perhaps a complaint, then status, bytes and seconds."""
    lines = said.strip().splitlines() or [""]
    try:
        code, size, seconds = (float(word) for word in lines[-1].split()[-3:])
    except ValueError:
        return Measured(place, None, 0.0, "not measured: there is no curl on the host")
    if not code:
        return Measured(place, None, seconds, "no answer from the host")
    if size < _LITTLE_BYTES or seconds <= 0:
        return Measured(place, None, seconds)
    return Measured(place, size / _MEGABIT / seconds, seconds)


async def link_speed(host: Host) -> Measured:
    """Our own way to the host: what pulling artifacts will run at."""
    began = time.monotonic()
    try:
        output = await host.run(f"head -c {LINK_BYTES} /dev/zero", timeout_s=LINK_S, max_bytes=LINK_BYTES)
    except HostError as error:
        return Measured("the host to here", None, time.monotonic() - began, str(error))
    seconds = max(1e-6, time.monotonic() - began)
    if len(output.out) < LINK_BYTES:
        return Measured("the host to here", None, seconds, "not measured")
    return Measured("the host to here", LINK_BYTES / _MEGABIT / seconds, seconds)


async def measure(host: Host, plan: Plan) -> tuple[str, bool]:
    """What was measured, in words; True where fetching what the plan needs will take long."""
    places = endpoints(plan)
    if not places:
        link = await link_speed(host)
        return f"the plan names no address to fetch from; {link.text}", False
    found = await asyncio.gather(*(fetch_speed(host, url) for url in places))
    text = "; ".join(one.text for one in found)
    speeds = [one.mbps for one in found if one.mbps is not None]
    size_gb = fetched_gb(plan)
    if not speeds or not size_gb:
        return text, any(one.error for one in found)
    seconds = size_gb * 8000.0 / max(speeds)
    return f"{text}; {size_gb:.1f} GB take {duration(seconds)}", seconds > LONG_S
