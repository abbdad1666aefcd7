"""Outlives the emulator by a moment: when its pipe breaks, all emulated machines end and their folders go.

So nothing is left behind even where the emulator was killed. Started by `Warden`; reads its stdin to the end.
"""

import shutil
import signal
import subprocess
import sys
from pathlib import Path


class Warden:
    """The process, and the pipe it waits at."""

    def __init__(self, token: str, folder: Path) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", __name__, token, str(folder)],
            stdin=subprocess.PIPE,
            start_new_session=True,
        )

    def close(self) -> None:
        """Let it do its work, and wait for that."""
        if self._process.stdin:
            self._process.stdin.close()
        self._process.wait(30)


def main() -> int:
    """Wait for the emulator's end, then clean up."""
    from vasttui.cloud.emulator.processes import kill_marked  # noqa: PLC0415 - only the process needs it

    token, folder = sys.argv[1], Path(sys.argv[2])
    for one in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(one, signal.SIG_IGN)
    sys.stdin.buffer.read()
    gone = kill_marked(token)
    shutil.rmtree(folder, ignore_errors=True)
    return 0 if gone else 1


if __name__ == "__main__":
    sys.exit(main())
