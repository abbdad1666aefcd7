"""GPU memory that others measured and published, with the settings they give.

- QWEN: README of QwenLM/Qwen, "Profiling of Memory and Speed": A100 80 GB, batch 1, flash attention 2,
  gradient checkpointing (as in its finetune scripts), adapters of rank 64 on all linear layers;
  "G" read as GB for the
  lower and as GiB for the upper bound, since it does not say which.
- LITGPT: Lightning-AI/lit-gpt, tutorials/resource-tables.md (October 2023): A100 40 GB, bf16-true, rank 8,
  longest sequence 1304 tokens, no checkpointing; OOM means more than the card.
- TUNE: README of pytorch/torchtune: Llama 3.1 8B, batch 2, packed to 2048; the allocator's peak, which leaves
  out the CUDA context. Its full fine-tunes update in the backward pass, with a paged 8-bit Adam.
- QLORA: arXiv 2305.14314: 65B on one 48 GB card, 33B on one of 24 GB.
- LOMO: arXiv 2306.09782: all of 65B on eight cards of 24 GB, updated in the backward pass, without states.
"""

from dataclasses import dataclass
from typing import Any

from vasttui.plan import Model

GB_IN_GIB = 1e9 / (1 << 30)
CONTEXT_GIB = 0.4

QWEN_1_8: dict[str, Any] = {"params_b": 1.84, "layers": 24, "hidden": 2048, "heads": 16, "vocab": 151936}
QWEN_7: dict[str, Any] = {"params_b": 7.72, "layers": 32, "hidden": 4096, "heads": 32, "vocab": 151936}
QWEN_14: dict[str, Any] = {"params_b": 14.17, "layers": 40, "hidden": 5120, "heads": 40, "vocab": 152064}
QWEN_72: dict[str, Any] = {"params_b": 72.3, "layers": 80, "hidden": 8192, "heads": 64, "vocab": 152064}
LLAMA_7: dict[str, Any] = {"params_b": 6.74, "layers": 32, "hidden": 4096, "heads": 32, "vocab": 32000}
LLAMA_13: dict[str, Any] = {"params_b": 13.0, "layers": 40, "hidden": 5120, "heads": 40, "vocab": 32000}
LLAMA_33: dict[str, Any] = {"params_b": 32.5, "layers": 60, "hidden": 6656, "heads": 52, "vocab": 32000}
LLAMA_65: dict[str, Any] = {"params_b": 65.2, "layers": 80, "hidden": 8192, "heads": 64, "vocab": 32000}
LLAMA_8: dict[str, Any] = {
    "params_b": 8.03, "layers": 32, "hidden": 4096, "heads": 32, "kv_heads": 8, "vocab": 128256,
}  # fmt: skip
SEQUENCES = (256, 512, 1024, 2048, 4096, 8192)


@dataclass(frozen=True)
class Measured:
    """`low_gib`, `high_gib`: what the published figure can mean, a context included."""

    name: str
    model: Model
    gpus: int
    low_gib: float
    high_gib: float


def _qwen(name: str, gpus: int, figures: tuple[float, ...], **settings: Any) -> list[Measured]:
    return [
        Measured(
            f"{name} {seq_len}",
            Model(gradient_checkpointing=True, seq_len=seq_len, **settings),
            gpus,
            figure / gpus * GB_IN_GIB,
            figure / gpus,
        )
        for seq_len, figure in zip(SEQUENCES, figures, strict=False)
    ]


def _exact(name: str, gib: float, **settings: Any) -> Measured:
    return Measured(name, Model(**settings), 1, gib + CONTEXT_GIB, gib + CONTEXT_GIB)


LORA: dict[str, Any] = {"mode": "lora", "lora_rank": 64}
QLORA: dict[str, Any] = {"mode": "qlora4", "lora_rank": 64, "precision": "fp16"}
LIT: dict[str, Any] = {"lora_rank": 8, "seq_len": 1304, "precision": "pure_bf16"}
TUNE: dict[str, Any] = {"seq_len": 2048, "micro_batch": 2, "lora_rank": 8, **LLAMA_8}
FUSED: dict[str, Any] = {"precision": "pure_bf16", "optimizer": "paged_adamw8bit"}

MEASURED: list[Measured] = [
    *_qwen("qwen 1.8B lora", 1, (6.7, 7.4, 8.4, 11.0, 16.2, 21.8), **LORA, **QWEN_1_8),
    *_qwen("qwen 1.8B qlora", 1, (5.8, 6.0, 6.6, 7.8, 10.2, 15.8), **QLORA, **QWEN_1_8),
    *_qwen("qwen 1.8B full", 1, (43.5, 43.5, 43.5, 43.5, 47.1, 48.3), sharding="zero2", **QWEN_1_8),
    *_qwen("qwen 7B lora", 1, (20.1, 20.4, 21.5, 23.8, 29.7, 36.6), **LORA, **QWEN_7),
    *_qwen("qwen 7B qlora", 1, (11.5, 11.5, 12.3, 13.9, 16.9, 23.5), **QLORA, **QWEN_7),
    *_qwen("qwen 7B full", 2, (139.2, 148.0, 162.0), sharding="zero3", **QWEN_7),
    *_qwen("qwen 14B lora", 1, (34.6, 35.1, 35.3, 37.4, 42.5, 55.2), **LORA, **QWEN_14),
    *_qwen("qwen 14B qlora", 1, (18.7, 18.4, 18.9, 19.9, 23.0, 27.9), **QLORA, **QWEN_14),
    *_qwen(
        "qwen 72B lora", 4, (215.4, 217.7, 222.6, 228.8, 249.0, 289.2), sharding="zero3", **LORA, **QWEN_72
    ),
    *_qwen("qwen 72B qlora", 1, (61.4, 61.4, 62.9, 64.1, 68.0, 75.6), **QLORA, **QWEN_72),
    _exact("litgpt 7B nf4", 14.14 * GB_IN_GIB, mode="qlora4", **LIT, **LLAMA_7),
    _exact("litgpt 7B nf4-dq", 13.84 * GB_IN_GIB, mode="qlora4", **LIT, **LLAMA_7),
    _exact("litgpt 7B lora, batch 2", 29.07 * GB_IN_GIB, mode="lora", micro_batch=2, **LIT, **LLAMA_7),
    _exact("litgpt 13B nf4", 23.14 * GB_IN_GIB, mode="qlora4", **LIT, **LLAMA_13),
    _exact("litgpt 13B lora", 38.12 * GB_IN_GIB, mode="lora", **LIT, **LLAMA_13),
    _exact("tune 8B full, 4090", 18.9, gradient_checkpointing=True, **FUSED, **TUNE),
    _exact("tune 8B full, A6000", 37.4, **FUSED, **TUNE),
    _exact("tune 8B lora, 4090", 16.2, mode="lora", gradient_checkpointing=True, **TUNE),
    _exact("tune 8B lora, A6000", 30.3, mode="lora", **TUNE),
    _exact("tune 8B qlora, 4090", 7.4, mode="qlora4", gradient_checkpointing=True, **TUNE),
]
"""What was seen at the peak."""

GENERATED: list[Measured] = [
    _exact("qwen 1.8B, 2048 tokens", 4.23 * GB_IN_GIB, mode="inference", **QWEN_1_8),
    _exact("qwen 7B, 2048 tokens", 16.99 * GB_IN_GIB, mode="inference", **QWEN_7),
    _exact("qwen 14B, 2048 tokens", 30.15 * GB_IN_GIB, mode="inference", **QWEN_14),
]
"""Inference: QWEN, "Inference Performance"."""

SHORT: dict[str, Any] = {"gradient_checkpointing": True, "seq_len": 512, "lora_rank": 64}
FITTED: list[tuple[str, Model, int, float]] = [
    ("qlora 65B on 48 GB", Model(mode="qlora4", optimizer="paged_adamw8bit", **SHORT, **LLAMA_65), 1, 48.0),
    ("qlora 33B on 24 GB", Model(mode="qlora4", optimizer="paged_adamw8bit", **SHORT, **LLAMA_33), 1, 24.0),
    (
        "lomo 65B on eight of 24 GB",
        Model(precision="pure_bf16", optimizer="none", sharding="zero3", **SHORT, **LLAMA_65),
        8,
        24.0,
    ),
]
"""(what, model, GPUs, card's size in GiB) that ran; how much was free is not told."""

DIED: list[tuple[str, Model, float]] = [
    ("litgpt 7B lora, batch 4", Model(mode="lora", micro_batch=4, **LIT, **LLAMA_7), 40.0 * GB_IN_GIB),
    ("litgpt 13B lora, batch 2", Model(mode="lora", micro_batch=2, **LIT, **LLAMA_13), 40.0 * GB_IN_GIB),
    (
        "qwen 72B lora, not shared out",
        Model(gradient_checkpointing=True, seq_len=256, **LORA, **QWEN_72),
        80.0,
    ),
]
"""(what, model, card's size in GiB) that ran out of memory."""
