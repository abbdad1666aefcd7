"""The plan's bootstrap commands on a host, each under the recorder: streamed, and surviving our own end.

A command that was begun by a process of ours that died is not begun again but followed to its end.
"""

import hashlib
import re
from collections.abc import Callable
from contextlib import aclosing

from vasttui.hosts.protocol import Host, HostError, Launch, RecordRef
from vasttui.logs.clean import clean_line
from vasttui.monitor.reading import Exit
from vasttui.plan import Plan
from vasttui.watch.launch import HELD

MOST_TRIES = 50
_LOGIN = re.compile(r"://[^/@\s'\"]+@")

Stream = Callable[[list[str]], None]


async def prepare(host: Host, plan: Plan, folder: str, say: Callable[[str], None], stream: Stream) -> None:
    """Run the commands one after the other; the first that fails ends it. `folder`: for their records.

    Raises:
        HostError: a command failed, or the host does not answer.
    """
    count = len(plan.run.bootstrap)
    for number, command in enumerate(plan.run.bootstrap, 1):
        say(f"{number} of {count}: {_LOGIN.sub('://…@', command)}")
        name = f"{folder}/{number}-{hashlib.sha256(command.encode()).hexdigest()[:8]}"
        last: list[str] = []

        def tell(lines: list[str], last: list[str] = last) -> None:
            last[:] = lines[-1:] or last
            stream(lines)

        ended = await _run(host, Launch(command, env=dict(plan.run.env)), name, tell)
        if ended.code != 0:
            how = f"exit {ended.code}" if ended.code is not None else f"signal {ended.signal or 'unknown'}"
            said = f": {last[0]}" if last else ""
            raise HostError(
                f"bootstrap command {number} of {count} failed with {how}{said}",
                "mend [run] bootstrap in the plan, then retry",
            )


async def _run(host: Host, launch: Launch, name: str, stream: Stream) -> Exit:
    """To its end; one that failed before is tried again in a record of its own."""
    for number in range(1, MOST_TRIES + 1):
        record = RecordRef(f"{name}-{number}")
        fresh = await _launched(host, record, launch)
        ended = await _follow(host, record, stream)
        if fresh or ended.code == 0:
            return ended
    raise HostError(f"bootstrap was tried {MOST_TRIES} times", "take another machine")


async def _launched(host: Host, record: RecordRef, launch: Launch) -> bool:
    """Whether it was begun now; False where its record is there already."""
    try:
        await host.launch(record, launch)
    except HostError as error:
        if HELD in str(error):
            return False
        raise
    return True


async def _follow(host: Host, record: RecordRef, stream: Stream) -> Exit:
    rest = b""
    async with aclosing(host.follow(record)) as readings:
        async for reading in readings:
            for chunk in reading.chunks:
                lines, rest = _lines(rest + chunk.data)
                stream(lines)
            if reading.exit is not None:
                stream(_lines(rest + b"\n")[0])
                return reading.exit
    raise HostError("a bootstrap command's end was not seen", "retry: it is followed, not begun again")


def _lines(data: bytes) -> tuple[list[str], bytes]:
    """Whole lines as a screen may show them, and what is left of the last."""
    *whole, rest = data.split(b"\n")
    cleaned = (clean_line(line, 200) for line in whole)
    return [line for line in cleaned if line], rest[-65536:]
