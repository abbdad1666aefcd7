"""The recorder: one file, standard library only, Python 3.6 or newer; copied to a host and run there.

    recorder.py launch RECORD            start a command (JSON on stdin) in a fresh record
    recorder.py follow RECORD LOG SAMPLES [--log PATH] [--pid N] [--file PATTERN]    one live channel
    recorder.py probe  RECORD LOG SAMPLES [--log PATH] [--pid N] [--file PATTERN]    the same, one shot
    recorder.py stop   RECORD GRACE [--pid N]
    recorder.py read   RECORD OFFSET SIZE [--log PATH]
    recorder.py renew  RECORD [PULLED]    somebody looks after the run (1: and has fetched what it made)

`launch` leaves two processes behind, detached from the caller's session: the *recorder*, parent of the
command, which pumps its output from a pipe into run.log, and its *heir*. A pipe rather than the file itself,
since a full disk would otherwise turn the next `print` of a training into an OSError: the pipe is always
drained, what cannot be written is held in memory (1 MiB, newest kept), and room for the last lines and the
exit is set aside at the start. The heir holds the pipe open and takes over, with the exact exit status, if
the recorder is killed; only if both are killed at once does the command meet a closed pipe.

What `follow`, `probe`, … print is a sequence of frames: one line `VT1 {json}`, then `n` raw bytes where it
says so. Whatever a login shell printed before the first frame is not ours and is skipped by the reader.
"""

# The idioms are those of Python 3.6 on a bare host: paths are strings, and a descriptor that lives as long as
# its process is closed by its end.
# ruff: noqa: PTH100, PTH103, PTH105, PTH108, PTH109, PTH110, PTH111, PTH112, PTH116, PTH118, PTH120, PTH123
# ruff: noqa: PTH207, PTH208, RUF005, SIM115, UP035

import argparse
import contextlib
import ctypes
import errno
import glob
import json
import os
import select
import shutil
import signal
import struct
import subprocess
import sys
import time
import traceback
from typing import BinaryIO, Callable, Iterator, NamedTuple, cast

MAGIC = b"VT1 "
BLOCK = 1 << 16
HELD_LIMIT = 1 << 20
RESERVE = 1 << 18
HEAD_BYTES = 1 << 16
TAIL_BYTES = 1 << 20
BACKLOG_LIMIT = 1 << 26
DOCUMENT_LIMIT = 1 << 23
SEEK_EVERY_S = 5.0
FILE_EVERY_S = 1.0
FILE_MISSING_S = 120.0
FILE_KINDS = ("trainer_state.json", ".csv", ".jsonl", ".wandb", ".tfevents.")  # the best last
SAMPLE_EVERY_S = float(os.environ.get("VASTTUI_SAMPLE_S", "5"))
POLL_S = 0.1
LEASE_POLL_S = float(os.environ.get("VASTTUI_LEASE_POLL_S", "10"))
LEASE_RETRY_S = 60.0
BEAT_S = 10.0
EARLY_S = 0.25
MARKER = "VASTTUI_RUN"
CSV_HEADER = (
    b"ts,gpu,util_pct,mem_used_mib,mem_total_mib,temp_c,power_w,ram_used_mib,ram_total_mib,disk_free_mib\n"
)
GPU_QUERY = "index,utilization.gpu,memory.used,memory.total,temperature.gpu,power.draw"
GPU_PLACES = ("/usr/bin", "/usr/local/nvidia/bin", "/usr/lib/wsl/lib", "/usr/local/bin")


class Refused(Exception):  # noqa: N818 - it is an answer, not a fault
    """What was asked cannot be done: one line, and what to do next."""

    def __init__(self, text: str, hint: str = "") -> None:
        super().__init__(text)
        self.hint = hint


# ---------------------------------------------------------------- frames


def emit(kind: str, data: bytes = b"", **fields: object) -> None:
    """One frame on stdout; blocks while the reader is slow."""
    fields["t"] = kind
    if data:
        fields["n"] = len(data)
    rest = memoryview(MAGIC + json.dumps(fields).encode() + b"\n" + data)
    while rest:
        rest = rest[os.write(1, rest) :]


def emit_rows(rows: bytes, upto: int) -> None:
    """Rows of samples.csv; `upto` is the byte of the file where the next row begins (0: not from a file)."""
    if rows:
        emit("samples", rows, at=upto)


# ---------------------------------------------------------------- processes


class Process(NamedTuple):
    """A row of the process table. `start` tells a reused pid from the one that was meant."""

    pid: int
    ppid: int
    pgid: int
    sid: int
    state: str
    start: str


def look(pid: int) -> "Process | None":
    """The process, zombies included; None if there is none."""
    if not os.path.isdir("/proc/self"):
        return ps_table().get(pid)
    try:
        with open(f"/proc/{pid}/stat", "rb") as file:
            text = file.read().decode("utf-8", "replace")
    except OSError:
        return None
    rest = text[text.rindex(")") + 2 :].split()
    return Process(pid, int(rest[1]), int(rest[2]), int(rest[3]), rest[0], rest[19])


def table() -> "dict[int, Process]":
    """Every process that runs: zombies are gone already."""
    if not os.path.isdir("/proc/self"):
        return ps_table()
    found = (look(int(name)) for name in os.listdir("/proc") if name.isdigit())
    return {process.pid: process for process in found if process and process.state not in "ZX"}


def ps_table() -> "dict[int, Process]":
    """The same where there is no /proc."""
    out = subprocess.check_output(["ps", "-A", "-o", "pid=,ppid=,pgid=,stat=,lstart="])
    rows = [line.split(None, 4) for line in out.decode("utf-8", "replace").splitlines()]
    return {
        int(row[0]): Process(int(row[0]), int(row[1]), int(row[2]), 0, row[3][0], row[4])
        for row in rows
        if len(row) == 5 and row[3][0] != "Z"
    }


def is_alive(pid: "int | None", start: "str | None" = None) -> bool:
    """Whether this very process runs."""
    process = look(pid) if pid else None
    return process is not None and process.state not in "ZX" and start in (None, process.start)


def has_marker(pid: int, marker: bytes) -> bool:
    """Whether the process was started with our mark in its environment, whatever session it made since."""
    try:
        with open(f"/proc/{pid}/environ", "rb") as file:
            return marker in file.read().split(b"\0")
    except OSError:
        return False


def members(pid: int, start: "str | None", ours: bool, marker: bytes) -> "list[Process]":
    """The run's processes: session, group, marked ones, and the descendants of all these.

    Of a run that is not `ours` only what is certainly its own: the process, the group it leads, descendants.
    """
    everyone = table()
    leader = everyone.get(pid)
    reused = leader is not None and start not in (None, leader.start)
    leads = ours or (leader is not None and leader.pgid == pid)
    found: set[int] = set()
    for process in everyone.values():
        in_group = leads and not reused and pid in ((process.sid, process.pgid) if ours else (process.pgid,))
        itself = process.pid == pid and not reused
        if itself or in_group or (marker and has_marker(process.pid, marker)):
            found.add(process.pid)
    grown = True
    while grown:
        more = {p.pid for p in everyone.values() if p.ppid in found} - found
        grown = bool(more)
        found |= more
    return [everyone[one] for one in sorted(found - {os.getpid()})]


# ---------------------------------------------------------------- what the machine is doing


def read_text(path: str) -> str:
    """A small file's text, empty where it cannot be read."""
    try:
        with open(path, "rb") as file:
            return file.read(1 << 20).decode("utf-8", "replace")
    except OSError:
        return ""


def numbers(text: str) -> "dict[str, int]":
    """Lines `name value …` or `name: value …` → name: value."""
    rows = (line.replace(":", " ").split() for line in text.splitlines())
    return {row[0]: int(row[1]) for row in rows if len(row) > 1 and row[1].isdigit()}


def memory(pid: "int | None") -> "tuple[float | None, float | None]":
    """(used, total) RAM in MiB, as the process's container sees it: the tightest cgroup limit, if any."""
    info = numbers(read_text("/proc/meminfo"))
    if "MemTotal" not in info:
        return None, None
    total = info["MemTotal"] * 1024
    used = total - info.get("MemAvailable", info.get("MemFree", 0)) * 1024
    for limit, in_use in cgroup_limits(pid):
        if 0 < limit < total:
            total, used = limit, in_use
    return used / 1048576.0, total / 1048576.0


def cgroup_limits(pid: "int | None") -> "list[tuple[int, int]]":
    """(limit, in use without droppable cache) in bytes of each cgroup above the process, version 2 and 1."""
    found: list[tuple[int, int]] = []
    for line in read_text("/proc/{}/cgroup".format(pid or "self")).splitlines():
        number, kinds, path = line.split(":", 2)
        if number == "0":
            root, names = "/sys/fs/cgroup", ("memory.max", "memory.current", "inactive_file")
        elif "memory" in kinds.split(","):
            root = "/sys/fs/cgroup/memory"
            names = ("memory.limit_in_bytes", "memory.usage_in_bytes", "total_inactive_file")
        else:
            continue
        parts = [part for part in path.split("/") if part]
        for depth in range(len(parts), -1, -1):
            place = "/".join([root] + parts[:depth])
            limit, usage = (read_text(place + "/" + name).strip() for name in names[:2])
            if limit.isdigit() and usage.isdigit():
                cache = numbers(read_text(place + "/memory.stat")).get(names[2], 0)
                found.append((int(limit), max(0, int(usage) - cache)))
    return found


def disk_free(path: str) -> "float | None":
    """MiB left for us on the disk that holds `path`."""
    try:
        found = os.statvfs(path or ".")
    except OSError:
        return None
    return found.f_bavail * found.f_frsize / 1048576.0


def number(text: str) -> "float | None":
    """A cell of nvidia-smi; `[N/A]` and the like are unknown."""
    try:
        return float(text)
    except ValueError:
        return None


def cell(value: "float | None") -> str:
    """A cell of samples.csv."""
    return "" if value is None else (f"{value:.1f}").rstrip("0").rstrip(".")


class Gpus:
    """One long-lived nvidia-smi, read without ever waiting for it."""

    def __init__(self) -> None:
        self.latest: dict[int, tuple[float, list[float | None]]] = {}
        self.trouble = ""
        self.fresh_at: float | None = None
        self._rest = b""
        self._retry_at = 0.0
        self._process: subprocess.Popen[bytes] | None = None
        places = os.environ.get("PATH", "").split(os.pathsep) + list(GPU_PLACES)
        self._path = shutil.which("nvidia-smi", path=os.pathsep.join(places))
        self.start(time.time())

    def start(self, now: float) -> None:
        """Start it, or again a minute after it ended."""
        if self._path is None or self._process is not None or now < self._retry_at:
            return
        every = str(max(1, int(SAMPLE_EVERY_S)))
        arguments = ["--query-gpu=" + GPU_QUERY, "--format=csv,noheader,nounits", "-l", every]
        self._retry_at = now + 60
        try:
            self._process = subprocess.Popen(
                [self._path, *arguments],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
            )
        except OSError as error:
            self.trouble = f"nvidia-smi: {error.strerror}"
            return
        os.set_blocking(self.fileno(), False)

    @property
    def expected(self) -> bool:
        """Whether figures should come soon."""
        return self._process is not None

    def fileno(self) -> int:
        """For select; -1 while there is none."""
        return self._process.stdout.fileno() if self._process and self._process.stdout else -1

    def read(self, now: float) -> None:
        """Take in what it has printed."""
        if self._process is None:
            return
        try:
            data = os.read(self.fileno(), BLOCK)
        except BlockingIOError:
            return
        if not data:
            self.close()
            self.trouble = self.trouble or "nvidia-smi ended; GPU figures are unknown until it runs again"
            return
        lines = (self._rest + data).split(b"\n")
        self._rest = lines.pop()[-4096:]
        for line in lines:
            self._take(line.decode("utf-8", "replace"), now)

    def _take(self, line: str, now: float) -> None:
        cells = [number(part) for part in line.split(",")]
        if len(cells) == 6 and cells[0] is not None:
            self.latest[int(cells[0])] = (now, cells[1:])
            self.fresh_at = now
        elif line.strip():
            self.trouble = "nvidia-smi: " + line.strip()[:200]

    def close(self) -> None:
        """End it."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            if self._process.stdout:
                self._process.stdout.close()
            self._process = None


class Sampler:
    """A row a GPU every few seconds."""

    def __init__(self, workdir: str, pid: "int | None") -> None:
        self.gpus = Gpus()
        self._workdir = workdir
        self._pid = pid
        self._last = time.time()
        self.first = True

    def due_in(self, now: float) -> float:
        """Seconds until `rows` has something to give."""
        if self.first and not self.gpus.expected:
            return 0.0
        due = self._last + SAMPLE_EVERY_S
        fresh = self.gpus.fresh_at
        if fresh is not None and fresh > self._last:  # let the other GPUs of this round come in
            soonest = self._last if self.first else self._last + SAMPLE_EVERY_S * 0.6
            due = min(due, max(fresh + 0.3, soonest))
        return max(0.0, due - now)

    def rows(self, now: float) -> bytes:
        """The rows of this moment."""
        self.first, self._last = False, now
        self.gpus.start(now)
        used, total = memory(self._pid)
        shared = [cell(used), cell(total), cell(disk_free(self._workdir))]
        if not self.gpus.latest:
            return (f"{now:.3f},,,,,,," + ",".join(shared) + "\n").encode()
        lines: list[str] = []
        for gpu, (seen, cells) in sorted(self.gpus.latest.items()):
            known = [cell(value) for value in cells] if now - seen < SAMPLE_EVERY_S * 2.5 else [""] * 5
            lines.append(",".join([f"{now:.3f}", str(gpu), *known, *shared]) + "\n")
        return "".join(lines).encode()


# ---------------------------------------------------------------- the record's files


def in_record(record: str, name: str) -> str:
    """A file of the record."""
    return os.path.join(record, name)


def read_json(path: str) -> "dict[str, object] | None":
    """A small JSON object, None if missing or broken."""
    try:
        found = json.loads(read_text(path))
    except ValueError:
        return None
    return cast("dict[str, object]", found) if isinstance(found, dict) else None


def write_json(path: str, value: "dict[str, object]") -> None:
    """Replace a file whole; room for it may have been set aside as `path.tmp`, which is written in place."""
    handle = os.open(path + ".tmp", os.O_WRONLY | os.O_CREAT, 0o644)
    with contextlib.closing(os.fdopen(handle, "wb")) as file:
        data = json.dumps(value).encode()
        file.write(data)
        file.truncate(len(data))
        file.flush()
        with contextlib.suppress(OSError):
            os.fsync(file.fileno())
    os.replace(path + ".tmp", path)


class Lines:
    """A file that only grows by whole lines; a line that a full disk cut off is closed before the next."""

    def __init__(self, path: str) -> None:
        self._handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o644)
        self._torn = False

    def add(self, data: bytes) -> bool:
        """False if it could not be written."""
        data = (b"\n" if self._torn else b"") + data
        try:
            written = os.write(self._handle, data)
        except OSError:
            return False
        self._torn = written < len(data)
        return not self._torn


# ---------------------------------------------------------------- recording


class Recorder:
    """Pumps the command's pipe into run.log, notes what came when, samples the machine, writes the exit."""

    def __init__(self, record: str, pipe: int, workdir: str) -> None:
        self.record = record
        self.pid = 0
        self.workdir = workdir
        self.lease = Lease(record, None)
        self.status: int | None = None
        self._pipe = pipe
        self._log = os.open(in_record(record, "run.log"), os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o644)
        self._idx = Lines(in_record(record, "run.idx"))
        self._samples = Lines(in_record(record, "samples.csv"))
        self._notes = Lines(in_record(record, "notes.log"))
        self._held = bytearray()
        self._lost = 0
        self._retry_at = 0.0
        self._offset = os.fstat(self._log).st_size
        self._idx_at = 0.0
        self._idx_offset = -1
        self._told: set[str] = set()

    def note(self, text: str) -> None:
        """Tell the followers, once each."""
        if text not in self._told:
            self._told.add(text)
            self._notes.add((f"{time.time():.3f} {text}\n").encode("utf-8", "replace"))

    def begin(self) -> None:
        """The first lines of each file."""
        self._samples.add(CSV_HEADER)
        self.mark(time.time(), force=True)

    def mark(self, now: float, force: bool = False) -> None:
        """Note how long the log is now: at most once a second."""
        if self._offset == self._idx_offset and not force:
            return
        if (force or now - self._idx_at >= 1.0) and self._idx.add(b"%.3f %d\n" % (now, self._offset)):
            self._idx_at, self._idx_offset = now, self._offset

    def take(self, data: bytes, now: float) -> None:
        """Put output into the log; what does not fit waits, the newest of it kept."""
        self._held += data
        if now >= self._retry_at:
            self.write_held(now)
        excess = len(self._held) - HELD_LIMIT
        if excess > 0:
            del self._held[:excess]
            self._lost += excess
        self.mark(now)

    def write_held(self, now: float) -> None:
        """Write what waits, as far as the disk takes it."""
        while self._held:
            if self._lost:
                self.note(f"run.log: {self._lost} bytes are missing at {self._offset}: the disk was full")
                self._lost = 0
            try:
                written = os.write(self._log, self._held)
            except OSError as error:
                self._retry_at = now + 1.0
                self.note(f"run.log: {error.strerror}; the newest output (1 MiB) waits in memory for room")
                return
            self._offset += written
            del self._held[:written]

    def reap(self, status: "int | None" = None) -> None:
        """Look whether the command has ended; `status` if someone has seen it."""
        if self.status is not None:
            return
        try:
            found, value = (self.pid, status) if status is not None else os.waitpid(self.pid, os.WNOHANG)
        except ChildProcessError:  # not our child: an heir on a system without subreapers
            found, value = (0, 0) if is_alive(self.pid) else (self.pid, -1)
        if found:
            self.status = value

    def pump(self) -> None:
        """Until the command has ended and its output is logged; then as long as others hold the pipe."""
        wake, poke = os.pipe()
        os.set_blocking(poke, False)
        os.set_blocking(wake, False)
        signal.signal(signal.SIGCHLD, heed)
        signal.set_wakeup_fd(poke)
        sampler = Sampler(self.workdir, self.pid)
        open_pipe = True
        self.reap()
        while self.status is None:
            now = time.time()
            watched = [wake] + ([self._pipe] if open_pipe else [])
            watched += [sampler.gpus.fileno()] if sampler.gpus.expected else []
            ready = select.select(watched, [], [], self._wait(now, sampler))[0]
            now = time.time()
            if self._pipe in ready:
                open_pipe = self._move(now)
            self._sample(sampler, now)
            if wake in ready:
                os.read(wake, 4096)
                self.reap()
        if sampler.first and not sampler.gpus.expected:  # a run of a moment leaves one row too
            self._samples.add(sampler.rows(time.time()))
        sampler.gpus.close()
        self._end(open_pipe)
        self._linger()

    def _linger(self) -> None:
        """Processes that outlive the command must not lose their output; and the lease is to be kept."""
        open_pipe = True
        while open_pipe or self.lease.holds(self.note):
            wait = LEASE_POLL_S if self.lease.is_on else None
            if select.select([self._pipe] if open_pipe else [], [], [], wait)[0]:
                open_pipe = self._move(time.time())
                self.mark(time.time())

    def _wait(self, now: float, sampler: Sampler) -> float:
        """Seconds until something is due."""
        waits = [sampler.due_in(now), 60.0]
        if self._offset != self._idx_offset:
            waits.append(self._idx_at + 1.0 - now)
        if self._held:
            waits.append(self._retry_at - now)
        return max(0.0, min(waits))

    def _move(self, now: float) -> bool:
        """One block from the pipe to the log; False at its end."""
        data = os.read(self._pipe, BLOCK)
        self.take(data, now)
        return bool(data)

    def _sample(self, sampler: Sampler, now: float) -> None:
        sampler.gpus.read(now)
        if sampler.due_in(now) <= 0.0:
            self._samples.add(sampler.rows(now))
        if sampler.gpus.trouble:
            self.note(sampler.gpus.trouble)
            sampler.gpus.trouble = ""
        if self._held and now >= self._retry_at:
            self.write_held(now)
        self.mark(now)

    def _end(self, open_pipe: bool) -> None:
        """What is still in the pipe, then the exit."""
        ended = time.time()
        while open_pipe and time.time() < ended + 1.0 and select.select([self._pipe], [], [], 0)[0]:
            open_pipe = self._move(time.time())
        with contextlib.suppress(OSError):
            os.unlink(in_record(self.record, "run.reserve"))
        if self._held:
            excess = len(self._held) - RESERVE * 3 // 4
            if self._retry_at and excess > 0:
                self.write_held(time.time())
                excess = len(self._held) - RESERVE * 3 // 4
                del self._held[: max(0, excess)]
                self._lost += max(0, excess)
            self.write_held(time.time())
        self.mark(time.time(), force=True)
        write_json(in_record(self.record, "exit.json"), dict(how_it_ended(self.status), ts=round(ended, 3)))


# ---------------------------------------------------------------- the lease


class Lease:
    """A dead man's switch: the machine ends its own meter when the run is over and nobody looks any more.

    It uses the key that a rented container has for itself alone. Any look at the record renews it. A machine
    is given back only where what it made was fetched; else it is stopped, which keeps its disk. Once another
    run lives here, this lease is over: that run has its own.
    """

    def __init__(self, record: str, spec: object) -> None:
        self.record = record
        self.spec = cast("dict[str, object]", spec) if isinstance(spec, dict) else {}
        self.is_on = bool(self.spec)
        self._not_before = 0.0
        self._pause = LEASE_RETRY_S

    def begin(self, note: "Callable[[str], None]") -> None:
        """Say at once if it cannot work."""
        if not self.is_on:
            return
        touch(in_record(self.record, "lease"))
        if not all(own_key()):
            note("lease: this machine has no CONTAINER_ID and CONTAINER_API_KEY: it cannot end its own meter")
            self.is_on = False

    def holds(self, note: "Callable[[str], None]") -> bool:
        """Whether there is still something to wait for; acts when it is time."""
        if not self.is_on:
            return False
        now = time.time()
        if lives_elsewhere(self.record):
            note("lease: another run lives here, so this one's is over")
            self.is_on = False
        elif now >= max(self.ends_at(), self._not_before):
            self._act(note)
            self._not_before = time.time() + self._pause
            self._pause = min(self._pause * 2, 900.0)
        return self.is_on

    def ends_at(self) -> float:
        """Unix seconds: so long after the end of the run, or the last look if that was later."""
        ended = (read_json(in_record(self.record, "exit.json")) or {}).get("ts")
        last = ended if isinstance(ended, (int, float)) else time.time()
        with contextlib.suppress(OSError):
            last = max(last, os.stat(in_record(self.record, "lease")).st_mtime)
        return last + 60.0 * float(str(self.spec["minutes"]))

    def _act(self, note: "Callable[[str], None]") -> None:
        from urllib import error as urlerror  # noqa: PLC0415 - costs what a run of a moment need not pay
        from urllib import request as urlrequest  # noqa: PLC0415

        is_done = (read_json(in_record(self.record, "exit.json")) or {}).get("code") == 0
        kind = str(self.spec["done" if is_done else "crash"])
        if kind == "destroy" and not os.path.exists(in_record(self.record, "pulled")):
            kind = "stop"
        number_, key = own_key()
        url = "{}/api/v0/instances/{}/".format(str(self.spec["url"]).rstrip("/"), number_)
        body, method = (b"{}", "DELETE") if kind == "destroy" else (b'{"state": "stopped"}', "PUT")
        headers = {"Authorization": "Bearer " + key, "Content-Type": "application/json"}
        near = url.startswith("http://127.0.0.1")
        opener = urlrequest.build_opener(*([urlrequest.ProxyHandler({})] if near else []))
        minutes = "{:g}".format(float(str(self.spec["minutes"])))
        note(f"lease: nobody has looked for {minutes} min since the end: {kind} instance {number_}")
        try:
            request = urlrequest.Request(url, data=body, headers=headers, method=method)  # noqa: S310 - ours
            with contextlib.closing(opener.open(request, timeout=60)) as reply:
                said = json.loads(reply.read(65536).decode("utf-8", "replace") or "{}")
            if said.get("success") is not True:
                note("lease: the market refused: " + str(said.get("msg"))[:200].replace(key, "(key)"))
        except urlerror.HTTPError as error:
            note(f"lease: the market answers {error.code}; asked again later")
            error.close()
        except (OSError, ValueError) as error:
            note("lease: the market cannot be asked: " + str(error)[:200].replace(key, "(key)"))


def touch(path: str) -> None:
    """Make a file, or make it new; a disk that is full changes nothing."""
    with contextlib.suppress(OSError):
        os.close(os.open(path, os.O_WRONLY | os.O_CREAT, 0o600))
        os.utime(path, None)


def renew(record: str, pulled: bool) -> None:
    """Somebody looks after the run, and may have fetched what it made."""
    if pulled:
        touch(in_record(record, "pulled"))
    emit("renewed")


def own_key() -> "tuple[str, str]":
    """(id, key) of the container, which it has for itself: in our environment, its first process's, PAM's."""
    names = ("CONTAINER_ID", "CONTAINER_API_KEY")
    places = [[f"{name}={value}" for name, value in os.environ.items()]]
    places.append(read_text("/proc/1/environ").split("\0"))
    places.append(read_text("/etc/environment").splitlines())
    for place in places:
        pairs = dict(entry.split("=", 1) for entry in place if "=" in entry)
        found = [pairs.get(name, "").strip().strip('"') for name in names]
        if found[0].isdigit() and found[1]:
            return found[0], found[1]
    return "", ""


def lives_elsewhere(record: str) -> bool:
    """Whether a command of another record runs on this machine, for this user (by its home)."""
    home = b"HOME=" + os.fsencode(os.environ.get("HOME", ""))
    own = "{}={}".format(MARKER, (read_json(in_record(record, "pid.json")) or {}).get("id", "")).encode()
    for name in os.listdir("/proc") if os.path.isdir("/proc/self") else []:
        with contextlib.suppress(OSError):
            with open(f"/proc/{name}/environ", "rb") as file:
                entries = file.read().split(b"\0")
            if (
                own not in entries
                and home in entries
                and any(entry.startswith(MARKER.encode() + b"=") for entry in entries)
            ):
                return True
    return False


def how_it_ended(status: "int | None") -> "dict[str, object]":
    """A wait status → `code` or `signal`; neither where nobody could see it."""
    if status is None or status < 0:
        return {"code": None}
    if os.WIFSIGNALED(status):
        return {"signal": os.WTERMSIG(status)}
    return {"code": os.WEXITSTATUS(status)}


def heed(_number: int, _frame: object) -> None:
    """A handler that does nothing: unlike an ignored signal it is not inherited by the command."""


def detach() -> None:
    """Leave the caller's terminal and pipes; let nothing but SIGKILL end us."""
    null = os.open(os.devnull, os.O_RDWR)
    for target in (0, 1, 2):
        os.dup2(null, target)
    for one in (signal.SIGHUP, signal.SIGTERM, signal.SIGINT):
        signal.signal(one, heed)


def adopt_orphans() -> None:
    """On Linux, become the parent of what our children leave behind (PR_SET_CHILD_SUBREAPER)."""
    with contextlib.suppress(OSError, AttributeError):
        ctypes.CDLL(None).prctl(36, 1, 0, 0, 0)


def keep(record: str, spec: "dict[str, object]", tell: int) -> None:
    """The heir's life: start the recorder, wait, and take over if it is killed."""
    adopt_orphans()
    pipe, feed = os.pipe()
    recorder = os.fork()
    if recorder == 0:
        record_command(record, spec, pipe, feed, tell)
        os._exit(0)
    os.close(feed)
    os.close(tell)
    seen: dict[int, int] = {}
    while recorder not in seen:
        pid, status = os.waitpid(-1, 0)
        seen[pid] = status
    facts = read_json(in_record(record, "pid.json"))
    if seen[recorder] == 0 or facts is None:
        return
    successor = Recorder(record, pipe, str(facts.get("workdir", "")))
    successor.lease = Lease(record, spec.get("lease"))
    if os.path.exists(in_record(record, "exit.json")):
        while successor.lease.holds(successor.note):
            time.sleep(LEASE_POLL_S)
        return
    successor.pid = int(str(facts["pid"]))
    successor.note("the recorder was killed; its heir has taken over")
    facts["recorder"] = os.getpid()
    facts["recorder_start"] = getattr(look(os.getpid()), "start", None)
    with contextlib.suppress(OSError):  # the disk may be full; the exit has its room
        write_json(in_record(record, "pid.json"), facts)
    successor.reap(seen.get(successor.pid))
    successor.pump()


def record_command(record: str, spec: "dict[str, object]", pipe: int, feed: int, tell: int) -> None:
    """The recorder's life: start the command, tell the launcher, pump."""
    workdir = str(spec.get("workdir") or "")
    recorder = Recorder(record, pipe, workdir)
    recorder.lease = Lease(record, spec.get("lease"))
    mark = os.urandom(12).hex()
    env = dict(os.environ, PYTHONUNBUFFERED="1")
    env.update(cast("dict[str, str]", spec.get("env") or {}))
    env[MARKER] = mark
    shell = shutil.which("bash") or "/bin/sh"
    recorder.begin()
    recorder.lease.begin(recorder.note)
    child: subprocess.Popen[bytes] | None = None
    try:
        child = subprocess.Popen(
            [shell, "-c", str(spec["command"])],
            stdin=subprocess.DEVNULL,
            stdout=feed,
            stderr=feed,
            cwd=workdir or None,
            env=env,
            start_new_session=True,
        )
        recorder.pid = child.pid
        sign_in(record, mark, child.pid, workdir or os.getcwd())
    except OSError as error:
        if child is not None:  # a run that nobody can find again must not go on
            os.killpg(child.pid, signal.SIGKILL)
        os.write(tell, json.dumps({"error": f"{error.filename or shell}: {error.strerror}"}).encode())
        return
    os.close(feed)
    os.write(tell, json.dumps({"pid": child.pid}).encode())
    os.close(tell)
    recorder.pump()


def sign_in(record: str, mark: str, pid: int, workdir: str) -> None:
    """Write down which processes the run is made of, and which one, this, will write its exit."""
    write_json(
        in_record(record, "pid.json"),
        {
            "id": mark,
            "pid": pid,
            "start": getattr(look(pid), "start", None),
            "recorder": os.getpid(),
            "recorder_start": getattr(look(os.getpid()), "start", None),
            "started_at": round(time.time(), 3),
            "workdir": workdir,
        },
    )


def launch(record: str) -> None:
    """Prepare the record, leave recorder and heir behind, answer when the command runs or has failed to."""
    spec = json.loads(sys.stdin.buffer.read().decode())
    workdir = os.path.expanduser(str(spec.get("workdir") or ""))
    if workdir and not os.path.isdir(workdir):
        raise Refused(
            f"workdir {workdir}: no such directory", "create it on the host, or correct run.workdir"
        )
    spec["workdir"] = os.path.abspath(workdir) if workdir else ""
    prepare(record, str(spec.get("run_toml") or ""))
    answer, tell = os.pipe()
    if os.fork() == 0:
        os.setsid()
        if os.fork() == 0:
            os.close(answer)
            detach()
            try:
                keep(record, spec, tell)
            except BaseException:  # noqa: BLE001 - nobody sees this process end; its record must say why
                Lines(in_record(record, "notes.log")).add(
                    (f"{time.time():.3f} the recorder failed: ").encode()
                    + traceback.format_exc().replace("\n", " | ").encode()
                    + b"\n"
                )
        os._exit(0)
    os.wait()
    os.close(tell)
    told = b""
    while True:
        data = os.read(answer, 4096)
        told += data
        if not data:
            break
    if not told:
        raise Refused(
            "the recorder ended before the command began", "see {}".format(in_record(record, "notes.log"))
        )
    found = json.loads(told.decode())
    if "error" in found:
        raise Refused(str(found["error"]))
    early_end(record)
    emit("launched", pid=found["pid"])


def prepare(record: str, run_toml: str) -> None:
    """A fresh folder, with room set aside for the last lines and the exit of a run on a full disk."""
    try:
        os.makedirs(record, mode=0o700, exist_ok=True)
        if os.path.exists(in_record(record, "run.log")):
            raise Refused(f"{record}: holds a record already", "give the run another name, or remove it")
        with open(in_record(record, "run.toml"), "w", encoding="utf-8") as file:
            file.write(run_toml)
        for name, size in (("exit.json.tmp", 512), ("pid.json.tmp", 512), ("run.reserve", RESERVE)):
            with open(in_record(record, name), "wb") as file:
                file.write(b" " * size)
        Lines(in_record(record, "notes.log")).add(
            b"%.3f \n" % time.time()
        )  # has its block before the disk fills
        os.close(os.open(in_record(record, "run.log"), os.O_WRONLY | os.O_CREAT, 0o644))
    except OSError as error:
        hints = {
            errno.ENOSPC: "free some space on that disk, then launch again",
            errno.EROFS: "that file system is read-only; records lie below HOME, which must be writable",
            errno.EACCES: "this user may not write there; records lie below HOME, which must be writable",
        }
        hint = hints.get(error.errno or 0, "records lie below HOME, which must be a writable folder")
        raise Refused(f"{error.filename or record}: {error.strerror}", hint) from None


def early_end(record: str) -> None:
    """Refuse if the shell could not even start the command (exit 126 or 127 at once)."""
    limit = time.time() + EARLY_S
    ended = None
    while ended is None and time.time() < limit:
        time.sleep(0.02)
        ended = read_json(in_record(record, "exit.json"))
    if ended and ended.get("code") in (126, 127):
        with open(in_record(record, "run.log"), "rb") as file:
            said = file.read(2000).decode("utf-8", "replace").strip().splitlines()
        raise Refused(
            "the command could not start (exit {}): {}".format(
                ended["code"], said[-1] if said else "no output"
            ),
            "it runs in a plain shell: give the full path, or activate the environment in the command",
        )


# ---------------------------------------------------------------- following


class Tail:
    """A log that grows; notices that it was cut or replaced."""

    def __init__(self, path: str, at: int) -> None:
        self.path = path
        self.at = at
        self.notes: list[str] = []
        self._file = open(path, "rb")

    @property
    def size(self) -> int:
        """Its length now."""
        return os.fstat(self._file.fileno()).st_size

    @property
    def changed_at(self) -> float:
        """When it was last written."""
        return os.fstat(self._file.fileno()).st_mtime

    def read(self, upto: "int | None" = None) -> bytes:
        """The next block, empty at the end; `at` moves on."""
        if self.size < self.at:
            self.notes.append(f"{self.path} was cut to {self.size} bytes; read from its start")
            self.at = 0
        room = BLOCK if upto is None else min(BLOCK, upto - self.at)
        if room <= 0:
            return b""
        data = os.pread(self._file.fileno(), room, self.at)
        self.at += len(data)
        return data

    def renew(self) -> None:
        """Go over to a new file of the same name, once the old one is read to its end."""
        with contextlib.suppress(OSError):
            there, here = os.stat(self.path), os.fstat(self._file.fileno())
            if (there.st_dev, there.st_ino) != (here.st_dev, here.st_ino):
                self._file.close()
                self._file = open(self.path, "rb")
                self.at = 0
                self.notes.append(f"{self.path} was replaced by a new file; read from its start")

    def skip_to(self, at: int) -> None:
        """Go on at the first line that begins after `at`."""
        block = os.pread(self._file.fileno(), BLOCK, at)
        ends = [place for place in (block.find(b"\n"), block.find(b"\r")) if place >= 0]
        self.at = at + (min(ends) + 1 if ends else 0)


class Rows:
    """samples.csv or notes.log as it grows: whole lines only, in the order of their times."""

    def __init__(self, path: str, at: int, separator: bytes) -> None:
        self.at = at
        self._path = path
        self._separator = separator
        self._file: BinaryIO | None = None

    def until(self, ts: float) -> "list[bytes]":
        """The next lines with a time not after `ts`; at most 512."""
        if self._file is None:
            try:
                self._file = cast("BinaryIO", open(self._path, "rb", buffering=0))
            except OSError:
                return []
        taken: list[bytes] = []
        block = os.pread(self._file.fileno(), BLOCK, self.at)
        lines = block.split(b"\n")
        if len(lines) == 1 and len(block) == BLOCK:  # no line is this long: step over it
            self.at += len(block)
        for line in lines[:-1][:512]:
            when = number(line.split(self._separator, 1)[0].decode("ascii", "replace"))
            if when is not None and when > ts:
                break
            self.at += len(line) + 1
            if when is not None:
                taken.append(line + b"\n")
        return taken


class Beside:
    """A file the run writes beside its log: of what a path, a folder or a pattern names, the newest.

    A file that grows is sent as it grows, `trainer_state.json` whole whenever it was rewritten. Of
    TensorBoard's files only small records are sent: large ones are images.
    """

    def __init__(self, wanted: str, workdir: str, since: float, name: str, at: int) -> None:
        self.wanted = os.path.join(workdir, os.path.expanduser(wanted))
        self.since = since
        self.name = name
        self.at = at
        self.notes: list[str] = []
        self._begun = time.time()
        self._sought_at = 0.0
        self._read_at = 0.0
        self._seen: tuple[float, int] | None = None
        self._noted: set[str] = set()

    def news(self, now: float, force: bool = False) -> "Iterator[tuple[float, int, bytes]]":
        """What is new: (when written, offset, bytes); `at` is where the next begin."""
        if not force and now - self._read_at < FILE_EVERY_S:
            return
        self._read_at = now
        if force or now - self._sought_at > SEEK_EVERY_S:
            self._sought_at = now
            self._seek(now)
        if not self.name:
            return
        try:
            with open(self.name, "rb") as file:
                found = os.fstat(file.fileno())
                yield from self._new_bytes(file, found.st_mtime, found.st_size)
        except OSError as error:
            self._note(f"[log] file: {self.name}: {error.strerror}")

    def _note(self, text: str) -> None:
        if text not in self._noted:
            self._noted.add(text)
            self.notes.append(text)

    def _seek(self, now: float) -> None:
        """Go over to a newer file: a document at once, one that grows when the one before has gone quiet."""
        path, changed = newest(self.wanted, self.since)
        if not path:
            if not self.name and now - self._begun > FILE_MISSING_S:
                self._note(f"[log] file: nothing newer than the run's start is at {self.wanted}")
            return
        if path == self.name:
            return
        current = 0.0
        with contextlib.suppress(OSError):
            current = os.stat(self.name).st_mtime if self.name else 0.0
        if changed > current + (0.0 if path.endswith(FILE_KINDS[0]) else 30.0):
            self.name, self.at, self._seen = path, 0, None

    def _new_bytes(self, file: BinaryIO, changed: float, size: int) -> "Iterator[tuple[float, int, bytes]]":
        if self.name.endswith(FILE_KINDS[0]):
            if (changed, size) != self._seen and 0 < size <= DOCUMENT_LIMIT:
                self._seen, self.at = (changed, size), size
                yield changed, 0, file.read(DOCUMENT_LIMIT)
            elif size > DOCUMENT_LIMIT:
                self._note(f"[log] file: {self.name} has more than {DOCUMENT_LIMIT >> 20} MiB: not read")
            return
        if size < self.at:
            self.at = 0
        rows = ".tfevents." in self.name
        if size - self.at > BACKLOG_LIMIT and not rows:
            self._note(f"[log] file: {self.name} has more than {BACKLOG_LIMIT >> 20} MiB: not read")
            return
        while self.at < size:
            begin = self.at
            file.seek(begin)
            data = scalar_records(file, size) if rows else file.read(min(BLOCK, size - begin))
            self.at = file.tell() if rows else begin + len(data)
            if self.at == begin:
                return
            if data:
                yield changed, begin, data


def scalar_records(file: BinaryIO, size: int) -> bytes:
    """Whole records of a TensorBoard file from where it stands, about a block; large ones are left out."""
    taken: list[bytes] = []
    room = BLOCK
    while room > 0:
        begin = file.tell()
        head = file.read(12)
        length = struct.unpack("<Q", head[:8])[0] if len(head) == 12 else size
        if begin + 16 + length > size:
            file.seek(begin)
            if len(head) == 12 and length > 1 << 40:  # no such file: its reader will say so
                taken.append(file.read(min(BLOCK, size - begin)))
            break
        room -= 256
        if length < BLOCK:
            taken.append(head + file.read(length + 4))
            room -= length
        else:
            file.seek(length + 4, 1)
    return b"".join(taken)


def newest(wanted: str, since: float) -> "tuple[str, float]":
    """The newest file that a path, folder or pattern names, not older than `since`; looks for a second."""
    limit = time.time() + 1.0
    best = (-1, 0.0, "")
    for path in glob.iglob(wanted, recursive=True):
        for rank, one in inside(path) if os.path.isdir(path) else [(0, path)]:
            with contextlib.suppress(OSError):
                changed = os.stat(one).st_mtime
                if changed >= since:
                    best = max(best, (rank, changed, one))
        if time.time() > limit:
            break
    return best[2], best[1]


def inside(folder: str) -> "Iterator[tuple[int, str]]":
    """The files below a folder that hold metrics, with how well they serve."""
    seen = 0
    for place, _, names in os.walk(folder):
        seen += 1 + len(names)
        if seen > 20000:
            return
        for name in names:
            ranks = [rank for rank, kind in enumerate(FILE_KINDS) if kind in name]
            if ranks:
                yield ranks[-1], os.path.join(place, name)


class Run:
    """What is known of the processes: ours from pid.json, or a pid we were told."""

    def __init__(self, record: str, pid: "int | None", attached: bool) -> None:
        self.record = record
        self.attached = attached
        facts: dict[str, object] = {} if attached else read_json(in_record(record, "pid.json")) or {}
        self.facts = facts
        given = facts.get("pid")
        self.pid = pid if attached else (given if isinstance(given, int) else None)
        seen = look(self.pid) if attached and self.pid else None
        start = seen.start if seen else facts.get("start")
        self.start = start if isinstance(start, str) else None

    def alive(self) -> "bool | None":
        """Whether the command runs; None if no pid is known."""
        return is_alive(self.pid, self.start) if self.pid else None

    def recorder_alive(self) -> bool:
        """Whether someone will write the exit. The heir needs a moment to sign in."""
        facts = read_json(in_record(self.record, "pid.json")) or {}
        pid, start = facts.get("recorder"), facts.get("recorder_start")
        return isinstance(pid, int) and is_alive(pid, start if isinstance(start, str) else None)


class Follower:
    """Sends what is new of a run: log bytes with their times, samples, notes, the exit."""

    def __init__(
        self,
        record: str,
        log_at: int,
        samples_at: int,
        log: str,
        pid: "int | None",
        beside: "tuple[str, str, int]" = ("", "", 0),
    ) -> None:
        self.record = record
        self.attached = bool(log)
        self.run = Run(record, pid, self.attached)
        path = os.path.expanduser(log) if log else in_record(record, "run.log")
        try:
            self.tail = Tail(path, log_at)
        except OSError as error:
            hint = "give the log's path on the host" if log else "has the run been launched on this host?"
            raise Refused(f"{path}: {error.strerror}", hint) from None
        self.beside = self.file_beside(*beside, os.path.dirname(path)) if beside[0] else None
        self.samples = Rows(in_record(record, "samples.csv"), samples_at, b",")
        self.notes = Rows(in_record(record, "notes.log"), 0, b" ")
        if log_at or samples_at:
            self.notes.until(time.time())  # told on the channel before this one
        self.sampler = Sampler(os.path.dirname(path), self.run.pid) if self.attached else None
        self.last_sent = 0.0
        self.polled_at = 0.0
        self.alive = self.run.alive()
        self.seen_alive = bool(self.alive)
        self.checked_at = 0.0
        self.missing_since: float | None = None
        self.orphaned = False

    def file_beside(self, wanted: str, name: str, at: int, log_folder: str) -> Beside:
        """The plan's `[log] file`, in the run's working directory."""
        since = self.run.facts.get("started_at")
        workdir = str(self.run.facts.get("workdir") or log_folder)
        if self.attached and self.run.pid:
            there = os.path.realpath(f"/proc/{self.run.pid}/cwd")
            workdir = there if os.path.isdir(there) else workdir
        return Beside(
            wanted, workdir, float(since) - 2.0 if isinstance(since, (int, float)) else 0.0, name, at
        )

    def hello(self) -> None:
        """The first frame."""
        emit("hello", ts=time.time(), alive=self.alive, size=self.tail.size, python=sys.version.split()[0])

    def send(self, kind: str, data: bytes = b"", **fields: object) -> None:
        """A frame, remembered for the heartbeat."""
        emit(kind, data, **fields)
        self.last_sent = time.time()

    def skip_backlog(self) -> None:
        """Of a log too long to send: its first 64 KiB (what finds the total) and its end."""
        size = self.tail.size
        keep_bytes = TAIL_BYTES if self.attached else BACKLOG_LIMIT
        if size - self.tail.at <= keep_bytes + HEAD_BYTES:
            return
        if self.tail.at == 0:
            self.send("log", self.tail.read(HEAD_BYTES), ts=self.tail.changed_at, at=0)
        begin = self.tail.at
        self.tail.skip_to(size - keep_bytes)
        skipped = self.tail.at - begin
        self.send("notes", lines=[f"{self.tail.path}: {skipped} bytes from offset {begin} were skipped"])

    def catch_up(self) -> None:
        """The log since `at` with the times of run.idx, the samples in between."""
        self.skip_backlog()
        for ts, offset in self.index():
            self.send_samples(ts)
            self.send_log(ts, offset)
        ts = min(time.time(), self.tail.changed_at)
        self.send_samples(ts)
        self.send_log(ts, self.tail.size)

    def index(self) -> "list[tuple[float, int]]":
        """Times of run.idx for what is not sent yet."""
        if self.attached or self.tail.at >= self.tail.size:
            return []
        points: list[tuple[float, int]] = []
        with contextlib.suppress(OSError), open(in_record(self.record, "run.idx"), "rb") as file:
            for line in file:
                parts = line.split()
                if len(parts) == 2 and line.endswith(b"\n") and parts[1].isdigit():
                    ts, offset = number(parts[0].decode("ascii", "replace")), int(parts[1])
                    if ts is not None and offset > self.tail.at:
                        points.append((ts, offset))
        return points

    def send_log(self, ts: float, upto: "int | None" = None) -> None:
        """Log bytes, written by `ts`."""
        while True:
            data = self.tail.read(upto)
            if self.tail.notes:
                self.send("notes", lines=self.tail.notes)
                self.tail.notes = []
            if not data:
                return
            self.send("log", data, ts=ts, at=self.tail.at - len(data))

    def send_samples(self, until: float) -> None:
        """Rows of samples.csv up to a time, or of our own sampler."""
        while not self.attached:
            rows = self.samples.until(until)
            if not rows:
                return
            self.send("samples", b"".join(rows), at=self.samples.at)

    def own_samples(self, now: float) -> None:
        """Samples of a run that has no recorder."""
        if self.sampler is not None:
            self.sampler.gpus.read(now)
            if self.sampler.due_in(now) <= 0.0:
                self.send("samples", self.sampler.rows(now), at=0)

    def send_file(self, now: float, force: bool) -> None:
        """What is new of the `[log] file`."""
        if self.beside is None:
            return
        for ts, at, data in self.beside.news(now, force):
            self.send("file", data, ts=min(ts, now), at=at, name=self.beside.name, upto=self.beside.at)
        if self.beside.notes:
            self.send("notes", lines=self.beside.notes)
            self.beside.notes = []

    def send_notes(self, now: float) -> None:
        """What the recorder had to say."""
        lines = [line.split(b" ", 1)[1].decode("utf-8", "replace").strip() for line in self.notes.until(now)]
        lines = [line for line in lines if line]
        if lines:
            self.send("notes", lines=lines)

    def poll(self) -> bool:
        """Send what is new; True once the exit is sent."""
        ended = None if self.attached else read_json(in_record(self.record, "exit.json"))
        now = time.time()
        gone = ended is None and self.has_vanished(now)
        if now - self.polled_at > 1.5:  # the first look, or the channel was blocked: times come from run.idx
            self.catch_up()
        else:
            self.send_log(now)
        self.polled_at = time.time()
        self.tail.renew()
        self.send_samples(float("inf"))
        self.own_samples(now)
        self.send_notes(now)
        self.send_file(now, force=gone or ended is not None)
        if gone:
            ended = {"ts": now if self.seen_alive else self.tail.changed_at}
        if ended is not None:
            self.send("exit", ts=ended.get("ts"), code=ended.get("code"), signal=ended.get("signal"))
        return ended is not None

    def has_vanished(self, now: float) -> bool:
        """Whether the process is gone with nobody left to tell how; looked at twice a second."""
        if now - self.checked_at < 0.5:
            return False
        first, self.checked_at = self.checked_at == 0.0, now
        alive = self.run.alive()
        self.seen_alive = self.seen_alive or bool(alive)
        if alive != self.alive:
            self.alive = alive
            self.send("beat", ts=now, alive=alive)
        if self.attached or alive:
            if alive and not self.attached and not self.orphaned and not self.run.recorder_alive():
                if self.missing_since is None:
                    self.missing_since = now
                self.orphaned = now - self.missing_since > 2.0
                if self.orphaned:
                    self.send("notes", lines=["the recorder is gone: new output is no longer recorded"])
            return alive is False
        if self.run.recorder_alive():
            self.missing_since = None
            return False
        self.missing_since = self.missing_since or now
        if first or now - self.missing_since > 2.0:
            self.send(
                "notes", lines=["the recorder is gone and left no exit status (did the machine restart?)"]
            )
            return not os.path.exists(in_record(self.record, "exit.json"))
        return False


def follow(follower: Follower) -> None:
    """Push until the exit, or until the reader goes: our stdin ends when it does."""
    follower.hello()
    caught_up = False
    while not follower.poll():
        if not caught_up or time.time() - follower.last_sent > BEAT_S:
            follower.send("beat", ts=time.time(), alive=follower.alive)
        caught_up = True
        if select.select([0], [], [], POLL_S)[0] and not os.read(0, 4096):
            return


def probe(follower: Follower) -> None:
    """The same, one shot."""
    follower.hello()
    if follower.sampler is not None and follower.sampler.gpus.expected:
        select.select([follower.sampler.gpus.fileno()], [], [], 5.0)
        time.sleep(0.2)
    follower.poll()
    emit("end", ts=time.time(), alive=follower.alive)


# ---------------------------------------------------------------- stopping


def stop(record: str, grace: float, pid: "int | None") -> None:
    """TERM to all, `grace` seconds, KILL, and look that they are gone."""
    run = Run(record, pid, attached=pid is not None)
    if run.pid is None:
        raise Refused(f"{record}: the run's pid is not known", "give it with --pid")
    marker = ("{}={}".format(MARKER, run.facts["id"])).encode() if "id" in run.facts else b""

    def those() -> "list[Process]":
        return members(run.pid or 0, run.start, not run.attached, marker)

    found = those()
    rest = send_and_wait(found, (signal.SIGTERM, signal.SIGCONT), those, grace)
    killed = bool(rest)
    limit = time.time() + 5.0
    while rest and time.time() < limit:
        rest = send_and_wait(rest, (signal.SIGKILL,), those, 0.5)
    limit = time.time() + 3.0
    while not run.attached and time.time() < limit and run.recorder_alive():
        if os.path.exists(in_record(record, "exit.json")):
            break
        time.sleep(0.02)
    emit(
        "stopped", gone=not rest, was_running=bool(found), killed=killed, text=stop_text(found, rest, killed)
    )


def send_and_wait(
    found: "list[Process]", signals: "tuple[int, ...]", those: "Callable[[], list[Process]]", seconds: float
) -> "list[Process]":
    """Send the signals, wait until nobody is left or the time is over; who is left."""
    for process in found:
        for one in signals:
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.kill(process.pid, one)
    limit = time.time() + seconds
    rest = those()
    while rest and time.time() < limit:
        time.sleep(0.05)
        rest = those()
    return rest


def stop_text(found: "list[Process]", rest: "list[Process]", killed: bool) -> str:
    """One line for the user."""
    if rest:
        return "still running after SIGKILL: pid " + ", ".join(str(process.pid) for process in rest)
    if not found:
        return "nothing was running"
    return f"{len(found)} process(es) ended by " + ("SIGKILL" if killed else "SIGTERM")


def read(path: str, offset: int, size: int) -> None:
    """Some bytes of the log."""
    with open(path, "rb") as file:
        length = file.seek(0, 2)
        file.seek(max(0, length + offset) if offset < 0 else min(offset, length))
        emit("read", file.read(size), size=length)


# ---------------------------------------------------------------- the command line


def arguments() -> argparse.Namespace:
    """Who calls is our own program: no more help than this file's first lines."""
    parser = argparse.ArgumentParser(prog="recorder.py")
    parser.add_argument("call", choices=["launch", "follow", "probe", "stop", "read", "renew"])
    parser.add_argument("record")
    parser.add_argument("numbers", nargs="*", type=float)
    parser.add_argument("--log", default="")
    parser.add_argument("--pid", type=int)
    parser.add_argument("--file", default="")
    parser.add_argument("--file-name", default="")
    parser.add_argument("--file-at", type=int, default=0)
    return parser.parse_args()


def attend(record: str, given: argparse.Namespace, values: "list[float]") -> None:
    """`follow` or `probe`."""
    beside = (given.file, given.file_name, given.file_at)
    follower = Follower(record, int(values[0]), int(values[1]), given.log, given.pid, beside)
    try:
        (follow if given.call == "follow" else probe)(follower)
    finally:
        if follower.sampler is not None:
            follower.sampler.gpus.close()


def main() -> int:
    """Do it; what cannot be done is told in an error frame."""
    given = arguments()
    record = os.path.abspath(os.path.expanduser(given.record))
    values = [*given.numbers, 0.0, 0.0]
    if given.call != "launch" and os.path.exists(in_record(record, "lease")):
        touch(in_record(record, "lease"))
    try:
        if given.call == "launch":
            launch(record)
        elif given.call == "renew":
            renew(record, bool(values[0]))
        elif given.call == "stop":
            stop(record, values[0], given.pid)
        elif given.call == "read":
            read(
                os.path.expanduser(given.log) or in_record(record, "run.log"), int(values[0]), int(values[1])
            )
        else:
            attend(record, given, values)
    except Refused as refused:
        emit("error", text=str(refused), hint=refused.hint)
    except BrokenPipeError:
        pass  # the reader is gone; the run goes on
    except OSError as error:
        emit("error", text=f"{error.filename or record}: {error.strerror}", hint="")
    return 0


if __name__ == "__main__":
    sys.exit(main())
