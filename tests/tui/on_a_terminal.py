"""`python -m tests.tui.on_a_terminal STATE`: the screen on a real terminal, on a session made up here."""

import sys

from tests.tui import fake
from tests.tui.streaming import StreamingSession
from vasttui.tui.app import run_session

STATES = {
    "healthy": fake.healthy,
    "alerting": fake.alerting,
    "crashed": fake.crashed,
    "replayed": fake.replayed,
    "mirrored": fake.mirrored,
}

if __name__ == "__main__":
    if sys.argv[1] == "streaming":
        sys.exit(run_session(StreamingSession()))
    sys.exit(run_session(fake.FakeSession(STATES[sys.argv[1]]())))
