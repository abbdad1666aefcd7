"""Writing a plan, the template of a first plan, and the excerpt a record carries."""

import tomllib

import tomli_w
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.plan.plans import plans, texts
from vasttui.plan import Notify, Plan, RunSpec
from vasttui.plan.excerpt import from_excerpt, to_excerpt
from vasttui.plan.load import parse_plan
from vasttui.plan.template import Answers, plan_template
from vasttui.plan.write import plan_text


@settings(max_examples=150, deadline=None)
@given(plans)
def test_a_written_plan_loads_again_unchanged(plan: Plan) -> None:
    assert parse_plan(plan_text(plan)) == plan


def test_defaults_are_not_written() -> None:
    assert plan_text(Plan(run=RunSpec(command="x"))) == '[run]\ncommand = "x"\n'


def test_a_template_without_answers_is_the_command_alone() -> None:
    assert parse_plan(plan_template(Answers(command="python train.py"))) == Plan(
        run=RunSpec(command="python train.py")
    )


def test_a_template_holds_every_answer() -> None:
    answers = Answers(
        command="python t.py --x '1'", name="a", resume="r", workdir="w", total_steps=9,
        vast_query="gpu_ram>=24",
        price_usd_h=0.4, params_b=7, mode="qlora4", vram_gb=24, max_usd=5, max_hours=2, metric="acc",
    )  # fmt: skip
    plan = parse_plan(plan_template(answers))
    assert (plan.run.command, plan.run.name, plan.run.total_steps) == ("python t.py --x '1'", "a", 9)
    assert plan.host.vast is not None
    assert plan.host.vast.query == "gpu_ram>=24"
    assert plan.model is not None
    assert (plan.model.params_b, plan.model.mode, plan.needs.vram_gb) == (7, "qlora4", 24)
    assert plan.eval is not None
    assert (plan.eval.metric, plan.budget.max_usd, plan.budget.max_hours) == ("acc", 5, 2)


@given(texts.filter(lambda text: bool(text.strip())), texts)
def test_a_template_quotes_whatever_was_answered(command: str, query: str) -> None:
    plan = parse_plan(plan_template(Answers(command=command, vast_query=query)))
    assert plan.run.command == command
    assert (plan.host.vast.query if plan.host.vast else "") == query


def test_every_commented_line_of_the_template_is_right_when_uncommented() -> None:
    text = plan_template(Answers(command="x"))
    lines = [
        line.removeprefix("# ") if "=" in line or "[" in line else line for line in text.splitlines()[2:]
    ]
    one_host = [line for line in lines if not line.startswith("ssh")]
    plan = parse_plan("\n".join(one_host))
    assert plan.model is not None
    assert plan.notify.urls == ("ntfy://topic",)


@settings(max_examples=50, deadline=None)
@given(plans)
def test_an_excerpt_gives_back_all_that_judging_needs(plan: Plan) -> None:
    excerpt = tomllib.loads(tomli_w.dumps(to_excerpt(plan)))
    back, notes = from_excerpt(excerpt)
    assert notes == ()
    assert (back.eval, back.alerts, back.cadence, back.budget, back.log, back.model) == (
        plan.eval, plan.alerts, plan.cadence, plan.budget, plan.log, plan.model,
    )  # fmt: skip


def test_an_excerpt_holds_no_secret() -> None:
    plan = Plan(run=RunSpec(command="x", env={"TOKEN": "hunter2"}), notify=Notify(urls=("ntfy://hunter2",)))
    assert "hunter2" not in str(to_excerpt(plan))


def test_what_an_excerpt_holds_beyond_our_knowledge_is_set_aside_with_a_note() -> None:
    data = {
        "run": {"total_steps": 10, "milestones": [5, 50], "colour": "red"},
        "alerts": {"slow": 0.5, "stall": "long"},
        "later": {"x": 1},
        "cadence": "hourly",
    }
    plan, notes = from_excerpt(data, command="python t.py", name="r")
    assert (plan.run.command, plan.run.total_steps, plan.run.milestones) == ("python t.py", 10, (5,))
    assert plan.alerts.slow == 0.5
    assert [note.split()[1] for note in sorted(notes)] == [
        "alerts.stall", "cadence.mode", "later", "run.colour", "run.milestones[1]",
    ]  # fmt: skip


tables = st.recursive(
    st.none() | st.integers() | st.floats() | st.text(max_size=5) | st.booleans(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=6), inner, max_size=3),
    max_leaves=8,
)


def test_a_record_with_an_odd_name_and_command_is_read() -> None:
    plan, notes = from_excerpt({"budget": {"max_usd": 5}}, command="a\0b", name="my run (2)")
    assert (plan.run.command, plan.run.name, plan.budget.max_usd, notes) == ("a b", "", 5, ())


@settings(max_examples=100, deadline=None)
@given(
    st.dictionaries(st.sampled_from(["run", "eval", "alerts", "cadence", "model", "x.y", "needs"]), tables)
)
def test_any_excerpt_is_read(data: dict[str, object]) -> None:
    plan, _ = from_excerpt(data, command="c")
    assert plan.run.command == "c"
