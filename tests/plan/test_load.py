"""Loading a plan: what is right is taken, what is wrong is answered with one helpful line."""

import json
from pathlib import Path
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vasttui.monitor.check import Rule
from vasttui.plan.error import PlanError
from vasttui.plan.load import load_plan, parse_plan
from vasttui.plan.sense import RULES

DESIGN_EXAMPLE = r"""
[run]
name = "llama-lora"
command = "python train.py"
resume = "python train.py --resume latest"
workdir = "proj"
bootstrap = ["pip install -r requirements.txt"]
total_steps = 20000
milestones = [1000, 10000]
probe_steps = 50
[host]
vast = { query = "gpu_ram>=24 verified=true", image = "pytorch/pytorch", disk_gb = 60, max_usd_h = 0.6 }
[model]
params_b = 7.0
mode = "qlora4"
precision = "bf16"
optimizer = "adamw"
seq_len = 2048
micro_batch = 1
gradient_checkpointing = true
lora_rank = 16
sharding = "none"
offload = "none"
[needs]
gpus = 1
vram_gb = 24
min_reliability = 0.98
[budget]
max_usd = 5.0
max_hours = 12
[eval]
metric = "eval_loss"
goal = "min"
expected = { 1000 = 2.4, 500 = 2.8 }
tolerance = 0.1
[alerts]
slow = 0.7
gpu_idle = 0.6
[cadence]
early = [1, 3, 7, 15]
stabilise = 10
cruise = [30, 60]
alert = [2, 5]
[ending]
on_done = "keep"
idle_minutes = 20
pull = ["out/**"]
[log]
pattern = "it (?P<step>\\d+) .* loss (?P<loss>[\\d.]+)"
[notify]
urls = ["ntfy://topic"]
"""


def refusal(text: str) -> str:
    with pytest.raises(PlanError) as caught:
        parse_plan(text, "plan.toml")
    line = str(caught.value)
    assert "\n" not in line
    assert line.startswith("plan.toml")
    return line


def run(extra: str) -> str:
    return f'[run]\ncommand = "x"\n{extra}'


def test_the_whole_example_loads() -> None:
    plan = parse_plan(DESIGN_EXAMPLE)
    assert plan.model is not None
    assert plan.model.mode == "qlora4"
    assert plan.eval is not None
    assert plan.eval.expected_points == ((500, 2.8), (1000, 2.4))
    assert plan.needs.vram_gb == 24.0


def test_a_command_alone_is_a_plan() -> None:
    assert parse_plan('[run]\ncommand = "python train.py"').cadence.early == (1, 3, 7, 15)


@pytest.mark.parametrize(
    "text", ['cadence = "adaptive"\n[run]\ncommand = "x"', run('[cadence]\nmode = "adaptive"')]
)
def test_an_adaptive_cadence_is_one_word_or_a_mode(text: str) -> None:
    assert parse_plan(text).cadence.mode == "adaptive"


WRONG = {
    "unknown key": (run("totl_steps = 5"), ["run.totl_steps", "unknown key", "'total_steps'"]),
    "unknown table": (run("[modle]"), ["modle", "unknown key", "'model'"]),
    "far from any": (run("[budget]\nzzz = 1"), ["budget.zzz", "known here: max_usd max_hours"]),
    "wrong choice": (
        run('[model]\nmode = "lorra"'),
        ["model.mode", "'lorra'", "'qlora4'", "did you mean 'lora'"],
    ),
    "wrong type": (run('[needs]\nvram_gb = "24"'), ["needs.vram_gb", "found '24'", "a number > 0"]),
    "below": (run("milestones = [10, 0]"), ["run.milestones[1]", "found 0", "≥ 1"]),
    "a bool": (run("[needs]\ngpus = true"), ["needs.gpus", "found true", "a whole number ≥ 1"]),
    "wrong length": (run("[cadence]\ncruise = [1]"), ["cadence.cruise", "a list of 2"]),
    "not a table": ("run = 3", ["run", "found 3", "a table with command"]),
    "a glob that climbs": (
        run('[ending]\npull = ["../x"]'),
        ["ending.pull[0]", "'../x'", "below the workdir"],
    ),
    "no run": ("", ["run", "missing"]),
    "no command": ("[run]\nname='x'", ["run.command", "missing", "text in quotes"]),
    "a value in a map": (run("[eval]\nexpected = {5 = 'a', 6 = 1.0}"), ["eval.expected.5", "found 'a'"]),
    "nan": (run("[eval]\nexpected = {5 = nan}"), ["eval.expected.5", "finite"]),
    "cadence word": ('cadence = "adaptiv"\n' + run(""), ["cadence.mode", "did you mean 'adaptive'"]),
    "empty command": ('[run]\ncommand = " "', ["run.command", "empty"]),
    "bad name": (run('name = "a/b"'), ["run.name", "'a/b'"]),
    "late milestone": (
        run("total_steps = 10\nmilestones = [5, 11]"),
        ["run.milestones[1]", "11", "total_steps = 10"],
    ),
    "two hosts": (run('[host]\nssh = "a"\nvast = {}'), ["host", "both ssh and vast"]),
    "an option as host": (run('[host]\nssh = "-oProxyCommand=x"'), ["host.ssh"]),
    "bad port": (run('[host]\nssh = "a:99999"'), ["host.ssh", "port"]),
    "cruise reversed": (run("[cadence]\ncruise = [60, 30]"), ["cadence.cruise", "[30, 60]"]),
    "early falls": (run("[cadence]\nearly = [3, 1]"), ["cadence.early"]),
    "bad regex": (run('[log]\npattern = "("'), ["log.pattern", "not a regular expression"]),
    "no group": (run(r'[log]\npattern = "step"'.replace(r"\n", "\n")), ["log.pattern", "names no group"]),
    "unknown group": (
        run('[log]\npattern = "(?P<stepp>x)"'),
        ["log.pattern", "'stepp'", "did you mean 'step'"],
    ),
    "a rule that is none": (run('[alerts]\noff = ["stal"]'), ["alerts.off[0]", "did you mean 'stall'"]),
    "a word for a step": (run("[eval]\nexpected = {best = 1.0}"), ["eval.expected.best", "whole numbers"]),
    "the same step twice": (run("[eval]\nexpected = {5 = 1.0, 05 = 1.0}"), ["eval.expected.05", "twice"]),
    "heads": (run("[model]\nhidden = 100\nheads = 3"), ["model.heads", "divisor"]),
    "bad address": (run('[notify]\nurls = ["my-token"]'), ["notify.urls[0]"]),
    "syntax": ("[run]\ncommand = x", ["not TOML", "line 2", "column"]),
    "a number without end": (run("total_steps = " + "9" * 5000), ["not a plan"]),
    "brackets without end": ("a = " + "[" * 20000, ["plan.toml"]),
}


def test_control_sequences_in_a_key_do_not_reach_the_terminal() -> None:
    assert refusal('"\\u001b[31mred" = 1').isprintable()


@pytest.mark.parametrize("case", WRONG)
def test_a_wrong_plan_is_answered_with_key_found_and_allowed(case: str) -> None:
    text, parts = WRONG[case]
    line = refusal(text)
    for part in parts:
        assert part in line


def test_a_refused_notify_address_is_not_repeated() -> None:
    assert "my-token" not in refusal(run('[notify]\nurls = ["my-token"]'))


def test_the_rules_a_plan_may_switch_off_are_the_rules_there_are() -> None:
    assert set(RULES) == set(get_args(Rule))


def test_a_missing_file_says_how_to_write_one(tmp_path: Path) -> None:
    with pytest.raises(PlanError, match="no such file; write one with `vasttui init`"):
        load_plan(tmp_path / "plan.toml")


def test_a_folder_a_huge_file_and_bytes_are_refused(tmp_path: Path) -> None:
    (tmp_path / "huge").write_bytes(b"#" * (1 << 21))
    (tmp_path / "bytes").write_bytes(b"\xff\xfe")
    for name in (".", "huge", "bytes"):
        with pytest.raises(PlanError):
            load_plan(tmp_path / name)


def test_a_models_config_fills_in_what_the_plan_leaves_open(tmp_path: Path) -> None:
    config = {
        "model_type": "llama", "num_hidden_layers": 32, "hidden_size": 4096, "num_attention_heads": 32,
        "num_key_value_heads": 8, "intermediate_size": 14336, "vocab_size": 128256,
    }  # fmt: skip
    (tmp_path / "config.json").write_text(json.dumps(config))
    (tmp_path / "plan.toml").write_text(run('[model]\nconfig = "config.json"\nlayers = 31'))
    model = load_plan(tmp_path / "plan.toml").model
    assert model is not None
    assert (model.layers, model.hidden, model.kv_heads, model.vocab) == (31, 4096, 8, 128256)
    assert model.params_b is not None
    assert 7.7 < model.params_b < 8.1  # Llama-3-8B, one layer short


@pytest.mark.parametrize("text", ["[]", "{", "{}", '{"num_hidden_layers": "32"}'])
def test_a_config_that_is_none_is_refused(tmp_path: Path, text: str) -> None:
    (tmp_path / "config.json").write_text(text)
    (tmp_path / "plan.toml").write_text(run('[model]\nconfig = "config.json"'))
    with pytest.raises(PlanError, match=r"model\.config: .*config\.json"):
        load_plan(tmp_path / "plan.toml")


@given(st.text(max_size=300) | st.sampled_from(DESIGN_EXAMPLE.splitlines()).map(run))
def test_any_text_is_a_plan_or_one_line(text: str) -> None:
    try:
        parse_plan(text)
    except PlanError as error:
        line = str(error)
    else:
        line = "a plan"
    assert len(line.splitlines()) == 1
