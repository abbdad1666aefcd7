"""A model's `config.json` (as model hubs publish it) → the figures the gate needs.

Only what the plan leaves open is filled in: a figure the user gave wins.
"""

from collections.abc import Sequence
from typing import Any, cast

import msgspec

from vasttui.plan.schema import Model

_BILLION = 1e9
_ABSURD = 1 << 40
# The same figure under the names the common families give it.
_NAMES: dict[str, tuple[str, ...]] = {
    "layers": ("num_hidden_layers", "n_layer", "num_layers", "n_layers"),
    "hidden": ("hidden_size", "n_embd", "d_model", "dim"),
    "heads": ("num_attention_heads", "n_head", "num_heads", "n_heads"),
    "kv_heads": ("num_key_value_heads", "n_kv_heads", "num_kv_heads"),
    "vocab": ("vocab_size",),
}
_FFN = ("intermediate_size", "n_inner", "ffn_dim", "d_ff")
_GATED = (
    "llama",
    "mistral",
    "mixtral",
    "qwen2",
    "qwen3",
    "gemma",
    "gemma2",
    "gemma3_text",
    "phi3",
    "cohere",
    "olmo2",
)


class ConfigError(Exception):
    """The file is not a model's configuration. `str()` says why, in one line."""


def with_config(model: Model, text: str) -> Model:
    """`model` with layers, hidden, heads, kv_heads, vocab and params_b completed from config.json's text."""
    try:
        data = msgspec.json.decode(text)
    except (msgspec.DecodeError, RecursionError) as error:
        raise ConfigError(f"not JSON: {error}") from error
    if not isinstance(data, dict):
        raise ConfigError("not a JSON object")
    config = cast("dict[str, Any]", data)
    inner = config.get("text_config")
    if isinstance(inner, dict):
        config = {**config, **cast("dict[str, Any]", inner)}
    found = {field: _first(config, names) for field, names in _NAMES.items()}
    if found["layers"] is None or found["hidden"] is None:
        raise ConfigError("tells neither its layers nor its hidden size; is it a model's config.json?")
    missing = {field: value for field, value in found.items() if value and getattr(model, field) is None}
    completed = msgspec.structs.replace(model, **missing)
    if completed.params_b is None and (params := _params(completed, config)):
        completed = msgspec.structs.replace(completed, params_b=params / _BILLION)
    return completed


def _first(config: dict[str, Any], names: Sequence[str]) -> int | None:
    for name in names:
        value = config.get(name)
        if isinstance(value, int) and not isinstance(value, bool) and 0 < value < _ABSURD:
            return value
    return None


def _params(model: Model, config: dict[str, Any]) -> float | None:
    """Parameters of a decoder: attention (grouped), MLP (gated or not, all experts), embeddings, head."""
    layers, hidden, vocab = model.layers, model.hidden, model.vocab
    if not layers or not hidden or not vocab:
        return None
    heads = model.heads or 1
    head_dim = _first(config, ("head_dim",)) or hidden // heads
    queries, keys = heads * head_dim, (model.kv_heads or heads) * head_dim
    attention = 2 * hidden * queries + 2 * hidden * keys
    kind = config.get("model_type")
    matrices = 3 if kind in _GATED or str(config.get("hidden_act", "")).startswith("silu") else 2
    ffn = _first(config, _FFN) or 4 * hidden
    experts = _first(config, ("num_local_experts", "num_experts")) or 1
    tied = config.get("tie_word_embeddings", kind == "gpt2")
    return layers * (attention + experts * matrices * hidden * ffn) + vocab * hidden * (1 if tied else 2)
