"""The blocking watch: silent until there is something to act on."""

import asyncio
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import Literal

from vasttui.hosts.protocol import HostError
from vasttui.monitor.check import Check, Verdict
from vasttui.watch.advice import in_shell
from vasttui.watch.live import LiveSession
from vasttui.watch.report import TAIL_BYTES, report, wants_excerpt
from vasttui.watch.session import ControlError

ENDS = (Verdict.DONE, Verdict.CRASH)
OnAlert = Literal["return", "continue"]


@dataclass(frozen=True, slots=True)
class Outcome:
    """Why the watch returned, and what to print."""

    verdict: Verdict
    check: Check | None
    text: str


async def until_verdict(session: LiveSession, on_alert: OnAlert, timeout_s: float | None) -> Outcome:
    """Attend until DONE, CRASH, a new ALERT (unless `continue`) or the timeout.

    Raises:
        HostError: the run cannot be followed at all.
    """
    await session.start()
    try:
        async with asyncio.timeout(timeout_s):
            check = await _first_verdict(session, on_alert)
    except TimeoutError:
        return await _timed_out(session)
    assert check.verdict is not None
    session.tell(check)
    return Outcome(check.verdict, check, _told(session, check, await _tail(session, check)))


async def _first_verdict(session: LiveSession, on_alert: OnAlert) -> Check:
    seen = 0
    async for _ in session.changes():
        for check in session.made[seen:]:
            if check.verdict in ENDS or (check.verdict is Verdict.ALERT and on_alert == "return"):
                return check
        seen = len(session.made)
        if on_alert == "return" and session.untold():  # raised while nobody watched, by a check from a shell
            await session.check_now()
            return replace(session.made[-1], verdict=session.made[-1].verdict or Verdict.ALERT)
        if session.failure is not None:
            raise session.failure
        if session.finished.is_set():
            break
    if session.checks and session.checks[-1].verdict is not None:
        return session.checks[-1]  # it had ended, and been judged, before this watch began
    raise HostError("the run ended without a verdict", "see vasttui status")


async def _timed_out(session: LiveSession) -> Outcome:
    with suppress(ControlError):  # never caught up with the run: then what is there is the newest
        await session.check_now()
    check = session.checks[-1] if session.checks else None
    return Outcome(Verdict.TIMEOUT, check, _told(session, check) if check is not None else "")


def _told(session: LiveSession, check: Check, tail: bytes = b"") -> str:
    return report(check, tail, lambda advice: in_shell(advice, session.run.name))


async def _tail(session: LiveSession, check: Check) -> bytes:
    if not wants_excerpt(check):
        return b""
    try:
        _, data = await session.read_log(-TAIL_BYTES, TAIL_BYTES)
    except ControlError:
        return b""  # the link went: the line alone still tells the verdict
    return data
