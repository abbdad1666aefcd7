"""A command that is a Python script, started once and forked for each call: its imports are made only once.

Run by the script's own interpreter: `python warm.py SCRIPT`. Each line on stdin is a JSON list of arguments;
the answer is a line `{"code", "out", "err"}`. Nothing of the command is changed: the script itself runs, as
`__main__`.
"""

import json
import os
import re
import runpy
import sys
import tempfile
from importlib import import_module
from pathlib import Path


def main(script: str) -> None:
    """Answer until stdin ends."""
    for module in re.findall(r"^from (\S+) import", Path(script).read_text("utf-8"), re.MULTILINE):
        import_module(module)
    for line in sys.stdin:
        with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
            pid = os.fork()
            if not pid:
                _become(script, json.loads(line), out.fileno(), err.fileno())
            code = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
            said = {"code": code}
            for name, file in (("out", out), ("err", err)):
                file.seek(0)
                said[name] = file.read().decode("utf-8", "replace")  # type: ignore[assignment]
        sys.stdout.write(json.dumps(said) + "\n")
        sys.stdout.flush()


def _become(script: str, arguments: list[str], out: int, err: int) -> None:
    """In the child: the command, and then its end."""
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    os.dup2(out, 1)
    os.dup2(err, 2)
    sys.argv = [script, *arguments]
    code: object = 0
    try:
        runpy.run_path(script, run_name="__main__")
    except SystemExit as end:
        code = end.code
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(code if isinstance(code, int) else 0 if code is None else 1)


if __name__ == "__main__":
    main(sys.argv[1])
