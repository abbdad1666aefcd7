"""How the recorder is called on a machine, wherever its file is (or is not yet)."""

import hashlib
import shlex
from functools import cache
from pathlib import Path

from vasttui.hosts.protocol import RecordRef
from vasttui.monitor.reading import Position

NOT_INSTALLED = 97
NO_PYTHON = 98
FOLDER = "$HOME/.vasttui"

# Rented images keep Python in places that a non-login shell does not look into.
_PYTHONS = "python3 /opt/conda/bin/python3 /venv/main/bin/python3 /usr/local/bin/python3 /usr/bin/python3"
_FIND = f'for p in {_PYTHONS}; do command -v "$p" >/dev/null 2>&1 && exec "$p" '
_FROM_STDIN = (
    "import sys; n = int(sys.argv.pop(1)); exec(compile(sys.stdin.buffer.read(n), 'recorder.py', 'exec'))"
)


@cache
def source() -> bytes:
    """The recorder's text."""
    return Path(__file__).with_name("recorder.py").read_bytes()


@cache
def installed_path() -> str:
    """Where the copy lies on a host (for its shell); a new version has a new name."""
    return f"{FOLDER}/recorder-{hashlib.sha256(source()).hexdigest()[:12]}.py"


def by_copy(arguments: list[str]) -> str:
    """Run the host's copy; exit status 97: there is none, 98: no Python."""
    find = f'{_FIND} "$f" "$@"; done'
    script = f'f="{installed_path()}"; [ -r "$f" ] || exit {NOT_INSTALLED}; {find}; exit {NO_PYTHON}'
    return shlex.join(["sh", "-c", script, "vasttui", *arguments])


def by_stdin(arguments: list[str]) -> str:
    """Run the text given first on stdin, for a host where nothing can be written."""
    script = f'{_FIND} -c "{_FROM_STDIN}" {len(source())} "$@"; done; exit {NO_PYTHON}'
    return shlex.join(["sh", "-c", script, "vasttui", *arguments])


def install() -> str:
    """Put stdin where `by_copy` looks for it, whole or not at all."""
    script = f'umask 077; mkdir -p "{FOLDER}" && cat > "$0.$$" && mv "$0.$$" "$0"'.replace(
        "$0", installed_path()
    )
    return shlex.join(["sh", "-c", script])


def where(record: RecordRef) -> list[str]:
    """The arguments that name the run."""
    if record.attached is None:
        return []
    pid = [] if record.attached.pid is None else ["--pid", str(record.attached.pid)]
    return [f"--log={record.attached.log}", *pid]


def follow(record: RecordRef, start: Position) -> list[str]:
    """One live channel."""
    return ["follow", record.path, str(start.log), str(start.samples), *where(record), *beside(record, start)]


def beside(record: RecordRef, start: Position) -> list[str]:
    """The arguments that name the plan's `[log] file`, and how much of it is known."""
    if not record.file:
        return []
    known = [f"--file-name={start.file_name}", f"--file-at={start.file}"] if start.file_name else []
    return [f"--file={record.file}", *known]


def probe(record: RecordRef, start: Position) -> list[str]:
    """One look."""
    return ["probe", *follow(record, start)[1:]]


def launch(record: RecordRef) -> list[str]:
    """Start a command."""
    return ["launch", record.path]


def stop(record: RecordRef, grace_s: float) -> list[str]:
    """End a run."""
    return ["stop", record.path, str(grace_s), *where(record)]


def renew(record: RecordRef, pulled: bool) -> list[str]:
    """Somebody looks after the run."""
    return ["renew", record.path, *(["1"] if pulled else [])]


def read(record: RecordRef, offset: int, size: int) -> list[str]:
    """Some bytes of the log."""
    return ["read", record.path, str(offset), str(size), *where(record)]


def quoted(arguments: list[str]) -> str:
    """The arguments as shell words."""
    return shlex.join(arguments)
