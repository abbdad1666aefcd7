import pytest

from vasttui.monitor.rules import log
from vasttui.watch.advice import in_shell


@pytest.mark.parametrize(
    ("said", "shell", "record"),
    [
        (
            log.READ_THE_LOG,
            "read the log around it, mend it, then vasttui relaunch r",
            "read the log around it, mend it, then relaunch",
        ),
        (
            log.ADVICE["disk"],
            "free disk space, then relaunch from the last checkpoint (vasttui relaunch r)",
            "free disk space, then relaunch from the last checkpoint",
        ),
        ("shorten the run, or stop (k)", "shorten the run, or vasttui kill r", "shorten the run, or stop"),
        ("compare (RAM) with its limit", "compare (RAM) with its limit", "compare (RAM) with its limit"),
    ],
)
def test_a_shell_is_told_commands_where_a_screen_is_told_keys(said: str, shell: str, record: str) -> None:
    assert in_shell(said, "r") == shell
    assert in_shell(said) == record


def test_no_advice_for_a_shell_names_a_key() -> None:
    for advice in log.ADVICE.values():
        assert "(r)" not in in_shell(advice, "r")
