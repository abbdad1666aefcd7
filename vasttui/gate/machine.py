"""The same checklist on a machine that is there: this one, one over SSH, or the one that was rented."""

from collections.abc import Iterator

from vasttui.gate.check import SAY_VRAM, gpus_used, judge_vram
from vasttui.gate.disk import disk_need
from vasttui.gate.estimate import MIB_IN_GIB
from vasttui.gate.facts import Gpu, MachineFacts
from vasttui.gate.finding import Finding
from vasttui.gate.fit import fit
from vasttui.gate.offer import Offer
from vasttui.gate.ram import ram_need
from vasttui.gate.terms import judge_compute, judge_gpus
from vasttui.plan.schema import Plan

_MIB_IN_GB = 1e9 / (1 << 20)
# Docker's default /dev/shm, too small for loader workers that hand over batches.
_SMALL_SHM_MIB = 256.0
_LITTLE_DISK_GB = 5.0
# A machine has this much of what its offer promised, or the offer lied.
_AS_PROMISED = 0.95


def judge_machine(plan: Plan, facts: MachineFacts, offer: Offer | None = None) -> list[Finding]:
    """What speaks for and against running the plan here. `offer`: what was promised, if it was rented.

    A machine without a GPU fails only a plan that says it needs one.
    """
    return [*_gpus(plan, facts, offer), *_sizes(plan, facts), *_tools(plan, facts)]


def wants_gpu(plan: Plan) -> bool:
    """Whether the plan itself says so."""
    return plan.model is not None or plan.needs.vram_gb is not None or plan.needs.gpus > 1


def _gpus(plan: Plan, facts: MachineFacts, offer: Offer | None) -> Iterator[Finding]:
    promised = offer is not None and bool(offer.num_gpus)
    if not facts.gpus:
        yield _no_gpu(facts, needed=wants_gpu(plan) or promised, have=0 if facts.complete else None)
        return
    if wants_gpu(plan) or promised:
        yield judge_gpus(plan, len(facts.gpus), facts.gpus[0].name)
    else:
        yield Finding("gpus", "pass", f"{_names(facts.gpus)}", None, len(facts.gpus), "GPU")
    if offer is not None:
        yield from _promise(facts.gpus, offer)


def _no_gpu(facts: MachineFacts, needed: bool, have: int | None) -> Finding:
    if facts.smi_error:
        why = f"nvidia-smi is there and says: {facts.smi_error}"
    elif facts.nvidia_smi:
        why = "nvidia-smi is there and lists none"
    elif not facts.complete:
        why = "the machine's answer was cut off; ask again"
    else:
        why = "there is no nvidia-smi"
    if needed:
        status = "fail" if facts.complete else "warn"
        return Finding("gpus", status, f"no GPU seen, the plan needs one: {why}", 1, have, "GPU")
    status = "warn" if facts.smi_error else "pass"
    return Finding("gpus", status, f"no GPU seen, none asked for: {why}", None, have, "GPU")


def _promise(gpus: tuple[Gpu, ...], offer: Offer) -> Iterator[Finding]:
    """A host that lists more than it has."""
    if offer.num_gpus is not None and len(gpus) < offer.num_gpus:
        text = f"the offer promised {offer.num_gpus} GPUs, {len(gpus)} are here; destroy it, take the next"
        yield Finding("promise", "fail", text, offer.num_gpus, len(gpus), "GPU")
    least = _least_vram_gib(gpus)
    if offer.vram_gib is not None and least is not None and least < offer.vram_gib * _AS_PROMISED:
        text = (
            f"the offer promised {offer.vram_gib:.1f} GiB a GPU ({offer.gpu_name}), here are {least:.1f}"
            f" ({gpus[0].name}); destroy it, take the next"
        )
        yield Finding("promise", "fail", text, round(offer.vram_gib, 2), round(least, 2), "GiB")


def _sizes(plan: Plan, facts: MachineFacts) -> Iterator[Finding]:
    gpus = gpus_used(plan, len(facts.gpus) or None)
    if facts.gpus:
        yield _vram(plan, facts, gpus)
    have_ram = None if facts.ram_mib is None else facts.ram_mib / MIB_IN_GIB
    if (ram := ram_need(plan, gpus)) is not None:
        yield fit("ram", ram, have_ram, "RAM allowed here")
    elif have_ram is not None:
        yield Finding(
            "ram", "pass", f"{have_ram:.1f} GiB of RAM; no need is given", None, round(have_ram, 2), "GiB"
        )
    yield _disk(plan, facts)


def _vram(plan: Plan, facts: MachineFacts, gpus: int) -> Finding:
    """The GPUs that the plan would use, the smallest of them deciding."""
    have = _least_vram_gib(facts.gpus[:gpus] if len(facts.gpus) >= gpus else facts.gpus)
    if (finding := judge_vram(plan, gpus, have)) is not None:
        return finding
    if have is None:
        return Finding("vram", "pass", f"VRAM unknown; no need is given ({SAY_VRAM})", None, None, "GiB")
    return Finding("vram", "pass", f"{have:.1f} GiB of VRAM; no need is given", None, round(have, 2), "GiB")


def _disk(plan: Plan, facts: MachineFacts) -> Finding:
    have = None if facts.disk_free_mib is None else facts.disk_free_mib / _MIB_IN_GB
    if (need := disk_need(plan)) is not None:
        return fit("disk", need, have, "free disk")
    if have is None:
        return Finding("disk", "warn", "how much disk is free is unknown", None, None, "GB")
    status = "pass" if have >= _LITTLE_DISK_GB else "warn"
    return Finding(
        "disk", status, f"{have:.1f} GB of disk free; no need is given", None, round(have, 2), "GB"
    )


def _tools(plan: Plan, facts: MachineFacts) -> Iterator[Finding]:
    if facts.gpus:
        driver = facts.gpus[0].driver or "unknown"
        served = "" if facts.cuda is None else f", CUDA up to {facts.cuda:g}"
        need = plan.needs.min_cuda
        short = need is not None and facts.cuda is not None and facts.cuda < need
        wanted = f"; {need:g} needed" if short else ""
        yield Finding(
            "driver", "fail" if short else "pass", f"driver {driver}{served}{wanted}", need, facts.cuda, ""
        )
        if (finding := judge_compute(plan, facts.gpus[0].compute_cap)) is not None:
            yield finding
    if facts.shm_mib is not None and facts.shm_mib < _SMALL_SHM_MIB:
        text = f"shared memory is {facts.shm_mib:.0f} MiB: loader workers may die; use num_workers=0"
        yield Finding("shm", "warn", text, _SMALL_SHM_MIB, round(facts.shm_mib, 1), "MiB")
    if facts.python3:
        yield Finding("python3", "pass", f"python3 {facts.python3}, the recorder can run")
    else:
        text = "no python3 on the PATH: the recorder cannot run, looks are made by shell commands"
        yield Finding("python3", "warn", text)


def _least_vram_gib(gpus: tuple[Gpu, ...]) -> float | None:
    sizes = [gpu.total_mib / MIB_IN_GIB for gpu in gpus if gpu.total_mib]
    return min(sizes, default=None)


def _names(gpus: tuple[Gpu, ...]) -> str:
    kinds = dict.fromkeys(gpu.name for gpu in gpus)
    return ", ".join(f"{sum(gpu.name == kind for gpu in gpus)} of {kind}" for kind in kinds)
