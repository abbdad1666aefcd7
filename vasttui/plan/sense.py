"""What the schema cannot say: keys that fit alone and contradict each other."""

import re
from collections.abc import Callable, Iterator
from itertools import pairwise

from vasttui.plan.explain import nearest, shown
from vasttui.plan.schema import Plan

Problem = tuple[str, str]
"""(key path, what is wrong and what is allowed)"""

RULES = ("stall", "slow", "gpu_idle", "memory", "error", "eval", "nan", "disk", "host", "cost", "idle")
"""The alert rules by name, as the plan may switch them off."""
GROUPS = ("step", "total", "rate", "loss", "epoch", "lr")
_EVAL_GROUP = "eval_"
NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,59}")
_ENV_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_URL = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*://\S+")
_MAX_PATTERN = 2000
_MAX_PORT = 65535


def _run(plan: Plan) -> Iterator[Problem]:
    run = plan.run
    if not run.command.strip():
        yield "run.command", "empty; give the command that trains, e.g. 'python train.py'"
    for key, text in (("command", run.command), ("resume", run.resume), ("workdir", run.workdir)):
        if "\0" in text:
            yield f"run.{key}", "holds a NUL character, which no command can"
    if run.name and not NAME.fullmatch(run.name):
        yield "run.name", f"found {shown(run.name)}, allowed: letters, digits, . _ - (at most 60)"
    for name, value in run.env.items():
        if not _ENV_NAME.fullmatch(name) or "\0" in value:
            yield f"run.env.{name}", "not a name and value that an environment can hold"
    total = run.total_steps
    for i, step in enumerate(run.milestones):
        if total is not None and step > total:
            yield f"run.milestones[{i}]", f"found {step}, allowed: at most total_steps = {total}"


def _host(plan: Plan) -> Iterator[Problem]:
    ssh = plan.host.ssh
    if ssh and plan.host.vast is not None:
        yield "host", "both ssh and vast are given; a run lives on one host, so remove one of them"
    if ssh and (ssh.startswith("-") or not ssh.isprintable() or any(c.isspace() for c in ssh)):
        yield "host.ssh", f"found {shown(ssh)}, allowed: an alias, or user@host:port"
    port = ssh.rpartition(":")[2] if ssh.count(":") == 1 else ""
    if port and not (port.isdecimal() and 0 < int(port[:9]) <= _MAX_PORT):
        yield "host.ssh", f"found port {shown(port)}, allowed: 1 to {_MAX_PORT}"


def _model(plan: Plan) -> Iterator[Problem]:
    model = plan.model
    if model is None:
        return
    if model.heads and model.hidden and model.hidden % model.heads and not model.config:
        yield "model.heads", f"found {model.heads}, allowed: a divisor of hidden = {model.hidden}"
    if model.heads and model.kv_heads and model.heads % model.kv_heads:
        yield "model.kv_heads", f"found {model.kv_heads}, allowed: a divisor of heads = {model.heads}"


def _eval(plan: Plan) -> Iterator[Problem]:
    if plan.eval is None:
        return
    if not plan.eval.metric.strip():
        yield "eval.metric", "empty; give the metric as the log names it, e.g. 'eval_loss'"
    seen: set[int] = set()
    for step in plan.eval.expected:
        if not (step.isascii() and step.isdecimal() and len(step) <= 18):
            yield f"eval.expected.{step}", "not a step; allowed: whole numbers, e.g. 500 = 2.8"
        elif int(step) in seen:
            yield f"eval.expected.{step}", "this step is given twice"
        else:
            seen.add(int(step))


def _alerts(plan: Plan) -> Iterator[Problem]:
    for i, rule in enumerate(plan.alerts.off):
        if rule not in RULES:
            yield f"alerts.off[{i}]", f"found {shown(rule)}, not a rule{nearest(rule, RULES)}"


def _cadence(plan: Plan) -> Iterator[Problem]:
    cadence = plan.cadence
    if any(a >= b for a, b in pairwise(cadence.early)):
        yield "cadence.early", f"found {shown(list(cadence.early))}, allowed: minutes in rising order"
    for key, (low, high) in (("cruise", cadence.cruise), ("alert", cadence.alert)):
        if low > high:
            yield (
                f"cadence.{key}",
                f"found [{low:g}, {high:g}], allowed: the shorter first, [{high:g}, {low:g}]",
            )


def _ending(plan: Plan) -> Iterator[Problem]:
    for i, pattern in enumerate(plan.ending.pull):
        parts = [part for part in pattern.removeprefix("~/").split("/") if part not in ("", ".")]
        if not parts or ".." in parts or "\0" in pattern:
            yield (
                f"ending.pull[{i}]",
                f"found {shown(pattern)}, allowed: globs below the workdir, e.g. 'out/**'",
            )


def _log(plan: Plan) -> Iterator[Problem]:
    pattern = plan.log.pattern
    if not pattern:
        return
    if len(pattern) > _MAX_PATTERN:
        yield "log.pattern", f"longer than {_MAX_PATTERN} characters"
        return
    try:
        groups = list(re.compile(pattern).groupindex)
    except (re.error, OverflowError, RecursionError) as error:
        yield "log.pattern", f"not a regular expression: {error}"
        return
    known = [*GROUPS, "eval_*"]
    for group in groups:
        if group not in GROUPS and not group.startswith(_EVAL_GROUP):
            yield "log.pattern", f"unknown group {shown(group)}{nearest(group, known)}"
    if not groups:
        yield "log.pattern", rf"names no group; name what it finds, e.g. (?P<step>\d+): {' '.join(known)}"


def _notify(plan: Plan) -> Iterator[Problem]:
    # The address may hold a token: the message never repeats it.
    for i, url in enumerate(plan.notify.urls):
        if not _URL.fullmatch(url):
            yield f"notify.urls[{i}]", "not an address; allowed: scheme://…, e.g. 'ntfy://topic'"


_CHECKS: tuple[Callable[[Plan], Iterator[Problem]], ...] = (
    _run, _host, _model, _eval, _alerts, _cadence, _ending, _log, _notify,
)  # fmt: skip


def problems(plan: Plan) -> Iterator[Problem]:
    """Every contradiction in a plan that fits the schema, in the file's usual order."""
    for check in _CHECKS:
        yield from check(plan)
