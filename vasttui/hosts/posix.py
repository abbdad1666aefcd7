"""A host without python3: one POSIX sh command a look, printing the same frames as the recorder.

Only a run attached by its log (and pid) can be looked at; the log's bytes come with the time of the look.
"""

import asyncio
import shlex
from collections.abc import AsyncGenerator

from vasttui.hosts.frames import Feed, Frame, FrameDecoder, FrameError
from vasttui.hosts.protocol import Attached, HostError, RecordRef, Stopped, UnreachableError
from vasttui.hosts.transport import Transport
from vasttui.monitor.reading import Position, Reading

LOOK_EVERY_S = 5.0
HEAD_BYTES = 1 << 16
TAIL_BYTES = 1 << 20
_BLOCK = 1 << 16
_MOST_BYTES = TAIL_BYTES + HEAD_BYTES + (1 << 17)

# $1 log, $2 pid or empty, $3 offset to go on at. `dd` seeks; it works in whole blocks, so `skip` says how
# many bytes of the first one are known already.
_LOOK = rf"""
now=$(date +%s); log=$1; pid=$2; at=$3
case $log in "~/"*) log=$HOME/${{log#??}};; esac
alive=null
if [ -n "$pid" ]; then
  if kill -0 "$pid" 2>/dev/null || [ -d "/proc/$pid" ]; then alive=true; else alive=false; fi
  if grep -q '^State:[[:space:]]*Z' "/proc/$pid/status" 2>/dev/null; then alive=false; fi
fi
if [ ! -r "$log" ]; then
  echo 'VT1 {{"t":"error","text":"the log cannot be read on that host","hint":"give its full path"}}'
  exit 0
fi
size=$(($(wc -c < "$log")))
echo "VT1 {{\"t\":\"hello\",\"ts\":$now,\"alive\":$alive,\"size\":$size}}"
part() {{
  begin=$(($1 / {_BLOCK} * {_BLOCK})); n=$(($2 - begin))
  [ "$n" -gt 0 ] || return
  echo "VT1 {{\"t\":\"log\",\"ts\":$now,\"at\":$begin,\"skip\":$(($1 - begin)),\"n\":$n}}"
  dd if="$log" bs={_BLOCK} skip=$((begin / {_BLOCK})) 2>/dev/null | head -c "$n"
}}
if [ "$size" -lt "$at" ]; then
  echo "VT1 {{\"t\":\"notes\",\"lines\":[\"the log was cut to $size bytes; read from its start\"]}}"
  at=0
fi
if [ $((size - at)) -gt $(({TAIL_BYTES} + {HEAD_BYTES})) ]; then
  [ "$at" -gt 0 ] || part 0 {HEAD_BYTES}
  at=$((size - {TAIL_BYTES}))
  echo "VT1 {{\"t\":\"notes\",\"lines\":[\"of a long log only the end was read\"]}}"
fi
part "$at" "$size"
ram=$(awk '/^MemTotal:/{{t=$2}} /^MemAvailable:/{{a=$2}} END{{if(t)printf "%d,%d",(t-a)/1024,t/1024}}' \
  /proc/meminfo 2>/dev/null)
disk=$(df -Pk "$(dirname "$log")" 2>/dev/null | awk 'NR==2{{printf "%d",$4/1024}}')
rows=$( (nvidia-smi --query-gpu=index,utilization.gpu,memory.used,memory.total,temperature.gpu,power.draw \
  --format=csv,noheader,nounits 2>/dev/null || echo ",,,,,") | tr -d ' ' |
  while read -r row; do echo "$now,$row,${{ram:-,}},$disk"; done)
echo "VT1 {{\"t\":\"samples\",\"n\":$((${{#rows}} + 1))}}"
printf '%s\n' "$rows"
if [ "$alive" = false ]; then echo "VT1 {{\"t\":\"exit\",\"ts\":$now}}"
else echo "VT1 {{\"t\":\"end\",\"ts\":$now,\"alive\":$alive}}"; fi
"""


async def look(transport: Transport, record: RecordRef, start: Position) -> list[Frame]:
    """One look at an attached run.

    Raises:
        HostError: the run is not an attached one.
        UnreachableError: what came back is no answer.
    """
    run = _attached(record, transport)
    pid = "" if run.pid is None else str(run.pid)
    command = shlex.join(["sh", "-c", _LOOK, "vasttui", run.log, pid, str(start.log)])
    done = await transport.exec(command, timeout_s=60.0, max_bytes=_MOST_BYTES)
    try:
        frames = list(FrameDecoder().feed(done.out))
    except FrameError as error:
        raise UnreachableError(f"{transport.name}: {error}") from None
    if not frames or frames[-1].head.t not in ("end", "exit", "error"):
        raise UnreachableError(f"{transport.name}: the answer was cut off")
    return frames


async def follow(transport: Transport, record: RecordRef, feed: Feed) -> AsyncGenerator[Reading]:
    """Looks every few seconds, in place of a live channel."""
    if record.file:
        note = f"[log] file {record.file} cannot be followed: no python3 on that host"
        yield Reading(feed.host_ts or 0.0, position=feed.position, notes=(note,))
    while True:
        for frame in await look(transport, record, feed.position):
            reading = feed.take(frame)
            if reading is not None:
                yield reading
        await asyncio.sleep(LOOK_EVERY_S)


async def read(transport: Transport, record: RecordRef, offset: int, size: int) -> Frame:
    """Some bytes of an attached run's log; a negative offset counts from its end."""
    run = _attached(record, transport)
    script = (
        'log=$1; case $log in "~/"*) log=$HOME/${log#??};; esac; s=$(($(wc -c < "$log"))); b=$2; '
        '[ "$b" -ge 0 ] || b=$((s + b)); [ "$b" -ge 0 ] || b=0; n=$((s - b)); [ "$n" -le "$3" ] || n=$3; '
        '[ "$n" -ge 0 ] || n=0; echo "VT1 {\\"t\\":\\"read\\",\\"size\\":$s,\\"n\\":$n}"; '
        'tail -c +$((b + 1)) "$log" | head -c "$n"'
    )
    command = shlex.join(["sh", "-c", script, "vasttui", run.log, str(offset), str(size)])
    done = await transport.exec(command, max_bytes=size + 4096)
    frames = list(FrameDecoder().feed(done.out))
    if not frames:
        raise HostError(f"{transport.name}: {run.log} cannot be read", "give the full path of the log")
    return frames[0]


async def stop(transport: Transport, record: RecordRef, grace_s: float) -> Stopped:
    """TERM, wait, KILL, for the pid alone."""
    run = _attached(record, transport)
    if run.pid is None:
        raise HostError(f"{transport.name}: the run's pid is not known", "give it with --pid")
    script = (
        'kill -0 "$1" 2>/dev/null || { echo absent; exit; }; kill -TERM "$1"; n=0; '
        'while kill -0 "$1" 2>/dev/null && [ "$n" -lt "$2" ]; do sleep 1; n=$((n+1)); done; '
        'kill -0 "$1" 2>/dev/null || { echo ended; exit; }; kill -KILL "$1"; sleep 1; '
        'kill -0 "$1" 2>/dev/null && echo alive || echo killed'
    )
    command = shlex.join(["sh", "-c", script, "vasttui", str(run.pid), str(max(1, round(grace_s)))])
    done = await transport.exec(command, timeout_s=grace_s + 30.0)
    said = done.out.decode("utf-8", "replace").strip()
    texts = {
        "absent": "nothing was running",
        "ended": f"pid {run.pid} ended by SIGTERM",
        "killed": f"pid {run.pid} ended by SIGKILL",
        "alive": f"still running after SIGKILL: pid {run.pid}",
    }
    if said not in texts:
        raise HostError(f"{transport.name}: stopping pid {run.pid} failed: {said[:100]}")
    return Stopped(said != "alive", said != "absent", said in ("killed", "alive"), texts[said])


def _attached(record: RecordRef, transport: Transport) -> Attached:
    if record.attached is None:
        raise HostError(
            f"{transport.name}: no python3 (3.6 or newer) on that host",
            "install python3 there; without it a run can only be followed by --log and --pid",
        )
    return record.attached
