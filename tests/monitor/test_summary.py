from hypothesis import given
from hypothesis import strategies as st

from vasttui.logs.reader import LogReader
from vasttui.monitor.history import History
from vasttui.monitor.run import Run
from vasttui.monitor.summary import MAX_BYTES, summary_line

numbers = st.one_of(st.none(), st.floats(0, 1e12))
RULES = ("stall", "slow", "gpu_idle", "memory", "error", "eval", "nan", "disk", "host", "cost", "idle")
statuses = st.one_of(
    st.sampled_from(("OK", "WATCH", "CRASH", "DONE")),
    st.lists(st.sampled_from(RULES), min_size=1, unique=True).map(lambda rules: "ALERT:" + ",".join(rules)),
)


@given(
    st.one_of(st.none(), st.integers(0, 10**15)),
    st.one_of(st.none(), st.integers(1, 10**15)),
    numbers,
    numbers,
    st.text(min_size=1, max_size=40),
    st.floats(allow_nan=True),
    statuses,
)
def test_the_line_has_eight_fields_in_120_bytes_whatever_the_run_is_like(
    step: int | None,
    total: int | None,
    rate: float | None,
    eta: float | None,
    metric: str,
    value: float,
    status: str,
):
    history = History(Run("r", 0.0), 50, LogReader())
    history.step, history.total_steps = step, total
    history.series.add(f"eval:{metric}", 1.0, value)
    line = summary_line(history, 1.8e9, rate, eta, metric, status)
    assert len(line.encode()) <= MAX_BYTES
    assert len(line.split()) == 8
    shown = line.split()[-1]
    assert status == shown or status.startswith(shown + ",")
