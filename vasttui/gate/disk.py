"""Disk that a plan fills: the model, the data, the checkpoints it keeps, and caches. In GB (10⁹ bytes)."""

from vasttui.gate.estimate import GB, Estimate, Spread, exactly, said
from vasttui.gate.shape import Shape, shape_of
from vasttui.gate.states import per_param
from vasttui.plan.schema import Model, Plan

# Packages, wheels, compiled kernels, logs; the image itself is not counted against the rented disk.
_CACHE = Spread(2e9, 10e9, 20e9)
# Trainers keep every checkpoint unless told: without a figure, a few.
_KEPT = Spread(1.0, 2.0, 3.0)
_DOWNLOADED_BYTES = 2.0


def disk_need(plan: Plan) -> Estimate | None:
    """GB, or None where the plan tells nothing of what it stores."""
    needs = plan.needs
    if needs.disk_gb is not None:
        return Estimate(needs.disk_gb, needs.disk_gb, needs.disk_gb, "GB", "given in the plan")
    model_gb = fetched_gb(plan)
    each = checkpoint_bytes(plan)
    if model_gb is None and each is None:
        return None
    kept = _KEPT if needs.keep_checkpoints is None else exactly(float(needs.keep_checkpoints))
    # The next checkpoint is written before the oldest is deleted.
    copies = Spread(
        kept.low, kept.need + (1.0 if kept.need else 0.0), kept.high + (1.0 if kept.high else 0.0)
    )
    each = each or exactly(0.0)
    checkpoints = Spread(each.low * copies.low, each.need * copies.need, each.high * copies.high)
    total = exactly((model_gb or 0.0) * GB) + checkpoints + _CACHE
    formula = (
        f"model and data {said(model_gb or 0.0)} + {copies.need:.0f} checkpoints of {said(each.need / GB)}"
        f" + caches {said(_CACHE.need / GB)}"
    )
    return Estimate(total.low / GB, total.need / GB, total.high / GB, "GB", formula)


def fetched_gb(plan: Plan) -> float | None:
    """GB that must come over the network: model and data; None where neither is known."""
    needs = plan.needs
    model_gb = needs.model_gb
    if model_gb is None and plan.model is not None and (shape := shape_of(plan.model)) is not None:
        model_gb = shape.params * _DOWNLOADED_BYTES / GB
    if model_gb is None and needs.dataset_gb is None:
        return None
    return (model_gb or 0.0) + (needs.dataset_gb or 0.0)


def checkpoint_bytes(plan: Plan) -> Spread | None:
    """One checkpoint: weights at least, usually with all that the optimizer needs to go on."""
    if plan.needs.checkpoint_gb is not None:
        return exactly(plan.needs.checkpoint_gb * GB)
    shape = shape_of(plan.model) if plan.model is not None else None
    if plan.model is None or shape is None:
        return None
    return _checkpoint(plan.model, shape)


def _checkpoint(model: Model, shape: Shape) -> Spread:
    if model.mode == "inference":
        return exactly(0.0)
    each = per_param(model)
    if model.mode == "full":
        full = each.weights.need + each.optimizer.need
        return Spread(2.0, full, full + 2.0).scaled(shape.params)
    adapters = shape.adapter_params(model.lora_rank, everywhere=True)
    return Spread(2.0, 4.0 + each.optimizer.need, 4.0 + each.optimizer.need).scaled(adapters)
