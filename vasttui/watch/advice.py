"""What to do about an alert, in the words of a shell: its commands, where the screen names its keys."""

import re

# The screen's words → the command. The log has none: it is shown beside the advice, or lies in the record.
_COMMANDS = {"relaunch (r)": "vasttui relaunch", "stop (k)": "vasttui kill"}
_RELAUNCH_KEY = " (r)"
_KEY = re.compile(r" \((?:[a-z]|enter|space)\)")


def in_shell(advice: str, run: str = "") -> str:
    """The advice without keys; `run`: whose commands stand there instead (a record has none)."""
    if run:
        for words, command in _COMMANDS.items():
            advice = advice.replace(words, f"{command} {run}")
        advice = advice.replace(_RELAUNCH_KEY, f" (vasttui relaunch {run})")
    return _KEY.sub("", advice)
