"""Model states on one GPU: weights, gradients, optimizer; by mode, precision, optimizer, sharding, offload.

Sources:
- ZeRO, arXiv 1910.02054, §3 and figure 1: mixed-precision Adam holds 2 + 2 + 12 bytes a parameter; stage 1
  divides the 12, stage 2 also the gradients' 2, stage 3 all of it by the number of GPUs.
- DeepSpeed's documentation, "Memory requirements": in practice 4 + 16/N (stage 2) and 18/N (stage 3), since
  gradients are widened to fp32 for the update; the upper bound here.
- QLoRA, arXiv 2305.14314, §3: NF4 takes 4 bits a weight plus 0.5 for its scales, 0.127 when those are
  quantised too; embeddings, norms and head stay in 16 or 32 bits.
- bitsandbytes' documentation: 8-bit optimizers keep two states of one byte; paged ones may leave the GPU.
- LOMO, arXiv 2306.09782: fusing the update into the backward pass needs no stored gradients, the lower
  bound where weights are trained in plain 16 bits.
"""

from dataclasses import dataclass

from vasttui.gate.estimate import Spread, exactly, times
from vasttui.gate.shape import Shape
from vasttui.plan.schema import Model, Optimizer

# Optimizer states, bytes a trained parameter: (kept in fp32, kept as the weights are in 16 bits).
_STATES: dict[Optimizer, tuple[float, float]] = {
    "adam": (8.0, 4.0),
    "adamw": (8.0, 4.0),
    "adamw8bit": (2.03, 2.03),
    "paged_adamw8bit": (2.03, 2.03),
    "adafactor": (0.1, 0.1),
    "sgd": (4.0, 2.0),
    "lion": (4.0, 2.0),
    "muon": (4.4, 2.2),
    "none": (0.0, 0.0),
}
_NF4 = Spread(4.127 / 8, 4.127 / 8, 4.5 / 8)
_INT8 = Spread(1.0, 1.02, 1.05)
_KEPT_WIDE = Spread(2.0, 4.0, 4.0)
# Reduction buckets of sharded training: a little at least, at most DeepSpeed's 5e8 elements times over.
_BUCKETS = Spread(0.2e9, 1.0e9, 4.5e9)
_GATHERED_LAYERS = Spread(1.0, 2.0, 3.0)


@dataclass(frozen=True, slots=True)
class PerParam:
    """Bytes a trained parameter takes: what is used in compute, its gradient, what the update needs."""

    weights: Spread
    gradients: Spread
    optimizer: Spread


@dataclass(frozen=True, slots=True)
class States:
    """Bytes on one GPU. `frozen` weights are not trained; `trained` counts parameters."""

    frozen: Spread
    weights: Spread
    gradients: Spread
    optimizer: Spread
    buffers: Spread
    trained: float

    @property
    def model_states(self) -> Spread:
        """Weights, gradients and optimizer, as the ZeRO paper counts them."""
        return self.frozen + self.weights + self.gradients + self.optimizer

    @property
    def total(self) -> Spread:
        """All of it."""
        return self.model_states + self.buffers


def per_param(model: Model) -> PerParam:
    """Bytes a trained parameter, before anything is divided among GPUs.

    Mixed precision keeps an fp32 master copy with the optimizer. Frameworks that keep fp32 weights and cast
    on the fly (autocast) come to the same 16 bytes with Adam, 18 with the cast copies.
    """
    wide, narrow = _STATES[model.optimizer]
    paged = model.optimizer == "paged_adamw8bit"
    if model.precision == "fp32":
        return PerParam(exactly(4.0), exactly(4.0), exactly(wide))
    if model.precision == "pure_bf16":
        states = Spread(0.0 if paged else min(narrow, wide), narrow, narrow)
        return PerParam(exactly(2.0), Spread(0.0, 2.0, 2.0), states)
    states = Spread(4.0 + (0.0 if paged else wide), 4.0 + wide, 4.0 + wide)
    return PerParam(exactly(2.0), Spread(2.0, 2.0, 4.0), states)


def states_on_gpu(model: Model, shape: Shape, gpus: int) -> States:
    """Model states on one of `gpus` GPUs, in bytes."""
    gpus = 1 if model.sharding == "none" else max(1, gpus)
    whole = model.sharding in ("zero3", "fsdp")
    if model.mode == "inference":
        weights = exactly(shape.params * _width(model))
        return States(_placed(weights, model, shape, whole, gpus), *(exactly(0.0),) * 4, trained=0.0)
    if model.mode == "full":
        trained = Spread(shape.params, shape.params, shape.params)
        frozen = exactly(0.0)
        each = per_param(model)
    else:
        rank = model.lora_rank
        all_over, slim = (
            shape.adapter_params(rank, everywhere=True),
            shape.adapter_params(rank, everywhere=False),
        )
        trained = Spread(slim, all_over, all_over)
        frozen = _placed(_frozen(model, shape), model, shape, whole, gpus)
        # Adapters are kept in fp32 by the common libraries whatever the base is in.
        wide = _STATES[model.optimizer][0]
        each = PerParam(Spread(2.0, 4.0, 4.0), Spread(2.0, 4.0, 4.0), Spread(min(2.0, wide), wide, wide))
    return _divided(model, shape, trained, each, frozen, gpus)


def _divided(
    model: Model, shape: Shape, trained: Spread, each: PerParam, frozen: Spread, gpus: int
) -> States:
    """What sharding and offload leave of the trained parameters' bytes on one GPU."""
    sharding = model.sharding
    weights, gradients, optimizer = (
        times(part, trained) for part in (each.weights, each.gradients, each.optimizer)
    )
    buffers = exactly(0.0)
    if sharding == "ddp":
        buffers = Spread(0.0, 0.0, gradients.high)
    elif sharding != "none":
        # Stage 2 divides gradients; its upper bound keeps a whole 16-bit copy (DeepSpeed: 4 + 16/N).
        if sharding != "zero1":
            kept = 2.0 * trained.high if sharding == "zero2" else 0.0
            gradients = Spread(gradients.low / gpus, gradients.need / gpus, gradients.high / gpus + kept)
        optimizer = optimizer.scaled(1 / gpus)
        most = trained.need * 4.0
        buffers = Spread(
            min(_BUCKETS.low, most * 0.1), min(_BUCKETS.need, most * 0.1), min(_BUCKETS.high, most)
        )
    if sharding in ("zero3", "fsdp"):
        weights = weights.scaled(1 / gpus)
        buffers = buffers + _GATHERED_LAYERS.scaled(shape.layer_params * 2.0)
    if model.offload != "none":
        optimizer = exactly(0.0)
        gradients = Spread(0.0, gradients.need, gradients.high)
    if model.offload == "params" and sharding in ("zero3", "fsdp"):
        weights, gradients = exactly(0.0), exactly(0.0)
    return States(frozen, weights, gradients, optimizer, buffers, trained=trained.need)


def _frozen(model: Model, shape: Shape) -> Spread:
    """Bytes of the base model that adapters sit on."""
    if model.mode == "lora":
        return exactly(shape.params * _width(model))
    quantised = _NF4 if model.mode == "qlora4" else _INT8
    linear = shape.params - shape.embedding
    return quantised.scaled(linear) + _KEPT_WIDE.scaled(shape.embedding)


def _placed(weights: Spread, model: Model, shape: Shape, whole: bool, gpus: int) -> Spread:
    """Frozen weights on one GPU: shared out by stage 3 and FSDP, left in RAM by params offload."""
    gathered = _GATHERED_LAYERS.scaled(shape.layer_params * 2.0)
    if model.offload == "params":
        return gathered
    return weights.scaled(1 / gpus) + gathered if whole and gpus > 1 else weights


def _width(model: Model) -> float:
    return 4.0 if model.precision == "fp32" else 2.0
