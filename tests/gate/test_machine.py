"""The checklist on a machine that is there."""

from dataclasses import replace

from tests.gate.test_facts import RENTED
from vasttui.gate.facts import MachineFacts, parse_facts
from vasttui.gate.finding import Finding, verdict
from vasttui.gate.machine import judge_machine
from vasttui.gate.offer import Offer
from vasttui.plan import Model, Needs, Plan, RunSpec

PLAIN = Plan(run=RunSpec(command="python train.py"))
TUNING = Plan(
    run=RunSpec(command="x"),
    model=Model(params_b=7, mode="qlora4", gradient_checkpointing=True),
    needs=Needs(disk_gb=50, min_cuda=12.4),
)
MACHINE = parse_facts(RENTED)
LAPTOP = MachineFacts(
    ram_mib=16000,
    ram_available_mib=9000,
    shm_mib=8000,
    disk_free_mib=90000,
    python3="3.11.7",
    cpus=8,
    complete=True,
)


def found(findings: list[Finding], check: str) -> Finding:
    return next(finding for finding in findings if finding.check == check)


def test_a_machine_without_gpu_suits_a_plan_that_asks_for_none() -> None:
    assert verdict(judge_machine(PLAIN, LAPTOP)) == "pass"


def test_nothing_known_never_fails_a_plan_that_asks_for_nothing() -> None:
    assert verdict(judge_machine(PLAIN, MachineFacts())) == "warn"
    assert verdict(judge_machine(PLAIN, MachineFacts(complete=True))) == "warn"


def test_a_machine_without_gpu_fails_a_plan_that_needs_one() -> None:
    finding = found(judge_machine(TUNING, LAPTOP), "gpus")
    assert finding.status == "fail"
    assert "no nvidia-smi" in finding.text


def test_a_machine_that_fits_passes_with_its_figures() -> None:
    findings = judge_machine(TUNING, replace(MACHINE, shm_mib=16000))
    assert verdict(findings) == "pass"
    vram = found(findings, "vram")
    assert vram.have == 23.99
    assert vram.unit == "GiB"


def test_small_shared_memory_is_a_warning() -> None:
    assert found(judge_machine(PLAIN, MACHINE), "shm").status == "warn"


def test_a_full_disk_fails_a_plan_that_fills_it() -> None:
    assert found(judge_machine(TUNING, replace(MACHINE, disk_free_mib=1000)), "disk").status == "fail"


def test_an_old_driver_fails_a_plan_that_needs_a_newer_cuda() -> None:
    assert found(judge_machine(TUNING, replace(MACHINE, cuda=11.8)), "driver").status == "fail"


def test_a_host_without_python_is_looked_at_by_shell() -> None:
    finding = found(judge_machine(PLAIN, replace(LAPTOP, python3="")), "python3")
    assert finding.status == "warn"
    assert "shell" in finding.text


def test_a_broken_driver_says_what_nvidia_smi_said() -> None:
    broken = replace(LAPTOP, nvidia_smi=True, smi_error="NVIDIA-SMI has failed")
    assert "NVIDIA-SMI has failed" in found(judge_machine(TUNING, broken), "gpus").text
    assert found(judge_machine(PLAIN, broken), "gpus").status == "warn"


def test_a_host_that_lies_about_its_gpus_is_found_out() -> None:
    lies = judge_machine(TUNING, MACHINE, Offer(num_gpus=4, gpu_name="RTX 5090", gpu_ram=32607))
    assert [finding.unit for finding in lies if finding.check == "promise"] == ["GPU", "GiB"]
    assert verdict(lies) == "fail"
    honest = judge_machine(TUNING, MACHINE, Offer(num_gpus=2, gpu_name="RTX 4090", gpu_ram=24564))
    assert not [finding for finding in honest if finding.check == "promise"]


def test_a_cut_off_answer_is_no_proof_that_there_is_no_gpu() -> None:
    finding = found(judge_machine(TUNING, replace(LAPTOP, complete=False)), "gpus")
    assert finding.status == "warn"
    assert finding.have is None
