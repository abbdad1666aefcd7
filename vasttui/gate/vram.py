"""VRAM that a plan needs on each GPU: model states, activations, logits, and what the driver takes.

Sources, besides those of `states`:
- Korthikanti et al., arXiv 2205.05198, table 2: a transformer layer keeps s·b·h·(34 + 5·a·s/h) bytes for its
  backward pass in 16 bits, the second term for attention that is not fused; checkpointing keeps only each
  layer's input, 2·s·b·h, and one layer's full set while that is recomputed.
- Calibrated on published measurements (see tests): gated MLPs, fp32 norms and adapters bring the 34 to about
  48 with fused attention; eager attention and wider casts to about twice that.
"""

from vasttui.gate.estimate import GIB, Estimate, Spread, exactly, said, times
from vasttui.gate.shape import Shape, shape_of
from vasttui.gate.states import States, states_on_gpu
from vasttui.plan.schema import Model, Plan

# A "24 GB" card shows 22.5 to 24 GiB, a "48 GB" card 45 to 48 (driver and ECC keep some): a figure that the
# user gives is such a size.
SOLD_AS = 0.92
# Bytes kept a layer for each of s·b·h.
_LAYER_BYTES = Spread(28.0, 48.0, 62.0)
_EAGER_MOST = 32.0
_EAGER_BYTES = 8.0
_INPUT_BYTES = Spread(0.0, 2.0, 4.0)  # some trainers move checkpointed inputs to RAM
# Bytes for each logit: fused losses keep almost none; 16-bit logits, an fp32 copy and its gradient 10 to 14.
_LOGIT_BYTES = Spread(0.5, 10.0, 14.0)
# The CUDA context, library workspaces, and the allocator's unused remainder (a share of all the rest).
_CONTEXT = Spread(0.4 * GIB, 0.8 * GIB, 1.2 * GIB)
_FRAGMENTS = Spread(0.0, 0.02, 0.06)


def vram_need(plan: Plan, gpus: int) -> Estimate | None:
    """GiB on each of `gpus` GPUs, or None where the plan tells neither a figure nor a model's size."""
    if plan.needs.vram_gb is None:
        return vram_estimate(plan, gpus)
    least = plan.needs.vram_gb * SOLD_AS
    return Estimate(least, plan.needs.vram_gb, least, "GiB", "given in the plan, as cards are sold")


def vram_estimate(plan: Plan, gpus: int) -> Estimate | None:
    """What the plan's model alone comes to, whatever figure is given."""
    shape = shape_of(plan.model) if plan.model is not None else None
    return estimate(plan.model, shape, gpus) if plan.model is not None and shape is not None else None


def estimate(model: Model, shape: Shape, gpus: int) -> Estimate:
    """GiB on each of `gpus` GPUs for one training step (or one generated sequence)."""
    states = states_on_gpu(model, shape, gpus)
    moving = activations(model, shape)
    logits = _logits(model, shape)
    parts = states.total + moving + logits
    rest = _CONTEXT + times(parts, _FRAGMENTS)
    total = parts + rest
    formula = _formula(model, states, moving + logits, rest)
    return Estimate(total.low / GIB, total.need / GIB, total.high / GIB, "GiB", formula)


def activations(model: Model, shape: Shape) -> Spread:
    """Bytes kept between forward and backward on one GPU (for inference: the key-value cache)."""
    tokens = float(model.seq_len) * model.micro_batch
    width = 2.0 if model.precision == "fp32" else 1.0
    if model.mode == "inference":
        cache = 2.0 * shape.layers * shape.kv_width * tokens * 2.0 * width
        return Spread(cache, cache, cache) + exactly(tokens * shape.hidden * 4.0)
    eager = min(_EAGER_BYTES * shape.heads * model.seq_len / shape.hidden, _EAGER_MOST)
    layer = Spread(_LAYER_BYTES.low, _LAYER_BYTES.need, _LAYER_BYTES.high + eager).scaled(
        tokens * shape.hidden * width
    )
    if not model.gradient_checkpointing:
        return layer.scaled(shape.layers)
    return layer + _INPUT_BYTES.scaled(tokens * shape.hidden * width * shape.layers)


def _logits(model: Model, shape: Shape) -> Spread:
    """Bytes of the output over the vocabulary; inference needs the last token's only, a prompt's at most."""
    tokens = float(model.seq_len) * model.micro_batch
    if model.mode == "inference":
        return Spread(0.0, 4.0 * model.micro_batch * shape.vocab, 4.0 * tokens * shape.vocab_high)
    return Spread(
        _LOGIT_BYTES.low * tokens * shape.vocab_low,
        _LOGIT_BYTES.need * tokens * shape.vocab,
        _LOGIT_BYTES.high * tokens * shape.vocab_high,
    )


def _formula(model: Model, states: States, moving: Spread, rest: Spread) -> str:
    named = [
        ("base", states.frozen),
        ("weights", states.weights),
        ("gradients", states.gradients),
        ("optimizer", states.optimizer),
        ("buffers", states.buffers),
        ("cache" if model.mode == "inference" else "activations", moving),
        ("CUDA", rest),
    ]
    return " + ".join(f"{name} {said(part.need / GIB)}" for name, part in named if part.need >= 0.005 * GIB)
