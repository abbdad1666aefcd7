"""A first `plan.toml` from a few answers: every table named, what was not answered left as a comment."""

from collections.abc import Sequence
from dataclasses import dataclass

import tomli_w

from vasttui.plan.schema import Mode


@dataclass(frozen=True, slots=True)
class Answers:
    """What `vasttui init` asked. Empty text and None: not answered."""

    command: str
    name: str = ""
    resume: str = ""
    workdir: str = ""
    total_steps: int | None = None
    ssh: str = ""
    vast_query: str = ""
    price_usd_h: float | None = None
    params_b: float | None = None
    mode: Mode | None = None
    vram_gb: float | None = None
    max_usd: float | None = None
    max_hours: float | None = None
    metric: str = ""


@dataclass(frozen=True, slots=True)
class _Key:
    """One line of the file: `name = value  # note`, commented out with `example` when there is no value."""

    name: str
    value: str | float | None
    example: str
    note: str

    def line(self) -> str:
        if self.value in (None, ""):
            return f"# {self.name} = {self.example}  # {self.note}"
        return f"{tomli_w.dumps({self.name: self.value}).rstrip()}  # {self.note}"


def plan_template(answers: Answers) -> str:
    """A commented plan that loads. The answers must make a valid plan; check the text with `parse_plan`."""
    head = (
        "# What this run wants. Everything but run.command may be left out.\n"
        "# `vasttui gate --plan plan.toml` asks if a machine fits; `vasttui run --plan plan.toml` starts it."
    )
    tables = [
        _table("run", _run(answers)),
        _table("host", _host(answers), "default: this machine"),
        _table("model", _model(answers), "what the gate sizes", if_any=answers.params_b),
        _table("needs", _needs(answers), "given figures win over estimates"),
        _table("budget", _budget(answers)),
        _table("eval", _eval(answers), "what a good evaluation looks like", if_any=answers.metric),
        _FOOT,
    ]
    return "\n\n".join([head, *tables]) + "\n"


def _table(name: str, keys: Sequence[_Key | str], note: str = "", if_any: object = True) -> str:
    """A table; commented out as a whole where its presence would say something nobody answered."""
    title = f"[{name}]" if if_any else f"# [{name}]"
    return "\n".join(
        [
            f"{title}  # {note}" if note else title,
            *(key if isinstance(key, str) else key.line() for key in keys),
        ]
    )


def _run(a: Answers) -> list[_Key]:
    return [
        _Key("command", a.command, '"python train.py"', "what runs, in a shell"),
        _Key("name", a.name, '"my-run"', "letters, digits, . _ -"),
        _Key("resume", a.resume, '"python train.py --resume latest"', "what a relaunch runs"),
        _Key("workdir", a.workdir, '"proj"', "where it runs"),
        _Key("bootstrap", None, '["pip install -r requirements.txt"]', "once, before the first launch"),
        _Key("total_steps", a.total_steps, "20000", "optimizer steps; else read from the log"),
        _Key("milestones", None, "[1000, 10000]", "steps after which to look"),
    ]


def _host(a: Answers) -> list[_Key | str]:
    query = '{ query = "gpu_ram>=24 reliability>0.98", disk_gb = 60, max_usd_h = 0.6 }'
    if a.vast_query:
        quoted = tomli_w.dumps({"query": a.vast_query}).rstrip()
        rented = f"vast = {{ {quoted}, disk_gb = 60 }}  # what to rent; disk_gb cannot be changed later"
    else:
        rented = f"# vast = {query}  # what to rent"
    return [
        _Key("ssh", a.ssh, '"root@203.0.113.7:40100"', "an alias of ~/.ssh/config works too"),
        rented,
        _Key("price_usd_h", a.price_usd_h, "0.45", "dollars an hour, for the cost figures"),
    ]


def _model(a: Answers) -> list[_Key]:
    return [
        _Key("params_b", a.params_b, "7.0", "billions"),
        _Key("mode", a.mode, '"qlora4"', "full lora qlora8 qlora4 inference"),
        _Key("precision", None, '"bf16"', "fp32 bf16 fp16 pure_bf16"),
        _Key(
            "optimizer", None, '"adamw"', "adam adamw adamw8bit paged_adamw8bit adafactor sgd lion muon none"
        ),
        _Key("seq_len", None, "2048", "tokens"),
        _Key("micro_batch", None, "1", "sequences a GPU a step"),
        _Key("gradient_checkpointing", None, "true", "less memory, about a third slower"),
        _Key("config", None, '"config.json"', "the model's own; or layers, hidden, heads, kv_heads, vocab"),
    ]


def _needs(a: Answers) -> list[_Key]:
    return [
        _Key("gpus", None, "1", "how many"),
        _Key("vram_gb", a.vram_gb, "24", "GiB on each GPU"),
        _Key("disk_gb", None, "60", "or model_gb, dataset_gb, checkpoint_gb, keep_checkpoints"),
        _Key("min_reliability", None, "0.98", "0 to 1"),
        _Key("hours", None, "10", "how long it will take, if you know"),
    ]


def _budget(a: Answers) -> list[_Key]:
    return [
        _Key("max_usd", a.max_usd, "5.0", "alert when the projected cost passes it"),
        _Key("max_hours", a.max_hours, "12", "likewise"),
    ]


def _eval(a: Answers) -> list[_Key]:
    return [
        _Key("metric", a.metric, '"eval_loss"', "as the log names it"),
        _Key("goal", None, '"min"', "min or max"),
        _Key("expected", None, "{ 500 = 2.8, 1000 = 2.4 }", "value by step"),
        _Key("tolerance", None, "0.1", "how much worse is still fine, as a fraction"),
    ]


_FOOT = r"""[alerts]  # thresholds, named as the rules
# slow = 0.7  # share of the run's own healthy rate
# gpu_idle = 0.6  # GPU utilisation as a fraction
# off = ["eval"]  # rules that stay silent

[ending]
# on_done = "keep"  # a rented machine then: keep stop destroy; likewise on_crash
# on_budget = "stop"  # likewise, when budget.max_usd is spent
# idle_minutes = 20  # a machine that was kept is stopped so long after; on_idle = "destroy" gives it back
# lease_minutes = 60  # it stops itself when nobody has looked so long after the end
# pull = ["out/**"]  # what to fetch before the machine is given back

# [log]  # only when the text needs help
# pattern = "it (?P<step>\\d+) .* loss (?P<loss>[\\d.]+)"

# [notify]
# urls = ["ntfy://topic"]  # where alerts and the end are sent; wants pip install 'vasttui[notify]'"""
