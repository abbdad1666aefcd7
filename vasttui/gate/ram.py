"""RAM that a plan needs on its machine: processes, loading the weights, and what is offloaded to the CPU.

Source: DeepSpeed's documentation, "Memory requirements": an offloaded optimizer holds 16 bytes a parameter
(fp32 weights, gradients and both of Adam's moments), offloaded parameters 2 more, and half as much again for
buffers to be safe; that is the upper bound here.
"""

from vasttui.gate.estimate import GIB, Estimate, Spread, exactly
from vasttui.gate.shape import Shape, shape_of
from vasttui.gate.states import states_on_gpu
from vasttui.plan.schema import Model, Plan

# A "64 GB" machine shows somewhat less: the kernel keeps some.
_SOLD_AS = 0.95
# Python with its libraries, the CUDA context's host side and a few loader workers, for each process.
_PROCESS = Spread(1.0 * GIB, 3.0 * GIB, 4.0 * GIB)
# Weights are read a shard at a time; published shards reach about this size.
_SHARD_MOST = 10e9
_BUFFER_FACTOR = Spread(1.0, 1.25, 1.5)


def ram_need(plan: Plan, gpus: int) -> Estimate | None:
    """GiB for all processes on the machine, or None where the plan tells too little."""
    if plan.needs.ram_gb is not None:
        least = plan.needs.ram_gb * _SOLD_AS
        return Estimate(least, plan.needs.ram_gb, least, "GiB", "given in the plan")
    shape = shape_of(plan.model) if plan.model is not None else None
    if plan.model is None or shape is None:
        return None
    processes = gpus if plan.model.sharding != "none" else 1
    loading = min(shape.params * 2.0, _SHARD_MOST) * processes
    kept = offloaded(plan.model, shape)
    total = _PROCESS.scaled(processes) + Spread(0.0, loading, 1.3 * loading) + kept
    parts = [
        f"{3 * processes} for {processes} process{'es' if processes > 1 else ''}",
        f"{loading / GIB:.1f} to load weights",
    ]
    if kept.need:
        parts.append(f"{kept.need / GIB:.0f} offloaded")
    return Estimate(total.low / GIB, total.need / GIB, total.high / GIB, "GiB", " + ".join(parts))


def offloaded(model: Model, shape: Shape) -> Spread:
    """Bytes that live in RAM instead of on the GPUs, for the whole machine."""
    if model.offload == "none" or model.mode == "inference":
        frozen = model.offload == "params"
        return exactly(shape.params * 2.0 if frozen else 0.0)
    states = states_on_gpu(_on_gpu(model), shape, 1)
    # On the CPU gradients are widened to fp32 for the update; weights are there as the fp32 master.
    master = 0.0 if model.precision in ("bf16", "fp16") and model.mode == "full" else 4.0 * states.trained
    kept = states.optimizer.need + 4.0 * states.trained + master
    if model.offload == "params":
        kept += states.weights.need + states.frozen.need
    return _BUFFER_FACTOR.scaled(kept)


def _on_gpu(model: Model) -> Model:
    """The same model with nothing offloaded or shared out."""
    return Model(
        params_b=model.params_b,
        mode=model.mode,
        precision=model.precision,
        optimizer=model.optimizer,
        lora_rank=model.lora_rank,
    )
