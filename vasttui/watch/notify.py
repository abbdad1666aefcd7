"""`[notify] urls`: raised alerts and the end of a run, sent to where the user is (extra `notify`)."""

import asyncio
import logging
from collections.abc import Callable, Sequence
from contextlib import suppress
from importlib import import_module
from importlib.util import find_spec
from threading import Thread

from vasttui.logs.clean import clean_line
from vasttui.monitor.check import Check, Verdict
from vasttui.watch.advice import in_shell

CLOSE_S = 10.0
MISSING = "notify.urls: nothing is sent without the extra: pip install 'vasttui[notify]'"
REFUSED = "notify.urls: a message was not taken; `apprise -vv -b test ADDRESS` tells why"
ENDS = (Verdict.DONE, Verdict.CRASH)


def missing_extra(urls: Sequence[str]) -> str:
    """One line where addresses are given that nothing can be sent to; else nothing."""
    return MISSING if urls and find_spec("apprise") is None else ""


def message_of(run: str, check: Check) -> tuple[str, str] | None:
    """(title, body) of a look worth sending: it raised alerts, or saw the end; None of any other."""
    raised = [alert for alert in check.changed if alert.state == "raised"]
    if check.stopped or not (raised or check.verdict in ENDS):
        return None
    lines = [
        check.line,
        *(f"{alert.rule}: {alert.text}; next: {in_shell(alert.advice, run)}" for alert in raised),
    ]
    return f"{run}: {check.status}", "\n".join(clean_line(line) for line in lines)


class Notifier:
    """Sends in threads of its own: neither a slow service nor a wrong address holds up a look."""

    def __init__(self, tell: Callable[[str], None]) -> None:
        self._tell = tell
        self._under_way: set[asyncio.Future[str]] = set()

    def look(self, run: str, check: Check, urls: Sequence[str]) -> None:
        """Send what this look has to say, if anything. Addresses may hold tokens: they are told nowhere."""
        message = message_of(run, check) if urls else None
        if message is None:
            return
        loop = asyncio.get_running_loop()
        sent: asyncio.Future[str] = loop.create_future()
        sent.add_done_callback(self._over)
        self._under_way.add(sent)

        def work() -> None:
            trouble = missing_extra(urls) or deliver(urls, *message)
            with suppress(RuntimeError):  # the loop has ended meanwhile: nobody is left to tell
                loop.call_soon_threadsafe(_settle, sent, trouble)

        Thread(target=work, name="notify", daemon=True).start()

    async def close(self) -> None:
        """Wait for what is under way, but not for long."""
        if self._under_way:
            await asyncio.wait(self._under_way, timeout=CLOSE_S)

    def _over(self, sent: asyncio.Future[str]) -> None:
        self._under_way.discard(sent)
        if not sent.cancelled() and sent.result():
            self._tell(sent.result())


def deliver(urls: Sequence[str], title: str, body: str) -> str:
    """Blocking. What went wrong in one line without addresses, or nothing."""
    log = logging.getLogger("apprise")  # its warnings name addresses, and would be drawn over the screen
    log.addHandler(logging.NullHandler())
    log.propagate = False
    try:
        box = import_module("apprise").Apprise()
        added = [box.add(url) for url in urls]
        return "" if box.notify(title=title, body=body) and all(added) else REFUSED
    except Exception as error:  # noqa: BLE001 - some service's code failed: the watching goes on
        return f"{REFUSED} ({type(error).__name__})"


def _settle(sent: asyncio.Future[str], trouble: str) -> None:
    if not sent.done():
        sent.set_result(trouble)
