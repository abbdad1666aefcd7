"""The sample runs: what each is, how it is launched, and what its ABOUT says."""

from dataclasses import dataclass, field
from typing import Any

MADE = "a real numpy training, recorded by vasttui's recorder; no GPU: steps sleep to play it"


@dataclass(frozen=True, slots=True)
class Sample:
    """One sample run.

    `title`, `made`: the first line of its ABOUT. `stop_after_s`: the recorder is told to stop it then.
    `memory_mib`: it runs in a memory cgroup of that size. `plan`: tables of its plan beside `[run]`.
    """

    name: str
    title: str
    script: str
    options: str
    steps: int
    happens: str
    made: str = MADE
    stop_after_s: float | None = None
    memory_mib: int | None = None
    price_usd_h: float | None = None
    milestones: tuple[int, ...] = ()
    plan: dict[str, Any] = field(default_factory=dict[str, Any])

    @property
    def command(self) -> str:
        """What the recorder starts, in a folder that holds the scripts."""
        return f"python {self.script} --steps {self.steps} {self.options}"

    @property
    def about(self) -> str:
        """The file ABOUT: one line on how it was made, then what happens in it."""
        again = f"Again: python -m tests.trainings.record {self.name}"
        return f"{self.title}: {self.made}.\n\n{self.happens}\n\n{again}\n"


SAMPLES = (
    Sample(
        "healthy",
        "All goes well",
        "chars.py",
        "--step-s 0.5 --style nanogpt --log-every 5 --eval-every 200 --eval-s 3 --save-every 600 "
        "--rate 0.002 --warmup 100 --decay",
        2400,
        "A character model learns for twenty minutes, with evaluations that get better and four checkpoints, "
        "and ends well: no alert, DONE.",
        made=MADE + "; the price of $0.40/h is an example",
        price_usd_h=0.40,
        milestones=(1200,),
        plan={"budget": {"max_usd": 0.20}},
    ),
    Sample(
        "traceback",
        "A bug ends it",
        "chars.py",
        "--step-s 0.6 --log-every 5 --eval-every 150 --eval-s 2 --save-every 300 --rate 0.002 --warmup 100 "
        "--decay --fault traceback --fault-at 820",
        1500,
        "The second shard of the text holds a character that the vocabulary does not know: KeyError at step "
        "820, exit 1, CRASH.",
    ),
    Sample(
        "oom-kill",
        "Memory leaks until the kernel kills it",
        "moons.py",
        "--step-s 0.5 --style json --log-every 5 --eval-every 150 --eval-s 2 --save-every 500 --rate 0.002 "
        "--warmup 100 --decay --fault leak --fault-at 400 --leak-kib 512",
        1500,
        "From step 400 on every step keeps 512 KiB, in a cgroup of 384 MiB, until the kernel kills "
        "the training: `memory` says so beforehand, then CRASH by SIGKILL without a word in the log.",
        made=MADE + "; the kernel killed it at the limit of its memory cgroup",
        memory_mib=384,
    ),
    Sample(
        "stall",
        "A deadlock",
        "chars.py",
        "--step-s 0.5 --style bar --log-every 2 --eval-every 200 --eval-s 2 --save-every 400 --rate 0.002 "
        "--warmup 100 --decay --fault stall --fault-at 700",
        2000,
        "The loader's thread deadlocks at step 700; the process stays, silent, until the recorder is told to "
        "stop it: `stall`.",
        made=MADE + "; the recorder stopped it at the end",
        stop_after_s=690.0,
    ),
    Sample(
        "slowdown",
        "Half the speed from step 540 on",
        "waves.py",
        "--step-s 0.5 --log-every 5 --eval-every 100 --eval-s 2 --save-every 300 --rate 0.05 --warmup 50 "
        "--decay --fault slow --fault-at 540",
        900,
        "From step 540 on every step takes twice as long, to the end: `slow`.",
    ),
    Sample(
        "eval-turns-bad",
        "It overfits",
        "moons.py",
        "--step-s 0.5 --log-every 5 --eval-every 60 --eval-s 2 --save-every 300 --rate 0.0004 "
        "--fault overfit",
        1200,
        "Far too many weights learn 32 examples, some of them mislabelled, by heart: the training loss falls "
        "on, the evaluation is best at about step 360 and then gets worse and worse: `eval`.",
    ),
    Sample(
        "nan",
        "It diverges",
        "waves.py",
        "--step-s 0.5 --log-every 5 --eval-every 0 --save-every 300 --rate 1 --warmup 1200",
        1200,
        "The learning rate grows until plain gradient descent diverges, at about step 740; the loss "
        "overflows and is not a number from then on: `nan`.",
    ),
)
