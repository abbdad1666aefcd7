"""Hypothesis strategies for valid plans."""

from typing import TypeVar

from hypothesis import strategies as st

from vasttui.plan import (
    Alerts,
    Budget,
    Cadence,
    Ending,
    Eval,
    HostSpec,
    LogSource,
    Model,
    Needs,
    Notify,
    Plan,
    RunSpec,
    VastSpec,
)  # fmt: skip
from vasttui.plan.sense import RULES

_T = TypeVar("_T")

amounts = st.floats(min_value=0.001, max_value=1e6)
fractions = st.floats(min_value=0, max_value=1)
counts = st.integers(min_value=1, max_value=10**9)
texts = st.text(max_size=30).map(lambda text: text.replace("\0", ""))
spans = st.tuples(amounts, amounts).map(lambda pair: (min(pair), max(pair)))


def maybe(strategy: st.SearchStrategy[_T]) -> st.SearchStrategy[_T | None]:
    return st.none() | strategy


runs = st.builds(
    RunSpec,
    command=texts.filter(lambda text: bool(text.strip())),
    name=st.from_regex(r"\A[A-Za-z0-9][A-Za-z0-9._-]{0,20}\Z") | st.just(""),
    resume=texts,
    workdir=texts,
    bootstrap=st.lists(texts, max_size=3).map(tuple),
    total_steps=st.none(),
    milestones=st.lists(counts, max_size=3).map(tuple),
    probe_steps=st.integers(min_value=1, max_value=1000),
    env=st.dictionaries(st.from_regex(r"\A[A-Z_]{1,8}\Z"), texts, max_size=2),
)
hosts = st.builds(HostSpec, ssh=st.just("root@203.0.113.7:22"), price_usd_h=maybe(amounts)) | st.builds(
    HostSpec,
    vast=maybe(st.builds(VastSpec, query=texts, image=texts, disk_gb=amounts, max_usd_h=maybe(amounts))),
)
models = st.builds(
    Model,
    params_b=maybe(amounts),
    seq_len=counts,
    layers=maybe(counts),
    hidden=maybe(counts),
    heads=st.none(),
    kv_heads=maybe(counts),
    config=texts,
)
globs = st.sampled_from(["out/**", "~/runs/*.pt", "/workspace/model", "a b[0-9]"])
alerts = st.builds(
    Alerts, stall=amounts, slow=fractions, off=st.lists(st.sampled_from(RULES), max_size=3).map(tuple)
)
cadences = st.builds(
    Cadence,
    mode=st.sampled_from(["fixed", "adaptive"]),
    early=st.lists(amounts, max_size=5, unique=True).map(lambda early: tuple(sorted(early))),
    cruise=spans,
    alert=spans,
)
evals = st.builds(
    Eval,
    metric=texts.filter(lambda text: bool(text.strip())),
    expected=st.dictionaries(counts.map(str), amounts, max_size=3),
    tolerance=amounts,
)
plans = st.builds(
    Plan,
    run=runs,
    host=hosts,
    model=maybe(models),
    needs=st.builds(Needs, gpus=counts, vram_gb=maybe(amounts), min_reliability=maybe(fractions)),
    budget=st.builds(Budget, max_usd=maybe(amounts)),
    eval=maybe(evals),
    alerts=alerts,
    cadence=cadences,
    ending=st.builds(
        Ending, on_done=st.sampled_from(["keep", "stop"]), pull=st.lists(globs, max_size=2).map(tuple)
    ),
    log=st.sampled_from([LogSource(), LogSource(pattern=r"(?P<step>\d+)", file="out/log")]),
    notify=st.sampled_from([Notify(), Notify(urls=("ntfy://secret-topic",))]),
)
