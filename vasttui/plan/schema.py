"""The shape of `plan.toml`: one frozen struct a table, every default in one place.

Units are in the names: `_gb` is 10⁹ bytes for disks and GiB for memory (as the market says it),
`_s` seconds, `_h` an hour, `_mbps` megabit a second. Cadence figures are minutes.
"""

from typing import Annotated, Literal

from msgspec import Meta, Struct

Mode = Literal["full", "lora", "qlora8", "qlora4", "inference"]
Precision = Literal["fp32", "bf16", "fp16", "pure_bf16"]
Optimizer = Literal[
    "adam", "adamw", "adamw8bit", "paged_adamw8bit", "adafactor", "sgd", "lion", "muon", "none"
]
Sharding = Literal["none", "ddp", "zero1", "zero2", "zero3", "fsdp"]
Offload = Literal["none", "optimizer", "params"]
EndAction = Literal["keep", "stop", "destroy"]
CadenceMode = Literal["fixed", "adaptive"]

Positive = Annotated[float, Meta(gt=0)]
NonNegative = Annotated[float, Meta(ge=0)]
Fraction = Annotated[float, Meta(ge=0, le=1)]
Count = Annotated[int, Meta(ge=1)]


class Table(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """Base of every table: immutable, and a key it does not know is an error."""


class RunSpec(Table, frozen=True):
    """`[run]`: what is carried out."""

    command: str
    name: str = ""
    resume: str = ""
    workdir: str = ""
    bootstrap: tuple[str, ...] = ()
    total_steps: Count | None = None
    milestones: tuple[Count, ...] = ()
    probe_steps: Annotated[int, Meta(ge=1, le=1000)] = 50
    env: dict[str, str] = {}


class VastSpec(Table, frozen=True):
    """`[host] vast = {…}`: what to rent."""

    query: str = ""
    image: str = "pytorch/pytorch"
    disk_gb: Positive = 40.0
    max_usd_h: Positive | None = None
    interruptible: bool = False


class HostSpec(Table, frozen=True):
    """`[host]`: where the run lives. Neither key means this machine."""

    ssh: str = ""
    vast: VastSpec | None = None
    price_usd_h: NonNegative | None = None


class Model(Table, frozen=True):
    """`[model]`: what the gate sizes."""

    params_b: Positive | None = None
    mode: Mode = "full"
    precision: Precision = "bf16"
    optimizer: Optimizer = "adamw"
    seq_len: Count = 2048
    micro_batch: Count = 1
    gradient_checkpointing: bool = False
    lora_rank: Count = 16
    sharding: Sharding = "none"
    offload: Offload = "none"
    config: str = ""
    layers: Count | None = None
    hidden: Count | None = None
    heads: Count | None = None
    kv_heads: Count | None = None
    vocab: Count | None = None


class Needs(Table, frozen=True):
    """`[needs]`: given figures win over estimates."""

    gpus: Count = 1
    vram_gb: Positive | None = None
    ram_gb: Positive | None = None
    disk_gb: Positive | None = None
    model_gb: NonNegative | None = None
    dataset_gb: NonNegative | None = None
    checkpoint_gb: NonNegative | None = None
    keep_checkpoints: Annotated[int, Meta(ge=0)] | None = None
    min_reliability: Fraction | None = None
    min_down_mbps: NonNegative | None = None
    hours: Positive | None = None
    min_cuda: Positive | None = None


class Budget(Table, frozen=True):
    """`[budget]`: the lines not to cross."""

    max_usd: Positive | None = None
    max_hours: Positive | None = None


class Eval(Table, frozen=True):
    """`[eval]`: what a good evaluation looks like. `expected` maps step → value (TOML keys are text)."""

    metric: str = "eval_loss"
    goal: Literal["min", "max"] = "min"
    expected: dict[str, float] = {}
    tolerance: NonNegative = 0.1

    @property
    def expected_points(self) -> tuple[tuple[int, float], ...]:
        """`expected` as (step, value), by step."""
        return tuple(sorted((int(step), value) for step, value in self.expected.items()))


class Alerts(Table, frozen=True):
    """`[alerts]`: thresholds, named as the rules.

    `slow`, `gpu_idle`: share of baseline rate, and GPU utilisation as a fraction, below which the rule holds.
    `memory`: share in use above which pressure counts. `disk`: GiB free below which it does. `stall`: silence
    allowed, in multiples of the run's slowest recent step. `eval`: how much worse than the best counts, as a
    fraction.
    `patience_min`: minutes an alert may stay unresolved before the decision turns to STOP AND FIX.
    """

    stall: Positive = 6.0
    slow: Fraction = 0.7
    gpu_idle: Fraction = 0.6
    memory: Fraction = 0.97
    disk: NonNegative = 1.0
    eval: NonNegative = 0.1
    idle_min: Positive = 20.0
    patience_min: Positive = 15.0
    off: tuple[str, ...] = ()


class Cadence(Table, frozen=True):
    """`[cadence]`: minutes between looks, a phase a key. `cadence = "adaptive"` stands for `mode` alone."""

    mode: CadenceMode = "fixed"
    early: tuple[Positive, ...] = (1.0, 3.0, 7.0, 15.0)
    stabilise: Positive = 10.0
    cruise: tuple[Positive, Positive] = (30.0, 60.0)
    alert: tuple[Positive, Positive] = (2.0, 5.0)
    healthy_looks: Count = 2


class Ending(Table, frozen=True):
    """`[ending]`: what happens to a rented machine when the run is over.

    `on_budget`: when `budget.max_usd` is spent, the run is stopped first. `on_idle`: what becomes of a
    machine that was kept, `idle_minutes` after its run has ended. `lease_minutes`: the recorder ends the
    meter itself, so long after the end, when nobody has looked meanwhile. `pull`: globs from the workdir,
    fetched before the meter is ended.
    """

    on_done: EndAction = "keep"
    on_crash: EndAction = "keep"
    on_budget: EndAction = "stop"
    on_idle: EndAction = "stop"
    idle_minutes: Positive | None = None
    lease_minutes: Positive | None = None
    pull: tuple[str, ...] = ()


class LogSource(Table, frozen=True):
    """`[log]`: help for text that tells too little. Named groups: step total rate loss eval_*.

    `file`: what else the run writes and tells its steps in: JSON lines, CSV, `trainer_state.json`, a
    TensorBoard event file, a wandb run file; a path, a folder or a pattern (`runs/**/events*`: the newest),
    from the run's working directory.
    """

    pattern: str = ""
    file: str = ""


class Notify(Table, frozen=True):
    """`[notify]`: where alerts are sent besides the screen."""

    urls: tuple[str, ...] = ()


class Plan(Table, frozen=True):
    """The whole of `plan.toml`."""

    run: RunSpec
    host: HostSpec = HostSpec()
    model: Model | None = None
    needs: Needs = Needs()
    budget: Budget = Budget()
    eval: Eval | None = None
    alerts: Alerts = Alerts()
    cadence: Cadence = Cadence()
    ending: Ending = Ending()
    log: LogSource = LogSource()
    notify: Notify = Notify()
