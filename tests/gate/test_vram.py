"""VRAM estimates against the papers' figures and against what others measured."""

from typing import get_args

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.gate.measurements import DIED, FITTED, GENERATED, MEASURED, Measured
from vasttui.gate.estimate import GB, Estimate
from vasttui.gate.fit import fitting
from vasttui.gate.shape import shape_of
from vasttui.gate.states import states_on_gpu
from vasttui.gate.vram import estimate, vram_need
from vasttui.plan import Model, Needs, Plan, RunSpec
from vasttui.plan.schema import Offload, Optimizer, Sharding

# Sizes in GiB as nvidia-smi shows them: T4 15, L4 22.5, 4090 23.99, L40 44.99, A6000 47.99, H200 140.4.
CARDS = [8.0, 11.0, 12.0, 15.0, 22.5, 23.99, 31.8, 40.0, 44.99, 47.99, 64.0, 80.0, 95.0, 140.4]


def sized(model: Model, gpus: int = 1) -> Estimate:
    shape = shape_of(model)
    assert shape is not None
    return estimate(model, shape, gpus)


def model_states_gb(sharding: Sharding, gpus: int) -> float:
    """As the ZeRO paper counts: 7.5 B parameters, mixed-precision Adam, GB of 10⁹."""
    model = Model(params_b=7.5, precision="fp16", sharding=sharding)
    shape = shape_of(model)
    assert shape is not None
    return states_on_gpu(model, shape, gpus).model_states.need / GB


# ZeRO, arXiv 1910.02054, figure 1 and table 1 (7.5 B): data-parallel degree → GB for stages 1, 2, 3.
ZERO = {
    1: (120.0, 120.0, 120.0),
    4: (52.5, 41.3, 30.0),
    16: (35.6, 21.6, 7.5),
    64: (31.4, 16.6, 1.88),
    256: (30.4, 15.4, 0.47),
    1024: (30.1, 15.1, 0.12),
}


@pytest.mark.parametrize("gpus", ZERO)
def test_model_states_are_those_of_the_zero_paper(gpus: int) -> None:
    stages: tuple[Sharding, ...] = ("zero1", "zero2", "zero3")
    for stage, published in zip(stages, ZERO[gpus], strict=True):
        assert model_states_gb(stage, gpus) == pytest.approx(published, rel=0.15)
        assert model_states_gb(stage, gpus) == pytest.approx(published, rel=0.03)


def test_without_sharding_every_gpu_holds_all_model_states() -> None:
    assert model_states_gb("none", 64) == pytest.approx(120.0)
    assert model_states_gb("ddp", 64) == pytest.approx(120.0)


# DeepSpeed's documentation, "Memory requirements", 2851 M parameters on 8 GPUs (its GB are GiB).
@pytest.mark.parametrize(("sharding", "offload", "published"), [
    ("zero2", "none", 15.93), ("zero3", "none", 6.10),
    ("zero2", "optimizer", 5.31), ("zero3", "optimizer", 0.79), ("zero3", "params", 0.12),
])  # fmt: skip
def test_deepspeeds_own_estimates_lie_within_the_spread(
    sharding: Sharding, offload: Offload, published: float
) -> None:
    model = Model(params_b=2.851, sharding=sharding, offload=offload, layers=24, hidden=1024, vocab=32128)
    shape = shape_of(model)
    assert shape is not None
    found = states_on_gpu(model, shape, 8)  # DeepSpeed leaves its buckets out of these
    assert found.model_states.low * 0.97 <= published * (1 << 30) <= found.total.high * 1.03


@pytest.mark.parametrize("seen", [*MEASURED, *GENERATED], ids=lambda seen: seen.name)
def test_a_measurement_lies_within_the_spread(seen: Measured) -> None:
    found = sized(seen.model, seen.gpus)
    assert found.low <= seen.low_gib * 1.03
    assert found.high * 1.1 >= seen.high_gib


@pytest.mark.parametrize("card", CARDS)
def test_a_measured_run_is_never_judged_on_the_wrong_side_of_a_card(card: float) -> None:
    wrong: list[str] = []
    for seen in [*MEASURED, *GENERATED]:
        status = fitting(sized(seen.model, seen.gpus), card)
        if status == "fail" and seen.high_gib <= card:
            wrong.append(f"{seen.name} ran in {seen.high_gib:.1f} and is refused")
        if status == "pass" and seen.low_gib > card * 1.1:
            wrong.append(f"{seen.name} took {seen.low_gib:.1f} and is said to fit")
    assert wrong == []


def test_the_usual_need_is_near_what_was_measured() -> None:
    plain = [seen for seen in MEASURED if not seen.name.startswith("tune")]
    ratios = sorted(sized(seen.model, seen.gpus).need / seen.high_gib for seen in plain)
    assert 0.85 < ratios[len(ratios) // 2] < 1.1
    assert ratios[0] > 0.65
    assert ratios[-1] < 1.35


@pytest.mark.parametrize(("what", "model", "gpus", "card"), FITTED, ids=[row[0] for row in FITTED])
def test_what_is_known_to_have_run_is_not_refused(what: str, model: Model, gpus: int, card: float) -> None:
    assert fitting(sized(model, gpus), card) != "fail"


@pytest.mark.parametrize(("what", "model", "card"), DIED, ids=[row[0] for row in DIED])
def test_what_is_known_to_have_died_is_not_said_to_fit(what: str, model: Model, card: float) -> None:
    assert fitting(sized(model), card) != "pass"


# What any renter expects: billions, mode → (smallest usual card that must do, card that cannot), GiB, with
# gradient checkpointing, 2048 tokens, batch 1, architecture not given.
OBVIOUS: list[tuple[float, str, float, float]] = [
    (7.0, "qlora4", 16.0, 4.0),
    (7.0, "qlora8", 23.99, 6.0),
    (7.0, "lora", 23.99, 12.0),
    (7.0, "full", 140.4, 80.0),
    (13.0, "qlora4", 23.99, 6.0),
    (13.0, "lora", 40.0, 23.99),
    (70.0, "qlora4", 80.0, 31.8),
    (70.0, "lora", 192.0, 80.0),
    (7.0, "inference", 23.99, 12.0),
    (1.5, "full", 40.0, 16.0),
]


@pytest.mark.parametrize(("params_b", "mode", "does", "cannot"), OBVIOUS)
def test_the_obvious_is_said(params_b: float, mode: str, does: float, cannot: float) -> None:
    found = sized(Model(params_b=params_b, mode=mode, gradient_checkpointing=True))  # pyright: ignore[reportArgumentType]
    assert fitting(found, does) == "pass"
    assert fitting(found, cannot) == "fail"


models = st.builds(
    Model,
    params_b=st.floats(min_value=0.001, max_value=2000),
    mode=st.sampled_from(["full", "lora", "qlora8", "qlora4", "inference"]),
    precision=st.sampled_from(["fp32", "bf16", "fp16", "pure_bf16"]),
    optimizer=st.sampled_from(get_args(Optimizer)),
    seq_len=st.integers(1, 200_000),
    micro_batch=st.integers(1, 512),
    gradient_checkpointing=st.booleans(),
    lora_rank=st.integers(1, 512),
    sharding=st.sampled_from(["none", "ddp", "zero1", "zero2", "zero3", "fsdp"]),
    offload=st.sampled_from(["none", "optimizer", "params"]),
    layers=st.none() | st.integers(1, 200),
    hidden=st.none() | st.integers(1, 30000),
    vocab=st.none() | st.integers(1, 300_000),
)


@given(models, st.integers(1, 1024))
def test_every_plan_has_an_ordered_spread(model: Model, gpus: int) -> None:
    found = sized(model, gpus)
    assert 0 < found.low <= found.need <= found.high


@given(models, st.integers(1, 64))
def test_more_tokens_never_need_less(model: Model, gpus: int) -> None:
    longer = msgspec.structs.replace(model, seq_len=model.seq_len * 2)
    assert sized(longer, gpus).need >= sized(model, gpus).need


def test_an_unknown_architecture_widens_the_spread_honestly() -> None:
    known = Model(params_b=6.74, layers=32, hidden=4096, heads=32, vocab=32000, gradient_checkpointing=True)
    unknown = Model(params_b=6.74, gradient_checkpointing=True)
    assert sized(unknown).high - sized(unknown).low > sized(known).high - sized(known).low
    assert sized(unknown).need == pytest.approx(sized(known).need, rel=0.1)


def test_layers_and_hidden_alone_tell_the_size() -> None:
    shape = shape_of(Model(layers=32, hidden=4096, vocab=32000))
    assert shape is not None
    assert shape.params == pytest.approx(6.7e9, rel=0.03)


def test_a_plan_without_figures_has_no_estimate() -> None:
    assert vram_need(Plan(run=RunSpec(command="x")), 1) is None
    assert vram_need(Plan(run=RunSpec(command="x"), model=Model(mode="lora")), 1) is None


def test_a_given_figure_wins_and_is_a_size_as_cards_are_sold() -> None:
    plan = Plan(run=RunSpec(command="x"), model=Model(params_b=70), needs=Needs(vram_gb=24))
    need = vram_need(plan, 1)
    assert need is not None
    assert need.need == 24
    assert fitting(need, 24564 / 1024) == "pass"  # an RTX 4090
    assert fitting(need, 23034 / 1024) == "pass"  # an L4
    assert fitting(need, 20470 / 1024) == "fail"  # an RTX 4000 Ada


def test_the_formula_adds_up_to_the_need() -> None:
    found = sized(Model(params_b=7, gradient_checkpointing=True))
    figures = [float(part.split()[-1]) for part in found.formula.replace(",", "").split(" + ")]
    assert sum(figures) == pytest.approx(found.need, rel=0.02)
