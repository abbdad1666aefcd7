"""The gate: a plan against an offer."""

import json
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.plan.plans import plans
from vasttui.gate.check import judge, to_json
from vasttui.gate.disk import disk_need
from vasttui.gate.finding import Finding, verdict
from vasttui.gate.offer import Offer, OfferError, offer_from
from vasttui.gate.price import cost_of
from vasttui.gate.ram import ram_need
from vasttui.plan import Budget, HostSpec, Model, Needs, Plan, RunSpec, VastSpec

NOW = 1_780_000_000.0
# The shape of the API's reply; the values are invented.
REPLY: dict[str, Any] = {
    "id": 21234567, "machine_id": 38123, "num_gpus": 1, "gpu_name": "RTX 4090", "gpu_arch": "nvidia",
    "gpu_ram": 24564, "gpu_total_ram": 24564, "gpu_frac": 0.25, "cpu_cores": 128, "cpu_cores_effective": 32.0,
    "cpu_ram": 515842, "disk_space": 871.3, "inet_up": 742.1, "inet_down": 812.4, "inet_up_cost": 0.003,
    "inet_down_cost": 0.003, "dph_base": 0.38, "dph_total": 0.3826, "min_bid": 0.2133, "storage_cost": 0.2,
    "reliability": 0.9967, "reliability2": 0.9967, "verification": "verified",
    "rentable": True, "rented": False,
    "end_date": 1_790_000_000.0, "duration": 1e7, "cuda_max_good": 12.8, "compute_cap": 890,
    "driver_version": "570.133.20", "direct_port_count": 249, "geolocation": "Quebec, CA",
}  # fmt: skip
RUN = RunSpec(command="python train.py")
QLORA = Model(params_b=7, mode="qlora4", gradient_checkpointing=True)


def offer(**changes: Any) -> Offer:
    return offer_from({**REPLY, **changes})


def finding(plan: Plan, check: str, **changes: Any) -> Finding:
    return next(found for found in judge(plan, offer(**changes), NOW) if found.check == check)


def test_a_good_offer_passes_and_every_finding_says_why() -> None:
    plan = Plan(run=RUN, model=QLORA, needs=Needs(hours=10), budget=Budget(max_usd=5))
    findings = judge(plan, offer(), NOW)
    assert verdict(findings) == "pass"
    assert {"vram", "ram", "disk", "reliability", "price"} <= {found.check for found in findings}
    assert all(found.text and "\n" not in found.text for found in findings)


def test_a_full_fine_tune_of_7b_fails_on_a_4090() -> None:
    vram = finding(Plan(run=RUN, model=Model(params_b=7)), "vram")
    assert vram.status == "fail"
    assert vram.have == 23.99
    assert vram.need is not None
    assert vram.need > 105


def test_sharding_takes_all_gpus_of_the_offer() -> None:
    plan = Plan(run=RUN, model=Model(params_b=7, sharding="zero3", gradient_checkpointing=True))
    assert finding(plan, "vram", num_gpus=1, gpu_ram=49140).status == "fail"
    assert finding(plan, "vram", num_gpus=8, gpu_ram=49140).status == "pass"


def test_a_given_figure_wins_over_the_estimate_but_not_over_reason() -> None:
    given = Needs(vram_gb=20)
    modest = finding(Plan(run=RUN, model=QLORA, needs=given), "vram")
    assert (modest.status, modest.need) == ("pass", 20)
    assert "estimated at" in modest.text
    assert finding(Plan(run=RUN, model=Model(params_b=7), needs=given), "vram").status == "warn"


def test_vram_is_per_gpu_even_when_only_the_sum_is_told() -> None:
    plan = Plan(run=RUN, needs=Needs(vram_gb=24))
    vram = finding(plan, "vram", gpu_ram=None, gpu_total_ram=2 * 24564, num_gpus=2)
    assert (vram.have, vram.status) == (23.99, "pass")


def test_ram_is_the_share_that_the_offer_gets() -> None:
    plan = Plan(run=RUN, needs=Needs(ram_gb=200))
    ram = finding(plan, "ram")
    assert ram.have == pytest.approx(515842 * 0.25 / 1024, abs=0.01)
    assert ram.status == "fail"
    assert finding(plan, "ram", gpu_frac=1.0).status == "pass"
    assert finding(plan, "ram", gpu_frac=None, cpu_cores_effective=64).have == pytest.approx(251.9, abs=0.1)


def test_disk_is_judged_in_gb_against_what_the_offer_has() -> None:
    assert finding(Plan(run=RUN, needs=Needs(disk_gb=900)), "disk").status == "fail"
    disk = finding(Plan(run=RUN, needs=Needs(disk_gb=800)), "disk")
    assert (disk.status, disk.need, disk.have, disk.unit) == ("pass", 800, 871.3, "GB")


def test_a_plan_that_rents_too_little_disk_is_warned_since_it_cannot_grow() -> None:
    host = HostSpec(vast=VastSpec(disk_gb=20))
    disk = finding(Plan(run=RUN, needs=Needs(disk_gb=60), host=host), "disk")
    assert disk.status == "warn"
    assert "raise disk_gb" in disk.text
    assert finding(Plan(run=RUN, host=HostSpec(vast=VastSpec(disk_gb=1000))), "disk").status == "fail"


def test_checkpoints_are_counted_one_more_than_kept() -> None:
    needs = Needs(model_gb=10, dataset_gb=20, checkpoint_gb=5, keep_checkpoints=3)
    need = disk_need(Plan(run=RUN, needs=needs))
    assert need is not None
    assert need.need == 10 + 20 + 4 * 5 + 10
    assert "4 checkpoints of 5.0" in need.formula


# DeepSpeed's documentation: 2851 M parameters, everything offloaded 71.71, optimizer alone 63.74 (GiB).
@pytest.mark.parametrize(("offload", "published"), [("params", 71.71), ("optimizer", 63.74)])
def test_offload_takes_the_ram_that_deepspeed_says(offload: str, published: float) -> None:
    model = Model(params_b=2.851, sharding="zero3", offload=offload)  # pyright: ignore[reportArgumentType]
    need = ram_need(Plan(run=RUN, model=model), 1)
    assert need is not None
    assert need.high == pytest.approx(published + 15.0, rel=0.15)  # processes and loading come on top
    assert need.low == pytest.approx(published / 1.5 + 1.0, rel=0.05)


@pytest.mark.parametrize(
    ("least", "have", "status"),
    [
        (0.98, 0.99, "pass"),
        (0.98, 0.97, "fail"),
        (None, 0.97, "pass"),
        (None, 0.9, "warn"),
        (0.98, None, "warn"),
    ],
)
def test_reliability_fails_only_what_the_plan_asks(
    least: float | None, have: float | None, status: str
) -> None:
    plan = Plan(run=RUN, needs=Needs(min_reliability=least))
    assert finding(plan, "reliability", reliability=have, reliability2=None).status == status


def test_reliability_is_read_from_its_other_name() -> None:
    assert finding(Plan(run=RUN), "reliability", reliability=None, reliability2=0.97).have == 0.97


def test_the_price_is_for_the_whole_plan() -> None:
    plan = Plan(
        run=RUN,
        host=HostSpec(vast=VastSpec(disk_gb=72)),
        needs=Needs(hours=10, model_gb=14, dataset_gb=6, checkpoint_gb=10),
    )
    cost = cost_of(plan, offer())
    assert cost is not None
    assert cost.hourly == pytest.approx(0.38 + 72 * 0.2 / 720)
    assert cost.moving == pytest.approx(20 * 0.003 + 10 * 0.003)
    assert cost.total == pytest.approx(4.0 + 0.09)


@pytest.mark.parametrize(
    ("hours", "budget", "status"), [(10, 5, "pass"), (10, 3.8, "warn"), (10, 3, "fail"), (None, 3, "pass")]
)
def test_the_price_is_held_against_the_budget(hours: float | None, budget: float, status: str) -> None:
    price = finding(Plan(run=RUN, needs=Needs(hours=hours), budget=Budget(max_usd=budget)), "price")
    assert (price.status, price.need) == (status, budget)


def test_hours_that_are_only_a_limit_never_make_a_misfit() -> None:
    assert finding(Plan(run=RUN, budget=Budget(max_usd=1, max_hours=10)), "price").status == "warn"


def test_an_hourly_price_above_the_plans_fails() -> None:
    plan = Plan(run=RUN, host=HostSpec(vast=VastSpec(max_usd_h=0.3)))
    assert finding(plan, "price").status == "fail"


def test_an_interruptible_plan_pays_the_bid_and_is_warned() -> None:
    plan = Plan(run=RUN, host=HostSpec(vast=VastSpec(interruptible=True, disk_gb=36)))
    cost = cost_of(plan, offer())
    assert cost is not None
    assert cost.hourly == pytest.approx(0.2133 + 0.01)
    assert finding(plan, "interruptible").status == "warn"


@pytest.mark.parametrize(
    ("hours", "left_h", "status"),
    [(10, 100, "pass"), (10, 12, "warn"), (10, 8, "fail"), (None, 30, "pass"), (None, 5, "warn")],
)
def test_the_hosts_end_date_is_held_against_the_hours(
    hours: float | None, left_h: float, status: str
) -> None:
    plan = Plan(run=RUN, needs=Needs(hours=hours))
    assert finding(plan, "end_date", end_date=NOW + left_h * 3600).status == status
    assert finding(plan, "end_date", end_date=None, duration=left_h * 3600).status == status


MISFITS: list[tuple[str, Needs, dict[str, Any], str]] = [
    ("gpus", Needs(gpus=2), {}, "fail"),
    ("gpus", Needs(gpus=2), {"num_gpus": None}, "warn"),
    ("cuda", Needs(min_cuda=12.9), {}, "fail"),
    ("cuda", Needs(min_cuda=12.4), {}, "pass"),
    ("network", Needs(min_down_mbps=1000), {}, "fail"),
    ("network", Needs(), {"inet_down": 0}, "warn"),
    ("network", Needs(model_gb=140), {"inet_down": 100}, "warn"),
    ("rentable", Needs(), {"rentable": False}, "fail"),
    ("rentable", Needs(), {"rented": True}, "fail"),
    ("verified", Needs(), {"verification": "unverified"}, "warn"),
    ("ssh", Needs(), {"direct_port_count": 0}, "warn"),
]


@pytest.mark.parametrize(("check", "needs", "changes", "status"), MISFITS)
def test_the_fine_print_is_read(check: str, needs: Needs, changes: dict[str, Any], status: str) -> None:
    assert finding(Plan(run=RUN, needs=needs), check, **changes).status == status


def test_a_gpu_without_bf16_is_a_warning_for_a_plan_in_bf16() -> None:
    assert finding(Plan(run=RUN, model=QLORA), "compute", compute_cap=750).status == "warn"
    fp16 = msgspec.structs.replace(QLORA, precision="fp16")
    assert finding(Plan(run=RUN, model=fp16), "compute", compute_cap=750).status == "pass"


def test_a_plan_without_needs_is_told_what_to_give() -> None:
    vram = finding(Plan(run=RUN), "vram")
    assert vram.status == "warn"
    assert "vram_gb" in vram.text


@pytest.mark.parametrize("zero", [0, None, "", -1, "n/a", float("nan")])
def test_telemetry_that_was_not_measured_is_unknown_not_zero(zero: object) -> None:
    plan = Plan(run=RUN, model=QLORA, needs=Needs(disk_gb=10))
    measured = [
        "gpu_ram",
        "gpu_total_ram",
        "cpu_ram",
        "disk_space",
        "inet_down",
        "reliability",
        "reliability2",
    ]
    blank = offer(**dict.fromkeys([*measured, "cuda_max_good", "dph_base", "dph_total"], zero))
    findings = judge(plan, blank, NOW)
    assert verdict(findings) == "warn"
    assert next(found for found in findings if found.check == "vram").have is None


def test_figures_sent_as_text_are_figures() -> None:
    assert offer(gpu_ram="24564", reliability="0.98").reliability == 0.98


@pytest.mark.parametrize("reply", [REPLY, {"offers": [REPLY]}, [REPLY], {"offer": REPLY}])
def test_an_offer_is_found_in_the_replies_it_comes_in(reply: object) -> None:
    assert offer_from(reply).id == 21234567


@pytest.mark.parametrize("wrong", [None, 3, "x", {}, [], {"offers": []}, [REPLY, REPLY], {"success": False}])
def test_what_is_no_offer_is_refused_with_one_line(wrong: object) -> None:
    with pytest.raises(OfferError) as caught:
        offer_from(wrong)
    assert "\n" not in str(caught.value)


def test_the_json_is_the_contract() -> None:
    answer = to_json(judge(Plan(run=RUN, model=QLORA), offer(), NOW))
    assert answer["verdict"] in ("pass", "warn", "fail")
    rows = json.loads(json.dumps(answer, allow_nan=False))["findings"]
    assert all(set(row) == {"check", "status", "need", "have", "unit", "text"} for row in rows)
    assert {row["check"]: row["unit"] for row in rows if row["check"] in ("vram", "ram", "disk")} == {
        "vram": "GiB", "ram": "GiB", "disk": "GB",
    }  # fmt: skip


values = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=8)
    | st.lists(st.integers(), max_size=2)
)


@settings(max_examples=100, deadline=None)
@given(plans, st.dictionaries(st.sampled_from(sorted(REPLY)), values))
def test_any_plan_and_any_offer_are_judged(plan: Plan, changes: dict[str, object]) -> None:
    try:
        there = offer_from({**REPLY, **changes})
    except OfferError:
        return
    for found in judge(plan, there, NOW):
        assert found.status in ("pass", "warn", "fail")
        assert found.text.isprintable()
    json.dumps(to_json(judge(plan, there, NOW)), allow_nan=False)
